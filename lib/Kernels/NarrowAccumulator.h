//===- NarrowAccumulator.h - Epilogues on i16 accumulators -----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_KERNELS_NARROWACCUMULATOR_H
#define BNN_LIB_KERNELS_NARROWACCUMULATOR_H

#include "mlir/IR/Region.h"
#include "mlir/IR/Value.h"

namespace bnn {

/// Makes the accumulator of an epilogue, i32 and at most `bound` in magnitude, an i16 if that changes
/// nothing: if all that is done with it is comparing it with constants. `region` has the accumulator and then
/// one argument for each of `params`; those that change their type are replaced.
bool narrowAccumulator(mlir::Region &region, llvm::SmallVectorImpl<mlir::Value> &params, int64_t bound);

} // namespace bnn

#endif // BNN_LIB_KERNELS_NARROWACCUMULATOR_H
