//===- Clip.h - Scales with the least squared error -------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A uniform quantizer must choose between large values cut off and small steps
// for the rest. The clip with the least squared error is found by trying those
// from 1 to 100 percent of the largest magnitude.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_SUPPORT_CLIP_H
#define BNN_SUPPORT_CLIP_H

#include "llvm/ADT/ArrayRef.h"

namespace bnn {

/// How b-bit codes are spread.
enum class CodeSpread {
  /// 0 to 2^b - 1
  Unsigned,
  /// -2^(b-1) to 2^(b-1) - 1, the clip at 2^(b-1) - 1
  Signed,
  /// Odd numbers from -(2^b - 1) to 2^b - 1. With one or two bits, as many levels on both sides of zero count
  /// more than zero itself.
  Bipolar
};

/// The spread for values that may be negative or not.
CodeSpread chooseSpread(unsigned bits, bool isSigned);

/// `x` quantized with steps of `scale` and put back: what bnn.quantize and bnn.dequantize do.
float quantizeAndBack(float x, unsigned bits, CodeSpread spread, float scale);

/// The scale of the quantizer that changes `values` least, positive and finite for finite values.
float findScale(llvm::ArrayRef<float> values, unsigned bits, CodeSpread spread);

} // namespace bnn

#endif // BNN_SUPPORT_CLIP_H
