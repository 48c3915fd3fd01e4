//===- ExecuteTest.cpp - Inputs of models ---------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Execute.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>

using namespace bnn;

namespace {

ModelSignature twoInputs() {
  ModelSignature signature;
  signature.name = "net";
  signature.inputs.push_back({"a", DType::F32, {2}});
  signature.inputs.push_back({"b", DType::U8, {3}});
  return signature;
}

NpyArray zeros(DType type, llvm::ArrayRef<int64_t> shape) {
  return {type, llvm::SmallVector<int64_t>(shape),
          std::vector<uint8_t>(*countElements(type, shape) * byteSize(type))};
}

std::string error(NpzArrays arrays) {
  auto inputs = matchInputs(twoInputs(), std::move(arrays));
  return inputs ? "none" : llvm::toString(inputs.takeError());
}

TEST(MatchInputs, ByNameAndByPosition) {
  NpyArray a = zeros(DType::F32, {2}), b = zeros(DType::U8, {3});
  EXPECT_EQ(error({{"b", b}, {"a", a}}), "none");
  EXPECT_EQ(error({{"", a}, {"", b}}), "none");
  EXPECT_EQ(error({{"arr_0", a}, {"arr_1", b}}), "none");
  EXPECT_EQ(error({{"", a}, {"b", b}}), "none");
}

TEST(MatchInputs, Errors) {
  NpyArray a = zeros(DType::F32, {2}), b = zeros(DType::U8, {3});
  EXPECT_EQ(error({{"a", a}}), "input 'b' (uint8[3]) was not given");
  EXPECT_EQ(error({{"a", a}, {"a", a}}), "input 'a' was given twice");
  EXPECT_EQ(error({{"a", a}, {"c", b}}), "the model has no input 'c'; its inputs are 'a', 'b'");
  EXPECT_EQ(error({{"", a}, {"", b}, {"", b}}), "more arrays were given than the model has inputs (2)");
  EXPECT_EQ(error({{"a", a}, {"b", zeros(DType::I8, {3})}}), "input 'b' must be uint8[3] and is int8[3]");
}

TEST(RandomInputs, AreTheSameForTheSameSeed) {
  ModelSignature signature;
  for (DType type :
       {DType::Bool, DType::I8, DType::I64, DType::U16, DType::F16, DType::BF16, DType::F32, DType::F64})
    signature.inputs.push_back({"x", type, {100}});
  std::vector<NpyArray> one = randomInputs(signature, 5), two = randomInputs(signature, 5),
                        other = randomInputs(signature, 6);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].data, two[i].data);
    EXPECT_NE(one[i].data, other[i].data);
  }
  for (int i = 0; i < 100; ++i) {
    float value;
    std::memcpy(&value, one[6].data.data() + i * sizeof(value), sizeof(value));
    EXPECT_TRUE(std::isfinite(value));
    EXPECT_LE(one[0].data[i], 1);
  }
}

} // namespace
