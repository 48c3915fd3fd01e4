//===- Convolutions.cpp - Conv and ConvTranspose --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Conv, group 1         tosa.conv2d
//   Conv, group = C = O   tosa.depthwise_conv2d (also with several results per channel)
//   Conv, other groups    one tosa.conv2d per group on a slice, tosa.concat
//   1-D                   the same with one row
//   ConvTranspose         zeros between the pixels, then a tosa.conv2d with the kernel turned round, so that
//                         dilation, groups and output padding need nothing else
//
//===----------------------------------------------------------------------===//

#include "Registry.h"
#include "Windows.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

namespace {
/// Weights, as M×(C / groups)×kernel or a part of it.
struct Weights {
  Node &node;
  Tensor tensor;

  int64_t rank() const { return tensor.rank(); }

  /// Output channels `first` to `first + count - 1`.
  Weights part(int64_t first, int64_t count) const {
    Weights result = *this;
    result.tensor.shape[0] = count;
    if (!tensor.isConstant()) {
      result.tensor.value = node.slice(node.materialize(tensor), 0, first, count);
      result.tensor.layout = Layout::Logical;
      return result;
    }
    result.tensor.host = tensor.host->slice(0, first, count);
    if (tensor.quantizer && tensor.quantizer->perChannel() && tensor.quantizer->axis == 0) {
      Quantizer &q = *result.tensor.quantizer;
      q.scale.assign(tensor.quantizer->scale.begin() + first,
                     tensor.quantizer->scale.begin() + first + count);
      if (q.zeroPoints.size() > 1)
        q.zeroPoints.assign(tensor.quantizer->zeroPoints.begin() + first,
                            tensor.quantizer->zeroPoints.begin() + first + count);
    }
    return result;
  }

  /// O×KH×KW×I for tosa.conv2d.
  Value forConv() const {
    const Shape &s = tensor.shape;
    if (rank() == 3)
      return node.permuted(tensor, {0, 2, 1}, {s[0], 1, s[2], s[1]});
    return node.permuted(tensor, {0, 2, 3, 1}, {s[0], s[2], s[3], s[1]});
  }

  /// KH×KW×C×(O / C) for tosa.depthwise_conv2d, from O×1×KH×KW. Needs one scale if O / C > 1.
  Value forDepthwise(int64_t channels) const {
    const Shape &s = tensor.shape;
    int64_t kh = rank() == 3 ? 1 : s[2], kw = s.back();
    if (rank() == 3)
      return node.permuted(tensor, {2, 1, 0}, {1, kw, channels, s[0] / channels});
    return node.permuted(tensor, {2, 3, 1, 0}, {kh, kw, channels, s[0] / channels});
  }
};
} // namespace

static Value emitConv(Node &node, Value image, Value weights, Value bias, const Window &w) {
  ImplicitLocOpBuilder &b = node.builder();
  Type element = Node::elementOf(image);
  auto type =
      node.tensorType({Node::shapeOf(image)[0], w.out[0], w.out[1], Node::shapeOf(weights)[0]}, element);
  Value zero = node.splat(0, element, 1);
  return tosa::Conv2DOp::create(b, type, image, weights, bias, zero, zero,
                                b.getDenseI64ArrayAttr({w.low[0], w.exactHigh(0), w.low[1], w.exactHigh(1)}),
                                b.getDenseI64ArrayAttr(w.stride), b.getDenseI64ArrayAttr(w.dilation),
                                TypeAttr::get(b.getF32Type()));
}

static Value emitDepthwise(Node &node, Value image, Value weights, Value bias, const Window &w) {
  ImplicitLocOpBuilder &b = node.builder();
  Type element = Node::elementOf(image);
  ArrayRef<int64_t> kernel = Node::shapeOf(weights);
  auto type = node.tensorType({Node::shapeOf(image)[0], w.out[0], w.out[1], kernel[2] * kernel[3]}, element);
  Value zero = node.splat(0, element, 1);
  return tosa::DepthwiseConv2DOp::create(
      b, type, image, weights, bias, zero, zero,
      b.getDenseI64ArrayAttr({w.low[0], w.exactHigh(0), w.low[1], w.exactHigh(1)}),
      b.getDenseI64ArrayAttr(w.stride), b.getDenseI64ArrayAttr(w.dilation), TypeAttr::get(b.getF32Type()));
}

/// The input in N×H×W×C, `weights` in ONNX's order, bias of one entry per output channel.
static Value emitGrouped(Node &node, Value image, const Weights &weights, Value bias, int64_t groups,
                         Window window) {
  int64_t channels = Node::shapeOf(image)[3], outputs = weights.tensor.shape[0];
  image = cutUnused(node, image, window);
  if (node.failed())
    return image;
  if (groups == 1)
    return emitConv(node, image, weights.forConv(), bias, window);
  const std::optional<Quantizer> &quantizer = weights.tensor.quantizer;
  if (groups == channels && (outputs == channels || !quantizer || !quantizer->perChannel()))
    return emitDepthwise(node, image, weights.forDepthwise(channels), bias, window);
  SmallVector<Value> parts;
  int64_t in = channels / groups, out = outputs / groups;
  for (int64_t g = 0; g < groups && !node.failed(); ++g)
    parts.push_back(emitConv(node, node.slice(image, 3, g * in, in), weights.part(g * out, out).forConv(),
                             node.slice(bias, 0, g * out, out), window));
  return node.concat(parts, 3);
}

static Value biasValue(Node &node, int64_t outputs) {
  if (!node.hasInput(2))
    return node.constant(HostTensor::get({outputs}, std::vector<float>(outputs)));
  const Tensor &bias = node.input(2);
  if (!node.require(bias.type == DType::F32 && bias.rank() == 1 && bias.shape[0] == outputs,
                    "the bias needs shape [" + Twine(outputs) + "], but has " + toString(bias.shape)))
    return Value();
  return bias.isConstant() ? node.constant(node.hostValue(bias)) : node.materialize(bias);
}

static bool requireF32(Node &node) {
  return node.require(node.input(0).type == DType::F32 && node.input(1).type == DType::F32,
                      "only float inputs are supported, but they are " + typeName(node.input(0).type) +
                          " and " + typeName(node.input(1).type));
}

static void setImage(Node &node, Value result, int64_t batch, int64_t channels, const Window &window) {
  Shape shape = {batch, channels, window.out[0], window.out[1]};
  if (node.input(0).rank() == 3)
    shape = {batch, channels, window.out[1]};
  node.setOutput(DType::F32, shape, result, Layout::ChannelsLast);
}

static void importConv(Node &node) {
  const Tensor &image = node.input(0), &weights = node.input(1);
  int64_t groups = node.intAttr("group", 1);
  if (!requireF32(node) || !node.require(weights.rank() == image.rank() && weights.rank() >= 3,
                                         "shapes " + toString(image.shape) + " and " +
                                             toString(weights.shape) + " do not go together"))
    return;
  int64_t channels = image.shape[1], outputs = weights.shape[0];
  if (!node.require(groups >= 1 && channels % groups == 0 && outputs % groups == 0 &&
                        weights.shape[1] == channels / groups,
                    "input " + toString(image.shape) + ", weights " + toString(weights.shape) + " and " +
                        Twine(groups) + " groups do not go together"))
    return;
  std::optional<Window> window = readWindow(node, ArrayRef<int64_t>(weights.shape).drop_front(2));
  if (!window)
    return;
  Value bias = biasValue(node, outputs);
  if (node.failed())
    return;
  Value result = emitGrouped(node, node.materialize(image, Layout::ChannelsLast), {node, weights}, bias,
                             groups, *window);
  if (!node.failed())
    setImage(node, result, image.shape[0], outputs, *window);
}

//===----------------------------------------------------------------------===//
// ConvTranspose
//===----------------------------------------------------------------------===//

/// Weights C×(O / groups)×kernel as the O×(C / groups)×kernel of the convolution that does the same, each
/// dimension of the kernel turned round.
static Tensor turnWeights(Node &node, const Tensor &weights, int64_t groups) {
  int64_t in = weights.shape[0] / groups, out = weights.shape[1], rank = weights.rank();
  Shape split = {groups, in, out}, turned = {groups * out, in};
  SmallVector<int64_t> permutation = {0, 2, 1};
  for (int64_t d = 2; d < rank; ++d) {
    split.push_back(weights.shape[d]);
    turned.push_back(weights.shape[d]);
    permutation.push_back(d + 1);
  }
  Tensor result;
  result.type = weights.type;
  result.shape = turned;
  if (!weights.isConstant()) {
    Value value =
        node.reshape(node.transpose(node.reshape(node.materialize(weights), split), permutation), turned);
    for (int64_t d = 2; d < rank; ++d)
      value = node.reverse(value, d);
    result.value = value;
    return result;
  }
  HostTensor host = weights.host->reshape(split).permute(permutation).reshape(turned);
  for (int64_t d = 2; d < rank; ++d)
    host = host.slice(d, host.getShape()[d] - 1, host.getShape()[d], -1);
  result.host = host;
  result.quantizer = weights.quantizer;
  // With groups, the scale of C×(O / groups) weights serves several outputs: go on in float.
  if (result.quantizer && result.quantizer->perChannel()) {
    result.quantizer->axis = weights.quantizer->axis == 1 ? 0 : 1;
    if (groups > 1 || weights.quantizer->axis > 1) {
      result.host =
          evaluate(*weights.host, *weights.quantizer).reshape(split).permute(permutation).reshape(turned);
      for (int64_t d = 2; d < rank; ++d)
        result.host = result.host->slice(d, result.host->getShape()[d] - 1, result.host->getShape()[d], -1);
      result.quantizer.reset();
    }
  }
  return result;
}

/// Padding at both ends of dimension `d`, from pads, output_shape or auto_pad.
static bool readOutput(Node &node, Window &w, bool one, int64_t (&begin)[2], int64_t (&end)[2]) {
  int64_t dims = one ? 1 : 2;
  SmallVector<int64_t> zeros(2 * dims, 0);
  SmallVector<int64_t> pads = node.intsAttr("pads", zeros), shape = node.intsAttr("output_shape");
  SmallVector<int64_t> extra = node.intsAttr("output_padding", ArrayRef<int64_t>(zeros).take_front(dims));
  std::string autoPad = node.stringAttr("auto_pad", "NOTSET");
  if (shape.size() == size_t(dims + 2))
    shape.erase(shape.begin(), shape.begin() + 2);
  if (!node.require(int64_t(pads.size()) == 2 * dims && int64_t(extra.size()) == dims &&
                        (shape.empty() || int64_t(shape.size()) == dims),
                    "'pads', 'output_padding' or 'output_shape' has a wrong length"))
    return false;
  for (int64_t i = 0; i < dims; ++i) {
    int d = int(i) + one;
    int64_t full = (w.size[d] - 1) * w.stride[d] + extra[i] + w.extent(d);
    begin[d] = pads[i];
    end[d] = pads[i + dims];
    bool same = StringRef(autoPad).starts_with("SAME");
    if (!shape.empty() || same) {
      int64_t total = full - (shape.empty() ? w.size[d] * w.stride[d] : shape[i]);
      begin[d] = total < 0 ? 0 : autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
      end[d] = total - begin[d];
    }
    w.out[d] = full - begin[d] - end[d];
    end[d] -= extra[i];
    if (!node.require(extra[i] >= 0 && w.out[d] > 0, "the result would be empty or its padding is negative"))
      return false;
  }
  return true;
}

static void importConvTranspose(Node &node) {
  const Tensor &image = node.input(0), &weights = node.input(1);
  int64_t groups = node.intAttr("group", 1), rank = image.rank();
  bool one = rank == 3;
  if (!requireF32(node) ||
      !node.require((rank == 3 || rank == 4) && weights.rank() == rank && groups >= 1 &&
                        image.shape[1] == weights.shape[0] && image.shape[1] % groups == 0,
                    "input " + toString(image.shape) + ", weights " + toString(weights.shape) + " and " +
                        Twine(groups) + " groups do not go together"))
    return;
  SmallVector<int64_t> ones(rank - 2, 1);
  SmallVector<int64_t> strides = node.intsAttr("strides", ones), dilations = node.intsAttr("dilations", ones);
  auto positive = [](int64_t v) { return v > 0 && v <= maxWindow; };
  if (!node.require(strides.size() == ones.size() && dilations.size() == ones.size() &&
                        llvm::all_of(strides, positive) && llvm::all_of(dilations, positive),
                    "'strides' or 'dilations' is wrong"))
    return;
  Window w{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {1, 1}};
  int64_t begin[2] = {0, 0}, end[2] = {0, 0};
  for (int d = one; d < 2; ++d) {
    w.size[d] = image.shape[2 + d - one];
    w.kernel[d] = weights.shape[2 + d - one];
    if (!node.require(w.kernel[d] <= maxWindow, "its kernel is too large"))
      return;
    w.stride[d] = strides[d - one];
    w.dilation[d] = dilations[d - one];
  }
  if (!readOutput(node, w, one, begin, end))
    return;
  Value bias = biasValue(node, weights.shape[1] * groups);
  if (node.failed())
    return;

  // Zeros between the pixels: N×H×1×W×1×C, padded to N×H×sy×W×sx×C.
  Value value = node.materialize(image, Layout::ChannelsLast);
  int64_t n = image.shape[0], c = image.shape[1];
  if (w.stride[0] > 1 || w.stride[1] > 1) {
    value = node.reshape(value, {n, w.size[0], 1, w.size[1], 1, c});
    value = node.pad(value, {0, 0, 0, 0, 0, 0}, {0, 0, w.stride[0] - 1, 0, w.stride[1] - 1, 0}, 0);
    value = node.reshape(value, {n, w.size[0] * w.stride[0], w.size[1] * w.stride[1], c});
  }
  // The full convolution has extent - 1 pixels of padding; `begin` and `end` cut its result.
  SmallVector<int64_t> low(4, 0), high(4, 0);
  for (int d = 0; d < 2; ++d) {
    low[d + 1] = w.extent(d) - 1 - begin[d];
    high[d + 1] = w.extent(d) - 1 - end[d] - (w.stride[d] - 1);
  }
  value = node.pad(value, low, high, 0);
  if (node.failed())
    return;
  Window plain = w;
  for (int d = 0; d < 2; ++d) {
    plain.size[d] = Node::shapeOf(value)[d + 1];
    plain.stride[d] = 1;
  }
  Tensor turned = turnWeights(node, weights, groups);
  Value result = emitGrouped(node, value, {node, turned}, bias, groups, plain);
  if (!node.failed())
    setImage(node, result, n, turned.shape[0], w);
}

void bnn::frontend::registerConvolutions(Registry &registry) {
  registry.add("Conv", importConv, 2, 3);
  registry.add("ConvTranspose", importConvTranspose, 2, 3);
}
