//===- LoopNest.h - A linalg op as loops over linear addresses --*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every linalg op on static buffers is a loop nest in which the address of each
// operand is linear in the loop variables:
//
//   conv_2d_nhwc_hwcf, 28×28×1 → 26×26×64, 3×3:
//     loops      oh:26  ow:26  oc:64 | kh:3  kw·ic:3     (parallel | reduction)
//     input      28     1      0     | 28    1
//     filter     0      0      1     | 192   64
//     output     1664   64     1     | 0     0
//
// which is all that vectorisation has to know: a stride of 1 is a vector load,
// 0 a scalar that all lanes share. Neighbouring loops whose strides fit are one.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_LOOPNEST_H
#define BNN_LIB_TARGET_VECTORIZE_LOOPNEST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace bnn {

struct LoopNest {
  struct Loop {
    int64_t extent;
    bool isParallel;
    /// Dimension of the linalg op; of merged loops the last one.
    unsigned dimension;
  };
  struct Access {
    mlir::OpOperand *operand;
    mlir::Type element;
    /// Whether the body reads the element. Outputs are always written.
    bool isRead = false, isOutput = false;
    /// Whether the element stays in a register: it is handed from one fused op to the next.
    bool isFused = false;
    /// Elements from one iteration to the next, for each loop.
    llvm::SmallVector<int64_t> strides;
    /// Element of the first iteration.
    int64_t start = 0;
  };

  /// Mutable because the methods of ops are not const.
  mutable mlir::linalg::LinalgOp op;
  /// Elementwise ops that are computed with `op`, or null: the one that gives its output the initial values,
  /// and the one that reads its output, of which nothing is stored then.
  mutable mlir::linalg::LinalgOp prologue, epilogue;
  llvm::SmallVector<Loop> loops;
  /// One for each operand of `op`, `prologue` and `epilogue`, in the operands' order.
  llvm::SmallVector<Access> accesses;

  /// Loops of `op`, or failure if it is no op on static buffers with linear accesses, or one without work, or
  /// if one of the other ops cannot run in its loops.
  static mlir::FailureOr<LoopNest> build(mlir::linalg::LinalgOp op, mlir::linalg::LinalgOp prologue = {},
                                         mlir::linalg::LinalgOp epilogue = {});

  /// Accesses of one of the ops.
  llvm::ArrayRef<Access> getAccesses(mlir::linalg::LinalgOp which) const;
  /// Index of the first of them in `accesses`.
  unsigned getFirstAccess(mlir::linalg::LinalgOp which) const;

  /// Whether all loops are parallel.
  bool isElementwise() const;
};

/// A one-dimensional view of everything that `buffer`, of static shape and strides, addresses.
mlir::Value flattenBuffer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value buffer);

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_LOOPNEST_H
