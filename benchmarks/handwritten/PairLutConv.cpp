//===- PairLutConv.cpp - Direct binary 3×3 convolution -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolution by pair-LUT (PairLut.h) on a coded image (PairCodedImage.h). Loops: panels of output channels,
// tiles of pairs whose 16-bit sums stay in the L1 cache, blocks of depth (64 channels of a filter row),
// pairs.
//
// Weights: [panel][block][group][register of the panel][32], four bits of one channel in each byte. Which
// byte a channel has depends on the epilogue.

#include "ConvEpilogue.h"
#include "PairCodedImage.h"

#include <algorithm>

using namespace handwritten;

namespace {

template <int panel>
class PairLutConv : public Kernel {
public:
  PairLutConv(const ConvOperands &conv) : conv(conv), image(conv), parameters(conv) {
    blocks = 3 * (conv.channels / 64);
    int pairs = image.numPairs(), atMost = 12288 / (128 * panel) + 4;
    int tiles = (pairs + atMost - 1) / atMost;
    pairsPerTile = (pairs + tiles - 1) / tiles;
    // Few tiles read the weights from L2 each time: fetch the next block's during this one.
    linesPerPair = tiles <= 4 ? (groupsPerBlock * channels / 64 + pairsPerTile - 1) / pairsPerTile : 0;
    sums = Array<uint16_t>(size_t(pairsPerTile + 1) * 64 * panel + 16384);
    packWeights();
  }

  void run() override {
    image.code();
    if (conv.output == ConvOutput::Products)
      multiply<ConvOutput::Products>();
    else if (conv.output == ConvOutput::Bits)
      multiply<ConvOutput::Bits>();
    else
      multiply<ConvOutput::Float>();
  }

private:
  static constexpr int channels = 32 * panel;

  void packWeights() {
    int words = conv.channels / 64;
    weights = Array<uint8_t>(size_t(conv.outputs) * conv.depth() / 4 + 8192);
    for (int n = 0; n < conv.outputs; ++n)
      for (int c = 0; c < words; ++c)
        for (int g = 0; g < 9 * 16; ++g) {
          size_t row = size_t(n / channels) * blocks * groupsPerBlock + c * 9 * 16 + g;
          int byte = conv.output == ConvOutput::Bits ? byteForMask(n % 32) : byteForWidening(n % 32);
          weights[row * channels + n % channels / 32 * 32 + byte] =
              conv.weights[(size_t(n) * 9 + g / 16) * words + c] >> (4 * (g % 16)) & 15;
        }
  }

  template <ConvOutput mode, bool isFirst, bool isLast>
  ALWAYS_INLINE void multiplyBlock(const ConvEpilogue &epilogue, int begin, int end, int block,
                                   const uint8_t *w, int n) {
    // Copies of members: vector stores may alias anything, and members would be loaded again after each.
    const uint16_t *codes = image.block(block / 3, block % 3);
    const uint32_t *offsets = image.pairOffsets();
    uint16_t *pairSums = sums;
    const int lines = linesPerPair;
    const uint8_t *nextWeights = w + groupsPerBlock * channels;
    const int positions = conv.positions();
    // Of an output that is not in place, the residual and then the result, shortly before their use.
    bool isSeparate = epilogue.result != epilogue.residual;
    bool prefetchResidual = isSeparate && block == blocks - 3,
         prefetchResult = isSeparate && block == blocks - 2;
    for (int t = begin; t < end; ++t) {
      for (int i = 0; i < lines; ++i, nextWeights += 64)
        _mm_prefetch(reinterpret_cast<const char *>(nextWeights), _MM_HINT_T0);
      if (prefetchResidual || prefetchResult)
        epilogue.prefetch<mode>(prefetchResult, 2 * size_t(t), n, channels);
      Vec all[panel], high[panel];
      countBlock<panel>(codes + offsets[t], w, all, high);
      uint16_t *pairSum = pairSums + size_t(t - begin) * panel * 64;
      for (int i = 0; i < panel; ++i)
        addCounts<isFirst, isLast>(all[i], high[i], pairSum + i * 64, 32,
                                   [&](int pixel, Counts counts) __attribute__((always_inline)) {
                                     if (2 * t + pixel < positions)
                                       epilogue.write<mode>(counts, 2 * size_t(t) + pixel, n + 32 * i);
                                   });
    }
  }

  template <ConvOutput mode>
  __attribute__((noinline)) void multiply() {
    const ConvEpilogue epilogue = parameters.epilogue();
    for (int n = 0; n < conv.outputs; n += channels) {
      const uint8_t *panelWeights = weights + size_t(n) * conv.depth() / 4;
      for (int begin = 0; begin < image.numPairs(); begin += pairsPerTile) {
        int end = std::min(image.numPairs(), begin + pairsPerTile);
        for (int b = 0; b < blocks; ++b) {
          const uint8_t *w = panelWeights + size_t(b) * groupsPerBlock * channels;
          if (b == 0)
            multiplyBlock<mode, true, false>(epilogue, begin, end, b, w, n);
          else if (b == blocks - 1)
            multiplyBlock<mode, false, true>(epilogue, begin, end, b, w, n);
          else
            multiplyBlock<mode, false, false>(epilogue, begin, end, b, w, n);
        }
      }
    }
  }

  ConvOperands conv;
  PairCodedImage image;
  ConvParameters parameters;
  int blocks, pairsPerTile, linesPerPair;
  Array<uint8_t> weights;
  Array<uint16_t> sums;
};

} // namespace

std::unique_ptr<Kernel> handwritten::createPairLutConv(const ConvOperands &conv) {
  if (!PairCodedImage::supports(conv) || conv.outputs % 64)
    return nullptr;
  if (conv.outputs % 128 == 0)
    return std::make_unique<PairLutConv<4>>(conv);
  return std::make_unique<PairLutConv<2>>(conv);
}
