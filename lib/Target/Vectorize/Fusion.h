//===- Fusion.h - Elementwise ops around a reduction ------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution on buffers is rarely alone: a fill or a broadcast bias before
// it, an activation after it, each of them a pass over the whole image.
//
//   linalg.generic (bias) outs(%t)              one loop nest: accumulators start as the
//   linalg.conv_2d ins(%x, %f) outs(%t)    ->   bias, go through the activation in registers
//   linalg.generic (relu) ins(%t) outs(%y)      and only %y is stored
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_FUSION_H
#define BNN_LIB_TARGET_VECTORIZE_FUSION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace bnn {

/// The op that writes the initial values of `op`'s only output, if moving it to `op` changes nothing; or
/// null.
mlir::linalg::LinalgOp findPrologue(mlir::linalg::LinalgOp op);

/// The only reader of `op`'s only output, if moving `op` (and its `prologue`, if not null) to it changes
/// nothing; or null.
mlir::linalg::LinalgOp findEpilogue(mlir::linalg::LinalgOp op, mlir::linalg::LinalgOp prologue);

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_FUSION_H
