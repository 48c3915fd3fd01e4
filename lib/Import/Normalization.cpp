//===- Normalization.cpp - Batch, instance, group and layer normalisation ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BatchNormalization with constant parameters is one multiplication and one
// addition, in this order, with constants computed in double precision:
//
//   %m = tosa.mul %x, %a, %shift     a = scale / sqrt(variance + epsilon)
//   %y = tosa.add %m, %c             c = bias - mean·a
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// A vector along dimension 1, to be broadcast to a tensor of `rank` dimensions.
static Tensor alongChannels(Node &node, const Tensor &vector, int64_t rank) {
  Shape shape(rank, 1);
  shape[std::min<int64_t>(1, rank - 1)] = vector.shape[0];
  if (vector.isConstant())
    return Tensor::constant(node.hostValue(vector).reshape(shape));
  Tensor result = vector;
  result.shape = shape;
  result.value = node.reshape(node.materialize(vector), shape);
  result.layout = Layout::Logical;
  return result;
}

/// ChannelsLast for images, so that the constants of a following quantizer are those of the last dimension.
static Layout imageLayout(const Tensor &input) {
  return input.rank() == 4 || (input.rank() == 3 && input.layout == Layout::ChannelsLast)
             ? Layout::ChannelsLast
             : Layout::Logical;
}

static bool requireVectors(Node &node, int64_t first, int64_t count, int64_t channels) {
  for (int64_t i = first; i < first + count; ++i)
    if (!node.require(node.input(i).type == DType::F32 && node.input(i).rank() == 1 &&
                          node.input(i).shape[0] == channels,
                      "'" + node.inputName(i) + "' needs " + Twine(channels) +
                          " float entries, but has shape " + toString(node.input(i).shape)))
      return false;
  return true;
}

static void importBatchNormalization(Node &node) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5f);
  bool training = node.intAttr("training_mode", 0) || (node.getOpset() < 14 && node.wantsOutput(1));
  if (!node.require(!training, "training mode is not supported: export the model in evaluation mode") ||
      !node.require(node.getOpset() >= 9 || node.intAttr("spatial", 1), "'spatial' = 0 is not supported") ||
      !node.require(input.type == DType::F32, "element type " + typeName(input.type) + " is not supported") ||
      !node.require(input.rank() >= 1, "its input is a scalar"))
    return;
  int64_t rank = input.rank(), channels = rank > 1 ? input.shape[1] : 1;
  if (!requireVectors(node, 1, 4, channels))
    return;
  Layout layout = imageLayout(input);
  Value value = node.materialize(input, layout), factor, addend;
  bool constant = true;
  for (int i = 1; i < 5; ++i)
    constant &= node.input(i).isConstant();
  if (constant) {
    std::vector<double> a(channels), c(channels);
    HostTensor scale = node.hostValue(node.input(1)), bias = node.hostValue(node.input(2));
    HostTensor mean = node.hostValue(node.input(3)), variance = node.hostValue(node.input(4));
    for (int64_t i = 0; i < channels; ++i) {
      a[i] = scale.getDouble(i) / std::sqrt(variance.getDouble(i) + epsilon);
      c[i] = bias.getDouble(i) - mean.getDouble(i) * a[i];
      if (!node.require(std::isfinite(a[i]) && std::isfinite(c[i]),
                        "channel " + Twine(i) + " has parameters that are not finite or a negative variance"))
        return;
    }
    auto vector = [&](ArrayRef<double> values) {
      Tensor tensor = Tensor::constant(HostTensor::get(DType::F32, {channels}, values));
      return node.materializeFor(alongChannels(node, tensor, rank), rank, layout);
    };
    factor = vector(a);
    addend = vector(c);
  } else {
    Value v[5];
    for (int i = 1; i < 5; ++i)
      v[i] = node.materializeFor(alongChannels(node, node.input(i), rank), rank, layout);
    Value shifted = node.binary<tosa::AddOp>(
        v[4], node.splat(epsilon, node.builder().getF32Type(), Node::shapeOf(v[4]).size()));
    factor = node.mul(v[1], node.unary<tosa::RsqrtOp>(shifted));
    addend = node.binary<tosa::SubOp>(v[2], node.mul(v[3], factor));
  }
  node.setOutput(DType::F32, input.shape, node.binary<tosa::AddOp>(node.mul(value, factor), addend), layout);
}

/// (x - mean) / sqrt(variance + epsilon) along `dims`; `parts` gets the mean and the factor.
static Value normalize(Node &node, Value value, ArrayRef<int64_t> dims, double epsilon,
                       std::pair<Value, Value> *parts = nullptr) {
  double count = 1;
  for (int64_t dim : dims)
    count *= double(Node::shapeOf(value)[dim]);
  Type f32 = node.builder().getF32Type();
  int64_t rank = Node::shapeOf(value).size();
  auto mean = [&](Value v) {
    for (int64_t dim : dims)
      v = node.reduce<tosa::ReduceSumOp>(v, dim);
    return node.mul(v, node.splat(1 / count, f32, rank));
  };
  Value average = mean(value);
  Value centred = node.binary<tosa::SubOp>(value, average);
  Value variance = mean(node.mul(centred, centred));
  Value factor =
      node.unary<tosa::RsqrtOp>(node.binary<tosa::AddOp>(variance, node.splat(epsilon, f32, rank)));
  if (parts)
    *parts = {average, factor};
  return node.mul(centred, factor);
}

static void importInstanceNormalization(Node &node) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5f);
  if (!node.require(input.type == DType::F32 && input.rank() >= 3,
                    "only float tensors of rank 3 and more are "
                    "supported") ||
      !requireVectors(node, 1, 2, input.shape[1]))
    return;
  SmallVector<int64_t> dims;
  for (int64_t d = 2; d < input.rank(); ++d)
    dims.push_back(physicalAxis(d, input.rank(), input.layout));
  Value value = normalize(node, node.materialize(input, input.layout), dims, epsilon);
  Value scale =
      node.materializeFor(alongChannels(node, node.input(1), input.rank()), input.rank(), input.layout);
  Value bias =
      node.materializeFor(alongChannels(node, node.input(2), input.rank()), input.rank(), input.layout);
  node.setOutput(DType::F32, input.shape, node.binary<tosa::AddOp>(node.mul(value, scale), bias),
                 input.layout);
}

static void importGroupNormalization(Node &node) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5f);
  int64_t groups = node.intAttr("num_groups", 1);
  if (!node.requireAttr("num_groups") ||
      !node.require(input.type == DType::F32 && input.rank() >= 2 && groups > 0 &&
                        input.shape[1] % groups == 0,
                    "'num_groups' does not divide the channels of " + toString(input.shape)) ||
      !requireVectors(node, 1, 2, node.getOpset() >= 21 ? input.shape[1] : groups))
    return;
  int64_t count = *countElements(input.shape, maxElements);
  Value value =
      node.reshape(node.materialize(input), {input.shape[0], groups, count / input.shape[0] / groups});
  value = normalize(node, value, {2}, epsilon);
  auto vector = [&](int64_t i) {
    if (node.getOpset() >= 21)
      return alongChannels(node, node.input(i), input.rank());
    return alongChannels(node, node.input(i), 3);
  };
  bool perGroup = node.getOpset() < 21;
  if (!perGroup)
    value = node.reshape(value, input.shape);
  int64_t rank = perGroup ? 3 : input.rank();
  value = node.binary<tosa::AddOp>(node.mul(value, node.materializeFor(vector(1), rank, Layout::Logical)),
                                   node.materializeFor(vector(2), rank, Layout::Logical));
  node.setOutput(DType::F32, input.shape, node.reshape(value, input.shape));
}

static void importLayerNormalization(Node &node) {
  const Tensor &input = node.input(0);
  double epsilon = node.floatAttr("epsilon", 1e-5f);
  int64_t axis = node.axis(node.intAttr("axis", -1), input.rank());
  if (!node.require(input.type == DType::F32, "element type " + typeName(input.type) + " is not supported") ||
      node.failed())
    return;
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(axis, input.rank()));
  std::pair<Value, Value> parts;
  Value value = normalize(node, node.materialize(input), dims, epsilon, &parts);
  auto vector = [&](int64_t i) { return node.materializeFor(node.input(i), input.rank(), Layout::Logical); };
  for (int64_t i = 1; i < node.numInputs(); ++i)
    if (node.hasInput(i) &&
        !node.require(node.broadcastShapes(node.input(i).shape, input.shape) == input.shape,
                      "its scale or bias does not fit " + toString(input.shape)))
      return;
  value = node.mul(value, vector(1));
  if (node.hasInput(2))
    value = node.binary<tosa::AddOp>(value, vector(2));
  node.setOutput(DType::F32, input.shape, value);
  Tensor statistics;
  statistics.type = DType::F32;
  statistics.shape = Shape(Node::shapeOf(parts.first));
  for (int64_t i : {1, 2}) {
    statistics.value = i == 1 ? parts.first : parts.second;
    if (node.wantsOutput(i))
      node.setOutput(i, statistics);
  }
}

void bnn::frontend::registerNormalization(Registry &registry) {
  registry.add("BatchNormalization", importBatchNormalization, 5, 5, 7);
  registry.add("InstanceNormalization", importInstanceNormalization, 3, 3);
  registry.add("GroupNormalization", importGroupNormalization, 3, 3, 18);
  registry.add("LayerNormalization", importLayerNormalization, 2, 3, 17);
}
