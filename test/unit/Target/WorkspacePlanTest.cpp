//===- WorkspacePlanTest.cpp - Properties of memory plans ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/WorkspacePlan.h"

#include "gtest/gtest.h"
#include <random>

using namespace bnn;

/// No two buffers that live together overlap, all are aligned and inside, and the bound is a bound.
static void expectValid(llvm::ArrayRef<PlannedBuffer> buffers, const WorkspacePlan &plan, int64_t alignment) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  EXPECT_GE(plan.size, plan.lowerBound);
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % alignment, 0);
    EXPECT_LE(plan.offsets[i] + buffers[i].size, plan.size);
    for (size_t j = 0; j < i; ++j) {
      bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
      bool apart = plan.offsets[i] + buffers[i].size <= plan.offsets[j] ||
                   plan.offsets[j] + buffers[j].size <= plan.offsets[i];
      EXPECT_TRUE(!together || apart) << "buffers " << j << " and " << i;
    }
  }
}

TEST(WorkspacePlan, Empty) {
  WorkspacePlan plan = planWorkspace({}, 64);
  EXPECT_EQ(plan.size, 0);
  EXPECT_EQ(plan.lowerBound, 0);
}

TEST(WorkspacePlan, ChainNeedsTwoNeighbours) {
  PlannedBuffer chain[] = {{100, 0, 1}, {200, 1, 2}, {100, 2, 3}, {50, 3, 4}};
  WorkspacePlan plan = planWorkspace(chain, 64);
  expectValid(chain, plan, 64);
  EXPECT_EQ(plan.lowerBound, 128 + 256);
  EXPECT_EQ(plan.size, plan.lowerBound);
}

TEST(WorkspacePlan, ResidualKeepsItsBuffer) {
  PlannedBuffer residual[] = {{64, 0, 5}, {64, 1, 2}, {64, 2, 3}, {64, 3, 4}};
  WorkspacePlan plan = planWorkspace(residual, 64);
  expectValid(residual, plan, 64);
  EXPECT_EQ(plan.size, 3 * 64);
}

TEST(WorkspacePlan, ZeroSizes) {
  PlannedBuffer buffers[] = {{0, 0, 5}, {1, 0, 5}, {0, 2, 3}};
  expectValid(buffers, planWorkspace(buffers, 64), 64);
}

TEST(WorkspacePlan, RandomLifetimes) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    auto upTo = [&](int64_t n) { return static_cast<int64_t>(random() % (n + 1)); };
    llvm::SmallVector<PlannedBuffer> buffers(upTo(40));
    int64_t alignment = int64_t(1) << upTo(7);
    for (PlannedBuffer &buffer : buffers) {
      buffer.size = upTo(seed % 2 ? 10000 : 200);
      buffer.first = upTo(30);
      buffer.last = buffer.first + upTo(seed % 3 ? 4 : 30);
    }
    WorkspacePlan plan = planWorkspace(buffers, alignment);
    expectValid(buffers, plan, alignment);
    EXPECT_LE(plan.size, 2 * plan.lowerBound) << "far from the lower bound";
  }
}
