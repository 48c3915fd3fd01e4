//===- RaiseSign.cpp - Sign functions written in float ops -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Training code without a quantizer op writes the sign function as a choice:
//
//   %p = tosa.greater_equal %x, %zero
//   %y = tosa.select %p, %plus_c, %minus_c
// which is
//   %b = bnn.binarize %x : … -> tensor<…x!bnn.bipolar<1>>
//   %y = bnn.dequantize %b scale %c
//
// x > 0 gives zero mode `minus`. 0 >= x and 0 > x (from Less) binarize -x and swap the two values, so that
// NaN, for which every comparison is false, lands where it did. A threshold per channel in place of zero
// becomes the threshold. A comparison cast to f32 is a binarization to {0, 1}, and c·{0, 1} - c/2 one to {-1,
// +1}.

#include "Constants.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace bnn {
#define GEN_PASS_DEF_RAISESIGN
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// The only element of a constant f32 tensor, or of one whose elements are all equal.
std::optional<float> getSplat(Value value) {
  if (!isConstantFloats(value))
    return std::nullopt;
  std::optional<SmallVector<float>> floats = getConstantFloats(value);
  if (!floats || floats->empty() || llvm::any_of(*floats, [&](float f) { return !(f == floats->front()); }))
    return std::nullopt;
  return floats->front();
}

/// A comparison of a tensor with a constant, as a binarization: true is the high code of `input`, which is -x
/// where the constant is on the left.
struct Comparison {
  Value x;
  SmallVector<float> threshold; // empty for zero
  ZeroMode zero;
  bool negated;
};

std::optional<Comparison> matchComparison(Value predicate) {
  Operation *op = predicate.getDefiningOp();
  if (!isa_and_nonnull<tosa::GreaterEqualOp, tosa::GreaterOp>(op))
    return std::nullopt;
  for (bool constantOnRight : {true, false}) {
    Value x = op->getOperand(constantOnRight ? 0 : 1), constant = op->getOperand(constantOnRight ? 1 : 0);
    auto type = dyn_cast<RankedTensorType>(x.getType());
    if (!type || !type.getElementType().isF32() || !type.hasStaticShape() || type.getRank() == 0 ||
        type.getShape() != cast<ShapedType>(predicate.getType()).getShape())
      continue;
    std::optional<SmallVector<float>> threshold = getPerChannelFloats(constant, type.getShape().back());
    if (!threshold || !allFinite(*threshold))
      continue;
    if (!constantOnRight)
      for (float &t : *threshold)
        t = -t;
    SmallVector<float> values = compressed(*threshold);
    if (llvm::all_of(values, [](float t) { return t == 0.0f; }))
      values.clear();
    return Comparison{x, values, isa<tosa::GreaterOp>(op) ? ZeroMode::Minus : ZeroMode::Plus,
                      !constantOnRight};
  }
  return std::nullopt;
}

/// The codes of `comparison` in the element type `codes`.
Value binarize(PatternRewriter &rewriter, Location loc, const Comparison &comparison, Type codes) {
  Value x = comparison.x;
  if (comparison.negated) {
    Value zero = createFloats(rewriter, loc, {1}, {0.0f});
    x = tosa::NegateOp::create(rewriter, loc, x.getType(), x, zero, zero);
  }
  Value threshold;
  if (!comparison.threshold.empty())
    threshold = createFloats(rewriter, loc, {static_cast<int64_t>(comparison.threshold.size())},
                             comparison.threshold);
  auto type = cast<RankedTensorType>(x.getType()).clone(codes);
  return BinarizeOp::create(rewriter, loc, type, x, threshold, comparison.zero);
}

/// select(x >= t, c, -c) -> dequantize(binarize(x), c).
struct RaiseSelect : OpRewritePattern<tosa::SelectOp> {
  RaiseSelect(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(tosa::SelectOp select, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(select.getType());
    std::optional<float> high = getSplat(select.getInput2()), low = getSplat(select.getInput3());
    if (!type || !high || !low || !std::isfinite(*high))
      return failure();
    std::optional<Comparison> comparison = matchComparison(select.getInput1());
    if (!comparison || comparison->x.getType() != type)
      return failure();
    Type codes;
    if (*high == -*low && *high != 0.0f)
      codes = BipolarType::get(getContext(), 1);
    else if (*low == 0.0f && *high != 0.0f)
      codes = UnsignedType::get(getContext(), 1);
    else
      return rewriter.notifyMatchFailure(select, "the two values are not opposite, nor is one zero");
    Value bits = binarize(rewriter, select.getLoc(), *comparison, codes);
    Value scale = createFloats(rewriter, select.getLoc(), {1}, {*high});
    rewriter.replaceOpWithNewOp<DequantizeOp>(select, type, bits, scale);
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

/// cast(x >= t) -> dequantize(binarize(x) as {0, 1}, 1).
struct RaiseCast : OpRewritePattern<tosa::CastOp> {
  RaiseCast(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(tosa::CastOp cast, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(cast.getType());
    if (!type || !type.getElementType().isF32())
      return failure();
    std::optional<Comparison> comparison = matchComparison(cast.getInput());
    if (!comparison || comparison->x.getType() != type)
      return failure();
    Value bits = binarize(rewriter, cast.getLoc(), *comparison, UnsignedType::get(getContext(), 1));
    Value scale = createFloats(rewriter, cast.getLoc(), {1}, {1.0f});
    rewriter.replaceOpWithNewOp<DequantizeOp>(cast, type, bits, scale);
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

/// add(dequantize({0, 1}, 2c), -c), perhaps with a multiplication by 2c between, -> dequantize({-1, +1}, c).
template <typename OpTy>
struct CenterBits : OpRewritePattern<OpTy> {
  CenterBits(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern<OpTy>(context), count(count) {}

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    std::optional<float> offset = getSplat(op.getInput2());
    if (!offset)
      return failure();
    float low = std::is_same_v<OpTy, tosa::SubOp> ? -*offset : *offset;
    Value value = op.getInput1();
    float factor = 1.0f;
    if (auto mul = value.getDefiningOp<tosa::MulOp>())
      if (std::optional<float> f = getSplat(mul.getInput2())) {
        factor = *f;
        value = mul.getInput1();
      }
    auto dequantize = value.getDefiningOp<DequantizeOp>();
    auto bits = dequantize ? dequantize.getInput().template getDefiningOp<BinarizeOp>() : nullptr;
    std::optional<float> scale = dequantize ? getSplat(dequantize.getScale()) : std::nullopt;
    if (!bits || !scale || !dequantize.getZeroPoints().empty() || value.getType() != op.getType() ||
        !isa<UnsignedType>(bits.getType().getElementType()))
      return failure();
    float high = *scale * factor;
    high += low;
    if (high != -low || high == 0.0f || !std::isfinite(high))
      return failure();
    auto type = bits.getType().clone(BipolarType::get(op.getContext(), 1));
    Value centered = BinarizeOp::create(rewriter, bits.getLoc(), type, bits.getInput(), bits.getThreshold(),
                                        bits.getZero());
    Value factorValue = createFloats(rewriter, op.getLoc(), {1}, {high});
    rewriter.replaceOpWithNewOp<DequantizeOp>(op, op.getType(), centered, factorValue);
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

struct RaiseSign : bnn::impl::RaiseSignBase<RaiseSign> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseSelect, RaiseCast, CenterBits<tosa::AddOp>, CenterBits<tosa::SubOp>>(&getContext(),
                                                                                           numSigns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    getOperation()->walk([&](tosa::SelectOp select) {
      if (getSplat(select.getInput2()) && getSplat(select.getInput3()) && matchComparison(select.getInput1()))
        remarkMissed(select, getArgument(),
                     "stays a choice of floats: its two values are not opposite, nor is one zero");
    });
  }
};

} // namespace
