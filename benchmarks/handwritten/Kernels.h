//===- Kernels.h - The hand-written kernels --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What generated code is measured against: kernels for AVX2, tuned by hand. Each create function gives a
// kernel bound to its operands, or null for shapes it was not written for.

#ifndef BENCHMARKS_HANDWRITTEN_KERNELS_H
#define BENCHMARKS_HANDWRITTEN_KERNELS_H

#include "Vector.h"

namespace handwritten {

/// rows×depth activations by columns×depth weights to rows×columns sums in i32.
struct GemmOperands {
  int rows, depth, columns;
  /// Packed bits of ±1 (bit 1 is +1), or one code in each byte for several bits.
  const void *activations, *weights;
  void *output;
  /// Code the activations once, when the kernel is made, instead of in each run.
  bool precoded;
};

/// ±1 by ±1.
std::unique_ptr<Kernel> createPairLutGemm(const GemmOperands &operands);
std::unique_ptr<Kernel> createPopcountGemm(const GemmOperands &operands);
/// ±1 by ±1, one row: the weights stream from the cache.
std::unique_ptr<Kernel> createPopcountGemv(const GemmOperands &operands);
std::unique_ptr<Kernel> createLookUpGemv(const GemmOperands &operands);
/// Unsigned codes: weights × activations of 1×2, 2×2 and 1×4 bits. `wide` is a tile of few rows and many
/// channels; which is faster depends on the shape.
std::unique_ptr<Kernel> createLookUp1x2(const GemmOperands &operands, bool wide);
std::unique_ptr<Kernel> createLookUp2x2(const GemmOperands &operands, bool wide);
std::unique_ptr<Kernel> createLookUp1x4(const GemmOperands &operands, bool wide);
/// Signed weights of 8 bits by unsigned activations of at most 127.
std::unique_ptr<Kernel> createInt8Gemm(const GemmOperands &operands, bool wide);

/// What a convolution makes of its sums.
enum class ConvOutput {
  /// i32 sums.
  Products,
  /// One bit for each output: sum >= threshold.
  Bits,
  /// scale · sum + bias + residual in f32, and its sign bit inverted as the next layer's bits.
  Float
};

/// Direct convolution of ±1 by ±1: NHWC bits, OHWI weights of 3×3, one pixel of padding on each side.
struct ConvOperands {
  int height, width, channels, outputs, stride;
  ConvOutput output;
  /// Pad with 0 instead of -1.
  bool padZero;
  const uint64_t *image, *weights;
  int32_t *products;
  uint32_t *bits;
  const int32_t *thresholds;
  const float *scale, *bias, *residual;
  /// May be the residual itself.
  float *result;

  int outputHeight() const { return (height + stride - 1) / stride; }
  int outputWidth() const { return (width + stride - 1) / stride; }
  int positions() const { return outputHeight() * outputWidth(); }
  int depth() const { return 9 * channels; }
};

std::unique_ptr<Kernel> createPairLutConv(const ConvOperands &operands);
/// Two rows of outputs share each table: faster at 64 output channels.
std::unique_ptr<Kernel> createPairLutConvRows(const ConvOperands &operands);
std::unique_ptr<Kernel> createPopcountConv(const ConvOperands &operands);

} // namespace handwritten

#endif // BENCHMARKS_HANDWRITTEN_KERNELS_H
