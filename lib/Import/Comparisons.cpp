//===- Comparisons.cpp - Comparisons, logic, Where, Sign and Cast -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sign is a quantizer: bnn.binarize {zero = ternary} and a bnn.dequantize by 1.
// Hand-written signs, Where(x >= 0, 1, -1), stay comparisons and selections.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Registry.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

namespace {
enum class Relation { Equal, Greater, GreaterOrEqual, Less, LessOrEqual };
} // namespace

template <typename T>
static bool holds(Relation relation, T l, T r) {
  switch (relation) {
  case Relation::Equal:
    return l == r;
  case Relation::Greater:
    return l > r;
  case Relation::GreaterOrEqual:
    return l >= r;
  case Relation::Less:
    return l < r;
  case Relation::LessOrEqual:
    return l <= r;
  }
  return false;
}

template <Relation relation>
static void importRelation(Node &node) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  DType type = lhs.type;
  bool wide = isUnsigned(type) && hostBytes(type) >= 4 && relation != Relation::Equal;
  Shape shape = node.broadcastShapes(lhs.shape, rhs.shape);
  if (!node.require(type == rhs.type, "its inputs have different element types") || node.failed())
    return;
  if (canFold({&lhs, &rhs}, shape))
    return node.setOutput(Tensor::constant(foldBinary(
        *lhs.host, *rhs.host, shape, DType::Bool,
        [](double l, double r) -> double { return holds(relation, l, r); },
        [](int64_t l, int64_t r) -> int64_t { return holds(relation, l, r); })));
  if (!node.require(!wide, "element type " + typeName(type) + " is not supported"))
    return;
  std::optional<Operands> operands = alignOperands(node, {&lhs, &rhs});
  if (!operands)
    return;
  Value l = widen(node, operands->values[0], type), r = widen(node, operands->values[1], type), result;
  Type i1 = node.builder().getI1Type();
  if (type == DType::Bool && relation == Relation::Equal) {
    Value differ = node.binary<tosa::LogicalXorOp>(l, r);
    result = node.unary<tosa::LogicalNotOp>(differ);
  } else {
    switch (relation) {
    case Relation::Equal:
      result = node.binary<tosa::EqualOp>(l, r, i1);
      break;
    case Relation::Greater:
      result = node.binary<tosa::GreaterOp>(l, r, i1);
      break;
    case Relation::GreaterOrEqual:
      result = node.binary<tosa::GreaterEqualOp>(l, r, i1);
      break;
    case Relation::Less:
      result = node.binary<tosa::GreaterOp>(r, l, i1);
      break;
    case Relation::LessOrEqual:
      result = node.binary<tosa::GreaterEqualOp>(r, l, i1);
      break;
    }
  }
  node.setOutput(DType::Bool, operands->shape, result, operands->layout);
}

template <typename OpTy>
static void importLogic(Node &node) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  if (!node.require(lhs.type == DType::Bool && rhs.type == DType::Bool, "its inputs must be bool"))
    return;
  if (std::optional<Operands> operands = alignOperands(node, {&lhs, &rhs}))
    node.setOutput(DType::Bool, operands->shape, node.binary<OpTy>(operands->values[0], operands->values[1]),
                   operands->layout);
}

static void importNot(Node &node) {
  const Tensor &input = node.input(0);
  if (node.require(input.type == DType::Bool, "its input must be bool"))
    node.setOutput(DType::Bool, input.shape,
                   node.unary<tosa::LogicalNotOp>(node.materialize(input, input.layout)), input.layout);
}

static void importWhere(Node &node) {
  const Tensor &condition = node.input(0), &yes = node.input(1), &no = node.input(2);
  if (!node.require(condition.type == DType::Bool && yes.type == no.type,
                    "its inputs need types bool, T and T, but have " + typeName(condition.type) + ", " +
                        typeName(yes.type) + " and " + typeName(no.type)))
    return;
  Shape shape = node.broadcastShapes(node.broadcastShapes(condition.shape, yes.shape), no.shape);
  if (node.failed())
    return;
  if (canFold({&condition, &yes, &no}, shape)) {
    HostTensor c = condition.host->broadcast(shape), y = yes.host->broadcast(shape),
               n = no.host->broadcast(shape);
    std::vector<double> reals;
    std::vector<int64_t> wholes;
    for (int64_t i = 0, e = c.size(); i < e; ++i) {
      const HostTensor &from = c.getInt(i) ? y : n;
      isFloat(yes.type) ? reals.push_back(from.getDouble(i)) : wholes.push_back(from.getInt(i));
    }
    return node.setOutput(Tensor::constant(isFloat(yes.type) ? HostTensor::get(yes.type, shape, reals)
                                                             : HostTensor::get(yes.type, shape, wholes)));
  }
  if (std::optional<Operands> operands = alignOperands(node, {&condition, &yes, &no}))
    node.setOutput(yes.type, operands->shape,
                   node.select(operands->values[0], operands->values[1], operands->values[2]),
                   operands->layout);
}

static void importSign(Node &node) {
  const Tensor &input = node.input(0);
  if (!node.require(input.type == DType::F32, "element type " + typeName(input.type) + " is not supported"))
    return;
  Quantizer sign;
  sign.kind = Quantizer::Binarize;
  sign.type = TernaryType::get(node.context());
  if (input.isPlain()) {
    Tensor result = input;
    result.quantizer = sign;
    return node.setOutput(result);
  }
  node.setOutput(DType::F32, input.shape, node.emitQuantizer(node.materialize(input, input.layout), sign, 0),
                 input.layout);
}

//===----------------------------------------------------------------------===//
// Cast
//===----------------------------------------------------------------------===//

/// ONNX cuts the fraction off, tosa.cast rounds.
static Value truncateToZero(Node &node, Value value) {
  Value zero = node.splat(0, Node::elementOf(value), Node::shapeOf(value).size());
  Value positive = node.binary<tosa::GreaterEqualOp>(value, zero, node.builder().getI1Type());
  return node.select(positive, node.unary<tosa::FloorOp>(value), node.unary<tosa::CeilOp>(value));
}

static void importCast(Node &node) {
  const Tensor &input = node.input(0);
  if (!node.requireAttr("to"))
    return;
  auto to = DType(node.intAttr("to", 1));
  DType from = input.type;
  if (!node.require(isSupported(to), "a cast to " + typeName(to) + " is not supported"))
    return;
  if (to == from)
    return node.setOutput(input);
  if (input.isPlain())
    return node.setOutput(Tensor::constant(input.host->cast(to)));
  auto tooWide = [](DType type) { return isUnsigned(type) && type != DType::Bool && hostBytes(type) >= 4; };
  auto sameWidth = isInteger(from) && isInteger(to) && hostBytes(from) == hostBytes(to) && fileBits(to) >= 8;
  if (!node.require(fileBits(to) >= 8 && ((!tooWide(from) && !tooWide(to)) || sameWidth),
                    "a cast from " + typeName(from) + " to " + typeName(to) + " is not supported"))
    return;
  Value value = widen(node, node.materialize(input, input.layout), from);
  Type target = getMLIRType(to, node.context());
  if (isFloat(from) && isInteger(to)) {
    value = truncateToZero(node, value);
    if (isNarrow(to)) // Wraps as a C++ conversion through int32 does.
      value = node.cast(value, node.builder().getI32Type());
  }
  if (from == DType::F16 && to == DType::BF16)
    value = node.cast(value, node.builder().getF32Type());
  node.setOutput(to, input.shape, node.cast(value, target), input.layout);
}

void bnn::frontend::registerComparisons(Registry &registry) {
  registry.add("Equal", importRelation<Relation::Equal>, 2, 2, 7);
  registry.add("Greater", importRelation<Relation::Greater>, 2, 2, 7);
  registry.add("GreaterOrEqual", importRelation<Relation::GreaterOrEqual>, 2, 2, 12);
  registry.add("Less", importRelation<Relation::Less>, 2, 2, 7);
  registry.add("LessOrEqual", importRelation<Relation::LessOrEqual>, 2, 2, 12);
  registry.add("And", importLogic<tosa::LogicalAndOp>, 2, 2, 7);
  registry.add("Or", importLogic<tosa::LogicalOrOp>, 2, 2, 7);
  registry.add("Xor", importLogic<tosa::LogicalXorOp>, 2, 2, 7);
  registry.add("Not", importNot, 1, 1);
  registry.add("Where", importWhere, 3, 3, 9);
  registry.add("Sign", importSign, 1, 1, 9);
  registry.add("Cast", importCast, 1, 1, 6);
}
