//===- ExpandCopies.cpp - Strided copies as loops --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream lowers a copy between strided memrefs to a call of `memrefCopy` of
// MLIR's runtime library, which objects of this compiler must not need.
//
//   memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[10, 1]>>
//     ->  scf.for %i = 0 to 4 { memref.copy (row %i of %x), (row %i of %y) }
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_EXPANDCOPIES
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

/// How many trailing dimensions of a static memref are contiguous.
unsigned getContiguousDims(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t expected = 1;
  unsigned count = 0;
  for (int64_t i = type.getRank() - 1; i >= 0; --i, ++count) {
    if (type.getDimSize(i) != 1 && strides[i] != expected)
      break;
    expected *= type.getDimSize(i);
  }
  return count;
}

/// The part of `buffer` at `position` of its leading dimensions, without them.
Value getPart(OpBuilder &builder, Location loc, Value buffer, ValueRange position) {
  auto type = cast<MemRefType>(buffer.getType());
  SmallVector<OpFoldResult> offsets(position.begin(), position.end()), sizes;
  unsigned outer = position.size();
  offsets.resize(type.getRank(), builder.getIndexAttr(0));
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(builder.getIndexAttr(i < outer ? 1 : type.getDimSize(i)));
  SmallVector<OpFoldResult> ones(type.getRank(), builder.getIndexAttr(1));
  auto partType = memref::SubViewOp::inferRankReducedResultType(type.getShape().drop_front(outer), type,
                                                                offsets, sizes, ones);
  return memref::SubViewOp::create(builder, loc, partType, buffer, offsets, sizes, ones);
}

struct ExpandCopies : bnn::impl::ExpandCopiesBase<ExpandCopies> {
  void expand(memref::CopyOp copy) {
    auto source = dyn_cast<MemRefType>(copy.getSource().getType());
    auto target = dyn_cast<MemRefType>(copy.getTarget().getType());
    if (!source || !target || !source.hasStaticShape() || !target.hasStaticShape())
      return;
    unsigned rank = source.getRank();
    unsigned inner = std::min(getContiguousDims(source), getContiguousDims(target));
    if (inner == rank)
      return;
    ++numExpanded;
    OpBuilder builder(copy);
    Location loc = copy.getLoc();
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    SmallVector<Value> position;
    for (unsigned i = 0; i < rank - inner; ++i) {
      Value size = arith::ConstantIndexOp::create(builder, loc, source.getDimSize(i));
      auto loop = scf::ForOp::create(builder, loc, zero, size, one);
      builder.setInsertionPointToStart(loop.getBody());
      position.push_back(loop.getInductionVar());
    }
    if (inner == 0) {
      Value element = memref::LoadOp::create(builder, loc, copy.getSource(), position);
      memref::StoreOp::create(builder, loc, element, copy.getTarget(), position);
    } else {
      Value from = getPart(builder, loc, copy.getSource(), position);
      Value to = getPart(builder, loc, copy.getTarget(), position);
      memref::CopyOp::create(builder, loc, from, to);
    }
    copy.erase();
  }

  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies)
      expand(op);
  }
};

} // namespace
