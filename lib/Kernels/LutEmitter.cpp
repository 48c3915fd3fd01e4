//===- LutEmitter.cpp - Loops of table look-ups -----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops of the strategy `lut` (see LutStrategy.cpp):
//
//   stage the image as unsigned numbers
//   for each block of output rows (columns, for a matrix product)
//     make the tables of its numbers, and their sums where weights are not unsigned (see LutCoder.cpp)
//     for each panel of channels, each tile of pixels
//       for each run of the receptive field, each block of groups
//         bytes[p][v] += lookup(table of the pixel's group, weights[group][v])
//         pairs[p][v] += bytes as words,  odd[p][v] += bytes as words >> 8
//       sums = pairs - odd·256 and odd, as i32; epilogue

#include "LutCoder.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {

class LutEmitter {
public:
  LutEmitter(ContractKernelOp op, OpBuilder &builder, const LutPlan &plan)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), plan(plan), epilogue(op) {
    width = g.getInput()[2] + g.getPad()[2] + g.getPad()[3];
    rows = g.getInput()[1] + g.getPad()[0] + g.getPad()[1];
  }

  void emit();

private:
  struct Tile {
    Value panel, n, y, x;
    int64_t pixels;
  };

  void emitBlocks(Value image);
  void emitPanels(Value n, Value fromY, Value toY, Value fromX, Value toX, int64_t restX);
  void emitTile(const Tile &tile, int64_t valid, bool last, int64_t firstChannel);
  SmallVector<Value> emitWords(const Tile &tile, Value fromRun, Value toRun, Value fromStep, Value toStep);
  SmallVector<Value> emitBytes(const Tile &tile, Value run, Value from, Value to, int64_t unroll, bool once);
  Value emitPixelSum(const Tile &tile, int64_t p);
  SmallVector<Value> toLanes(ArrayRef<Value> words);
  Value cornerOf(const Tile &tile);
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
  int64_t width, rows; ///< pixels in a row of the staged image, and its rows
  std::optional<LutCoder> coder;
  Value blockFrom; ///< the first pixel of the image that has tables
};

} // namespace

void LutEmitter::emit() {
  epilogue.emitBorders(b);
  Value image = plan.coding.stage(b, op.getActivations(), g, /*slack=*/0);
  emitBlocks(image);
  if (image.getDefiningOp<memref::AllocOp>())
    memref::DeallocOp::create(b, image);
}

/// Blocks of as many output rows at a time (columns, for a matrix product) as have tables, or offsets of
/// them, that stay near. Blocks of windows that are higher than a row code some rows twice, so that tables
/// have more room then; offsets of a whole image are small enough.
void LutEmitter::emitBlocks(Value image) {
  constexpr int64_t kOverlappingBytes = 128 * 1024;
  ArrayRef<int64_t> out = g.getOutput(), kernel = g.getKernel();
  bool byColumns = out[1] == 1 && kernel[0] * kernel[1] == 1, overlap = kernel[0] > 1;
  int64_t step = byColumns ? g.getStrides()[1] : g.getStrides()[0] * width;
  int64_t field = byColumns ? 1 : ((kernel[0] - 1) * g.getDilations()[0] + 1) * width;
  int64_t extent = byColumns ? out[2] : out[1], least = byColumns ? plan.pixels : 1, block = extent;
  int64_t pixelBytes = g.getInput()[3] / plan.group * (plan.constantTables ? 2 : 16);
  if (!overlap || !plan.constantTables) {
    int64_t pixels = (overlap ? kOverlappingBytes : plan.blockBytes()) / pixelBytes;
    block = (pixels - field) / step / least * least;
  }
  block = std::min(std::max(block, least), ceilDiv(extent, least) * least);
  emitParallelLoop(b, 0, out[0], 1, [&](Value n) {
    Value top = scaled(n, rows * width);
    auto emitBlock = [&](Value first, Value end, function_ref<void()> emitPanels) {
      // Tables are allocated here, so that each thread has its own.
      coder.emplace(b, plan, image, g.getInput()[3], g.getInput()[0] * rows * width,
                    (block - 1) * step + field);
      blockFrom = add(top, scaled(first, step));
      Value last = arith::SubIOp::create(b, end, at(1));
      coder->emit(blockFrom, add(top, add(scaled(last, step), field)));
      emitPanels();
      coder->deallocate();
    };
    int64_t full = out[2] / plan.pixels * plan.pixels;
    if (!byColumns) {
      emitParallelLoop(b, 0, out[1], block, [&](Value first) {
        Value end = arith::MinSIOp::create(b, add(first, block), at(out[1]));
        emitBlock(first, end, [&] { emitPanels(n, first, end, at(0), at(full), out[2] - full); });
      });
      return;
    }
    emitParallelLoop(b, 0, full, block, [&](Value first) {
      Value end = arith::MinSIOp::create(b, add(first, block), at(full));
      emitBlock(first, end, [&] { emitPanels(n, at(0), at(1), first, end, 0); });
    });
    if (full < out[2])
      emitBlock(at(full), at(out[2]),
                [&] { emitPanels(n, at(0), at(1), at(full), at(full), out[2] - full); });
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
  emitParallelLoop(b, 0, full, 1, [&](Value index) { emitPanel(index, panel, /*last=*/false, 0); });
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
  Value corner = add(cornerOf(tile), p * g.getStrides()[1]);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value sum = emitLoop(b, at(0), at(g.getKernel()[0]), 1, zero, [&](Value i, ValueRange outer) {
    Value left = add(corner, scaled(i, g.getDilations()[0] * width));
    return emitLoop(b, at(0), at(g.getKernel()[1]), 1, outer, [&](Value j, ValueRange inner) {
      Value pixel = add(left, scaled(j, g.getDilations()[1]));
      return SmallVector<Value>{add(inner[0], coder->loadSum(pixel))};
    });
  })[0];
  Value factor = arith::ConstantOp::create(b, b.getI32IntegerAttr(plan.coding.factor * plan.weightLow));
  return arith::MulIOp::create(b, sum, factor);
}

/// The pixel of the image at the corner of the first output's receptive field.
Value LutEmitter::cornerOf(const Tile &tile) {
  Value row = add(scaled(tile.n, rows), scaled(tile.y, g.getStrides()[0]));
  return add(scaled(row, width), scaled(tile.x, g.getStrides()[1]));
}

/// Pixels from the corner of the receptive field to the start of a run.
Value LutEmitter::runOffset(Value run) {
  if (plan.runs == g.getKernel()[0])
    return scaled(run, g.getDilations()[0] * width);
  Value taps = at(g.getKernel()[1]);
  Value i = arith::DivUIOp::create(b, run, taps), j = arith::RemUIOp::create(b, run, taps);
  return add(scaled(i, g.getDilations()[0] * width), scaled(j, g.getDilations()[1]));
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
    // Of three look-ups, LLVM adds the last two before the sum, which takes more registers than there are.
    int64_t unroll = !even ? 1 : block <= 4 ? block : block % 2 == 0 ? 2 : 1;
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
  Value first = arith::SubIOp::create(b, add(cornerOf(tile), runOffset(run)), blockFrom);
  first = scaled(first, g.getInput()[3] / plan.group);
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
        int64_t apart = p * g.getStrides()[1] * g.getInput()[3] / plan.group;
        Value table = coder->loadTable(op.getWeights(), add(group, u + apart));
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
