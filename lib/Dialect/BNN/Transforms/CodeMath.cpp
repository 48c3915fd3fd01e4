//===- CodeMath.cpp - Quantizers on single floats, at compile time ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeMath.h"

#include <cmath>

using namespace bnn;

#pragma STDC FP_CONTRACT OFF

/// The nearest integer; `tieAway` says whether a tie goes to the neighbour farther from zero, given the
/// nearer one.
template <typename Fn>
static float nearest(float x, Fn tieAway) {
  // Taking the integer part off a magnitude is exact; taking floor(x) off a negative x is not.
  float magnitude = std::fabs(x);
  float whole = std::floor(magnitude);
  float fraction = magnitude - whole;
  if (fraction > 0.5f || (fraction == 0.5f && tieAway(whole)))
    whole += 1.0f;
  return std::copysign(whole, x);
}

float bnn::roundTo(float x, Rounding mode) {
  if (!std::isfinite(x))
    return x;
  switch (mode) {
  case Rounding::HalfEven:
    return nearest(x, [](float whole) { return std::fmod(whole, 2.0f) != 0.0f; });
  case Rounding::HalfAway:
    return nearest(x, [](float) { return true; });
  case Rounding::HalfToZero:
    return nearest(x, [](float) { return false; });
  case Rounding::HalfUp:
    return nearest(x, [x](float) { return x > 0.0f; });
  case Rounding::Floor:
    return std::floor(x);
  case Rounding::Ceil:
    return std::ceil(x);
  case Rounding::ToZero:
    return std::trunc(x);
  case Rounding::AwayFromZero:
    return x < 0.0f ? std::floor(x) : std::ceil(x);
  }
  llvm_unreachable("unknown rounding");
}

float bnn::minimumF32(float a, float b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) ? a : b;
  if (a == b)
    return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

float bnn::maximumF32(float a, float b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) ? a : b;
  if (a == b)
    return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

/// `x` held to [low, high]; NaN becomes `low`.
static float clampToLow(float x, float low, float high) {
  if (!(x >= low))
    return low;
  return x > high ? high : x;
}

int64_t bnn::quantizeValue(QuantizeOp op, float x, float scale, int64_t zeroPoint) {
  CodeTypeInterface type = getCodeType(op.getResult());
  float quotient = x / scale;
  if (llvm::isa<BipolarType>(type)) {
    float top = static_cast<float>(type.getNumValues() - 1);
    float shifted = quotient + top;
    float code = clampToLow(roundTo(shifted / 2.0f, op.getRounding()), 0.0f, top);
    return 2 * static_cast<int64_t>(code) + type.getMinValue();
  }
  bool isSigned = llvm::isa<SignedType>(type);
  float low = static_cast<float>(type.getMinValue() + (op.getNarrow() && isSigned ? 1 : 0));
  float high = static_cast<float>(type.getMaxValue() - (op.getNarrow() && !isSigned ? 1 : 0));
  float zero = static_cast<float>(zeroPoint);
  if (op.getShiftBeforeRound()) {
    float shifted = quotient + zero;
    return static_cast<int64_t>(roundTo(clampToLow(shifted, low, high), op.getRounding()));
  }
  float rounded = roundTo(quotient, op.getRounding());
  float shifted = rounded + zero;
  return static_cast<int64_t>(clampToLow(shifted, low, high));
}

int64_t bnn::binarizeValue(BinarizeOp op, float x, std::optional<float> threshold) {
  CodeTypeInterface type = getCodeType(op.getResult());
  float t = threshold.value_or(0.0f);
  switch (op.getZero()) {
  case ZeroMode::Plus:
    return x >= t ? type.getMaxValue() : type.getMinValue();
  case ZeroMode::Minus:
    return x > t ? type.getMaxValue() : type.getMinValue();
  case ZeroMode::SignBit: {
    float difference = threshold ? x - t : x;
    return std::signbit(difference) ? type.getMinValue() : type.getMaxValue();
  }
  case ZeroMode::Ternary:
    return x > t ? 1 : x < t ? -1 : 0;
  }
  llvm_unreachable("unknown zero mode");
}

int64_t bnn::ternarizeValue(float x, float deadZone) { return x > deadZone ? 1 : x < -deadZone ? -1 : 0; }

int8_t bnn::storedCode(CodeTypeInterface type, int64_t value) {
  // Signed and ternary codes are stored sign-extended, and there the value is its own two's complement code.
  if (llvm::isa<SignedType, TernaryType>(type))
    return static_cast<int8_t>(value);
  return static_cast<int8_t>(type.encode(value));
}
