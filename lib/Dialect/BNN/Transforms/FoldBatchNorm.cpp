//===- FoldBatchNorm.cpp - Factors and offsets per channel -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Batch norm at inference is a multiplication and an addition per channel. After a contraction both fold into
// what is there already:
//
//   %y = bnn.scale %acc by %s                            %n = bnn.scale %acc by %sg bias %beta
//   %z = tosa.mul %y, %gamma                     ->
//   %n = tosa.add %z, %beta                              with sg = s·gamma
//
// and into the weights and the bias of a float tosa.conv2d, tosa.depthwise_conv2d or tosa.matmul.
//
// Folding may round differently. That is harmless where floats stay floats, but a quantizer further down can
// turn the last bit of a float into another code, and then the logits differ by far more than rounding. So a
// fold that is not exact is refused if its result reaches a quantizer, unless `allow-code-changes` is given.
// Exact are: an addition to a scale without bias, and a factor where it or the scale before it is a power of
// two, which with binary weights of -1 and +1 is the usual case. "Exact" is up to the sign of zero, so a
// binarization by the sign bit refuses these as well.

#include "ChannelChain.h"
#include "Constants.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace bnn {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

#pragma STDC FP_CONTRACT OFF

namespace {

/// y = ±x·factor or ±x + offset, with constants per channel.
struct Affine {
  Value input;
  SmallVector<float> factor, offset; // one of the two is empty, or both for SubtractFrom
  bool negated = false;              // offset - x
};

std::optional<Affine> matchAffine(Operation *op) {
  auto type = op->getNumResults() == 1 ? dyn_cast<RankedTensorType>(op->getResult(0).getType()) : nullptr;
  if (!isa<tosa::MulOp, tosa::AddOp, tosa::SubOp>(op) || !type || type.getRank() == 0 ||
      !type.getElementType().isF32())
    return std::nullopt;
  for (int side : {1, 0}) {
    std::optional<SmallVector<float>> constant =
        getPerChannelFloats(op->getOperand(side), type.getShape().back());
    Value input = op->getOperand(1 - side);
    if (!constant || !allFinite(*constant) || input.getType() != type || !input.hasOneUse())
      continue;
    Affine affine;
    affine.input = input;
    if (isa<tosa::MulOp>(op)) {
      affine.factor = *constant;
    } else {
      affine.offset = *constant;
      affine.negated = isa<tosa::SubOp>(op) && side == 0;
      if (isa<tosa::SubOp>(op) && side == 1)
        for (float &offset : affine.offset)
          offset = -offset;
    }
    return affine;
  }
  return std::nullopt;
}

/// True for ±2^n with n far from the ends of the range, by which a multiplication does not round.
bool isPowerOfTwo(float f) {
  int exponent;
  return std::fabs(std::frexp(f, &exponent)) == 0.5f && exponent > -60 && exponent < 60;
}

bool arePowersOfTwo(ArrayRef<float> values) { return llvm::all_of(values, isPowerOfTwo); }

/// Multiplying by `values` neither underflows nor overflows for accumulators and powers of two.
bool areModerate(ArrayRef<float> values) {
  return llvm::all_of(values,
                      [](float f) { return f == 0.0f || (std::fabs(f) > 1e-18f && std::fabs(f) < 1e18f); });
}

/// True if the comparison only chooses between x and a multiple of x, as PRelu does, without a jump.
bool isContinuousChoice(Operation *compare) {
  return llvm::all_of(compare->getUsers(), [&](Operation *user) {
    return isa<tosa::SelectOp>(user) && llvm::is_contained(user->getOperands(), compare->getOperand(0));
  });
}

/// True if `matches` holds for an op that `value` reaches.
bool reaches(Value value, function_ref<bool(Operation *)> matches) {
  SmallVector<Value> work = {value};
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!work.empty())
    for (Operation *user : work.pop_back_val().getUsers()) {
      if (!seen.insert(user).second)
        continue;
      if (matches(user))
        return true;
      llvm::append_range(work, user->getResults());
    }
  return false;
}

/// True if `value` reaches a quantizer or another op that makes a large change of a small one.
bool reachesJump(Value value) {
  return reaches(value, [](Operation *user) {
    if (isa<BinarizeOp, QuantizeOp, TernarizeOp, ThresholdOp, SoftmaxOp, tosa::ArgMaxOp, tosa::FloorOp,
            tosa::CeilOp>(user))
      return true;
    if (isa<tosa::GreaterOp, tosa::GreaterEqualOp, tosa::EqualOp>(user))
      return !isContinuousChoice(user);
    return isa<tosa::CastOp>(user) && !isa<FloatType>(getElementTypeOrSelf(user->getResult(0)));
  });
}

/// True if `value` reaches a quantizer that tells -0 from +0.
bool reachesSignBit(Value value) {
  return reaches(value, [](Operation *user) {
    auto binarize = dyn_cast<BinarizeOp>(user);
    return binarize && binarize.getZero() == ZeroMode::SignBit;
  });
}

std::optional<SmallVector<float>> optionalFloats(Value value) {
  return value ? getConstantFloats(value) : std::optional<SmallVector<float>>(SmallVector<float>());
}

/// a·b per channel, and a + b.
template <typename Fn>
SmallVector<float> combine(ArrayRef<float> a, ArrayRef<float> b, Fn fn) {
  SmallVector<float> result;
  for (size_t i = 0, n = std::max(a.size(), b.size()); i < n; ++i)
    result.push_back(fn(perChannel(a, i), perChannel(b, i)));
  return result;
}
float product(float a, float b) { return a * b; }
float sum(float a, float b) { return a + b; }
SmallVector<float> negated(SmallVector<float> values) {
  for (float &v : values)
    v = -v;
  return values;
}

const char *const changesCodes = "it would round differently, and a quantizer below could turn that into "
                                 "other codes (option allow-code-changes)";

//===----------------------------------------------------------------------===//
// After bnn.scale
//===----------------------------------------------------------------------===//

struct ScaleFold {
  SmallVector<float> scale, bias;
};

/// The new scale and bias; explains in `why` if there are none.
std::optional<ScaleFold> foldIntoScale(Operation *op, const Affine &affine, ScaleOp scale,
                                       bool allowCodeChanges, std::string &why) {
  std::optional<SmallVector<float>> s = getConstantFloats(scale.getScale()),
                                    b = optionalFloats(scale.getBias());
  if (!s || !b || !allFinite(*s) || !allFinite(*b)) {
    why = "the scale or bias before it is not constant and finite";
    return std::nullopt;
  }
  if (scale.getRow() || scale.getColumn()) {
    why = "the scale before it has factors per row or column";
    return std::nullopt;
  }
  ScaleFold fold{*s, *b};
  bool exact, noBias = llvm::all_of(*b, [](float f) { return f == 0.0f; });
  if (!affine.factor.empty()) {
    exact = areModerate(*s) && areModerate(*b) && areModerate(affine.factor) &&
            (arePowersOfTwo(affine.factor) || (noBias && arePowersOfTwo(*s)));
    fold.scale = combine(*s, affine.factor, product);
    if (!b->empty())
      fold.bias = combine(*b, affine.factor, product);
  } else {
    exact = noBias;
    if (affine.negated) {
      fold.scale = negated(*s);
      fold.bias = negated(*b);
    }
    fold.bias = b->empty() ? affine.offset : combine(fold.bias, affine.offset, sum);
  }
  // Even an exact fold may make -0 of +0.
  Value result = op->getResult(0);
  if (!allowCodeChanges && (exact ? reachesSignBit(result) : reachesJump(result))) {
    why = changesCodes;
    return std::nullopt;
  }
  if (!allFinite(fold.scale) || !allFinite(fold.bias)) {
    why = "the product or sum is not finite";
    return std::nullopt;
  }
  return fold;
}

Value createVector(PatternRewriter &rewriter, Location loc, ArrayRef<float> values) {
  SmallVector<float> list = compressed(values);
  return createFloats(rewriter, loc, {static_cast<int64_t>(list.size())}, list);
}

//===----------------------------------------------------------------------===//
// After float contractions
//===----------------------------------------------------------------------===//

/// Number of weights in a row, in row-major order, that belong to one output channel.
std::optional<int64_t> channelStride(Operation *contraction) {
  if (auto conv = dyn_cast<tosa::Conv2DOp>(contraction)) {
    ArrayRef<int64_t> filter = cast<RankedTensorType>(conv.getWeight().getType()).getShape();
    return filter[1] * filter[2] * filter[3];
  }
  // The channels of H x W x C x M and of B x K x N are the innermost elements.
  if (isa<tosa::DepthwiseConv2DOp, tosa::MatMulOp>(contraction))
    return 1;
  return std::nullopt;
}

std::string whyNotContraction(Operation *op, const Affine &affine, Operation *contraction,
                              bool allowCodeChanges) {
  if (isa<tosa::MatMulOp>(contraction) && affine.factor.empty())
    return "a matrix product has no bias";
  if (affine.negated)
    return "it subtracts from a constant";
  if (!isConstantFloats(contraction->getOperand(1)))
    return "the weights before it are not constant";
  if (!isa<tosa::MatMulOp>(contraction) && !isConstantFloats(contraction->getOperand(2)))
    return "the bias before it is not constant";
  if (!allowCodeChanges && reachesJump(op->getResult(0)))
    return changesCodes;
  return "";
}

std::string whyNotFold(Operation *op, const Affine &affine, bool allowCodeChanges) {
  Operation *producer = affine.input.getDefiningOp();
  std::string why;
  if (auto scale = dyn_cast<ScaleOp>(producer))
    (void)foldIntoScale(op, affine, scale, allowCodeChanges, why);
  else
    why = whyNotContraction(op, affine, producer, allowCodeChanges);
  return why;
}

struct FoldAffine : RewritePattern {
  FoldAffine(MLIRContext *context, bool allowCodeChanges, Pass::Statistic &count)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context), allowCodeChanges(allowCodeChanges), count(count) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    std::optional<Affine> affine = matchAffine(op);
    Operation *producer = affine ? affine->input.getDefiningOp() : nullptr;
    if (auto scale = dyn_cast_or_null<ScaleOp>(producer)) {
      std::string why;
      std::optional<ScaleFold> fold = foldIntoScale(op, *affine, scale, allowCodeChanges, why);
      if (!fold)
        return rewriter.notifyMatchFailure(op, why);
      Value factor = createVector(rewriter, op->getLoc(), fold->scale);
      Value bias = fold->bias.empty() ? Value() : createVector(rewriter, op->getLoc(), fold->bias);
      rewriter.replaceOpWithNewOp<ScaleOp>(op, scale.getInput(), factor, Value(), Value(), bias);
      ++count;
      return success();
    }
    if (!producer || !channelStride(producer) ||
        !whyNotContraction(op, *affine, producer, allowCodeChanges).empty())
      return failure();
    return foldIntoContraction(op, *affine, producer, rewriter);
  }

  LogicalResult foldIntoContraction(Operation *op, const Affine &affine, Operation *producer,
                                    PatternRewriter &rewriter) const {
    int64_t channels = cast<RankedTensorType>(op->getResult(0).getType()).getShape().back();
    SmallVector<float> weights = *getConstantFloats(producer->getOperand(1));
    SmallVector<float> bias;
    bool hasBias = !isa<tosa::MatMulOp>(producer);
    if (hasBias)
      bias = *getConstantFloats(producer->getOperand(2));
    if (!affine.factor.empty()) {
      int64_t stride = *channelStride(producer);
      for (auto [i, weight] : llvm::enumerate(weights))
        weight *= perChannel(affine.factor, static_cast<int64_t>(i) / stride % channels);
      bias = hasBias ? combine(bias, affine.factor, product) : bias;
    } else {
      bias = combine(bias, affine.offset, sum);
    }
    if (!allFinite(weights) || !allFinite(bias))
      return rewriter.notifyMatchFailure(op, "not finite");
    Operation *folded = rewriter.clone(*producer);
    rewriter.setInsertionPoint(folded);
    if (!affine.factor.empty()) {
      auto type = cast<RankedTensorType>(producer->getOperand(1).getType());
      folded->setOperand(1, createFloats(rewriter, producer->getLoc(), type.getShape(), weights));
    }
    if (hasBias)
      folded->setOperand(
          2, createFloats(rewriter, producer->getLoc(), {static_cast<int64_t>(bias.size())}, bias));
    rewriter.replaceOp(op, folded->getResults());
    ++count;
    return success();
  }

  bool allowCodeChanges;
  Pass::Statistic &count;
};

struct FoldBatchNorm : bnn::impl::FoldBatchNormBase<FoldBatchNorm> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldAffine>(&getContext(), allowCodeChanges, numFolded);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    getOperation()->walk([&](Operation *op) {
      std::optional<Affine> affine = matchAffine(op);
      Operation *producer = affine ? affine->input.getDefiningOp() : nullptr;
      if (!producer || !(isa<ScaleOp>(producer) || channelStride(producer)))
        return;
      std::string why = whyNotFold(op, *affine, allowCodeChanges);
      if (!why.empty())
        remarkMissed(op, getArgument(), "is not folded: " + why);
    });
  }
};

} // namespace
