//===- Qonnx.cpp - Quantizers of QONNX -------------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Brevitas exports (the domains qonnx.custom_op.general, onnx.brevitas and
// finn.custom_op.general):
//
//   BipolarQuant, Quant of one signed bit   bnn.binarize {zero = plus}, bnn.dequantize
//   Quant of 1 to 8 bits                    bnn.quantize, with shift_before_round where the zero point is not
//   0 Quant of more bits, Trunc               float arithmetic MultiThreshold bnn.threshold, bnn.dequantize
//
//===----------------------------------------------------------------------===//

#include "Quantizers.h"
#include "Registry.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

static bool requireF32(Node &node) {
  return node.require(node.input(0).type == DType::F32,
                      "an input of type " + typeName(node.input(0).type) + " is not supported");
}

/// Scales along one dimension, or one scale.
static bool readScales(Node &node, int64_t index, const Shape &shape, Quantizer &quantizer,
                       HostTensor &scale) {
  std::optional<HostTensor> given = node.constantInput(index, "the scale");
  if (!given || !requireScales(node, *given))
    return false;
  std::optional<int64_t> axis = channelAxis(node, *given, shape, "a scale");
  if (!axis)
    return false;
  std::vector<float> values = given->getFloats();
  quantizer.scale.assign(values.begin(), values.end());
  quantizer.axis = std::max<int64_t>(0, *axis);
  scale = *given;
  return true;
}

static void importBipolarQuant(Node &node) {
  Quantizer quantizer;
  HostTensor scale;
  quantizer.kind = Quantizer::Binarize;
  quantizer.type = BipolarType::get(node.context(), 1);
  if (requireF32(node) && readScales(node, 1, node.input(0).shape, quantizer, scale))
    node.setOutput(quantized(node, node.input(0), quantizer));
}

/// Integers along the dimension of the scales, or one.
static std::optional<SmallVector<int64_t>> readZeroPoints(Node &node, int64_t index, const Shape &shape,
                                                          Quantizer &quantizer) {
  std::optional<HostTensor> zero = node.constantInput(index, "the zero point");
  if (!zero)
    return std::nullopt;
  std::optional<int64_t> axis = channelAxis(node, *zero, shape, "a zero point");
  if (!axis)
    return std::nullopt;
  SmallVector<int64_t> values;
  for (int64_t i = 0, e = zero->size(); i < e; ++i) {
    double z = zero->getDouble(i);
    if (!node.require(z == std::floor(z) && std::fabs(z) <= 65536,
                      "zero point " + std::to_string(z) + " is no integer or too large"))
      return std::nullopt;
    values.push_back(int64_t(z));
  }
  if (llvm::all_of(values, [](int64_t z) { return z == 0; }))
    return SmallVector<int64_t>();
  if (*axis >= 0) {
    if (!quantizer.perChannel()) {
      quantizer.scale.assign(values.size(), quantizer.scale[0]);
      quantizer.axis = *axis;
    }
    if (!node.require(quantizer.axis == *axis, "scales and zero points vary along different dimensions"))
      return std::nullopt;
  }
  return values;
}

static std::optional<int64_t> readBits(Node &node, int64_t index) {
  std::optional<HostTensor> bits = node.constantInput(index, "the bit width");
  if (!bits || !node.require(bits->size() == 1, "the bit width must be one number"))
    return std::nullopt;
  double value = bits->getDouble(0);
  if (node.require(value >= 1 && value <= 32 && value == std::floor(value),
                   "a bit width of " + std::to_string(value) +
                       " is not supported; it must be a whole number, 1 to 32"))
    return int64_t(value);
  return std::nullopt;
}

static std::optional<Rounding> readRounding(Node &node, StringRef otherwise) {
  std::string name = node.stringAttr("rounding_mode", otherwise);
  std::optional<Rounding> rounding = parseRounding(name);
  node.require(rounding.has_value(), "rounding mode '" + name + "' is not supported");
  return rounding;
}

/// Limits of an integer of any width.
static std::pair<double, double> limits(bool isSigned, bool narrow, int64_t bits) {
  if (isSigned)
    return {-std::ldexp(1.0, int(bits) - 1) + narrow, std::ldexp(1.0, int(bits) - 1) - 1};
  return {0.0, std::ldexp(1.0, int(bits)) - 1 - narrow};
}

static Value zeroNumbers(Node &node, ArrayRef<int64_t> zeroPoints, const Quantizer &quantizer,
                         const Tensor &like) {
  Shape shape(like.rank(), 1);
  if (zeroPoints.size() > 1)
    shape[quantizer.axis] = zeroPoints.size();
  HostTensor zero =
      HostTensor::get(DType::F32, shape, SmallVector<double>(zeroPoints.begin(), zeroPoints.end()));
  return node.materializeFor(Tensor::constant(zero), like.rank(), like.layout);
}

/// More bits than a code has: the same formula in float arithmetic.
static void importWideQuant(Node &node, const Quantizer &quantizer, const HostTensor &scale,
                            ArrayRef<int64_t> zero, std::pair<double, double> range) {
  const Tensor &input = node.input(0);
  Tensor result;
  result.type = DType::F32;
  result.shape = input.shape;
  result.layout = input.layout;
  if (input.isPlain() && zero.empty()) { // A true division: biases come out exactly.
    HostTensor scales = scale.broadcast(input.shape);
    std::vector<float> values = input.host->getFloats();
    for (int64_t i = 0, e = values.size(); i < e; ++i) {
      float u = std::min(std::max(values[i] / scales.getFloat(i), float(range.first)), float(range.second));
      values[i] = roundTo(u, quantizer.rounding) * scales.getFloat(i);
    }
    return node.setOutput(Tensor::constant(HostTensor::get(input.shape, values)));
  }
  Value value = divide(node, node.materialize(input, input.layout), scale, input);
  if (!zero.empty())
    value = node.binary<tosa::AddOp>(value, zeroNumbers(node, zero, quantizer, input));
  value = roundValue(node, clampValue(node, value, range.first, range.second), quantizer.rounding);
  if (!zero.empty())
    value = node.binary<tosa::SubOp>(value, zeroNumbers(node, zero, quantizer, input));
  result.value = node.mul(value, node.materializeFor(Tensor::constant(scale), input.rank(), input.layout));
  node.setOutput(result);
}

static void importQuant(Node &node) {
  const Tensor &input = node.input(0);
  Quantizer quantizer;
  HostTensor scale;
  if (!requireF32(node) || !readScales(node, 1, input.shape, quantizer, scale))
    return;
  std::optional<SmallVector<int64_t>> zero = readZeroPoints(node, 2, input.shape, quantizer);
  std::optional<int64_t> bits = readBits(node, 3);
  std::optional<Rounding> rounding = readRounding(node, "ROUND");
  // Documentation and implementation of QONNX disagree on the defaults.
  if (node.failed() || !node.requireAttr("signed") || !node.requireAttr("narrow"))
    return;
  bool isSigned = node.intAttr("signed", 1), narrow = node.intAttr("narrow", 0);
  quantizer.rounding = *rounding;
  if (isSigned && *bits == 1) {
    if (!node.require(zero->empty(), "one signed bit with a zero point is not supported"))
      return;
    quantizer.kind = Quantizer::Binarize;
    quantizer.type = BipolarType::get(node.context(), 1);
    return node.setOutput(quantized(node, input, quantizer));
  }
  if (!node.require(isSigned || !narrow || *bits > 1, "one narrow unsigned bit has one value only"))
    return;
  if (*bits > 8)
    return importWideQuant(node, quantizer, scale, *zero, limits(isSigned, narrow, *bits));
  quantizer.type = isSigned ? CodeTypeInterface(SignedType::get(node.context(), *bits))
                            : CodeTypeInterface(UnsignedType::get(node.context(), *bits));
  quantizer.zeroPoints = *zero;
  quantizer.narrow = narrow;
  quantizer.shiftBeforeRound = !zero->empty();
  node.setOutput(quantized(node, input, quantizer));
}

//===----------------------------------------------------------------------===//
// Trunc
//===----------------------------------------------------------------------===//

/// Version 1: x, scale, zero point, input bits, output bits; version 2 has an output scale before the last.
static void importTrunc(Node &node) {
  const Tensor &input = node.input(0);
  bool second = node.numInputs() == 6;
  Quantizer quantizer, outQuantizer;
  HostTensor scale, outScale;
  if (!requireF32(node) || !readScales(node, 1, input.shape, quantizer, scale) ||
      (second && !readScales(node, 4, input.shape, outQuantizer, outScale)))
    return;
  std::optional<SmallVector<int64_t>> zero = readZeroPoints(node, 2, input.shape, quantizer);
  std::optional<int64_t> inBits = readBits(node, 3), outBits = readBits(node, second ? 5 : 4);
  std::optional<Rounding> rounding = readRounding(node, "FLOOR");
  if (node.failed() ||
      !node.require(scale.size() == 1 && (!second || outScale.size() == 1) && zero->size() <= 1,
                    "scales per channel are not supported"))
    return;
  double shift = second ? std::nearbyint(std::log2(double(outScale.getFloat(0)) / double(scale.getFloat(0))))
                        : double(*inBits - *outBits);
  double z = zero->empty() ? 0 : double(zero->front());
  Type f32 = node.builder().getF32Type();
  Value value = divide(node, node.materialize(input, input.layout), scale, input);
  auto number = [&](double v) { return node.splat(v, f32, Node::shapeOf(value).size()); };
  if (z != 0)
    value = node.binary<tosa::AddOp>(value, number(z));
  value = roundHalfEven(node, value);
  value = node.mul(value, number(std::exp2(-shift)));
  if (second) {
    auto [low, high] = limits(node.intAttr("signed", 1), node.intAttr("narrow", 0), *outBits);
    value = clampValue(node, value, low, high);
  }
  value = roundValue(node, value, *rounding);
  if (z != 0)
    value = node.binary<tosa::SubOp>(value, number(second ? z * std::exp2(-shift) : z));
  value = node.mul(value, number(second ? outScale.getFloat(0) : scale.getFloat(0)));
  node.setOutput(DType::F32, input.shape, value, input.layout);
}

//===----------------------------------------------------------------------===//
// MultiThreshold
//===----------------------------------------------------------------------===//

namespace {
/// The code type whose values, scaled, are scale·count + bias.
struct Levels {
  CodeTypeInterface type;
  double scale;
  int64_t zeroPoint;
  double rest; ///< What is left to be added.
};
} // namespace

static Levels findLevels(MLIRContext *context, int64_t thresholds, double scale, double bias) {
  unsigned bits = 1;
  while ((int64_t(1) << bits) - 1 < thresholds)
    ++bits;
  bool full = (int64_t(1) << bits) - 1 == thresholds;
  double first = bias / scale; // The lowest level, in steps.
  if (thresholds == 2 && first == -1)
    return {TernaryType::get(context), scale, 0, 0};
  if (full && first == -double(thresholds) / 2)
    return {BipolarType::get(context, bits), scale / 2, 0, 0};
  if (first == -double(int64_t(1) << (bits - 1)))
    return {SignedType::get(context, bits), scale, 0, 0};
  if (first == std::floor(first) && std::fabs(first) <= 32768)
    return {UnsignedType::get(context, bits), scale, int64_t(-first), 0};
  return {UnsignedType::get(context, bits), scale, 0, bias};
}

static void importMultiThreshold(Node &node) {
  const Tensor &input = node.input(0);
  double scale = node.floatAttr("out_scale", 1), bias = node.floatAttr("out_bias", 0);
  StringRef defaults[] = {"C", "C", "NC", "NWC", "NCHW"};
  std::string layout = node.stringAttr("data_layout", "");
  if (layout.empty() && input.rank() <= 4)
    layout = defaults[input.rank()].str();
  std::optional<HostTensor> thresholds = node.constantInput(1, "the thresholds");
  if (!thresholds || !requireF32(node))
    return;
  int64_t channel = StringRef(layout).contains('C') ? int64_t(layout.find('C')) : 1;
  bool last = channel == input.rank() - 1, image = channel == 1 && (input.rank() == 3 || input.rank() == 4);
  if (!node.require(last || image, "data layout '" + layout + "' is not supported for a tensor of rank " +
                                       Twine(input.rank())) ||
      !node.require(
          thresholds->getType() == DType::F32 && thresholds->getRank() == 2 &&
              (thresholds->getShape()[0] == 1 || thresholds->getShape()[0] == input.shape[channel]) &&
              thresholds->getShape()[1] >= 1 && thresholds->getShape()[1] <= 255,
          "thresholds of shape " + toString(thresholds->getShape()) + " do not go with " +
              toString(input.shape) + "; 1 to 255 for each channel are supported") ||
      !node.require(std::isfinite(scale) && scale > 0 && std::isfinite(bias),
                    "'out_scale' must be positive and finite, but is " + std::to_string(scale)))
    return;
  int64_t rows = thresholds->getShape()[0], count = thresholds->getShape()[1];
  Levels levels = findLevels(node.context(), count, scale, bias);
  // Thresholds that only infinity passes fill up to a whole number of bits.
  int64_t filled = levels.type.getNumValues() - 1;
  std::vector<float> values;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t t = 0; t < filled; ++t) {
      values.push_back(t < count ? thresholds->getFloat(r * count + t)
                                 : std::numeric_limits<float>::infinity());
      if (!node.require(!std::isnan(values.back()),
                        "threshold " + Twine(t) + " of channel " + Twine(r) + " is NaN"))
        return;
    }
  Layout form = last && !(input.layout == Layout::ChannelsLast && channel == 1) ? Layout::Logical
                                                                                : Layout::ChannelsLast;
  Value value = node.materialize(input, form);
  Value table = node.constant(HostTensor::get({rows, filled}, values));
  value =
      ThresholdOp::create(node.builder(), node.tensorType(Node::shapeOf(value), levels.type), value, table);
  Quantizer quantizer;
  quantizer.kind = Quantizer::Codes;
  quantizer.type = levels.type;
  quantizer.scale = {float(levels.scale)};
  if (levels.zeroPoint)
    quantizer.zeroPoints = {levels.zeroPoint};
  value = node.emitQuantizer(value, quantizer, 0);
  if (levels.rest != 0)
    value = node.binary<tosa::AddOp>(
        value, node.splat(levels.rest, node.builder().getF32Type(), Node::shapeOf(value).size()));
  node.setOutput(DType::F32, input.shape, value, form);
}

void bnn::frontend::registerQonnx(Registry &registry) {
  registry.addQuantizer("Quant", importQuant, 4, 4);
  registry.addQuantizer("IntQuant", importQuant, 4, 4);
  registry.addQuantizer("BipolarQuant", importBipolarQuant, 2, 2);
  registry.addQuantizer("Trunc", importTrunc, 5, 6);
  registry.addQuantizer("TruncQuant", importTrunc, 5, 6);
  registry.addQuantizer("MultiThreshold", importMultiThreshold, 2, 2);
}
