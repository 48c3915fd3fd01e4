//===- Patterns.h - What the families of patterns share ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_CONVERSION_BNNTOLINALG_PATTERNS_H
#define BNN_LIB_CONVERSION_BNNTOLINALG_PATTERNS_H

#include "bnn/Conversion/BNNToLinalg.h"
#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

namespace bnn::tolinalg {

/// Builds one scalar from the scalars of the inputs, followed by that of the init for `buildLoops`.
using ScalarBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

/// One linalg.generic with one result. `maps` has an entry for each input and one for `init`.
mlir::Value buildLoops(mlir::ImplicitLocOpBuilder &b, mlir::Value init, mlir::ValueRange inputs,
                       llvm::ArrayRef<mlir::AffineMap> maps,
                       llvm::ArrayRef<mlir::utils::IteratorType> iterators, ScalarBody body);

/// Loops over all elements of a tensor of type `result`, none of which depends on another.
/// `maps` has an entry for each input; the init is empty.
mlir::Value mapElements(mlir::ImplicitLocOpBuilder &b, mlir::RankedTensorType result, mlir::ValueRange inputs,
                        llvm::ArrayRef<mlir::AffineMap> maps, ScalarBody body);

/// A tensor of `type` with `value` (an integer or float attribute) everywhere.
mlir::Value filledTensor(mlir::ImplicitLocOpBuilder &b, mlir::RankedTensorType type, mlir::TypedAttr value);

/// `image` (N×H×W×C of i32) with [top, bottom, left, right] more positions of `value`.
mlir::Value padImage(mlir::ImplicitLocOpBuilder &b, mlir::Value image, llvm::ArrayRef<int64_t> pad,
                     int64_t value);

/// How loops over `rank` dimensions read a parameter of one element, or of one for each index of
/// dimension `dim`.
mlir::AffineMap channelMap(mlir::MLIRContext *context, int64_t rank, int64_t dim,
                           mlir::RankedTensorType parameter);

/// A one-dimensional constant.
mlir::Value constantTensor(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<float> values);
mlir::Value constantTensor(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> values);

/// The type that a tensor of codes has after the conversion.
mlir::RankedTensorType valueTensorType(mlir::Type codeTensor);

mlir::Value constantF32(mlir::ImplicitLocOpBuilder &b, double value);
mlir::Value constantI32(mlir::ImplicitLocOpBuilder &b, int64_t value);
mlir::Value constantI64(mlir::ImplicitLocOpBuilder &b, int64_t value);

/// `x` (f32) cut to [low, high]; low for NaN.
mlir::Value clampFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value x, double low, double high);

/// `x` (f32), which is integral and within the range of i32.
mlir::Value integralToI32(mlir::ImplicitLocOpBuilder &b, mlir::Value x);

/// `x` (f32) rounded to an integral f32; infinities and NaN stay themselves.
mlir::Value roundFloat(mlir::ImplicitLocOpBuilder &b, mlir::Value x, Rounding rounding);

/// round(product / 2^shift) in i64, exact for |product| <= 2^62 and shifts of 0 to 62.
mlir::Value roundShift(mlir::ImplicitLocOpBuilder &b, mlir::Value product, mlir::Value shift,
                       Rounding rounding);

void populateQuantizationPatterns(const ValueTypeConverter &, mlir::RewritePatternSet &);
void populateContractionPatterns(const ValueTypeConverter &, mlir::RewritePatternSet &);
void populateAccumulatorPatterns(const ValueTypeConverter &, mlir::RewritePatternSet &);
void populateCodePatterns(const ValueTypeConverter &, mlir::RewritePatternSet &);
void populateSoftmaxPatterns(const ValueTypeConverter &, mlir::RewritePatternSet &);

} // namespace bnn::tolinalg

#endif // BNN_LIB_CONVERSION_BNNTOLINALG_PATTERNS_H
