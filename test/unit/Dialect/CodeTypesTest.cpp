//===- CodeTypesTest.cpp - What codes stand for ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code of every type: the value it stands for by the formula of the type's
// documentation, the way back, and the sum over bit planes.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <functional>

using namespace bnn;

namespace {

class CodeTypes : public ::testing::Test {
protected:
  CodeTypes() { context.loadDialect<BNNDialect>(); }

  /// Checks all codes of `type` against `formula`, the value by definition.
  void checkAll(CodeTypeInterface type, std::function<int64_t(uint64_t)> formula) {
    int64_t values = 0;
    for (uint64_t code = 0; code < (1u << type.getBits()); ++code) {
      std::optional<int64_t> value = type.decode(code);
      if (!value)
        continue;
      ++values;
      EXPECT_EQ(*value, formula(code));
      EXPECT_EQ(type.encode(*value), code);
      EXPECT_TRUE(type.contains(*value));

      int64_t sum = 0;
      auto plane = mlir::cast<CodeTypeInterface>(type.getPlaneType());
      for (unsigned p = 0; p < type.getBits(); ++p)
        sum += type.getPlaneWeight(p) * *plane.decode((code >> p) & 1);
      EXPECT_EQ(*value, sum) << "code " << code;
    }
    EXPECT_EQ(values, type.getNumValues());
    EXPECT_FALSE(type.contains(type.getMinValue() - type.getStep()));
    EXPECT_FALSE(type.contains(type.getMaxValue() + type.getStep()));
  }

  mlir::MLIRContext context;
};

TEST_F(CodeTypes, Bipolar) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    checkAll(BipolarType::get(&context, bits),
             [=](uint64_t q) { return 2 * static_cast<int64_t>(q) - ((1 << bits) - 1); });
}

TEST_F(CodeTypes, Unsigned) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    checkAll(UnsignedType::get(&context, bits), [](uint64_t q) { return static_cast<int64_t>(q); });
}

TEST_F(CodeTypes, Signed) {
  for (unsigned bits = 1; bits <= 8; ++bits)
    checkAll(SignedType::get(&context, bits), [=](uint64_t q) {
      int64_t value = static_cast<int64_t>(q);
      return value < (1 << (bits - 1)) ? value : value - (1 << bits);
    });
}

TEST_F(CodeTypes, TernaryHasNoMinusTwo) {
  auto type = TernaryType::get(&context);
  checkAll(type, [](uint64_t q) { return q == 3 ? -1 : static_cast<int64_t>(q); });
  EXPECT_EQ(type.decode(2), std::nullopt);
}

} // namespace
