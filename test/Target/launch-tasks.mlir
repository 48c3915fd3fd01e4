// RUN: bnn-opt %s -bnn-launch-tasks | FileCheck %s

// CHECK-DAG: llvm.func @GOMP_parallel(!llvm.ptr, !llvm.ptr, i32, i32)
// CHECK-DAG: llvm.func @omp_get_thread_num() -> i32
// CHECK-DAG: llvm.func @omp_get_num_threads() -> i32
// CHECK-LABEL: llvm.func @m_run
// CHECK: %[[SLOTS:.*]] = llvm.alloca
// CHECK: %[[SECOND:.*]] = llvm.getelementptr %[[SLOTS]][1]
// CHECK: llvm.store %arg1, %[[SECOND]]
// CHECK: %[[THREAD:.*]] = llvm.mlir.addressof @m_task_0_thread
// CHECK: %[[N:.*]] = llvm.mlir.constant(4 : i32)
// CHECK: llvm.call @GOMP_parallel(%[[THREAD]], %[[SLOTS]], %[[N]], %{{.*}})
// CHECK-NOT: llvm.call @m_task_0
// CHECK-LABEL: llvm.func @m_task_0(
// CHECK-NOT: bnn.tasks
// CHECK-LABEL: llvm.func internal @m_task_0_thread
// CHECK: %[[NUMBER:.*]] = llvm.call @omp_get_thread_num
// CHECK: %[[FIRST:.*]] = llvm.sext %[[NUMBER]]
// CHECK: %[[COUNT:.*]] = llvm.call @omp_get_num_threads
// CHECK: %[[STEP:.*]] = llvm.sext %[[COUNT]]
// CHECK: llvm.br ^[[HEAD:.*]](%[[FIRST]] : i64)
// CHECK: ^[[HEAD]](%[[T:.*]]: i64):
// CHECK: llvm.icmp "slt" %[[T]]
// CHECK: llvm.call @m_task_0(%{{.*}}, %{{.*}}, %[[T]])
// CHECK: llvm.add %[[T]], %[[STEP]]
llvm.func @m_run(%x: !llvm.ptr, %i: i64) {
  %zero = llvm.mlir.constant(0 : i64) : i64
  llvm.call @m_task_0(%x, %i, %zero) : (!llvm.ptr, i64, i64) -> ()
  llvm.return
}
llvm.func @m_task_0(%x: !llvm.ptr, %i: i64, %t: i64) attributes {bnn.tasks = 4 : i64} {
  %0 = llvm.getelementptr %x[%t] : (!llvm.ptr, i64) -> !llvm.ptr, i64
  llvm.store %i, %0 : i64, !llvm.ptr
  llvm.return
}
