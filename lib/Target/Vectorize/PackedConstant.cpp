//===- PackedConstant.cpp - Weights in the order of the loops --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedConstant.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace bnn;

/// The elements of the constant that `buffer` is the whole of, or null.
static DenseElementsAttr getElements(Value buffer, SymbolTableCollection &symbols) {
  auto get = buffer.getDefiningOp<memref::GetGlobalOp>();
  if (!get || !cast<MemRefType>(buffer.getType()).getLayout().isIdentity())
    return {};
  auto global = symbols.lookupNearestSymbolFrom<memref::GlobalOp>(get, get.getNameAttr());
  if (!global || !global.getConstant() || !global.getInitialValue())
    return {};
  return dyn_cast<DenseElementsAttr>(*global.getInitialValue());
}

/// Offsets of all iterations of the reductions, in the order of the loops.
static SmallVector<int64_t> getDepthOffsets(const LoopNest &nest, const LoopNest::Access &access) {
  SmallVector<int64_t> offsets = {access.start};
  for (auto [loop, stride] : llvm::zip_equal(nest.loops, access.strides)) {
    if (loop.isParallel)
      continue;
    SmallVector<int64_t> next;
    for (int64_t offset : offsets)
      for (int64_t i = 0; i < loop.extent; ++i)
        next.push_back(offset + i * stride);
    offsets = std::move(next);
  }
  return offsets;
}

std::optional<PackedConstant> bnn::packConstant(const LoopNest &nest, const VectorPlan &plan, unsigned index,
                                                SymbolTableCollection &symbols) {
  const LoopNest::Access &access = nest.accesses[index];
  if (plan.isHorizontal || !access.isRead || access.isOutput || access.isFused ||
      access.strides[plan.lanes] != 1)
    return std::nullopt;
  int64_t panel = plan.width * plan.vectors, lanes = nest.loops[plan.lanes].extent;
  bool isFarApart = false;
  for (unsigned i = 0; i < nest.loops.size(); ++i) {
    bool isParallel = nest.loops[i].isParallel && i != plan.lanes;
    if (isParallel && access.strides[i] != 0)
      return std::nullopt;
    isFarApart |= !nest.loops[i].isParallel && access.strides[i] > panel;
  }
  DenseElementsAttr value = getElements(access.operand->get(), symbols);
  if (!isFarApart || !value || value.isSplat() || !value.getElementType().isIntOrFloat() ||
      value.getElementType().getIntOrFloatBitWidth() % 8 != 0)
    return std::nullopt;

  PackedConstant packed;
  packed.strides.assign(nest.loops.size(), 0);
  for (unsigned i = nest.loops.size(); i-- > 0;)
    if (!nest.loops[i].isParallel) {
      packed.strides[i] = packed.depth;
      packed.depth *= nest.loops[i].extent;
    }
  SmallVector<int64_t> offsets = getDepthOffsets(nest, access);
  int64_t bytes = value.getElementType().getIntOrFloatBitWidth() / 8;
  ArrayRef<char> from = value.getRawData();
  std::vector<char> to;
  to.reserve(lanes * packed.depth * bytes);
  for (int64_t first = 0; first < lanes; first += panel)
    for (int64_t offset : offsets) {
      int64_t begin = (offset + first) * bytes, end = (offset + std::min(first + panel, lanes)) * bytes;
      to.insert(to.end(), from.begin() + begin, from.begin() + end);
    }

  auto module = nest.op->getParentOfType<ModuleOp>();
  auto type = RankedTensorType::get({lanes * packed.depth}, value.getElementType());
  OpBuilder builder(module.getContext());
  packed.global = memref::GlobalOp::create(
      builder, nest.op.getLoc(), "__packed", builder.getStringAttr("private"),
      MemRefType::get(type.getShape(), type.getElementType()), DenseElementsAttr::getFromRawBuffer(type, to),
      /*constant=*/true, builder.getI64IntegerAttr(64));
  symbols.getSymbolTable(module).insert(packed.global, module.getBody()->begin());
  return packed;
}
