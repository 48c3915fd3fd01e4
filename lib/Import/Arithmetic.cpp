//===- Arithmetic.cpp - Elementwise operators of one and two inputs --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants are computed here (exporters leave shape arithmetic in the graph).
// Integers of 8 and 16 bits are computed in i32 and cut off again, which is
// what wrapping arithmetic means. TOSA has no float division: x / y is
// x · (1 / y), at most one unit in the last place from the true quotient.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Registry.h"

#include <cmath>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

//===----------------------------------------------------------------------===//
// Shared with other files
//===----------------------------------------------------------------------===//

std::optional<Operands> bnn::frontend::alignOperands(Node &node, ArrayRef<const Tensor *> tensors) {
  Operands operands;
  for (const Tensor *tensor : tensors)
    operands.shape = node.broadcastShapes(operands.shape, tensor->shape);
  operands.layout = node.commonLayout(tensors, operands.shape.size());
  if (node.failed())
    return std::nullopt;
  for (const Tensor *tensor : tensors)
    operands.values.push_back(node.materializeFor(*tensor, operands.shape.size(), operands.layout));
  return node.failed() ? std::nullopt : std::optional(std::move(operands));
}

bool bnn::frontend::isNarrow(DType type) { return isInteger(type) && hostBytes(type) < 4; }

Value bnn::frontend::widen(Node &node, Value value, DType type) {
  if (!isNarrow(type))
    return value;
  Type i32 = node.builder().getI32Type();
  value = node.cast(value, i32);
  if (!isUnsigned(type))
    return value;
  Value mask = node.splat(hostBytes(type) == 1 ? 255 : 65535, i32, Node::shapeOf(value).size());
  return node.binary<tosa::BitwiseAndOp>(value, mask);
}

Value bnn::frontend::narrow(Node &node, Value value, DType type) {
  return node.cast(value, getMLIRType(type, node.context()));
}

HostTensor bnn::frontend::foldBinary(const HostTensor &lhs, const HostTensor &rhs, ArrayRef<int64_t> shape,
                                     DType result, llvm::function_ref<double(double, double)> real,
                                     llvm::function_ref<int64_t(int64_t, int64_t)> whole) {
  HostTensor l = lhs.broadcast(shape), r = rhs.broadcast(shape);
  if (isFloat(lhs.getType())) {
    std::vector<double> values(l.size());
    for (int64_t i = 0, e = l.size(); i < e; ++i)
      values[i] = real(l.getDouble(i), r.getDouble(i));
    return HostTensor::get(result, shape, values);
  }
  std::vector<int64_t> values(l.size());
  for (int64_t i = 0, e = l.size(); i < e; ++i)
    values[i] = whole(l.getInt(i), r.getInt(i));
  return HostTensor::get(result, shape, values);
}

bool bnn::frontend::canFold(ArrayRef<const Tensor *> tensors, ArrayRef<int64_t> shape) {
  return llvm::all_of(tensors, [](const Tensor *t) { return t->isPlain(); }) &&
         countElements(shape, maxHostElements).has_value();
}

Value bnn::frontend::roundHalfEven(Node &node, Value value) {
  // tosa.cast to i32 rounds to even; from 2^23 on every float is an integer already.
  Type f32 = node.builder().getF32Type(), i1 = node.builder().getI1Type();
  Value rounded = node.cast(node.cast(value, node.builder().getI32Type()), f32);
  Value limit = node.splat(8388608.0, f32, Node::shapeOf(value).size());
  Value small = node.binary<tosa::GreaterOp>(limit, node.unary<tosa::AbsOp>(value), i1);
  return node.select(small, rounded, value);
}

//===----------------------------------------------------------------------===//
// Two inputs
//===----------------------------------------------------------------------===//

namespace {
enum class Binary { Add, Sub, Mul, Div, Max, Min };
} // namespace

static double computeReal(Binary op, double l, double r) {
  switch (op) {
  case Binary::Add:
    return l + r;
  case Binary::Sub:
    return l - r;
  case Binary::Mul:
    return l * r;
  case Binary::Div:
    return l / r;
  case Binary::Max:
    return std::isnan(l) || l > r ? l : r;
  case Binary::Min:
    return std::isnan(l) || l < r ? l : r;
  }
  return 0;
}

static int64_t computeInt(Binary op, int64_t l, int64_t r) {
  switch (op) {
  case Binary::Add:
    return int64_t(uint64_t(l) + uint64_t(r));
  case Binary::Sub:
    return int64_t(uint64_t(l) - uint64_t(r));
  case Binary::Mul:
    return int64_t(uint64_t(l) * uint64_t(r));
  case Binary::Div:
    return r == 0 ? 0 : r == -1 ? int64_t(-uint64_t(l)) : l / r;
  case Binary::Max:
    return std::max(l, r);
  case Binary::Min:
    return std::min(l, r);
  }
  return 0;
}

static Value emit(Node &node, Binary op, Value l, Value r) {
  bool real = isa<FloatType>(Node::elementOf(l));
  switch (op) {
  case Binary::Add:
    return node.binary<tosa::AddOp>(l, r);
  case Binary::Sub:
    return node.binary<tosa::SubOp>(l, r);
  case Binary::Mul:
    return node.mul(l, r);
  case Binary::Div:
    return real ? node.mul(l, node.reciprocal(r)) : node.binary<tosa::IntDivOp>(l, r);
  case Binary::Max:
    return node.binary<tosa::MaximumOp>(l, r);
  case Binary::Min:
    return node.binary<tosa::MinimumOp>(l, r);
  }
  return l;
}

/// Folds the inputs from left to right: Add has two, Sum any number.
template <Binary op>
static void importBinary(Node &node) {
  SmallVector<const Tensor *> tensors;
  Shape shape;
  for (int64_t i = 0; i < node.numInputs(); ++i) {
    if (!node.require(node.hasInput(i), "input " + Twine(i) + " is missing"))
      return;
    tensors.push_back(&node.input(i));
    shape = node.broadcastShapes(shape, node.input(i).shape);
  }
  DType type = tensors.front()->type;
  bool wide = isUnsigned(type) && hostBytes(type) >= 4;
  if (!node.require(llvm::all_of(tensors, [&](const Tensor *t) { return t->type == type; }),
                    "its inputs have different element types") ||
      !node.require(isFloat(type) || isInteger(type),
                    "element type " + typeName(type) + " is not supported") ||
      node.failed())
    return;
  if (canFold(tensors, shape)) {
    HostTensor result =
        tensors.front()->host->broadcast(tensors.size() == 1 ? shape : tensors.front()->shape);
    for (const Tensor *tensor : ArrayRef<const Tensor *>(tensors).drop_front())
      result = foldBinary(
          result, *tensor->host, node.broadcastShapes(result.getShape(), tensor->shape), type,
          [](double l, double r) { return computeReal(op, l, r); },
          [](int64_t l, int64_t r) { return computeInt(op, l, r); });
    return node.setOutput(Tensor::constant(result));
  }
  if (!node.require(!wide || op == Binary::Add || op == Binary::Sub || op == Binary::Mul,
                    "element type " + typeName(type) + " is not supported"))
    return;
  std::optional<Operands> operands = alignOperands(node, tensors);
  if (!operands)
    return;
  Value result = widen(node, operands->values.front(), type);
  for (Value value : ArrayRef<Value>(operands->values).drop_front())
    result = emit(node, op, result, widen(node, value, type));
  node.setOutput(type, operands->shape, narrow(node, result, type), operands->layout);
}

static void importMean(Node &node) {
  importBinary<Binary::Add>(node);
  if (node.failed())
    return;
  Tensor sum = node.getOutputs()[0];
  if (!node.require(sum.type == DType::F32, "element type " + typeName(sum.type) + " is not supported"))
    return;
  Value value = node.materialize(sum, sum.layout);
  Value factor =
      node.splat(1.0 / double(node.numInputs()), node.builder().getF32Type(), Node::shapeOf(value).size());
  node.setOutput(sum.type, sum.shape, node.mul(value, factor), sum.layout);
}

static void importPow(Node &node) {
  const Tensor &base = node.input(0), &exponent = node.input(1);
  if (canFold({&base, &exponent}, base.shape) && isFloat(base.type)) {
    Shape shape = node.broadcastShapes(base.shape, exponent.shape);
    if (!node.failed())
      node.setOutput(Tensor::constant(foldBinary(
          *base.host, *exponent.host, shape, base.type, [](double l, double r) { return std::pow(l, r); },
          [](int64_t l, int64_t) { return l; })));
    return;
  }
  if (!node.require(base.type == DType::F32, "a base of type " + typeName(base.type) + " is not supported"))
    return;
  // x·x for squares, the usual case: exact, and no call of powf.
  if (exponent.isPlain() && exponent.host->size() == 1 && exponent.host->getDouble(0) == 2 &&
      exponent.rank() <= base.rank()) {
    Value value = node.materialize(base, base.layout);
    return node.setOutput(DType::F32, base.shape, node.mul(value, value), base.layout);
  }
  Tensor power = exponent;
  if (exponent.isPlain())
    power = Tensor::constant(exponent.host->cast(DType::F32));
  std::optional<Operands> operands = alignOperands(node, {&base, &power});
  if (!operands)
    return;
  Value r = node.cast(operands->values[1], node.builder().getF32Type());
  node.setOutput(DType::F32, operands->shape, node.binary<tosa::PowOp>(operands->values[0], r),
                 operands->layout);
}

//===----------------------------------------------------------------------===//
// One input
//===----------------------------------------------------------------------===//

namespace {
enum class Unary { Abs, Neg, Exp, Log, Sqrt, Reciprocal, Floor, Ceil, Erf, Sin, Cos, Round };
} // namespace

static double computeUnary(Unary op, double x) {
  switch (op) {
  case Unary::Abs:
    return std::fabs(x);
  case Unary::Neg:
    return -x;
  case Unary::Exp:
    return std::exp(x);
  case Unary::Log:
    return std::log(x);
  case Unary::Sqrt:
    return std::sqrt(x);
  case Unary::Reciprocal:
    return 1 / x;
  case Unary::Floor:
    return std::floor(x);
  case Unary::Ceil:
    return std::ceil(x);
  case Unary::Erf:
    return std::erf(x);
  case Unary::Sin:
    return std::sin(x);
  case Unary::Cos:
    return std::cos(x);
  case Unary::Round:
    return std::nearbyint(x);
  }
  return x;
}

static Value emit(Node &node, Unary op, Value x) {
  switch (op) {
  case Unary::Abs:
    return node.unary<tosa::AbsOp>(x);
  case Unary::Neg: {
    Type element = Node::elementOf(x);
    if (isa<FloatType>(element))
      return tosa::NegateOp::create(node.builder(), x.getType(), x);
    return node.binary<tosa::SubOp>(node.splat(0, element, Node::shapeOf(x).size()), x);
  }
  case Unary::Exp:
    return node.unary<tosa::ExpOp>(x);
  case Unary::Log:
    return node.unary<tosa::LogOp>(x);
  case Unary::Sqrt:
    return node.reciprocal(node.unary<tosa::RsqrtOp>(x)); // 0 and infinity come out right.
  case Unary::Reciprocal:
    return node.reciprocal(x);
  case Unary::Floor:
    return node.unary<tosa::FloorOp>(x);
  case Unary::Ceil:
    return node.unary<tosa::CeilOp>(x);
  case Unary::Erf:
    return node.unary<tosa::ErfOp>(x);
  case Unary::Sin:
    return node.unary<tosa::SinOp>(x);
  case Unary::Cos:
    return node.unary<tosa::CosOp>(x);
  case Unary::Round:
    return roundHalfEven(node, x);
  }
  return x;
}

template <Unary op>
static void importUnary(Node &node) {
  const Tensor &input = node.input(0);
  bool whole = op == Unary::Abs || op == Unary::Neg;
  if (!node.require(input.type == DType::F32 || (whole && isInteger(input.type) && !isUnsigned(input.type)) ||
                        (op == Unary::Abs && isInteger(input.type)),
                    "element type " + typeName(input.type) + " is not supported"))
    return;
  if (input.isPlain() && (isFloat(input.type) || op == Unary::Neg)) {
    std::vector<double> values;
    for (int64_t i = 0, e = input.host->size(); i < e; ++i)
      values.push_back(computeUnary(op, input.host->getDouble(i)));
    return node.setOutput(Tensor::constant(HostTensor::get(input.type, input.shape, values)));
  }
  Value value = node.materialize(input, input.layout);
  if (!isUnsigned(input.type))
    value = narrow(node, emit(node, op, widen(node, value, input.type)), input.type);
  node.setOutput(input.type, input.shape, value, input.layout);
}

void bnn::frontend::registerArithmetic(Registry &registry) {
  registry.add("Add", importBinary<Binary::Add>, 2, 2, 7);
  registry.add("Sub", importBinary<Binary::Sub>, 2, 2, 7);
  registry.add("Mul", importBinary<Binary::Mul>, 2, 2, 7);
  registry.add("Div", importBinary<Binary::Div>, 2, 2, 7);
  registry.add("Max", importBinary<Binary::Max>, 1, -1);
  registry.add("Min", importBinary<Binary::Min>, 1, -1);
  registry.add("Sum", importBinary<Binary::Add>, 1, -1);
  registry.add("Mean", importMean, 1, -1);
  registry.add("Pow", importPow, 2, 2, 7);
  registry.add("Abs", importUnary<Unary::Abs>, 1, 1);
  registry.add("Neg", importUnary<Unary::Neg>, 1, 1);
  registry.add("Exp", importUnary<Unary::Exp>, 1, 1);
  registry.add("Log", importUnary<Unary::Log>, 1, 1);
  registry.add("Sqrt", importUnary<Unary::Sqrt>, 1, 1);
  registry.add("Reciprocal", importUnary<Unary::Reciprocal>, 1, 1);
  registry.add("Floor", importUnary<Unary::Floor>, 1, 1);
  registry.add("Ceil", importUnary<Unary::Ceil>, 1, 1);
  registry.add("Erf", importUnary<Unary::Erf>, 1, 1, 9);
  registry.add("Sin", importUnary<Unary::Sin>, 1, 1, 7);
  registry.add("Cos", importUnary<Unary::Cos>, 1, 1, 7);
  registry.add("Round", importUnary<Unary::Round>, 1, 1, 11);
}
