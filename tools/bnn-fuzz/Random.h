//===- Random.h - Numbers that are the same everywhere -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_FUZZ_RANDOM_H
#define BNN_TOOLS_FUZZ_RANDOM_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace bnn::fuzz {

/// SplitMix64: a counter and a mixing function (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014). Standard library distributions differ between libraries, so there are none
/// here.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u) {}

  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// Uniform over low to high, both included.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % (static_cast<uint64_t>(high - low) + 1));
  }

  bool chance(unsigned percent) { return next() % 100 < percent; }

  template <typename T>
  const T &pick(llvm::ArrayRef<T> choices) {
    return choices[next() % choices.size()];
  }

  int64_t pick(std::initializer_list<int64_t> choices) {
    return pick(llvm::ArrayRef<int64_t>(choices.begin(), choices.size()));
  }

private:
  uint64_t state;
};

} // namespace bnn::fuzz

#endif // BNN_TOOLS_FUZZ_RANDOM_H
