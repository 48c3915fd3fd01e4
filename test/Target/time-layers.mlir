// RUN: bnn-opt %s -bnn-time-layers -mlir-print-debuginfo -mlir-print-local-scope | FileCheck %s
// RUN: sed -e 's/x86_64-unknown-linux-gnu/aarch64-unknown-linux-gnu/' -e 's/x86-64-v3/generic/' %s | bnn-opt -bnn-time-layers | FileCheck %s --check-prefix=ARM
// ARM: llvm.call_intrinsic "llvm.readsteadycounter"

// Two layers, the first of two operations; the workspace stays the last argument.
// CHECK: module attributes {bnn.layers = [loc("conv1"), loc("fc")]
// CHECK: func.func @m(%{{.*}}: memref<4xf32>{{.*}}, %[[TIMES:.*]]: memref<3xi64> {bnn.name = "layer_times", bnn.result}{{.*}}, %{{.*}}: memref<64xi8> {bnn.workspace}
// CHECK: %[[A:.*]] = llvm.call_intrinsic "llvm.readcyclecounter"() : () -> i64
// CHECK: memref.store %[[A]], %[[TIMES]][%{{.*}}]
// CHECK: scf.for
// CHECK-NOT: readcyclecounter
// CHECK: memref.copy
// CHECK: llvm.call_intrinsic "llvm.readcyclecounter"
// CHECK: scf.for
// CHECK: llvm.call_intrinsic "llvm.readcyclecounter"
// CHECK-NEXT: arith.constant 2
// CHECK-NEXT: memref.store
// CHECK-NEXT: return
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
func.func @m(%x: memref<4xf32>, %ws: memref<64xi8> {bnn.workspace}) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %v = arith.constant 1.0 : f32
  %view = memref.view %ws[%c0][] : memref<64xi8> to memref<4xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %v, %x[%i] : memref<4xf32>
  } loc("conv1")
  memref.copy %x, %view : memref<4xf32> to memref<4xf32> loc("conv1")
  scf.for %i = %c0 to %c4 step %c1 {
    memref.store %v, %x[%i] : memref<4xf32>
  } loc("fc")
  return
}
}
