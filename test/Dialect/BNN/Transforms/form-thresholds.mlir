// RUN: bnn-opt %s --bnn-form-thresholds --split-input-file | FileCheck %s

// Accumulators of four bits: -4 to 4. Scales 1, -1, 0, 1 and biases -1.5, -1.5, 1, -9:
// x >= 1.5 -> 2; -x >= 1.5 -> x <= -2; always -> -4; never -> 5.
// CHECK-LABEL: func @scale
// CHECK-DAG: %[[T:.*]] = "tosa.const"() <{values = dense<{{\[\[}}2], [-2], [-4], [5]]> : tensor<4x1xi32>}>
// CHECK-DAG: %[[A:.*]] = bnn.matmul
// CHECK: %[[Q:.*]] = bnn.threshold %[[A]], %[[T]] {descending = array<i1: false, true, false, false>} : tensor<5x4xi32>, tensor<4x1xi32> -> tensor<5x4x!bnn.bipolar<1>>
// CHECK-NOT: bnn.scale
// CHECK: return %[[Q]]
func.func @scale(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x4x!bnn.bipolar<1>>) -> tensor<5x4x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<[1.0, -1.0, 0.0, 1.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %b = "tosa.const"() <{values = dense<[-1.5, -1.5, 1.0, -9.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x4x!bnn.bipolar<1>> -> tensor<5x4xi32>
  %y = bnn.scale %a by %s bias %b : tensor<5x4xi32>, tensor<4xf32>, tensor<4xf32> -> tensor<5x4xf32>
  %q = bnn.binarize %y : tensor<5x4xf32> -> tensor<5x4x!bnn.bipolar<1>>
  return %q : tensor<5x4x!bnn.bipolar<1>>
}

// -----

// Ties: x >= 0, x > 0, the sign bit (0·1 is +0, 0·-1 is -0), and ternary.
// CHECK-LABEL: func @zero_modes
// CHECK-DAG: %[[PLUS:.*]] = "tosa.const"() <{values = dense<0> : tensor<2x1xi32>}>
// CHECK-DAG: %[[MINUS:.*]] = "tosa.const"() <{values = dense<{{\[\[}}1], [-1]]> : tensor<2x1xi32>}>
// CHECK-DAG: %[[SIGN:.*]] = "tosa.const"() <{values = dense<{{\[\[}}0], [-1]]> : tensor<2x1xi32>}>
// CHECK-DAG: %[[TERNARY:.*]] = "tosa.const"() <{values = dense<{{\[\[}}0, 1], [0, -1]]> : tensor<2x2xi32>}>
// CHECK-DAG: bnn.threshold %{{.*}}, %[[PLUS]] {descending = array<i1: false, true>}
// CHECK-DAG: bnn.threshold %{{.*}}, %[[MINUS]] {descending = array<i1: false, true>}
// CHECK-DAG: bnn.threshold %{{.*}}, %[[SIGN]] {descending = array<i1: false, true>}
// CHECK-DAG: bnn.threshold %{{.*}}, %[[TERNARY]] {descending = array<i1: false, true>}
func.func @zero_modes(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> (tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.unsigned<1>>, tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.ternary>) {
  %s = "tosa.const"() <{values = dense<[1.0, -1.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y0 = bnn.scale %a by %s : tensor<5x2xi32>, tensor<2xf32> -> tensor<5x2xf32>
  %y1 = bnn.scale %a by %s : tensor<5x2xi32>, tensor<2xf32> -> tensor<5x2xf32>
  %y2 = bnn.scale %a by %s : tensor<5x2xi32>, tensor<2xf32> -> tensor<5x2xf32>
  %y3 = bnn.scale %a by %s : tensor<5x2xi32>, tensor<2xf32> -> tensor<5x2xf32>
  %0 = bnn.binarize %y0 : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %1 = bnn.binarize %y1 {zero = #bnn.zero_mode<minus>} : tensor<5x2xf32> -> tensor<5x2x!bnn.unsigned<1>>
  %2 = bnn.binarize %y2 {zero = #bnn.zero_mode<signbit>} : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %3 = bnn.binarize %y3 {zero = #bnn.zero_mode<ternary>} : tensor<5x2xf32> -> tensor<5x2x!bnn.ternary>
  return %0, %1, %2, %3 : tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.unsigned<1>>, tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.ternary>
}

// -----

// Every kind of step: mul, add, PRelu (slope 0.5), sub, clamp, maximum, minimum, negate, and a threshold.
// y = -min(max(clamp(prelu(2x + 1) - 1, -2, 5), -1.5), 4) >= -2 <=> prelu(2x + 1) - 1 <= 2 <=> 2x + 1 <= 3 <=> x <= 1.
// CHECK-LABEL: func @chain
// CHECK: dense<1> : tensor<1x1xi32>
// CHECK: bnn.threshold %{{.*}} {descending = array<i1: true>} : tensor<5x2xi32>, tensor<1x1xi32>
// CHECK-NOT: tosa.{{add|mul|sub|select|greater|clamp|max|min|negate}}
// CHECK: return
func.func @chain(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> tensor<5x2x!bnn.bipolar<1>> {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %two = "tosa.const"() <{values = dense<2.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %c1 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %low = "tosa.const"() <{values = dense<-1.5> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %four = "tosa.const"() <{values = dense<4.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %t = "tosa.const"() <{values = dense<-2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %m = tosa.mul %y, %two, %sh : (tensor<5x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  %n = tosa.add %c1, %m : (tensor<1x1xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %ge = tosa.greater_equal %n, %zero : (tensor<5x2xf32>, tensor<1x1xf32>) -> tensor<5x2xi1>
  %ns = tosa.mul %n, %half, %sh : (tensor<5x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  %p = tosa.select %ge, %n, %ns : (tensor<5x2xi1>, tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %d = tosa.sub %p, %c1 : (tensor<5x2xf32>, tensor<1x1xf32>) -> tensor<5x2xf32>
  %c = tosa.clamp %d {min_val = -2.0 : f32, max_val = 5.0 : f32} : (tensor<5x2xf32>) -> tensor<5x2xf32>
  %mx = tosa.maximum %c, %low : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %mn = tosa.minimum %mx, %four : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %neg = tosa.negate %mn, %z, %z : (tensor<5x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x2xf32>
  %q = bnn.binarize %neg threshold %t : tensor<1xf32> : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// -----

// 2 - x > 0, that is x <= 1; a constant on the left turns the order around.
// CHECK-LABEL: func @subtract_from
// CHECK: dense<1> : tensor<1x1xi32>
// CHECK: bnn.threshold %{{.*}} {descending = array<i1: true>}
func.func @subtract_from(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> tensor<5x2x!bnn.bipolar<1>> {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %two = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %n = tosa.sub %two, %y : (tensor<1x1xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  %q = bnn.binarize %n {zero = #bnn.zero_mode<minus>} : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// -----

// x/2 rounded half to even, 0 to 3, zero point 1: value >= 1 always (x/2 >= -0.5 -> -0 + 1; below it is clamped to 0).
// Half steps: -1 -> -0.5 -> 0 + 1 = 1; 1 -> 0.5 -> 0 + 1; 2 -> 1 + 1; 3 -> 1.5 -> 2 + 1.
// CHECK-LABEL: func @quantize
// CHECK: dense<{{\[\[}}-1, 2, 3]]> : tensor<1x3xi32>
// CHECK: bnn.threshold %{{.*}} : tensor<5x2xi32>, tensor<1x3xi32> -> tensor<5x2x!bnn.unsigned<2>>
func.func @quantize(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> tensor<5x2x!bnn.unsigned<2>> {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %q = bnn.quantize %y scale %s {zero_points = array<i64: 1>} : tensor<5x2xf32>, tensor<1xf32> -> tensor<5x2x!bnn.unsigned<2>>
  return %q : tensor<5x2x!bnn.unsigned<2>>
}

// -----

// Dead zones per channel, scales of a quantizer per channel, values of bipolar<2>.
// CHECK-LABEL: func @per_channel_quantizers
// CHECK-DAG: dense<{{\[\[}}-1, 2], [-2, 3]]> : tensor<2x2xi32>
// CHECK-DAG: dense<{{\[\[}}-1, 0, 3], [-3, 0, 5]]> : tensor<2x3xi32>
// CHECK: bnn.threshold
func.func @per_channel_quantizers(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> (tensor<5x2x!bnn.ternary>, tensor<5x2x!bnn.bipolar<2>>) {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %d = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %s = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %y1 = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %t = bnn.ternarize %y dead_zone %d : tensor<5x2xf32>, tensor<2xf32> -> tensor<5x2x!bnn.ternary>
  %q = bnn.quantize %y1 scale %s {axis = 1 : i64} : tensor<5x2xf32>, tensor<2xf32> -> tensor<5x2x!bnn.bipolar<2>>
  return %t, %q : tensor<5x2x!bnn.ternary>, tensor<5x2x!bnn.bipolar<2>>
}

// -----

// A corrected border and an added constant widen the range: 10 stays within reach.
// CHECK-LABEL: func @range_of_corrected
// CHECK: dense<10> : tensor<1x1xi32>
func.func @range_of_corrected(%x: tensor<1x2x2x4x!bnn.bipolar<1>>, %w: tensor<2x1x1x4x!bnn.bipolar<1>>) -> tensor<1x2x2x2x!bnn.bipolar<1>> {
  %table = "tosa.const"() <{values = dense<[[[0, 3]]]> : tensor<1x1x2xi32>}> : () -> tensor<1x1x2xi32>
  %five = "tosa.const"() <{values = dense<5> : tensor<1x1x1x1xi32>}> : () -> tensor<1x1x1x1xi32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %t = "tosa.const"() <{values = dense<10.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %a = bnn.conv2d %x, %w : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<2x1x1x4x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  %b = bnn.border_correct %a, %table {border = array<i64: 0, 0, 0, 0>} : tensor<1x2x2x2xi32>, tensor<1x1x2xi32> -> tensor<1x2x2x2xi32>
  %c = tosa.add %b, %five : (tensor<1x2x2x2xi32>, tensor<1x1x1x1xi32>) -> tensor<1x2x2x2xi32>
  %y = bnn.scale %c by %one : tensor<1x2x2x2xi32>, tensor<1xf32> -> tensor<1x2x2x2xf32>
  %q = bnn.binarize %y threshold %t : tensor<1xf32> : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x2x!bnn.bipolar<1>>
}

// -----

// binarize(x + c) compares x with -c; equal constants are one.
// CHECK-LABEL: func @absorb
// CHECK-DAG: %[[T:.*]] = "tosa.const"() <{values = dense<[-5.000000e-01, 2.500000e-01]> : tensor<2xf32>}>
// CHECK-DAG: %[[U:.*]] = "tosa.const"() <{values = dense<-1.000000e+00> : tensor<1xf32>}>
// CHECK-DAG: bnn.binarize %arg0 threshold %[[T]] : tensor<2xf32> : tensor<5x2xf32>
// CHECK-DAG: bnn.binarize %arg0 threshold %[[U]] : tensor<1xf32> : tensor<5x2xf32>
func.func @absorb(%x: tensor<5x2xf32>) -> (tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>) {
  %c = "tosa.const"() <{values = dense<[[0.5, -0.25]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %d = "tosa.const"() <{values = dense<1.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %y = tosa.add %x, %c : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %z = tosa.add %x, %d : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %p = bnn.binarize %y : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %q = bnn.binarize %z : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %p, %q : tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>
}

// -----

// x + 1 > 0: the smallest float above -1. And 0.1·x >= 0.3 as f32 rounds it.
// CHECK-LABEL: func @absorb_exactly
// CHECK-DAG: dense<-0.99999994> : tensor<1xf32>
// CHECK-DAG: dense<{{3.000000e\+00|2.9999998}}> : tensor<1xf32>
func.func @absorb_exactly(%x: tensor<5x2xf32>) -> (tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>) {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %tenth = "tosa.const"() <{values = dense<0.1> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %t = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = tosa.add %x, %one : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %z = tosa.mul %x, %tenth, %sh : (tensor<5x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  %p = bnn.binarize %y {zero = #bnn.zero_mode<minus>} : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %q = bnn.binarize %z threshold %t : tensor<1xf32> : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %p, %q : tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>
}

// -----

// A negative factor needs the float form of bnn.threshold, which can count downwards.
// CHECK-LABEL: func @absorb_descending
// CHECK: dense<{{\[\[}}5.000000e-01], [-5.000000e-01]]> : tensor<2x1xf32>
// CHECK: bnn.threshold %arg0, %{{.*}} {descending = array<i1: true, false>} : tensor<5x2xf32>, tensor<2x1xf32>
func.func @absorb_descending(%x: tensor<5x2xf32>) -> tensor<5x2x!bnn.bipolar<1>> {
  %c = "tosa.const"() <{values = dense<[[-2.0, 2.0]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = tosa.mul %x, %c, %sh : (tensor<5x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  %z = tosa.add %y, %one : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %q = bnn.binarize %z : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// -----

// The scale has another use: it stays, and the addition after it still goes into the threshold.
// CHECK-LABEL: func @other_use
// CHECK: %[[Y:.*]] = bnn.scale
// CHECK: bnn.binarize %[[Y]] threshold
func.func @other_use(%x: tensor<5x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> (tensor<5x2x!bnn.bipolar<1>>, tensor<5x2xf32>) {
  %s = "tosa.const"() <{values = dense<[1.0, -1.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %c = "tosa.const"() <{values = dense<1.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %a = bnn.matmul %x, %w : tensor<5x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<5x2xi32>
  %y = bnn.scale %a by %s : tensor<5x2xi32>, tensor<2xf32> -> tensor<5x2xf32>
  %z = tosa.add %y, %c : (tensor<5x2xf32>, tensor<1x2xf32>) -> tensor<5x2xf32>
  %q = bnn.binarize %z : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q, %y : tensor<5x2x!bnn.bipolar<1>>, tensor<5x2xf32>
}

// -----

// A reshape between that keeps the channels moves to the accumulator.
// CHECK-LABEL: func @reshape_between
// CHECK: %[[A:.*]] = bnn.matmul
// CHECK: %[[R:.*]] = tosa.reshape %[[A]], %{{.*}} : (tensor<6x2xi32>, !tosa.shape<3>) -> tensor<2x3x2xi32>
// CHECK: bnn.threshold %[[R]]
func.func @reshape_between(%x: tensor<6x4x!bnn.bipolar<1>>, %w: tensor<4x2x!bnn.bipolar<1>>) -> tensor<2x3x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<[1.0, -1.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %c = "tosa.const"() <{values = dense<1.0> : tensor<1x1x2xf32>}> : () -> tensor<1x1x2xf32>
  %shape = tosa.const_shape {values = dense<[2, 3, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %a = bnn.matmul %x, %w : tensor<6x4x!bnn.bipolar<1>>, tensor<4x2x!bnn.bipolar<1>> -> tensor<6x2xi32>
  %y = bnn.scale %a by %s : tensor<6x2xi32>, tensor<2xf32> -> tensor<6x2xf32>
  %r = tosa.reshape %y, %shape : (tensor<6x2xf32>, !tosa.shape<3>) -> tensor<2x3x2xf32>
  %z = tosa.add %r, %c : (tensor<2x3x2xf32>, tensor<1x1x2xf32>) -> tensor<2x3x2xf32>
  %q = bnn.binarize %z : tensor<2x3x2xf32> -> tensor<2x3x2x!bnn.bipolar<1>>
  return %q : tensor<2x3x2x!bnn.bipolar<1>>
}
