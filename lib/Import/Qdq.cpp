//===- Qdq.cpp - QuantizeLinear and DequantizeLinear ----------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   QuantizeLinear(x) -> DequantizeLinear    %q = bnn.quantize %x ... -> !bnn.signed<8>
//                                            %y = bnn.dequantize %q ...
//   DequantizeLinear(int8 constant)          %w = bnn.constant, bnn.dequantize, in the fewest bits that hold
//   it DequantizeLinear(int32 constant)         a float constant (biases)
//
// Between the two, a value is a tensor of codes; Clip narrows its type, other
// operators see it as integers. 16-bit quantizers, and integers that come from
// elsewhere, are float arithmetic.
//
//===----------------------------------------------------------------------===//

#include "Quantizers.h"
#include "Registry.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

namespace {
/// Scales and zero points of one dimension, or of the whole tensor.
struct Parameters {
  HostTensor scale; ///< A scalar, or shaped to be broadcast along `axis`.
  SmallVector<int64_t> zeroPoints;
  int64_t axis = 0;
};
} // namespace

static std::optional<CodeTypeInterface> codeType(DType type, MLIRContext *context) {
  if (!isInteger(type) || fileBits(type) > 8)
    return std::nullopt;
  if (isUnsigned(type))
    return CodeTypeInterface(UnsignedType::get(context, fileBits(type)));
  return CodeTypeInterface(SignedType::get(context, fileBits(type)));
}

static std::optional<Parameters> readParameters(Node &node, const Tensor &input, DType integerType) {
  Parameters p;
  std::optional<HostTensor> scale = node.constantInput(1, "the scale");
  if (!scale || !requireScales(node, *scale))
    return std::nullopt;
  std::optional<HostTensor> zero;
  if (node.hasInput(2)) {
    zero = node.constantInput(2, "the zero point");
    if (!zero ||
        !node.require(zero->size() == scale->size(), "it has " + Twine(scale->size()) + " scales, but " +
                                                         Twine(zero->size()) + " zero points"))
      return std::nullopt;
  }
  p.scale = scale->reshape({});
  if (scale->size() > 1) {
    p.axis = node.axis(node.intAttr("axis", 1), input.rank());
    if (node.failed() ||
        !node.require(scale->getRank() == 1 && scale->size() == input.shape[p.axis],
                      "scales of shape " + toString(scale->getShape()) + " do not go with axis " +
                          Twine(p.axis) + " of " + toString(input.shape) +
                          (node.intAttr("block_size", 0) ? ": blocks are supported for constants only" : "")))
      return std::nullopt;
    Shape shape(input.rank(), 1);
    shape[p.axis] = scale->size();
    p.scale = scale->reshape(shape);
  }
  auto [low, high] = integerRange(integerType);
  if (zero)
    for (int64_t z : zero->getInts())
      if (node.require(z >= low && z <= high, "zero point " + Twine(z) + " is no " + typeName(integerType)))
        p.zeroPoints.push_back(z);
  if (llvm::all_of(p.zeroPoints, [](int64_t z) { return z == 0; }))
    p.zeroPoints.clear();
  return node.failed() ? std::nullopt : std::optional(p);
}

static Quantizer makeQuantizer(const Parameters &p, CodeTypeInterface type, Quantizer::Kind kind) {
  Quantizer quantizer;
  quantizer.kind = kind;
  quantizer.type = type;
  std::vector<float> scale = p.scale.getFloats();
  quantizer.scale.assign(scale.begin(), scale.end());
  quantizer.zeroPoints = p.zeroPoints;
  quantizer.axis = p.axis;
  return quantizer;
}

/// Zero points as numbers to be broadcast like the scale.
static Value zeroValue(Node &node, const Parameters &p, const Tensor &like, DType type) {
  HostTensor zero = HostTensor::get(type, p.scale.getShape(), ArrayRef<int64_t>(p.zeroPoints));
  return node.materializeFor(Tensor::constant(zero), like.rank(), like.layout);
}

//===----------------------------------------------------------------------===//
// QuantizeLinear
//===----------------------------------------------------------------------===//

static void importQuantizeLinear(Node &node) {
  const Tensor &input = node.input(0);
  DType type = node.hasInput(2) ? node.input(2).type : DType(node.intAttr("output_dtype", 0));
  if (type == DType::Undefined)
    type = DType::U8;
  if (!node.require(input.type == DType::F32,
                    "an input of type " + typeName(input.type) + " is not supported") ||
      !node.require(isInteger(type) && fileBits(type) <= 16,
                    "quantizing to " + typeName(type) + " is not supported"))
    return;
  std::optional<Parameters> p = readParameters(node, input, type);
  if (!p)
    return;
  std::optional<CodeTypeInterface> code = codeType(type, node.context());
  if (input.isPlain() && code) {
    std::vector<int64_t> codes = evaluateCodes(*input.host, makeQuantizer(*p, *code, Quantizer::Quantize));
    return node.setOutput(Tensor::constant(HostTensor::get(type, input.shape, codes)));
  }
  Value value = node.materialize(input, input.layout);
  Tensor result;
  result.type = type;
  result.shape = input.shape;
  result.layout = input.layout;
  if (code) {
    Quantizer q = makeQuantizer(*p, *code, Quantizer::Quantize);
    Value scale = node.constant(HostTensor::get({int64_t(q.scale.size())}, q.scale));
    int64_t axis = physicalAxis(q.axis, std::max<int64_t>(1, input.rank()), input.layout);
    result.value = QuantizeOp::create(node.builder(), node.tensorType(Node::shapeOf(value), *code), value,
                                      scale, q.zeroPoints, axis, q.rounding);
    return node.setOutput(result);
  }
  auto [low, high] = integerRange(type);
  value = clampValue(node, roundHalfEven(node, divide(node, value, p->scale, input)), -131072, 131072);
  if (!p->zeroPoints.empty())
    value = node.binary<tosa::AddOp>(value, zeroValue(node, *p, input, DType::F32));
  value = node.cast(clampValue(node, value, double(low), double(high)), node.builder().getI32Type());
  result.value = narrow(node, value, type);
  node.setOutput(result);
}

//===----------------------------------------------------------------------===//
// DequantizeLinear
//===----------------------------------------------------------------------===//

/// The narrowest type of the same signedness that has all values.
static CodeTypeInterface fittingType(const HostTensor &host, MLIRContext *context) {
  int64_t low = 0, high = 0;
  for (int64_t i = 0, e = host.size(); i < e; ++i) {
    low = std::min(low, host.getInt(i));
    high = std::max(high, host.getInt(i));
  }
  for (unsigned bits = 1;; ++bits) {
    CodeTypeInterface type = isUnsigned(host.getType()) ? CodeTypeInterface(UnsignedType::get(context, bits))
                                                        : CodeTypeInterface(SignedType::get(context, bits));
    if (bits == 8 || (low >= type.getMinValue() && high <= type.getMaxValue()))
      return type;
  }
}

/// Scales for blocks of a dimension: a constant, computed here.
static void dequantizeBlocks(Node &node, const Tensor &input, int64_t block) {
  std::optional<HostTensor> scale = node.constantInput(1, "the scale"), zero;
  if (!scale || !requireScales(node, *scale))
    return;
  if (node.hasInput(2))
    zero = node.constantInput(2, "the zero point");
  int64_t axis = node.axis(node.intAttr("axis", 1), input.rank());
  if (node.failed() || !node.require(input.isPlain(), "blocks of scales are supported for constants only"))
    return;
  Shape blocks = input.shape;
  blocks[axis] = (blocks[axis] + block - 1) / block;
  if (!node.require(block > 0 && scale->getShape() == blocks && (!zero || zero->getShape() == blocks),
                    "scales of shape " + toString(scale->getShape()) + " do not go with blocks of " +
                        Twine(block) + " along axis " + Twine(axis) + " of " + toString(input.shape)))
    return;
  int64_t inner = 1, size = input.shape[axis];
  for (int64_t d = axis + 1; d < input.rank(); ++d)
    inner *= input.shape[d];
  std::vector<float> values(input.host->size());
  for (int64_t i = 0, e = values.size(); i < e; ++i) {
    int64_t at = (i / inner / size * blocks[axis] + i / inner % size / block) * inner + i % inner;
    values[i] = float(input.host->getInt(i) - (zero ? zero->getInt(at) : 0)) * scale->getFloat(at);
  }
  node.setOutput(Tensor::constant(HostTensor::get(input.shape, values)));
}

static void importDequantizeLinear(Node &node) {
  const Tensor &input = node.input(0);
  if (!node.require(isInteger(input.type) && (fileBits(input.type) < 32 || input.type == DType::I32),
                    "an input of type " + typeName(input.type) + " is not supported") ||
      !node.require(node.intAttr("output_dtype", 1) <= 1, "only float results are supported"))
    return;
  if (int64_t block = node.intAttr("block_size", 0))
    return dequantizeBlocks(node, input, block);
  std::optional<Parameters> p = readParameters(node, input, input.type);
  if (!p)
    return;
  Tensor result = input;
  result.type = DType::F32;
  if (input.isPlain()) {
    std::optional<CodeTypeInterface> code = codeType(input.type, node.context());
    Quantizer quantizer = makeQuantizer(
        *p, code ? fittingType(*input.host, node.context()) : CodeTypeInterface(), Quantizer::Codes);
    if (!code)
      return node.setOutput(Tensor::constant(evaluate(*input.host, quantizer)));
    result.quantizer = quantizer;
    return node.setOutput(result);
  }
  if (input.isCodes()) {
    Quantizer quantizer = makeQuantizer(*p, getCodeType(input.value), Quantizer::Codes);
    result.value = node.emitQuantizer(
        input.value, quantizer, physicalAxis(p->axis, std::max<int64_t>(1, input.rank()), input.layout));
    return node.setOutput(result);
  }
  Value value =
      node.cast(widen(node, node.materialize(input, input.layout), input.type), node.builder().getI32Type());
  if (!p->zeroPoints.empty())
    value = node.binary<tosa::SubOp>(value, zeroValue(node, *p, input, DType::I32));
  Value scale = node.materializeFor(Tensor::constant(p->scale), input.rank(), input.layout);
  result.value = node.mul(node.cast(value, node.builder().getF32Type()), scale);
  node.setOutput(result);
}

void bnn::frontend::registerQdq(Registry &registry) {
  registry.add("QuantizeLinear", importQuantizeLinear, 2, 3, 10);
  registry.add("DequantizeLinear", importDequantizeLinear, 2, 3, 10);
}
