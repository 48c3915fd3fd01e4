// RUN: bnn-opt %s --bnn-apply-bits -split-input-file | FileCheck %s
// RUN: bnn-opt %s --bnn-apply-bits --bnn-quantize-constants --bnn-fuse-dequantize -split-input-file \
// RUN:   | FileCheck %s --check-prefix=FUSED

// Signed weights of four bits: the first channel's scale is 0.7 / 7, the second's the one that cuts -8 down to reach
// the others. Activations that are not negative are unsigned.
// CHECK-LABEL: func.func @conv(
// CHECK-SAME: %[[X:.*]]: tensor<1x2x2x3xf32>
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<5.000000e-01> : tensor<1xf32>}>
// CHECK: %[[Q:.*]] = bnn.quantize %[[X]] scale %{{.*}} : tensor<1x2x2x3xf32>, tensor<1xf32> -> tensor<1x2x2x3x!bnn.unsigned<8>>
// CHECK: %[[D:.*]] = bnn.dequantize %[[Q]]
// CHECK: %[[SCALES:.*]] = "tosa.const"() <{values = dense<[1.000000e-01, {{.*}}]> : tensor<2xf32>}>
// CHECK: %[[QW:.*]] = bnn.quantize %{{.*}} scale %[[SCALES]] : tensor<2x1x1x3xf32>, tensor<2xf32> -> tensor<2x1x1x3x!bnn.signed<4>>
// CHECK: %[[DW:.*]] = bnn.dequantize %[[QW]] scale %[[SCALES]]
// CHECK: tosa.conv2d %[[D]], %[[DW]]
// CHECK-NOT: bnn.weight_bits
// FUSED-LABEL: func.func @conv(
// FUSED: bnn.constant dense<{{\[\[}}{{\[\[}}7, 0, -3]]], {{.*}}> : tensor<2x1x1x3xi8>
// FUSED: bnn.conv2d
// FUSED: bnn.scale
func.func @conv(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[[0.7, 0.0, -0.3]]], [[[-8.0, 1.0, 3.0]]]]> : tensor<2x1x1x3xf32>}> : () -> tensor<2x1x1x3xf32>
  %y = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64, bnn.activation_scale = 0.5 : f32} : (tensor<1x2x2x3xf32>, tensor<2x1x1x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

// -----

// One bit of either sign is bipolar, its scale the mean magnitude; the axis of a matrix is its last.
// CHECK-LABEL: func.func @matmul(
// CHECK: bnn.quantize %arg0 {{.*}} -> tensor<1x1x4x!bnn.bipolar<2>>
// CHECK: "tosa.const"() <{values = dense<[2.500000e+00, 1.000000e+00]> : tensor<2xf32>}>
// CHECK: bnn.quantize {{.*}} {axis = 2 : i64} : tensor<1x4x2xf32>, tensor<2xf32> -> tensor<1x4x2x!bnn.bipolar<1>>
// FUSED-LABEL: func.func @matmul(
// FUSED: bnn.constant dense<{{\[\[}}1, 0, 1, 0], [1, 1, 1, 0]]> : tensor<2x4xi8>
// FUSED: bnn.matmul {{.*}} {transpose_rhs}
func.func @matmul(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[1.0, 1.0], [-2.0, 0.5], [3.0, 1.0], [-4.0, -1.5]]]> : tensor<1x4x2xf32>}> : () -> tensor<1x4x2xf32>
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 1 : i64, bnn.activation_bits = 2 : i64, bnn.activation_scale = 0.25 : f32, bnn.activation_signed} : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// More bits become fewer, from the floats before the old quantizer; codes that have as few bits stay.
// CHECK-LABEL: func.func @again(
// CHECK-SAME: %[[X:.*]]: tensor<1x1x4xf32>
// CHECK: %[[W:.*]] = bnn.dequantize %{{.*}} : tensor<1x4x1x!bnn.bipolar<1>>
// CHECK: %[[Q:.*]] = bnn.quantize %[[X]] {{.*}} -> tensor<1x1x4x!bnn.unsigned<4>>
// CHECK: %[[D:.*]] = bnn.dequantize %[[Q]]
// CHECK: tosa.matmul %[[D]], %[[W]],
func.func @again(%x: tensor<1x1x4xf32>) -> tensor<1x1x1xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<0.1> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = bnn.constant dense<[[[1], [0], [1], [1]]]> : tensor<1x4x1xi8> as tensor<1x4x1x!bnn.bipolar<1>>
  %w = bnn.dequantize %c scale %s : tensor<1x4x1x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x4x1xf32>
  %q = bnn.quantize %x scale %s : tensor<1x1x4xf32>, tensor<1xf32> -> tensor<1x1x4x!bnn.unsigned<8>>
  %d = bnn.dequantize %q scale %s : tensor<1x1x4x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x1x4xf32>
  %y = tosa.matmul %d, %w, %zero, %zero {bnn.weight_bits = 2 : i64, bnn.activation_bits = 4 : i64, bnn.activation_scale = 0.25 : f32} : (tensor<1x1x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// The parts of a grouped convolution share one quantizer.
// CHECK-LABEL: func.func @grouped(
// CHECK: %[[Q:.*]] = bnn.quantize %arg0
// CHECK: %[[D:.*]] = bnn.dequantize %[[Q]]
// CHECK-NOT: bnn.quantize %arg0
// CHECK: tosa.slice %[[D]]
// CHECK: tosa.conv2d
// CHECK: tosa.slice %[[D]]
// CHECK: tosa.conv2d
// CHECK-NOT: bnn.weight_bits
func.func @grouped(%x: tensor<1x2x2x2xf32>) -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %s0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %s1 = tosa.const_shape {values = dense<[0, 0, 0, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %n = tosa.const_shape {values = dense<[1, 2, 2, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %a = tosa.slice %x, %s0, %n : (tensor<1x2x2x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x1xf32>
  %y = tosa.conv2d %a, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64, bnn.activation_scale = 0.5 : f32} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32> loc("grouped")
  %b = tosa.slice %x, %s1, %n : (tensor<1x2x2x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x2x1xf32>
  %z = tosa.conv2d %b, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64, bnn.activation_scale = 0.5 : f32} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32> loc("grouped")
  return %y, %z : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>
}
