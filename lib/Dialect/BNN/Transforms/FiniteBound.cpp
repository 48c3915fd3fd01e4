//===- FiniteBound.cpp - Proof that a float is neither inf nor NaN ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FiniteBound.h"
#include "ChannelChain.h"
#include "Constants.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace bnn;

static const double unbounded = std::numeric_limits<double>::infinity();

static double largest(ArrayRef<float> values) {
  double result = 0;
  for (float v : values) {
    if (!std::isfinite(v))
      return unbounded;
    result = std::max(result, std::fabs(static_cast<double>(v)));
  }
  return result;
}

/// Largest sum of magnitudes over one output's weights, times what they multiply.
static double contraction(double input, Value weights, int64_t outputs) {
  std::optional<SmallVector<float>> floats = getConstantFloats(weights);
  if (!floats || floats->empty())
    return unbounded;
  return input * largest(*floats) * static_cast<double>(floats->size() / std::max<int64_t>(1, outputs));
}

double FiniteBound::compute(Operation *op) {
  auto operand = [&](unsigned i) { return bound(op->getOperand(i)); };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case([&](ScaleOp scale) {
        AccumulatorRange range = accumulatorRange(scale.getInput());
        double result =
            std::max(std::abs(static_cast<double>(range.low)), std::abs(static_cast<double>(range.high)));
        for (Value factor : {Value(scale.getScale()), Value(scale.getRow()), Value(scale.getColumn())})
          if (factor)
            result *= bound(factor);
        return scale.getBias() ? result + bound(scale.getBias()) : result;
      })
      .Case([&](DequantizeOp dequantize) {
        CodeTypeInterface type = getCodeType(dequantize.getInput());
        double value = std::max(std::abs(type.getMinValue()), std::abs(type.getMaxValue()));
        for (int64_t z : dequantize.getZeroPoints())
          value = std::max(value, std::abs(static_cast<double>(z)) + type.getNumValues() * type.getStep());
        return value * bound(dequantize.getScale());
      })
      .Case<tosa::AddOp, tosa::SubOp>([&](auto) { return operand(0) + operand(1); })
      .Case([&](tosa::MulOp) { return operand(0) * operand(1); })
      .Case<tosa::MaximumOp, tosa::MinimumOp>([&](auto) { return std::max(operand(0), operand(1)); })
      .Case([&](tosa::SelectOp) { return std::max(operand(1), operand(2)); })
      .Case([&](tosa::ClampOp clamp) {
        double low = cast<FloatAttr>(clamp.getMinVal()).getValueAsDouble();
        double high = cast<FloatAttr>(clamp.getMaxVal()).getValueAsDouble();
        // A clamp lets NaN through, so it bounds only what is already bounded.
        double input = operand(0);
        return std::isfinite(input) ? std::max(input, std::max(std::fabs(low), std::fabs(high))) : input;
      })
      .Case<tosa::TransposeOp, tosa::ReshapeOp, tosa::SliceOp, tosa::ReverseOp, tosa::TileOp,
            tosa::IdentityOp, tosa::NegateOp, tosa::AbsOp, tosa::MaxPool2dOp, tosa::AvgPool2dOp>(
          [&](auto) { return operand(0); })
      .Case([&](tosa::PadOp pad) { return std::max(operand(0), bound(pad.getPadConst())); })
      .Case([&](tosa::ConcatOp concat) {
        double result = 0;
        for (Value input : concat.getInput1())
          result = std::max(result, bound(input));
        return result;
      })
      .Case([&](tosa::Conv2DOp conv) {
        auto filter = cast<RankedTensorType>(conv.getWeight().getType());
        return contraction(operand(0), conv.getWeight(), filter.getDimSize(0)) + operand(2);
      })
      .Case([&](tosa::MatMulOp matmul) {
        auto rhs = cast<RankedTensorType>(matmul.getB().getType());
        return contraction(operand(0), matmul.getB(), rhs.getDimSize(0) * rhs.getDimSize(2));
      })
      .Default([](Operation *) { return unbounded; });
}

double FiniteBound::bound(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Operation *op = value.getDefiningOp();
  if (!type || !type.getElementType().isF32() || !op)
    return unbounded;
  auto [entry, isNew] = known.try_emplace(value, unbounded);
  if (!isNew)
    return entry->second;
  double result;
  if (isConstantFloats(value)) {
    std::optional<SmallVector<float>> floats = getConstantFloats(value);
    result = floats ? largest(*floats) : unbounded;
  } else {
    result = compute(op);
  }
  // Sums round; leave room for it, and never call a product of 0 and no bound a bound.
  if (!(result < std::numeric_limits<float>::max() / 2))
    result = unbounded;
  return known[value] = result;
}

bool FiniteBound::isFinite(Value value) { return std::isfinite(bound(value)); }
