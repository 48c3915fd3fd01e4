//===- LoopNest.cpp - A linalg op as loops over linear addresses -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopNest.h"

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace bnn;

/// Strides and offset of a memref if all are known and none is negative.
static bool getStaticStrides(MemRefType type, SmallVectorImpl<int64_t> &strides, int64_t &offset) {
  if (!type.hasStaticShape() || failed(type.getStridesAndOffset(strides, offset)))
    return false;
  return offset >= 0 && llvm::all_of(strides, [](int64_t stride) { return stride >= 0; });
}

/// Sets the linear strides and the start of an access to a memref of `type` through `map`.
static LogicalResult linearize(AffineMap map, MemRefType type, LoopNest::Access &access) {
  SmallVector<int64_t> memrefStrides;
  int64_t offset;
  if (!getStaticStrides(type, memrefStrides, offset))
    return failure();
  access.strides.assign(map.getNumDims(), 0);
  for (auto [expr, memrefStride] : llvm::zip_equal(map.getResults(), memrefStrides)) {
    SmallVector<int64_t> flat;
    // Coefficients of the dimensions, then the constant; more than that means div or mod.
    if (map.getNumSymbols() != 0 || failed(getFlattenedAffineExpr(expr, map.getNumDims(), 0, &flat)) ||
        flat.size() != map.getNumDims() + 1)
      return failure();
    for (unsigned i = 0; i < map.getNumDims(); ++i)
      access.strides[i] += flat[i] * memrefStride;
    access.start += flat.back() * memrefStride;
  }
  // Lanes that run backwards are left to scalar code.
  return success(llvm::all_of(access.strides, [](int64_t stride) { return stride >= 0; }));
}

/// Whether loop `i` and the next one are one loop for every access.
static bool canMerge(const LoopNest &nest, unsigned i) {
  if (nest.loops[i].isParallel != nest.loops[i + 1].isParallel)
    return false;
  return llvm::all_of(nest.accesses, [&](const LoopNest::Access &access) {
    return access.strides[i] == access.strides[i + 1] * nest.loops[i + 1].extent;
  });
}

static void eraseLoop(LoopNest &nest, unsigned i) {
  nest.loops.erase(nest.loops.begin() + i);
  for (LoopNest::Access &access : nest.accesses)
    access.strides.erase(access.strides.begin() + i);
}

/// Drops loops of one iteration and merges neighbours.
static void simplify(LoopNest &nest) {
  for (unsigned i = nest.loops.size(); i-- > 0;)
    if (nest.loops[i].extent == 1 && nest.loops.size() > 1)
      eraseLoop(nest, i);
  for (unsigned i = nest.loops.size(); i-- > 1;) {
    if (!canMerge(nest, i - 1))
      continue;
    nest.loops[i].extent *= nest.loops[i - 1].extent;
    eraseLoop(nest, i - 1);
  }
}

/// Appends the accesses of `op`, whose dimension i is loop `loopOf[i]` of the nest.
static LogicalResult addAccesses(LoopNest &nest, linalg::LinalgOp op, ArrayRef<unsigned> loopOf) {
  for (OpOperand &operand : op->getOpOperands()) {
    LoopNest::Access access;
    access.operand = &operand;
    access.isRead = op.payloadUsesValueFromOperand(&operand);
    access.isOutput = op.isDpsInit(&operand);
    access.element = getElementTypeOrSelf(operand.get().getType());
    LoopNest::Access own;
    // A scalar operand is the same for all iterations.
    own.strides.assign(loopOf.size(), 0);
    if (auto type = dyn_cast<MemRefType>(operand.get().getType()))
      if (failed(linearize(op.getMatchingIndexingMap(&operand), type, own)))
        return failure();
    access.start = own.start;
    access.strides.assign(nest.loops.size(), 0);
    for (auto [loop, stride] : llvm::zip_equal(loopOf, own.strides))
      access.strides[loop] = stride;
    nest.accesses.push_back(std::move(access));
  }
  return success();
}

/// Appends an elementwise op that shares `buffer`, the output of the nest's op, with it.
static LogicalResult addFused(LoopNest &nest, linalg::LinalgOp op, Value buffer) {
  // Dimensions of the buffer are parallel loops of the nest, and the op's own dimensions.
  AffineMap map = nest.op.getMatchingIndexingMap(&nest.op.getDpsInitsMutable()[0]);
  if (!map.isProjectedPermutation() || map.getNumResults() != nest.op.getNumParallelLoops() ||
      op.getNumParallelLoops() != op.getNumLoops() || op.hasIndexSemantics() ||
      !op.hasPureBufferSemantics() || op.getNumLoops() != map.getNumResults())
    return failure();
  SmallVector<unsigned> loopOf;
  for (unsigned i = 0; i < map.getNumResults(); ++i) {
    loopOf.push_back(map.getDimPosition(i));
    if (!nest.loops[loopOf.back()].isParallel)
      return failure();
  }
  unsigned first = nest.accesses.size();
  if (failed(addAccesses(nest, op, loopOf)))
    return failure();
  for (LoopNest::Access &access : MutableArrayRef(nest.accesses).drop_front(first)) {
    if (access.operand->get() != buffer)
      continue;
    if (!op.getMatchingIndexingMap(access.operand).isIdentity())
      return failure();
    access.isFused = true;
  }
  return success();
}

FailureOr<LoopNest> LoopNest::build(linalg::LinalgOp op, linalg::LinalgOp prologue,
                                    linalg::LinalgOp epilogue) {
  if (!op.hasPureBufferSemantics())
    return failure();
  LoopNest nest;
  nest.op = op;
  nest.prologue = prologue;
  nest.epilogue = epilogue;
  SmallVector<unsigned> loopOf;
  for (auto [range, iterator] : llvm::zip_equal(op.getStaticLoopRanges(), op.getIteratorTypesArray())) {
    if (ShapedType::isDynamic(range) || range <= 0)
      return failure();
    unsigned dimension = nest.loops.size();
    nest.loops.push_back({range, iterator == utils::IteratorType::parallel, dimension});
    loopOf.push_back(dimension);
  }
  if (nest.loops.empty() || failed(addAccesses(nest, op, loopOf)))
    return failure();
  if (prologue || epilogue) {
    if (op.getNumDpsInits() != 1)
      return failure();
    Value buffer = op.getDpsInits()[0];
    if ((prologue && failed(addFused(nest, prologue, buffer))) ||
        (epilogue && failed(addFused(nest, epilogue, buffer))))
      return failure();
  }
  // linalg.index names the op's own dimensions.
  if (!op.hasIndexSemantics())
    simplify(nest);
  return nest;
}

unsigned LoopNest::getFirstAccess(linalg::LinalgOp which) const {
  unsigned first = 0;
  for (linalg::LinalgOp stage : {op, prologue}) {
    if (stage == which)
      return first;
    first += stage ? stage->getNumOperands() : 0;
  }
  return first;
}

ArrayRef<LoopNest::Access> LoopNest::getAccesses(linalg::LinalgOp which) const {
  return ArrayRef(accesses).slice(getFirstAccess(which), which->getNumOperands());
}

bool LoopNest::isElementwise() const {
  return llvm::all_of(loops, [](const Loop &loop) { return loop.isParallel; });
}

Value bnn::flattenBuffer(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  bool isStatic = getStaticStrides(type, strides, offset);
  assert(isStatic && "checked by LoopNest::build");
  (void)isStatic;
  if (type.getRank() == 1 && strides[0] == 1)
    return buffer;
  int64_t span = 1;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
    span += (size - 1) * stride;
  MemRefLayoutAttrInterface layout;
  if (offset != 0)
    layout = StridedLayoutAttr::get(builder.getContext(), offset, {1});
  auto flat = MemRefType::get({span}, type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(builder, loc, flat, buffer, offset, ArrayRef<int64_t>{span},
                                           ArrayRef<int64_t>{1});
}
