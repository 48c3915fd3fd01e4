//===- PadInPlace.cpp - Padded images without a copy ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bufferized as it stands, tensor.pad fills a whole new buffer and copies the
// image into its middle. Most of that is unnecessary:
//
//   %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] { yield %zero }
//
//   ->  %0 = tensor.empty                                    the padded image
//       %1 = tensor.insert_slice (linalg.fill ...) into %0   four times: its border
//       %p = tensor.insert_slice %x into %4                  its middle
//
// upon which upstream's elimination of empty tensors lets whoever computes %x
// write it there.
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_PADINPLACE
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

/// A part of a tensor.
struct Box {
  SmallVector<int64_t> offsets, sizes;
};

/// The border of a padded image as boxes that do not overlap: those along a dimension span the middle of the
/// dimensions before it and all of those after it.
SmallVector<Box> getBorder(tensor::PadOp pad, ArrayRef<int64_t> padded) {
  ArrayRef<int64_t> low = pad.getStaticLow(), high = pad.getStaticHigh();
  ArrayRef<int64_t> image = pad.getSourceType().getShape();
  SmallVector<Box> boxes;
  Box rest{SmallVector<int64_t>(padded.size(), 0), llvm::to_vector(padded)};
  for (size_t d = 0; d < padded.size(); ++d) {
    for (bool after : {false, true}) {
      Box box = rest;
      box.offsets[d] = after ? low[d] + image[d] : 0;
      box.sizes[d] = after ? high[d] : low[d];
      if (box.sizes[d] != 0)
        boxes.push_back(std::move(box));
    }
    rest.offsets[d] = low[d];
    rest.sizes[d] = image[d];
  }
  return boxes;
}

struct PadInPlace : bnn::impl::PadInPlaceBase<PadInPlace> {
  void rewrite(tensor::PadOp pad) {
    Value value = pad.getConstantPaddingValue();
    RankedTensorType type = pad.getResultType();
    bool isStatic = type.hasStaticShape() && pad.getSourceType().hasStaticShape() && pad.getLow().empty() &&
                    pad.getHigh().empty();
    if (!value || !isStatic || llvm::any_of(pad.getStaticLow(), [](int64_t n) { return n < 0; }) ||
        llvm::any_of(pad.getStaticHigh(), [](int64_t n) { return n < 0; }))
      return;
    OpBuilder builder(pad);
    Location loc = pad.getLoc();
    auto attributes = [&](ArrayRef<int64_t> numbers) {
      return getAsIndexOpFoldResult(&getContext(), numbers);
    };
    SmallVector<OpFoldResult> ones(type.getRank(), builder.getIndexAttr(1));
    Value result = tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
    if (Operation *constant = value.getDefiningOp(); constant && pad->isAncestor(constant))
      value = builder.clone(*constant)->getResult(0);
    for (const Box &box : getBorder(pad, type.getShape())) {
      Value empty = tensor::EmptyOp::create(builder, loc, box.sizes, type.getElementType());
      Value filled = linalg::FillOp::create(builder, loc, value, empty).getResult(0);
      result = tensor::InsertSliceOp::create(builder, loc, filled, result, attributes(box.offsets),
                                             attributes(box.sizes), ones);
    }
    result =
        tensor::InsertSliceOp::create(builder, loc, pad.getSource(), result, attributes(pad.getStaticLow()),
                                      attributes(pad.getSourceType().getShape()), ones);
    pad.replaceAllUsesWith(result);
    pad.erase();
    ++numPads;
  }

  void runOnOperation() override {
    SmallVector<tensor::PadOp> pads;
    getOperation().walk([&](tensor::PadOp pad) { pads.push_back(pad); });
    for (tensor::PadOp pad : pads)
      rewrite(pad);
  }
};

} // namespace
