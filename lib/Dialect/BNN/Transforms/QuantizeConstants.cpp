//===- QuantizeConstants.cpp - Codes of constants, at compile time ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Weights arrive as floats behind a quantizer. This pass computes their codes with exactly the arithmetic
// that the quantizer is defined by, so that only the codes reach the object file:
//
//   %w = "tosa.const"() <{values = dense<[0.5, -0.1]> : tensor<2xf32>}> : () -> tensor<2xf32>
//   %q = bnn.binarize %w : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
// becomes
//   %q = bnn.constant dense<[1, 0]> : tensor<2xi8> as tensor<2x!bnn.bipolar<1>>

#include "CodeMath.h"
#include "Constants.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace bnn {
#define GEN_PASS_DEF_QUANTIZECONSTANTS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// Extent of dimension `axis` and the number of elements after it: element i has channel (i / inner) %
/// extent.
struct Channels {
  int64_t extent = 1, inner = 1;
  Channels(RankedTensorType type, int64_t axis) {
    if (type.getRank() == 0)
      return;
    extent = type.getDimSize(axis);
    for (int64_t size : type.getShape().drop_front(axis + 1))
      inner *= size;
  }
  int64_t of(int64_t element) const { return element / inner % extent; }
};

Channels lastDimension(RankedTensorType type) {
  return Channels(type, std::max<int64_t>(0, type.getRank() - 1));
}

std::optional<SmallVector<int64_t>> evaluate(BinarizeOp op, ArrayRef<float> input) {
  std::optional<SmallVector<float>> thresholds;
  if (op.getThreshold()) {
    thresholds = getConstantFloats(op.getThreshold());
    if (!thresholds)
      return std::nullopt;
  }
  Channels channels = lastDimension(op.getInput().getType());
  SmallVector<int64_t> values;
  for (auto [i, x] : llvm::enumerate(input)) {
    std::optional<float> threshold;
    if (thresholds)
      threshold = perChannel(*thresholds, channels.of(i));
    values.push_back(binarizeValue(op, x, threshold));
  }
  return values;
}

std::optional<SmallVector<int64_t>> evaluate(QuantizeOp op, ArrayRef<float> input) {
  std::optional<SmallVector<float>> scales = getConstantFloats(op.getScale());
  if (!scales)
    return std::nullopt;
  ArrayRef<int64_t> zeroPoints = op.getZeroPoints();
  Channels channels(op.getInput().getType(), op.getAxis());
  SmallVector<int64_t> values;
  for (auto [i, x] : llvm::enumerate(input)) {
    int64_t channel = channels.of(i);
    int64_t zeroPoint = zeroPoints.empty() ? 0 : perChannel(zeroPoints, channel);
    values.push_back(quantizeValue(op, x, perChannel(*scales, channel), zeroPoint));
  }
  return values;
}

std::optional<SmallVector<int64_t>> evaluate(TernarizeOp op, ArrayRef<float> input) {
  std::optional<SmallVector<float>> deadZones = getConstantFloats(op.getDeadZone());
  if (!deadZones)
    return std::nullopt;
  Channels channels = lastDimension(op.getInput().getType());
  SmallVector<int64_t> values;
  for (auto [i, x] : llvm::enumerate(input))
    values.push_back(ternarizeValue(x, perChannel(*deadZones, channels.of(i))));
  return values;
}

struct QuantizeConstants : bnn::impl::QuantizeConstantsBase<QuantizeConstants> {
  template <typename OpTy>
  void fold(OpTy op) {
    if (!isConstantFloats(op.getInput()))
      return;
    std::optional<SmallVector<float>> input = getConstantFloats(op.getInput());
    std::optional<SmallVector<int64_t>> values = input ? evaluate(op, *input) : std::nullopt;
    if (!values)
      return;
    CodeTypeInterface type = getCodeType(op.getResult());
    SmallVector<int8_t> codes;
    for (int64_t value : *values)
      codes.push_back(storedCode(type, value));
    OpBuilder builder(op);
    op.getResult().replaceAllUsesWith(createCodes(builder, op.getLoc(), op.getType(), codes));
    Operation *source = op.getInput().getDefiningOp();
    op.erase();
    // The floats are dead now; leaving megabytes of them to a later pass would slow down everything between.
    eraseDead(source);
    ++numConstants;
  }

  void runOnOperation() override {
    SmallVector<Operation *> quantizers;
    getOperation()->walk([&](Operation *op) {
      if (isa<BinarizeOp, QuantizeOp, TernarizeOp>(op))
        quantizers.push_back(op);
    });
    for (Operation *op : quantizers) {
      if (auto binarize = dyn_cast<BinarizeOp>(op))
        fold(binarize);
      else if (auto quantize = dyn_cast<QuantizeOp>(op))
        fold(quantize);
      else
        fold(cast<TernarizeOp>(op));
    }
  }
};

} // namespace
