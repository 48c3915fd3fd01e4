//===- WorkspacePlan.cpp - Offsets for buffers in one workspace ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/WorkspacePlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <functional>
#include <limits>
#include <numeric>

using namespace bnn;
using llvm::ArrayRef;
using llvm::SmallVector;

static bool overlapInTime(const PlannedBuffer &a, const PlannedBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

/// Places the buffers in `order`, each in the smallest gap between those placed that live with it.
static WorkspacePlan placeInOrder(ArrayRef<PlannedBuffer> buffers, ArrayRef<size_t> order) {
  WorkspacePlan plan;
  plan.offsets.assign(buffers.size(), 0);
  SmallVector<size_t> placed; // sorted by offset
  for (size_t index : order) {
    const PlannedBuffer &buffer = buffers[index];
    int64_t end = 0, best = -1, bestGap = std::numeric_limits<int64_t>::max();
    for (size_t other : placed) {
      if (!overlapInTime(buffer, buffers[other]))
        continue;
      int64_t gap = plan.offsets[other] - end;
      if (gap >= buffer.size && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = std::max(end, plan.offsets[other] + buffers[other].size);
    }
    int64_t offset = best >= 0 ? best : end;
    plan.offsets[index] = offset;
    plan.size = std::max(plan.size, offset + buffer.size);
    placed.insert(llvm::upper_bound(placed, offset,
                                    [&](int64_t value, size_t other) { return value < plan.offsets[other]; }),
                  index);
  }
  return plan;
}

static int64_t getLowerBound(ArrayRef<PlannedBuffer> buffers) {
  int64_t bound = 0;
  // The live set can only grow where a buffer begins.
  for (const PlannedBuffer &at : buffers) {
    int64_t live = 0;
    for (const PlannedBuffer &buffer : buffers)
      if (buffer.first <= at.first && at.first <= buffer.last)
        live += buffer.size;
    bound = std::max(bound, live);
  }
  return bound;
}

WorkspacePlan bnn::planWorkspace(ArrayRef<PlannedBuffer> buffers, int64_t alignment) {
  // With aligned sizes every offset that placement computes is aligned by itself.
  SmallVector<PlannedBuffer> aligned(buffers);
  for (PlannedBuffer &buffer : aligned)
    buffer.size = llvm::alignTo(buffer.size, alignment);

  auto length = [](const PlannedBuffer &b) { return b.last - b.first + 1; };
  const std::function<int64_t(const PlannedBuffer &)> keys[] = {
      [](const PlannedBuffer &b) { return b.size; },
      length,
      [&](const PlannedBuffer &b) { return b.size * length(b); },
      [](const PlannedBuffer &b) { return -b.first; },
  };
  WorkspacePlan best;
  best.size = std::numeric_limits<int64_t>::max();
  for (const auto &key : keys) {
    SmallVector<size_t> order(aligned.size());
    std::iota(order.begin(), order.end(), size_t(0));
    llvm::sort(order, [&](size_t a, size_t b) {
      int64_t keyA = key(aligned[a]), keyB = key(aligned[b]);
      return keyA != keyB ? keyA > keyB : a < b;
    });
    WorkspacePlan plan = placeInOrder(aligned, order);
    if (plan.size < best.size)
      best = std::move(plan);
  }
  best.lowerBound = getLowerBound(aligned);
  return best;
}
