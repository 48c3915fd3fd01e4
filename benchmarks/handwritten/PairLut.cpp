//===- PairLut.cpp - The tables of pair-LUT ---------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairLut.h"

using namespace handwritten;

const PairTables handwritten::pairTables;

PairTables::PairTables() {
  auto differing = [](int a, int b) { return __builtin_popcount(unsigned((a ^ b) & 15)); };
  for (int w = 0; w < 16; ++w) {
    for (int code = 0; code < 256; ++code)
      entries[code][w] = uint8_t(differing(code, w) + 16 * differing(code >> 4, w));
    for (int a = 0; a < 16; ++a) {
      entries[padSecond + a][w] = uint8_t(differing(a, w) + 16 * 2);
      entries[padFirst + a][w] = uint8_t(2 + 16 * differing(a, w));
    }
    entries[padBoth][w] = 2 + 16 * 2;
  }
}
