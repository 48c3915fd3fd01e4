// RUN: bnn-opt %s --bnn-reference | FileCheck %s

// An entry function gets bare pointers and returns 0; it needs no workspace and allocates what it needs itself.

// CHECK-DAG: llvm.func @malloc(i64) -> !llvm.ptr
// CHECK-DAG: llvm.func @free(!llvm.ptr)
// CHECK: llvm.func @model_run(%{{.*}}: !llvm.ptr {{.*}}, %{{.*}}: !llvm.ptr {{.*}}, %{{.*}}: !llvm.ptr {{.*}}) -> i32
// CHECK: llvm.call @malloc
// CHECK: llvm.call @free
// CHECK: llvm.return %{{.*}} : i32
// CHECK: llvm.func @model_workspace_size() -> i64
// CHECK: llvm.mlir.constant(0 : i64)
func.func @model(%x: tensor<2x3xf32> {bnn.name = "x"}) -> (tensor<2x3xf32> {bnn.name = "y"}) attributes {bnn.entry} {
  %abs = tosa.abs %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %q = bnn.quantize %abs scale %s : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.unsigned<4>>
  %y = bnn.dequantize %q scale %s : tensor<2x3x!bnn.unsigned<4>>, tensor<1xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
