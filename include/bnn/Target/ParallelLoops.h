//===- ParallelLoops.h - Loops that threads may share -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who emits loops over the positions of an output knows that its iterations
// are independent; no later analysis has to find that out again. The mark is
// a promise: any iterations may run at the same time, buffers allocated inside
// the loop being separate for each. Losing it costs time, never correctness.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_PARALLELLOOPS_H
#define BNN_TARGET_PARALLELLOOPS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace bnn {

constexpr llvm::StringLiteral kParallelLoop = "bnn.parallel";

inline void markParallel(mlir::scf::ForOp loop) {
  loop->setDiscardableAttr(kParallelLoop, mlir::UnitAttr::get(loop.getContext()));
}

inline bool isMarkedParallel(mlir::scf::ForOp loop) {
  return loop->hasAttr(kParallelLoop) && loop.getNumResults() == 0;
}

} // namespace bnn

#endif // BNN_TARGET_PARALLELLOOPS_H
