//===- DistributeLoops.cpp - Shares of loops for several threads ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops that their emitters marked as parallel are cut into one contiguous share
// for each thread:
//
//   scf.for %y = 0 to 56 step 1 { ... } {bnn.parallel}
//
// becomes, for two threads,
//
//   scf.parallel (%t) = (0) to (2) step (1) {
//     %first = %t * 56 / 2    %end = (%t + 1) * 56 / 2
//     scf.for %y = %first to %end step 1 { ... }
//   }
//
// Of a nest of marked loops the outermost whose iterations divide evenly is
// taken, else several of them as one. Every iteration computes what it computed
// before, so results do not depend on the number of threads. A buffer that was
// allocated within an iteration becomes one for each thread.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/ParallelLoops.h"
#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_DISTRIBUTELOOPS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

/// Iterations of a loop with static bounds; 0 of others.
int64_t getTripCount(scf::ForOp loop) {
  std::optional<APInt> count = loop.getStaticTripCount();
  return count ? count->getSExtValue() : 0;
}

/// Operations that run inside `op`, counting loops of unknown length once.
double countWork(Operation *op) {
  double work = 1;
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      work += countWork(&inner);
  auto loop = dyn_cast<scf::ForOp>(op);
  return loop ? work * std::max<int64_t>(1, getTripCount(loop)) : work;
}

/// The one loop in `loop`'s body, if everything beside it only computes values.
scf::ForOp getOnlyInnerLoop(scf::ForOp loop) {
  scf::ForOp inner;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (auto found = dyn_cast<scf::ForOp>(op); found && !inner)
      inner = found;
    else if (!isPure(&op) || op.getNumRegions() != 0)
      return {};
  }
  return inner;
}

struct DistributeLoops : bnn::impl::DistributeLoopsBase<DistributeLoops> {
  using DistributeLoopsBase::DistributeLoopsBase;

  /// How busy threads are that share `iterations`: 1 if all end together.
  double getBalance(int64_t iterations) {
    return double(iterations) / double(llvm::alignTo(iterations, threads));
  }

  /// The loop to share: `loop` itself, or as many of the loops in it as divide best, as one. Null if there is
  /// none.
  scf::ForOp chooseLoop(scf::ForOp loop) {
    SmallVector<scf::ForOp> nest;
    int64_t total = 1;
    size_t best = 0;
    double bestBalance = 0;
    for (scf::ForOp at = loop; at && bnn::isMarkedParallel(at) && bestBalance < 0.95;
         at = getOnlyInnerLoop(at)) {
      if (getTripCount(at) == 0)
        break;
      nest.push_back(at);
      total *= getTripCount(at);
      if (getBalance(total) > bestBalance) {
        bestBalance = getBalance(total);
        best = nest.size();
      }
    }
    if (best == 0)
      return {};
    nest.truncate(best);
    for (size_t i = 0; i + 1 < nest.size(); ++i) {
      SmallVector<Operation *> between;
      for (Operation &op : nest[i].getBody()->without_terminator())
        if (&op != nest[i + 1].getOperation())
          between.push_back(&op);
      for (Operation *op : llvm::reverse(between))
        op->moveBefore(nest[i + 1].getBody(), nest[i + 1].getBody()->begin());
    }
    if (nest.size() > 1 && failed(coalesceLoops(nest)))
      return {};
    return nest.front();
  }

  /// Gives each thread a part of its own of the buffers allocated in `op`.
  void separateBuffers(scf::ParallelOp op) {
    SmallVector<Operation *> allocs;
    op.walk([&](Operation *inner) {
      if (isa<memref::AllocOp, memref::AllocaOp>(inner))
        allocs.push_back(inner);
      else if (isa<memref::DeallocOp>(inner))
        inner->erase();
    });
    for (Operation *alloc : allocs) {
      auto type = cast<MemRefType>(alloc->getResult(0).getType());
      OpBuilder builder(op);
      Location loc = alloc->getLoc();
      int64_t bytes =
          llvm::alignTo(type.getNumElements() *
                            int64_t(DataLayout::closest(getOperation()).getTypeSize(type.getElementType())),
                        64);
      auto all = MemRefType::get({bytes * int64_t(threads)}, builder.getI8Type());
      Value buffer = memref::AllocOp::create(builder, loc, all);
      builder.setInsertionPoint(alloc);
      Value size = arith::ConstantIndexOp::create(builder, loc, bytes);
      Value offset = arith::MulIOp::create(builder, loc, op.getInductionVars()[0], size);
      Value part = memref::ViewOp::create(builder, loc, type, buffer, offset, ValueRange());
      alloc->replaceAllUsesWith(ValueRange{part});
      alloc->erase();
    }
  }

  void share(scf::ForOp loop) {
    OpBuilder builder(loop);
    Location loc = loop.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    int64_t count = getTripCount(loop);
    Value zero = constant(0), one = constant(1), all = constant(threads), total = constant(count);
    auto parallel = scf::ParallelOp::create(builder, loc, zero, all, one);
    builder.setInsertionPointToStart(parallel.getBody());
    auto boundary = [&](Value thread) -> Value {
      Value product = arith::MulIOp::create(builder, loc, thread, total);
      return arith::DivUIOp::create(builder, loc, product, all);
    };
    Value thread = parallel.getInductionVars()[0];
    Value first = boundary(thread), end = boundary(arith::AddIOp::create(builder, loc, thread, one));
    auto part = scf::ForOp::create(builder, loc, first, end, one);
    builder.setInsertionPointToStart(part.getBody());
    Value scaled = arith::MulIOp::create(builder, loc, part.getInductionVar(), loop.getStep());
    Value variable = arith::AddIOp::create(builder, loc, scaled, loop.getLowerBound());
    loop.getInductionVar().replaceAllUsesWith(variable);
    part.getBody()->getTerminator()->erase();
    part.getBody()->getOperations().splice(part.getBody()->end(), loop.getBody()->getOperations());
    loop.erase();
    separateBuffers(parallel);
    ++numDistributed;
  }

  /// Shares the loop, or loops in it.
  void distribute(scf::ForOp loop) {
    if (countWork(loop) < minWork)
      return;
    if (scf::ForOp chosen = chooseLoop(loop))
      return share(chosen);
    for (scf::ForOp inner : llvm::make_early_inc_range(loop.getOps<scf::ForOp>()))
      distribute(inner);
  }

  void runOnOperation() override {
    if (threads < 1) {
      getOperation().emitError("threads must be at least 1");
      return signalPassFailure();
    }
    if (threads == 1 || !bnn::BNNDialect::isEntry(getOperation()) || getOperation().isExternal())
      return;
    for (Block &block : getOperation().getBody())
      for (scf::ForOp loop : llvm::make_early_inc_range(block.getOps<scf::ForOp>()))
        distribute(loop);
  }
};

} // namespace
