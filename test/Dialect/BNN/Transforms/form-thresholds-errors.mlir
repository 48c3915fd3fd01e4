// RUN: bnn-opt %s --bnn-form-thresholds --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-form-thresholds --verify-diagnostics | FileCheck %s
// RUN: bnn-opt %s --bnn-form-thresholds=max-bits=8 | FileCheck %s --check-prefix=WIDE

// CHECK-LABEL: func @negative_slope
// CHECK: bnn.binarize
func.func @negative_slope(%a: tensor<5x2xi32>) -> tensor<5x2x!bnn.bipolar<1>> {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %slope = "tosa.const"() <{values = dense<[[0.5, -0.5]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %n = bnn.scale %a by %one : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  %ge = tosa.greater_equal %n, %zero : (tensor<5x2xf32>, tensor<1x1xf32>) -> tensor<5x2xi1>
  %ns = tosa.mul %n, %slope, %sh : (tensor<5x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  %p = tosa.select %ge, %n, %ns : (tensor<5x2xi1>, tensor<5x2xf32>, tensor<5x2xf32>) -> tensor<5x2xf32>
  // expected-remark @below {{stays a quantizer of floats: its activation has a negative slope in channel 1 and is not monotone}}
  %q = bnn.binarize %p : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @overflow
// CHECK: bnn.binarize
func.func @overflow(%a: tensor<5x2xi32>) -> tensor<5x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<1.0e30> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  // expected-remark @below {{its input may overflow in channel 0}}
  %q = bnn.binarize %y : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// Any i32 may come in, so none is above all of them.
// CHECK-LABEL: func @no_room
// CHECK: bnn.binarize
func.func @no_room(%a: tensor<5x2xi32>) -> tensor<5x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %t = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  // expected-remark @below {{no i32 threshold is above or below every accumulator in channel 0}}
  %q = bnn.binarize %y threshold %t : tensor<1xf32> : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %q : tensor<5x2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @too_wide
// CHECK: bnn.quantize
// WIDE-LABEL: func @too_wide
// WIDE: bnn.threshold {{.*}} tensor<1x31xi32> -> tensor<5x2x!bnn.unsigned<5>>
func.func @too_wide(%a: tensor<5x2xi32>) -> tensor<5x2x!bnn.unsigned<5>> {
  %s = "tosa.const"() <{values = dense<0.25> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<5x2xi32>, tensor<1xf32> -> tensor<5x2xf32>
  // expected-remark @below {{31 thresholds per channel are more than max-bits = 4 allows}}
  %q = bnn.quantize %y scale %s : tensor<5x2xf32>, tensor<1xf32> -> tensor<5x2x!bnn.unsigned<5>>
  return %q : tensor<5x2x!bnn.unsigned<5>>
}

// CHECK-LABEL: func @parameters
// CHECK-COUNT-3: bnn.scale
func.func @parameters(%a: tensor<2x2xi32>, %s: tensor<1xf32>) -> (tensor<2x2x!bnn.unsigned<2>>, tensor<2x2x!bnn.unsigned<2>>, tensor<2x2x!bnn.ternary>) {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %two = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %minus = "tosa.const"() <{values = dense<-1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %one : tensor<2x2xi32>, tensor<1xf32> -> tensor<2x2xf32>
  // expected-remark @below {{its parameters are not constant, finite, and per channel of the last dimension}}
  %p = bnn.quantize %y scale %s : tensor<2x2xf32>, tensor<1xf32> -> tensor<2x2x!bnn.unsigned<2>>
  %z = bnn.scale %a by %one : tensor<2x2xi32>, tensor<1xf32> -> tensor<2x2xf32>
  // expected-remark @below {{its parameters are not constant, finite, and per channel of the last dimension}}
  %q = bnn.quantize %z scale %two {axis = 0 : i64} : tensor<2x2xf32>, tensor<2xf32> -> tensor<2x2x!bnn.unsigned<2>>
  %u = bnn.scale %a by %one : tensor<2x2xi32>, tensor<1xf32> -> tensor<2x2xf32>
  // expected-remark @below {{its parameters are not constant, finite, and per channel of the last dimension}}
  %t = bnn.ternarize %u dead_zone %minus : tensor<2x2xf32>, tensor<1xf32> -> tensor<2x2x!bnn.ternary>
  return %p, %q, %t : tensor<2x2x!bnn.unsigned<2>>, tensor<2x2x!bnn.unsigned<2>>, tensor<2x2x!bnn.ternary>
}

// A scale with row factors depends on the position, so the chain starts after it; nothing is left to take in.
// CHECK-LABEL: func @row_factors
// CHECK: bnn.scale
// CHECK: bnn.binarize
func.func @row_factors(%a: tensor<1x2x2x1xi32>) -> tensor<1x2x2x1x!bnn.bipolar<1>> {
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %r = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %y = bnn.scale %a by %one row %r : tensor<1x2x2x1xi32>, tensor<1xf32> row tensor<2xf32> -> tensor<1x2x2x1xf32>
  %q = bnn.binarize %y : tensor<1x2x2x1xf32> -> tensor<1x2x2x1x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x1x!bnn.bipolar<1>>
}

// Floats: an infinity times zero is NaN; a chain may not depend on its input; modes that tell NaN from low.
// CHECK-LABEL: func @floats
// CHECK: tosa.mul
// CHECK: tosa.clamp
// CHECK: tosa.add
func.func @floats(%x: tensor<5x2xf32>) -> (tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.mul %x, %zero, %sh : (tensor<5x2xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<5x2xf32>
  // expected-remark @below {{keeps the ops before it: infinite inputs become NaN in channel 0}}
  %p = bnn.binarize %m : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %c = tosa.clamp %x {min_val = 0.0 : f32, max_val = 1.0 : f32} : (tensor<5x2xf32>) -> tensor<5x2xf32>
  // expected-remark @below {{keeps the ops before it: it does not depend on its input in channel 0}}
  %q = bnn.binarize %c : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  %a = tosa.add %x, %one : (tensor<5x2xf32>, tensor<1x1xf32>) -> tensor<5x2xf32>
  %r = bnn.binarize %a {zero = #bnn.zero_mode<signbit>} : tensor<5x2xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return %p, %q, %r : tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>, tensor<5x2x!bnn.bipolar<1>>
}
