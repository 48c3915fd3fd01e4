//===- PairLutEmitter.cpp - Loops of the pair look-up kernel ----------------===//
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
//
// A look-up adds the counts of one nibble of both pixels, one in each half of a byte. Three of them, at most
// 12 in a half, are summed before the halves must be told apart:
//
//   x = table[c0][w0] + table[c1][w1] + table[c2][w2];  all += x;  h = x & 0xf0       and again for h'
//   high += avg(h, h') >> 3
//
// `all` overflows, and need not be more than right modulo 256: the first pixel's count is all - 16·high.
// Bytes become 16-bit sums at the end of a K-block. These keep even bytes with 256 times the odd ones, modulo
// 2^16, and odd bytes by themselves, so that one shift and two additions suffice; the last K-block takes them
// apart.

#include "PairLutEmitter.h"
#include "PairLutCoder.h"
#include "PairLutPlan.h"

#include "bnn/Kernels/KernelEmitter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// 16-bit accumulators of one vector of channels and two pixels.
static constexpr int64_t kAccumulators = 2 * kPairLutLanes;

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

namespace {

class PairLutEmitter {
public:
  PairLutEmitter(ContractKernelOp op, OpBuilder &builder)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()),
        layout(cast<BitPackedAttr>(op.getActivationLayout())), plan(g, layout.getPad().empty()), epilogue(op),
        product(cast<CodeTypeInterface>(op.getActivationType()), cast<CodeTypeInterface>(op.getWeightType())),
        narrow(epilogue.isNarrow()) {
    bytes = VectorType::get(kPairLutLanes, b.getI8Type());
    words = VectorType::get(kPairLutLanes / 2, b.getI16Type());
    depth = g.getKernel()[0] * g.getKernel()[1] * plan.channels;
  }

  void emit();

private:
  struct Panel {
    Value weights, channel; ///< first byte of its weights, first output channel
    int64_t vectors;
    /// Channels of the last vector; whether it ends with the last channel of the output, and the static
    /// number of its first channel.
    int64_t valid;
    bool last;
    int64_t lastFirst;
  };
  /// Sums of some nibbles for each vector of a panel.
  struct Sums {
    SmallVector<Value> all, high;
  };
  enum class Part { First, Middle, Last, Only };

  void emitPanels(Value n, Value group, bool isLastGroup);
  void emitPanel(Value n, const Panel &panel);
  void emitPairs(Value n, const Panel &panel, Value block, Part part);
  void prefetchWeights(const Panel &panel, Value weights, Value pair);
  Sums emitBlock(const Panel &panel, Value codeIndex, Value weightIndex);
  void emitNibbles(const Panel &panel, Sums &sums, Value codeIndex, Value weightIndex, int64_t count);
  void finish(const Panel &panel, const Sums &sums, Value accumulator, Part part, Value n, Value pixel,
              Value y, Value x);
  void emitTile(const Panel &panel, int64_t vector, Value even, Value odd, Value n, Value y, Value x);
  SmallVector<TilePiece> toPieces(Value even, Value odd);

  Value scaled(Value index, int64_t factor, int64_t offset = 0);
  Value sum(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }
  Value constant(Type vector, int64_t value) {
    auto type = cast<VectorType>(vector);
    return splatConstant(b, type.getElementType(), type.getNumElements(), value);
  }
  Value cast16(Value vector) { return vector::BitCastOp::create(b, words, vector); }
  Value shiftRight16(Value vector, int64_t bits) {
    return arith::ShRUIOp::create(b, cast16(vector), constant(words, bits));
  }
  DenseElementsAttr makeTables();

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  BitPackedAttr layout;
  PairLutPlan plan;
  EpilogueEmitter epilogue;
  PairLutProduct product;
  bool narrow;
  VectorType bytes, words;
  int64_t depth;
  Value tables, codes, accumulators;
  Value firstPair, numPairs; ///< of the block of pairs
};

} // namespace

Value PairLutEmitter::scaled(Value index, int64_t factor, int64_t offset) {
  Value product = factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  return offset == 0 ? product : sum(product, indexConstant(b, offset));
}

/// Sixteen bytes for each code.
DenseElementsAttr PairLutEmitter::makeTables() {
  auto count = [&](int64_t a, int64_t w) { return llvm::popcount(uint64_t(product.both ? a & w : a ^ w)); };
  SmallVector<int8_t> entries;
  for (int64_t code = 0; code < kPairLutTables; ++code)
    for (int64_t w = 0; w < 16; ++w) {
      int64_t first = code >= kSecondPadTable ? 2 : count(code % 16, w);
      int64_t second = code >= kBothPadTable     ? 2
                       : code >= kSecondPadTable ? count(code - kSecondPadTable, w)
                       : code >= kFirstPadTable  ? 2
                                                 : count(code / 16, w);
      entries.push_back(first + 16 * second);
    }
  return DenseElementsAttr::get(RankedTensorType::get({16 * kPairLutTables}, b.getI8Type()),
                                ArrayRef<int8_t>(entries));
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Adds `count` nibbles, six at most.
void PairLutEmitter::emitNibbles(const Panel &panel, Sums &sums, Value codeIndex, Value weightIndex,
                                 int64_t count) {
  SmallVector<Value> firstHigh;
  for (int64_t first = 0; first < count; first += 3) {
    SmallVector<Value> rows;
    int64_t number = std::min<int64_t>(3, count - first);
    for (int64_t i = 0; i < number; ++i) {
      Value code = memref::LoadOp::create(b, codes, ValueRange{scaled(codeIndex, 1, first + i)});
      Value at = arith::IndexCastUIOp::create(b, b.getIndexType(), code);
      rows.push_back(vector::LoadOp::create(b, VectorType::get(16, b.getI8Type()), tables, at));
    }
    for (int64_t v = 0; v < panel.vectors; ++v) {
      Value x;
      for (int64_t i = 0; i < number; ++i) {
        Value at = scaled(weightIndex, 1, ((first + i) * panel.vectors + v) * kPairLutLanes);
        Value weights = vector::LoadOp::create(b, bytes, op.getWeights(), at);
        Value counts = TableLookupOp::create(b, bytes, rows[i], weights);
        x = x ? sum(x, counts) : counts;
      }
      sums.all[v] = sum(sums.all[v], x);
      Value high = arith::AndIOp::create(b, x, constant(bytes, -16));
      if (first == 0) {
        firstHigh.push_back(high);
        continue;
      }
      // Multiples of 16, so the average is exact and nothing is shifted from one byte into the next.
      Value average = RoundingAverageOp::create(b, firstHigh[v], high);
      sums.high[v] = sum(sums.high[v], vector::BitCastOp::create(b, bytes, shiftRight16(average, 3)));
    }
  }
  if (count <= 3)
    for (int64_t v = 0; v < panel.vectors; ++v)
      sums.high[v] = sum(sums.high[v], vector::BitCastOp::create(b, bytes, shiftRight16(firstHigh[v], 4)));
}

/// Sums of a K-block for the pair whose first code is `codeIndex`.
PairLutEmitter::Sums PairLutEmitter::emitBlock(const Panel &panel, Value codeIndex, Value weightIndex) {
  SmallVector<Value> zeros(panel.vectors, constant(bytes, 0));
  Sums sums = {zeros, zeros};
  int64_t nibbleBytes = panel.vectors * kPairLutLanes;
  for (int64_t run = 0; run < plan.runsPerBlock; ++run) {
    ArrayRef<int64_t> dilations = g.getDilations();
    int64_t row = plan.contiguousTaps ? run : run / g.getKernel()[1];
    int64_t tap = plan.contiguousTaps ? 0 : run % g.getKernel()[1];
    int64_t distance = (row * dilations[0] * plan.slots + tap * dilations[1]) * plan.chunkNibbles;
    Value codeBase = scaled(codeIndex, 1, distance);
    Value weightBase = scaled(weightIndex, 1, run * plan.runNibbles * nibbleBytes);
    int64_t whole = plan.runNibbles - plan.runNibbles % 6;
    if (whole == 6) {
      emitNibbles(panel, sums, codeBase, weightBase, 6);
    } else if (whole > 0) {
      SmallVector<Value> carried(sums.all);
      carried.append(sums.high);
      auto loop =
          scf::ForOp::create(b, indexConstant(b, 0), indexConstant(b, whole), indexConstant(b, 6), carried);
      // Unrolled further, LLVM mixes the sixes and runs out of registers.
      auto unroll =
          LLVM::LoopUnrollAttr::get(b.getContext(), /*disable=*/b.getBoolAttr(true), {}, {}, {}, {}, {}, {});
      loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(b.getContext(), {}, {}, {}, unroll, {},
                                                                     {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      auto arguments = loop.getRegionIterArgs();
      Sums inner = {SmallVector<Value>(arguments.take_front(panel.vectors)),
                    SmallVector<Value>(arguments.drop_front(panel.vectors))};
      Value nibble = loop.getInductionVar();
      emitNibbles(panel, inner, sum(codeBase, nibble), sum(weightBase, scaled(nibble, nibbleBytes)), 6);
      SmallVector<Value> next(inner.all);
      next.append(inner.high);
      scf::YieldOp::create(b, next);
      ValueRange results = loop.getResults();
      sums = {SmallVector<Value>(results.take_front(panel.vectors)),
              SmallVector<Value>(results.drop_front(panel.vectors))};
    }
    if (whole < plan.runNibbles)
      emitNibbles(panel, sums, scaled(codeBase, 1, whole), scaled(weightBase, 1, whole * nibbleBytes),
                  plan.runNibbles - whole);
  }
  return sums;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// Accumulators of 32 channels from counts in 16 bits, those of even and those of odd bytes.
SmallVector<TilePiece> PairLutEmitter::toPieces(Value even, Value odd) {
  auto channels = [](ArrayRef<int64_t> runs) {
    SmallVector<int64_t> result;
    for (int64_t first : runs)
      for (int64_t i = 0; i < 8; ++i)
        result.push_back(first + i);
    return result;
  };
  int64_t base = product.base(depth);
  // In 16 bits if they hold the accumulators, else after widening.
  bool small = depth < std::numeric_limits<int16_t>::max();
  auto accumulate = [&](Value count) -> Value {
    Type type = count.getType();
    if (product.factor == 1)
      return count;
    Value times = product.factor == -1 ? count : sum(count, count);
    return product.factor > 0 ? times : Value(arith::SubIOp::create(b, constant(type, base), times));
  };
  if (small) {
    even = accumulate(even);
    odd = accumulate(odd);
  }
  if (narrow)
    return {{channels({0, 16}), even}, {channels({8, 24}), odd}};
  auto wide = VectorType::get(kPairLutLanes / 4, b.getI32Type());
  Value sixteen = constant(wide, 16);
  SmallVector<TilePiece> pieces;
  for (int64_t half : {0, 1})
    for (Value lanes : {even, odd}) {
      Value both = vector::BitCastOp::create(b, wide, lanes), value = both;
      if (half == 0)
        value = arith::ShLIOp::create(b, both, sixteen);
      value = small ? Value(arith::ShRSIOp::create(b, value, sixteen))
                    : accumulate(arith::ShRUIOp::create(b, value, sixteen));
      pieces.push_back({channels(8 * int64_t(pieces.size())), value});
    }
  return pieces;
}

/// The epilogue for one pixel and one vector of channels.
void PairLutEmitter::emitTile(const Panel &panel, int64_t vector, Value even, Value odd, Value n, Value y,
                              Value x) {
  Value high = arith::ShLIOp::create(b, odd, constant(words, 8));
  SmallVector<TilePiece> pieces = toPieces(arith::SubIOp::create(b, even, high), odd);
  TilePosition position = {n, y, x, scaled(panel.channel, 1, vector * kPairLutLanes)};
  if (vector + 1 < panel.vectors || (panel.valid == kPairLutLanes && !panel.last))
    return epilogue.emit(b, position, pieces);
  // A tile with fewer channels is one vector of them.
  Type element = cast<VectorType>(pieces[0].accumulator.getType()).getElementType();
  Value all = splatConstant(b, element, kPairLutLanes, 0);
  SmallVector<int64_t> order(kPairLutLanes);
  int64_t offset = 0;
  for (const TilePiece &piece : pieces) {
    all = vector::InsertStridedSliceOp::create(b, piece.accumulator, all, ArrayRef<int64_t>{offset},
                                               ArrayRef<int64_t>{1});
    for (auto [lane, channel] : llvm::enumerate(piece.channels))
      order[channel] = offset + lane;
    offset += piece.channels.size();
  }
  all = vector::ShuffleOp::create(b, all, all, order);
  epilogue.emit(b, position, panel.valid, panel.last, panel.lastFirst, all);
}

/// Adds a K-block's sums to the accumulators of a pair, at `accumulator`, or runs the epilogue.
void PairLutEmitter::finish(const Panel &panel, const Sums &sums, Value accumulator, Part part, Value n,
                            Value pixel, Value y, Value x) {
  // Counts of both pixels, as even bytes with 256 times the odd ones and as odd bytes, in 16 bits.
  SmallVector<Value> even[2], odd[2];
  for (int64_t v = 0; v < panel.vectors; ++v) {
    Value times = arith::ShLIOp::create(b, sums.high[v], constant(bytes, 4));
    Value pixels[2] = {arith::SubIOp::create(b, sums.all[v], times), sums.high[v]};
    for (int64_t p : {0, 1}) {
      Value whole = cast16(pixels[p]), upper = shiftRight16(pixels[p], 8);
      Value at = accumulator ? scaled(accumulator, 1, v * kAccumulators + p * kPairLutLanes) : Value();
      if (part == Part::Middle || part == Part::Last) {
        whole = sum(whole, vector::LoadOp::create(b, words, accumulators, at));
        upper = sum(upper, vector::LoadOp::create(b, words, accumulators, scaled(at, 1, 16)));
      }
      if (part == Part::First || part == Part::Middle) {
        vector::StoreOp::create(b, whole, accumulators, at);
        vector::StoreOp::create(b, upper, accumulators, scaled(at, 1, 16));
      }
      even[p].push_back(whole);
      odd[p].push_back(upper);
    }
  }
  if (part == Part::First || part == Part::Middle)
    return;
  for (int64_t v = 0; v < panel.vectors; ++v)
    emitTile(panel, v, even[0][v], odd[0][v], n, y, x);
  // The second pixel: the next of the row, or the first of the next row, or none.
  ArrayRef<int64_t> output = g.getOutput();
  Value nextX = scaled(x, 1, 1), nextY = y;
  if (output[2] % 2 != 0 && output[1] > 1) {
    Value wraps = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, nextX, indexConstant(b, output[2]));
    nextX = arith::SelectOp::create(b, wraps, indexConstant(b, 0), nextX);
    nextY = arith::SelectOp::create(b, wraps, scaled(y, 1, 1), y);
  }
  auto emitSecond = [&] {
    for (int64_t v = 0; v < panel.vectors; ++v)
      emitTile(panel, v, even[1][v], odd[1][v], n, nextY, nextX);
  };
  if (plan.pixels() % 2 == 0)
    return emitSecond();
  Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, scaled(pixel, 1, 1),
                                       indexConstant(b, plan.pixels()));
  auto branch = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  emitSecond();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Weights that few pairs use come from L2 all the time: each pair fetches its share of the next K-block.
void PairLutEmitter::prefetchWeights(const Panel &panel, Value weights, Value pair) {
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
void PairLutEmitter::emitPairs(Value n, const Panel &panel, Value block, Part part) {
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
    Value accumulator = part == Part::Only ? Value() : scaled(pair, panel.vectors * kAccumulators);
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

void PairLutEmitter::emitPanel(Value n, const Panel &panel) {
  int64_t perBlock = plan.pairsPerBlock(panel.vectors), blocks = plan.blocks();
  emitLoop(b, 0, plan.pairs(), perBlock, [&](Value pair) {
    firstPair = pair;
    Value left = arith::SubIOp::create(b, indexConstant(b, plan.pairs()), pair);
    numPairs = plan.pairs() % perBlock == 0
                   ? indexConstant(b, perBlock)
                   : Value(arith::MinUIOp::create(b, left, indexConstant(b, perBlock)));
    if (blocks == 1)
      return emitPairs(n, panel, indexConstant(b, 0), Part::Only);
    emitPairs(n, panel, indexConstant(b, 0), Part::First);
    emitLoop(b, 1, blocks - 1, 1, [&](Value block) { emitPairs(n, panel, block, Part::Middle); });
    emitPairs(n, panel, indexConstant(b, blocks - 1), Part::Last);
  });
}

/// Panels of equal width in a loop; the last one apart if it has fewer channels.
void PairLutEmitter::emitPanels(Value n, Value group, bool isLastGroup) {
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
    emitLoop(b, 0, whole, 1,
             [&](Value panel) { emitAt(scaled(panel, vectors, before), vectors, kPairLutLanes, false); });
    before += whole * vectors;
    if (apart)
      emitAt(indexConstant(b, before), vectors, rest, last);
    first = end;
  }
}

void PairLutEmitter::emit() {
  epilogue.emitBorders(b);
  tables = emitGlobalConstant(b, op, product.both ? "bnn_pair_lut_and" : "bnn_pair_lut_xor", makeTables());
  codes = memref::AllocOp::create(b, MemRefType::get({plan.codes()}, b.getI16Type()));
  int64_t size = 0;
  for (int64_t vectors : plan.panels())
    size = std::max(size, plan.pairsPerBlock(vectors) * vectors * kAccumulators);
  if (plan.blocks() > 1)
    accumulators = memref::AllocOp::create(b, MemRefType::get({size}, b.getI16Type()));
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
  if (accumulators)
    memref::DeallocOp::create(b, accumulators);
}

void bnn::emitPairLut(ContractKernelOp op, OpBuilder &builder) { PairLutEmitter(op, builder).emit(); }
