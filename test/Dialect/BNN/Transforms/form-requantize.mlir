// RUN: bnn-opt %s --bnn-form-requantize --canonicalize --split-input-file | FileCheck %s

// 0.5 / 2 is 2^30·2^-32, 0.75 / 2 is 1610612736·2^-32; the biases 3 and -1.5 are 6 and -2 steps of the accumulators.

// CHECK-LABEL: @scale
// CHECK-DAG: %[[BIAS:.*]] = "tosa.const"() <{values = dense<{{\[}}[6, -2]]> : tensor<1x2xi32>}>
// CHECK-DAG: %[[ACC:.*]] = bnn.matmul
// CHECK: %[[SUM:.*]] = tosa.add %[[ACC]], %[[BIAS]]
// CHECK: %[[Q:.*]] = bnn.requantize %[[SUM]] {multipliers = array<i32: 1073741824, 1610612736>, shifts = array<i32: 32, 32>, zero_point = -5 : i64} : tensor<4x2xi32> -> tensor<4x2x!bnn.signed<8>>
// CHECK: return %[[Q]]
func.func @scale(%x: tensor<4x16x!bnn.signed<8>>) -> tensor<4x2x!bnn.signed<8>> {
  %w = bnn.constant dense<1> : tensor<16x2xi8> as tensor<16x2x!bnn.signed<8>>
  %acc = bnn.matmul %x, %w : tensor<4x16x!bnn.signed<8>>, tensor<16x2x!bnn.signed<8>> -> tensor<4x2xi32>
  %s = arith.constant dense<[0.5, 0.75]> : tensor<2xf32>
  %b = arith.constant dense<[3.0, -1.5]> : tensor<2xf32>
  %t = arith.constant dense<2.0> : tensor<1xf32>
  %y = bnn.scale %acc by %s bias %b : tensor<4x2xi32>, tensor<2xf32>, tensor<2xf32> -> tensor<4x2xf32>
  %q = bnn.quantize %y scale %t {axis = 1 : i64, zero_points = array<i64: -5>} : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.signed<8>>
  return %q : tensor<4x2x!bnn.signed<8>>
}

// -----

// A clamp at zero says nothing before unsigned codes; one at 6 stays, in steps of 0.125.

// CHECK-LABEL: @clamps
// CHECK-NOT: tosa.maximum
// CHECK: %[[A:.*]] = bnn.requantize %arg0 {{.*}} -> tensor<4x2xi32>
// CHECK: %[[M:.*]] = tosa.minimum %[[A]], %{{.*}}
// CHECK: bnn.requantize %[[M]] {{.*}} -> tensor<4x2x!bnn.unsigned<8>>
func.func @clamps(%acc: tensor<4x2xi32>) -> tensor<4x2x!bnn.unsigned<8>> {
  %s = arith.constant dense<0.01> : tensor<1xf32>
  %t = arith.constant dense<0.125> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<4x2xi32>, tensor<1xf32> -> tensor<4x2xf32>
  %c = tosa.clamp %y {min_val = -3.40282347E+38 : f32, max_val = 6.0 : f32} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %d = tosa.clamp %c {min_val = 0.0 : f32, max_val = 3.40282347E+38 : f32} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = bnn.quantize %d scale %t : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.unsigned<8>>
  return %q : tensor<4x2x!bnn.unsigned<8>>
}

// -----

// A residual sum: both sides at a fraction of the step, one rounding to codes.

// CHECK-LABEL: @residual
// CHECK-DAG: %[[A:.*]] = bnn.requantize %{{.*}} : tensor<1x4x4x8xi32> -> tensor<1x4x4x8xi32>
// CHECK-DAG: %[[B:.*]] = bnn.requantize %arg1 {input_zero_point = 3 : i64, {{.*}} : tensor<1x4x4x8x!bnn.unsigned<8>> -> tensor<1x4x4x8xi32>
// CHECK: %[[SUM:.*]] = tosa.add %[[A]], %[[B]]
// CHECK: bnn.requantize %[[SUM]] {multipliers = array<i32: 1>, shifts = array<i32: 12>, zero_point = 7 : i64}
func.func @residual(%x: tensor<1x4x4x8x!bnn.signed<8>>, %r: tensor<1x4x4x8x!bnn.unsigned<8>>) -> tensor<1x4x4x8x!bnn.unsigned<8>> {
  %w = bnn.constant dense<1> : tensor<8x1x1x8xi8> as tensor<8x1x1x8x!bnn.signed<8>>
  %acc = bnn.conv2d %x, %w : tensor<1x4x4x8x!bnn.signed<8>>, tensor<8x1x1x8x!bnn.signed<8>> -> tensor<1x4x4x8xi32>
  %s = arith.constant dense<0.001> : tensor<1xf32>
  %t = arith.constant dense<0.1> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<1x4x4x8xi32>, tensor<1xf32> -> tensor<1x4x4x8xf32>
  %z = bnn.dequantize %r scale %t {zero_points = array<i64: 3>} : tensor<1x4x4x8x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x4x4x8xf32>
  %sum = tosa.add %y, %z : (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  %q = bnn.quantize %sum scale %t {zero_points = array<i64: 7>} : tensor<1x4x4x8xf32>, tensor<1xf32> -> tensor<1x4x4x8x!bnn.unsigned<8>>
  return %q : tensor<1x4x4x8x!bnn.unsigned<8>>
}

// -----

// An average of codes is a sum by a depthwise convolution with ones; moves stay moves.

// CHECK-LABEL: @average
// CHECK: %[[ONES:.*]] = bnn.constant dense<1> : tensor<8x4x4x1xi8>
// CHECK: %[[ACC:.*]] = bnn.conv2d %arg0, %[[ONES]] {groups = 8 : i64} : {{.*}} -> tensor<1x1x1x8xi32>
// CHECK: bnn.requantize
// CHECK: tosa.reshape {{.*}} -> tensor<1x8xi32>
// CHECK: bnn.requantize {{.*}} -> tensor<1x8x!bnn.unsigned<8>>
func.func @average(%x: tensor<1x4x4x8x!bnn.unsigned<8>>) -> tensor<1x8x!bnn.unsigned<8>> {
  %t = arith.constant dense<0.1> : tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %y = bnn.dequantize %x scale %t : tensor<1x4x4x8x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x4x4x8xf32>
  %m = tosa.avg_pool2d %y, %zero, %zero {acc_type = f32, kernel = array<i64: 4, 4>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x4x4x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x8xf32>
  %f = tosa.reshape %m, %shape : (tensor<1x1x1x8xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %q = bnn.quantize %f scale %t : tensor<1x8xf32>, tensor<1xf32> -> tensor<1x8x!bnn.unsigned<8>>
  return %q : tensor<1x8x!bnn.unsigned<8>>
}

// -----

// The same scale on both sides of a max pool: codes are pooled, and by 1 requantize folds away.

// CHECK-LABEL: @max_pool
// CHECK: %[[P:.*]] = bnn.max_pool2d %arg0
// CHECK-NEXT: return %[[P]]
func.func @max_pool(%x: tensor<1x4x4x8x!bnn.unsigned<8>>) -> tensor<1x2x2x8x!bnn.unsigned<8>> {
  %t = arith.constant dense<0.1> : tensor<1xf32>
  %y = bnn.dequantize %x scale %t : tensor<1x4x4x8x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x4x4x8xf32>
  %m = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32>
  %q = bnn.quantize %m scale %t : tensor<1x2x2x8xf32>, tensor<1xf32> -> tensor<1x2x2x8x!bnn.unsigned<8>>
  return %q : tensor<1x2x2x8x!bnn.unsigned<8>>
}
