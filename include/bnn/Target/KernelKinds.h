//===- KernelKinds.h - What loops compute, in a word ------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who emits loops knows what they are: the strategy of a contraction, a pool, a
// reduction of floats. The function that bnn-outline-kernels makes of them is
// named after it, so that a profile can be read. Losing it costs a good name.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_KERNELKINDS_H
#define BNN_TARGET_KERNELKINDS_H

#include "mlir/IR/Block.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace bnn {

constexpr llvm::StringLiteral kKernelKind = "bnn.kind";

/// Says of the loops between `before` (exclusive; null for the block's begin) and `end` what they are.
inline void markKind(mlir::Operation *before, mlir::Operation *end, llvm::StringRef kind) {
  auto attr = mlir::StringAttr::get(end->getContext(), kind);
  for (mlir::Operation *op = end->getPrevNode(); op && op != before; op = op->getPrevNode())
    if (op->getNumRegions() != 0)
      op->setDiscardableAttr(kKernelKind, attr);
}

} // namespace bnn

#endif // BNN_TARGET_KERNELKINDS_H
