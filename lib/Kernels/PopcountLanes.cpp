//===- PopcountLanes.cpp - Popcount with a channel in each lane -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The form of the popcount strategy for x86-64, in plain vector IR. Lanes are output channels. One step takes
// 32 bits of depth: a word of activations is broadcast, each lane has the 32 weights of its channel, and what
// differs is counted in bytes:
//
//   bytes[p][q] += ctpop(broadcast(activations[p][step]) ^ weights[step][q])        p < columns, q < vectors
//
// A byte holds 31 steps, after which bytes are summed into the i32 lane they lie in. LLVM turns ctpop of
// bytes into a table lookup in vpshufb, or shifts and adds on baseline x86-64. With AVX-512 VPOPCNTDQ it
// counts in the i32 lanes themselves, and no byte can overflow.

#include "Popcount.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// Steps after which a byte of counts (at most 8 a step) may be full.
static constexpr int64_t kStepsPerByte = 31;

namespace {

/// Register blocking.
struct LaneBlocking {
  int64_t lanes;   ///< i32 lanes in a vector register
  int64_t vectors; ///< registers of channels in a panel
  int64_t columns; ///< neighbouring output columns in a tile
  bool wideCounts; ///< whether the target counts in i32 lanes

  LaneBlocking(GeometryAttr g, const TargetInfo &target) {
    lanes = target.vectorBits() / 32;
    int64_t outputs = g.getOutput()[3];
    vectors = std::min<int64_t>(4, llvm::divideCeil(outputs, lanes));
    // A panel is whole bytes of output bits.
    if (vectors * lanes < 8)
      vectors = 8 / lanes;
    // Accumulators take columns·vectors registers; 16 registers hold 8 of them beside the operands.
    columns = std::min<int64_t>(target.vectorBits() == 512 ? 4 : 2, g.getOutput()[2]);
    wideCounts = target.has("avx512vpopcntdq") && (target.vectorBits() == 512 || target.has("avx512vl"));
  }
  int64_t panel() const { return lanes * vectors; }
};

class PopcountLanesEmitter : public PopcountEmitter {
public:
  PopcountLanesEmitter(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target)
      : PopcountEmitter(op, builder, LaneBlocking(op.getGeometry(), target).panel()), blocking(g, target),
        steps(field.runBytes / 4) {}
  void emit() { PopcountEmitter::emit(blocking.columns); }

private:
  SmallVector<Value> emitTile(const Tile &tile) override {
    SmallVector<Value> counts = emitCounts(tile), accumulators;
    for (int64_t p = 0; p < tile.columns; ++p) {
      SmallVector<Value> parts;
      for (int64_t q = 0; q < blocking.vectors; ++q)
        parts.push_back(product.emitSum(b, counts[p * blocking.vectors + q]));
      accumulators.push_back(concatenate(parts));
    }
    return accumulators;
  }

  /// Counts of the tile as vector<lanes x i32>, [column][vector].
  SmallVector<Value> emitCounts(const Tile &tile) {
    int64_t numCounts = tile.columns * blocking.vectors;
    SmallVector<Value> sums(numCounts, splatConstant(b, b.getI32Type(), blocking.lanes, 0));
    SmallVector<Value> bytes(numCounts, splatConstant(b, b.getI8Type(), 4 * blocking.lanes, 0));
    Value none = indexConstant(b, 0), allRuns = indexConstant(b, field.runs),
          allSteps = indexConstant(b, steps);
    if (blocking.wideCounts)
      return carry(0, field.runs, 1, sums,
                   [&](Value run, ValueRange sums) { return emitRun(tile, run, none, allSteps, sums); });

    auto endOf = [&](Value first, int64_t count, Value limit) -> Value {
      return arith::MinSIOp::create(b, arith::AddIOp::create(b, first, indexConstant(b, count)), limit);
    };
    // A run fills bytes by itself: sum them after each piece of it.
    if (steps > kStepsPerByte)
      return carry(0, field.runs, 1, sums, [&](Value run, ValueRange sums) {
        return carry(0, steps, kStepsPerByte, sums, [&](Value first, ValueRange sums) {
          Value end = endOf(first, kStepsPerByte, allSteps);
          return addBytes(sums, emitRun(tile, run, first, end, bytes));
        });
      });
    auto emitRuns = [&](Value first, Value end) {
      return emitLoop(b, first, end, 1, bytes,
                      [&](Value run, ValueRange bytes) { return emitRun(tile, run, none, allSteps, bytes); });
    };
    int64_t runsPerByte = kStepsPerByte / steps;
    if (field.runs <= runsPerByte)
      return addBytes(sums, emitRuns(none, allRuns));
    return carry(0, field.runs, runsPerByte, sums, [&](Value first, ValueRange sums) {
      return addBytes(sums, emitRuns(first, endOf(first, runsPerByte, allRuns)));
    });
  }

  /// Adds the counts of steps [first, end) of a run to `counts`.
  SmallVector<Value> emitRun(const Tile &tile, Value run, Value first, Value end, ValueRange counts) {
    auto [row, column] = emitRunStart(tile, run);
    return emitLoop(b, first, end, 1, counts, [&, row = row, column = column](Value step, ValueRange counts) {
      SmallVector<Value> next(counts), weights, masks;
      for (int64_t q = 0; q < blocking.vectors; ++q) {
        weights.push_back(loadWeights(tile.panel, run, step, q));
        if (field.masked)
          masks.push_back(loadWeights(tile.panel, run, step, blocking.vectors + q));
      }
      emitPrefetch({tile.panel, run, step, indexConstant(b, 0)}, field.panelBytes() / (field.runs * steps));
      Value byte = arith::AddIOp::create(b, column, scaled(step, 4));
      for (int64_t p = 0; p < tile.columns; ++p) {
        Value activations =
            splat(b, loadWord(tile.n, row, scaled(byte, 1, p * columnBytes())), blocking.lanes);
        for (int64_t q = 0; q < blocking.vectors; ++q) {
          Value bits = product.isXor ? Value(arith::XOrIOp::create(b, activations, weights[q]))
                                     : Value(arith::AndIOp::create(b, activations, weights[q]));
          if (field.masked)
            bits = arith::AndIOp::create(b, bits, masks[q]);
          Value &count = next[p * blocking.vectors + q];
          Value lanes = vector::BitCastOp::create(b, count.getType(), bits);
          count = arith::AddIOp::create(b, count, math::CtPopOp::create(b, lanes));
        }
      }
      return next;
    });
  }

  Value loadWeights(Value panel, Value run, Value step, int64_t vector) {
    return vector::LoadOp::create(b, VectorType::get(blocking.lanes, b.getI32Type()), op.getWeights(),
                                  ValueRange{panel, run, step, indexConstant(b, vector * blocking.lanes)});
  }

  Value loadWord(Value n, Value row, Value byte) {
    Value bytes =
        vector::LoadOp::create(b, VectorType::get(4, b.getI8Type()), image, ValueRange{n, row, byte});
    Value word = vector::BitCastOp::create(b, VectorType::get(1, b.getI32Type()), bytes);
    return vector::ExtractOp::create(b, word, ArrayRef<int64_t>{0});
  }

  /// sums[i] += the four bytes in each lane of bytes[i].
  SmallVector<Value> addBytes(ValueRange sums, ValueRange bytes) {
    SmallVector<Value> result;
    for (auto [sum, counts] : llvm::zip(sums, bytes)) {
      Value pairs = addHalves(counts, 8), lanes = addHalves(pairs, 16);
      result.push_back(arith::AddIOp::create(b, sum, lanes));
    }
    return result;
  }

  /// Adds neighbouring unsigned elements of `bits` bits into elements of twice the width.
  Value addHalves(Value vector, unsigned bits) {
    auto type = cast<VectorType>(vector.getType());
    Type wide = b.getIntegerType(2 * bits);
    int64_t lanes = type.getNumElements() / 2;
    Value both = vector::BitCastOp::create(b, VectorType::get(lanes, wide), vector);
    Value low = arith::AndIOp::create(b, both, splatConstant(b, wide, lanes, (int64_t(1) << bits) - 1));
    Value high = arith::ShRUIOp::create(b, both, splatConstant(b, wide, lanes, bits));
    return arith::AddIOp::create(b, low, high);
  }

  Value concatenate(ArrayRef<Value> parts) {
    if (parts.size() == 1)
      return parts[0];
    Value whole = splatConstant(b, b.getI32Type(), blocking.panel(), 0);
    for (auto [q, part] : llvm::enumerate(parts))
      whole = vector::InsertStridedSliceOp::create(
          b, part, whole, ArrayRef<int64_t>{int64_t(q) * blocking.lanes}, ArrayRef<int64_t>{1});
    return whole;
  }

  LaneBlocking blocking;
  int64_t steps;
};

} // namespace

/// Words [panel][run][step][channel], each step's masks after its weights.
static DenseElementsAttr packLanes(const WeightCodes &weights, CodeTypeInterface activationType,
                                   GeometryAttr g, const TargetInfo &target) {
  int64_t panel = LaneBlocking(g, target).panel();
  BitField field(g, panel, BitProduct(activationType, weights.type, g).isXor);
  int64_t steps = field.runBytes / 4, row = panel * (field.masked ? 2 : 1);
  std::vector<uint8_t> storage(field.panels * field.panelBytes(), 0);
  for (int64_t o = 0; o < weights.outputs; ++o) {
    BitField::ChannelBits bits = field.bitsOf(weights, o);
    for (int64_t step = 0; step < field.runs * steps; ++step) {
      uint8_t *out = storage.data() + 4 * (((o / panel) * field.runs * steps + step) * row + o % panel);
      std::copy_n(bits.weights.data() + 4 * step, 4, out);
      if (field.masked)
        std::copy_n(bits.mask.data() + 4 * step, 4, out + 4 * panel);
    }
  }
  auto type =
      RankedTensorType::get({field.panels, field.runs, steps, row}, IntegerType::get(g.getContext(), 32));
  return DenseElementsAttr::getFromRawBuffer(
      type, ArrayRef(reinterpret_cast<const char *>(storage.data()), storage.size()));
}

static void emitLanes(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) {
  PopcountLanesEmitter(op, builder, target).emit();
}

static int64_t lanesPanel(GeometryAttr g, const TargetInfo &target) {
  return LaneBlocking(g, target).panel();
}

static int64_t lanesGranularity(const TargetInfo &target) { return target.vectorBits() / 32; }

const PopcountForm bnn::popcountLanes = {lanesPanel, lanesGranularity, packLanes, emitLanes};
