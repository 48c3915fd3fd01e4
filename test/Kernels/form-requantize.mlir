// RUN: bnn-opt %s --bnn-to-kernels=decompose=never | FileCheck %s

// Accumulators to codes of another scale within the kernel: one pass, bytes out.

// CHECK-LABEL: @layer
// CHECK: bnn.contract_kernel
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: arith.muli %{{.*}} : i64
// CHECK: arith.trunci %{{.*}} : i64 to i8
// CHECK: } -> tensor<1x1x4x8xi8>
// CHECK: bnn.contract_kernel
// CHECK-NOT: linalg.generic
func.func @layer(%x: tensor<4x16xf32>) -> tensor<4x3xi32> attributes {bnn.entry} {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %w = bnn.constant dense<1> : tensor<8x16xi8> as tensor<8x16x!bnn.signed<8>>
  %v = bnn.constant dense<1> : tensor<3x8xi8> as tensor<3x8x!bnn.signed<8>>
  %q = bnn.quantize %x scale %s : tensor<4x16xf32>, tensor<1xf32> -> tensor<4x16x!bnn.signed<8>>
  %a = bnn.matmul %q, %w {transpose_rhs} : tensor<4x16x!bnn.signed<8>>, tensor<8x16x!bnn.signed<8>> -> tensor<4x8xi32>
  %r = bnn.requantize %a {multipliers = array<i32: 1, 2, 3, 4, 5, 6, 7, 8>, shifts = array<i32: 7, 7, 7, 7, 7, 7, 7, 7>} : tensor<4x8xi32> -> tensor<4x8x!bnn.signed<8>>
  %b = bnn.matmul %r, %v {transpose_rhs} : tensor<4x8x!bnn.signed<8>>, tensor<3x8x!bnn.signed<8>> -> tensor<4x3xi32>
  return %b : tensor<4x3xi32>
}
