// RUN: bnn-opt %s --bnn-hoist-data-movement --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-hoist-data-movement --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @transpose
// CHECK: %[[T:.*]] = tosa.transpose %arg0
// CHECK: %[[Q:.*]] = bnn.binarize %[[T]] : tensor<4x3x3x2xf32>
// CHECK: %[[D:.*]] = bnn.dequantize %[[Q]] scale %arg1 : tensor<4x3x3x2x!bnn.bipolar<1>>, tensor<1xf32>
// CHECK: return %[[D]]
func.func @transpose(%w: tensor<4x2x3x3xf32>, %s: tensor<1xf32>) -> tensor<4x3x3x2xf32> {
  %q = bnn.binarize %w : tensor<4x2x3x3xf32> -> tensor<4x2x3x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s : tensor<4x2x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x2x3x3xf32>
  %t = tosa.transpose %f {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x2x3x3xf32>) -> tensor<4x3x3x2xf32>
  return %t : tensor<4x3x3x2xf32>
}

// The channels of dimension 1 go to dimension 3, through two moves.
// CHECK-LABEL: func @axis_follows
// CHECK: tosa.transpose
// CHECK: tosa.reshape
// CHECK: bnn.quantize {{.*}} {axis = 1 : i64
// CHECK: bnn.dequantize {{.*}} {axis = 1 : i64}
func.func @axis_follows(%w: tensor<4x2x3x3xf32>, %s: tensor<2xf32>) -> tensor<36x2xf32> {
  %shape = tosa.const_shape {values = dense<[36, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %q = bnn.quantize %w scale %s {axis = 1 : i64} : tensor<4x2x3x3xf32>, tensor<2xf32> -> tensor<4x2x3x3x!bnn.signed<4>>
  %f = bnn.dequantize %q scale %s {axis = 1 : i64} : tensor<4x2x3x3x!bnn.signed<4>>, tensor<2xf32> -> tensor<4x2x3x3xf32>
  %t = tosa.transpose %f {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x2x3x3xf32>) -> tensor<4x3x3x2xf32>
  %r = tosa.reshape %t, %shape : (tensor<4x3x3x2xf32>, !tosa.shape<2>) -> tensor<36x2xf32>
  return %r : tensor<36x2xf32>
}

// CHECK-LABEL: func @slice_and_reverse
// CHECK: tosa.slice %arg0
// CHECK: tosa.reverse
// CHECK: bnn.ternarize
// CHECK: bnn.dequantize
func.func @slice_and_reverse(%x: tensor<4x6xf32>, %d: tensor<6xf32>, %s: tensor<1xf32>) -> tensor<2x6xf32> {
  %start = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %q = bnn.ternarize %x dead_zone %d : tensor<4x6xf32>, tensor<6xf32> -> tensor<4x6x!bnn.ternary>
  %f = bnn.dequantize %q scale %s : tensor<4x6x!bnn.ternary>, tensor<1xf32> -> tensor<4x6xf32>
  %c = tosa.slice %f, %start, %size : (tensor<4x6xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x6xf32>
  %r = tosa.reverse %c {axis = 0 : i32} : (tensor<2x6xf32>) -> tensor<2x6xf32>
  return %r : tensor<2x6xf32>
}

// Codes that are constant already move at compile time.
// CHECK-LABEL: func @constant_codes
// CHECK: bnn.constant dense<{{\[\[}}1, 0], [0, 0], [1, 1]]> : tensor<3x2xi8> as tensor<3x2x!bnn.unsigned<1>>
// CHECK: bnn.dequantize {{.*}} {axis = 1 : i64}
func.func @constant_codes(%s: tensor<2xf32>) -> tensor<3x2xf32> {
  %q = bnn.constant dense<[[1, 0, 1], [0, 0, 1]]> : tensor<2x3xi8> as tensor<2x3x!bnn.unsigned<1>>
  %f = bnn.dequantize %q scale %s : tensor<2x3x!bnn.unsigned<1>>, tensor<2xf32> -> tensor<2x3xf32>
  %t = tosa.transpose %f {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %t : tensor<3x2xf32>
}

// CHECK-LABEL: func @concat
// CHECK: %[[C:.*]] = tosa.concat %arg0, %arg1
// CHECK: bnn.binarize %[[C]]
// CHECK: bnn.dequantize
// CHECK-NOT: bnn.binarize
func.func @concat(%x: tensor<1x2xf32>, %y: tensor<1x3xf32>) -> tensor<1x5xf32> {
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %s2 = arith.constant dense<1.0> : tensor<1xf32>
  %p = bnn.binarize %x : tensor<1x2xf32> -> tensor<1x2x!bnn.bipolar<1>>
  %q = bnn.binarize %y : tensor<1x3xf32> -> tensor<1x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %p scale %s : tensor<1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2xf32>
  %g = bnn.dequantize %q scale %s2 : tensor<1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x3xf32>
  %c = tosa.concat %f, %g {axis = 1 : i32} : (tensor<1x2xf32>, tensor<1x3xf32>) -> tensor<1x5xf32>
  return %c : tensor<1x5xf32>
}

// CHECK-LABEL: func @pad_becomes_padding
// CHECK-NOT: tosa.pad
// CHECK: tosa.conv2d %{{.*}} pad = array<i64: 3, 1, 2, 3>
func.func @pad_becomes_padding(%x: tensor<1x4x4x2xf32>, %w: tensor<3x2x2x2xf32>, %b: tensor<3xf32>) -> tensor<1x7x8x3xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.const_shape {values = dense<[0, 0, 2, 1, 1, 3, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %q = bnn.binarize %x : tensor<1x4x4x2xf32> -> tensor<1x4x4x2x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s : tensor<1x4x4x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %pad = tosa.pad %f, %p, %z : (tensor<1x4x4x2xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x7x8x2xf32>
  %c = tosa.conv2d %pad, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 1, 1>} : (tensor<1x7x8x2xf32>, tensor<3x2x2x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x7x8x3xf32>
  return %c : tensor<1x7x8x3xf32>
}

// Refusals.

// CHECK-LABEL: func @mixed_axis
// CHECK: bnn.dequantize
// CHECK: tosa.reshape
func.func @mixed_axis(%x: tensor<2x3xf32>, %s: tensor<3xf32>) -> tensor<6xf32> {
  %shape = tosa.const_shape {values = dense<[6]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %q = bnn.binarize %x : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s {axis = 1 : i64} : tensor<2x3x!bnn.bipolar<1>>, tensor<3xf32> -> tensor<2x3xf32>
  // expected-remark @below {{it mixes, cuts or reverses dimension 1, which has a parameter per channel}}
  %r = tosa.reshape %f, %shape : (tensor<2x3xf32>, !tosa.shape<1>) -> tensor<6xf32>
  return %r : tensor<6xf32>
}

// CHECK-LABEL: func @threshold_must_stay_last
func.func @threshold_must_stay_last(%x: tensor<2x3xf32>, %t: tensor<3xf32>, %s: tensor<1xf32>) -> tensor<3x2xf32> {
  %q = bnn.binarize %x threshold %t : tensor<3xf32> : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s : tensor<2x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x3xf32>
  // expected-remark @below {{the quantizer before it has a parameter per channel of the last dimension, which it moves}}
  %r = tosa.transpose %f {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// CHECK-LABEL: func @cut_and_turned
func.func @cut_and_turned(%x: tensor<2x3xf32>, %s: tensor<3xf32>) -> (tensor<2x3xf32>, tensor<2x2xf32>) {
  %start = tosa.const_shape {values = dense<[0, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %q = bnn.binarize %x : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s {axis = 1 : i64} : tensor<2x3x!bnn.bipolar<1>>, tensor<3xf32> -> tensor<2x3xf32>
  // expected-remark @below {{mixes, cuts or reverses dimension 1}}
  %r = tosa.reverse %f {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %g = bnn.dequantize %q scale %s {axis = 1 : i64} : tensor<2x3x!bnn.bipolar<1>>, tensor<3xf32> -> tensor<2x3xf32>
  // expected-remark @below {{mixes, cuts or reverses dimension 1}}
  %c = tosa.slice %g, %start, %size : (tensor<2x3xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x2xf32>
  return %r, %c : tensor<2x3xf32>, tensor<2x2xf32>
}

// CHECK-LABEL: func @no_quantizer
func.func @no_quantizer(%q: tensor<2x3x!bnn.bipolar<1>>, %s: tensor<1xf32>) -> tensor<3x2xf32> {
  %f = bnn.dequantize %q scale %s : tensor<2x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x3xf32>
  // expected-remark @below {{(tosa.transpose): stays below the quantizer: the codes it moves do not come from a quantizer}}
  %r = tosa.transpose %f {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}

// CHECK-LABEL: func @concat_of_different
func.func @concat_of_different(%x: tensor<1x2xf32>, %y: tensor<1x3xf32>, %z: tensor<1x3xf32>) -> (tensor<1x5xf32>, tensor<1x5xf32>) {
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %s2 = arith.constant dense<2.0> : tensor<1xf32>
  %p = bnn.binarize %x : tensor<1x2xf32> -> tensor<1x2x!bnn.bipolar<1>>
  %q = bnn.binarize %y : tensor<1x3xf32> -> tensor<1x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %p scale %s : tensor<1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2xf32>
  %g = bnn.dequantize %q scale %s2 : tensor<1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x3xf32>
  // expected-remark @below {{its inputs are quantized in different ways or per channel}}
  %c = tosa.concat %f, %g {axis = 1 : i32} : (tensor<1x2xf32>, tensor<1x3xf32>) -> tensor<1x5xf32>
  // expected-remark @below {{one of its inputs does not come from a quantizer}}
  %d = tosa.concat %f, %z {axis = 1 : i32} : (tensor<1x2xf32>, tensor<1x3xf32>) -> tensor<1x5xf32>
  return %c, %d : tensor<1x5xf32>, tensor<1x5xf32>
}

// CHECK-LABEL: func @pad_with_one
// CHECK: tosa.pad
func.func @pad_with_one(%x: tensor<1x2xf32>) -> tensor<1x4xf32> {
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %q = bnn.binarize %x : tensor<1x2xf32> -> tensor<1x2x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s : tensor<1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2xf32>
  // expected-remark @below {{only a pad of the height and width of a convolution's input can become padding}}
  %r = tosa.pad %f, %p, %s : (tensor<1x2xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<1x4xf32>
  return %r : tensor<1x4xf32>
}

// A cut that a convolution can do without stays for bnn-fuse-dequantize, without a remark.
// CHECK-LABEL: func @trim
// CHECK: bnn.binarize %arg0
// CHECK: tosa.slice
func.func @trim(%x: tensor<1x6x6x3xf32>, %w: tensor<2x1x1x3xf32>) -> tensor<1x3x3x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %at = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 5, 5, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %q = bnn.binarize %x : tensor<1x6x6x3xf32> -> tensor<1x6x6x3x!bnn.bipolar<1>>
  %f = bnn.dequantize %q scale %s : tensor<1x6x6x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x6x6x3xf32>
  %t = tosa.slice %f, %at, %size : (tensor<1x6x6x3xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x5x5x3xf32>
  %c = tosa.conv2d %t, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x5x5x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x2xf32>
  return %c : tensor<1x3x3x2xf32>
}
