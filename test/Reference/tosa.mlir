// RUN: bnn-opt %s --bnn-reference -o %t.mlir
// RUN: mlir-translate --mlir-to-llvmir %t.mlir | FileCheck %s

// The float ops around the quantized layers compile, and call nothing but malloc, free, libm and LLVM intrinsics.

// CHECK-NOT: memrefCopy
// CHECK: define i32 @floats_run
// CHECK-NOT: memrefCopy

func.func @floats(%x: tensor<1x8x8x3xf32>) -> (tensor<1x10xf32>, tensor<1x1x1x8xi32>, tensor<1x7x7x4xf32>) attributes {bnn.entry} {
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %w = "tosa.const"() {values = dense<0.5> : tensor<4x3x3x3xf32>} : () -> tensor<4x3x3x3xf32>
  %b = "tosa.const"() {values = dense<0.25> : tensor<4xf32>} : () -> tensor<4xf32>
  %conv = tosa.conv2d %x, %w, %b, %zero, %zero {acc_type = f32, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>}
      : (tensor<1x8x8x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  %clamp = tosa.clamp %conv {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %sigmoid = tosa.sigmoid %clamp : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %tanh = tosa.tanh %sigmoid : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %erf = tosa.erf %tanh : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %exp = tosa.exp %erf : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %rsqrt = tosa.rsqrt %exp : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %pow = tosa.pow %rsqrt, %exp : (tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %dw = "tosa.const"() {values = dense<0.5> : tensor<3x3x4x2xf32>} : () -> tensor<3x3x4x2xf32>
  %db = "tosa.const"() {values = dense<0.25> : tensor<8xf32>} : () -> tensor<8xf32>
  %depthwise = tosa.depthwise_conv2d %pow, %dw, %db, %zero, %zero {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
      : (tensor<1x4x4x4xf32>, tensor<3x3x4x2xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x8xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x8xf32>} : () -> tensor<1x1x1x8xf32>
  %mul = tosa.mul %depthwise, %two, %shift : (tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>, tensor<1xi8>) -> tensor<1x4x4x8xf32>
  %greater = tosa.greater %mul, %two : (tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xi1>
  %select = tosa.select %greater, %mul, %two : (tensor<1x4x4x8xi1>, tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xf32>
  %max = tosa.max_pool2d %select {kernel = array<i64: 3, 3>, stride = array<i64: 2, 2>, pad = array<i64: 1, 0, 1, 0>} : (tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32>
  %average = tosa.avg_pool2d %max, %zero, %zero {acc_type = f32, kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>}
      : (tensor<1x2x2x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x8xf32>
  %cast = tosa.cast %average : (tensor<1x1x1x8xf32>) -> tensor<1x1x1x8xi32>
  %concat = tosa.concat %average, %two {axis = 3 : i32} : (tensor<1x1x1x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x1x1x16xf32>
  %start = tosa.const_shape {values = dense<[0, 0, 0, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 1, 1, 10]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %slice = tosa.slice %concat, %start, %size : (tensor<1x1x1x16xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x10xf32>
  %flat = tosa.const_shape {values = dense<[1, 1, 10]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %row = tosa.reshape %slice, %flat : (tensor<1x1x1x10xf32>, !tosa.shape<3>) -> tensor<1x1x10xf32>
  %dense = "tosa.const"() {values = dense<1.0> : tensor<1x10x10xf32>} : () -> tensor<1x10x10xf32>
  %product = tosa.matmul %row, %dense, %zero, %zero : (tensor<1x1x10xf32>, tensor<1x10x10xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x10xf32>
  %sum = tosa.reduce_sum %product {axis = 2 : i32} : (tensor<1x1x10xf32>) -> tensor<1x1x1xf32>
  %inverse = tosa.reciprocal %sum : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  %scaled = tosa.mul %product, %inverse, %shift : (tensor<1x1x10xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x10xf32>
  %final = tosa.const_shape {values = dense<[1, 10]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %logits = tosa.reshape %scaled, %final : (tensor<1x1x10xf32>, !tosa.shape<2>) -> tensor<1x10xf32>
  %tw = "tosa.const"() {values = dense<0.5> : tensor<4x3x3x4xf32>} : () -> tensor<4x3x3x4xf32>
  %swapped = tosa.transpose %pow {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %transposed = tosa.transpose_conv2d %swapped, %tw, %b, %zero, %zero {acc_type = f32, out_pad = array<i64: -1, -1, -1, -1>, stride = array<i64: 2, 2>}
      : (tensor<1x4x4x4xf32>, tensor<4x3x3x4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x7x7x4xf32>
  return %logits, %cast, %transposed : tensor<1x10xf32>, tensor<1x1x1x8xi32>, tensor<1x7x7x4xf32>
}
