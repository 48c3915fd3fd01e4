// Constant weights that differ from batch to batch are packed like computed ones: rows of depth, and no popcount
// kernel, which reads weights of one matrix. Found by make fuzz.
// RUN: bnn-opt %s --bnn-select-kernels | FileCheck %s

// CHECK-LABEL: func.func @one_bit
// CHECK: bnn.matmul {{.*}} {kernel = "integer", kernel_reason = "{{.*}}popcount: every batch has weights of its own
func.func @one_bit(%x: tensor<2x4x32x!bnn.bipolar<1>>) -> tensor<2x4x5xi32> {
  %w = bnn.constant dense<1> : tensor<2x32x5xi8> as tensor<2x32x5x!bnn.bipolar<1>>
  %acc = bnn.matmul %x, %w : tensor<2x4x32x!bnn.bipolar<1>>, tensor<2x32x5x!bnn.bipolar<1>> -> tensor<2x4x5xi32>
  return %acc : tensor<2x4x5xi32>
}

// CHECK-LABEL: func.func @transposed
// CHECK: %[[T:.*]] = linalg.transpose ins({{.*}} : tensor<2x5x8xi32>) outs({{.*}} : tensor<2x8x5xi32>)
// CHECK: bnn.matmul
// CHECK-NOT: transpose_rhs
// CHECK-SAME: tensor<2x8x5x!bnn.signed<4>>
func.func @transposed(%x: tensor<2x4x8x!bnn.bipolar<1>>) -> tensor<2x4x5xi32> {
  %w = bnn.constant dense<1> : tensor<2x5x8xi8> as tensor<2x5x8x!bnn.signed<4>>
  %acc = bnn.matmul %x, %w {transpose_rhs}
      : tensor<2x4x8x!bnn.bipolar<1>>, tensor<2x5x8x!bnn.signed<4>> -> tensor<2x4x5xi32>
  return %acc : tensor<2x4x5xi32>
}
