//===- PairCodedImage.cpp - An image coded for pair-LUT ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairCodedImage.h"

#include "PairLut.h"

using namespace handwritten;

bool PairCodedImage::supports(const ConvOperands &conv) {
  int words = conv.channels / 64;
  if (conv.channels % 64 || (words != 1 && words != 2 && words % 4))
    return false;
  bool crossing = conv.outputWidth() & 1;
  return conv.stride == 1 ? !crossing || words % 4 == 0
                          : conv.stride == 2 && !crossing && conv.width % 2 == 0;
}

PairCodedImage::PairCodedImage(const ConvOperands &conv)
    : conv(conv), words(conv.channels / 64), paddedWidth(conv.width + 2), paddedHeight(conv.height + 2),
      crossing(conv.outputWidth() & 1) {
  int width = conv.outputWidth();
  rowPositions = conv.stride == 2 ? 3 * (width / 2) : crossing ? conv.width + 5 : conv.width + 1;
  plane = (size_t(paddedHeight) * rowPositions + 8) * 16;
  padded = Array<uint64_t>((size_t(paddedHeight + 2) * paddedWidth + 8) * words);
  codes = Array<uint16_t>(plane * words);
  offsets = Array<uint32_t>(numPairs());
  for (int t = 0; t < numPairs(); ++t) {
    int y = 2 * t / width, x = 2 * t % width;
    bool crosses = x == width - 1 && y + 1 < conv.outputHeight();
    int position = conv.stride == 2 ? 3 * (x / 2) : crosses ? conv.width + 2 : x;
    offsets[t] = (y * conv.stride * rowPositions + position) * 16;
  }
}

void PairCodedImage::code() {
  pad();
  if (words == 1)
    codeRows<1>();
  else if (words == 2)
    codeRows<2>();
  else if (words == 4)
    codeRows<4>();
  else if (words == 8)
    codeRows<8>();
  else
    codeRows<0>();
  if (conv.padZero)
    padWithZero();
}

/// The border stays as it was made: all bits 0.
void PairCodedImage::pad() {
  size_t rowWords = size_t(conv.width) * words;
  for (int y = 0; y < conv.height; ++y)
    std::memcpy(padded + (size_t(y + 1) * paddedWidth + 1) * words, conv.image + y * rowWords, rowWords * 8);
}

/// `knownWords` words for each pixel, or as many as there are if it is 0. Stores may run over into the row
/// after, which is written later.
template <int knownWords>
void PairCodedImage::codeRows() {
  const int n = knownWords ? knownWords : words;
  // Copies of members: vector stores may alias anything, and members would be loaded again after each.
  const size_t plane = this->plane;
  uint16_t *const codes = this->codes;
  for (int y = 0; y < paddedHeight; ++y) {
    const uint64_t *row = padded + size_t(y) * paddedWidth * n, *next = row + size_t(paddedWidth) * n;
    uint16_t *to = codes + size_t(y) * rowPositions * 16;
    // Four words of a pixel and of its partner.
    auto codePixel = [&](const uint64_t *a, const uint64_t *b, uint16_t *at) __attribute__((always_inline)) {
      for (int c = 0; c < n; c += 4) {
        CodedWords coded = codePair(loadUnaligned(a + c), loadUnaligned(b + c));
        for (int word = 0; word < 4; ++word)
          storeCodes(at + (c + word) * plane, coded.word[word]);
      }
    };
    if (conv.stride == 1) {
      int positions = conv.width + 1 + crossing;
      if (knownWords == 1) {
        for (int x = 0; x < positions; x += 4) {
          CodedWords coded = codePair(loadUnaligned(row + x), loadUnaligned(row + x + 1));
          for (int word = 0; word < 4; ++word)
            storeCodes(to + (x + word) * 16, coded.word[word]);
        }
      } else if (knownWords == 2) {
        for (int x = 0; x < positions; x += 2) {
          CodedWords coded = codePair(loadUnaligned(row + x * 2), loadUnaligned(row + x * 2 + 2));
          for (int word = 0; word < 4; ++word)
            storeCodes(to + (x + word / 2) * 16 + word % 2 * plane, coded.word[word]);
        }
      } else {
        for (int x = 0; x < positions; ++x)
          codePixel(row + x * n, row + (x + 1) * n, to + x * 16);
        for (int k = 0; crossing && k < 3; ++k)
          codePixel(row + (conv.width - 1 + k) * n, next + k * n, to + (conv.width + 2 + k) * 16);
      }
      continue;
    }
    for (int i = 0; i < rowPositions / 3; ++i) {
      const uint64_t *x = row + 4 * i * n;
      uint16_t *at = to + i * 3 * 16;
      if (knownWords == 1) {
        CodedWords coded = codePair(loadUnaligned(x), loadUnaligned(x + 2));
        for (int word = 0; word < 3; ++word)
          storeCodes(at + word * 16, coded.word[word]);
      } else if (knownWords == 2) {
        CodedWords coded = codePair(loadUnaligned(x), loadUnaligned(x + 4));
        for (int word = 0; word < 4; ++word)
          storeCodes(at + word / 2 * 16 + word % 2 * plane, coded.word[word]);
        coded = codePair(loadUnaligned(x + 4), loadUnaligned(x + 8));
        storeCodes(at + 32, coded.word[0]);
        storeCodes(at + 32 + plane, coded.word[1]);
      } else {
        for (int k = 0; k < 3; ++k)
          codePixel(x + k * n, x + (k + 2) * n, at + k * 16);
      }
    }
  }
}

/// Replaces the codes of positions that touch the border by those that count half.
void PairCodedImage::padWithZero() {
  for (int y = 0; y < paddedHeight; ++y) {
    bool isBorder = y == 0 || y > conv.height;
    for (int position = 0; position < rowPositions; ++position) {
      if (!isBorder && position == 1) { // of other rows only the ends
        if (conv.stride == 2)
          break;
        position = conv.width;
      }
      padWithZero(y, position);
    }
  }
}

void PairCodedImage::padWithZero(int row, int position) {
  int x = position, partner = position + 1, partnerRow = row;
  if (conv.stride == 2) {
    x = position / 3 * 4 + position % 3;
    partner = x + 2;
  } else if (crossing && position >= conv.width + 2) {
    x = position - 3;
    partner = position - conv.width - 2;
    partnerRow = row + 1;
  }
  auto isPad = [&](int y, int x) { return y == 0 || y > conv.height || x == 0 || x > conv.width; };
  bool first = isPad(row, x), second = isPad(partnerRow, partner);
  if (!first && !second)
    return;
  for (int c = 0; c < words; ++c) {
    uint16_t *at = codes + c * plane + (size_t(row) * rowPositions + position) * 16;
    // Offsets are 16 times the code: the second pixel's four bits are the top half of the low 12.
    Vec v = load(at);
    if (first && second)
      store(at, splat16(PairTables::padBoth * 16));
    else if (first)
      store(at, add16(shiftRight16(v, 4), splat16(PairTables::padFirst * 16)));
    else
      store(at, add16(v, splat16(PairTables::padSecond * 16)));
  }
}
