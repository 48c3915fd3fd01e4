//===- PairCodedImage.h - An image coded for pair-LUT -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The image of a 3×3 convolution as pair-LUT reads it: a pair is two neighbouring outputs, so the code of a
// position joins its bits with those of the position `stride` to the right. Codes lie as
//
//   [64 channels][padded row][position][16]
//
// which makes the three taps of a filter row 48 codes in a row: one block, without im2col. With stride 2 only
// the positions 4i, 4i + 1 and 4i + 2 are read and stored. A row of odd width ends in half a pair: three more
// positions hold the pair of its last pixel and the first of the next row.

#ifndef BENCHMARKS_HANDWRITTEN_PAIRCODEDIMAGE_H
#define BENCHMARKS_HANDWRITTEN_PAIRCODEDIMAGE_H

#include "Kernels.h"

namespace handwritten {

class PairCodedImage {
public:
  /// 64, 128, or a multiple of 256 channels; odd widths from 256 channels on. Stride 2 needs even outputs.
  static bool supports(const ConvOperands &conv);

  explicit PairCodedImage(const ConvOperands &conv);

  /// Codes the image, padding included.
  void code();

  int numPairs() const { return (conv.positions() + 1) / 2; }
  /// Codes of a filter row for pair `t`; a block is 64 channels and a filter row.
  const uint16_t *block(int channelBlock, int filterRow) const {
    return codes + channelBlock * plane + size_t(filterRow) * rowPositions * 16;
  }
  /// Of each pair, from the beginning of a block.
  const uint32_t *pairOffsets() const { return offsets; }
  /// From a row of codes to the next.
  size_t rowStride() const { return size_t(rowPositions) * 16; }

private:
  void pad();
  template <int words>
  void codeRows();
  void padWithZero();
  void padWithZero(int row, int position);

  ConvOperands conv;
  int words, paddedWidth, paddedHeight, rowPositions;
  /// Whether a pair may lie across the end of a row.
  bool crossing;
  size_t plane;
  Array<uint64_t> padded;
  Array<uint16_t> codes;
  Array<uint32_t> offsets;
};

} // namespace handwritten

#endif // BENCHMARKS_HANDWRITTEN_PAIRCODEDIMAGE_H
