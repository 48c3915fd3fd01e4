// RUN: bnn-opt %s --canonicalize=test-convergence --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @unpack_of_pack(
// CHECK-SAME:    %[[X:.*]]: tensor
// CHECK-NEXT:    return %[[X]]
func.func @unpack_of_pack(%x: tensor<4x!bnn.signed<4>>) -> tensor<4x!bnn.signed<4>> {
  %0 = bnn.pack %x : tensor<4x!bnn.signed<4>> -> tensor<4x!bnn.signed<4>, #bnn.byte_codes>
  %1 = bnn.unpack %0 : tensor<4x!bnn.signed<4>, #bnn.byte_codes> -> tensor<4x!bnn.signed<4>>
  return %1 : tensor<4x!bnn.signed<4>>
}

// -----

#bits = #bnn.bit_packed<pad = [], border = 0>

// CHECK-LABEL: func.func @pack_of_unpack(
// CHECK-SAME:    %[[X:.*]]: tensor
// CHECK-NEXT:    return %[[X]]
func.func @pack_of_unpack(%x: tensor<4x!bnn.bipolar<1>, #bits>) -> tensor<4x!bnn.bipolar<1>, #bits> {
  %0 = bnn.unpack %x : tensor<4x!bnn.bipolar<1>, #bits> -> tensor<4x!bnn.bipolar<1>>
  %1 = bnn.pack %0 : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>, #bits>
  return %1 : tensor<4x!bnn.bipolar<1>, #bits>
}

// Another layout is work.

// CHECK-LABEL: func.func @repack(
// CHECK:         bnn.unpack
// CHECK:         bnn.pack
func.func @repack(%x: tensor<4x!bnn.bipolar<1>, #bits>) -> tensor<4x!bnn.bipolar<1>, #bnn.byte_codes> {
  %0 = bnn.unpack %x : tensor<4x!bnn.bipolar<1>, #bits> -> tensor<4x!bnn.bipolar<1>>
  %1 = bnn.pack %0 : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>, #bnn.byte_codes>
  return %1 : tensor<4x!bnn.bipolar<1>, #bnn.byte_codes>
}

// -----

// CHECK-LABEL: func.func @constants_merge(
// CHECK:         %[[W:.*]] = bnn.constant dense<1>
// CHECK-NEXT:    return %[[W]], %[[W]]
func.func @constants_merge() -> (tensor<4x!bnn.bipolar<1>>, tensor<4x!bnn.bipolar<1>>) {
  %0 = bnn.constant dense<1> : tensor<4xi8> as tensor<4x!bnn.bipolar<1>>
  %1 = bnn.constant dense<1> : tensor<4xi8> as tensor<4x!bnn.bipolar<1>>
  return %0, %1 : tensor<4x!bnn.bipolar<1>>, tensor<4x!bnn.bipolar<1>>
}

// -----

// CHECK-LABEL: func.func @border_correct_zero(
// CHECK-SAME:    %[[X:.*]]: tensor
// CHECK-NEXT:    return %[[X]]
func.func @border_correct_zero(%x: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %table = arith.constant dense<0> : tensor<3x1x2xi32>
  %0 = bnn.border_correct %x, %table {border = array<i64: 1, 1, 0, 0>} : tensor<1x4x4x2xi32>, tensor<3x1x2xi32> -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// CHECK-LABEL: func.func @border_correct_nonzero(
// CHECK:         bnn.border_correct
func.func @border_correct_nonzero(%x: tensor<1x4x4x2xi32>) -> tensor<1x4x4x2xi32> {
  %table = arith.constant dense<[[[0, 0]], [[0, 1]], [[0, 0]]]> : tensor<3x1x2xi32>
  %0 = bnn.border_correct %x, %table {border = array<i64: 1, 1, 0, 0>} : tensor<1x4x4x2xi32>, tensor<3x1x2xi32> -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// -----

// CHECK-LABEL: func.func @max_pool2d_of_one(
// CHECK-SAME:    %[[X:.*]]: tensor
// CHECK-NEXT:    return %[[X]]
func.func @max_pool2d_of_one(%x: tensor<1x4x4x2x!bnn.ternary>) -> tensor<1x4x4x2x!bnn.ternary> {
  %0 = bnn.max_pool2d %x {kernel = array<i64: 1, 1>, dilations = array<i64: 2, 2>} : tensor<1x4x4x2x!bnn.ternary> -> tensor<1x4x4x2x!bnn.ternary>
  return %0 : tensor<1x4x4x2x!bnn.ternary>
}

// CHECK-LABEL: func.func @max_pool2d_strided(
// CHECK:         bnn.max_pool2d
func.func @max_pool2d_strided(%x: tensor<1x4x4x2x!bnn.ternary>) -> tensor<1x2x4x2x!bnn.ternary> {
  %0 = bnn.max_pool2d %x {kernel = array<i64: 1, 1>, strides = array<i64: 2, 1>} : tensor<1x4x4x2x!bnn.ternary> -> tensor<1x2x4x2x!bnn.ternary>
  return %0 : tensor<1x2x4x2x!bnn.ternary>
}

// -----

// CHECK-LABEL: func.func @plane_of_one_bit(
// CHECK-SAME:    %[[B:.*]]: tensor<4x!bnn.bipolar<1>>, %[[U:.*]]: tensor<4x!bnn.unsigned<1>>, %[[S:.*]]: tensor<4x!bnn.signed<1>>
// CHECK-NEXT:    %[[P:.*]] = bnn.plane %[[S]]
// CHECK-NEXT:    return %[[B]], %[[U]], %[[P]]
func.func @plane_of_one_bit(%b: tensor<4x!bnn.bipolar<1>>, %u: tensor<4x!bnn.unsigned<1>>, %s: tensor<4x!bnn.signed<1>>)
    -> (tensor<4x!bnn.bipolar<1>>, tensor<4x!bnn.unsigned<1>>, tensor<4x!bnn.unsigned<1>>) {
  %0 = bnn.plane %b {index = 0} : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>>
  %1 = bnn.plane %u {index = 0} : tensor<4x!bnn.unsigned<1>> -> tensor<4x!bnn.unsigned<1>>
  %2 = bnn.plane %s {index = 0} : tensor<4x!bnn.signed<1>> -> tensor<4x!bnn.unsigned<1>>
  return %0, %1, %2 : tensor<4x!bnn.bipolar<1>>, tensor<4x!bnn.unsigned<1>>, tensor<4x!bnn.unsigned<1>>
}

// -----

// CHECK-LABEL: func.func @zero_points(
// CHECK-NEXT:    %[[Q:.*]] = bnn.quantize %{{.*}} scale %{{.*}} : tensor
// CHECK-NEXT:    %[[R:.*]] = bnn.quantize %{{.*}} scale %{{.*}} {zero_points = array<i64: 0, 1, 0>}
// CHECK-NEXT:    bnn.dequantize %[[Q]] scale %{{.*}} : tensor
// CHECK-NEXT:    bnn.dequantize %[[R]] scale %{{.*}} {zero_points = array<i64: 1>}
func.func @zero_points(%x: tensor<3xf32>, %s: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  %0 = bnn.quantize %x scale %s {zero_points = array<i64: 0, 0, 0>} : tensor<3xf32>, tensor<3xf32> -> tensor<3x!bnn.signed<4>>
  %1 = bnn.quantize %x scale %s {zero_points = array<i64: 0, 1, 0>} : tensor<3xf32>, tensor<3xf32> -> tensor<3x!bnn.signed<4>>
  %2 = bnn.dequantize %0 scale %s {zero_points = array<i64: 0>} : tensor<3x!bnn.signed<4>>, tensor<3xf32> -> tensor<3xf32>
  %3 = bnn.dequantize %1 scale %s {zero_points = array<i64: 1>} : tensor<3x!bnn.signed<4>>, tensor<3xf32> -> tensor<3xf32>
  return %2, %3 : tensor<3xf32>, tensor<3xf32>
}

// -----

// Comparisons do not tell zeros apart, the sign bit does.

// CHECK-LABEL: func.func @binarize(
// CHECK:         %[[MINUS:.*]] = arith.constant dense<[0.000000e+00, -0.000000e+00]>
// CHECK-NEXT:    bnn.binarize %{{.*}} : tensor
// CHECK-NEXT:    bnn.binarize %{{.*}} {zero = #bnn.zero_mode<minus>}
// CHECK-NEXT:    bnn.binarize %{{.*}} {zero = #bnn.zero_mode<ternary>}
// CHECK-NEXT:    bnn.binarize %{{.*}} {zero = #bnn.zero_mode<signbit>}
// CHECK-NEXT:    bnn.binarize %{{.*}} threshold %[[MINUS]] : tensor<2xf32> {zero = #bnn.zero_mode<signbit>}
func.func @binarize(%x: tensor<2xf32>) -> (tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.ternary>, tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>) {
  %zero = arith.constant dense<0.0> : tensor<1xf32>
  %minus = arith.constant dense<[0.0, -0.0]> : tensor<2xf32>
  %0 = bnn.binarize %x threshold %minus : tensor<2xf32> : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  %1 = bnn.binarize %x threshold %minus : tensor<2xf32> {zero = #bnn.zero_mode<minus>} : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  %2 = bnn.binarize %x threshold %zero : tensor<1xf32> {zero = #bnn.zero_mode<ternary>} : tensor<2xf32> -> tensor<2x!bnn.ternary>
  %3 = bnn.binarize %x threshold %zero : tensor<1xf32> {zero = #bnn.zero_mode<signbit>} : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  %4 = bnn.binarize %x threshold %minus : tensor<2xf32> {zero = #bnn.zero_mode<signbit>} : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  return %0, %1, %2, %3, %4 : tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.ternary>, tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>
}

// -----

// CHECK-LABEL: func.func @pad_value(
// CHECK-NEXT:    bnn.conv2d %{{.*}}, %{{.*}} : tensor
// CHECK-NEXT:    bnn.conv2d %{{.*}}, %{{.*}} {pad = array<i64: 0, 0, 1, 0>, pad_value = -1 : i64}
func.func @pad_value(%x: tensor<1x2x2x4x!bnn.bipolar<1>>, %w: tensor<1x2x2x4x!bnn.bipolar<1>>) -> (tensor<1x1x1x1xi32>, tensor<1x1x2x1xi32>) {
  %0 = bnn.conv2d %x, %w {pad_value = -1} : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<1x2x2x4x!bnn.bipolar<1>> -> tensor<1x1x1x1xi32>
  %1 = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 1, 0>, pad_value = -1} : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<1x2x2x4x!bnn.bipolar<1>> -> tensor<1x1x2x1xi32>
  return %0, %1 : tensor<1x1x1x1xi32>, tensor<1x1x2x1xi32>
}

// -----

// x + (-0.0) is x; x + 0.0 is not, for x = -0.0.

// CHECK-LABEL: func.func @scale(
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<1xf32>
// CHECK-DAG:     %[[MIXED:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK:         bnn.scale %{{.*}} by %{{.*}} : tensor<1x2x2x2xi32>, tensor<2xf32> ->
// CHECK-NEXT:    bnn.scale %{{.*}} by %{{.*}} row %[[MIXED]] bias %[[ZERO]] :
func.func @scale(%x: tensor<1x2x2x2xi32>, %s: tensor<2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %mixed = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %zero = arith.constant dense<0.0> : tensor<1xf32>
  %minus = arith.constant dense<-0.0> : tensor<1xf32>
  %0 = bnn.scale %x by %s row %one column %one bias %minus : tensor<1x2x2x2xi32>, tensor<2xf32> row tensor<2xf32> column tensor<2xf32>, tensor<1xf32> -> tensor<1x2x2x2xf32>
  %1 = bnn.scale %x by %s row %mixed column %one bias %zero : tensor<1x2x2x2xi32>, tensor<2xf32> row tensor<2xf32> column tensor<2xf32>, tensor<1xf32> -> tensor<1x2x2x2xf32>
  return %0, %1 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// -----

// CHECK-LABEL: func.func @descending(
// CHECK-NEXT:    bnn.threshold %{{.*}}, %{{.*}} : tensor
// CHECK-NEXT:    bnn.threshold %{{.*}}, %{{.*}} {descending = array<i1: false, true>}
func.func @descending(%x: tensor<2xi32>, %t: tensor<2x1xi32>) -> (tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>) {
  %0 = bnn.threshold %x, %t {descending = array<i1: false, false>} : tensor<2xi32>, tensor<2x1xi32> -> tensor<2x!bnn.bipolar<1>>
  %1 = bnn.threshold %x, %t {descending = array<i1: false, true>} : tensor<2xi32>, tensor<2x1xi32> -> tensor<2x!bnn.bipolar<1>>
  return %0, %1 : tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<1>>
}

// -----

// Unused ops go.

// CHECK-LABEL: func.func @unused(
// CHECK-NEXT:    return
func.func @unused(%x: tensor<2x4x!bnn.bipolar<1>>, %f: tensor<2xf32>) {
  %0 = bnn.matmul %x, %x {transpose_rhs} : tensor<2x4x!bnn.bipolar<1>>, tensor<2x4x!bnn.bipolar<1>> -> tensor<2x2xi32>
  %1 = bnn.binarize %f : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  return
}
