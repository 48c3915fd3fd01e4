// RUN: bnn-opt %s -bnn-outline-tasks -canonicalize | FileCheck %s

// The task takes the function's arguments with their promises, the variables of loops around, and its number.
// What else it needs is computed again.
// CHECK-LABEL: func @m_run
// CHECK: scf.for %[[I:.*]] =
// CHECK: call @m_task_0(%arg0, %arg1, %[[I]], %c0)
// CHECK: call @m_task_1(%arg0, %arg1, %c0)
// CHECK: func.func private @m_task_0(%arg0: memref<8xf32> {llvm.readonly}, %arg1: memref<64xi8>, %[[I:.*]]: index, %[[T:.*]]: index) attributes {bnn.tasks = 2 : i64}
// CHECK: memref.view %arg1
// CHECK: memref.load %arg0[%[[I]]]
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[T]]]
// CHECK: func.func private @m_task_1
// CHECK-SAME: attributes {bnn.tasks = 3 : i64}
func.func @m_run(%x: memref<8xf32> {llvm.readonly}, %ws: memref<64xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %view = memref.view %ws[%c0][] : memref<64xi8> to memref<16xf32>
  scf.for %i = %c0 to %c3 step %c1 {
    scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
      %v = memref.load %x[%i] : memref<8xf32>
      memref.store %v, %view[%t] : memref<16xf32>
    }
  }
  scf.parallel (%t) = (%c0) to (%c3) step (%c1) {
    %v = memref.load %x[%t] : memref<8xf32>
    memref.store %v, %view[%t] : memref<16xf32>
  }
  return
}
