//===- TaskPasses.td - One call shared among threads ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_TASKPASSES_TD
#define BNN_TARGET_TASKPASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

def DistributeLoops : Pass<"bnn-distribute-loops", "::mlir::func::FuncOp"> {
  let summary = "Cut parallel loops of entry functions into shares for several threads";
  let description = [{
    A loop with the mark `bnn.parallel`, which promises that its iterations are
    independent, becomes an `scf.parallel` over `threads` shares of it. Of a nest
    of such loops the outermost that divides evenly is taken, or several as one.
    Loops of less than `min-work` operations stay as they are: starting threads
    would take longer. Buffers allocated within the loop become one for each
    share. Every element is computed as before, whatever `threads` is.

    ```mlir
    scf.for %y = %c0 to %c56 step %c1 {
      ...
    } {bnn.parallel}
    ```

    becomes, for two threads,

    ```mlir
    scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
      %0 = arith.muli %t, %c56 : index
      %first = arith.divui %0, %c2 : index
      ...
      scf.for %y = %first to %end step %c1 {
        ...
      }
    }
    ```
  }];
  let options = [
    Option<"threads", "threads", "int64_t", "1", "Threads that share the work">,
    Option<"minWork", "min-work", "double", "20000", "Operations that a loop must run to be shared">
  ];
  let statistics = [Statistic<"numDistributed", "num-distributed", "Loops shared by threads">];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def LaunchTasks : Pass<"bnn-launch-tasks", "::mlir::ModuleOp"> {
  let summary = "Run the calls of tasks on the threads of OpenMP";
  let description = [{
    A call of a function with the attribute `bnn.tasks` = N (see
    `bnn-outline-tasks`) becomes a call of `GOMP_parallel`, which GCC's libgomp
    and LLVM's libomp both have; the threads divide the task numbers 0 to N - 1
    among themselves, however many threads the runtime grants.

    ```mlir
    llvm.call @m_task_0(%x, %zero) : (!llvm.ptr, i64) -> ()
    ```

    becomes

    ```mlir
    llvm.store %x, %slots : !llvm.ptr, !llvm.ptr
    %thread = llvm.mlir.addressof @m_task_0_thread : !llvm.ptr
    llvm.call @GOMP_parallel(%thread, %slots, %n, %flags) : (!llvm.ptr, !llvm.ptr, i32, i32) -> ()
    ```
  }];
  let statistics = [Statistic<"numLaunched", "num-launched", "Tasks that run on several threads">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def OutlineTasks : Pass<"bnn-outline-tasks", "::mlir::ModuleOp"> {
  let summary = "Move the bodies of parallel loops into functions";
  let description = [{
    Every outermost `scf.parallel` from 0 to a constant N becomes a call of a
    private function with the attribute `bnn.tasks` = N, which takes the
    arguments of the function around and the number of the iteration, and computes
    addresses and constants again.

    ```mlir
    scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
      memref.store %v, %x[%t] : memref<2xf32>
    }
    ```

    becomes

    ```mlir
    call @m_task_0(%x, %c0) : (memref<2xf32>, index) -> ()
    ...
    func.func private @m_task_0(%x: memref<2xf32>, %t: index) attributes {bnn.tasks = 2 : i64} {
      %v = arith.constant ...
      memref.store %v, %x[%t] : memref<2xf32>
      return
    }
    ```

    Errors: a loop of another form; a body that uses what cannot be computed
    again.
  }];
  let statistics = [Statistic<"numTasks", "num-tasks", "Functions made">];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // BNN_TARGET_TASKPASSES_TD
