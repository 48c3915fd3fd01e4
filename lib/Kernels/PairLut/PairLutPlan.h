//===- PairLutPlan.h - Blocking of the pair look-up kernel ------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How a contraction is cut up for `pair-lut`. Activations of one group of channels are coded as
//
//   codes[chunk][row][slot][nibble]      u16, 16 times the number of a table
//
// A *nibble* is four channels of one pixel, a code one nibble of two pixels. A *chunk* is as many nibbles as
// a K-block takes of one tap; chunks are even, so that they are whole bytes of packed activations. A *slot*
// is a place in a row where a window of a pair may look: the pair of pixels x and x + 1 reads the pixels
// x·stride + j·dilation and (x + 1)·stride + j·dilation of a row for its tap j.
//
//   dense     slot q is the pixel q and its partner q + stride; tap j of the pair x is slot x·stride +
//   j·dilation compact   slot kw·i + j is tap j of the i-th pair of a row; where pairs share few slots, and
//   no pair crosses
//
// Pairs are neighbours in the linear order of the output image. Where its width is odd, a pair may be the
// last pixel of a row and the first of the next: such *crossing* pairs have slots of their own at the end of
// each row.
//
// A *run* is a contiguous piece of codes of one window: the taps of a row if they are neighbours, else one
// tap. A *K-block* is some runs of a chunk, at most 63 nibbles, so that its sums fit into bytes.

#ifndef BNN_LIB_KERNELS_PAIRLUT_PAIRLUTPLAN_H
#define BNN_LIB_KERNELS_PAIRLUT_PAIRLUTPLAN_H

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn {

/// Bytes of a vector, one for each of its output channels.
constexpr int64_t kPairLutLanes = 32;
/// The most look-ups whose sums, up to 4 each, fit into a byte.
constexpr int64_t kPairLutBlock = 63;
/// Vectors of channels that a panel may have: their accumulators take eight registers.
constexpr int64_t kPairLutVectors = 4;
/// Bytes of 16-bit accumulators that a block of pairs may have, to stay in L1 beside weights and tables.
constexpr int64_t kPairLutAccumulatorBytes = 12288;

struct PairLutPlan {
  /// `flat` says that all pixels of an image lie one after the other, so that a pointwise convolution is a
  /// matrix product.
  PairLutPlan(GeometryAttr geometry, bool flat);

  GeometryAttr geometry;
  /// Input and output as rows of pixels, and the pads left and above.
  int64_t height, width, outHeight, outWidth, top, left;
  /// Of one group.
  int64_t channels, outputs, nibbles;

  // Depth.
  int64_t chunkNibbles = 0, chunks = 0;
  bool contiguousTaps;
  int64_t runs = 0, runNibbles = 0, runsPerBlock = 0;
  int64_t blocksPerChunk() const { return runs / runsPerBlock; }
  int64_t blocks() const { return chunks * blocksPerChunk(); }
  int64_t blockNibbles() const { return runsPerBlock * runNibbles; }

  // Pixels.
  bool crossing, compact;
  /// Slots of a row without and with those of crossing pairs, and rows of codes.
  int64_t plainSlots, slots, rows;
  int64_t pixels() const { return outHeight * outWidth; }
  int64_t pairs() const { return (pixels() + 1) / 2; }
  int64_t planeCodes() const { return rows * slots * chunkNibbles; }
  int64_t codes() const { return chunks * planeCodes(); }

  // Output channels.
  int64_t vectors() const;
  /// Vectors in each panel.
  llvm::SmallVector<int64_t> panels() const;
  /// Pairs in a block of a panel of `vectors`.
  int64_t pairsPerBlock(int64_t vectors) const;

  /// Vector operations for one pair and one vector of channels, all of depth.
  double operations() const { return operationsFor(chunks, runs, runNibbles, runsPerBlock); }

private:
  void chooseDepth();
  static double operationsFor(int64_t chunks, int64_t runs, int64_t runNibbles, int64_t runsPerBlock);
};

} // namespace bnn

#endif // BNN_LIB_KERNELS_PAIRLUT_PAIRLUTPLAN_H
