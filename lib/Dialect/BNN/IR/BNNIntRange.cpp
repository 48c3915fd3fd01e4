//===- BNNIntRange.cpp - Ranges of accumulators
//-----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Interfaces/Utils/InferIntRangeCommon.h"

using namespace mlir;
using namespace bnn;

/// Bounds of a sum of `depth` products of values of the two types, where a pad
/// may take the place of an activation.
static ConstantIntRanges contractionRange(ContractionOpInterface op, std::optional<int64_t> pad) {
  CodeTypeInterface a = op.getActivationType(), w = op.getWeightType();
  int64_t aMin = a.getMinValue(), aMax = a.getMaxValue();
  if (pad) {
    aMin = std::min(aMin, *pad);
    aMax = std::max(aMax, *pad);
  }
  int64_t corners[] = {aMin * w.getMinValue(), aMin * w.getMaxValue(), aMax * w.getMinValue(),
                       aMax * w.getMaxValue()};
  int64_t depth = op.getDepth();
  int64_t low = *std::min_element(std::begin(corners), std::end(corners)) * depth;
  int64_t high = *std::max_element(std::begin(corners), std::end(corners)) * depth;
  return ConstantIntRanges::fromSigned(APInt(32, low, true, true), APInt(32, high, true, true));
}

void Conv2DOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setResultRange) {
  std::optional<int64_t> pad;
  if (llvm::any_of(getPad(), [](int64_t p) { return p != 0; }))
    pad = getPadValue();
  setResultRange(getResult(), contractionRange(*this, pad));
}

void MatmulOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setResultRange) {
  setResultRange(getResult(), contractionRange(*this, std::nullopt));
}

void BorderCorrectOp::inferResultRanges(ArrayRef<ConstantIntRanges> ranges, SetIntRangeFn setResultRange) {
  setResultRange(getResult(), intrange::inferAdd(ranges, intrange::OverflowFlags::None));
}
