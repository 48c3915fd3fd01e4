//===- LutEmitter.cpp - Loops of table look-ups -----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops of the strategy `lut` (see LutStrategy.cpp):
//
//   stage the image as unsigned numbers, and count the sum of each pixel's if weights are not unsigned
//   constant tables:  offsets[group] = the table of the group's numbers
//   other tables:     for each block of output rows: tables[group] = sums of the group's numbers
//   for each panel of channels, each tile of pixels
//     for each run of the receptive field, each block of groups
//       bytes[p][v] += lookup(table of the pixel's group, weights[group][v])
//       pairs[p][v] += bytes as words,  odd[p][v] += bytes as words >> 8
//     sums = pairs - odd·256 and odd, as i32; epilogue

#include "LutPlan.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bnn;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {

class LutEmitter {
public:
  LutEmitter(ContractKernelOp op, OpBuilder &builder, const LutPlan &plan)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), plan(plan), epilogue(op) {
    line = (g.getInput()[2] + g.getPad()[2] + g.getPad()[3]) * g.getInput()[3];
    rows = g.getInput()[1] + g.getPad()[0] + g.getPad()[1];
  }

  void emit();

private:
  struct Tile {
    Value panel, n, y, x;
    int64_t pixels;
  };

  Value emitCodes(Value image);
  Value emitPixelSums(Value image);
  void emitBlocks(Value image);
  void emitTables(Value image, Value from, Value to);
  void emitPanels(Value n, Value fromY, Value toY, Value fromX, Value toX, int64_t restX);
  void emitTile(const Tile &tile, int64_t valid, bool last, int64_t firstChannel);
  SmallVector<Value> emitWords(const Tile &tile, Value fromRun, Value toRun, Value fromStep, Value toStep);
  SmallVector<Value> emitBytes(const Tile &tile, Value run, Value from, Value to, int64_t unroll, bool once);
  Value loadTable(const Tile &tile, Value step, int64_t offset, int64_t p);
  Value emitPixelSum(const Tile &tile, int64_t p);
  SmallVector<Value> toLanes(ArrayRef<Value> words);
  Value runOffset(Value run);

  int64_t bytesPerBlock() const { return 255 / plan.largestEntry; }
  Value at(int64_t value) { return indexConstant(b, value); }
  Value add(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }
  Value add(Value lhs, int64_t rhs) { return rhs == 0 ? lhs : add(lhs, at(rhs)); }
  Value scaled(Value index, int64_t factor) {
    return factor == 1 ? index : Value(arith::MulIOp::create(b, index, at(factor)));
  }
  /// A loop without values, between bounds that are not constants.
  void loop(Value from, Value to, int64_t step, function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, from, to, at(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  const LutPlan &plan;
  EpilogueEmitter epilogue;
  int64_t line, rows;        ///< numbers in a row of the staged image, and its rows
  Value codes, sums, tables; ///< offsets of tables; sums of pixels; tables
  Value tablesFrom;          ///< number of the image that the tables start with
};

} // namespace

void LutEmitter::emit() {
  epilogue.emitBorders(b);
  ArrayRef<int64_t> out = g.getOutput();
  Value image = plan.coding.stage(b, op.getActivations(), g, plan.constantTables ? 0 : 8);
  if (plan.needsPixelSums())
    sums = emitPixelSums(image);
  if (plan.constantTables) {
    codes = emitCodes(image);
    int64_t full = out[2] / plan.pixels * plan.pixels;
    emitLoop(b, 0, out[0], 1,
             [&](Value n) { emitPanels(n, at(0), at(out[1]), at(0), at(full), out[2] - full); });
  } else {
    emitBlocks(image);
  }
  for (Value buffer : {image, sums, codes, tables})
    if (buffer && buffer.getDefiningOp<memref::AllocOp>())
      memref::DeallocOp::create(b, buffer);
}

//===----------------------------------------------------------------------===//
// Coding
//===----------------------------------------------------------------------===//

/// The offset of the constant table of each group.
Value LutEmitter::emitCodes(Value image) {
  int64_t numbers = g.getInput()[0] * rows * line, width = plan.channelsPerVector();
  Value buffer = memref::AllocOp::create(b, MemRefType::get({numbers / plan.group}, b.getI16Type()));
  auto weights = [&](Type type, int64_t count, ArrayRef<int64_t> pattern) -> Value {
    SmallVector<Attribute> elements;
    for (int64_t i = 0; i < count; ++i)
      elements.push_back(b.getIntegerAttr(type, pattern[i % pattern.size()]));
    return arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get(count, type), elements));
  };
  auto convert = [&](Value first, int64_t count) {
    Value bytes = vector::LoadOp::create(b, VectorType::get(count, b.getI8Type()), image, first);
    bool pairs = plan.group == 2;
    Value offsets = MultiplyAddBytesOp::create(
        b, VectorType::get(count / 2, b.getI16Type()), bytes,
        weights(b.getI8Type(), count, pairs ? ArrayRef<int64_t>{16, 64} : ArrayRef<int64_t>{1, 4}));
    if (!pairs) {
      Value wide = MultiplyAddWordsOp::create(b, VectorType::get(count / 4, b.getI32Type()), offsets,
                                              weights(b.getI16Type(), count / 2, {16, 256}));
      offsets = arith::TruncIOp::create(b, VectorType::get(count / 4, b.getI16Type()), wide);
    }
    vector::StoreOp::create(b, offsets, buffer,
                            ValueRange{arith::DivUIOp::create(b, first, at(plan.group)).getResult()});
  };
  int64_t full = numbers / width * width;
  emitLoop(b, 0, full, width, [&](Value first) { convert(first, width); });
  emitLoop(b, full, numbers, 4, [&](Value first) { convert(first, 4); });
  return buffer;
}

/// The sum of the numbers of each pixel of the staged image.
Value LutEmitter::emitPixelSums(Value image) {
  int64_t channels = g.getInput()[3], pixels = g.getInput()[0] * rows * (line / channels);
  int64_t width = plan.channelsPerVector(), full = channels / width * width;
  Value buffer = memref::AllocOp::create(b, MemRefType::get({pixels}, b.getI32Type()));
  auto sumOf = [&](Value first, int64_t count) -> Value {
    Value bytes = vector::LoadOp::create(b, VectorType::get(count, b.getI8Type()), image, first);
    Value pairs = MultiplyAddBytesOp::create(b, VectorType::get(count / 2, b.getI16Type()), bytes,
                                             splatConstant(b, b.getI8Type(), count, 1));
    return MultiplyAddWordsOp::create(b, VectorType::get(count / 4, b.getI32Type()), pairs,
                                      splatConstant(b, b.getI16Type(), count / 2, 1));
  };
  emitLoop(b, 0, pixels, 1, [&](Value pixel) {
    Value first = scaled(pixel, channels), sum;
    auto addLanes = [&](Value lanes) {
      Value part = vector::ReductionOp::create(b, vector::CombiningKind::ADD, lanes);
      sum = sum ? add(sum, part) : part;
    };
    if (full > 0)
      addLanes(emitLoop(b, at(0), at(full), width, splatConstant(b, b.getI32Type(), plan.lanes, 0),
                        [&](Value offset, ValueRange lanes) {
                          return SmallVector<Value>{add(lanes[0], sumOf(add(first, offset), width))};
                        })[0]);
    for (int64_t offset = full; offset < channels; offset += width) {
      width = llvm::bit_floor(uint64_t(channels - offset));
      addLanes(sumOf(add(first, offset), width));
    }
    width = plan.channelsPerVector();
    memref::StoreOp::create(b, sum, buffer, pixel);
  });
  return buffer;
}

/// Tables from the activations: of as many output rows at a time (columns, for a matrix product) as fit into
/// a second-level cache beside the weights.
void LutEmitter::emitBlocks(Value image) {
  ArrayRef<int64_t> out = g.getOutput(), in = g.getInput();
  constexpr int64_t kTableBytes = 128 * 1024;
  bool byColumns = out[1] == 1 && g.getKernel()[0] * g.getKernel()[1] == 1;
  int64_t step = byColumns ? g.getStrides()[1] * in[3] : g.getStrides()[0] * line;
  int64_t field = byColumns ? in[3] : (g.getKernel()[0] - 1) * g.getDilations()[0] * line + line;
  int64_t extent = byColumns ? out[2] : out[1], least = byColumns ? plan.pixels : 1;
  int64_t block = std::max(least, (kTableBytes / 4 - field) / step / least * least);
  block = std::min(block, ceilDiv(extent, least) * least);
  int64_t numbers = (block - 1) * step + field;
  tables = memref::AllocOp::create(b, MemRefType::get({4 * numbers + 16}, b.getI8Type()));
  emitLoop(b, 0, out[0], 1, [&](Value n) {
    Value top = scaled(n, rows * line);
    auto prepare = [&](Value first, Value end) {
      tablesFrom = add(top, scaled(first, step));
      Value last = arith::SubIOp::create(b, end, at(1));
      emitTables(image, tablesFrom, add(top, add(scaled(last, step), field)));
    };
    int64_t full = out[2] / plan.pixels * plan.pixels;
    if (!byColumns) {
      loop(at(0), at(out[1]), block, [&](Value first) {
        Value end = arith::MinSIOp::create(b, add(first, block), at(out[1]));
        prepare(first, end);
        emitPanels(n, first, end, at(0), at(full), out[2] - full);
      });
      return;
    }
    loop(at(0), at(full), block, [&](Value first) {
      Value end = arith::MinSIOp::create(b, add(first, block), at(full));
      prepare(first, end);
      emitPanels(n, at(0), at(1), first, end, 0);
    });
    if (full < out[2]) {
      prepare(at(full), at(out[2]));
      emitPanels(n, at(0), at(1), at(full), at(full), out[2] - full);
    }
  });
}

/// Tables of the numbers [from, to): entry i of a group's is the sum of those numbers whose bit is set in i.
/// Two groups make thirty-two bytes; what a lookup must not add is read from the zeros behind their eight
/// numbers.
void LutEmitter::emitTables(Value image, Value from, Value to) {
  Value zeros = splatConstant(b, b.getI8Type(), 16, 0);
  loop(from, to, 8, [&](Value first) {
    Value numbers = vector::LoadOp::create(b, VectorType::get(8, b.getI8Type()), image, first);
    Value source =
        vector::InsertStridedSliceOp::create(b, numbers, zeros, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
    Value entries;
    for (int64_t j = 0; j < 4; ++j) {
      SmallVector<int8_t> indices;
      for (int64_t i = 0; i < 32; ++i)
        indices.push_back(i >> j & 1 ? i / 16 * 4 + j : 8);
      Value constant = arith::ConstantOp::create(
          b, DenseElementsAttr::get(VectorType::get(32, b.getI8Type()), ArrayRef<int8_t>(indices)));
      Value part = TableLookupOp::create(b, source, constant);
      entries = entries ? add(entries, part) : part;
    }
    Value offset = scaled(arith::SubIOp::create(b, first, from), 4);
    vector::StoreOp::create(b, entries, tables, offset);
  });
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

void LutEmitter::emitPanels(Value n, Value fromY, Value toY, Value fromX, Value toX, int64_t restX) {
  int64_t outputs = g.getOutput()[3], panel = plan.panel();
  auto emitPanel = [&](Value index, int64_t valid, bool last, int64_t firstChannel) {
    loop(fromY, toY, 1, [&](Value y) {
      loop(fromX, toX, plan.pixels,
           [&](Value x) { emitTile({index, n, y, x, plan.pixels}, valid, last, firstChannel); });
      if (restX > 0)
        emitTile({index, n, y, toX, restX}, valid, last, firstChannel);
    });
  };
  int64_t full = epilogue.needsLastTile(outputs, panel) ? (outputs - 1) / panel : outputs / panel;
  emitLoop(b, 0, full, 1, [&](Value index) { emitPanel(index, panel, /*last=*/false, 0); });
  if (full * panel < outputs)
    emitPanel(at(full), outputs - full * panel, /*last=*/true, full * panel);
}

void LutEmitter::emitTile(const Tile &tile, int64_t valid, bool last, int64_t firstChannel) {
  Value none = at(0), runs = at(plan.runs), steps = at(plan.steps);
  int64_t perWord = 65535 / plan.largestEntry;
  SmallVector<Value> lanes;
  if (plan.runs * plan.steps <= perWord) {
    lanes = toLanes(emitWords(tile, none, runs, none, steps));
  } else {
    // Words would overflow: add them up in i32, after some runs, or steps where there is one run.
    SmallVector<Value> zeros(tile.pixels * plan.vectors * 4, splatConstant(b, b.getI32Type(), plan.lanes, 0));
    auto addWords = [&](ValueRange lanes, ArrayRef<Value> words) {
      SmallVector<Value> next = toLanes(words);
      for (auto [value, lane] : llvm::zip(next, lanes))
        value = add(lane, value);
      return next;
    };
    lanes = emitLoop(
        b, none, runs, std::max<int64_t>(1, perWord / plan.steps), zeros, [&](Value run, ValueRange lanes) {
          Value end = arith::MinSIOp::create(b, add(run, std::max<int64_t>(1, perWord / plan.steps)), runs);
          if (plan.steps <= perWord)
            return addWords(lanes, emitWords(tile, run, end, none, steps));
          return emitLoop(b, none, steps, perWord, lanes, [&](Value step, ValueRange lanes) {
            Value last = arith::MinSIOp::create(b, add(step, perWord), steps);
            return addWords(lanes, emitWords(tile, run, end, step, last));
          });
        });
  }
  Value channel = scaled(tile.panel, plan.panel());
  int64_t factor = plan.coding.factor * plan.weightStep;
  for (int64_t p = 0; p < tile.pixels; ++p) {
    Value whole = splatConstant(b, b.getI32Type(), plan.panel(), 0);
    Value shift = plan.needsPixelSums() ? splat(b, emitPixelSum(tile, p), plan.lanes) : Value();
    for (int64_t i = 0; i < 4 * plan.vectors; ++i) {
      Value part = lanes[p * 4 * plan.vectors + i];
      for (int64_t f = 1; f < factor; f *= 2)
        part = add(part, part);
      if (shift)
        part = add(part, shift);
      whole = vector::InsertStridedSliceOp::create(b, part, whole, ArrayRef<int64_t>{i * plan.lanes},
                                                   ArrayRef<int64_t>{1});
    }
    epilogue.emit(b, {tile.n, tile.y, add(tile.x, p), channel}, valid, last, firstChannel, whole);
  }
}

/// factor·offset'·Σ u over the receptive field of a pixel.
Value LutEmitter::emitPixelSum(const Tile &tile, int64_t p) {
  int64_t width = line / g.getInput()[3];
  Value row = add(scaled(tile.n, rows), scaled(tile.y, g.getStrides()[0]));
  Value corner = add(add(scaled(row, width), scaled(tile.x, g.getStrides()[1])), p * g.getStrides()[1]);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value sum = emitLoop(b, at(0), at(g.getKernel()[0]), 1, zero, [&](Value i, ValueRange outer) {
    Value left = add(corner, scaled(i, g.getDilations()[0] * width));
    return emitLoop(b, at(0), at(g.getKernel()[1]), 1, outer, [&](Value j, ValueRange inner) {
      Value pixel = add(left, scaled(j, g.getDilations()[1]));
      return SmallVector<Value>{add(inner[0], memref::LoadOp::create(b, sums, pixel).getResult())};
    });
  })[0];
  Value factor = arith::ConstantOp::create(b, b.getI32IntegerAttr(plan.coding.factor * plan.weightLow));
  return arith::MulIOp::create(b, sum, factor);
}

/// Numbers from the corner of the receptive field to the start of a run.
Value LutEmitter::runOffset(Value run) {
  if (plan.runs == g.getKernel()[0])
    return scaled(run, g.getDilations()[0] * line);
  Value taps = at(g.getKernel()[1]);
  Value i = arith::DivUIOp::create(b, run, taps), j = arith::RemUIOp::create(b, run, taps);
  return add(scaled(i, g.getDilations()[0] * line), scaled(j, g.getDilations()[1] * g.getInput()[3]));
}

/// Two words for each register of bytes: sums of pairs of bytes, and of odd bytes.
SmallVector<Value> LutEmitter::emitWords(const Tile &tile, Value fromRun, Value toRun, Value fromStep,
                                         Value toStep) {
  int64_t count = tile.pixels * plan.vectors, half = 2 * plan.lanes;
  SmallVector<Value> words(2 * count, splatConstant(b, b.getI16Type(), half, 0));
  return emitLoop(b, fromRun, toRun, 1, words, [&](Value run, ValueRange words) {
    int64_t blocks = ceilDiv(plan.steps, bytesPerBlock()), block = ceilDiv(plan.steps, blocks);
    // Whole blocks where possible, so that steps can be unrolled.
    for (int64_t shorter = block; shorter > std::max<int64_t>(1, block / 2); --shorter)
      if (plan.steps % shorter == 0) {
        block = shorter;
        break;
      }
    bool even = plan.steps % block == 0 && plan.runs * plan.steps <= 65535 / plan.largestEntry;
    int64_t unroll = !even ? 1 : block <= 4 ? block : block % 3 == 0 ? 3 : block % 2 == 0 ? 2 : 1;
    return emitLoop(b, fromStep, toStep, block, words, [&](Value from, ValueRange words) {
      Value to = even ? add(from, block) : Value(arith::MinSIOp::create(b, add(from, block), toStep));
      SmallVector<Value> bytes = emitBytes(tile, run, from, to, unroll, even && unroll == block), next(words);
      Value eight = splatConstant(b, b.getI16Type(), half, 8);
      for (int64_t i = 0; i < count; ++i) {
        Value pairs = vector::BitCastOp::create(b, words[0].getType(), bytes[i]);
        next[2 * i] = add(words[2 * i], pairs);
        next[2 * i + 1] = add(words[2 * i + 1], arith::ShRUIOp::create(b, pairs, eight));
      }
      return next;
    });
  });
}

/// The look-ups of steps [from, to), which are `unroll` if `once`.
SmallVector<Value> LutEmitter::emitBytes(const Tile &tile, Value run, Value from, Value to, int64_t unroll,
                                         bool once) {
  Value row = add(scaled(tile.n, rows), scaled(tile.y, g.getStrides()[0]));
  Value first = add(scaled(row, line), scaled(tile.x, g.getStrides()[1] * g.getInput()[3]));
  first = add(first, runOffset(run));
  if (tablesFrom)
    first = arith::SubIOp::create(b, first, tablesFrom);
  first = arith::DivUIOp::create(b, first, at(plan.group));
  Value weightRow = add(scaled(tile.panel, plan.runs), run);
  weightRow = scaled(weightRow, plan.steps * plan.panel());
  auto type = VectorType::get(plan.channelsPerVector(), b.getI8Type());
  SmallVector<Value> zeros(tile.pixels * plan.vectors,
                           splatConstant(b, b.getI8Type(), plan.channelsPerVector(), 0));
  auto emitSteps = [&](Value step, ValueRange bytes) {
    SmallVector<Value> next(bytes);
    Value weightAt = add(weightRow, scaled(step, plan.panel())), group = add(first, step);
    for (int64_t u = 0; u < unroll; ++u) {
      SmallVector<Value> weights;
      for (int64_t v = 0; v < plan.vectors; ++v)
        weights.push_back(vector::LoadOp::create(
            b, type, op.getWeights(), add(weightAt, u * plan.panel() + v * plan.channelsPerVector())));
      for (int64_t p = 0; p < tile.pixels; ++p) {
        Value table = loadTable(tile, group, u, p);
        for (int64_t v = 0; v < plan.vectors; ++v) {
          Value &sum = next[p * plan.vectors + v];
          sum = add(sum, TableLookupOp::create(b, table, weights[v]));
        }
      }
    }
    return next;
  };
  // A short block is straight-line code, which a loop between unknown bounds would hide.
  return once ? emitSteps(from, zeros) : emitLoop(b, from, to, unroll, zeros, emitSteps);
}

Value LutEmitter::loadTable(const Tile &, Value group, int64_t offset, int64_t p) {
  Value index = add(group, offset + p * g.getStrides()[1] * g.getInput()[3] / plan.group);
  auto type = VectorType::get(16, b.getI8Type());
  if (!plan.constantTables)
    return vector::LoadOp::create(b, type, tables, scaled(index, 16));
  Value code = memref::LoadOp::create(b, codes, index);
  Value table = arith::IndexCastUIOp::create(b, b.getIndexType(), code);
  return vector::LoadOp::create(b, type, op.getWeights(), add(table, plan.weightBytes()));
}

/// Four vectors of consecutive channels for each pair of words.
SmallVector<Value> LutEmitter::toLanes(ArrayRef<Value> words) {
  auto type = VectorType::get(plan.lanes, b.getI32Type());
  Value eight = splatConstant(b, b.getI16Type(), 2 * plan.lanes, 8);
  Value low = splatConstant(b, b.getI32Type(), plan.lanes, 0xffff);
  Value sixteen = splatConstant(b, b.getI32Type(), plan.lanes, 16);
  SmallVector<Value> lanes;
  for (size_t i = 0; i < words.size(); i += 2) {
    Value odd = words[i + 1];
    Value even = arith::SubIOp::create(b, words[i], arith::ShLIOp::create(b, odd, eight));
    even = vector::BitCastOp::create(b, type, even);
    odd = vector::BitCastOp::create(b, type, odd);
    lanes.push_back(arith::AndIOp::create(b, even, low));
    lanes.push_back(arith::AndIOp::create(b, odd, low));
    lanes.push_back(arith::ShRUIOp::create(b, even, sixteen));
    lanes.push_back(arith::ShRUIOp::create(b, odd, sixteen));
  }
  return lanes;
}

void bnn::emitLut(ContractKernelOp op, OpBuilder &builder, const LutPlan &plan) {
  LutEmitter(op, builder, plan).emit();
}
