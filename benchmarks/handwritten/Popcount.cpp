//===- Popcount.cpp - Counting bits with a table of 16 -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A register holds 64 bits of depth of each of four output channels; a word of activations is broadcast, xor
// leaves the differing bits, and two byte shuffles count them. Bytes are summed for at most 31 steps and then
// widened by vpsadbw. The matrix product, the product with a vector, where the weights stream through the
// caches and are fetched ahead, and the direct convolution.
//
// Weights: [panel of 4·registers channels][depth / 64][4·registers] words of 64 bits

#include "Kernels.h"

#include <algorithm>

using namespace handwritten;

namespace {

struct BitCounter {
  Vec table, lowHalf;
  BitCounter()
      : table(_mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2,
                               2, 3, 2, 3, 3, 4)),
        lowHalf(splat8(15)) {}
  /// Ones in each byte.
  ALWAYS_INLINE Vec operator()(Vec bits) const {
    return add8(lookUp(table, bitAnd(bits, lowHalf)), lookUp(table, bitAnd(shiftRight16(bits, 4), lowHalf)));
  }
};

/// Four sums depth - 2·count from counts of 64 bits.
ALWAYS_INLINE void storeFour(int32_t *out, Vec counts, int depth) {
  __m128i low =
      _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(counts, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6)));
  _mm_storeu_si128(reinterpret_cast<__m128i *>(out),
                   _mm_sub_epi32(_mm_set1_epi32(depth), _mm_slli_epi32(low, 1)));
}

/// Interleaves the words of `panel` channels.
Array<uint64_t> interleave(const uint64_t *weights, int columns, int words, int panel) {
  Array<uint64_t> result(size_t(columns) * words);
  for (int n = 0; n < columns; ++n)
    for (int k = 0; k < words; ++k)
      result[(size_t(n / panel) * words + k) * panel + n % panel] = weights[size_t(n) * words + k];
  return result;
}

/// `tileRows` rows by 4·`registers` channels at a time.
template <int tileRows, int registers, int prefetchBytes>
class PopcountGemm : public Kernel {
public:
  PopcountGemm(const GemmOperands &g)
      : g(g), words(g.depth / 64),
        weights(interleave(static_cast<const uint64_t *>(g.weights), g.columns, words, channels)) {}

  __attribute__((noinline)) void run() override {
    // Panels whose weights stay in the L1 cache over all rows.
    int block = std::max(channels, 16384 / (words * 8) / channels * channels);
    for (int first = 0; first < g.columns; first += block) {
      int last = std::min(g.columns, first + block), m = 0;
      for (; m + tileRows <= g.rows; m += tileRows)
        for (int n = first; n < last; n += channels)
          tile<tileRows>(m, n);
      for (; m < g.rows; ++m)
        for (int n = first; n < last; n += channels)
          tile<1>(m, n);
    }
  }

private:
  static constexpr int channels = 4 * registers;

  template <int rows>
  ALWAYS_INLINE void tile(int m, int n) {
    const BitCounter count;
    const uint64_t *a = static_cast<const uint64_t *>(g.activations) + size_t(m) * words;
    const uint64_t *w = weights + size_t(n) * words;
    Vec sums[rows][registers], bytes[rows][registers];
    for (auto &row : sums)
      for (Vec &v : row)
        v = zero();
    for (int begin = 0; begin < words; begin += 31) {
      for (auto &row : bytes)
        for (Vec &v : row)
          v = zero();
      for (int k = begin; k < std::min(words, begin + 31); ++k) {
        if (prefetchBytes)
          for (int i = 0; i < registers; i += 2)
            _mm_prefetch(reinterpret_cast<const char *>(w + (k * registers + i) * 4) + prefetchBytes,
                         _MM_HINT_T0);
        for (int r = 0; r < rows; ++r) {
          Vec word = splat64(int64_t(a[size_t(r) * words + k]));
          for (int i = 0; i < registers; ++i)
            bytes[r][i] = add8(bytes[r][i], count(bitXor(word, load(w + (k * registers + i) * 4))));
        }
      }
      for (int r = 0; r < rows; ++r)
        for (int i = 0; i < registers; ++i)
          sums[r][i] = _mm256_add_epi64(sums[r][i], _mm256_sad_epu8(bytes[r][i], zero()));
    }
    int32_t *out = static_cast<int32_t *>(g.output);
    for (int r = 0; r < rows; ++r)
      for (int i = 0; i < registers; ++i)
        storeFour(out + size_t(m + r) * g.columns + n + 4 * i, sums[r][i], g.depth);
  }

  GemmOperands g;
  int words;
  Array<uint64_t> weights;
};

/// One pixel by 32 channels at a time.
class PopcountConv : public Kernel {
public:
  PopcountConv(const ConvOperands &conv)
      : conv(conv), words(conv.channels / 64), paddedWidth(conv.width + 2),
        padded(size_t(conv.height + 2) * paddedWidth * words),
        weights(interleave(conv.weights, conv.outputs, 9 * words, channels)) {}

  void run() override {
    size_t rowWords = size_t(conv.width) * words;
    for (int y = 0; y < conv.height; ++y)
      std::memcpy(padded + (size_t(y + 1) * paddedWidth + 1) * words, conv.image + y * rowWords,
                  rowWords * 8);
    multiply();
  }

private:
  static constexpr int registers = 8, channels = 4 * registers;

  __attribute__((noinline)) void multiply() {
    const BitCounter count;
    for (int n = 0; n < conv.outputs; n += channels)
      for (int position = 0; position < conv.positions(); ++position) {
        int y = position / conv.outputWidth() * conv.stride, x = position % conv.outputWidth() * conv.stride;
        const uint64_t *window = padded + (size_t(y) * paddedWidth + x) * words;
        const uint64_t *w = weights + size_t(n) * 9 * words;
        Vec sums[registers], bytes[registers];
        for (Vec &v : sums)
          v = zero();
        for (int row = 0; row < 3; ++row, window += size_t(paddedWidth) * words)
          for (int begin = 0; begin < 3 * words; begin += 24) {
            for (Vec &v : bytes)
              v = zero();
            for (int k = begin; k < std::min(3 * words, begin + 24); ++k, w += channels) {
              Vec word = splat64(int64_t(window[k]));
              for (int i = 0; i < registers; ++i)
                bytes[i] = add8(bytes[i], count(bitXor(word, load(w + 4 * i))));
            }
            for (int i = 0; i < registers; ++i)
              sums[i] = _mm256_add_epi64(sums[i], _mm256_sad_epu8(bytes[i], zero()));
          }
        for (int i = 0; i < registers; ++i)
          storeFour(conv.products + size_t(position) * conv.outputs + n + 4 * i, sums[i], conv.depth());
      }
  }

  ConvOperands conv;
  int words, paddedWidth;
  Array<uint64_t> padded, weights;
};

} // namespace

std::unique_ptr<Kernel> handwritten::createPopcountGemm(const GemmOperands &g) {
  if (g.depth % 64 || g.columns % 32)
    return nullptr;
  return std::make_unique<PopcountGemm<1, 8, 0>>(g);
}

std::unique_ptr<Kernel> handwritten::createPopcountGemv(const GemmOperands &g) {
  if (g.rows != 1 || g.depth % 64 || g.columns % 32)
    return nullptr;
  return std::make_unique<PopcountGemm<1, 8, 1024>>(g);
}

std::unique_ptr<Kernel> handwritten::createPopcountConv(const ConvOperands &conv) {
  if (conv.channels % 64 || conv.outputs % 32 || conv.output != ConvOutput::Products || conv.padZero)
    return nullptr;
  return std::make_unique<PopcountConv>(conv);
}
