//===- Activations.cpp - Activation functions -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PRelu and LeakyRelu have one form, which the fusion of epilogues relies on:
//
//   %p = tosa.greater_equal %x, %zero
//   %m = tosa.mul %x, %slope, %shift
//   %y = tosa.select %p, %x, %m
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Registry.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// An f32 value in its own layout.
static Value floatInput(Node &node) {
  const Tensor &input = node.input(0);
  if (!node.require(input.type == DType::F32, "element type " + typeName(input.type) + " is not supported"))
    return Value();
  return node.materialize(input, input.layout);
}

static void setLike(Node &node, Value value) {
  node.setOutput(DType::F32, node.input(0).shape, value, node.input(0).layout);
}

/// A scalar to combine with `like`.
static Value scalar(Node &node, double value, Value like) {
  return node.splat(value, Node::elementOf(like), Node::shapeOf(like).size());
}

static Value clamp(Node &node, Value value, double low, double high) {
  ImplicitLocOpBuilder &b = node.builder();
  auto type = cast<FloatType>(Node::elementOf(value));
  auto nan = tosa::NanPropagationModeAttr::get(node.context(), tosa::NanPropagationMode::PROPAGATE);
  return tosa::ClampOp::create(b, value.getType(), value, b.getFloatAttr(type, low),
                               b.getFloatAttr(type, high), nan);
}

static Value isPositive(Node &node, Value value) { // or zero
  return node.binary<tosa::GreaterEqualOp>(value, scalar(node, 0, value), node.builder().getI1Type());
}

static Value add(Node &node, Value value, double addend) {
  return node.binary<tosa::AddOp>(value, scalar(node, addend, value));
}
static Value times(Node &node, Value value, double factor) {
  return node.mul(value, scalar(node, factor, value));
}

//===----------------------------------------------------------------------===//
// Piecewise linear
//===----------------------------------------------------------------------===//

static void importRelu(Node &node) {
  const Tensor &input = node.input(0);
  if (isInteger(input.type) && !isUnsigned(input.type) && !input.isCodes()) {
    Value value = widen(node, node.materialize(input, input.layout), input.type);
    value = node.binary<tosa::MaximumOp>(value, scalar(node, 0, value));
    return node.setOutput(input.type, input.shape, narrow(node, value, input.type), input.layout);
  }
  if (Value value = floatInput(node))
    setLike(node, clamp(node, value, 0, infinity));
}

static void importLeakyRelu(Node &node) {
  double slope = node.floatAttr("alpha", 0.01f);
  if (Value value = floatInput(node))
    setLike(node, node.select(isPositive(node, value), value, times(node, value, slope)));
}

static void importPRelu(Node &node) {
  const Tensor &input = node.input(0);
  Tensor slope = node.input(1);
  if (!node.require(input.type == DType::F32 && slope.type == DType::F32,
                    "only float inputs are supported") ||
      !node.require(node.broadcastShapes(input.shape, slope.shape) == input.shape,
                    "a slope of shape " + toString(slope.shape) + " cannot be broadcast to " +
                        toString(input.shape)))
    return;
  if (slope.isConstant())
    slope = Tensor::constant(node.hostValue(slope));
  Layout layout = node.commonLayout({&input, &slope}, input.rank());
  Value value = node.materialize(input, layout), factor = node.materializeFor(slope, input.rank(), layout);
  node.setOutput(DType::F32, input.shape,
                 node.select(isPositive(node, value), value, node.mul(value, factor)), layout);
}

static void importThresholdedRelu(Node &node) {
  double alpha = node.floatAttr("alpha", 1);
  Value value = floatInput(node);
  if (!value)
    return;
  Value above = node.binary<tosa::GreaterOp>(value, scalar(node, alpha, value), node.builder().getI1Type());
  setLike(node, node.select(above, value, scalar(node, 0, value)));
}

/// Bounds are attributes before version 11. Integer codes of QuantizeLinear get a narrower type if one has
/// just these bounds: that is how QCDQ files say 2 to 7 bits.
static void importClip(Node &node) {
  const Tensor &input = node.input(0);
  bool fromInputs = node.getOpset() >= 11;
  std::optional<HostTensor> low, high;
  bool constant = true;
  for (int i = 1; fromInputs && i < 3; ++i)
    if (node.hasInput(i) &&
        !node.require(node.input(i).type == input.type, "bounds and input have different types"))
      return;
    else if (node.hasInput(i))
      constant &= node.input(i).isConstant();
  if (!constant) {
    SmallVector<const Tensor *> tensors = {&input};
    for (int i = 1; i < 3; ++i)
      if (node.hasInput(i))
        tensors.push_back(&node.input(i));
    std::optional<Operands> operands = alignOperands(node, tensors);
    if (!operands)
      return;
    Value value = widen(node, operands->values[0], input.type);
    if (node.hasInput(1))
      value = node.binary<tosa::MaximumOp>(value, widen(node, operands->values[1], input.type));
    if (node.hasInput(2))
      value = node.binary<tosa::MinimumOp>(value, widen(node, operands->values.back(), input.type));
    return node.setOutput(input.type, operands->shape, narrow(node, value, input.type), operands->layout);
  }
  auto bound = [&](int i, StringRef attr, double otherwise) {
    if (!fromInputs)
      return node.floatAttr(attr, otherwise);
    if (!node.hasInput(i))
      return otherwise;
    HostTensor host = node.hostValue(node.input(i));
    return node.require(host.size() == 1, "a bound is no scalar") ? host.getDouble(0) : otherwise;
  };
  double min = bound(1, "min", -infinity), max = bound(2, "max", infinity);
  if (!node.require(!std::isnan(min) && !std::isnan(max), "a bound is NaN"))
    return;
  min = std::min(min, max); // The upper bound wins.
  if (input.isPlain()) {
    std::vector<double> values;
    for (int64_t i = 0, e = input.host->size(); i < e; ++i) {
      double value = input.host->getDouble(i);
      values.push_back(value < min ? min : value > max ? max : value);
    }
    Tensor result = Tensor::constant(HostTensor::get(input.type, input.shape, values));
    return node.setOutput(result);
  }
  Value value;
  if (auto quantize = input.isCodes() ? input.value.getDefiningOp<QuantizeOp>() : QuantizeOp()) {
    bool isSigned = isa<SignedType>(getCodeType(input.value));
    for (unsigned bits = 1; bits <= 8; ++bits)
      for (bool narrow : {false, true}) {
        CodeTypeInterface type = isSigned ? CodeTypeInterface(SignedType::get(node.context(), bits))
                                          : CodeTypeInterface(UnsignedType::get(node.context(), bits));
        if (double(type.getMinValue() + (narrow && isSigned)) != min ||
            double(type.getMaxValue() - (narrow && !isSigned)) != max)
          continue;
        auto codes = cast<QuantizeOp>(node.builder().clone(*quantize));
        codes.setNarrow(narrow);
        codes.getResult().setType(node.tensorType(Node::shapeOf(input.value), type));
        Tensor result = input;
        result.value = codes.getResult();
        return node.setOutput(result);
      }
  }
  value = node.materialize(input, input.layout);
  if (isFloat(input.type))
    return node.setOutput(input.type, input.shape, clamp(node, value, min, max), input.layout);
  if (!node.require(isInteger(input.type) && !(isUnsigned(input.type) && hostBytes(input.type) >= 4),
                    "element type " + typeName(input.type) + " is not supported"))
    return;
  auto [least, most] = integerRange(input.type);
  value = widen(node, value, input.type);
  if (min > double(least))
    value = node.binary<tosa::MaximumOp>(value, scalar(node, min, value));
  if (max < double(most))
    value = node.binary<tosa::MinimumOp>(value, scalar(node, max, value));
  node.setOutput(input.type, input.shape, narrow(node, value, input.type), input.layout);
}

static void importHardSigmoid(Node &node) {
  double alpha = node.floatAttr("alpha", 0.2f), beta = node.floatAttr("beta", 0.5f);
  if (Value value = floatInput(node))
    setLike(node, clamp(node, add(node, times(node, value, alpha), beta), 0, 1));
}

static void importHardSwish(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, node.mul(value, clamp(node, add(node, times(node, value, 1.0f / 6), 0.5), 0, 1)));
}

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// max(x, 0) + log(1 + exp(-|x|)): no overflow.
static Value softplus(Node &node, Value value) {
  Value magnitude = times(node, node.unary<tosa::AbsOp>(value), -1);
  Value tail = node.unary<tosa::LogOp>(add(node, node.unary<tosa::ExpOp>(magnitude), 1));
  return node.binary<tosa::AddOp>(clamp(node, value, 0, infinity), tail);
}

/// scale·(x if x >= 0, else alpha·(exp(x·inner) - 1)).
static void importExponentialUnit(Node &node, double alpha, double inner, double scale) {
  Value value = floatInput(node);
  if (!value)
    return;
  Value exponent = inner == 1 ? value : times(node, value, inner);
  Value negative = times(node, add(node, node.unary<tosa::ExpOp>(exponent), -1), alpha * scale);
  setLike(node,
          node.select(isPositive(node, value), scale == 1 ? value : times(node, value, scale), negative));
}
static void importElu(Node &node) { importExponentialUnit(node, node.floatAttr("alpha", 1), 1, 1); }
static void importSelu(Node &node) {
  importExponentialUnit(node, node.floatAttr("alpha", 1.67326319217681884765625), 1,
                        node.floatAttr("gamma", 1.05070102214813232421875));
}
static void importCelu(Node &node) {
  double alpha = node.floatAttr("alpha", 1);
  if (node.require(alpha != 0, "'alpha' is 0"))
    importExponentialUnit(node, alpha, 1 / alpha, 1);
}

static void importSigmoid(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, node.unary<tosa::SigmoidOp>(value));
}
static void importTanh(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, node.unary<tosa::TanhOp>(value));
}
static void importSoftplus(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, softplus(node, value));
}
static void importSoftsign(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, node.mul(value, node.reciprocal(add(node, node.unary<tosa::AbsOp>(value), 1))));
}
static void importMish(Node &node) {
  if (Value value = floatInput(node))
    setLike(node, node.mul(value, node.unary<tosa::TanhOp>(softplus(node, value))));
}
static void importSwish(Node &node) {
  double alpha = node.floatAttr("alpha", 1);
  if (Value value = floatInput(node))
    setLike(node,
            node.mul(value, node.unary<tosa::SigmoidOp>(alpha == 1 ? value : times(node, value, alpha))));
}

static void importGelu(Node &node) {
  std::string approximate = node.stringAttr("approximate", "none");
  Value value = floatInput(node);
  if (!value)
    return;
  Value inner;
  if (approximate == "tanh") {
    Value cube = node.mul(node.mul(value, value), value);
    inner = node.unary<tosa::TanhOp>(
        times(node, node.binary<tosa::AddOp>(value, times(node, cube, 0.044715)), std::sqrt(2 / M_PI)));
  } else {
    inner = node.unary<tosa::ErfOp>(times(node, value, std::sqrt(0.5)));
  }
  setLike(node, node.mul(times(node, value, 0.5), add(node, inner, 1)));
}

/// exp(x - max) / sum, or its logarithm, along one dimension.
template <bool isLog>
static void importSoftmax(Node &node) {
  const Tensor &input = node.input(0);
  bool flattens = node.getOpset() < 13; // Then all dimensions from `axis` on count as one.
  int64_t axis = node.axis(node.intAttr("axis", flattens ? 1 : -1), input.rank());
  Value value = floatInput(node);
  if (!value || node.failed())
    return;
  Layout layout = input.layout;
  int64_t dim = physicalAxis(axis, input.rank(), layout);
  if (flattens && axis != input.rank() - 1) {
    layout = Layout::Logical;
    int64_t rows = 1, columns = 1;
    for (int64_t d = 0; d < input.rank(); ++d)
      (d < axis ? rows : columns) *= input.shape[d];
    value = node.reshape(node.materialize(input), {rows, columns});
    dim = 1;
  }
  Value shifted = node.binary<tosa::SubOp>(value, node.reduce<tosa::ReduceMaxOp>(value, dim));
  Value powers = node.unary<tosa::ExpOp>(shifted);
  Value sum = node.reduce<tosa::ReduceSumOp>(powers, dim);
  Value result = isLog ? node.binary<tosa::SubOp>(shifted, node.unary<tosa::LogOp>(sum))
                       : node.mul(powers, node.reciprocal(sum));
  node.setOutput(DType::F32, input.shape, node.reshape(result, physicalShape(input.shape, layout)), layout);
}

void bnn::frontend::registerActivations(Registry &registry) {
  registry.add("Relu", importRelu, 1, 1);
  registry.add("LeakyRelu", importLeakyRelu, 1, 1);
  registry.add("PRelu", importPRelu, 2, 2, 7);
  registry.add("ThresholdedRelu", importThresholdedRelu, 1, 1, 10);
  registry.add("Clip", importClip, 1, 3);
  registry.add("HardSigmoid", importHardSigmoid, 1, 1);
  registry.add("HardSwish", importHardSwish, 1, 1, 14);
  registry.add("Elu", importElu, 1, 1);
  registry.add("Selu", importSelu, 1, 1);
  registry.add("Celu", importCelu, 1, 1, 12);
  registry.add("Sigmoid", importSigmoid, 1, 1);
  registry.add("Tanh", importTanh, 1, 1);
  registry.add("Softplus", importSoftplus, 1, 1);
  registry.add("Softsign", importSoftsign, 1, 1);
  registry.add("Mish", importMish, 1, 1, 18);
  registry.add("Swish", importSwish, 1, 1, 24);
  registry.add("Gelu", importGelu, 1, 1, 20);
  registry.add("Softmax", importSoftmax<false>, 1, 1);
  registry.add("LogSoftmax", importSoftmax<true>, 1, 1);
}
