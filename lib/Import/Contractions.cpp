//===- Contractions.cpp - Gemm and MatMul ---------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both become tosa.matmul on B×M×K and B×K×N. Constant operands are permuted
// here, quantized or not, so that a quantized weight's dequantize feeds the
// tosa.matmul directly.
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// lhs B×M×K, rhs B×K×N.
static Value emitMatmul(Node &node, Value lhs, Value rhs) {
  ArrayRef<int64_t> l = Node::shapeOf(lhs), r = Node::shapeOf(rhs);
  auto type = node.tensorType({l[0], l[1], r[2]}, Node::elementOf(lhs));
  Value zero = node.splat(0, Node::elementOf(lhs), 1);
  return tosa::MatMulOp::create(node.builder(), type, lhs, rhs, zero, zero);
}

static bool requireF32(Node &node) {
  return node.require(node.input(0).type == DType::F32 && node.input(1).type == DType::F32,
                      "only float inputs are supported, but they are " + typeName(node.input(0).type) +
                          " and " + typeName(node.input(1).type));
}

/// A matrix as 1×rows×columns.
static Value matrix(Node &node, const Tensor &tensor, bool transposed) {
  int64_t rows = tensor.shape[transposed], columns = tensor.shape[!transposed];
  return node.permuted(tensor, transposed ? ArrayRef<int64_t>{1, 0} : ArrayRef<int64_t>{0, 1},
                       {1, rows, columns});
}

static void importGemm(Node &node) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  bool transA = node.intAttr("transA", 0), transB = node.intAttr("transB", 0);
  double alpha = node.floatAttr("alpha", 1), beta = node.floatAttr("beta", 1);
  if (!requireF32(node))
    return;
  if (!node.require(lhs.rank() == 2 && rhs.rank() == 2 && lhs.shape[!transA] == rhs.shape[transB],
                    "shapes " + toString(lhs.shape) + " and " + toString(rhs.shape) + " do not go together"))
    return;
  Shape shape = {lhs.shape[transA], rhs.shape[!transB]};
  Value result = emitMatmul(node, matrix(node, lhs, transA), matrix(node, rhs, transB));
  result = node.reshape(result, shape);
  Type f32 = node.builder().getF32Type();
  if (alpha != 1)
    result = node.mul(result, node.splat(alpha, f32, 2));
  if (node.hasInput(2) && beta != 0) {
    const Tensor &bias = node.input(2);
    if (!node.require(bias.type == DType::F32 && bias.rank() <= 2 &&
                          node.broadcastShapes(bias.shape, shape) == shape,
                      "C of shape " + toString(bias.shape) + " cannot be broadcast to " + toString(shape)))
      return;
    Tensor plain = bias.isConstant() ? Tensor::constant(node.hostValue(bias)) : bias;
    Value addend = node.materializeFor(plain, 2, Layout::Logical);
    if (beta != 1)
      addend = node.mul(addend, node.splat(beta, f32, 2));
    result = node.binary<tosa::AddOp>(result, addend);
  }
  node.setOutput(DType::F32, shape, result);
}

static void importMatMul(Node &node) {
  const Tensor &lhs = node.input(0), &rhs = node.input(1);
  if (!requireF32(node))
    return;
  // A vector on the left is a row, one on the right a column; the dimension goes away afterwards.
  Shape l = lhs.shape, r = rhs.shape;
  if (!node.require(!l.empty() && !r.empty(), "an input is a scalar"))
    return;
  if (lhs.rank() == 1)
    l.insert(l.begin(), 1);
  if (rhs.rank() == 1)
    r.push_back(1);
  int64_t m = l[l.size() - 2], k = l.back(), n = r.back();
  ArrayRef<int64_t> lBatch = ArrayRef<int64_t>(l).drop_back(2), rBatch = ArrayRef<int64_t>(r).drop_back(2);
  if (!node.require(r[r.size() - 2] == k,
                    "shapes " + toString(lhs.shape) + " and " + toString(rhs.shape) + " do not go together"))
    return;
  Shape batch = node.broadcastShapes(lBatch, rBatch);
  if (node.failed())
    return;
  int64_t count = countElements(batch, maxElements).value_or(0);
  int64_t lCount = countElements(lBatch, maxElements).value_or(0),
          rCount = countElements(rBatch, maxElements).value_or(0);
  if (!node.require(count > 0 && lCount > 0 && rCount > 0, "the result is empty or too large"))
    return;

  auto operand = [&](const Tensor &tensor, ArrayRef<int64_t> own, int64_t ownCount, int64_t rows,
                     int64_t columns) {
    SmallVector<int64_t> identity = llvm::to_vector(llvm::seq<int64_t>(0, tensor.rank()));
    if (ownCount == count || own.empty() || ownCount == 1) {
      Shape flat = {ownCount, rows, columns};
      Value value = tensor.isConstant() && ownCount == 1 ? node.materializeWeight(tensor, identity, flat)
                                                         : node.reshape(node.materialize(tensor), flat);
      return node.tile(value, {count / ownCount, 1, 1});
    }
    Shape aligned(batch.size() - own.size(), 1), multiples;
    aligned.append(own.begin(), own.end());
    for (size_t d = 0; d < batch.size(); ++d)
      multiples.push_back(batch[d] / aligned[d]);
    multiples.append({1, 1});
    aligned.append({rows, columns});
    return node.reshape(node.tile(node.reshape(node.materialize(tensor), aligned), multiples),
                        {count, rows, columns});
  };
  Value result;
  if (rCount == 1 && lCount == count) { // A matrix on the right serves all rows of all batches at once.
    SmallVector<int64_t> identity = llvm::to_vector(llvm::seq<int64_t>(0, rhs.rank()));
    result = emitMatmul(node, node.reshape(node.materialize(lhs), {1, count * m, k}),
                        node.permuted(rhs, identity, {1, k, n}));
  } else {
    result = emitMatmul(node, operand(lhs, lBatch, lCount, m, k), operand(rhs, rBatch, rCount, k, n));
  }
  Shape shape = batch;
  if (lhs.rank() > 1)
    shape.push_back(m);
  if (rhs.rank() > 1)
    shape.push_back(n);
  node.setOutput(DType::F32, shape, node.reshape(result, shape));
}

void bnn::frontend::registerContractions(Registry &registry) {
  registry.add("Gemm", importGemm, 2, 3);
  registry.add("MatMul", importMatMul, 2, 2);
}
