//===- Quantizers.cpp - Helpers of quantizer operators ------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Quantizers.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

bool bnn::frontend::requireScales(Node &node, const HostTensor &scale) {
  if (!node.require(scale.getType() == DType::F32,
                    "scales of type " + typeName(scale.getType()) + " are not supported"))
    return false;
  for (int64_t i = 0, e = scale.size(); i < e; ++i) {
    float s = scale.getFloat(i);
    if (!node.require(std::isfinite(s) && s > 0, "scale " + std::to_string(i) + " is " + std::to_string(s) +
                                                     "; scales must be positive and finite"))
      return false;
  }
  return node.require(scale.size() > 0, "it has no scale");
}

std::optional<int64_t> bnn::frontend::channelAxis(Node &node, const HostTensor &parameter,
                                                  ArrayRef<int64_t> shape, StringRef what) {
  int64_t axis = -1, offset = int64_t(shape.size()) - parameter.getRank();
  for (auto [d, size] : llvm::enumerate(parameter.getShape())) {
    if (size == 1)
      continue;
    if (!node.require(int64_t(d) + offset >= 0 && shape[d + offset] == size,
                      what + " of shape " + toString(parameter.getShape()) + " cannot be broadcast to " +
                          toString(shape)) ||
        !node.require(axis < 0, what + " of shape " + toString(parameter.getShape()) +
                                    " varies along more than one dimension, which is not supported"))
      return std::nullopt;
    axis = d + offset;
  }
  return axis;
}

Tensor bnn::frontend::quantized(Node &node, const Tensor &input, const Quantizer &quantizer) {
  Tensor result = input;
  result.type = DType::F32;
  if (input.isConstant()) {
    if (input.quantizer)
      result.host = evaluate(*input.host, *input.quantizer);
    result.quantizer = quantizer;
    return result;
  }
  result.value =
      node.emitQuantizer(node.materialize(input, input.layout), quantizer,
                         physicalAxis(quantizer.axis, std::max<int64_t>(1, input.rank()), input.layout));
  return result;
}

Value bnn::frontend::divide(Node &node, Value value, const HostTensor &scale, const Tensor &like) {
  std::vector<double> factors;
  for (int64_t i = 0, e = scale.size(); i < e; ++i)
    factors.push_back(1.0 / scale.getDouble(i));
  Tensor factor = Tensor::constant(HostTensor::get(DType::F32, scale.getShape(), factors));
  if (scale.size() == 1)
    return node.mul(value, node.splat(factors[0], node.builder().getF32Type(), Node::shapeOf(value).size()));
  return node.mul(value, node.materializeFor(factor, like.rank(), like.layout));
}

Value bnn::frontend::roundValue(Node &node, Value value, Rounding rounding) {
  Type f32 = node.builder().getF32Type();
  auto number = [&](double v) { return node.splat(v, f32, Node::shapeOf(value).size()); };
  auto magnitude = [&](double shift, bool up) {
    Value m = node.unary<tosa::AbsOp>(value);
    if (shift != 0)
      m = node.binary<tosa::AddOp>(m, number(shift));
    m = up ? node.unary<tosa::CeilOp>(m) : node.unary<tosa::FloorOp>(m);
    Value positive = node.binary<tosa::GreaterEqualOp>(value, number(0), node.builder().getI1Type());
    return node.select(positive, m, node.mul(m, number(-1)));
  };
  switch (rounding) {
  case Rounding::HalfEven:
    return roundHalfEven(node, value);
  case Rounding::Floor:
    return node.unary<tosa::FloorOp>(value);
  case Rounding::Ceil:
    return node.unary<tosa::CeilOp>(value);
  case Rounding::ToZero:
    return magnitude(0, false);
  case Rounding::AwayFromZero:
    return magnitude(0, true);
  case Rounding::HalfAway:
    return magnitude(0.5, false);
  case Rounding::HalfToZero:
    return magnitude(-0.5, true);
  case Rounding::HalfUp:
    return node.unary<tosa::FloorOp>(node.binary<tosa::AddOp>(value, number(0.5)));
  }
  return value;
}

Value bnn::frontend::clampValue(Node &node, Value value, double low, double high) {
  ImplicitLocOpBuilder &b = node.builder();
  auto nan = tosa::NanPropagationModeAttr::get(node.context(), tosa::NanPropagationMode::PROPAGATE);
  return tosa::ClampOp::create(b, value.getType(), value, b.getF32FloatAttr(float(low)),
                               b.getF32FloatAttr(float(high)), nan);
}

std::optional<Rounding> bnn::frontend::parseRounding(StringRef name) {
  std::string upper = name.upper();
  static const std::pair<StringRef, Rounding> modes[] = {
      {"ROUND", Rounding::HalfEven},   {"HALF_EVEN", Rounding::HalfEven},  {"CEIL", Rounding::Ceil},
      {"FLOOR", Rounding::Floor},      {"UP", Rounding::AwayFromZero},     {"DOWN", Rounding::ToZero},
      {"HALF_UP", Rounding::HalfAway}, {"HALF_DOWN", Rounding::HalfToZero}};
  for (const auto &[text, rounding] : modes)
    if (text == upper)
      return rounding;
  return std::nullopt;
}
