//===- Outlining.h - Parts of a function as functions -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After buffers are planned, everything in a loop is made of the function's
// arguments, constants and the variables of loops around: a function that takes
// these can compute the rest again.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_PASSES_OUTLINING_H
#define BNN_LIB_TARGET_PASSES_OUTLINING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

namespace bnn {

/// What a part of a function needs of its surroundings.
struct Captures {
  /// Block arguments: all of the function, then variables of loops.
  llvm::SetVector<mlir::Value> arguments;
  /// Ops that are computed again, in an order that fits.
  llvm::SetVector<mlir::Operation *> ops;
  /// An op that cannot be computed again, if one is needed.
  mlir::Operation *obstacle = nullptr;

  explicit Captures(mlir::func::FuncOp func) {
    for (mlir::BlockArgument argument : func.getArguments())
      arguments.insert(argument);
  }

  /// Adds `value` with what it is made of; failure, and an obstacle, if that is impossible.
  mlir::LogicalResult add(mlir::Value value) {
    mlir::Operation *op = value.getDefiningOp();
    if (!op) {
      arguments.insert(value);
      return mlir::success();
    }
    if (ops.contains(op))
      return mlir::success();
    if (!mlir::isPure(op) || op->getNumRegions() != 0) {
      obstacle = op;
      return mlir::failure();
    }
    for (mlir::Value operand : op->getOperands())
      if (mlir::failed(add(operand)))
        return mlir::failure();
    ops.insert(op);
    return mlir::success();
  }

  /// Adds all that is used in `op`'s regions and defined outside.
  mlir::LogicalResult addUsedIn(mlir::Operation *op) {
    llvm::SetVector<mlir::Value> used;
    mlir::getUsedValuesDefinedAbove(op->getRegions(), used);
    for (mlir::Value value : used)
      if (mlir::failed(add(value)))
        return mlir::failure();
    return mlir::success();
  }

  /// The new function's values for the captured ones: its arguments, and clones of the ops.
  mlir::IRMapping cloneInto(mlir::OpBuilder &builder, mlir::Block *body) const {
    mlir::IRMapping mapping;
    for (auto [value, argument] : llvm::zip(arguments, body->getArguments()))
      mapping.map(value, argument);
    for (mlir::Operation *op : ops)
      builder.clone(*op, mapping);
    return mapping;
  }
};

/// A private function without a body of these arguments, the first of which are `func`'s own, with what
/// callers promise of them. Named after `func` without `_run`.
inline mlir::func::FuncOp createPart(mlir::func::FuncOp func, const llvm::Twine &suffix,
                                     mlir::ValueRange arguments, mlir::Location loc) {
  llvm::StringRef stem = func.getName();
  stem.consume_back("_run");
  auto type = mlir::FunctionType::get(func.getContext(), arguments.getTypes(), {});
  auto part = mlir::func::FuncOp::create(loc, (stem + suffix).str(), type);
  part.setPrivate();
  for (unsigned i = 0; i < func.getNumArguments(); ++i)
    part.setArgAttrs(i, func.getArgAttrDict(i));
  return part;
}

} // namespace bnn

#endif // BNN_LIB_TARGET_PASSES_OUTLINING_H
