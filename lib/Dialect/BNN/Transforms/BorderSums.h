//===- BorderSums.h - Filter taps that fall outside the image ----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_BORDERSUMS_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_BORDERSUMS_H

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn {

/// Where a window slides: one convolution's geometry without its data.
struct WindowGeometry {
  llvm::SmallVector<int64_t, 2> input;     // height and width of the image
  llvm::SmallVector<int64_t, 2> output;    // height and width of the result
  llvm::SmallVector<int64_t, 2> kernel;    // filter taps in each dimension
  llvm::SmallVector<int64_t, 2> strides;   // of the window
  llvm::SmallVector<int64_t, 2> dilations; // of the taps
  llvm::SmallVector<int64_t, 4> pad;       // [top, bottom, left, right]

  static WindowGeometry of(Conv2DOp conv);
};

/// Sums of filter values over the taps outside the image, for each class of output positions that
/// bnn.border_correct tells apart.
struct BorderSums {
  llvm::SmallVector<int64_t, 4> border; // [top, bottom, left, right] of bnn.border_correct
  int64_t rows = 0, columns = 0;        // classes
  llvm::SmallVector<int32_t> sums;      // rows x columns x output channels

  bool isZero() const {
    return llvm::all_of(sums, [](int32_t sum) { return sum == 0; });
  }
};

/// `filter` holds the values of an O x KH x KW x C filter. Rows near an edge get a class each. If the two
/// edges meet, every row does, expressed as top = H - 1 and bottom = 0.
BorderSums sumsOutside(const WindowGeometry &geometry, llvm::ArrayRef<int64_t> filter,
                       int64_t outputChannels);

/// Adds `table`, of the classes in `sums`, to `accumulator`.
mlir::Value correctBorder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value accumulator,
                          const BorderSums &sums, llvm::ArrayRef<int32_t> table);

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_BORDERSUMS_H
