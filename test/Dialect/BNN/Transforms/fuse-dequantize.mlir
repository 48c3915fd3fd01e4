// RUN: bnn-opt %s --bnn-fuse-dequantize --split-input-file | FileCheck %s

// CHECK-LABEL: func @conv
// CHECK: %[[S:.*]] = "tosa.const"() <{values = dense<[1.000000e+00, -1.500000e+00]> : tensor<2xf32>}>
// CHECK: %[[A:.*]] = bnn.conv2d %arg0, %arg1 {dilations = array<i64: 1, 2>, pad = array<i64: 1, 0, 2, 2>, strides = array<i64: 2, 1>}
// CHECK-SAME: tensor<1x4x4x3x!bnn.bipolar<1>>, tensor<2x3x3x3x!bnn.signed<4>> -> tensor<1x2x4x2xi32>
// CHECK: %[[Y:.*]] = bnn.scale %[[A]] by %[[S]] bias %arg2
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x4x4x3x!bnn.bipolar<1>>, %w: tensor<2x3x3x3x!bnn.signed<4>>, %b: tensor<2xf32>) -> tensor<1x2x4x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sx = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sw = "tosa.const"() <{values = dense<[2.0, -3.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %f = bnn.dequantize %x scale %sx : tensor<1x4x4x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x4x4x3xf32>
  %g = bnn.dequantize %w scale %sw : tensor<2x3x3x3x!bnn.signed<4>>, tensor<2xf32> -> tensor<2x3x3x3xf32>
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 1, 0, 2, 2>, stride = array<i64: 2, 1>} : (tensor<1x4x4x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4x2xf32>
  return %c : tensor<1x2x4x2xf32>
}

// -----

// A bias of zeros is no bias; equal scales are one; scales of activations per channel that are equal factor out.
// CHECK-LABEL: func @conv_without_bias
// CHECK: dense<6.000000e+00> : tensor<1xf32>
// CHECK: bnn.scale %{{.*}} by %{{[^ ]*}} : tensor<1x2x2x2xi32>, tensor<1xf32> ->
func.func @conv_without_bias(%x: tensor<1x2x2x3x!bnn.bipolar<1>>, %w: tensor<2x1x1x3x!bnn.bipolar<1>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %sx = "tosa.const"() <{values = dense<2.0> : tensor<3xf32>}> : () -> tensor<3xf32>
  %sw = "tosa.const"() <{values = dense<3.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %f = bnn.dequantize %x scale %sx {axis = 3 : i64} : tensor<1x2x2x3x!bnn.bipolar<1>>, tensor<3xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %sw : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<2x1x1x3xf32>
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// -----

// Filter H x W x C x M becomes C·M x H x W x 1; scales per input channel and per multiplier both factor out.
// CHECK-LABEL: func @depthwise
// CHECK-DAG: %[[W:.*]] = bnn.constant dense<{{\[\[\[\[}}0], [0]]], {{\[\[\[}}1], [1]]], {{\[\[\[}}0], [1]]], {{\[\[\[}}1], [0]]]]> : tensor<4x1x2x1xi8>
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<[2.000000e+01, 3.000000e+01, 2.000000e+02, 3.000000e+02]> : tensor<4xf32>}>
// CHECK: %[[A:.*]] = bnn.conv2d %arg0, %[[W]] {groups = 2 : i64} : tensor<1x2x3x2x!bnn.bipolar<1>>, tensor<4x1x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x4xi32>
// CHECK: bnn.scale %[[A]] by %[[S]] bias %arg1
func.func @depthwise(%x: tensor<1x2x3x2x!bnn.bipolar<1>>, %b: tensor<4xf32>) -> tensor<1x2x2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sx = "tosa.const"() <{values = dense<[10.0, 100.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %sw = "tosa.const"() <{values = dense<[2.0, 3.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %w = bnn.constant dense<[[[[0, 1], [0, 1]], [[0, 1], [1, 0]]]]> : tensor<1x2x2x2xi8> as tensor<1x2x2x2x!bnn.bipolar<1>>
  %f = bnn.dequantize %x scale %sx {axis = 3 : i64} : tensor<1x2x3x2x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<1x2x3x2xf32>
  %g = bnn.dequantize %w scale %sw {axis = 3 : i64} : tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<1x2x2x2xf32>
  %c = tosa.depthwise_conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x3x2xf32>, tensor<1x2x2x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x4xf32>
  return %c : tensor<1x2x2x4xf32>
}

// -----

// Constant weights of one batch are stored a row per output.
// CHECK-LABEL: func @layer
// CHECK: %[[W:.*]] = bnn.constant dense<{{\[\[}}1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8> as tensor<2x3x!bnn.signed<4>>
// CHECK: %[[A:.*]] = bnn.matmul %arg0, %[[W]] {transpose_rhs} : tensor<1x5x3x!bnn.bipolar<1>>, tensor<2x3x!bnn.signed<4>> -> tensor<1x5x2xi32>
// CHECK: bnn.scale %[[A]]
func.func @layer(%x: tensor<1x5x3x!bnn.bipolar<1>>) -> tensor<1x5x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %sw = "tosa.const"() <{values = dense<[2.0, 3.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %w = bnn.constant dense<[[[1, 4], [2, 5], [3, 6]]]> : tensor<1x3x2xi8> as tensor<1x3x2x!bnn.signed<4>>
  %f = bnn.dequantize %x scale %s : tensor<1x5x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x5x3xf32>
  %g = bnn.dequantize %w scale %sw {axis = 2 : i64} : tensor<1x3x2x!bnn.signed<4>>, tensor<2xf32> -> tensor<1x3x2xf32>
  %y = tosa.matmul %f, %g, %z, %z : (tensor<1x5x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2xf32>
  return %y : tensor<1x5x2xf32>
}

// -----

// CHECK-LABEL: func @batched
// CHECK: bnn.matmul %arg0, %arg1 : tensor<4x5x3x!bnn.unsigned<1>>, tensor<4x3x2x!bnn.bipolar<1>> -> tensor<4x5x2xi32>
func.func @batched(%x: tensor<4x5x3x!bnn.unsigned<1>>, %y: tensor<4x3x2x!bnn.bipolar<1>>) -> tensor<4x5x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %f = bnn.dequantize %x scale %s : tensor<4x5x3x!bnn.unsigned<1>>, tensor<1xf32> -> tensor<4x5x3xf32>
  %g = bnn.dequantize %y scale %s : tensor<4x3x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x3x2xf32>
  %m = tosa.matmul %f, %g, %z, %z : (tensor<4x5x3xf32>, tensor<4x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x5x2xf32>
  return %m : tensor<4x5x2xf32>
}

// -----

// Zero point 3: the sum of the taps inside the image, times -3. The filter is 1 2 3 in one row, padded by 1.
// CHECK-LABEL: func @zero_point
// CHECK: %[[T:.*]] = "tosa.const"() <{values = dense<{{\[\[\[}}-15], [-18], [-9]]]> : tensor<1x3x1xi32>}>
// CHECK: bnn.conv2d %arg0, %{{.*}} {pad = array<i64: 0, 0, 1, 1>}
// CHECK: bnn.border_correct %{{.*}}, %[[T]] {border = array<i64: 0, 0, 1, 1>}
func.func @zero_point(%x: tensor<1x1x4x1x!bnn.unsigned<8>>) -> tensor<1x1x4x1xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = bnn.constant dense<[[[[1], [2], [3]]]]> : tensor<1x1x3x1xi8> as tensor<1x1x3x1x!bnn.signed<8>>
  %f = bnn.dequantize %x scale %s {zero_points = array<i64: 3>} : tensor<1x1x4x1x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x1x4x1xf32>
  %g = bnn.dequantize %w scale %s : tensor<1x1x3x1x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x1x3x1xf32>
  %c = tosa.conv2d %f, %g, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x1x4x1xf32>, tensor<1x1x3x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4x1xf32>
  return %c : tensor<1x1x4x1xf32>
}

// -----

// CHECK-LABEL: func @zero_point_of_layer
// CHECK: %[[T:.*]] = "tosa.const"() <{values = dense<{{\[\[\[}}-12, -30]]]> : tensor<1x1x2xi32>}>
// CHECK: tosa.add %{{.*}}, %[[T]] : (tensor<1x5x2xi32>, tensor<1x1x2xi32>) -> tensor<1x5x2xi32>
func.func @zero_point_of_layer(%x: tensor<1x5x3x!bnn.unsigned<8>>) -> tensor<1x5x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = bnn.constant dense<[[[1, 4], [2, 5], [3, 6]]]> : tensor<1x3x2xi8> as tensor<1x3x2x!bnn.signed<4>>
  %f = bnn.dequantize %x scale %s {zero_points = array<i64: 2>} : tensor<1x5x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x5x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<1x3x2x!bnn.signed<4>>, tensor<1xf32> -> tensor<1x3x2xf32>
  %y = tosa.matmul %f, %g, %z, %z : (tensor<1x5x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2xf32>
  return %y : tensor<1x5x2xf32>
}

// -----

// alpha·sign(w) with alpha per output channel.
// CHECK-LABEL: func @factor_joins
// CHECK: bnn.dequantize %arg0 scale %{{.*}} : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<2xf32>
// CHECK-NOT: tosa.mul
func.func @factor_joins(%w: tensor<2x1x1x3x!bnn.bipolar<1>>) -> tensor<2x1x1x3xf32> {
  %s = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %alpha = "tosa.const"() <{values = dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>}> : () -> tensor<2x1x1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %g = bnn.dequantize %w scale %s : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  %m = tosa.mul %g, %alpha, %sh : (tensor<2x1x1x3xf32>, tensor<2x1x1x1xf32>, tensor<1xi8>) -> tensor<2x1x1x3xf32>
  return %m : tensor<2x1x1x3xf32>
}

// -----

// A cut that only makes the window end at the edge is not needed.
// CHECK-LABEL: func @trim
// CHECK-NOT: tosa.slice
// CHECK: bnn.conv2d %arg0, %arg1 {strides = array<i64: 2, 2>} : tensor<1x6x6x3x!bnn.bipolar<1>>, tensor<2x1x1x3x!bnn.bipolar<1>> -> tensor<1x3x3x2xi32>
func.func @trim(%x: tensor<1x6x6x3x!bnn.bipolar<1>>, %w: tensor<2x1x1x3x!bnn.bipolar<1>>) -> tensor<1x3x3x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %at = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 5, 5, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %f = bnn.dequantize %x scale %s : tensor<1x6x6x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x6x6x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  %t = tosa.slice %f, %at, %size : (tensor<1x6x6x3xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x5x5x3xf32>
  %c = tosa.conv2d %t, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x5x5x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x2xf32>
  return %c : tensor<1x3x3x2xf32>
}

// -----

// Here the cut matters: one row less gives one output row less.
// CHECK-LABEL: func @real_cut
// CHECK: tosa.slice
// CHECK: tosa.conv2d
func.func @real_cut(%x: tensor<1x6x6x3x!bnn.bipolar<1>>, %w: tensor<2x1x1x3x!bnn.bipolar<1>>) -> tensor<1x5x6x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %at = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 5, 6, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %f = bnn.dequantize %x scale %s : tensor<1x6x6x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x6x6x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  %t = tosa.slice %f, %at, %size : (tensor<1x6x6x3xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x5x6x3xf32>
  %c = tosa.conv2d %t, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x5x6x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x6x2xf32>
  return %c : tensor<1x5x6x2xf32>
}

// -----

// A batch of one that is quantized here becomes a matrix.
// CHECK-LABEL: func @matrix
// CHECK: %[[R:.*]] = tosa.reshape %arg0
// CHECK: %[[Q:.*]] = bnn.quantize %[[R]] scale %{{.*}} {axis = 1 : i64} : tensor<5x3xf32>
// CHECK: %[[A:.*]] = bnn.matmul %[[Q]], %{{.*}} {transpose_rhs} : tensor<5x3x!bnn.signed<4>>, tensor<2x3x!bnn.signed<4>> -> tensor<5x2xi32>
// CHECK: %[[Y:.*]] = bnn.scale %[[A]]
// CHECK: tosa.reshape %[[Y]], %{{.*}} -> tensor<1x5x2xf32>
func.func @matrix(%x: tensor<1x5x3xf32>) -> tensor<1x5x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s3 = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %w = bnn.constant dense<1> : tensor<1x3x2xi8> as tensor<1x3x2x!bnn.signed<4>>
  %q = bnn.quantize %x scale %s3 {axis = 2 : i64} : tensor<1x5x3xf32>, tensor<3xf32> -> tensor<1x5x3x!bnn.signed<4>>
  %f = bnn.dequantize %q scale %s : tensor<1x5x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<1x5x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<1x3x2x!bnn.signed<4>>, tensor<1xf32> -> tensor<1x3x2xf32>
  %y = tosa.matmul %f, %g, %z, %z : (tensor<1x5x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2xf32>
  return %y : tensor<1x5x2xf32>
}

// -----

// Float sums that cancel are +0; 0 times a negative scale is not, so +0 is added.
// CHECK-LABEL: func @negative_scale
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<-1.000000e+00> : tensor<1xf32>}>
// CHECK-DAG: %[[Z:.*]] = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}>
// CHECK: bnn.scale %{{.*}} by %[[S]] bias %[[Z]]
func.func @negative_scale(%x: tensor<4x5x3x!bnn.unsigned<1>>, %y: tensor<4x3x2x!bnn.bipolar<1>>) -> tensor<4x5x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<-1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %f = bnn.dequantize %x scale %s : tensor<4x5x3x!bnn.unsigned<1>>, tensor<1xf32> -> tensor<4x5x3xf32>
  %g = bnn.dequantize %y scale %one : tensor<4x3x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x3x2xf32>
  %m = tosa.matmul %f, %g, %z, %z : (tensor<4x5x3xf32>, tensor<4x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x5x2xf32>
  return %m : tensor<4x5x2xf32>
}

// -----

// A pad with the number of a code, -0.5 being -1 times the scale, becomes padding with that code.
// CHECK-LABEL: func @pad_with_a_code
// CHECK-NOT: tosa.pad
// CHECK: bnn.conv2d %arg0, %arg1 {pad = array<i64: 1, 2, 0, 1>, pad_value = -1 : i64, strides = array<i64: 1, 2>}
func.func @pad_with_a_code(%x: tensor<1x4x4x3x!bnn.bipolar<1>>, %w: tensor<2x3x3x3x!bnn.bipolar<1>>, %b: tensor<2xf32>) -> tensor<1x5x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v = "tosa.const"() <{values = dense<-0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 2, 0, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %f = bnn.dequantize %x scale %s : tensor<1x4x4x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x4x4x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<2x3x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x3x3x3xf32>
  %q = tosa.pad %f, %p, %v : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x7x5x3xf32>
  %c = tosa.conv2d %q, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 2>} : (tensor<1x7x5x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2x2xf32>
  return %c : tensor<1x5x2x2xf32>
}

// -----

// Not so with a number that stands for no code of -1, 0 and 1, or with zero points.
// CHECK-LABEL: func @pad_with_another_number
// CHECK-COUNT-2: tosa.pad
// CHECK: tosa.conv2d
// CHECK: tosa.conv2d
func.func @pad_with_another_number(%x: tensor<1x4x4x3x!bnn.unsigned<2>>, %w: tensor<2x3x3x3x!bnn.bipolar<1>>, %b: tensor<2xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %p = tosa.const_shape {values = dense<[0, 0, 1, 1, 1, 1, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %f = bnn.dequantize %x scale %s : tensor<1x4x4x3x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<1x4x4x3xf32>
  %h = bnn.dequantize %x scale %s {zero_points = array<i64: 1>} : tensor<1x4x4x3x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<1x4x4x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<2x3x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x3x3x3xf32>
  %q = tosa.pad %f, %p, %v : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x6x3xf32>
  %r = tosa.pad %h, %p, %s : (tensor<1x4x4x3xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x6x6x3xf32>
  %c = tosa.conv2d %q, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x6x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %d = tosa.conv2d %r, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x6x6x3xf32>, tensor<2x3x3x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  return %c, %d : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>
}
