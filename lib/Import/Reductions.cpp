//===- Reductions.cpp - Reductions along dimensions ---------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One tosa.reduce_* per dimension, in the layout that the value has, and a
// multiplication for means.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Registry.h"

#include <set>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

namespace {
enum class Reduction { Sum, Mean, Max, Min, Prod, L1, L2, SumSquare, LogSum, LogSumExp };
} // namespace

static Value reduceAll(Node &node, Reduction kind, Value value, ArrayRef<int64_t> dims) {
  bool logic = Node::elementOf(value).isInteger(1);
  for (int64_t dim : dims) {
    switch (kind) {
    case Reduction::Max:
      value = logic ? node.reduce<tosa::ReduceAnyOp>(value, dim) : node.reduce<tosa::ReduceMaxOp>(value, dim);
      break;
    case Reduction::Min:
      value = logic ? node.reduce<tosa::ReduceAllOp>(value, dim) : node.reduce<tosa::ReduceMinOp>(value, dim);
      break;
    case Reduction::Prod:
      value = node.reduce<tosa::ReduceProductOp>(value, dim);
      break;
    default:
      value = node.reduce<tosa::ReduceSumOp>(value, dim);
      break;
    }
  }
  return value;
}

static Value emit(Node &node, Reduction kind, Value value, ArrayRef<int64_t> dims) {
  auto count = [&] {
    int64_t n = 1;
    for (int64_t dim : dims)
      n *= Node::shapeOf(value)[dim];
    return n;
  };
  Type element = Node::elementOf(value);
  int64_t rank = Node::shapeOf(value).size();
  switch (kind) {
  case Reduction::Mean: {
    Value factor = node.splat(1.0 / double(count()), element, rank);
    return node.mul(reduceAll(node, kind, value, dims), factor);
  }
  case Reduction::L1:
    return reduceAll(node, kind, node.unary<tosa::AbsOp>(value), dims);
  case Reduction::SumSquare:
    return reduceAll(node, kind, node.mul(value, value), dims);
  case Reduction::L2:
    return node.reciprocal(node.unary<tosa::RsqrtOp>(reduceAll(node, kind, node.mul(value, value), dims)));
  case Reduction::LogSum:
    return node.unary<tosa::LogOp>(reduceAll(node, kind, value, dims));
  case Reduction::LogSumExp: {
    Value max = reduceAll(node, Reduction::Max, value, dims);
    Value powers = node.unary<tosa::ExpOp>(node.binary<tosa::SubOp>(value, max));
    return node.binary<tosa::AddOp>(node.unary<tosa::LogOp>(reduceAll(node, kind, powers, dims)), max);
  }
  default:
    return reduceAll(node, kind, value, dims);
  }
}

/// `axesInput`: the version from which on the axes are an input.
template <Reduction kind, int axesInput>
static void importReduction(Node &node) {
  const Tensor &input = node.input(0);
  bool keep = node.intAttr("keepdims", 1);
  std::optional<SmallVector<int64_t>> given = node.intsFrom("axes", 1, axesInput);
  bool none = (!given || given->empty()) && node.intAttr("noop_with_empty_axes", 0);
  bool whole =
      isInteger(input.type) && !isUnsigned(input.type) && hostBytes(input.type) >= 4 &&
      (kind == Reduction::Sum || kind == Reduction::Max || kind == Reduction::Min || kind == Reduction::Prod);
  bool bytes = isNarrow(input.type) && (kind == Reduction::Max || kind == Reduction::Min);
  bool logic = input.type == DType::Bool && (kind == Reduction::Max || kind == Reduction::Min);
  bool real = input.type == DType::F32 || input.type == DType::F64;
  if (!node.require(real || whole || bytes || logic,
                    "element type " + typeName(input.type) + " is not supported"))
    return;
  std::set<int64_t> axes;
  if (given)
    for (int64_t axis : *given)
      axes.insert(node.axis(axis, input.rank()));
  if (axes.empty() && !none)
    for (int64_t d = 0; d < input.rank(); ++d)
      axes.insert(d);
  if (node.failed())
    return;

  Shape kept = input.shape, shape;
  SmallVector<int64_t> dims;
  for (int64_t axis : axes) {
    kept[axis] = 1;
    dims.push_back(physicalAxis(axis, input.rank(), input.layout));
  }
  for (int64_t d = 0; d < input.rank(); ++d)
    if (keep || !axes.count(d))
      shape.push_back(kept[d]);
  Value value = widen(node, node.materialize(input, input.layout), input.type);
  Tensor result;
  result.type = input.type;
  result.shape = kept;
  result.layout = input.layout;
  result.value = narrow(node, emit(node, kind, value, dims), input.type);
  if (!keep) {
    result.value = node.reshape(node.materialize(result), shape);
    result.layout = Layout::Logical;
    result.shape = shape;
  }
  node.setOutput(result);
}

/// Index of the largest or smallest element; the first of equal ones, or the last by attribute.
template <bool isMin>
static void importArgMax(Node &node) {
  const Tensor &input = node.input(0);
  int64_t axis = node.axis(node.intAttr("axis", 0), input.rank());
  bool keep = node.intAttr("keepdims", 1);
  if (!node.require(input.type == DType::F32, "element type " + typeName(input.type) + " is not supported") ||
      node.failed())
    return;
  Value value = node.materialize(input);
  if (isMin)
    value = tosa::NegateOp::create(node.builder(), value.getType(), value);
  bool last = node.intAttr("select_last_index", 0);
  if (last)
    value = node.reverse(value, axis);
  Shape shape = input.shape, kept = input.shape;
  shape.erase(shape.begin() + axis);
  kept[axis] = 1;
  Value index = tosa::ArgMaxOp::create(node.builder(), node.tensorType(shape, DType::I32), value,
                                       node.builder().getI32IntegerAttr(int32_t(axis)));
  if (last)
    index = node.binary<tosa::SubOp>(
        node.splat(double(input.shape[axis] - 1), node.builder().getI32Type(), shape.size()), index);
  index = node.cast(index, node.builder().getI64Type());
  node.setOutput(DType::I64, keep ? kept : shape, node.reshape(index, keep ? kept : shape));
}

void bnn::frontend::registerReductions(Registry &registry) {
  registry.add("ReduceSum", importReduction<Reduction::Sum, 13>, 1, 2);
  registry.add("ReduceMean", importReduction<Reduction::Mean, 18>, 1, 2);
  registry.add("ReduceMax", importReduction<Reduction::Max, 18>, 1, 2);
  registry.add("ReduceMin", importReduction<Reduction::Min, 18>, 1, 2);
  registry.add("ReduceProd", importReduction<Reduction::Prod, 18>, 1, 2);
  registry.add("ReduceL1", importReduction<Reduction::L1, 18>, 1, 2);
  registry.add("ReduceL2", importReduction<Reduction::L2, 18>, 1, 2);
  registry.add("ReduceSumSquare", importReduction<Reduction::SumSquare, 18>, 1, 2);
  registry.add("ReduceLogSum", importReduction<Reduction::LogSum, 18>, 1, 2);
  registry.add("ReduceLogSumExp", importReduction<Reduction::LogSumExp, 18>, 1, 2);
  registry.add("ArgMax", importArgMax<false>, 1, 1);
  registry.add("ArgMin", importArgMax<true>, 1, 1);
}
