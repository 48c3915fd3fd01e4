//===- Indexing.cpp - Slice, Gather, Pad, Tile, Expand, pixel shuffles -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

static void setSame(Node &node, Shape shape, Value value, Layout layout = Layout::Logical) {
  node.setOutput(node.input(0).type, shape, value, layout);
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

namespace {
struct AxisRange {
  int64_t axis, start, count, step;
};
} // namespace

/// Starts, ends, axes and steps by the rules of Python's slices.
static std::optional<SmallVector<AxisRange>> readRanges(Node &node, const Tensor &input) {
  bool fromInputs = node.getOpset() >= 10;
  std::optional<SmallVector<int64_t>> starts, ends, axes, steps;
  if (fromInputs) {
    starts = node.constantInts(1, "starts", /*wide=*/true);
    ends = node.constantInts(2, "ends", /*wide=*/true);
    if (node.hasInput(3))
      axes = node.constantInts(3, "axes");
    if (node.hasInput(4))
      steps = node.constantInts(4, "steps", /*wide=*/true);
  } else if (node.requireAttr("starts") && node.requireAttr("ends")) {
    starts = node.intsAttr("starts", {}, /*wide=*/true);
    ends = node.intsAttr("ends", {}, /*wide=*/true);
    if (node.hasAttr("axes"))
      axes = node.intsAttr("axes");
  }
  if (node.failed())
    return std::nullopt;
  size_t count = starts->size();
  if (!axes)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, count));
  if (!steps)
    steps = SmallVector<int64_t>(count, 1);
  if (!node.require(ends->size() == count && axes->size() == count && steps->size() == count,
                    "starts, ends, axes and steps have different lengths"))
    return std::nullopt;
  SmallVector<AxisRange> ranges;
  for (size_t i = 0; i < count; ++i) {
    AxisRange range{node.axis((*axes)[i], input.rank()), (*starts)[i], 0, (*steps)[i]};
    if (node.failed() || !node.require(range.step != 0 && range.step > INT64_MIN, "a step is 0"))
      return std::nullopt;
    int64_t size = input.shape[range.axis], end = (*ends)[i];
    bool back = range.step < 0;
    auto bring = [&](int64_t v) {
      v = v < 0 ? (v < -size ? -1 : v + size) : v;
      return std::min(std::max(v, back ? int64_t(-1) : int64_t(0)), back ? size - 1 : size);
    };
    range.start = bring(range.start);
    end = bring(end);
    int64_t span = back ? range.start - end : end - range.start;
    // A step past the end takes one element like any other such step.
    range.step = std::min(std::max(range.step, -size - 1), size + 1);
    range.count = span <= 0 ? 0 : (span - 1) / std::abs(range.step) + 1;
    ranges.push_back(range);
  }
  return ranges;
}

static void importSlice(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<AxisRange>> ranges = readRanges(node, input);
  if (!ranges)
    return;
  Shape shape = input.shape;
  if (input.isConstant() && !input.quantizer) {
    HostTensor host = *input.host;
    for (const AxisRange &r : *ranges)
      host = host.slice(r.axis, r.start, r.count, r.step);
    return node.setOutput(Tensor::constant(host));
  }
  Value value = node.materialize(input, input.layout);
  for (const AxisRange &r : *ranges) {
    int64_t axis = physicalAxis(r.axis, input.rank(), input.layout), step = std::abs(r.step);
    shape[r.axis] = r.count;
    if (!node.require(r.count > 0,
                      "the result of shape " + toString(shape) + " is empty, which is not supported"))
      return;
    int64_t span = (r.count - 1) * step + 1, first = r.step > 0 ? r.start : r.start - span + 1;
    value = node.slice(value, axis, first, span);
    if (r.step < 0)
      value = node.reverse(value, axis);
    value = node.stride(value, axis, step);
  }
  setSame(node, shape, value, input.layout);
}

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

static void importGather(Node &node) {
  const Tensor &input = node.input(0), &indices = node.input(1);
  int64_t axis = node.axis(node.intAttr("axis", 0), input.rank());
  if (node.failed() || !node.require(isInteger(indices.type), "its indices are no integers"))
    return;
  int64_t size = input.shape[axis], rank = input.rank();
  Shape before(input.shape.begin(), input.shape.begin() + axis),
      after(input.shape.begin() + axis + 1, input.shape.end());
  Shape shape = before;
  shape.append(indices.shape);
  shape.append(after);
  std::vector<int64_t> at;
  if (indices.isPlain())
    for (int64_t i = 0, e = indices.host->size(); i < e; ++i) {
      int64_t index = indices.host->getInt(i);
      if (!node.require(index >= -size && index < size, "index " + Twine(index) +
                                                            " is out of range for dimension " + Twine(axis) +
                                                            " of " + toString(input.shape)))
        return;
      at.push_back(index < 0 ? index + size : index);
    }
  int64_t outer = 1, inner = 1;
  for (int64_t d : before)
    outer *= d;
  for (int64_t d : after)
    inner *= d;
  if (!node.require(countElements(shape, input.isPlain() ? maxHostElements : maxElements).has_value(),
                    "a result of shape " + toString(shape) + " is too large"))
    return;
  if (input.isPlain() && indices.isPlain()) {
    std::vector<int64_t> flat;
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t index : at)
        for (int64_t i = 0; i < inner; ++i)
          flat.push_back((o * size + index) * inner + i);
    return node.setOutput(Tensor::constant(input.host->pick(shape, flat)));
  }
  if (indices.isPlain() && at.size() == 1) { // A slice keeps the layout.
    Shape one = input.shape;
    one[axis] = 1;
    Tensor part = input;
    part.host.reset();
    part.quantizer.reset();
    part.value =
        node.slice(node.materialize(input, input.layout), physicalAxis(axis, rank, input.layout), at[0], 1);
    part.shape = one;
    return setSame(node, shape, node.reshape(node.materialize(part), shape));
  }
  // tosa.gather: B×K×C by B×W indices.
  Value values = node.reshape(node.materialize(input), {outer, size, inner});
  int64_t count = countElements(indices.shape, maxElements).value_or(0);
  Value index;
  if (indices.isPlain()) {
    index = node.constant(HostTensor::get(DType::I32, {1, count}, at));
  } else {
    index = node.cast(node.reshape(node.materialize(indices), {1, count}), node.builder().getI32Type());
    Value zero = node.splat(0, node.builder().getI32Type(), 2);
    Value negative = node.binary<tosa::GreaterOp>(zero, index, node.builder().getI1Type());
    Value shifted = node.binary<tosa::AddOp>(index, node.splat(double(size), node.builder().getI32Type(), 2));
    index = node.select(negative, shifted, index);
  }
  index = node.tile(index, {outer, 1});
  Value result = tosa::GatherOp::create(
      node.builder(), node.tensorType({outer, count, inner}, Node::elementOf(values)), values, index);
  setSame(node, shape, node.reshape(result, shape));
}

//===----------------------------------------------------------------------===//
// Pad
//===----------------------------------------------------------------------===//

/// One dimension extended by copies of what is inside.
static Value extend(Node &node, Value value, int64_t axis, int64_t low, int64_t high, StringRef mode) {
  if (low == 0 && high == 0)
    return value;
  int64_t size = Node::shapeOf(value)[axis];
  SmallVector<int64_t> repeat(Node::shapeOf(value).size(), 1);
  SmallVector<Value> parts;
  auto part = [&](int64_t count, bool atStart) {
    if (mode == "edge") {
      SmallVector<int64_t> multiples = repeat;
      multiples[axis] = count;
      parts.push_back(node.tile(node.slice(value, axis, atStart ? 0 : size - 1, 1), multiples));
    } else if (mode == "wrap") {
      parts.push_back(node.slice(value, axis, atStart ? size - count : 0, count));
    } else {
      parts.push_back(node.reverse(node.slice(value, axis, atStart ? 1 : size - 1 - count, count), axis));
    }
  };
  int64_t most = mode == "edge" ? maxElements : mode == "wrap" ? size : size - 1;
  if (!node.require(low >= 0 && high >= 0 && low <= most && high <= most,
                    "mode '" + mode + "' cannot pad a dimension of size " + Twine(size) + " by " +
                        Twine(low) + " and " + Twine(high)))
    return value;
  if (low)
    part(low, true);
  parts.push_back(value);
  if (high)
    part(high, false);
  return node.concat(parts, axis);
}

static void importPad(Node &node) {
  const Tensor &input = node.input(0);
  std::string mode = node.stringAttr("mode", "constant");
  std::optional<SmallVector<int64_t>> pads, axes;
  double fill = 0;
  if (node.getOpset() >= 11) {
    pads = node.constantInts(1, "pads");
    if (node.hasInput(3))
      axes = node.constantInts(3, "axes");
    if (node.hasInput(2))
      if (std::optional<HostTensor> value = node.constantInput(2, "the padding"))
        if (node.require(value->size() == 1, "the padding must be a scalar"))
          fill = value->getDouble(0);
  } else if (node.requireAttr("pads")) {
    pads = node.intsAttr("pads");
    fill = node.floatAttr("value", 0);
  }
  if (node.failed())
    return;
  int64_t rank = input.rank();
  if (!axes)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  int64_t count = axes->size();
  if (!node.require(int64_t(pads->size()) == 2 * count,
                    "'pads' needs " + Twine(2 * count) + " entries, but has " + Twine(pads->size())) ||
      !node.require(rank > 0, "its input is a scalar"))
    return;
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (int64_t i = 0; i < count; ++i) {
    int64_t axis = node.axis((*axes)[i], rank);
    if (node.failed())
      return;
    low[axis] = (*pads)[i];
    high[axis] = (*pads)[i + count];
  }
  Layout layout = input.layout;
  Value value = node.materialize(input, layout);
  Shape shape = input.shape;
  for (int64_t d = 0; d < rank; ++d) {
    shape[d] += low[d] + high[d];
    if (!node.require(shape[d] > 0, "the result of shape " + toString(shape) + " is empty"))
      return;
  }
  SmallVector<int64_t> physicalLow(Node::shapeOf(value).size(), 0), physicalHigh(physicalLow);
  for (int64_t d = 0; d < rank; ++d) {
    physicalLow[physicalAxis(d, rank, layout)] = low[d];
    physicalHigh[physicalAxis(d, rank, layout)] = high[d];
  }
  if (mode == "constant") {
    value = node.pad(value, physicalLow, physicalHigh, fill);
  } else if (node.require(mode == "edge" || mode == "reflect" || mode == "wrap",
                          "mode '" + mode + "' is not supported")) {
    for (size_t d = 0; d < physicalLow.size(); ++d)
      value = extend(node, value, d, physicalLow[d], physicalHigh[d], mode);
  }
  setSame(node, shape, value, layout);
}

//===----------------------------------------------------------------------===//
// Tile, Expand
//===----------------------------------------------------------------------===//

static void importTile(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<int64_t>> repeats = node.constantInts(1, "the repeats");
  if (!repeats ||
      !node.require(int64_t(repeats->size()) == input.rank(), "it needs one repeat for each dimension"))
    return;
  Value value = node.tile(node.materialize(input), *repeats);
  setSame(node, Shape(Node::shapeOf(value)), value);
}

static void importExpand(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<int64_t>> wanted = node.constantInts(1, "the shape");
  if (!wanted)
    return;
  Shape shape = node.broadcastShapes(input.shape, *wanted);
  if (node.failed() ||
      !node.require(countElements(shape, maxElements).has_value(), "the result is too large"))
    return;
  if (input.isPlain() && countElements(shape, maxHostElements))
    return node.setOutput(Tensor::constant(input.host->broadcast(shape)));
  Value value = node.materializeFor(input, shape.size(), Layout::Logical);
  SmallVector<int64_t> multiples;
  for (size_t d = 0; d < shape.size(); ++d)
    multiples.push_back(Node::shapeOf(value)[d] == shape[d] ? 1 : shape[d]);
  setSame(node, shape, node.tile(value, multiples));
}

//===----------------------------------------------------------------------===//
// Pixel shuffles, on N×H×W×C
//===----------------------------------------------------------------------===//

template <bool toSpace>
static void importShuffle(Node &node) {
  const Tensor &input = node.input(0);
  int64_t block = node.intAttr("blocksize", 0);
  std::string mode = node.stringAttr("mode", "DCR");
  if (!node.require(input.rank() == 4, "its input must have rank 4") || !node.requireAttr("blocksize"))
    return;
  int64_t n = input.shape[0], c = input.shape[1], h = input.shape[2], w = input.shape[3];
  bool fits = block > 0 && (mode == "DCR" || mode == "CRD") &&
              (toSpace ? block <= c && c % (block * block) == 0 : h % block == 0 && w % block == 0);
  if (!node.require(fits, "block size " + Twine(block) + " and mode '" + mode + "' do not go with shape " +
                              toString(input.shape)))
    return;
  Value value = node.materialize(input, Layout::ChannelsLast);
  if (toSpace) {
    c /= block * block;
    if (mode == "DCR")
      value = node.transpose(node.reshape(value, {n, h, w, block, block, c}), {0, 1, 3, 2, 4, 5});
    else
      value = node.transpose(node.reshape(value, {n, h, w, c, block, block}), {0, 1, 4, 2, 5, 3});
    value = node.reshape(value, {n, h * block, w * block, c});
    return setSame(node, {n, c, h * block, w * block}, value, Layout::ChannelsLast);
  }
  value = node.reshape(value, {n, h / block, block, w / block, block, c});
  value =
      mode == "DCR" ? node.transpose(value, {0, 1, 3, 2, 4, 5}) : node.transpose(value, {0, 1, 3, 5, 2, 4});
  value = node.reshape(value, {n, h / block, w / block, block * block * c});
  setSame(node, {n, block * block * c, h / block, w / block}, value, Layout::ChannelsLast);
}

void bnn::frontend::registerIndexing(Registry &registry) {
  registry.add("Slice", importSlice, 1, 5);
  registry.add("Gather", importGather, 2, 2);
  registry.add("Pad", importPad, 1, 4);
  registry.add("Tile", importTile, 2, 2, 6);
  registry.add("Expand", importExpand, 2, 2, 8);
  registry.add("DepthToSpace", importShuffle<true>, 1, 1);
  registry.add("SpaceToDepth", importShuffle<false>, 1, 1);
}
