//===- ClipTest.cpp - Scales with the least squared error -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/Clip.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>
#include <vector>

using namespace bnn;

namespace {

std::vector<float> normalValues(size_t count) {
  std::mt19937_64 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float &value : values)
    value = normal(random);
  return values;
}

double errorOf(const std::vector<float> &values, unsigned bits, CodeSpread spread, float scale) {
  double sum = 0;
  for (float value : values)
    sum += std::pow(value - quantizeAndBack(value, bits, spread, scale), 2.0);
  return sum / values.size();
}

TEST(Clip, Values) {
  EXPECT_EQ(quantizeAndBack(0.3f, 8, CodeSpread::Unsigned, 0.5f), 0.5f);
  EXPECT_EQ(quantizeAndBack(0.25f, 8, CodeSpread::Unsigned, 0.5f), 0.0f); // half to even
  EXPECT_EQ(quantizeAndBack(-3, 8, CodeSpread::Unsigned, 0.5f), 0.0f);
  EXPECT_EQ(quantizeAndBack(300, 4, CodeSpread::Unsigned, 1), 15.0f);
  EXPECT_EQ(quantizeAndBack(-300, 4, CodeSpread::Signed, 1), -8.0f);
  EXPECT_EQ(quantizeAndBack(300, 4, CodeSpread::Signed, 1), 7.0f);
  EXPECT_EQ(quantizeAndBack(0.4f, 1, CodeSpread::Bipolar, 2), 2.0f);
  EXPECT_EQ(quantizeAndBack(-0.4f, 2, CodeSpread::Bipolar, 1), -1.0f);
  EXPECT_EQ(quantizeAndBack(-9, 2, CodeSpread::Bipolar, 1), -3.0f);
}

TEST(Clip, Spreads) {
  EXPECT_EQ(chooseSpread(1, true), CodeSpread::Bipolar);
  EXPECT_EQ(chooseSpread(2, true), CodeSpread::Bipolar);
  EXPECT_EQ(chooseSpread(3, true), CodeSpread::Signed);
  EXPECT_EQ(chooseSpread(1, false), CodeSpread::Unsigned);
}

/// Known best uniform quantizers of the normal distribution (Max, 1960): mean squared errors of 0.3634 with
/// two levels and 0.1188 with four.
TEST(Clip, NormalDistribution) {
  std::vector<float> values = normalValues(100000);
  float one = findScale(values, 1, CodeSpread::Bipolar), two = findScale(values, 2, CodeSpread::Bipolar);
  EXPECT_NEAR(one, std::sqrt(2 / M_PI), 0.01);
  EXPECT_NEAR(errorOf(values, 1, CodeSpread::Bipolar, one), 0.3634, 0.005);
  EXPECT_NEAR(2 * two, 0.9957, 0.06); // the step between levels
  EXPECT_NEAR(errorOf(values, 2, CodeSpread::Bipolar, two), 0.1188, 0.003);
}

TEST(Clip, NothingIsCutOffWithoutGain) {
  EXPECT_EQ(findScale(std::vector<float>{-7, 3, 7, 1}, 4, CodeSpread::Signed), 1.0f);
  EXPECT_EQ(findScale(std::vector<float>{0, 15, 3}, 4, CodeSpread::Unsigned), 1.0f);
  // One value far away, many small ones: the far one is cut, unless cutting it costs more than all of them.
  std::vector<float> values = normalValues(1000);
  values.push_back(20);
  EXPECT_LT(findScale(values, 4, CodeSpread::Signed), 20.0f / 7);
  values.back() = 1000;
  EXPECT_EQ(findScale(values, 4, CodeSpread::Signed), 1000.0f / 7);
}

TEST(Clip, Zeros) {
  for (CodeSpread spread : {CodeSpread::Unsigned, CodeSpread::Signed, CodeSpread::Bipolar}) {
    float scale = findScale(std::vector<float>{0, 0, 0}, 2, spread);
    EXPECT_GT(scale, 0);
    EXPECT_LT(std::abs(quantizeAndBack(0, 2, spread, scale)), 1e-29f);
  }
}

} // namespace
