//===- CodeMath.h - Quantizers on single floats, at compile time -*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The formulas of bnn.binarize, bnn.quantize and bnn.ternarize for one element, in the f32 arithmetic that
// the ops are defined by. Folding a constant and searching a threshold both rest on these being exact, so
// each rounding of the definition is one rounding here: no contraction to a fused multiply-add, no double in
// between.

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_CODEMATH_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_CODEMATH_H

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn {

/// `x` rounded to an integer; infinities and NaN stay what they are.
float roundTo(float x, Rounding mode);

/// IEEE minimum and maximum of arith.minimumf and arith.maximumf: NaN wins, -0 is less than +0.
float minimumF32(float a, float b);
float maximumF32(float a, float b);

/// The value (not the code) that `op` makes of `x` with scale `scale` and zero point `zeroPoint`.
int64_t quantizeValue(QuantizeOp op, float x, float scale, int64_t zeroPoint);

/// The value that bnn.binarize makes of `x`; `threshold` is absent where the op has none, which matters for
/// `signbit`.
int64_t binarizeValue(BinarizeOp op, float x, std::optional<float> threshold);

/// The value that bnn.ternarize makes of `x`.
int64_t ternarizeValue(float x, float deadZone);

/// The entry of a bnn.constant of element type `type` for `value`.
int8_t storedCode(CodeTypeInterface type, int64_t value);

/// Rank of `value` among the values of `type`, 0 for the smallest.
inline int64_t indexOfValue(CodeTypeInterface type, int64_t value) {
  return (value - type.getMinValue()) / type.getStep();
}

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_CODEMATH_H
