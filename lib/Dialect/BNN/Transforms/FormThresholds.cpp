//===- FormThresholds.cpp - Float chains before a quantizer become compares ===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Scale, bias, batch norm and activation between a contraction and the next quantizer are monotone in the
// accumulator, so the code is decided by comparing the accumulator with integers:
//
//   %y = bnn.scale %acc by %s bias %b
//   %z = tosa.mul %y, %gamma                              %q = bnn.threshold %acc, %t {descending = …}
//   %n = tosa.add %z, %beta                      ->
//   %q = bnn.binarize %n
//
// The thresholds are not computed by inverting the chain, which would round differently: they are found by
// binary search over all values the accumulator can have, evaluating the chain with its own f32 operations.
// So the codes are the same for every input, ties included.
//
// A channel whose factors multiply to a negative number is descending. One that is constant gets a threshold
// that every accumulator passes, or none: thresholds stay within one of the accumulator's range, so that
// kernels may do arithmetic on them.
//
// Before a binarization of floats the same search over all floats moves additions, activations and
// multiplications into the threshold: binarize(x + c) becomes binarize(x) with threshold -c.

#include "ChannelChain.h"
#include "CodeMath.h"
#include "Constants.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include <cmath>
#include <cstring>

namespace bnn {
#define GEN_PASS_DEF_FORMTHRESHOLDS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// The float as an integer, such that integers compare like floats and -0 comes before +0.
int64_t orderOf(float f) {
  uint32_t bits;
  std::memcpy(&bits, &f, sizeof bits);
  int64_t magnitude = bits & 0x7fffffffu;
  return bits >> 31 ? -magnitude - 1 : magnitude;
}

float floatOfOrder(int64_t order) {
  uint32_t bits = order < 0 ? 0x80000000u | static_cast<uint32_t>(-order - 1) : static_cast<uint32_t>(order);
  float f;
  std::memcpy(&f, &bits, sizeof f);
  return f;
}

/// The smallest x in [low, high] with `passes`, which holds from some x on; high + 1 if it never does.
int64_t firstPassing(int64_t low, int64_t high, function_ref<bool(int64_t)> passes) {
  while (low <= high) {
    int64_t middle = low + (high - low) / 2;
    if (passes(middle))
      high = middle - 1;
    else
      low = middle + 1;
  }
  return low;
}

/// A quantizer with constant parameters, as a function of one float and its channel.
struct Quantizer {
  Operation *op;
  std::function<int64_t(float, int64_t)> value;

  CodeTypeInterface type() const { return getCodeType(op->getResult(0)); }
  int64_t index(float x, int64_t channel) const { return indexOfValue(type(), value(x, channel)); }

  static std::optional<Quantizer> of(Operation *op) {
    auto shape = cast<RankedTensorType>(op->getOperand(0).getType()).getShape();
    if (auto binarize = dyn_cast<BinarizeOp>(op)) {
      if (!binarize.getThreshold())
        return Quantizer{op, [=](float x, int64_t) { return binarizeValue(binarize, x, std::nullopt); }};
      std::optional<SmallVector<float>> t = getConstantFloats(binarize.getThreshold());
      if (!t || !allFinite(*t))
        return std::nullopt;
      return Quantizer{op, [=](float x, int64_t c) { return binarizeValue(binarize, x, perChannel(*t, c)); }};
    }
    if (auto ternarize = dyn_cast<TernarizeOp>(op)) {
      std::optional<SmallVector<float>> d = getConstantFloats(ternarize.getDeadZone());
      if (!d || llvm::any_of(*d, [](float f) { return !std::isfinite(f) || f < 0.0f; }))
        return std::nullopt;
      return Quantizer{op, [=](float x, int64_t c) { return ternarizeValue(x, perChannel(*d, c)); }};
    }
    auto quantize = cast<QuantizeOp>(op);
    std::optional<SmallVector<float>> s = getConstantFloats(quantize.getScale());
    if (!s || ((s->size() > 1 || quantize.getZeroPoints().size() > 1) &&
               quantize.getAxis() != static_cast<int64_t>(shape.size()) - 1))
      return std::nullopt;
    SmallVector<int64_t> z(quantize.getZeroPoints());
    return Quantizer{op, [=](float x, int64_t c) {
                       return quantizeValue(quantize, x, perChannel(*s, c), z.empty() ? 0 : perChannel(z, c));
                     }};
  }
};

/// Thresholds in rows of T, one row per channel, and the channels that count downwards.
template <typename T>
struct Table {
  SmallVector<T> thresholds;
  SmallVector<bool> descending;

  /// A single row where all are equal.
  void compress(int64_t count) {
    int64_t rows = descending.size();
    for (int64_t row = 1; row < rows; ++row)
      if (descending[row] != descending[0] ||
          std::memcmp(&thresholds[row * count], &thresholds[0], count * sizeof(T)))
        return;
    thresholds.resize(count);
    descending.resize(1);
  }
  int64_t rows() const { return descending.size(); }
  bool anyDescending() const { return llvm::is_contained(descending, true); }
  DenseBoolArrayAttr descendingAttr(MLIRContext *context) const {
    return DenseBoolArrayAttr::get(context, anyDescending() ? ArrayRef<bool>(descending) : ArrayRef<bool>());
  }
};

std::string channelText(int64_t channel) { return "channel " + std::to_string(channel); }

/// True if no step makes an infinity or NaN of any accumulator in the range. Each step is monotone, so its
/// largest magnitude lies at an end.
bool staysFinite(const ChannelChain &chain, AccumulatorRange range, int64_t channel) {
  for (int64_t end : {range.low, range.high}) {
    float x = static_cast<float>(end);
    for (const ChannelStep &step : chain.steps) {
      x = step.apply(x, channel);
      if (!std::isfinite(x))
        return false;
    }
  }
  return true;
}

/// The thresholds of `quantizer` after `chain` on accumulators in `range`; explains a failure in `why`.
LogicalResult searchIntegers(const ChannelChain &chain, const Quantizer &quantizer, AccumulatorRange range,
                             int64_t channels, Table<int32_t> &table, std::string &why) {
  int64_t count = quantizer.type().getNumValues() - 1;
  for (int64_t channel = 0; channel < channels; ++channel) {
    int direction = chain.direction(channel);
    if (direction == 0) {
      why = "its activation has a negative slope in " + channelText(channel) + " and is not monotone";
      return failure();
    }
    if (!staysFinite(chain, range, channel)) {
      why = "its input may overflow in " + channelText(channel);
      return failure();
    }
    for (int64_t k = 1; k <= count; ++k) {
      auto passes = [&](int64_t x) {
        return quantizer.index(chain.apply(static_cast<float>(static_cast<int32_t>(x)), channel), channel) >=
               k;
      };
      int64_t threshold;
      if (direction > 0)
        threshold = firstPassing(range.low, range.high, passes);
      else // the last that passes comes right before the first that does not
        threshold = firstPassing(range.low, range.high, [&](int64_t x) { return !passes(x); }) - 1;
      if (threshold < INT32_MIN || threshold > INT32_MAX) {
        why = "no i32 threshold is above or below every accumulator in " + channelText(channel);
        return failure();
      }
      table.thresholds.push_back(static_cast<int32_t>(threshold));
    }
    table.descending.push_back(direction < 0);
  }
  table.compress(count);
  return success();
}

/// The same over all floats, for a binarization.
LogicalResult searchFloats(const ChannelChain &chain, const Quantizer &quantizer, int64_t channels,
                           Table<float> &table, std::string &why) {
  int64_t low = orderOf(-INFINITY), high = orderOf(INFINITY);
  for (int64_t channel = 0; channel < channels; ++channel) {
    int direction = chain.direction(channel);
    if (direction == 0) {
      why = "its activation has a negative slope in " + channelText(channel) + " and is not monotone";
      return failure();
    }
    // An infinite input times a zero is NaN, and so is a difference of infinities.
    for (float infinity : {-INFINITY, INFINITY})
      if (std::isnan(chain.apply(infinity, channel))) {
        why = "infinite inputs become NaN in " + channelText(channel);
        return failure();
      }
    auto passes = [&](int64_t x) {
      return quantizer.index(chain.apply(floatOfOrder(x), channel), channel) == 1;
    };
    int64_t first = firstPassing(low, high, [&](int64_t x) { return passes(x) == (direction > 0); });
    if (direction < 0)
      --first; // now the last that passes
    if (first < low || first > high || (first == low && direction > 0) || (first == high && direction < 0)) {
      why = "it does not depend on its input in " + channelText(channel);
      return failure();
    }
    table.thresholds.push_back(floatOfOrder(first));
    table.descending.push_back(direction < 0);
  }
  table.compress(1);
  return success();
}

struct FormThresholds : bnn::impl::FormThresholdsBase<FormThresholds> {
  using Base::Base;

  void replace(Operation *op, Value result) {
    Operation *input = op->getOperand(0).getDefiningOp();
    op->getResult(0).replaceAllUsesWith(result);
    op->erase();
    eraseDead(input);
  }

  /// The source of `chain` in the shape of what `op` quantizes.
  Value sourceFor(OpBuilder &builder, Operation *op, const ChannelChain &chain) {
    auto type = cast<RankedTensorType>(chain.source.getType());
    ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getOperand(0).getType()).getShape();
    if (type.getShape() == shape)
      return chain.source;
    auto shapeType = tosa::shapeType::get(&getContext(), shape.size());
    Value to =
        tosa::ConstShapeOp::create(builder, op->getLoc(), shapeType, builder.getIndexTensorAttr(shape));
    return tosa::ReshapeOp::create(builder, op->getLoc(), RankedTensorType::get(shape, type.getElementType()),
                                   chain.source, to);
  }

  void onAccumulator(const ChannelChain &chain, const Quantizer &quantizer, int64_t channels) {
    Operation *op = quantizer.op;
    int64_t count = quantizer.type().getNumValues() - 1;
    if (count >= int64_t(1) << maxBits) {
      remarkMissed(op, getArgument(),
                   "stays a quantizer of floats: " + Twine(count) +
                       " thresholds per channel are more than max-bits = " + Twine(maxBits) + " allows");
      return;
    }
    Table<int32_t> table;
    std::string why;
    if (failed(searchIntegers(chain, quantizer, accumulatorRange(chain.source), channels, table, why))) {
      remarkMissed(op, getArgument(), "stays a quantizer of floats: " + why);
      return;
    }
    OpBuilder builder(op);
    Value thresholds = createInts(builder, op->getLoc(), {table.rows(), count}, table.thresholds);
    replace(op, ThresholdOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                    sourceFor(builder, op, chain), thresholds,
                                    table.descendingAttr(&getContext())));
    ++numThresholds;
  }

  void onFloats(const ChannelChain &chain, const Quantizer &quantizer, int64_t channels) {
    auto op = dyn_cast<BinarizeOp>(quantizer.op);
    // A sign bit and a ternary code tell NaN from low, which a compare does not.
    if (!op || (op.getZero() != ZeroMode::Plus && op.getZero() != ZeroMode::Minus))
      return;
    Table<float> table;
    std::string why;
    if (failed(searchFloats(chain, quantizer, channels, table, why))) {
      remarkMissed(op, getArgument(), "keeps the ops before it: " + why);
      return;
    }
    OpBuilder builder(op);
    if (table.anyDescending()) {
      Value thresholds = createFloats(builder, op.getLoc(), {table.rows(), 1}, table.thresholds);
      replace(op, ThresholdOp::create(builder, op.getLoc(), op.getType(), sourceFor(builder, op, chain),
                                      thresholds, table.descendingAttr(&getContext())));
    } else {
      Value threshold;
      if (llvm::any_of(table.thresholds, [](float t) { return t != 0.0f; }))
        threshold = createFloats(builder, op.getLoc(), {table.rows()}, table.thresholds);
      replace(op, BinarizeOp::create(builder, op.getLoc(), op.getType(), sourceFor(builder, op, chain),
                                     threshold, ZeroMode::Plus));
    }
    ++numAbsorbed;
  }

  void runOnOperation() override {
    SmallVector<Operation *> quantizers;
    getOperation()->walk([&](Operation *op) {
      if (isa<BinarizeOp, QuantizeOp, TernarizeOp>(op))
        quantizers.push_back(op);
    });
    for (Operation *op : quantizers) {
      auto type = cast<RankedTensorType>(op->getOperand(0).getType());
      int64_t channels = type.getRank() == 0 ? 1 : type.getShape().back();
      ChannelChain chain = ChannelChain::above(op->getOperand(0), channels);
      if (chain.steps.empty())
        continue;
      std::optional<Quantizer> quantizer = Quantizer::of(op);
      if (!quantizer) {
        remarkMissed(op, getArgument(),
                     "stays a quantizer of floats: its parameters are not constant, finite, and per "
                     "channel of the last dimension");
        continue;
      }
      if (chain.startsAtAccumulator())
        onAccumulator(chain, *quantizer, channels);
      else
        onFloats(chain, *quantizer, channels);
    }
  }
};

} // namespace
