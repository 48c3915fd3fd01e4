//===- Int8.cpp - Bytes by bytes ----------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Unsigned activations by signed weights with vpmaddubsw and vpmaddwd. vpmaddubsw saturates sums of two
// products at 16 bits: activations of at most 127 are safe, 255·127·2 would not be.
//
// Weights: [panel of 8·registers channels][depth / 4][8·registers][4]

#include "Kernels.h"

#include <algorithm>

using namespace handwritten;

namespace {

template <int tileRows, int registers>
class Int8Gemm : public Kernel {
public:
  Int8Gemm(const GemmOperands &g) : g(g), weights(size_t(g.columns) * g.depth) {
    const int8_t *codes = static_cast<const int8_t *>(g.weights);
    for (int n = 0; n < g.columns; ++n)
      for (int k = 0; k < g.depth; ++k)
        weights[((size_t(n / channels) * (g.depth / 4) + k / 4) * channels + n % channels) * 4 + k % 4] =
            codes[size_t(n) * g.depth + k];
  }

  __attribute__((noinline)) void run() override {
    // Panels whose weights stay in the L1 cache over all rows.
    int block = std::max(channels, 16384 / g.depth / channels * channels);
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
  static constexpr int channels = 8 * registers;

  template <int rows>
  ALWAYS_INLINE void tile(int m, int n) {
    const uint8_t *a = static_cast<const uint8_t *>(g.activations) + size_t(m) * g.depth;
    const int8_t *w = weights + size_t(n) * g.depth;
    const int depth = g.depth;
    Vec sums[rows][registers];
    for (auto &row : sums)
      for (Vec &v : row)
        v = zero();
    for (int k = 0; k < depth / 4; ++k)
      for (int r = 0; r < rows; ++r) {
        int32_t four;
        std::memcpy(&four, a + size_t(r) * depth + 4 * k, 4);
        Vec values = splat32(four);
        for (int i = 0; i < registers; ++i) {
          Vec pairs = _mm256_maddubs_epi16(values, load(w + (k * registers + i) * 32));
          sums[r][i] = add32(sums[r][i], _mm256_madd_epi16(pairs, splat16(1)));
        }
      }
    int32_t *out = static_cast<int32_t *>(g.output);
    for (int r = 0; r < rows; ++r)
      for (int i = 0; i < registers; ++i)
        store(out + size_t(m + r) * g.columns + n + 8 * i, sums[r][i]);
  }

  GemmOperands g;
  Array<int8_t> weights;
};

} // namespace

std::unique_ptr<Kernel> handwritten::createInt8Gemm(const GemmOperands &g, bool wide) {
  if (g.depth % 4 || g.columns % 64)
    return nullptr;
  if (wide)
    return std::make_unique<Int8Gemm<1, 8>>(g);
  return std::make_unique<Int8Gemm<2, 4>>(g);
}
