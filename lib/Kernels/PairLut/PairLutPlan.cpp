//===- PairLutPlan.cpp - Blocking of the pair look-up kernel ----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairLutPlan.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

PairLutPlan::PairLutPlan(GeometryAttr g, bool flat) : geometry(g) {
  ArrayRef<int64_t> input = g.getInput(), output = g.getOutput(), kernel = g.getKernel();
  ArrayRef<int64_t> strides = g.getStrides(), dilations = g.getDilations();
  height = input[1], width = input[2], outHeight = output[1], outWidth = output[2];
  top = g.getPad()[0], left = g.getPad()[2];
  bool pointwise = kernel[0] == 1 && kernel[1] == 1 && strides[0] == 1 && strides[1] == 1 &&
                   llvm::all_of(g.getPad(), [](int64_t p) { return p == 0; });
  if (flat && pointwise) {
    width = outWidth = height * width;
    height = outHeight = 1;
  }
  channels = input[3] / g.getGroups();
  outputs = output[3] / g.getGroups();
  nibbles = llvm::divideCeil(channels, 4);

  // Pairs of a row that start at even pixels, unless they cross.
  int64_t reach = (kernel[1] - 1) * dilations[1];
  crossing = outWidth % 2 != 0 && outHeight > 1;
  int64_t pairsPerRow = llvm::divideCeil(outWidth, 2);
  int64_t lastStart = crossing ? outWidth - 2 : 2 * (pairsPerRow - 1);
  int64_t dense = std::max<int64_t>(0, lastStart) * strides[1] + reach + 1;
  compact = !crossing && kernel[1] * pairsPerRow <= dense;
  plainSlots = compact ? kernel[1] * pairsPerRow : dense;
  slots = plainSlots + (crossing ? reach + 1 : 0);
  rows = (outHeight - 1) * strides[0] + (kernel[0] - 1) * dilations[0] + 1;
  contiguousTaps = compact || dilations[1] == 1 || kernel[1] == 1;
  chooseDepth();
}

double PairLutPlan::operationsFor(int64_t chunks, int64_t runs, int64_t runNibbles, int64_t runsPerBlock) {
  int64_t sixes = runNibbles / 6, rest = runNibbles % 6;
  // Two for a look-up, one to take the upper half of each three, three to add a pair of these.
  double run = sixes * 17 + (rest == 0 ? 0 : 2 * rest + (rest > 3 ? 5 : 3));
  // Splitting the sums of two pixels and adding them to memory.
  return chunks * (runs * (run + 1) + runs / runsPerBlock * 20);
}

void PairLutPlan::chooseDepth() {
  ArrayRef<int64_t> kernel = geometry.getKernel();
  runs = contiguousTaps ? kernel[0] : kernel[0] * kernel[1];
  int64_t taps = contiguousTaps ? kernel[1] : 1;
  double best = 0;
  for (int64_t count = 1; count <= (nibbles + 1) / 2; ++count) {
    int64_t chunk = llvm::alignTo(llvm::divideCeil(nibbles, count), 2), run = taps * chunk;
    if (run > kPairLutBlock)
      continue;
    int64_t needed = llvm::divideCeil(nibbles, chunk);
    for (int64_t perBlock = 1; perBlock <= runs; ++perBlock) {
      // Blocks start anywhere in a row, or with a row, so that all have their runs at the same distances.
      bool regular =
          runs % perBlock == 0 && (contiguousTaps || kernel[1] % perBlock == 0 || perBlock % kernel[1] == 0);
      if (!regular || perBlock * run > kPairLutBlock)
        continue;
      double operations = operationsFor(needed, runs, run, perBlock);
      if (chunks != 0 && operations >= best)
        continue;
      best = operations;
      chunkNibbles = chunk;
      chunks = needed;
      runNibbles = run;
      runsPerBlock = perBlock;
    }
    // Smaller chunks only add to the work.
    if (chunks != 0 && count > chunks + 8)
      break;
  }
}

int64_t PairLutPlan::vectors() const { return llvm::divideCeil(outputs, kPairLutLanes); }

SmallVector<int64_t> PairLutPlan::panels() const {
  int64_t count = llvm::divideCeil(vectors(), kPairLutVectors);
  SmallVector<int64_t> widths(count, vectors() / count);
  for (int64_t i = 0; i < vectors() % count; ++i)
    ++widths[i];
  return widths;
}

int64_t PairLutPlan::pairsPerBlock(int64_t vectors) const {
  int64_t most = kPairLutAccumulatorBytes / (128 * vectors) + 4;
  return llvm::divideCeil(pairs(), llvm::divideCeil(pairs(), most));
}
