//===- Resizing.cpp - Resize and Upsample -------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nearest-neighbour resizing only: which pixel each result takes is known here,
// from ONNX's formulas. A whole factor is a tosa.tile of a dimension of size 1:
//
//   N×H×W×C -> N×H×1×W×1×C -> N×H×2×W×2×C -> N×2H×2W×C
//
// Any other mapping is a tosa.gather along the dimension.
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// Source index of each of `out` results of a dimension of size `in`.
static std::optional<std::vector<int64_t>> sourceIndices(Node &node, int64_t in, int64_t out, double scale) {
  std::string mode =
      node.stringAttr("coordinate_transformation_mode",
                      node.opType() == "Upsample" || node.getOpset() < 11 ? "asymmetric" : "half_pixel");
  std::string nearest = node.stringAttr(
      "nearest_mode", node.opType() == "Upsample" || node.getOpset() < 11 ? "floor" : "round_prefer_floor");
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < out; ++i) {
    double x;
    if (mode == "half_pixel")
      x = (double(i) + 0.5) / scale - 0.5;
    else if (mode == "pytorch_half_pixel")
      x = out > 1 ? (double(i) + 0.5) / scale - 0.5 : 0;
    else if (mode == "half_pixel_symmetric")
      x = double(in) / 2 * (1 - double(out) / (scale * double(in))) + (double(i) + 0.5) / scale - 0.5;
    else if (mode == "align_corners")
      x = out > 1 ? double(i) * double(in - 1) / double(out - 1) : 0;
    else if (node.require(mode == "asymmetric",
                          "coordinate transformation mode '" + mode + "' is not supported"))
      x = double(i) / scale;
    else
      return std::nullopt;
    double whole = std::floor(x), fraction = x - whole;
    if (nearest == "floor")
      x = whole;
    else if (nearest == "ceil")
      x = std::ceil(x);
    else if (nearest == "round_prefer_floor")
      x = fraction <= 0.5 ? whole : whole + 1;
    else if (node.require(nearest == "round_prefer_ceil", "nearest mode '" + nearest + "' is not supported"))
      x = fraction < 0.5 ? whole : whole + 1;
    else
      return std::nullopt;
    indices.push_back(int64_t(std::min(std::max(x, 0.0), double(in - 1))));
  }
  return indices;
}

static Value resizeDimension(Node &node, Value value, int64_t axis, ArrayRef<int64_t> indices) {
  Shape shape(Node::shapeOf(value));
  int64_t in = shape[axis], out = indices.size(), factor = out / in;
  bool repeats = out % in == 0, identity = out == in;
  for (int64_t i = 0; i < out; ++i) {
    repeats &= indices[i] == i / std::max<int64_t>(1, factor);
    identity &= indices[i] == i;
  }
  if (identity)
    return value;
  Shape result = shape, split = shape;
  result[axis] = out;
  if (repeats) {
    split.insert(split.begin() + axis + 1, 1);
    SmallVector<int64_t> multiples(split.size(), 1);
    multiples[axis + 1] = factor;
    return node.reshape(node.tile(node.reshape(value, split), multiples), result);
  }
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < int64_t(shape.size()); ++d)
    if (d != axis)
      (d < axis ? outer : inner) *= shape[d];
  Value index = node.tile(node.constant(HostTensor::get(DType::I32, {1, out}, indices)), {outer, 1});
  Value gathered =
      tosa::GatherOp::create(node.builder(), node.tensorType({outer, out, inner}, Node::elementOf(value)),
                             node.reshape(value, {outer, in, inner}), index);
  return node.reshape(gathered, result);
}

static void importResize(Node &node) {
  const Tensor &input = node.input(0);
  std::string mode = node.stringAttr("mode", "nearest");
  if (!node.require(mode == "nearest", "mode '" + mode + "' is not supported, only 'nearest' is") ||
      !node.require(!node.intAttr("antialias", 0), "'antialias' is not supported") ||
      !node.require(node.stringAttr("keep_aspect_ratio_policy", "stretch") == "stretch",
                    "'keep_aspect_ratio_policy' is not supported"))
    return;
  bool upsample = node.opType() == "Upsample";
  int64_t scalesAt = upsample || node.getOpset() < 11 ? 1 : 2;
  std::optional<SmallVector<int64_t>> sizes;
  std::vector<float> scales;
  if (upsample && node.getOpset() < 9)
    scales = node.floatsAttr("scales");
  else if (!upsample && node.hasInput(3))
    sizes = node.constantInts(3, "the sizes");
  else if (node.require(node.hasInput(scalesAt), "it has neither scales nor sizes"))
    if (std::optional<HostTensor> given = node.constantInput(scalesAt, "the scales"))
      if (node.require(given->size() <= 16, "there are too many scales"))
        scales = given->getFloats();
  SmallVector<int64_t> axes = node.intsAttr("axes", llvm::to_vector(llvm::seq<int64_t>(0, input.rank())));
  if (node.failed() || !node.require((sizes ? sizes->size() : scales.size()) == axes.size(),
                                     "it needs one scale or size for each dimension"))
    return;
  Shape shape = input.shape;
  Value value = node.materialize(input, input.layout);
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t d = node.axis(axes[i], input.rank());
    if (node.failed())
      return;
    double size = sizes ? double((*sizes)[i]) : std::floor(double(input.shape[d]) * double(scales[i]));
    if (!node.require(size >= 1 && size <= double(maxHostElements),
                      "dimension " + Twine(d) + " would be empty or too large"))
      return;
    shape[d] = int64_t(size);
    double scale = sizes ? size / double(input.shape[d]) : double(scales[i]);
    if (std::optional<std::vector<int64_t>> indices = sourceIndices(node, input.shape[d], shape[d], scale))
      value = resizeDimension(node, value, physicalAxis(d, input.rank(), input.layout), *indices);
  }
  if (!node.failed())
    node.setOutput(input.type, shape, value, input.layout);
}

void bnn::frontend::registerResizing(Registry &registry) {
  registry.add("Resize", importResize, 1, 4, 10);
  registry.add("Upsample", importResize, 1, 2, 7);
}
