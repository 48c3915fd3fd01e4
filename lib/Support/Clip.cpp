//===- Clip.cpp - Scales with the least squared error ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/Clip.h"

#include <algorithm>
#include <cmath>

using namespace bnn;

CodeSpread bnn::chooseSpread(unsigned bits, bool isSigned) {
  if (!isSigned)
    return CodeSpread::Unsigned;
  return bits <= 2 ? CodeSpread::Bipolar : CodeSpread::Signed;
}

/// The largest value that codes stand for.
static float largestValue(unsigned bits, CodeSpread spread) {
  return spread == CodeSpread::Signed ? static_cast<float>((1 << (bits - 1)) - 1)
                                      : static_cast<float>((1 << bits) - 1);
}

float bnn::quantizeAndBack(float x, unsigned bits, CodeSpread spread, float scale) {
  float most = largestValue(bits, spread);
  switch (spread) {
  case CodeSpread::Unsigned:
    return std::clamp(std::nearbyint(x / scale), 0.0f, most) * scale;
  case CodeSpread::Signed:
    return std::clamp(std::nearbyint(x / scale), -most - 1, most) * scale;
  case CodeSpread::Bipolar:
    return (2 * std::clamp(std::nearbyint((x / scale + most) / 2), 0.0f, most) - most) * scale;
  }
  return x;
}

float bnn::findScale(llvm::ArrayRef<float> values, unsigned bits, CodeSpread spread) {
  float largest = 0;
  double sum = 0;
  for (float value : values) {
    largest = std::max(largest, std::abs(value));
    sum += std::abs(value);
  }
  // Everything is zero, or too small to be told from it: any scale will do.
  if (largest < 1e-30f)
    return 1e-30f;
  // For one bit of either sign the best magnitude is the mean (XNOR-Net).
  if (bits == 1 && spread == CodeSpread::Bipolar)
    return std::max(static_cast<float>(sum / values.size()), 1e-30f);

  float most = largestValue(bits, spread), best = largest / most;
  double least = INFINITY;
  // From the largest on, so that of equal errors the one that cuts nothing off wins.
  for (int percent = 100; percent >= 1; --percent) {
    float scale = largest * static_cast<float>(percent) / 100 / most;
    double error = 0;
    for (float value : values) {
      double difference = value - quantizeAndBack(value, bits, spread, scale);
      error += difference * difference;
    }
    if (error < least) {
      least = error;
      best = scale;
    }
  }
  return std::max(best, 1e-30f);
}
