//===- FiniteBound.h - Proof that a float is neither inf nor NaN -*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_FINITEBOUND_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_FINITEBOUND_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

namespace bnn {

/// Bounds the magnitudes of f32 tensors from what they are computed of: integer accumulators, constants and
/// ops that keep bounds. An argument of the function may be anything, so what depends on one has no bound.
class FiniteBound {
public:
  /// True if no element of `value` can be infinite or NaN.
  bool isFinite(mlir::Value value);

private:
  /// A bound of all magnitudes; infinity if none is known.
  double bound(mlir::Value value);
  double compute(mlir::Operation *op);

  llvm::DenseMap<mlir::Value, double> known;
};

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_FINITEBOUND_H
