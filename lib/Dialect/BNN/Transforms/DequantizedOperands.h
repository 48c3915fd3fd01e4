//===- DequantizedOperands.h - Codes behind a float contraction --*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_DEQUANTIZEDOPERANDS_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_DEQUANTIZEDOPERANDS_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace bnn {

/// One side of a contraction: codes, their scale and zero point.
struct Side {
  mlir::Value codes;
  llvm::SmallVector<float> scale; // one entry, or one per index of `axis`
  int64_t axis = 0;
  llvm::SmallVector<int64_t> zeroPoints; // none, one, or one per index of `axis`

  bool hasZeroPoint() const {
    return llvm::any_of(zeroPoints, [](int64_t z) { return z != 0; });
  }
  mlir::RankedTensorType type() const { return mlir::cast<mlir::RankedTensorType>(codes.getType()); }
};

/// Sets `why` and fails.
mlir::LogicalResult because(std::string &why, const llvm::Twine &reason);

/// Reads both sides of a contraction and checks all that does not depend on its kind: both are dequantized
/// with constant, finite scales, and zero points can be corrected for.
mlir::LogicalResult readSides(mlir::Value activations, mlir::Value weights, Side &a, Side &w,
                              std::string &why);

/// Fails if a sum of `depth` products may pass the range of i32.
mlir::LogicalResult fitsInt32(const Side &a, const Side &w, int64_t depth, std::string &why);

/// True for a constant of zeros of either sign.
bool isZeroFloats(mlir::Value value);

/// `scale` (per channel of the last dimension) times the accumulators plus `bias`, which may be null. A zero
/// bias is left out where it changes nothing.
mlir::Value createScale(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value accumulator,
                        llvm::ArrayRef<float> scale, mlir::Value bias);

/// acc - z·(sum of the taps inside the image), for a convolution with a constant filter.
mlir::Value subtractZeroPoint(mlir::OpBuilder &builder, Conv2DOp conv, int64_t zeroPoint);

/// A tosa convolution needs its window to end exactly at the padded image's end, so importers cut off rows
/// and columns that no window reaches. bnn.conv2d ignores those: where the input of `conv` (a tosa.conv2d or
/// tosa.depthwise_conv2d) is such a cut, the image before the cut, else the input itself.
mlir::Value withoutTrim(mlir::Operation *conv);

/// Padding of a convolution: amounts at top, bottom, left and right, and the number that stands there.
struct Padding {
  llvm::SmallVector<int64_t> amounts;
  int64_t value = 0;
};

/// The padding of `conv` (a tosa.conv2d or tosa.depthwise_conv2d) whose activations are `input`. Where `conv`
/// pads nothing and `input` is a tosa.pad of dequantized codes with a number that stands for -1, 0 or 1 among
/// them, `input` becomes what is padded, and the pad padding of the convolution.
Padding absorbPad(mlir::Operation *conv, mlir::Value &input);

/// True if every use of `slice` is the input of a convolution for which withoutTrim looks through it.
bool isTrim(mlir::tosa::SliceOp slice);

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_DEQUANTIZEDOPERANDS_H
