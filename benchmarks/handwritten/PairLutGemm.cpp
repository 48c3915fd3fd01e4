//===- PairLutGemm.cpp - 1 bit by 1 bit, two rows for each look-up -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Matrix product of ±1 matrices by pair-LUT (PairLut.h). Loops: panels of output channels, blocks of row
// pairs whose 16-bit sums stay in the L1 cache, blocks of depth, row pairs.
//
// Codes:   [block of depth][row pair][48]
// Weights: [panel][block of depth][group][register of the panel][32], four bits of one channel in each byte

#include "Kernels.h"
#include "PairLut.h"

#include <algorithm>

using namespace handwritten;

namespace {

template <int panel>
class PairLutGemm : public Kernel {
public:
  PairLutGemm(const GemmOperands &g) : g(g), words(g.depth / 64), groups(g.depth / 4) {
    blocks = (groups + groupsPerBlock - 1) / groupsPerBlock;
    pairs = (g.rows + 1) / 2;
    size_t sumsPerPair = 64 * panel;
    pairsPerTile = blocks == 1 ? pairs : std::max<int>(1, 6144 / sumsPerPair);
    codes = Array<uint16_t>(size_t(blocks) * pairs * groupsPerBlock);
    sums = Array<uint16_t>(size_t(pairsPerTile + 1) * sumsPerPair);
    packWeights();
    if (g.precoded)
      code();
  }

  void run() override {
    if (!g.precoded)
      code();
    multiply();
  }

private:
  static constexpr int channels = 32 * panel;

  void packWeights() {
    weights = Array<uint8_t>(size_t(g.columns / channels) * blocks * groupsPerBlock * channels);
    const uint64_t *bits = static_cast<const uint64_t *>(g.weights);
    for (int n = 0; n < g.columns; ++n)
      for (int i = 0; i < groups; ++i) {
        size_t row = size_t(n / channels) * blocks * groupsPerBlock + i;
        size_t column = n % channels / 32 * 32 + byteForWidening(n % 32);
        weights[row * channels + column] = bits[size_t(n) * words + i / 16] >> (4 * (i % 16)) & 15;
      }
  }

  __attribute__((noinline)) void code() {
    alignas(32) uint8_t tail[2][32], bytes[4096 + groupsPerBlock];
    const uint8_t *rows = static_cast<const uint8_t *>(g.activations);
    int rowBytes = g.depth / 8;
    std::memset(bytes, 0, sizeof(bytes));
    for (int t = 0; t < pairs; ++t) {
      const uint8_t *first = rows + size_t(2 * t) * rowBytes;
      const uint8_t *second = rows + size_t(std::min(2 * t + 1, g.rows - 1)) * rowBytes;
      for (int i = 0; i < rowBytes; i += 32) {
        const uint8_t *a = first + i, *b = second + i;
        if (i + 32 > rowBytes) {
          std::memcpy(tail[0], a, rowBytes - i);
          std::memcpy(tail[1], b, rowBytes - i);
          a = tail[0];
          b = tail[1];
        }
        CodedWords coded = codePair(loadUnaligned(a), loadUnaligned(b));
        for (int word = 0; word < 4; ++word)
          _mm_storeu_si128(reinterpret_cast<__m128i *>(bytes + 2 * i + 16 * word), coded.word[word]);
      }
      std::memset(bytes + groups, 0, blocks * groupsPerBlock - groups);
      for (int b = 0; b < blocks; ++b) {
        uint16_t *to = codes + (size_t(b) * pairs + t) * groupsPerBlock;
        for (int i = 0; i < groupsPerBlock; i += 16)
          storeCodes(to + i,
                     _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + b * groupsPerBlock + i)));
      }
    }
  }

  template <bool isFirst, bool isLast>
  ALWAYS_INLINE void multiplyBlock(int begin, int end, int block, int n, const uint8_t *w) {
    const int rows = g.rows, columns = g.columns, depth = g.depth;
    int32_t *out = static_cast<int32_t *>(g.output);
    for (int t = begin; t < end; ++t) {
      Vec all[panel], high[panel];
      countBlock<panel>(codes + (size_t(block) * pairs + t) * groupsPerBlock, w, all, high);
      for (int i = 0; i < panel; ++i)
        addCounts<isFirst, isLast>(all[i], high[i], sums + (size_t(t - begin) * panel + i) * 64, 32,
                                   [&](int row, Counts counts) __attribute__((always_inline)) {
                                     if (2 * t + row < rows)
                                       storeProducts(out + size_t(2 * t + row) * columns + n + 32 * i, counts,
                                                     depth);
                                   });
    }
  }

  __attribute__((noinline)) void multiply() {
    for (int n = 0; n < g.columns; n += channels) {
      const uint8_t *w = weights + size_t(n / channels) * blocks * groupsPerBlock * channels;
      for (int begin = 0; begin < pairs; begin += pairsPerTile) {
        int end = std::min(pairs, begin + pairsPerTile);
        for (int b = 0; b < blocks; ++b, w += groupsPerBlock * channels) {
          bool isFirst = b == 0, isLast = b == blocks - 1;
          if (isFirst && isLast)
            multiplyBlock<true, true>(begin, end, b, n, w);
          else if (isFirst)
            multiplyBlock<true, false>(begin, end, b, n, w);
          else if (isLast)
            multiplyBlock<false, true>(begin, end, b, n, w);
          else
            multiplyBlock<false, false>(begin, end, b, n, w);
        }
        w -= size_t(blocks) * groupsPerBlock * channels;
      }
    }
  }

  GemmOperands g;
  int words, groups, blocks, pairs, pairsPerTile;
  Array<uint8_t> weights;
  Array<uint16_t> codes, sums;
};

} // namespace

std::unique_ptr<Kernel> handwritten::createPairLutGemm(const GemmOperands &g) {
  if (g.rows < 2 || g.depth % 64 || g.depth > 8192 || g.columns % 64)
    return nullptr;
  if (g.columns % 128 == 0)
    return std::make_unique<PairLutGemm<4>>(g);
  return std::make_unique<PairLutGemm<2>>(g);
}
