//===- LutCoder.h - Activations as tables and their sums ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the strategy `lut` makes of activations before it looks anything up: which table each group of numbers
// has, and what the numbers of each pixel sum up to. Both are made in one walk over some pixels at a time, so
// that what a walk writes is read again from a near cache.

#ifndef BNN_LIB_KERNELS_LUTCODER_H
#define BNN_LIB_KERNELS_LUTCODER_H

#include "LutPlan.h"

namespace bnn {

class LutCoder {
public:
  /// For the pixels of `image`, which are `plan.coding`'s numbers, at most `mostPixels` at a time.
  LutCoder(mlir::ImplicitLocOpBuilder &b, const LutPlan &plan, mlir::Value image, int64_t channels,
           int64_t imagePixels, int64_t mostPixels);

  /// Emits the coding of pixels [from, to), which are then the only ones that have tables.
  void emit(mlir::Value from, mlir::Value to);

  /// The table of a pixel's group; `group` counts from the first group of the pixel `from`.
  mlir::Value loadTable(mlir::Value weights, mlir::Value group) const;
  /// The sum of a pixel's numbers.
  mlir::Value loadSum(mlir::Value pixel) const;

  void deallocate();

private:
  mlir::Value emitSumStep(mlir::Value sum, mlir::Value numbers) const;
  mlir::Value emitSumOfLanes(mlir::Value sum) const;
  void emitPiece(mlir::Value numbers, int64_t count, mlir::Value first, mlir::Value group);
  mlir::Value emitOffsets(mlir::Value numbers, int64_t count) const;
  mlir::Value emitTables(mlir::Value numbers, int64_t count) const;

  mlir::ImplicitLocOpBuilder &b;
  const LutPlan &plan;
  mlir::Value image;
  int64_t channels;
  mlir::Value offsets, tables, sums;
  /// Sums of a pixel's registers are kept in as few bits as hold them.
  unsigned sumBits;
};

} // namespace bnn

#endif // BNN_LIB_KERNELS_LUTCODER_H
