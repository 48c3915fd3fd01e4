//===- VectorBody.h - A linalg body on vectors ------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Repeats the scalar body of a linalg op on vectors. What all lanes share stays
// scalar until it meets a vector.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_VECTORBODY_H
#define BNN_LIB_TARGET_VECTORIZE_VECTORBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace bnn {

class VectorBody {
public:
  /// With `fma`, an addition of a product that the body uses only there becomes one `vector.fma`.
  VectorBody(mlir::linalg::LinalgOp op, bool fma) : op(op), fma(fma) {}

  /// The values that the body yields for the `arguments` (one for each block argument, scalars or vectors of
  /// `width` lanes), all as vectors. `indices` holds the position for each dimension that linalg.index asks
  /// for: a scalar, or a vector for the dimension that the lanes are.
  llvm::SmallVector<mlir::Value> emit(mlir::OpBuilder &builder, mlir::Location loc,
                                      mlir::ValueRange arguments, int64_t width,
                                      llvm::ArrayRef<mlir::Value> indices) const;

private:
  mlir::linalg::LinalgOp op;
  bool fma;
};

/// `value` in `width` lanes.
mlir::Value toVector(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, int64_t width);

/// `combiner` applied to two values of any shape.
mlir::Value emitCombiner(mlir::OpBuilder &builder, mlir::Location loc, mlir::Operation *combiner,
                         mlir::Value lhs, mlir::Value rhs);

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_VECTORBODY_H
