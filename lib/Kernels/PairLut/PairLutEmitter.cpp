//===- PairLutEmitter.cpp - Loops of the pair look-up kernel ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// for each image and group: code its activations (PairLutCoder.cpp), then
//
//   for each panel of channels                 weights of a K-block in L1
//     for each block of pairs                  16-bit accumulators in L1
//       for each K-block                       the first initialises the accumulators, the last runs the
//       epilogue
//         for each pair of pixels
//           for each six nibbles               17 vector operations for 32 channels

#include "PairLutCoder.h"
#include "PairLutKernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

PairLutProduct::PairLutProduct(CodeTypeInterface activations, CodeTypeInterface weights) {
  bool bipolarActivations = isa<BipolarType>(activations), bipolarWeights = isa<BipolarType>(weights);
  // ±1·±1 = depth - 2·count(a ^ w)      0,1·±1 = ones(w) - count(a ^ w)
  // 0,1·0,1 = count(a & w)              ±1·0,1 = 2·count(a & w) - ones(w)
  both = !bipolarWeights;
  factor = bipolarWeights ? (bipolarActivations ? -2 : -1) : (bipolarActivations ? 2 : 1);
  addsDepth = bipolarActivations && bipolarWeights;
  addsWeights = bipolarActivations != bipolarWeights;
}

int64_t bnn::getPairLutByte(int64_t channel, bool narrow) {
  return narrow ? 16 * (channel / 16) + 2 * (channel % 8) + channel / 8 % 2 : 4 * (channel % 8) + channel / 8;
}

Value PairLutKernel::scaled(Value index, int64_t factor, int64_t offset) {
  Value product = factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  return offset == 0 ? product : sum(product, indexConstant(b, offset));
}

/// Weights that few pairs use come from L2 all the time: each pair fetches its share of the next K-block.
void PairLutKernel::prefetchWeights(const Panel &panel, Value weights, Value pair) {
  constexpr int64_t kLine = 64, kFewBlocks = 4;
  int64_t perBlock = plan.pairsPerBlock(panel.vectors);
  if (llvm::divideCeil(plan.pairs(), perBlock) > kFewBlocks)
    return;
  int64_t size = plan.blockNibbles() * panel.vectors * kPairLutLanes;
  int64_t share = kLine * llvm::divideCeil(size, kLine * perBlock);
  Value end = indexConstant(b, cast<MemRefType>(op.getWeights().getType()).getDimSize(0) - 1);
  for (int64_t offset = size; offset < size + share; offset += kLine) {
    Value at = sum(weights, scaled(pair, share, offset));
    memref::PrefetchOp::create(b, op.getWeights(), ValueRange{Value(arith::MinUIOp::create(b, at, end))},
                               /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
  }
}

/// All pairs of a block of pairs, for one K-block.
void PairLutKernel::emitPairs(Value n, const Panel &panel, Value block, Part part) {
  // The K-block's first run: its chunk, and the row and tap in the window.
  int64_t perChunk = plan.blocksPerChunk();
  Value chunk = block, distance = indexConstant(b, 0);
  if (perChunk > 1) {
    chunk = arith::DivUIOp::create(b, block, indexConstant(b, perChunk));
    Value run = scaled(arith::RemUIOp::create(b, block, indexConstant(b, perChunk)), plan.runsPerBlock);
    Value row = run;
    if (!plan.contiguousTaps) {
      Value kernelWidth = indexConstant(b, g.getKernel()[1]);
      row = arith::DivUIOp::create(b, run, kernelWidth);
      distance = scaled(arith::RemUIOp::create(b, run, kernelWidth), g.getDilations()[1] * plan.chunkNibbles);
    }
    distance = sum(distance, scaled(row, g.getDilations()[0] * plan.slots * plan.chunkNibbles));
  }
  Value codeBase = sum(scaled(chunk, plan.planeCodes()), distance);
  Value weights = sum(panel.weights, scaled(block, plan.blockNibbles() * panel.vectors * kPairLutLanes));

  // Positions are counted along: output rows may have an odd number of pixels, and be many.
  int64_t outWidth = g.getOutput()[2];
  Value pixel = scaled(firstPair, 2);
  Value width = indexConstant(b, outWidth);
  bool oneRow = g.getOutput()[1] == 1;
  SmallVector<Value> start;
  if (!oneRow)
    start = {arith::DivUIOp::create(b, pixel, width), arith::RemUIOp::create(b, pixel, width)};
  emitLoop(b, indexConstant(b, 0), numPairs, 1, start, [&](Value pair, ValueRange position) {
    // The epilogue's parameters would take the registers of the loops of look-ups, also of the K-blocks that
    // have no epilogue, and constants be loaded there again.
    if (part == Part::Last || part == Part::Only)
      keepInside(cast<scf::ForOp>(pair.getParentBlock()->getParentOp()));
    Value number = sum(firstPair, pair), linear = scaled(number, 2);
    Value y = oneRow ? indexConstant(b, 0) : position[0], x = oneRow ? linear : position[1];
    // Where the pair's codes start, in the rows that the codes have.
    Value row = plan.outHeight == 1 ? indexConstant(b, 0) : y;
    Value column = plan.outHeight == 1 ? linear : x;
    Value slot = plan.compact
                     ? scaled(arith::ShRUIOp::create(b, column, indexConstant(b, 1)), g.getKernel()[1])
                     : scaled(column, g.getStrides()[1]);
    if (plan.crossing) {
      Value crosses =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, column, indexConstant(b, plan.outWidth - 1));
      slot = arith::SelectOp::create(b, crosses, indexConstant(b, plan.plainSlots), slot);
    }
    Value place = sum(scaled(row, g.getStrides()[0] * plan.slots), slot);
    Value codeIndex = sum(codeBase, scaled(place, plan.chunkNibbles));
    prefetchWeights(panel, weights, pair);
    Sums sums = emitBlock(panel, codeIndex, weights);
    Value accumulator = part == Part::Only ? Value() : scaled(pair, panel.vectors * kPairLutAccumulators);
    finish(panel, sums, accumulator, part, n, linear, y, x);
    if (oneRow)
      return SmallVector<Value>();
    // Two pixels on: two rows if they have one pixel, and at most one row more than what is certain.
    Value next = scaled(x, 1, 2 % outWidth), nextY = scaled(y, 1, 2 / outWidth);
    Value wraps = arith::CmpIOp::create(b, arith::CmpIPredicate::uge, next, width);
    Value rest = arith::SubIOp::create(b, next, width);
    return SmallVector<Value>{arith::SelectOp::create(b, wraps, scaled(nextY, 1, 1), nextY),
                              arith::SelectOp::create(b, wraps, rest, next)};
  });
}

void PairLutKernel::emitPanel(Value n, const Panel &panel) {
  int64_t perBlock = plan.pairsPerBlock(panel.vectors), blocks = plan.blocks();
  emitParallelLoop(b, 0, plan.pairs(), perBlock, [&](Value pair) {
    firstPair = pair;
    Value left = arith::SubIOp::create(b, indexConstant(b, plan.pairs()), pair);
    numPairs = plan.pairs() % perBlock == 0
                   ? indexConstant(b, perBlock)
                   : Value(arith::MinUIOp::create(b, left, indexConstant(b, perBlock)));
    if (blocks == 1)
      return emitPairs(n, panel, indexConstant(b, 0), Part::Only);
    // Allocated here, so that each thread has its own.
    int64_t size = perBlock * panel.vectors * kPairLutAccumulators;
    accumulators = memref::AllocOp::create(b, MemRefType::get({size}, b.getI16Type()));
    emitPairs(n, panel, indexConstant(b, 0), Part::First);
    emitLoop(b, 1, blocks - 1, 1, [&](Value block) { emitPairs(n, panel, block, Part::Middle); });
    emitPairs(n, panel, indexConstant(b, blocks - 1), Part::Last);
    memref::DeallocOp::create(b, accumulators);
  });
}

/// Panels of equal width in a loop; the last one apart if it has fewer channels.
void PairLutKernel::emitPanels(Value n, Value group, bool isLastGroup) {
  int64_t nibbleBytes = plan.blocks() * plan.blockNibbles() * kPairLutLanes;
  int64_t rest = plan.outputs - (plan.vectors() - 1) * kPairLutLanes;
  bool last = isLastGroup && epilogue.needsLastTile(g.getOutput()[3], kPairLutLanes);
  SmallVector<int64_t> panels = plan.panels();
  Value groupWeights = scaled(group, plan.vectors() * nibbleBytes),
        groupChannel = scaled(group, plan.outputs);
  auto emitAt = [&](Value vectorsBefore, int64_t vectors, int64_t valid, bool isLast) {
    emitPanel(n, {sum(groupWeights, scaled(vectorsBefore, nibbleBytes)),
                  sum(groupChannel, scaled(vectorsBefore, kPairLutLanes)), vectors, valid, isLast,
                  g.getOutput()[3] - rest});
  };
  int64_t before = 0;
  for (int64_t first = 0; first < int64_t(panels.size());) {
    int64_t end = first, vectors = panels[first];
    while (end < int64_t(panels.size()) && panels[end] == vectors)
      ++end;
    bool apart = end == int64_t(panels.size()) && (last || rest != kPairLutLanes);
    int64_t whole = end - first - apart;
    emitParallelLoop(b, 0, whole, 1, [&](Value panel) {
      emitAt(scaled(panel, vectors, before), vectors, kPairLutLanes, false);
    });
    before += whole * vectors;
    if (apart)
      emitAt(indexConstant(b, before), vectors, rest, last);
    first = end;
  }
}

void PairLutKernel::emit() {
  epilogue.emitBorders(b);
  tables = emitGlobalConstant(b, op, product.both ? "bnn_pair_lut_and" : "bnn_pair_lut_xor", makeTables());
  codes = memref::AllocOp::create(b, MemRefType::get({plan.codes()}, b.getI16Type()));
  SmallVector<ReassociationIndices> all = {{0, 1, 2, 3}};
  Value packed = memref::CollapseShapeOp::create(b, op.getActivations(), all);
  PairLutCoder coder(b, plan, cast<CodeTypeInterface>(op.getActivationType()), layout, packed, codes);

  // The last group by itself if its last tile fills words of bits.
  int64_t groups = g.getGroups();
  bool apart = epilogue.needsLastTile(g.getOutput()[3], kPairLutLanes);
  emitLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
    auto emitGroup = [&](Value group, bool isLast) {
      coder.emit(n, group);
      emitPanels(n, group, isLast);
    };
    emitLoop(b, 0, groups - apart, 1, [&](Value group) { emitGroup(group, false); });
    if (apart)
      emitGroup(indexConstant(b, groups - 1), true);
  });
  memref::DeallocOp::create(b, codes);
}

void bnn::emitPairLut(ContractKernelOp op, OpBuilder &builder) { PairLutKernel(op, builder).emit(); }
