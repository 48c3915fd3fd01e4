//===- PairLut.h - Two pixels, four channels, one table ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pair-LUT: for four channels of two pixels, the code a0 | a1 << 4 chooses one of 256 constant tables of 16
// bytes. Entry w of it holds, for the four weights w of one output channel, the number of bits in which they
// differ from the pixels': that of pixel 0 in the low half of the byte and that of pixel 1 in the high half.
// One byte shuffle looks up 32 output channels at once: 256 multiply-accumulates.
//
// Three entries add up to at most 12 in each half, so that bytes may be added before the halves are taken
// apart:
//
//   x     = T0[w0] + T1[w1] + T2[w2]
//   all  += x                               modulo 256
//   high += (x & 0xF0, y & 0xF0) averaged >> 3   once for two such sums x and y; exact
//
// After a block of at most 63 groups `high` is pixel 1's count and `all - 16·high` is pixel 0's.
//
// A pad of value 0 counts as differing in two of four bits, whatever the weights; 33 more tables have it.

#ifndef BENCHMARKS_HANDWRITTEN_PAIRLUT_H
#define BENCHMARKS_HANDWRITTEN_PAIRLUT_H

#include "Vector.h"

namespace handwritten {

/// Groups of four channels that are summed in bytes: 192 bits of depth, whose weights stay in the L1 cache.
constexpr int groupsPerBlock = 48;

struct PairTables {
  /// 256 + a: pixel 0 has the bits a and pixel 1 is padding; 272 + a: the other way round; 288: both padding.
  static constexpr int padSecond = 256, padFirst = 272, padBoth = 288;
  alignas(64) uint8_t entries[289][16];

  PairTables();
};
extern const PairTables pairTables;

/// Byte of output channel `channel` of 32, chosen so that taking even and odd bytes apart gives neighbours.
constexpr int byteForWidening(int channel) { return 4 * (channel & 7) + (channel >> 3); }

/// Byte of output channel `channel` of 32, chosen so that packing and a move of the mask give bits in order.
constexpr int byteForMask(int channel) {
  return 16 * (channel >> 4) + 2 * (channel & 7) + (channel >> 3 & 1);
}

/// Six groups for `panel` registers of 32 output channels. `codes` are offsets into the tables in bytes.
template <int panel>
static ALWAYS_INLINE void addSixGroups(const uint16_t *codes, const uint8_t *weights, Vec (&all)[panel],
                                       Vec (&high)[panel]) {
  const uint8_t *tables = &pairTables.entries[0][0];
  const Vec highHalf = splat8(0xF0);
  Vec first[panel];
#pragma clang loop unroll(full)
  for (int triple = 0; triple < 2; ++triple, codes += 3, weights += 3 * 32 * panel) {
    Vec table0 = loadTable(tables + codes[0]), table1 = loadTable(tables + codes[1]),
        table2 = loadTable(tables + codes[2]);
    for (int i = 0; i < panel; ++i) {
      Vec sum =
          add8(add8(lookUp(table0, load(weights + 32 * i)), lookUp(table1, load(weights + 32 * (panel + i)))),
               lookUp(table2, load(weights + 32 * (2 * panel + i))));
      all[i] = add8(all[i], sum);
      Vec upper = bitAnd(sum, highHalf);
      if (triple == 0)
        first[i] = upper;
      else
        high[i] = add8(high[i], shiftRight16(average8(first[i], upper), 3));
    }
  }
}

/// The counts of one block.
template <int panel>
static ALWAYS_INLINE void countBlock(const uint16_t *codes, const uint8_t *weights, Vec (&all)[panel],
                                     Vec (&high)[panel]) {
  for (int i = 0; i < panel; ++i)
    all[i] = high[i] = zero();
// Unrolled further, LLVM interleaves the groups and spills.
#pragma clang loop unroll(disable)
  for (int g = 0; g < groupsPerBlock; g += 6)
    addSixGroups<panel>(codes + g, weights + size_t(g) * 32 * panel, all, high);
}

/// Counts of differing bits of 32 output channels: `even` for the channels in even bytes, `odd` for the
/// others.
struct Counts {
  Vec even, odd;
};

/// Adds a block's counts of both pixels to 16-bit sums, two vectors for each pixel `stride` elements apart,
/// and calls `finish(pixel, counts)` after the last block. The first vector holds whole pairs of bytes modulo
/// 2^16, so that the odd bytes need to be subtracted only once, at the end.
template <bool isFirst, bool isLast, class Finish>
static ALWAYS_INLINE void addCounts(Vec all, Vec high, uint16_t *sums, int stride, Finish finish) {
  Vec low = sub8(all, bitAnd(shiftLeft16(high, 4), splat8(0xF0)));
  for (int pixel = 0; pixel < 2; ++pixel) {
    Vec pairs = pixel ? high : low, odd = shiftRight16(pairs, 8);
    uint16_t *at = sums + pixel * stride;
    if (!isFirst) {
      pairs = add16(pairs, load(at));
      odd = add16(odd, load(at + 16));
    }
    if (isLast) {
      finish(pixel, Counts{sub16(pairs, shiftLeft16(odd, 8)), odd});
    } else {
      store(at, pairs);
      store(at + 16, odd);
    }
  }
}

/// Dot products of 32 channels in the order of `byteForWidening`: depth - 2·count.
static ALWAYS_INLINE void storeProducts(int32_t *out, Counts counts, int depth) {
  Vec all = splat32(depth), low = splat32(0xFFFF);
  Vec even = add16(counts.even, counts.even), odd = add16(counts.odd, counts.odd);
  store(out, sub32(all, bitAnd(even, low)));
  store(out + 8, sub32(all, bitAnd(odd, low)));
  store(out + 16, sub32(all, shiftRight32(even, 16)));
  store(out + 24, sub32(all, shiftRight32(odd, 16)));
}

/// 64 bits of each of two pixels as 16 codes: a register holds four words of each pixel and gives four times
/// 16 bytes.
struct CodedWords {
  __m128i word[4];
};
static ALWAYS_INLINE CodedWords codePair(Vec first, Vec second) {
  const Vec lowHalf = splat8(15);
  Vec low = bitOr(bitAnd(first, lowHalf), shiftLeft16(bitAnd(second, lowHalf), 4));
  Vec high = bitOr(bitAnd(shiftRight16(first, 4), lowHalf), _mm256_andnot_si256(lowHalf, second));
  Vec a = _mm256_unpacklo_epi8(low, high), b = _mm256_unpackhi_epi8(low, high);
  return {{_mm256_castsi256_si128(a), _mm256_castsi256_si128(b), _mm256_extracti128_si256(a, 1),
           _mm256_extracti128_si256(b, 1)}};
}
/// 16 codes as offsets into the tables.
static ALWAYS_INLINE void storeCodes(uint16_t *at, __m128i codes) {
  store(at, shiftLeft16(_mm256_cvtepu8_epi16(codes), 4));
}

} // namespace handwritten

#endif // BENCHMARKS_HANDWRITTEN_PAIRLUT_H
