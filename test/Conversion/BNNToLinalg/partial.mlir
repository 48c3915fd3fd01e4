// RUN: bnn-opt %s --convert-bnn-to-linalg -allow-unregistered-dialect | FileCheck %s

// Ops of other dialects stay; casts mark where they meet tensors of codes.

// CHECK-LABEL: func.func @tosa
func.func @tosa(%x: tensor<2x3xf32>) -> tensor<2x3x!bnn.bipolar<1>> {
  // CHECK: %[[Y:.*]] = tosa.abs
  // CHECK: linalg.generic {{.*}} ins(%[[Y]] : tensor<2x3xf32>)
  %y = tosa.abs %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = bnn.binarize %y : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  return %b : tensor<2x3x!bnn.bipolar<1>>
}

// CHECK-LABEL: func.func @edges(
// CHECK-SAME: %[[X:.*]]: tensor<3xf32>) -> tensor<3xi32>
func.func @edges(%x: tensor<3xf32>) -> tensor<3x!bnn.unsigned<1>> {
  // CHECK: %[[BITS:.*]] = linalg.generic
  // CHECK: %[[IN:.*]] = builtin.unrealized_conversion_cast %[[BITS]] : tensor<3xi32> to tensor<3x!bnn.bipolar<2>>
  // CHECK: %[[OUT:.*]] = "other.op"(%[[IN]]) : (tensor<3x!bnn.bipolar<2>>) -> tensor<3x!bnn.bipolar<2>>
  // CHECK: %[[BACK:.*]] = builtin.unrealized_conversion_cast %[[OUT]] : tensor<3x!bnn.bipolar<2>> to tensor<3xi32>
  // CHECK: linalg.generic {{.*}} ins(%[[BACK]], %{{.*}} : tensor<3xi32>, tensor<1xf32>)
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %q = bnn.quantize %x scale %s : tensor<3xf32>, tensor<1xf32> -> tensor<3x!bnn.bipolar<2>>
  %r = "other.op"(%q) : (tensor<3x!bnn.bipolar<2>>) -> tensor<3x!bnn.bipolar<2>>
  %f = bnn.dequantize %r scale %s : tensor<3x!bnn.bipolar<2>>, tensor<1xf32> -> tensor<3xf32>
  %b = bnn.binarize %f : tensor<3xf32> -> tensor<3x!bnn.unsigned<1>>
  return %b : tensor<3x!bnn.unsigned<1>>
}

// Kernels work on storage, which is none of this pass's business.
// CHECK-LABEL: func.func @kernels
func.func @kernels(%x: tensor<1x1x1x8xf32>, %o: tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8> {
  // CHECK: bnn.map_kernel
  // CHECK: bnn.yield
  %r = bnn.map_kernel params(%x : tensor<1x1x1x8xf32>) outs(%o : tensor<1x1x1x4xi8>) attributes {
      shape = array<i64: 1, 1, 1, 8>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit],
      output_layouts = [#bnn.bit_packed<pad = [], border = 0>]} {
  ^bb0(%v: f32):
    %zero = arith.constant 0.0 : f32
    %bit = arith.cmpf oge, %v, %zero : f32
    bnn.yield %bit : i1
  } -> tensor<1x1x1x4xi8>
  return %r : tensor<1x1x1x4xi8>
}
