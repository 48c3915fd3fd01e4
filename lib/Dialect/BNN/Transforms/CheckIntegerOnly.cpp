//===- CheckIntegerOnly.cpp - No floats between quantized layers --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Floats are allowed on the way from the inputs to the first contraction of codes and from the last one to
// the outputs. An op between the two computes with floats if an operand or a result is a tensor of floats,
// for example the sigmoid here:
//
//   %acc = bnn.conv2d %x, %w                error: node 'act': 'tosa.sigmoid' op computes with floats
//   %y = bnn.scale %acc by %s        ->            between quantized layers
//   %a = tosa.sigmoid %y
//   %q = bnn.quantize %a scale %t
//   %z = bnn.conv2d %q, %v

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace bnn {
#define GEN_PASS_DEF_CHECKINTEGERONLY
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

bool isFloat(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

bool hasFloats(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isFloat) || llvm::any_of(op->getResultTypes(), isFloat);
}

/// A conversion that stays only because of what is between it and another: not worth a message of its own.
bool isConversion(Operation *op) {
  return isa<ScaleOp, DequantizeOp, QuantizeOp, BinarizeOp, TernarizeOp>(op);
}

struct CheckIntegerOnly : bnn::impl::CheckIntegerOnlyBase<CheckIntegerOnly> {
  void runOnOperation() override {
    bool failed = false;
    getOperation()->walk([&](FunctionOpInterface function) { failed |= !check(function); });
    if (failed)
      signalPassFailure();
  }

  bool check(FunctionOpInterface function) {
    SmallVector<Operation *> ops;
    function->walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
    llvm::DenseSet<Operation *> after, before;
    for (Operation *op : ops)
      for (Value operand : op->getOperands())
        if (Operation *producer = operand.getDefiningOp();
            producer && (isa<ContractionOpInterface>(producer) || after.contains(producer)))
          after.insert(op);
    SmallVector<Operation *> floats;
    for (Operation *op : llvm::reverse(ops)) {
      for (Operation *user : op->getUsers())
        if (isa<ContractionOpInterface>(user) || before.contains(user))
          before.insert(op);
      if (after.contains(op) && before.contains(op) && hasFloats(op))
        floats.push_back(op);
    }
    std::reverse(floats.begin(), floats.end());
    bool onlyConversions = llvm::all_of(floats, isConversion);
    for (Operation *op : floats) {
      if (isConversion(op) && !onlyConversions)
        continue;
      op->emitOpError(
          "computes with floats between quantized layers, which integer-only code may not; quantize its "
          "operands and its result so that it is an integer operation, or compile without integer-only");
    }
    return floats.empty();
  }
};

} // namespace
