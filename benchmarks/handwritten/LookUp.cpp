//===- LookUp.cpp - Sums of a few products from tables ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A code joins the activations of a group of neighbouring channels and chooses a table; the group's weights
// of one output channel, four bits, choose the byte in it. Where there are few codes the tables are
// constants:
//
//   weights x activations   channels in a group   tables   largest entry   groups summed in a byte
//   1 x 1 (+-1)             4                     16       4               48
//   1 x 2                   4                     256      12              18
//   2 x 2                   2                     16       18              12
//
// For 1x4 bits there would be 65,536; there each row makes the tables of its own groups, 16 bytes from four
// activations, which pays from about a hundred output channels on.
//
// Weights: [panel][group][register of the panel][32], or [panel][two groups]... with four bits of each.

#include "Kernels.h"
#include "PairLut.h"

#include <algorithm>

using namespace handwritten;

namespace {

/// 32 sums from the even and the odd bytes' sums of 16 bits.
ALWAYS_INLINE void storeSums(int32_t *out, Vec even, Vec odd) {
  Vec low = splat32(0xFFFF);
  store(out, bitAnd(even, low));
  store(out + 8, bitAnd(odd, low));
  store(out + 16, shiftRight32(even, 16));
  store(out + 24, shiftRight32(odd, 16));
}

ALWAYS_INLINE void addSums(int32_t *out, Vec even, Vec odd) {
  Vec low = splat32(0xFFFF);
  store(out, add32(loadUnaligned(out), bitAnd(even, low)));
  store(out + 8, add32(loadUnaligned(out + 8), bitAnd(odd, low)));
  store(out + 16, add32(loadUnaligned(out + 16), shiftRight32(even, 16)));
  store(out + 24, add32(loadUnaligned(out + 24), shiftRight32(odd, 16)));
}

/// Weights of several bits, one in each byte, `perGroup` of them to four bits.
Array<uint8_t> packGroups(const GemmOperands &g, int perGroup, int groups, int channels) {
  Array<uint8_t> result(size_t(g.columns) * groups);
  const uint8_t *codes = static_cast<const uint8_t *>(g.weights);
  for (int n = 0; n < g.columns; ++n)
    for (int i = 0; i < g.depth / perGroup; ++i) {
      int value = 0;
      for (int j = 0; j < perGroup; ++j)
        value |= codes[size_t(n) * g.depth + i * perGroup + j] << (j * 4 / perGroup);
      result[(size_t(n / channels) * groups + i) * channels + n % channels / 32 * 32 +
             byteForWidening(n % 32)] = uint8_t(value);
    }
  return result;
}

/// Activations of 2 bits, constant tables. `rows` rows by `registers` registers of 32 channels at a time;
/// `perGroup` channels in a group and `perBlock` groups summed in bytes.
template <int perGroup, int rows, int registers, int perBlock>
class ConstantTables : public Kernel {
public:
  ConstantTables(const GemmOperands &g) : g(g) {
    int groups = g.depth / perGroup;
    blocks = (groups + perBlock - 1) / perBlock;
    tiles = (g.rows + rows - 1) / rows;
    tilesAtOnce = std::max(1, 12288 / (64 * registers) / rows);
    weights = packGroups(g, perGroup, blocks * perBlock, channels);
    blockStride = size_t(tiles) * rows * perBlock + 8 * rows;
    codes = Array<uint16_t>(blocks * blockStride);
    sums = Array<uint16_t>(size_t(tilesAtOnce + 1) * rows * channels);
    for (int code = 0; code < (perGroup == 4 ? 256 : 16); ++code)
      for (int w = 0; w < 16; ++w) {
        int sum = 0;
        for (int j = 0; j < perGroup; ++j)
          sum += (code >> (2 * j) & 3) * (w >> (j * 4 / perGroup) & (perGroup == 4 ? 1 : 3));
        tables[code][w] = uint8_t(sum);
      }
    if (g.precoded)
      code();
  }

  void run() override {
    if (!g.precoded)
      code();
    multiply();
  }

private:
  static constexpr int channels = 32 * registers;

  /// Eight codes of a row, as offsets into the tables.
  static ALWAYS_INLINE __m128i codeEight(const uint8_t *values) {
    auto loadHalf = [](const uint8_t *at) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(at)); };
    const __m128i inPairs = _mm_set1_epi16(0x0401), inFours = _mm_set1_epi32(0x00100001);
    __m128i pairs = _mm_maddubs_epi16(loadHalf(values), inPairs);
    if (perGroup == 2)
      return _mm_slli_epi16(pairs, 4);
    __m128i more = _mm_maddubs_epi16(loadHalf(values + 16), inPairs);
    return _mm_slli_epi16(_mm_packus_epi32(_mm_madd_epi16(pairs, inFours), _mm_madd_epi16(more, inFours)), 4);
  }

  /// Eight groups of a tile, in the order [group][row].
  static ALWAYS_INLINE void codeTile(const uint8_t *const (&row)[rows], int at, uint16_t *to) {
    __m128i *out = reinterpret_cast<__m128i *>(to);
    __m128i a = codeEight(row[0] + at), b = codeEight(row[1] + at);
    __m128i low = _mm_unpacklo_epi16(a, b), high = _mm_unpackhi_epi16(a, b);
    if (rows == 2) {
      _mm_storeu_si128(out, low);
      _mm_storeu_si128(out + 1, high);
      return;
    }
    __m128i c = codeEight(row[rows - 2] + at), d = codeEight(row[rows - 1] + at);
    __m128i low2 = _mm_unpacklo_epi16(c, d), high2 = _mm_unpackhi_epi16(c, d);
    _mm_storeu_si128(out, _mm_unpacklo_epi32(low, low2));
    _mm_storeu_si128(out + 1, _mm_unpackhi_epi32(low, low2));
    _mm_storeu_si128(out + 2, _mm_unpacklo_epi32(high, high2));
    _mm_storeu_si128(out + 3, _mm_unpackhi_epi32(high, high2));
  }

  /// [block][tile][group][row]. Eights run over into the next tile, which is written later, and past the end
  /// of a row, where the weights are 0.
  __attribute__((noinline)) void code() {
    static_assert(rows == 2 || rows == 4, "rows are interleaved two by two");
    const uint8_t *values = static_cast<const uint8_t *>(g.activations);
    uint16_t *const out = codes;
    const int numTiles = tiles, numBlocks = blocks, depth = g.depth;
    const size_t stride = blockStride;
    for (int t = 0; t < numTiles; ++t) {
      const uint8_t *row[rows];
      for (int r = 0; r < rows; ++r)
        row[r] = values + size_t(std::min(t * rows + r, g.rows - 1)) * depth;
      uint16_t *to = out;
      for (int b = 0; b < numBlocks; ++b, to += stride)
        for (int i = 0; i < perBlock; i += 8)
          codeTile(row, (b * perBlock + i) * perGroup, to + (size_t(t) * perBlock + i) * rows);
    }
  }

  template <bool isFirst, bool isLast>
  ALWAYS_INLINE void multiplyBlock(const uint16_t *code, const uint8_t *w, uint16_t *sum, int32_t *out,
                                   int valid) {
    Vec bytes[rows][registers];
    const uint8_t *tableBytes = &tables[0][0];
    const int columns = g.columns;
    for (auto &row : bytes)
      for (Vec &v : row)
        v = zero();
#pragma clang loop unroll_count(2)
    for (int i = 0; i < perBlock; ++i)
      for (int r = 0; r < rows; ++r) {
        Vec table = loadTable(tableBytes + code[i * rows + r]);
        for (int j = 0; j < registers; ++j)
          bytes[r][j] = add8(bytes[r][j], lookUp(table, load(w + (i * registers + j) * 32)));
      }
    for (int r = 0; r < rows; ++r)
      for (int j = 0; j < registers; ++j) {
        Vec even = bitAnd(bytes[r][j], splat16(255)), odd = shiftRight16(bytes[r][j], 8);
        uint16_t *at = sum + (r * registers + j) * 32;
        if (!isFirst) {
          even = add16(even, load(at));
          odd = add16(odd, load(at + 16));
        }
        if (!isLast) {
          store(at, even);
          store(at + 16, odd);
        } else if (r < valid) {
          storeSums(out + size_t(r) * columns + 32 * j, even, odd);
        }
      }
  }

  __attribute__((noinline)) void multiply() {
    for (int n = 0; n < g.columns; n += channels)
      for (int begin = 0; begin < tiles; begin += tilesAtOnce)
        for (int b = 0; b < blocks; ++b) {
          const uint8_t *w = weights + (size_t(n / channels) * blocks + b) * perBlock * channels;
          auto eachTile = [&](auto body) __attribute__((always_inline)) {
            for (int t = begin; t < std::min(tiles, begin + tilesAtOnce); ++t)
              body(codes + b * blockStride + size_t(t) * perBlock * rows,
                   sums + size_t(t - begin) * rows * channels,
                   static_cast<int32_t *>(g.output) + size_t(t) * rows * g.columns + n, g.rows - t * rows);
          };
          if (b == 0 && b == blocks - 1)
            eachTile([&](const uint16_t *code, uint16_t *sum, int32_t *out, int valid) __attribute__((
                         always_inline)) { multiplyBlock<true, true>(code, w, sum, out, valid); });
          else if (b == 0)
            eachTile([&](const uint16_t *code, uint16_t *sum, int32_t *out, int valid) __attribute__((
                         always_inline)) { multiplyBlock<true, false>(code, w, sum, out, valid); });
          else if (b == blocks - 1)
            eachTile([&](const uint16_t *code, uint16_t *sum, int32_t *out, int valid) __attribute__((
                         always_inline)) { multiplyBlock<false, true>(code, w, sum, out, valid); });
          else
            eachTile([&](const uint16_t *code, uint16_t *sum, int32_t *out, int valid) __attribute__((
                         always_inline)) { multiplyBlock<false, false>(code, w, sum, out, valid); });
        }
  }

  GemmOperands g;
  int blocks, tiles, tilesAtOnce;
  size_t blockStride;
  alignas(64) uint8_t tables[256][16];
  Array<uint8_t> weights;
  Array<uint16_t> codes, sums;
};

/// Activations of 4 bits, tables made for each row.
template <int rows, int registers>
class RowTables : public Kernel {
public:
  RowTables(const GemmOperands &g)
      : g(g), groups(g.depth / 4), weights(packGroups(g, 4, groups, channels)),
        tables(size_t(rows) * groups * 16) {
    // Control bytes that pick activation j of the group in each half into the entries that have bit j.
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 32; ++i)
        pick[j][i] = (i & 15) >> j & 1 ? uint8_t(i / 16 * 4 + j) : 0x80;
  }

  void run() override {
    for (int m = 0; m < g.rows; m += rows) {
      makeTables(m);
      multiply(m);
    }
  }

private:
  static constexpr int channels = 32 * registers;
  /// Groups whose sums fit into 16 bits.
  static constexpr int groupsAtOnce = 576;

  __attribute__((noinline)) void makeTables(int m) {
    const uint8_t *values = static_cast<const uint8_t *>(g.activations);
    Vec p0 = loadUnaligned(pick[0]), p1 = loadUnaligned(pick[1]), p2 = loadUnaligned(pick[2]),
        p3 = loadUnaligned(pick[3]);
    for (int r = 0; r < rows; ++r) {
      const uint8_t *row = values + size_t(std::min(m + r, g.rows - 1)) * g.depth;
      for (int i = 0; i < groups; i += 2) {
        int64_t eight;
        std::memcpy(&eight, row + 4 * i, 8);
        Vec v = splat64(eight);
        Vec both = add8(add8(lookUp(v, p0), lookUp(v, p1)), add8(lookUp(v, p2), lookUp(v, p3)));
        __m128i *first = reinterpret_cast<__m128i *>(tables + size_t(i * rows + r) * 16);
        _mm_store_si128(first, _mm256_castsi256_si128(both));
        _mm_store_si128(first + rows, _mm256_extracti128_si256(both, 1));
      }
    }
  }

  __attribute__((noinline)) void multiply(int m) {
    int valid = std::min(rows, g.rows - m);
    int32_t *output = static_cast<int32_t *>(g.output);
    for (int n = 0; n < g.columns; n += channels) {
      const uint8_t *w = weights + size_t(n / channels) * groups * channels;
      for (int begin = 0; begin < groups; begin += groupsAtOnce) {
        Vec pairs[rows][registers], odd[rows][registers];
        for (int r = 0; r < rows; ++r)
          for (int j = 0; j < registers; ++j)
            pairs[r][j] = odd[r][j] = zero();
        for (int i = begin; i < std::min(groups, begin + groupsAtOnce); i += 4)
          for (int r = 0; r < rows; ++r) {
            const uint8_t *t = tables + size_t(i * rows + r) * 16;
            Vec t0 = loadTable(t), t1 = loadTable(t + rows * 16), t2 = loadTable(t + rows * 32),
                t3 = loadTable(t + rows * 48);
            for (int j = 0; j < registers; ++j) {
              const uint8_t *at = w + size_t(i) * channels + 32 * j;
              Vec sum = add8(add8(lookUp(t0, load(at)), lookUp(t1, load(at + channels))),
                             add8(lookUp(t2, load(at + 2 * channels)), lookUp(t3, load(at + 3 * channels))));
              pairs[r][j] = add16(pairs[r][j], sum);
              odd[r][j] = add16(odd[r][j], shiftRight16(sum, 8));
            }
          }
        for (int r = 0; r < rows; ++r)
          if (r < valid)
            for (int j = 0; j < registers; ++j) {
              Vec even = sub16(pairs[r][j], shiftLeft16(odd[r][j], 8));
              int32_t *out = output + size_t(m + r) * g.columns + n + 32 * j;
              if (begin == 0)
                storeSums(out, even, odd[r][j]);
              else
                addSums(out, even, odd[r][j]);
            }
      }
    }
  }

  GemmOperands g;
  int groups;
  Array<uint8_t> weights, tables;
  uint8_t pick[4][32];
};

/// ±1 by ±1 for one row, two groups' weights in each byte: 1 bit for each weight in memory.
template <int registers>
class PackedGemv : public Kernel {
public:
  PackedGemv(const GemmOperands &g) : g(g), weights(size_t(g.columns) * g.depth / 8), offsets(g.depth / 4) {
    const uint64_t *bits = static_cast<const uint64_t *>(g.weights);
    for (int n = 0; n < g.columns; ++n)
      for (int i = 0; i < g.depth / 8; ++i)
        weights[(size_t(n / channels) * (g.depth / 8) + i) * channels + n % channels / 32 * 32 +
                byteForWidening(n % 32)] = uint8_t(bits[size_t(n) * (g.depth / 64) + i / 8] >> (8 * (i % 8)));
    for (int a = 0; a < 16; ++a)
      for (int w = 0; w < 16; ++w)
        tables[a][w] = uint8_t(__builtin_popcount(unsigned(a ^ w)));
  }

  __attribute__((noinline)) void run() override {
    const uint8_t *values = static_cast<const uint8_t *>(g.activations);
    const uint8_t *tableBytes = &tables[0][0];
    const int pairs = g.depth / 8;
    for (int i = 0; i < pairs; ++i) {
      offsets[2 * i] = uint8_t(values[i] << 4);
      offsets[2 * i + 1] = values[i] & 0xF0;
    }
    for (int n = 0; n < g.columns; n += channels) {
      const uint8_t *w = weights + size_t(n) * pairs;
      Vec even[registers], odd[registers];
      for (int j = 0; j < registers; ++j)
        even[j] = odd[j] = zero();
      for (int begin = 0; begin < pairs; begin += 24) {
        Vec bytes[registers];
        for (Vec &v : bytes)
          v = zero();
        for (int i = begin; i < std::min(pairs, begin + 24); ++i, w += channels) {
          _mm_prefetch(reinterpret_cast<const char *>(w) + 1024, _MM_HINT_T0);
          Vec first = loadTable(tableBytes + offsets[2 * i]),
              second = loadTable(tableBytes + offsets[2 * i + 1]);
          for (int j = 0; j < registers; ++j) {
            Vec both = load(w + 32 * j);
            bytes[j] = add8(bytes[j], lookUp(first, bitAnd(both, splat8(15))));
            bytes[j] = add8(bytes[j], lookUp(second, bitAnd(shiftRight16(both, 4), splat8(15))));
          }
        }
        for (int j = 0; j < registers; ++j) {
          even[j] = add16(even[j], bitAnd(bytes[j], splat16(255)));
          odd[j] = add16(odd[j], shiftRight16(bytes[j], 8));
        }
      }
      for (int j = 0; j < registers; ++j)
        storeProducts(static_cast<int32_t *>(g.output) + n + 32 * j, Counts{even[j], odd[j]}, g.depth);
    }
  }

private:
  static constexpr int channels = 32 * registers;

  GemmOperands g;
  alignas(64) uint8_t tables[16][16];
  Array<uint8_t> weights, offsets;
};

template <class K>
std::unique_ptr<Kernel> createFor(const GemmOperands &g, int channels) {
  if (g.depth % 64 || g.depth > 8192 || g.columns % channels)
    return nullptr;
  return std::make_unique<K>(g);
}

} // namespace

std::unique_ptr<Kernel> handwritten::createLookUp1x2(const GemmOperands &g, bool wide) {
  if (wide)
    return createFor<ConstantTables<4, 2, 4, 18>>(g, 128);
  return createFor<ConstantTables<4, 4, 2, 18>>(g, 64);
}

std::unique_ptr<Kernel> handwritten::createLookUp2x2(const GemmOperands &g, bool wide) {
  if (wide)
    return createFor<ConstantTables<2, 2, 4, 12>>(g, 128);
  return createFor<ConstantTables<2, 4, 2, 12>>(g, 64);
}

std::unique_ptr<Kernel> handwritten::createLookUp1x4(const GemmOperands &g, bool wide) {
  if (wide)
    return createFor<RowTables<1, 4>>(g, 128);
  return createFor<RowTables<2, 2>>(g, 64);
}

std::unique_ptr<Kernel> handwritten::createLookUpGemv(const GemmOperands &g) {
  if (g.rows != 1)
    return nullptr;
  return createFor<PackedGemv<4>>(g, 128);
}
