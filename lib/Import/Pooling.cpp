//===- Pooling.cpp - Poolings over windows and whole images ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tosa.max_pool2d and tosa.avg_pool2d where they can say it. They know no
// dilation, want padding smaller than the kernel and windows that fit exactly,
// and tosa.avg_pool2d never counts padding. Otherwise:
//
//   maximum   padding with the smallest value, then the maximum over the window of shifted slices
//   average   the sum by a depthwise convolution with ones, times a constant image of 1 / count
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Registry.h"
#include "Windows.h"

#include <limits>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

static void setImage(Node &node, Value result, const Window &w) {
  const Tensor &image = node.input(0);
  Shape shape = {image.shape[0], image.shape[1], w.out[0], w.out[1]};
  if (image.rank() == 3)
    shape = {image.shape[0], image.shape[1], w.out[1]};
  node.setOutput(image.type, shape, result, Layout::ChannelsLast);
}

static RankedTensorType resultType(Node &node, Value image, const Window &w) {
  return node.tensorType({Node::shapeOf(image)[0], w.out[0], w.out[1], Node::shapeOf(image)[3]},
                         Node::elementOf(image));
}

/// True if tosa's poolings take this window.
static bool isPlain(const Window &w) {
  for (int d = 0; d < 2; ++d)
    if ((w.dilation[d] != 1 && w.kernel[d] != 1) || w.low[d] >= w.kernel[d] || w.exactHigh(d) >= w.kernel[d])
      return false;
  return true;
}

static DenseI64ArrayAttr padAttr(Node &node, const Window &w) {
  return node.builder().getDenseI64ArrayAttr({w.low[0], w.exactHigh(0), w.low[1], w.exactHigh(1)});
}

//===----------------------------------------------------------------------===//
// Maximum
//===----------------------------------------------------------------------===//

static Value emitMax(Node &node, Value image, Window w) {
  ImplicitLocOpBuilder &b = node.builder();
  image = cutUnused(node, image, w);
  if (node.failed())
    return image;
  if (isPlain(w))
    return tosa::MaxPool2dOp::create(b, resultType(node, image, w), image, b.getDenseI64ArrayAttr(w.kernel),
                                     b.getDenseI64ArrayAttr(w.stride), padAttr(node, w));
  double least = isa<FloatType>(Node::elementOf(image))
                     ? -std::numeric_limits<double>::infinity()
                     : double(llvm::minIntN(Node::elementOf(image).getIntOrFloatBitWidth()));
  image = node.pad(image, {0, w.low[0], w.low[1], 0}, {0, w.exactHigh(0), w.exactHigh(1), 0}, least);
  if (!node.require(w.kernel[0] * w.kernel[1] <= 256, "a dilated window of this size is not supported"))
    return image;
  // Rows first, then columns: each dimension of the window by itself.
  for (int d = 0; d < 2; ++d) {
    int64_t span = (w.out[d] - 1) * w.stride[d] + 1;
    Value best;
    for (int64_t k = 0; k < w.kernel[d] && !node.failed(); ++k) {
      Value part = node.slice(image, d + 1, k * w.dilation[d], span);
      best = best ? node.binary<tosa::MaximumOp>(best, part) : part;
    }
    image = node.stride(best, d + 1, w.stride[d]);
  }
  return image;
}

static void importMaxPool(Node &node) {
  const Tensor &image = node.input(0);
  std::optional<Window> window = readWindow(node, {});
  if (!window || !node.require(image.type == DType::F32 || image.type == DType::I8 || image.type == DType::U8,
                               "element type " + typeName(image.type) + " is not supported"))
    return;
  if (!node.require(!node.wantsOutput(1), "the output of indices is not supported"))
    return;
  Value value = node.materialize(image, Layout::ChannelsLast), result;
  if (image.type == DType::U8) { // TOSA's bytes are signed; f32 holds all of them.
    value = node.cast(widen(node, value, image.type), node.builder().getF32Type());
    value = node.cast(emitMax(node, value, *window), node.builder().getI32Type());
    result = narrow(node, value, image.type);
  } else {
    result = emitMax(node, value, *window);
  }
  if (!node.failed())
    setImage(node, result, *window);
}

//===----------------------------------------------------------------------===//
// Average
//===----------------------------------------------------------------------===//

/// One over the number of elements that each window counts: those of the image and, with `countPadding`, of
/// the declared padding, but not what ceil_mode adds.
static HostTensor reciprocalCounts(const Window &w, bool countPadding) {
  std::vector<double> counts[2];
  for (int d = 0; d < 2; ++d) {
    int64_t first = countPadding ? -w.low[d] : 0, end = w.size[d] + (countPadding ? w.high[d] : 0);
    for (int64_t i = 0; i < w.out[d]; ++i) {
      int64_t count = 0;
      for (int64_t k = 0; k < w.kernel[d]; ++k) {
        int64_t at = i * w.stride[d] - w.low[d] + k * w.dilation[d];
        count += at >= first && at < end;
      }
      counts[d].push_back(double(count));
    }
  }
  std::vector<double> values;
  for (double row : counts[0])
    for (double column : counts[1])
      values.push_back(row * column > 0 ? 1 / (row * column) : 0);
  return HostTensor::get(DType::F32, {1, w.out[0], w.out[1], 1}, values);
}

static Value emitAverage(Node &node, Value image, Window w, bool countPadding) {
  ImplicitLocOpBuilder &b = node.builder();
  Window declared = w;
  image = cutUnused(node, image, w);
  if (node.failed())
    return image;
  bool padded = w.low[0] || w.low[1] || w.exactHigh(0) > 0 || w.exactHigh(1) > 0;
  auto f32 = TypeAttr::get(b.getF32Type());
  Value zero = node.splat(0, b.getF32Type(), 1);
  if (isPlain(w) && !(countPadding && padded))
    return tosa::AvgPool2dOp::create(b, resultType(node, image, w), image, zero, zero,
                                     b.getDenseI64ArrayAttr(w.kernel), b.getDenseI64ArrayAttr(w.stride),
                                     padAttr(node, w), f32);
  int64_t channels = Node::shapeOf(image)[3];
  if (!node.require(w.out[0] * w.out[1] <= maxHostElements && w.kernel[0] * w.kernel[1] <= 65536 &&
                        channels <= maxHostElements / (w.kernel[0] * w.kernel[1]),
                    "a window of this size is not supported"))
    return image;
  Value ones = node.constant(HostTensor::get({w.kernel[0], w.kernel[1], channels, 1},
                                             std::vector<float>(w.kernel[0] * w.kernel[1] * channels, 1.0f)));
  Value bias = node.constant(HostTensor::get({channels}, std::vector<float>(channels)));
  Value sum = tosa::DepthwiseConv2DOp::create(b, resultType(node, image, w), image, ones, bias, zero, zero,
                                              padAttr(node, w), b.getDenseI64ArrayAttr(w.stride),
                                              b.getDenseI64ArrayAttr(w.dilation), f32);
  return node.mul(sum, node.constant(reciprocalCounts(declared, countPadding)));
}

static void importAveragePool(Node &node) {
  std::optional<Window> window = readWindow(node, {});
  bool countPadding = node.intAttr("count_include_pad", 0);
  if (!window || !node.require(node.input(0).type == DType::F32,
                               "element type " + typeName(node.input(0).type) + " is not supported"))
    return;
  Value result =
      emitAverage(node, node.materialize(node.input(0), Layout::ChannelsLast), *window, countPadding);
  if (!node.failed())
    setImage(node, result, *window);
}

/// The window is the image.
template <bool isMax>
static void importGlobal(Node &node) {
  const Tensor &image = node.input(0);
  if (!node.require(image.rank() == 3 || image.rank() == 4,
                    "only 1-D and 2-D images are supported, but the input has shape " +
                        toString(image.shape)) ||
      !node.require(image.type == DType::F32, "element type " + typeName(image.type) + " is not supported"))
    return;
  int64_t rows = image.rank() == 3 ? 1 : image.shape[2], columns = image.shape.back();
  Window w{{rows, columns}, {rows, columns}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {1, 1}};
  Value value = node.materialize(image, Layout::ChannelsLast);
  setImage(node, isMax ? emitMax(node, value, w) : emitAverage(node, value, w, false), w);
}

void bnn::frontend::registerPooling(Registry &registry) {
  registry.add("MaxPool", importMaxPool, 1, 1);
  registry.add("AveragePool", importAveragePool, 1, 1);
  registry.add("GlobalAveragePool", importGlobal<false>, 1, 1);
  registry.add("GlobalMaxPool", importGlobal<true>, 1, 1);
}
