// RUN: bnn-opt %s --bnn-fuse-dequantize --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-fuse-dequantize --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @activations_float
// CHECK: tosa.conv2d
func.func @activations_float(%f: tensor<1x2x2x3xf32>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{(tosa.conv2d): stays float: its activations are float}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @weights_float
// CHECK: tosa.conv2d
func.func @weights_float(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %g: tensor<2x1x1x3xf32>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %one : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  // expected-remark @below {{its weights are float}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @activation_scale_per_channel
// CHECK: tosa.conv2d
func.func @activation_scale_per_channel(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %three {axis = 3 : i64} : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<3xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{its activations have a scale per index of dimension 3, which does not factor out of the sum}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @weight_scale_per_input_channel
// CHECK: tosa.conv2d
func.func @weight_scale_per_input_channel(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %one : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %three {axis = 3 : i64} : tensor<2x1x1x3x!bnn.signed<8>>, tensor<3xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{its weights have a scale per index of dimension 3, which does not factor out of the sum}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @scale_not_constant
// CHECK: tosa.conv2d
func.func @scale_not_constant(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>, %s: tensor<1xf32>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %s : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{the scale of its activations is not constant}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @weight_zero_point
// CHECK: tosa.conv2d
func.func @weight_zero_point(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %one : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one {zero_points = array<i64: 1>} : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{its weights have a zero point}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @zero_point_and_variable_weights
// CHECK: tosa.conv2d
func.func @zero_point_and_variable_weights(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %one {zero_points = array<i64: 1>} : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{its activations have a zero point and its weights are not constant}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @zero_point_per_channel
// CHECK: tosa.conv2d
func.func @zero_point_per_channel(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %three {axis = 3 : i64, zero_points = array<i64: 1, 2, 3>} : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<3xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{its activations have a zero point per channel}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @named_node
// CHECK: tosa.conv2d
func.func @named_node(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %one : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one {zero_points = array<i64: 1>} : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @unknown {{node 'layer1/conv' (tosa.conv2d): stays float}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32> loc("layer1/conv")
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @infinite_scale
func.func @infinite_scale(%x: tensor<1x2x2x3x!bnn.unsigned<8>>, %w: tensor<2x1x1x3x!bnn.signed<8>>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %inf = "tosa.const"() <{values = dense<0x7F800000> : tensor<1xf32>}> : () -> tensor<1xf32>
  %f = bnn.dequantize %x scale %inf : tensor<1x2x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x2x3xf32>
  %g = bnn.dequantize %w scale %one : tensor<2x1x1x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<2x1x1x3xf32>
  // expected-remark @below {{the scale of its activations is infinite or NaN}}
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @too_deep
// CHECK: tosa.matmul
func.func @too_deep(%x: tensor<1x1x100000x!bnn.unsigned<8>>, %w: tensor<1x100000x1x!bnn.signed<8>>) -> tensor<1x1x1xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %f = bnn.dequantize %x scale %s : tensor<1x1x100000x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x1x100000xf32>
  %g = bnn.dequantize %w scale %s : tensor<1x100000x1x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x100000x1xf32>
  // expected-remark @below {{a sum of 100000 products could pass the range of i32}}
  %y = tosa.matmul %f, %g, %z, %z : (tensor<1x1x100000xf32>, tensor<1x100000x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// CHECK-LABEL: func @layer_scales
// CHECK-COUNT-2: tosa.matmul
func.func @layer_scales(%x: tensor<1x2x3x!bnn.unsigned<8>>, %w: tensor<1x3x2x!bnn.signed<8>>) -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s2 = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %s3 = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %f = bnn.dequantize %x scale %s : tensor<1x2x3x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x2x3xf32>
  %rows = bnn.dequantize %x scale %s2 {axis = 1 : i64} : tensor<1x2x3x!bnn.unsigned<8>>, tensor<2xf32> -> tensor<1x2x3xf32>
  %g = bnn.dequantize %w scale %s : tensor<1x3x2x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x3x2xf32>
  %depth = bnn.dequantize %w scale %s3 {axis = 1 : i64} : tensor<1x3x2x!bnn.signed<8>>, tensor<3xf32> -> tensor<1x3x2xf32>
  // expected-remark @below {{its left side has a scale per index of dimension 1, which is not the last of the result}}
  %0 = tosa.matmul %rows, %g, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  // expected-remark @below {{its right side has a scale per index of dimension 1, which does not factor out of the sum}}
  %1 = tosa.matmul %f, %depth, %z, %z : (tensor<1x2x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  return %0, %1 : tensor<1x2x2xf32>, tensor<1x2x2xf32>
}

// CHECK-LABEL: func @depthwise_scale_per_row
// CHECK: tosa.depthwise_conv2d
func.func @depthwise_scale_per_row(%x: tensor<1x2x2x2x!bnn.bipolar<1>>, %w: tensor<2x1x2x1x!bnn.bipolar<1>>) -> tensor<1x1x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %s2 = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %f = bnn.dequantize %x scale %one : tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2x2x2xf32>
  %g = bnn.dequantize %w scale %s2 {axis = 0 : i64} : tensor<2x1x2x1x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<2x1x2x1xf32>
  // expected-remark @below {{a scale along the height or width does not factor out of the sum}}
  %c = tosa.depthwise_conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x2x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2x2xf32>
  return %c : tensor<1x1x2x2xf32>
}

// A contraction of floats is no missed optimization.
// CHECK-LABEL: func @all_float
func.func @all_float(%f: tensor<1x2x2x3xf32>, %g: tensor<2x1x1x3xf32>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %three = "tosa.const"() <{values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %c = tosa.conv2d %f, %g, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %c : tensor<1x2x2x2xf32>
}
