//===- LaunchTasks.cpp - Calls of tasks run on OpenMP's threads -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   llvm.call @m_task_0(%x, %y, %ws, %0)
//
// becomes what a C compiler makes of `#pragma omp parallel num_threads(N)`:
//
//   void *args[] = {x, y, ws};
//   GOMP_parallel(m_task_0_thread, args, N, 0);
//
//   void m_task_0_thread(void **args) {
//     for (t = omp_get_thread_num(); t < N; t += omp_get_num_threads())
//       m_task_0(args[0], args[1], args[2], t);
//   }
//
// The loop makes the result independent of how many threads the runtime grants.
// The entry point is that of libgomp, which libomp provides as well: the omp
// dialect's translation calls functions of libomp alone, and users of GCC would
// have to bring a second runtime.
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_LAUNCHTASKS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

struct LaunchTasks : bnn::impl::LaunchTasksBase<LaunchTasks> {
  LLVM::LLVMFuncOp declare(StringRef name, Type result, ArrayRef<Type> arguments) {
    if (auto found = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name))
      return found;
    auto builder = OpBuilder::atBlockBegin(getOperation().getBody());
    return LLVM::LLVMFuncOp::create(builder, getOperation().getLoc(), name,
                                    LLVM::LLVMFunctionType::get(result, arguments));
  }

  /// The function that each thread runs.
  LLVM::LLVMFuncOp createThreadFunction(LLVM::LLVMFuncOp task, int64_t count) {
    MLIRContext *context = &getContext();
    auto pointer = LLVM::LLVMPointerType::get(context);
    Type i32 = IntegerType::get(context, 32);
    OpBuilder outer(context);
    outer.setInsertionPointAfter(task);
    auto thread = LLVM::LLVMFuncOp::create(
        outer, task.getLoc(), (task.getName() + "_thread").str(),
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {pointer}), LLVM::Linkage::Internal);
    Block *entry = thread.addEntryBlock(outer);
    Block *head = outer.createBlock(&thread.getBody(), thread.getBody().end());
    Block *body = outer.createBlock(&thread.getBody(), thread.getBody().end());
    Block *exit = outer.createBlock(&thread.getBody(), thread.getBody().end());
    ImplicitLocOpBuilder b(task.getLoc(), context);

    b.setInsertionPointToStart(entry);
    SmallVector<Value> arguments;
    ArrayRef<Type> types = task.getFunctionType().getParams();
    Type index = types.back();
    for (auto [i, type] : llvm::enumerate(types.drop_back())) {
      Value slot = LLVM::GEPOp::create(b, pointer, pointer, entry->getArgument(0), LLVM::GEPArg(int32_t(i)));
      arguments.push_back(LLVM::LoadOp::create(b, type, slot));
    }
    auto query = [&](StringRef name) -> Value {
      Value number = LLVM::CallOp::create(b, declare(name, i32, {}), ValueRange()).getResult();
      return LLVM::SExtOp::create(b, index, number);
    };
    Value first = query("omp_get_thread_num"), step = query("omp_get_num_threads");
    LLVM::BrOp::create(b, first, head);

    Value number = head->addArgument(index, b.getLoc());
    b.setInsertionPointToStart(head);
    Value all = LLVM::ConstantOp::create(b, index, b.getIntegerAttr(index, count));
    Value more = LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::slt, number, all);
    LLVM::CondBrOp::create(b, more, body, exit);

    b.setInsertionPointToStart(body);
    arguments.push_back(number);
    LLVM::CallOp::create(b, task, arguments);
    Value next = LLVM::AddOp::create(b, number, step);
    LLVM::BrOp::create(b, next, head);

    b.setInsertionPointToStart(exit);
    LLVM::ReturnOp::create(b, ValueRange());
    return thread;
  }

  /// Replaces a call of a task by one of the OpenMP runtime.
  void launch(LLVM::CallOp call, LLVM::LLVMFuncOp thread, int64_t count) {
    MLIRContext *context = &getContext();
    auto pointer = LLVM::LLVMPointerType::get(context);
    Type i32 = IntegerType::get(context, 32);
    ImplicitLocOpBuilder b(call.getLoc(), context);
    b.setInsertionPointToStart(&call->getParentOfType<LLVM::LLVMFuncOp>().front());
    ValueRange arguments = call.getArgOperands().drop_back();
    Value size = LLVM::ConstantOp::create(b, i32, b.getI32IntegerAttr(std::max<size_t>(1, arguments.size())));
    Value slots = LLVM::AllocaOp::create(b, pointer, pointer, size);
    b.setInsertionPoint(call);
    for (auto [i, argument] : llvm::enumerate(arguments)) {
      Value slot = LLVM::GEPOp::create(b, pointer, pointer, slots, LLVM::GEPArg(int32_t(i)));
      LLVM::StoreOp::create(b, argument, slot);
    }
    LLVM::LLVMFuncOp run =
        declare("GOMP_parallel", LLVM::LLVMVoidType::get(context), {pointer, pointer, i32, i32});
    Value function = LLVM::AddressOfOp::create(b, thread);
    Value threads = LLVM::ConstantOp::create(b, i32, b.getI32IntegerAttr(count));
    Value flags = LLVM::ConstantOp::create(b, i32, b.getI32IntegerAttr(0));
    LLVM::CallOp::create(b, run, ValueRange{function, slots, threads, flags});
    call.erase();
  }

  void runOnOperation() override {
    for (auto task : llvm::to_vector(getOperation().getOps<LLVM::LLVMFuncOp>())) {
      auto tasks = task->getAttrOfType<IntegerAttr>("bnn.tasks");
      if (!tasks)
        continue;
      SmallVector<LLVM::CallOp> calls;
      getOperation().walk([&](LLVM::CallOp call) {
        if (call.getCallee() == task.getName())
          calls.push_back(call);
      });
      LLVM::LLVMFuncOp thread = createThreadFunction(task, tasks.getInt());
      for (LLVM::CallOp call : calls)
        launch(call, thread, tasks.getInt());
      task->removeAttr("bnn.tasks");
      ++numLaunched;
    }
  }
};

} // namespace
