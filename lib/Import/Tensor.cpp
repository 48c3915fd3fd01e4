//===- Tensor.cpp - Quantizers on constants ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same formulas as bnn.quantize and bnn.dequantize, for constants that no
// contraction uses (biases, slopes, scales): those stay float.
//
//===----------------------------------------------------------------------===//

#include "Tensor.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

float bnn::frontend::roundTo(float value, Rounding rounding) {
  float whole = std::floor(value), fraction = value - whole;
  switch (rounding) {
  case Rounding::HalfEven:
    return std::nearbyint(value);
  case Rounding::HalfAway:
    return std::round(value);
  case Rounding::HalfToZero:
    return std::copysign(std::ceil(std::fabs(value) - 0.5f), value);
  case Rounding::HalfUp:
    return fraction >= 0.5f ? whole + 1 : whole;
  case Rounding::Floor:
    return whole;
  case Rounding::Ceil:
    return std::ceil(value);
  case Rounding::ToZero:
    return std::trunc(value);
  case Rounding::AwayFromZero:
    return std::copysign(std::ceil(std::fabs(value)), value);
  }
  return value;
}

/// Index into per-channel parameters of each element.
static int64_t channelOf(int64_t i, const HostTensor &host, const Quantizer &quantizer) {
  if (!quantizer.perChannel())
    return 0;
  int64_t inner = 1;
  for (int64_t d = quantizer.axis + 1; d < host.getRank(); ++d)
    inner *= host.getShape()[d];
  return i / inner % host.getShape()[quantizer.axis];
}

static int64_t zeroPointOf(int64_t channel, const Quantizer &quantizer) {
  if (quantizer.zeroPoints.empty())
    return 0;
  return quantizer.zeroPoints[quantizer.zeroPoints.size() == 1 ? 0 : channel];
}

static int64_t quantizeOne(float x, float scale, float zero, const Quantizer &quantizer) {
  CodeTypeInterface type = quantizer.type;
  if (quantizer.kind == Quantizer::Binarize) {
    if (isa<TernaryType>(type))
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    return x >= 0 ? type.getMaxValue() : type.getMinValue();
  }
  float low = type.getMinValue(), high = type.getMaxValue();
  if (quantizer.narrow)
    (isa<UnsignedType>(type) ? high : low) += isa<UnsignedType>(type) ? -1 : 1;
  float u = x / scale;
  if (std::isnan(u))
    return int64_t(low);
  auto clamp = [&](float v) { return std::min(std::max(v, low), high); };
  if (quantizer.shiftBeforeRound)
    return int64_t(roundTo(clamp(u + zero), quantizer.rounding));
  return int64_t(clamp(roundTo(u, quantizer.rounding) + zero));
}

std::vector<int64_t> bnn::frontend::evaluateCodes(const HostTensor &host, const Quantizer &quantizer) {
  std::vector<int64_t> codes(host.size());
  for (int64_t i = 0, e = host.size(); i < e; ++i) {
    int64_t channel = channelOf(i, host, quantizer);
    codes[i] = quantizer.kind == Quantizer::Codes ? host.getInt(i)
                                                  : quantizeOne(host.getFloat(i), quantizer.scale[channel],
                                                                zeroPointOf(channel, quantizer), quantizer);
  }
  return codes;
}

HostTensor bnn::frontend::evaluate(const HostTensor &host, const Quantizer &quantizer) {
  std::vector<int64_t> codes = evaluateCodes(host, quantizer);
  std::vector<float> values(codes.size());
  for (int64_t i = 0, e = codes.size(); i < e; ++i) {
    int64_t channel = channelOf(i, host, quantizer);
    values[i] = float(codes[i] - zeroPointOf(channel, quantizer)) * quantizer.scale[channel];
  }
  return HostTensor::get(host.getShape(), values);
}
