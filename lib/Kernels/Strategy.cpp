//===- Strategy.cpp - Strategies and the shape they see ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Kernels/Strategy.h"

#include "bnn/Dialect/BNN/Transforms/Padding.h"

using namespace mlir;
using namespace bnn;

SmallVector<int64_t> bnn::getImageShape(ArrayRef<int64_t> shape) {
  switch (shape.size()) {
  case 0:
    return {1, 1, 1, 1};
  case 1:
    return {1, 1, 1, shape[0]};
  case 2:
    return {1, 1, shape[0], shape[1]};
  case 3:
    return {shape[0], 1, shape[1], shape[2]};
  case 4:
    return SmallVector<int64_t>(shape);
  default:
    llvm_unreachable("bnn-select-kernels leaves no rank above 4");
  }
}

bool bnn::canPackWeights(ContractionOpInterface op, std::string &reason) {
  if (!op.getWeights().getDefiningOp<ConstantOp>())
    reason = "the weights are not constant";
  else if (getGeometry(op).getBatchedWeights())
    reason = "every batch has weights of its own";
  else
    return true;
  return false;
}

bool bnn::isBitByBit(ContractionOpInterface op, std::string &reason) {
  if (isBit(op.getActivationType()) && isBit(op.getWeightType()))
    return true;
  reason = "the codes are not one bit by one bit";
  return false;
}

bool bnn::canPadWithCodes(ContractionOpInterface op) {
  auto conv = dyn_cast<Conv2DOp>(op.getOperation());
  if (!conv || llvm::all_of(conv.getPad(), [](int64_t p) { return p == 0; }) ||
      op.getActivationType().contains(conv.getPadValue()))
    return true;
  StringRef reason;
  return hasZeroPadding(conv) && canLegalizePadding(conv, reason);
}

GeometryAttr bnn::getGeometry(ContractionOpInterface op) {
  MLIRContext *context = op.getContext();
  SmallVector<int64_t> output = getImageShape(op.getAccumulator().getType().getShape());
  if (auto conv = dyn_cast<Conv2DOp>(op.getOperation())) {
    ArrayRef<int64_t> filter = conv.getFilter().getType().getShape();
    return GeometryAttr::get(context, conv.getInput().getType().getShape(), output, filter.slice(1, 2),
                             conv.getStrides(), conv.getDilations(), conv.getPad(), conv.getPadValue(),
                             conv.getGroups(), /*batchedWeights=*/false);
  }
  SmallVector<int64_t> input(output);
  input.back() = op.getDepth();
  bool batched = op.getWeights().getType().getRank() > 2;
  return GeometryAttr::get(context, input, output, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, 0, 1, batched);
}

static std::vector<std::unique_ptr<Strategy>> createStrategies() {
  std::vector<std::unique_ptr<Strategy>> strategies;
  strategies.push_back(createPairLutStrategy());
  strategies.push_back(createPopcountStrategy());
  strategies.push_back(createLutStrategy());
  strategies.push_back(createDotStrategy());
  strategies.push_back(createIntegerStrategy());
  return strategies;
}

ArrayRef<std::unique_ptr<Strategy>> bnn::getStrategies() {
  static const std::vector<std::unique_ptr<Strategy>> strategies = createStrategies();
  return strategies;
}

const Strategy *bnn::lookupStrategy(StringRef name) {
  for (const std::unique_ptr<Strategy> &strategy : getStrategies())
    if (strategy->getName() == name)
      return strategy.get();
  return nullptr;
}
