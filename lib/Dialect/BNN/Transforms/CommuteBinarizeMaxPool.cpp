//===- CommuteBinarizeMaxPool.cpp - Pool bits instead of floats ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A quantizer never makes a larger code of a smaller number, so the code of the largest is the largest code:
//
//   %m = tosa.max_pool2d %x {…}                          %b = bnn.binarize %x
//   %q = bnn.binarize %m                          ->     %q = bnn.max_pool2d %b {…}
//
// The pool then works on bits, and the quantizer meets the accumulator it can be folded into. Ops per channel
// between the two (batch norm after the pool) are passed as well, if no channel turns the order around.
//
// NaN is not ordered: tosa.max_pool2d propagates it and a quantizer makes the low code of it, while after the
// exchange the other elements of the window win. So the exchange needs a proof that the input is finite (it
// comes from integer accumulators through finite scales), a pool that ignores NaN, or the option
// `assume-finite`.

#include "ChannelChain.h"
#include "Constants.h"
#include "FiniteBound.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace bnn {
#define GEN_PASS_DEF_COMMUTEBINARIZEMAXPOOL
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// True if a parameter, if there is one, has one element or belongs to the last dimension, which pooling
/// keeps.
bool keepsParameters(Operation *op) {
  auto quantize = dyn_cast<QuantizeOp>(op);
  return !quantize ||
         (quantize.getScale().getType().getNumElements() == 1 && quantize.getZeroPoints().size() <= 1) ||
         quantize.getAxis() == quantize.getType().getRank() - 1;
}

struct CommuteBinarizeMaxPool : bnn::impl::CommuteBinarizeMaxPoolBase<CommuteBinarizeMaxPool> {
  using Base::Base;

  /// Why the quantizer `op`, below `chain` and `pool`, cannot go above; empty if it can.
  std::string whyNot(Operation *op, const ChannelChain &chain, tosa::MaxPool2dOp pool, FiniteBound &bounds) {
    if (!chain.isOnlyUse)
      return "the pool has other uses";
    if (cast<RankedTensorType>(pool.getType()).getShape() !=
        cast<RankedTensorType>(op->getOperand(0).getType()).getShape())
      return "a reshape lies between them";
    if (!keepsParameters(op))
      return "its scales are not per channel of the last dimension";
    auto binarize = dyn_cast<BinarizeOp>(op);
    if (binarize && binarize.getZero() == ZeroMode::SignBit)
      return "zero mode 'signbit' orders -0 and +0, which a maximum need not";
    int64_t channels = cast<RankedTensorType>(pool.getType()).getShape().back();
    for (int64_t channel = 0; channel < channels; ++channel)
      if (chain.direction(channel) <= 0)
        return "an op between them turns the order around in channel " + std::to_string(channel);
    if (!assumeFinite && pool.getNanMode() != tosa::NanPropagationMode::IGNORE &&
        !bounds.isFinite(pool.getInput()))
      return "its input may be NaN, which the pool would propagate (option assume-finite)";
    return "";
  }

  /// Clones the ops between `pool` and `op`, and `op`, onto the input of the pool; returns the codes.
  Value requantize(Operation *op, tosa::MaxPool2dOp pool) {
    Value input = pool.getInput();
    ArrayRef<int64_t> shape = cast<RankedTensorType>(input.getType()).getShape();
    SmallVector<Operation *> between;
    llvm::SmallPtrSet<Operation *, 8> seen;
    // Constants stay; everything else that depends on the pool is cloned, operands first.
    std::function<bool(Operation *)> collect = [&](Operation *part) {
      if (part == pool || seen.contains(part))
        return true;
      bool depends = false;
      for (Value operand : part->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          depends |= collect(producer);
      if (depends) {
        seen.insert(part);
        between.push_back(part);
      }
      return depends;
    };
    collect(op);
    IRMapping map;
    map.map(pool.getOutput(), input);
    OpBuilder builder(op);
    for (Operation *part : between) {
      Operation *clone = builder.clone(*part, map);
      auto type = cast<RankedTensorType>(part->getResult(0).getType());
      clone->getResult(0).setType(RankedTensorType::get(shape, type.getElementType()));
    }
    return map.lookup(op->getResult(0));
  }

  void runOnOperation() override {
    SmallVector<Operation *> quantizers;
    getOperation()->walk([&](Operation *op) {
      if (isa<BinarizeOp, QuantizeOp, TernarizeOp>(op))
        quantizers.push_back(op);
    });
    FiniteBound bounds;
    for (Operation *op : quantizers) {
      auto type = cast<RankedTensorType>(op->getOperand(0).getType());
      if (type.getRank() != 4)
        continue;
      ChannelChain chain = ChannelChain::above(op->getOperand(0), type.getShape().back());
      auto pool = chain.source.getDefiningOp<tosa::MaxPool2dOp>();
      if (!pool)
        continue;
      std::string why = whyNot(op, chain, pool, bounds);
      if (!why.empty()) {
        remarkMissed(op, getArgument(), "stays below the max-pool: " + why);
        continue;
      }
      Value codes = requantize(op, pool);
      OpBuilder builder(op);
      Value pooled =
          MaxPool2DOp::create(builder, pool.getLoc(), op->getResult(0).getType(), codes, pool.getKernel(),
                              pool.getStride(), ArrayRef<int64_t>{1, 1}, pool.getPad());
      Operation *input = op->getOperand(0).getDefiningOp();
      op->getResult(0).replaceAllUsesWith(pooled);
      op->erase();
      eraseDead(input);
      ++numPools;
    }
  }
};

} // namespace
