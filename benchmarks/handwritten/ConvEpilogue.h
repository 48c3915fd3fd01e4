//===- ConvEpilogue.h - What becomes of a convolution's counts --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The three epilogues of the pair-LUT convolution, on the counts of differing bits that are in registers
// after the last block. Thresholds and scales are brought from sums to counts once: sum = depth - 2·count.

#ifndef BENCHMARKS_HANDWRITTEN_CONVEPILOGUE_H
#define BENCHMARKS_HANDWRITTEN_CONVEPILOGUE_H

#include "Kernels.h"
#include "PairLut.h"

namespace handwritten {

/// Pointers by value: a vector store may alias anything, and members would be loaded again after each.
struct ConvEpilogue {
  int32_t *products;
  uint32_t *bits;
  const int16_t *limits;
  const float *scale, *bias, *residual;
  float *result;
  int outputs, depth;

  /// Channels `n` to `n + 31` of output position `position`.
  template <ConvOutput mode>
  ALWAYS_INLINE void write(Counts counts, size_t position, int n) const {
    size_t at = position * outputs + n;
    if (mode == ConvOutput::Products) {
      storeProducts(products + at, counts, depth);
    } else if (mode == ConvOutput::Bits) {
      Vec even = _mm256_cmpgt_epi16(load(limits + n), counts.even);
      Vec odd = _mm256_cmpgt_epi16(load(limits + n + 16), counts.odd);
      bits[at / 32] = _mm256_movemask_epi8(_mm256_packs_epi16(even, odd));
    } else {
      Vec low = splat32(0xFFFF), signs[4];
      Vec integers[4] = {bitAnd(counts.even, low), bitAnd(counts.odd, low), shiftRight32(counts.even, 16),
                         shiftRight32(counts.odd, 16)};
      for (int k = 0; k < 4; ++k) {
        __m256 scaled = _mm256_fmadd_ps(_mm256_cvtepi32_ps(integers[k]), _mm256_load_ps(scale + n + 8 * k),
                                        _mm256_load_ps(bias + n + 8 * k));
        __m256 sum = _mm256_add_ps(scaled, _mm256_loadu_ps(residual + at + 8 * k));
        _mm256_storeu_ps(result + at + 8 * k, sum);
        signs[k] = _mm256_castps_si256(sum);
      }
      Vec packed =
          _mm256_packs_epi16(_mm256_packs_epi32(signs[0], signs[1]), _mm256_packs_epi32(signs[2], signs[3]));
      Vec order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
      bits[at / 32] = ~_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(packed, order));
    }
  }

  /// Two output pixels of `channels` channels, before they are needed.
  template <ConvOutput mode>
  ALWAYS_INLINE void prefetch(bool writes, size_t position, int n, int channels) const {
    if (mode != ConvOutput::Float)
      return;
    for (int pixel = 0; pixel < 2; ++pixel)
      for (int i = 0; i < channels; i += 16)
        _mm_prefetch(reinterpret_cast<const char *>((writes ? result : residual) +
                                                    (position + pixel) * outputs + n + i),
                     _MM_HINT_T0);
  }
};

/// The epilogue of `conv` and the parameters that it reads, brought to counts.
class ConvParameters {
public:
  explicit ConvParameters(const ConvOperands &conv)
      : conv(conv), limits(conv.outputs), scale(conv.outputs), bias(conv.outputs) {
    int depth = conv.depth();
    for (int n = 0; n < conv.outputs; ++n) {
      if (conv.thresholds) {
        // depth - 2·count >= t  ==  count < floor((depth - t) / 2) + 1
        int ch = n % 32, place = n / 32 * 32 + (ch >> 3 & 1) * 16 + (ch >> 4) * 8 + (ch & 7);
        limits[place] = int16_t(((depth - conv.thresholds[n]) >> 1) + 1);
      }
      if (conv.scale) {
        scale[n] = -2 * conv.scale[n];
        bias[n] = conv.bias[n] + conv.scale[n] * float(depth);
      }
    }
  }

  ConvEpilogue epilogue() const {
    return {conv.products, conv.bits,   limits,       scale,       bias,
            conv.residual, conv.result, conv.outputs, conv.depth()};
  }

private:
  ConvOperands conv;
  Array<int16_t> limits;
  Array<float> scale, bias;
};

} // namespace handwritten

#endif // BENCHMARKS_HANDWRITTEN_CONVEPILOGUE_H
