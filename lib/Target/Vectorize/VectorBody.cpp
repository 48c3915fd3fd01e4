//===- VectorBody.cpp - A linalg body on vectors ---------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

Value bnn::toVector(OpBuilder &builder, Location loc, Value value, int64_t width) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(builder, loc, VectorType::get({width}, value.getType()), value);
}

/// `op` again on other operands; its result has their shape.
static Value emitLike(OpBuilder &builder, Location loc, Operation *op, ArrayRef<Value> operands) {
  Type result = op->getResult(0).getType();
  for (Value operand : operands)
    if (auto vector = dyn_cast<VectorType>(operand.getType())) {
      result = VectorType::get(vector.getShape(), result);
      break;
    }
  OperationState state(loc, op->getName(), operands, result, op->getDiscardableAttrDictionary().getValue());
  state.propertiesAttr = op->getPropertiesAsAttribute();
  return builder.create(state)->getResult(0);
}

Value bnn::emitCombiner(OpBuilder &builder, Location loc, Operation *combiner, Value lhs, Value rhs) {
  return emitLike(builder, loc, combiner, {lhs, rhs});
}

/// The product that `add` adds to something, if the body uses it only there.
static arith::MulFOp getFusedProduct(arith::AddFOp add, unsigned operand) {
  auto product = add->getOperand(operand).getDefiningOp<arith::MulFOp>();
  return product && product->hasOneUse() && product->getBlock() == add->getBlock() ? product
                                                                                   : arith::MulFOp();
}

SmallVector<Value> VectorBody::emit(OpBuilder &builder, Location loc, ValueRange arguments, int64_t width,
                                    ArrayRef<Value> indices) const {
  Block *body = const_cast<linalg::LinalgOp &>(op).getBlock();
  IRMapping map;
  map.map(body->getArguments(), arguments);
  // Operands of one op: as they are if none is a vector, else all as vectors.
  auto lookup = [&](ValueRange values) {
    SmallVector<Value> mapped;
    for (Value value : values)
      mapped.push_back(map.lookupOrDefault(value));
    if (llvm::any_of(mapped, [](Value value) { return isa<VectorType>(value.getType()); }))
      for (Value &value : mapped)
        value = toVector(builder, loc, value, width);
    return mapped;
  };
  for (Operation &inner : body->without_terminator()) {
    Value result;
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      result = indices[index.getDim()];
    } else if (isa<arith::ConstantOp>(inner)) {
      result = builder.clone(inner)->getResult(0);
    } else {
      auto add = dyn_cast<arith::AddFOp>(inner);
      if (add && fma) {
        unsigned side = getFusedProduct(add, 1) ? 1 : 0;
        if (arith::MulFOp product = getFusedProduct(add, side)) {
          SmallVector<Value> operands =
              lookup({product.getLhs(), product.getRhs(), add->getOperand(1 - side)});
          if (isa<VectorType>(operands[0].getType()))
            result = vector::FMAOp::create(builder, loc, operands[0], operands[1], operands[2]);
        }
      }
      if (!result)
        result = emitLike(builder, loc, &inner, lookup(inner.getOperands()));
    }
    map.map(inner.getResult(0), result);
  }
  SmallVector<Value> yielded;
  for (Value value : body->getTerminator()->getOperands())
    yielded.push_back(toVector(builder, loc, map.lookupOrDefault(value), width));
  return yielded;
}
