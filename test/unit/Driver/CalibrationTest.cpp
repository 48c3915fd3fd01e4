//===- CalibrationTest.cpp - Samples for a model --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Calibration.h"

#include "gtest/gtest.h"

using namespace bnn;

static NpyArray zeros(DType type, llvm::ArrayRef<int64_t> shape) {
  NpyArray array{type, llvm::SmallVector<int64_t>(shape), {}};
  array.data.resize(*countElements(type, shape) * byteSize(type));
  return array;
}

static ModelSignature twoInputs() {
  ModelSignature signature;
  signature.name = "model";
  signature.inputs = {{"x", DType::F32, {2, 3}}, {"y", DType::F32, {1}}};
  return signature;
}

static std::string errorOf(NpzArrays arrays) {
  llvm::Expected<CalibrationData> data = matchCalibrationData(twoInputs(), std::move(arrays));
  return data ? "none" : llvm::toString(data.takeError());
}

TEST(Calibration, MatchesByName) {
  NpzArrays arrays = {
      {"y", zeros(DType::F32, {5})}, {"labels", zeros(DType::U8, {10})}, {"x", zeros(DType::F32, {10, 3})}};
  CalibrationData data = llvm::cantFail(matchCalibrationData(twoInputs(), std::move(arrays)));
  EXPECT_EQ(data.numRuns, 5);
  EXPECT_EQ(data.numSamples(), 10);
  EXPECT_EQ(data.labels.size(), 10u);
  EXPECT_EQ(data.inputs[0].shape[0], 10);
}

TEST(Calibration, Errors) {
  EXPECT_EQ(errorOf({{"x", zeros(DType::F32, {10, 3})}, {"z", zeros(DType::F32, {5})}}),
            "calibration data: the model has no input 'z'; its inputs are 'x', 'y', and classes are called "
            "'labels'");
  EXPECT_EQ(errorOf({{"x", zeros(DType::F32, {10, 3})}}),
            "calibration data: there is no array 'y' (float32[1] for each run)");
  EXPECT_EQ(errorOf({{"x", zeros(DType::F32, {10, 3})}, {"y", zeros(DType::F32, {4})}}),
            "calibration data: 'y' is enough for 4 runs and 'x' for 5");
  EXPECT_EQ(
      errorOf({{"x", zeros(DType::F32, {9, 3})}, {"y", zeros(DType::F32, {4})}}),
      "calibration data: 'x' is float32[9, 3]; the model reads float32[2, 3], so it must have that type and "
      "shape, its first dimension any multiple");
  NpzArrays negative = {
      {"x", zeros(DType::F32, {2, 3})}, {"y", zeros(DType::F32, {1})}, {"labels", zeros(DType::I8, {2})}};
  negative.back().second.data[1] = 0xFF;
  EXPECT_EQ(errorOf(negative), "calibration data: label 1 is -1; classes count from 0");
}
