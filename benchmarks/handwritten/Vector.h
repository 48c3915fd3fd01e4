//===- Vector.h - AVX2 under readable names --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The few AVX2 instructions that the hand-written kernels are made of, and arrays for them.

#ifndef BENCHMARKS_HANDWRITTEN_VECTOR_H
#define BENCHMARKS_HANDWRITTEN_VECTOR_H

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>
#include <memory>

#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace handwritten {

/// 32 bytes in a register.
using Vec = __m256i;

static ALWAYS_INLINE Vec load(const void *at) { return _mm256_load_si256(static_cast<const Vec *>(at)); }
static ALWAYS_INLINE Vec loadUnaligned(const void *at) {
  return _mm256_loadu_si256(static_cast<const Vec *>(at));
}
static ALWAYS_INLINE void store(void *at, Vec v) { _mm256_storeu_si256(static_cast<Vec *>(at), v); }
static ALWAYS_INLINE Vec zero() { return _mm256_setzero_si256(); }
static ALWAYS_INLINE Vec splat8(int v) { return _mm256_set1_epi8(static_cast<char>(v)); }
static ALWAYS_INLINE Vec splat16(int v) { return _mm256_set1_epi16(static_cast<short>(v)); }
static ALWAYS_INLINE Vec splat32(int v) { return _mm256_set1_epi32(v); }
static ALWAYS_INLINE Vec splat64(int64_t v) { return _mm256_set1_epi64x(v); }
static ALWAYS_INLINE Vec add8(Vec a, Vec b) { return _mm256_add_epi8(a, b); }
static ALWAYS_INLINE Vec add16(Vec a, Vec b) { return _mm256_add_epi16(a, b); }
static ALWAYS_INLINE Vec add32(Vec a, Vec b) { return _mm256_add_epi32(a, b); }
static ALWAYS_INLINE Vec sub8(Vec a, Vec b) { return _mm256_sub_epi8(a, b); }
static ALWAYS_INLINE Vec sub16(Vec a, Vec b) { return _mm256_sub_epi16(a, b); }
static ALWAYS_INLINE Vec sub32(Vec a, Vec b) { return _mm256_sub_epi32(a, b); }
static ALWAYS_INLINE Vec bitAnd(Vec a, Vec b) { return _mm256_and_si256(a, b); }
static ALWAYS_INLINE Vec bitOr(Vec a, Vec b) { return _mm256_or_si256(a, b); }
static ALWAYS_INLINE Vec bitXor(Vec a, Vec b) { return _mm256_xor_si256(a, b); }
static ALWAYS_INLINE Vec shiftRight16(Vec a, int bits) { return _mm256_srli_epi16(a, bits); }
static ALWAYS_INLINE Vec shiftLeft16(Vec a, int bits) { return _mm256_slli_epi16(a, bits); }
static ALWAYS_INLINE Vec shiftRight32(Vec a, int bits) { return _mm256_srli_epi32(a, bits); }

/// A table of 16 bytes, in both halves of a register.
static ALWAYS_INLINE Vec loadTable(const void *at) {
  return _mm256_broadcastsi128_si256(_mm_load_si128(static_cast<const __m128i *>(at)));
}
/// One entry of `table` for each of 32 indices below 16.
static ALWAYS_INLINE Vec lookUp(Vec table, Vec indices) { return _mm256_shuffle_epi8(table, indices); }
/// (a + b + 1) / 2 in each byte, without overflow.
static ALWAYS_INLINE Vec average8(Vec a, Vec b) { return _mm256_avg_epu8(a, b); }

/// Zeroed memory on a page of its own, with slack for kernels that read a little past the end.
template <class T>
class Array {
public:
  Array() = default;
  explicit Array(size_t count) {
    constexpr size_t page = 4096;
    size_t bytes = (count * sizeof(T) + 2 * page - 1) / page * page + page;
    data.reset(static_cast<T *>(std::aligned_alloc(page, bytes)));
    if (!data)
      std::abort();
    std::memset(static_cast<void *>(data.get()), 0, bytes);
  }
  T *get() const { return data.get(); }
  operator T *() const { return data.get(); }

private:
  struct Free {
    void operator()(T *p) const { std::free(p); }
  };
  std::unique_ptr<T, Free> data;
};

/// A kernel bound to its operands.
class Kernel {
public:
  virtual ~Kernel() = default;
  virtual void run() = 0;
};

} // namespace handwritten

#endif // BENCHMARKS_HANDWRITTEN_VECTOR_H
