//===- PairLutConvRows.cpp - Binary 3×3 convolution, 64 channels -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// With 64 output channels a table serves only two registers of weights. Two rows of outputs can share it: a
// row of the image meets filter row i + 1 for the upper output row and filter row i for the lower one, and
// both filter rows side by side are a panel of four registers.
//
//   image row  upper output row  lower output row
//   0          filter row 0
//   1          filter row 1      filter row 0
//   2          filter row 2      filter row 1
//   3                            filter row 2

#include "ConvEpilogue.h"
#include "PairCodedImage.h"

using namespace handwritten;

namespace {

class PairLutConvRows : public Kernel {
public:
  PairLutConvRows(const ConvOperands &conv)
      : conv(conv), image(conv), parameters(conv), sums(size_t(conv.outputWidth() / 2) * 256) {
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
  /// Bytes of a filter row.
  static constexpr int rowBytes = groupsPerBlock * 64;

  void packWeights() {
    Array<uint8_t> rows(3 * rowBytes);
    for (int n = 0; n < 64; ++n)
      for (int g = 0; g < 3 * groupsPerBlock; ++g) {
        int byte = conv.output == ConvOutput::Bits ? byteForMask(n % 32) : byteForWidening(n % 32);
        rows[g * 64 + n / 32 * 32 + byte] = conv.weights[n * 9 + g / 16] >> (4 * (g % 16)) & 15;
      }
    auto copy = [&](uint8_t *to, int row, int g) { std::memcpy(to, rows + row * rowBytes + g * 64, 64); };
    for (int i = 0; i < 4; ++i)
      weights[i] = Array<uint8_t>(2 * rowBytes);
    for (int g = 0; g < groupsPerBlock; ++g) {
      copy(weights[0] + g * 64, 0, g);
      copy(weights[3] + g * 64, 2, g);
      for (int i = 0; i < 2; ++i) {
        copy(weights[1 + i] + g * 128, i + 1, g);
        copy(weights[1 + i] + g * 128 + 64, i, g);
      }
    }
  }

  template <ConvOutput mode>
  __attribute__((noinline)) void multiply() {
    const int width = conv.outputWidth(), pairs = width / 2;
    const ConvEpilogue epilogue = parameters.epilogue();
    const uint32_t *offsets = image.pairOffsets();
    uint16_t *rowSums = sums;
    auto writeAt = [&](size_t position, int n) {
      return [&epilogue, position, n](int pixel, Counts counts)
                 __attribute__((always_inline)) { epilogue.write<mode>(counts, position + pixel, n); };
    };
    for (int y = 0; y < conv.outputHeight(); y += 2)
      for (int row = 0; row < 4; ++row)
        for (int i = 0; i < pairs; ++i) {
          int t = y * pairs + i;
          const uint16_t *codes = image.block(0, row) + offsets[t];
          uint16_t *upperSums = rowSums + i * 256, *lowerSums = upperSums + 128;
          size_t upper = 2 * size_t(t), lower = upper + width;
          if (row < 2 && epilogue.result != epilogue.residual) {
            epilogue.prefetch<mode>(row == 1, upper, 0, 64);
            epilogue.prefetch<mode>(row == 1, lower, 0, 64);
          }
          if (row == 0 || row == 3) {
            Vec all[2], high[2];
            countBlock<2>(codes, weights[row], all, high);
            for (int j = 0; j < 2; ++j)
              if (row == 0)
                addCounts<true, false>(all[j], high[j], upperSums + 64 * j, 32, writeAt(upper, 32 * j));
              else
                addCounts<false, true>(all[j], high[j], lowerSums + 64 * j, 32, writeAt(lower, 32 * j));
          } else {
            Vec all[4], high[4];
            countBlock<4>(codes, weights[row], all, high);
            for (int j = 0; j < 2; ++j)
              if (row == 1) {
                addCounts<false, false>(all[j], high[j], upperSums + 64 * j, 32, writeAt(upper, 32 * j));
                addCounts<true, false>(all[2 + j], high[2 + j], lowerSums + 64 * j, 32,
                                       writeAt(lower, 32 * j));
              } else {
                addCounts<false, true>(all[j], high[j], upperSums + 64 * j, 32, writeAt(upper, 32 * j));
                addCounts<false, false>(all[2 + j], high[2 + j], lowerSums + 64 * j, 32,
                                        writeAt(lower, 32 * j));
              }
          }
        }
  }

  ConvOperands conv;
  PairCodedImage image;
  ConvParameters parameters;
  /// For each of the four image rows.
  Array<uint8_t> weights[4];
  Array<uint16_t> sums;
};

} // namespace

std::unique_ptr<Kernel> handwritten::createPairLutConvRows(const ConvOperands &conv) {
  if (!PairCodedImage::supports(conv) || conv.channels != 64 || conv.outputs != 64 || conv.stride != 1 ||
      conv.height % 2 || conv.width % 2)
    return nullptr;
  return std::make_unique<PairLutConvRows>(conv);
}
