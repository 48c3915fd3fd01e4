//===- PlanWorkspace.cpp - One workspace instead of allocations ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled models allocate nothing: all buffers become views of one block that
// the caller owns, at offsets planned here.
//
//   %0 = memref.alloc() : memref<64xf32>      %0 = memref.view %workspace[%base + 0]
//   use(%0)                              ->   use(%0)
//   %1 = memref.alloc() : memref<64xf32>      %1 = memref.view %workspace[%base + 0]
//   use(%1)                                   use(%1)
//
// Time is the index of the operation in the function's block. A buffer lives
// from the first to the last operation that uses it or an alias of it, with
// everything nested in them: a buffer used in a loop lives throughout the loop.
// %base rounds the caller's pointer up to 64 bytes, so any pointer will do.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/WorkspacePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_PLANWORKSPACE
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

constexpr int64_t kAlignment = 64;

struct PlanWorkspace : bnn::impl::PlanWorkspaceBase<PlanWorkspace> {
  using PlanWorkspaceBase::PlanWorkspaceBase;

  /// Whether the buffer goes into the workspace. Small buffers on the stack stay there, outside of loops.
  bool isPlanned(Operation *op) {
    if (isa<memref::AllocOp>(op))
      return true;
    auto alloca = dyn_cast<memref::AllocaOp>(op);
    if (!alloca)
      return false;
    return alloca->getParentOfType<LoopLikeOpInterface>() || !alloca.getType().hasStaticShape() ||
           getBytes(alloca.getType()) > maxStackBytes;
  }

  int64_t getBytes(MemRefType type) {
    return type.getNumElements() *
           static_cast<int64_t>(DataLayout(getOperation()).getTypeSize(type.getElementType()));
  }

  LogicalResult check(Operation *op) {
    auto type = cast<MemRefType>(op->getResult(0).getType());
    if (!type.hasStaticShape())
      return op->emitError("cannot plan a buffer of dynamic size: ") << type;
    if (!type.getLayout().isIdentity())
      return op->emitError("cannot plan a buffer that is not contiguous: ") << type;
    return success();
  }

  /// The lifetime of `op`'s buffer in operations of `block`.
  FailureOr<bnn::PlannedBuffer> getLifetime(Operation *op, Block &block, BufferViewFlowAnalysis &aliases,
                                            const DenseMap<Operation *, int64_t> &time) {
    Value buffer = op->getResult(0);
    bnn::PlannedBuffer result;
    result.size = getBytes(cast<MemRefType>(buffer.getType()));
    result.first = result.last = -1;
    Region *region = op->getParentRegion();
    for (Value alias : aliases.resolve(buffer)) {
      // A buffer that leaves its loop body is another one in each iteration, which one view cannot be.
      if (op->getBlock() != &block && !region->isAncestor(alias.getParentRegion()))
        return op->emitError("cannot plan a buffer that outlives the loop or branch that allocates it");
      for (Operation *user : alias.getUsers()) {
        if (isa<memref::DeallocOp>(user))
          continue;
        Operation *ancestor = block.findAncestorOpInBlock(*user);
        if (!ancestor || ancestor->hasTrait<OpTrait::IsTerminator>())
          return user->emitError("cannot plan a buffer that is used here, outside of the entry block's "
                                 "operations");
        int64_t at = time.lookup(ancestor);
        result.first = result.first < 0 ? at : std::min(result.first, at);
        result.last = std::max(result.last, at);
      }
    }
    if (result.first < 0)
      result.first = result.last = 0; // never used
    return result;
  }

  LogicalResult rewrite(func::FuncOp func) {
    if (!func.getBody().hasOneBlock())
      return func.emitError("an entry function must have a single block; plan before lowering control flow");
    Block &block = func.front();
    SmallVector<Operation *> allocs, deallocs;
    func.walk([&](Operation *op) {
      if (isPlanned(op))
        allocs.push_back(op);
      else if (isa<memref::DeallocOp>(op))
        deallocs.push_back(op);
    });
    if (allocs.empty())
      return success();

    DenseMap<Operation *, int64_t> time;
    for (auto [index, op] : llvm::enumerate(block))
      time[&op] = index;
    BufferViewFlowAnalysis aliases(func);
    SmallVector<bnn::PlannedBuffer> buffers;
    for (Operation *op : allocs) {
      if (failed(check(op)))
        return failure();
      FailureOr<bnn::PlannedBuffer> lifetime = getLifetime(op, block, aliases, time);
      if (failed(lifetime))
        return failure();
      buffers.push_back(*lifetime);
    }
    bnn::WorkspacePlan plan = bnn::planWorkspace(buffers, kAlignment);
    numBuffers += allocs.size();
    numBytes += plan.size;
    numBytesLowerBound += plan.lowerBound;
    int64_t unplanned = 0;
    for (const bnn::PlannedBuffer &buffer : buffers)
      unplanned += buffer.size;
    numBytesUnplanned += unplanned;
    remark::analysis(func.getLoc(), remark::RemarkOpts::name("bnn-plan-workspace")
                                        .category("bnn-plan-workspace")
                                        .function(func.getName()))
        << (Twine(plan.size) + " bytes of workspace for " + Twine(allocs.size()) + " buffers of " +
            Twine(unplanned) + " bytes; at least " + Twine(plan.lowerBound) + " are live at one time")
               .str();

    OpBuilder builder(func.getContext());
    Location loc = func.getLoc();
    int64_t size = plan.size + kAlignment - 1;
    auto workspaceType = MemRefType::get({size}, builder.getI8Type());
    unsigned number = func.getNumArguments();
    if (failed(func.insertArgument(
            number, workspaceType,
            builder.getDictionaryAttr(builder.getNamedAttr(bnn::kWorkspace, builder.getUnitAttr())), loc)))
      return failure();
    func->setAttr(bnn::kWorkspaceSize, builder.getI64IntegerAttr(size));
    getOperation()->setAttr("bnn.workspace_bound", builder.getI64IntegerAttr(plan.lowerBound));
    Value workspace = func.getArgument(number);

    builder.setInsertionPointToStart(&block);
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, workspace);
    Value up = arith::AddIOp::create(builder, loc, address, constant(kAlignment - 1));
    Value aligned = arith::AndIOp::create(builder, loc, up, constant(-kAlignment));
    Value base = arith::SubIOp::create(builder, loc, aligned, address);
    for (auto [op, offset] : llvm::zip_equal(allocs, plan.offsets)) {
      Value at = arith::AddIOp::create(builder, op->getLoc(), base, constant(offset));
      auto type = cast<MemRefType>(op->getResult(0).getType());
      Value view = memref::ViewOp::create(builder, op->getLoc(), type, workspace, at, ValueRange());
      op->getResult(0).replaceAllUsesWith(view);
    }
    for (Operation *op : deallocs)
      op->erase();
    for (Operation *op : allocs)
      op->erase();
    return success();
  }

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](func::FuncOp func) {
      if (bnn::BNNDialect::isEntry(func) && !func.isExternal())
        return failed(rewrite(func)) ? WalkResult::interrupt() : WalkResult::skip();
      return func.walk([&](memref::AllocOp op) {
        op.emitError("allocation in a function that is no entry; inline it first");
        return WalkResult::interrupt();
      });
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
