// RUN: bnn-opt %s --bnn-to-llvm | FileCheck %s

// The whole way: one pointer for each argument and result, a workspace, a status, no allocation.
// CHECK-NOT: malloc
// CHECK: llvm.func @net_run(%{{.*}}: !llvm.ptr {{{.*}}}, %{{.*}}: !llvm.ptr {{{.*}}}, %{{.*}}: !llvm.ptr {{{.*}}}) -> i32
// CHECK: llvm.return %{{.*}} : i32
// CHECK: llvm.func @net_workspace_size() -> i64
func.func @net(%x: tensor<4x7xf32>) -> tensor<4x7xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<4x7xf32>
  %0 = linalg.exp ins(%x : tensor<4x7xf32>) outs(%e : tensor<4x7xf32>) -> tensor<4x7xf32>
  return %0 : tensor<4x7xf32>
}
