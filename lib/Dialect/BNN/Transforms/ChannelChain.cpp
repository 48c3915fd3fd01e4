//===- ChannelChain.cpp - Float ops per channel above a quantizer ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelChain.h"
#include "CodeMath.h"
#include "Constants.h"

#include <cmath>

using namespace mlir;
using namespace bnn;

#pragma STDC FP_CONTRACT OFF

float ChannelStep::apply(float x, int64_t channel) const {
  float p = a.empty() ? 0.0f : perChannel(a, channel);
  switch (kind) {
  case Scale: {
    float product = x * p;
    return b.empty() ? product : product + perChannel(b, channel);
  }
  case Multiply:
    return x * p;
  case Add:
    return x + p;
  case Subtract:
    return x - p;
  case SubtractFrom:
    return p - x;
  case Minimum:
    return minimumF32(x, p);
  case Maximum:
    return maximumF32(x, p);
  case Negate:
    return -x;
  case PRelu:
    return x >= 0.0f ? x : x * p;
  case PReluStrict:
    return x > 0.0f ? x : x * p;
  }
  llvm_unreachable("unknown step");
}

int ChannelStep::direction(int64_t channel) const {
  switch (kind) {
  case Scale:
  case Multiply:
    // A factor of zero too: it makes -0 and +0 of the two signs.
    return std::signbit(perChannel(a, channel)) ? -1 : 1;
  case SubtractFrom:
  case Negate:
    return -1;
  case PRelu:
  case PReluStrict:
    return std::signbit(perChannel(a, channel)) ? 0 : 1;
  default:
    return 1;
  }
}

float ChannelChain::apply(float x, int64_t channel) const {
  for (const ChannelStep &step : steps)
    x = step.apply(x, channel);
  return x;
}

int ChannelChain::direction(int64_t channel) const {
  int direction = 1;
  for (const ChannelStep &step : steps)
    direction *= step.direction(channel);
  return direction;
}

//===----------------------------------------------------------------------===//
// Tracing
//===----------------------------------------------------------------------===//

static bool isZeroConstant(Value value) {
  std::optional<SmallVector<float>> floats =
      isConstantFloats(value) ? getConstantFloats(value) : std::nullopt;
  return floats && llvm::all_of(*floats, [](float f) { return f == 0.0f; });
}

/// The constant operand of a commutative op and its other operand, which has the type of the result.
static bool splitConstant(Operation *op, int64_t channels, Value &x, SmallVector<float> &constant) {
  for (int side : {1, 0}) {
    std::optional<SmallVector<float>> floats = getPerChannelFloats(op->getOperand(side), channels);
    x = op->getOperand(1 - side);
    if (floats && x.getType() == op->getResult(0).getType()) {
      constant = *floats;
      return true;
    }
  }
  return false;
}

std::optional<PReluMatch> bnn::matchPRelu(tosa::SelectOp select, int64_t channels) {
  Operation *compare = select.getInput1().getDefiningOp();
  Value x = select.getInput2();
  auto scaled = select.getInput3().getDefiningOp<tosa::MulOp>();
  if (!isa_and_nonnull<tosa::GreaterEqualOp, tosa::GreaterOp>(compare) || !scaled ||
      x.getType() != select.getType() || compare->getOperand(0) != x ||
      !isZeroConstant(compare->getOperand(1)))
    return std::nullopt;
  PReluMatch match{x, {}, isa<tosa::GreaterOp>(compare)};
  Value factorInput;
  if (!splitConstant(scaled, channels, factorInput, match.slope) || factorInput != x)
    return std::nullopt;
  if (!compare->hasOneUse() || !scaled->hasOneUse() || llvm::any_of(x.getUsers(), [&](Operation *user) {
        return user != compare && user != scaled.getOperation() && user != select.getOperation();
      }))
    return std::nullopt;
  return match;
}

static float clampBound(Attribute attr) { return cast<FloatAttr>(attr).getValue().convertToFloat(); }

/// Prepends the step(s) of `op` to `steps` and moves `value` to its input; false if `op` is no step.
static bool stepOver(Operation *op, int64_t channels, Value &value, SmallVector<ChannelStep> &steps) {
  auto push = [&](ChannelStep::Kind kind, SmallVector<float> a, SmallVector<float> b = {}) {
    steps.insert(steps.begin(), ChannelStep{kind, std::move(a), std::move(b)});
    return true;
  };
  Value x;
  SmallVector<float> constant;
  if (isa<tosa::MulOp, tosa::AddOp, tosa::MaximumOp, tosa::MinimumOp>(op)) {
    if (!splitConstant(op, channels, x, constant) || !allFinite(constant))
      return false;
    // Modes other than propagation hide a NaN that the threshold would see.
    if (auto maximum = dyn_cast<tosa::MaximumOp>(op))
      if (maximum.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
        return false;
    if (auto minimum = dyn_cast<tosa::MinimumOp>(op))
      if (minimum.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
        return false;
    value = x;
    return push(isa<tosa::MulOp>(op)       ? ChannelStep::Multiply
                : isa<tosa::AddOp>(op)     ? ChannelStep::Add
                : isa<tosa::MaximumOp>(op) ? ChannelStep::Maximum
                                           : ChannelStep::Minimum,
                constant);
  }
  if (auto sub = dyn_cast<tosa::SubOp>(op)) {
    for (int side : {1, 0}) {
      std::optional<SmallVector<float>> floats = getPerChannelFloats(op->getOperand(side), channels);
      if (!floats || !allFinite(*floats) || op->getOperand(1 - side).getType() != sub.getType())
        continue;
      value = op->getOperand(1 - side);
      return push(side == 1 ? ChannelStep::Subtract : ChannelStep::SubtractFrom, *floats);
    }
    return false;
  }
  if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
    if (clamp.getNanMode() != tosa::NanPropagationMode::PROPAGATE)
      return false;
    float low = clampBound(clamp.getMinVal()), high = clampBound(clamp.getMaxVal());
    if (std::isnan(low) || std::isnan(high))
      return false;
    value = clamp.getInput();
    push(ChannelStep::Maximum, {low});
    return push(ChannelStep::Minimum, {high});
  }
  if (auto negate = dyn_cast<tosa::NegateOp>(op)) {
    if (!isZeroConstant(negate.getInput1Zp()) || !isZeroConstant(negate.getOutputZp()))
      return false;
    value = negate.getInput1();
    return push(ChannelStep::Negate, {});
  }
  if (auto identity = dyn_cast<tosa::IdentityOp>(op)) {
    value = identity.getInput1();
    return true;
  }
  if (auto reshape = dyn_cast<tosa::ReshapeOp>(op)) {
    auto from = dyn_cast<RankedTensorType>(reshape.getInput1().getType());
    if (!from || from.getRank() == 0 || from.getShape().back() != channels ||
        cast<RankedTensorType>(reshape.getType()).getShape().back() != channels)
      return false;
    value = reshape.getInput1();
    return true;
  }
  if (auto select = dyn_cast<tosa::SelectOp>(op)) {
    std::optional<PReluMatch> match = matchPRelu(select, channels);
    if (!match || !allFinite(match->slope))
      return false;
    value = match->input;
    return push(match->strict ? ChannelStep::PReluStrict : ChannelStep::PRelu, match->slope);
  }
  if (auto scale = dyn_cast<ScaleOp>(op)) {
    std::optional<SmallVector<float>> factor = getConstantFloats(scale.getScale());
    std::optional<SmallVector<float>> bias = SmallVector<float>();
    if (scale.getBias())
      bias = getConstantFloats(scale.getBias());
    if (scale.getRow() || scale.getColumn() || !factor || !bias || !allFinite(*factor) || !allFinite(*bias))
      return false;
    value = scale.getInput();
    return push(ChannelStep::Scale, *factor, *bias);
  }
  return false;
}

ChannelChain ChannelChain::above(Value value, int64_t channels) {
  ChannelChain chain;
  chain.source = value;
  // A PRelu uses its input three times; matchPRelu has checked that it is the only user.
  chain.isOnlyUse = value.hasOneUse();
  while (chain.isOnlyUse && !chain.startsAtAccumulator()) {
    Operation *op = chain.source.getDefiningOp();
    if (!op || !stepOver(op, channels, chain.source, chain.steps))
      break;
    chain.isOnlyUse = isa<tosa::SelectOp>(op) || chain.source.hasOneUse();
  }
  return chain;
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

static std::optional<AccumulatorRange> constantRange(Value value) {
  DenseIntElementsAttr attr;
  if (!matchPattern(value, m_Constant(&attr)) || attr.empty())
    return std::nullopt;
  AccumulatorRange range{INT32_MAX, INT32_MIN};
  for (const APInt &entry : attr.getValues<APInt>()) {
    range.low = std::min(range.low, entry.getSExtValue());
    range.high = std::max(range.high, entry.getSExtValue());
  }
  return range;
}

AccumulatorRange bnn::accumulatorRange(Value accumulator) {
  AccumulatorRange range{INT32_MIN, INT32_MAX};
  Operation *op = accumulator.getDefiningOp();
  if (isa_and_nonnull<ContractionOpInterface>(op)) {
    // Ranges of contractions follow from their types alone.
    cast<InferIntRangeInterface>(op).inferResultRanges({}, [&](Value, const ConstantIntRanges &inferred) {
      range = {inferred.smin().getSExtValue(), inferred.smax().getSExtValue()};
    });
    return range;
  }
  Value input, constant;
  if (auto correct = dyn_cast_or_null<BorderCorrectOp>(op)) {
    input = correct.getInput();
    constant = correct.getTable();
  } else if (auto add = dyn_cast_or_null<tosa::AddOp>(op)) {
    input = add.getInput1();
    constant = add.getInput2();
  }
  std::optional<AccumulatorRange> shift = constant ? constantRange(constant) : std::nullopt;
  if (!shift)
    return range;
  AccumulatorRange base = accumulatorRange(input);
  if (base.low + shift->low < range.low || base.high + shift->high > range.high)
    return range; // may wrap around
  return {base.low + shift->low, base.high + shift->high};
}
