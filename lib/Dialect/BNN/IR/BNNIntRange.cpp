//===- BNNIntRange.cpp - Ranges of accumulators
//-----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

using namespace mlir;
using namespace bnn;

/// Bounds of a sum of `depth` products of values of the two types. Padding
/// counts as a value of -1, 0 or 1.
static ConstantIntRanges contractionRange(ContractionOpInterface op, bool padded) {
  CodeTypeInterface a = op.getActivationType(), w = op.getWeightType();
  int64_t aMin = a.getMinValue(), aMax = a.getMaxValue();
  if (padded) {
    aMin = std::min<int64_t>(aMin, -1);
    aMax = std::max<int64_t>(aMax, 1);
  }
  int64_t corners[] = {aMin * w.getMinValue(), aMin * w.getMaxValue(), aMax * w.getMinValue(),
                       aMax * w.getMaxValue()};
  int64_t depth = op.getDepth();
  int64_t low = *std::min_element(std::begin(corners), std::end(corners)) * depth;
  int64_t high = *std::max_element(std::begin(corners), std::end(corners)) * depth;
  return ConstantIntRanges::fromSigned(APInt(32, low, true, true), APInt(32, high, true, true));
}

void Conv2DOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setResultRange) {
  bool padded = getPadValue() != 0;
  setResultRange(getResult(), contractionRange(*this, padded));
}

void MatmulOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setResultRange) {
  setResultRange(getResult(), contractionRange(*this, /*padded=*/false));
}
