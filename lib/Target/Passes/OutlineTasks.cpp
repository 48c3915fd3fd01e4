//===- OutlineTasks.cpp - Parallel loops become functions -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads start in a function of their own:
//
//   func @m_run(%x, %y, %ws) {                 func @m_run(%x, %y, %ws) {
//     scf.parallel (%t) = (0) to (2) {   ->      call @m_task_0(%x, %y, %ws, 0)
//       ...
//     }                                        }
//   }                                          func private @m_task_0(%x, %y, %ws, %t)
//                                                  attributes {bnn.tasks = 2} { ... }
//
// The call stands for all calls with %t from 0 to `bnn.tasks` - 1, until
// bnn-launch-tasks makes it so. Addresses and constants are computed again in
// the new function, from the arguments and the variables of loops around.
//
//===----------------------------------------------------------------------===//

#include "Outlining.h"

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_OUTLINETASKS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

struct OutlineTasks : bnn::impl::OutlineTasksBase<OutlineTasks> {
  LogicalResult outline(func::FuncOp func, scf::ParallelOp parallel, unsigned &number, SymbolTable &symbols) {
    APInt lower, upper, step;
    if (parallel.getInductionVars().size() != 1 ||
        !matchPattern(parallel.getLowerBound()[0], m_ConstantInt(&lower)) ||
        !matchPattern(parallel.getUpperBound()[0], m_ConstantInt(&upper)) ||
        !matchPattern(parallel.getStep()[0], m_ConstantInt(&step)) || lower != 0 || step != 1 ||
        parallel.getNumResults() != 0)
      return parallel.emitError("expected one loop from 0 to a constant with step 1 and without reductions");
    bnn::Captures captures(func);
    if (failed(captures.addUsedIn(parallel)))
      return captures.obstacle->emitError(
          "is used by several threads, but cannot be computed in each of them");

    OpBuilder builder(parallel);
    Location loc = parallel.getLoc();
    SmallVector<Value> arguments(captures.arguments.begin(), captures.arguments.end());
    arguments.push_back(parallel.getLowerBound()[0]);
    func::FuncOp task = bnn::createPart(func, "_task_" + Twine(number++), arguments, loc);
    task->setAttr("bnn.tasks", builder.getI64IntegerAttr(upper.getSExtValue()));
    symbols.insert(task);
    ++numTasks;

    func::CallOp::create(builder, loc, task, arguments);
    Block *body = task.addEntryBlock();
    builder.setInsertionPointToStart(body);
    IRMapping mapping = captures.cloneInto(builder, body);
    mapping.map(parallel.getInductionVars()[0], body->getArguments().back());
    for (Operation &op : parallel.getBody()->without_terminator())
      builder.clone(op, mapping);
    func::ReturnOp::create(builder, loc);
    parallel.erase();
    return success();
  }

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      SmallVector<scf::ParallelOp> loops;
      unsigned number = 0;
      func.walk<WalkOrder::PreOrder>([&](scf::ParallelOp op) {
        loops.push_back(op);
        return WalkResult::skip();
      });
      for (scf::ParallelOp loop : loops)
        if (failed(outline(func, loop, number, symbols)))
          return signalPassFailure();
    }
  }
};

} // namespace
