// RUN: bnn-opt %s --bnn-merge-groups --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-merge-groups --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @two_groups
// CHECK-DAG: %[[W:.*]] = bnn.constant dense<{{\[\[\[\[}}1, 0]]], {{\[\[\[}}0, 0]]], {{\[\[\[}}1, 1]]], {{\[\[\[}}0, 1]]]]> : tensor<4x1x1x2xi8>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<[1.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00]> : tensor<4xf32>}>
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<[5.000000e-01, 5.000000e-01, 1.000000e+00, 1.500000e+00]> : tensor<4xf32>}>
// CHECK-DAG: %[[A:.*]] = bnn.conv2d %arg0, %[[W]] {groups = 2 : i64, pad = array<i64: 1, 1, 0, 0>} : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<4x1x1x2x!bnn.bipolar<1>> -> tensor<1x4x2x4xi32>
// CHECK: bnn.scale %[[A]] by %[[S]] bias %[[B]]
// CHECK-NOT: tosa.{{slice|conv2d|concat}}
func.func @two_groups(%q: tensor<1x2x2x4x!bnn.bipolar<1>>) -> tensor<1x4x2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %half = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %two = "tosa.const"() <{values = dense<[2.0, 3.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %at0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %at2 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 2, 2, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %w0 = bnn.constant dense<[[[[1, 0]]], [[[0, 0]]]]> : tensor<2x1x1x2xi8> as tensor<2x1x1x2x!bnn.bipolar<1>>
  %w1 = bnn.constant dense<[[[[1, 1]]], [[[0, 1]]]]> : tensor<2x1x1x2xi8> as tensor<2x1x1x2x!bnn.bipolar<1>>
  %d0 = bnn.dequantize %w0 scale %one : tensor<2x1x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x2xf32>
  %d1 = bnn.dequantize %w1 scale %two : tensor<2x1x1x2x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<2x1x1x2xf32>
  %x = bnn.dequantize %q scale %half : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2x2x4xf32>
  %x0 = tosa.slice %x, %at0, %size : (tensor<1x2x2x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x2xf32>
  %x1 = tosa.slice %x, %at2, %size : (tensor<1x2x2x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x2xf32>
  %y0 = tosa.conv2d %x0, %d0, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x2x2xf32>
  %y1 = tosa.conv2d %x1, %d1, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x2x2xf32>
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) -> tensor<1x4x2x4xf32>
  return %y : tensor<1x4x2x4xf32>
}

// The second part has float weights.
// CHECK-LABEL: func @float_weights
// CHECK-COUNT-2: tosa.conv2d
func.func @float_weights(%q: tensor<1x2x2x4x!bnn.bipolar<1>>, %d1: tensor<2x1x1x2xf32>) -> tensor<1x2x2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %at0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %at2 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 2, 2, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %w0 = bnn.constant dense<1> : tensor<2x1x1x2xi8> as tensor<2x1x1x2x!bnn.bipolar<1>>
  %d0 = bnn.dequantize %w0 scale %one : tensor<2x1x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x2xf32>
  %x = bnn.dequantize %q scale %one : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2x2x4xf32>
  %x0 = tosa.slice %x, %at0, %size : (tensor<1x2x2x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x2xf32>
  %x1 = tosa.slice %x, %at2, %size : (tensor<1x2x2x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x2xf32>
  %y0 = tosa.conv2d %x0, %d0, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %y1 = tosa.conv2d %x1, %d1, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{(tosa.concat): stays one convolution per group: its weights are float}}
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  return %y : tensor<1x2x2x4xf32>
}

// Two convolutions of the same slice are no groups.
// CHECK-LABEL: func @same_slice
// CHECK-NOT: bnn.conv2d
func.func @same_slice(%q: tensor<1x2x2x4x!bnn.bipolar<1>>) -> tensor<1x2x2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %at0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 2, 2, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %w0 = bnn.constant dense<1> : tensor<2x1x1x2xi8> as tensor<2x1x1x2x!bnn.bipolar<1>>
  %d0 = bnn.dequantize %w0 scale %one : tensor<2x1x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x2xf32>
  %x = bnn.dequantize %q scale %one : tensor<1x2x2x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2x2x4xf32>
  %x0 = tosa.slice %x, %at0, %size : (tensor<1x2x2x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x2xf32>
  %y0 = tosa.conv2d %x0, %d0, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %y1 = tosa.conv2d %x0, %d0, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x4xf32>
  return %y : tensor<1x2x2x4xf32>
}
