//===- StorageLayoutsTest.cpp - Shapes of packed codes ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Storage shapes of the layouts, and the two functions that sizes rest on.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <vector>

using namespace bnn;

namespace {

class StorageLayouts : public ::testing::Test {
protected:
  StorageLayouts() { context.loadDialect<BNNDialect>(); }

  std::vector<int64_t> shapeOf(StorageLayoutInterface layout, std::vector<int64_t> shape) {
    auto logical = mlir::RankedTensorType::get(shape, BipolarType::get(&context, 1));
    mlir::RankedTensorType storage = layout.getStorageType(logical);
    EXPECT_TRUE(storage.getElementType().isInteger(8));
    return storage.getShape().vec();
  }

  mlir::MLIRContext context;
};

using Shape = std::vector<int64_t>;

TEST_F(StorageLayouts, BitsFillWordsOf32) {
  auto layout = BitPackedAttr::get(&context, {}, 0);
  for (auto [channels, bytes] : {std::pair{1, 4}, {31, 4}, {32, 4}, {33, 8}, {63, 8}, {64, 8}, {65, 12}})
    EXPECT_EQ(shapeOf(layout, {5, channels}), (Shape{5, bytes}));
  EXPECT_EQ(shapeOf(layout, {40}), (Shape{8}));
}

TEST_F(StorageLayouts, BordersAddRowsAndColumns) {
  int64_t pad[] = {1, 2, 3, 4};
  EXPECT_EQ(shapeOf(BitPackedAttr::get(&context, pad, 1), {2, 8, 9, 33}), (Shape{2, 11, 16, 8}));
}

TEST_F(StorageLayouts, BytesKeepTheShape) {
  EXPECT_EQ(shapeOf(ByteCodesAttr::get(&context), {2, 8, 9, 33}), (Shape{2, 8, 9, 33}));
  EXPECT_EQ(shapeOf(ByteCodesAttr::get(&context), {}), (Shape{}));
}

TEST(Sizes, SlidingExtent) {
  EXPECT_EQ(slidingExtent(8, 0, 3, 1, 1), 6);
  EXPECT_EQ(slidingExtent(8, 2, 3, 2, 1), 4);
  EXPECT_EQ(slidingExtent(7, 0, 3, 1, 3), 1);
  EXPECT_EQ(slidingExtent(6, 0, 3, 1, 3), 0) << "the window does not fit";
  EXPECT_EQ(slidingExtent(6, 0, 0, 1, 1), 0) << "the window is empty";
  EXPECT_EQ(slidingExtent(6, INT64_MAX, 3, 1, 1), 0) << "the sum overflows";
  EXPECT_EQ(slidingExtent(6, 0, INT64_MAX, 1, INT64_MAX), 0) << "the product overflows";
}

TEST(Sizes, SupportedShapes) {
  EXPECT_TRUE(isSupportedShape({}));
  EXPECT_TRUE(isSupportedShape({kMaxExtent, 1}));
  EXPECT_FALSE(isSupportedShape({kMaxExtent, 2}));
  EXPECT_FALSE(isSupportedShape({4, 0}));
  EXPECT_FALSE(isSupportedShape({mlir::ShapedType::kDynamic}));
  EXPECT_FALSE(isSupportedShape({INT64_MAX, INT64_MAX, INT64_MAX}));
}

} // namespace
