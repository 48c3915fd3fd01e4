//===- Shapes.cpp - Constants and what follows from shapes ------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

static void importConstant(Node &node) {
  if (node.hasAttr("value")) {
    if (std::optional<HostTensor> tensor = node.tensorAttr("value"))
      node.setOutput(Tensor::constant(*tensor));
  } else if (node.hasAttr("value_float")) {
    node.setOutput(Tensor::constant(HostTensor::get({}, {float(node.floatAttr("value_float", 0))})));
  } else if (node.hasAttr("value_int")) {
    node.setOutput(Tensor::constant(
        HostTensor::get(DType::I64, {}, ArrayRef<int64_t>(node.intAttr("value_int", 0, true)))));
  } else if (node.hasAttr("value_floats")) {
    std::vector<float> values = node.floatsAttr("value_floats");
    node.setOutput(Tensor::constant(HostTensor::get({int64_t(values.size())}, values)));
  } else if (node.hasAttr("value_ints")) {
    SmallVector<int64_t> values = node.intsAttr("value_ints", {}, true);
    node.setOutput(Tensor::constant(HostTensor::get(DType::I64, {int64_t(values.size())}, values)));
  } else {
    node.error("only tensors and numbers are supported");
  }
}

static void importConstantOfShape(Node &node) {
  std::optional<SmallVector<int64_t>> shape = node.constantInts(0, "the shape");
  if (!shape)
    return;
  HostTensor value = HostTensor::get({1}, {0.0f});
  if (node.hasAttr("value")) {
    std::optional<HostTensor> given = node.tensorAttr("value");
    if (!given || !node.require(given->size() == 1, "'value' needs one element"))
      return;
    value = *given;
  }
  if (node.require(countElements(*shape, maxHostElements).has_value(),
                   "a constant of shape " + toString(*shape) + " is too large or has a negative dimension"))
    node.setOutput(Tensor::constant(value.reshape({}).broadcast(*shape)));
}

static void importShape(Node &node) {
  const Shape &shape = node.input(0).shape;
  int64_t rank = shape.size();
  auto bring = [&](int64_t v) { return std::min(std::max<int64_t>(v < 0 ? v + rank : v, 0), rank); };
  int64_t start = bring(node.intAttr("start", 0)), end = bring(node.intAttr("end", rank));
  ArrayRef<int64_t> part = ArrayRef<int64_t>(shape).slice(start, std::max<int64_t>(0, end - start));
  node.setOutput(Tensor::constant(HostTensor::get(DType::I64, {int64_t(part.size())}, part)));
}

static void importSize(Node &node) {
  int64_t count = countElements(node.input(0).shape, maxElements).value_or(0);
  node.setOutput(Tensor::constant(HostTensor::get(DType::I64, {}, ArrayRef<int64_t>(count))));
}

static void importRange(Node &node) {
  std::optional<HostTensor> start = node.constantInput(0, "the start"),
                            limit = node.constantInput(1, "the limit"),
                            delta = node.constantInput(2, "the step");
  if (node.failed() ||
      !node.require(start->size() == 1 && limit->size() == 1 && delta->size() == 1 &&
                        start->getType() == limit->getType() && start->getType() == delta->getType(),
                    "its inputs must be scalars of one type"))
    return;
  double first = start->getDouble(0), step = delta->getDouble(0);
  double count = std::max(0.0, std::ceil((limit->getDouble(0) - first) / step));
  if (!node.require(step != 0 && count <= double(maxHostElements), "the step is 0 or the range is too long"))
    return;
  std::vector<double> values;
  for (int64_t i = 0; i < int64_t(count); ++i)
    values.push_back(first + double(i) * step);
  node.setOutput(Tensor::constant(HostTensor::get(start->getType(), {int64_t(values.size())}, values)));
}

void bnn::frontend::registerShapes(Registry &registry) {
  registry.add("Constant", importConstant, 0, 0);
  registry.add("ConstantOfShape", importConstantOfShape, 1, 1, 9);
  registry.add("Shape", importShape, 1, 1);
  registry.add("Size", importSize, 1, 1);
  registry.add("Range", importRange, 3, 3, 11);
}
