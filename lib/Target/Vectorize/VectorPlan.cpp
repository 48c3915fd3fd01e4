//===- VectorPlan.cpp - Which loop becomes vectors -------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// Types that take whole bytes in memory and in vectors alike. Vectors of i1 are packed, memrefs of i1 are
/// not.
static bool isLaneType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.getWidth() >= 8 && integer.getWidth() <= 64 && llvm::isPowerOf2_32(integer.getWidth());
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
}

/// Whether the body is made of scalar ops that exist for vectors too.
static bool hasVectorBody(linalg::LinalgOp op) {
  return llvm::all_of(op.getBlock()->getOperations(), [](Operation &inner) {
    if (isa<linalg::YieldOp, linalg::IndexOp, arith::ConstantOp>(inner))
      return true;
    return OpTrait::hasElementwiseMappableTraits(&inner) && isMemoryEffectFree(&inner) &&
           inner.getNumRegions() == 0 && inner.getNumResults() == 1;
  });
}

/// Bits of the widest value that lives in vectors.
static unsigned getWidestBits(const LoopNest &nest) {
  unsigned bits = 8;
  auto update = [&](Type type) {
    if (isLaneType(type))
      bits = std::max(bits, type.getIntOrFloatBitWidth());
  };
  for (const LoopNest::Access &access : nest.accesses)
    if (access.isRead || access.isOutput)
      update(access.element);
  for (linalg::LinalgOp stage : {nest.op, nest.prologue, nest.epilogue}) {
    if (!stage)
      continue;
    for (Operation &inner : *stage.getBlock())
      if (inner.getNumResults() == 1 && !isa<arith::ConstantOp>(inner))
        update(inner.getResult(0).getType());
  }
  return bits;
}

Operation *bnn::getCombiner(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1)
    return nullptr;
  Block *body = op.getBlock();
  Value accumulator = op.getRegionOutputArgs().front();
  Operation *combiner = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!combiner || combiner->getBlock() != body || combiner->getNumOperands() != 2 ||
      !accumulator.hasOneUse() || *accumulator.user_begin() != combiner ||
      !arith::getNeutralElement(combiner))
    return nullptr;
  // A difference has a neutral element on one side only.
  return combiner->hasTrait<OpTrait::IsCommutative>() ? combiner : nullptr;
}

/// How much is gained by making loop `i` lanes; 1 is scalar code.
static double getGain(const LoopNest &nest, unsigned i, int64_t width) {
  const LoopNest::Loop &loop = nest.loops[i];
  int64_t used = std::min<int64_t>(width, llvm::bit_floor(static_cast<uint64_t>(loop.extent)));
  bool gathers = false;
  for (const LoopNest::Access &access : nest.accesses) {
    if (access.isFused)
      continue;
    if (access.isOutput && access.strides[i] != (loop.isParallel ? 1 : 0))
      return 0;
    if (access.isRead && !access.isOutput && access.strides[i] > 1)
      gathers = true;
  }
  if (!loop.isParallel && (gathers || !getCombiner(nest.op)))
    return 0;
  double gain = used;
  if (gathers)
    gain = std::min(gain, 2.0); // lanes are loaded one by one
  if (!loop.isParallel)
    gain *= 0.6; // lanes are added up at the end, and nothing is shared
  return gain;
}

int64_t VectorPlan::getBlockSize(const LoopNest &nest, unsigned vectors, const VectorMachine &machine) const {
  if (!block)
    return 1;
  int64_t extent = nest.loops[*block].extent;
  int64_t most = std::max<int64_t>(1, machine.accumulators / vectors);
  // As few blocks as possible, and of one size as far as possible.
  return llvm::divideCeil(extent, llvm::divideCeil(extent, most));
}

FailureOr<VectorPlan> bnn::planVectors(const LoopNest &nest, const VectorMachine &machine) {
  for (const LoopNest::Access &access : nest.accesses)
    if ((access.isRead || access.isOutput) && !isLaneType(access.element) &&
        access.operand->get().getType() != access.element)
      return failure();
  for (linalg::LinalgOp stage : {nest.op, nest.prologue, nest.epilogue})
    if (stage && !hasVectorBody(stage))
      return failure();

  VectorPlan plan;
  plan.width = std::max<int64_t>(1, machine.vectorBits / getWidestBits(nest));
  double best = 1;
  for (unsigned i = 0; i < nest.loops.size(); ++i) {
    double gain = getGain(nest, i, plan.width);
    bool longer = gain == best && best > 1 && nest.loops[i].extent >= nest.loops[plan.lanes].extent;
    if (gain > best || longer) {
      best = gain;
      plan.lanes = i;
    }
  }
  if (best <= 1)
    return failure();
  plan.isHorizontal = !nest.loops[plan.lanes].isParallel;
  // Fused ops are worth it where their operands are vectors, too.
  if (nest.prologue || nest.epilogue)
    for (const LoopNest::Access &access : ArrayRef(nest.accesses).drop_front(nest.op->getNumOperands()))
      if (plan.isHorizontal || (!access.isFused && access.isRead && access.strides[plan.lanes] > 1))
        return failure();
  if (plan.isHorizontal) {
    // One order of additions for all targets: what a narrow machine does in several registers.
    plan.width = 512 / getWidestBits(nest);
    return plan;
  }
  if (nest.isElementwise()) {
    // Independent work in flight, as long as the body is short.
    plan.vectors = nest.op.getBlock()->getOperations().size() <= 8 ? 2 : 1;
    return plan;
  }

  // Of the loops along which some vector operand stays the same, the longest (up to a register block).
  int64_t bestExtent = 1;
  for (unsigned i = 0; i < nest.loops.size(); ++i) {
    if (i == plan.lanes || !nest.loops[i].isParallel)
      continue;
    bool shares = llvm::any_of(nest.getAccesses(nest.op), [&](const LoopNest::Access &access) {
      return access.isRead && !access.isOutput && access.strides[i] == 0 && access.strides[plan.lanes] != 0;
    });
    int64_t extent = std::min<int64_t>(nest.loops[i].extent, machine.accumulators);
    if (shares && extent >= bestExtent) {
      bestExtent = extent;
      plan.block = i;
    }
  }
  unsigned outputs = nest.op.getNumDpsInits();
  plan.vectors = plan.block ? std::max<int64_t>(1, machine.accumulators >= 20 ? 4 : 2) : 4;
  // With nothing to share a block with, more vectors hide the latency of the additions.
  if (plan.block && bestExtent < 3)
    plan.vectors = std::min<int64_t>(8, machine.accumulators / bestExtent);
  plan.vectors = std::max<int64_t>(1, plan.vectors / outputs);
  return plan;
}
