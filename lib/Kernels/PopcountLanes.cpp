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
//
// Where counting is several instructions, four steps share one (Harley and Seal's method; Muła, Kurz and
// Lemire, "Faster Population Counts Using AVX2 Instructions", 2018). Full adders of five operations add bits
// to bits:
//
//   (t0, ones) = ones + x0 + x1      (t1, ones) = ones + x2 + x3      (fours, twos) = twos + t0 + t1
//   bytes += ctpop(fours)
//
// and a tile's count is 4·bytes + 2·ctpop(twos) + ctpop(ones) in the end.

#include "Popcount.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// Steps after which a byte of counts (at most 8 a step) may be full.
static constexpr int64_t kStepsPerByte = 31;
/// Steps that share a count, and up to how many of them are straight-line code rather than loops with a rest.
static constexpr int64_t kGroup = 4, kStraightSteps = 32;

/// Whether counts are shared: they are more than an addition or two, and a tile has so many that it pays for
/// the two counts that are left at its end. Measured on a Zen 4, for a table lookup and for shifts.
static bool sharesCounts(GeometryAttr g, const TargetInfo &target) {
  if (target.has("avx512bitalg") || target.has("avx512vpopcntdq"))
    return false;
  int64_t words = llvm::divideCeil(g.getInput()[3] / g.getGroups(), 32);
  return g.getKernel()[0] * g.getKernel()[1] * words >= (target.has("ssse3") ? 32 : 8);
}

namespace {

/// Register blocking.
struct LaneBlocking {
  int64_t lanes;   ///< i32 lanes in a vector register
  int64_t vectors; ///< registers of channels in a panel
  int64_t columns; ///< neighbouring output columns in a tile
  bool wideCounts; ///< whether the target counts in i32 lanes
  bool carrySave;  ///< whether four steps share a count

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
    carrySave = sharesCounts(g, target);
    // Three registers for each vector and column.
    if (carrySave) {
      columns = 1;
      vectors = std::min<int64_t>(vectors, lanes == 4 ? 4 : 2);
    }
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
    if (blocking.carrySave)
      return emitCarrySave(tile);
    int64_t numCounts = tile.columns * blocking.vectors;
    SmallVector<Value> sums(numCounts, splatConstant(b, b.getI32Type(), blocking.lanes, 0));
    SmallVector<Value> bytes(numCounts, noBytes());
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
      SmallVector<Value> next;
      for (auto [count, bits] : llvm::zip_equal(counts, emitBits(tile, run, row, column, step)))
        next.push_back(addCount(count, bits));
      return next;
    });
  }

  /// A register of byte counters that are zero.
  Value noBytes() { return splatConstant(b, b.getI8Type(), 4 * blocking.lanes, 0); }

  Value addCount(Value count, Value bits) {
    Value lanes = vector::BitCastOp::create(b, count.getType(), bits);
    return arith::AddIOp::create(b, count, math::CtPopOp::create(b, lanes));
  }

  /// What one step counts, [column][vector].
  SmallVector<Value> emitBits(const Tile &tile, Value run, Value row, Value column, Value step) {
    SmallVector<Value> result, weights, masks;
    for (int64_t q = 0; q < blocking.vectors; ++q) {
      weights.push_back(loadWeights(tile.panel, run, step, q));
      if (field.masked)
        masks.push_back(loadWeights(tile.panel, run, step, blocking.vectors + q));
    }
    emitPrefetch({tile.panel, run, step, indexConstant(b, 0)}, field.panelBytes() / (field.runs * steps));
    Value byte = arith::AddIOp::create(b, column, scaled(step, 4));
    for (int64_t p = 0; p < tile.columns; ++p) {
      Value activations = splat(b, loadWord(tile.n, row, scaled(byte, 1, p * columnBytes())), blocking.lanes);
      for (int64_t q = 0; q < blocking.vectors; ++q) {
        Value bits = product.isXor ? Value(arith::XOrIOp::create(b, activations, weights[q]))
                                   : Value(arith::AndIOp::create(b, activations, weights[q]));
        if (field.masked)
          bits = arith::AndIOp::create(b, bits, masks[q]);
        result.push_back(bits);
      }
    }
    return result;
  }

  /// The sum of `sum` and up to two more bits in each place: leaves its low bit there and returns the carry.
  Value addBits(Value &sum, Value x, Value y) {
    if (!x)
      return {};
    Value half = arith::XOrIOp::create(b, sum, x), carry = arith::AndIOp::create(b, sum, x);
    sum = half;
    if (!y)
      return carry;
    sum = arith::XOrIOp::create(b, half, y);
    return arith::OrIOp::create(b, carry, arith::AndIOp::create(b, half, y));
  }

  /// What a tile carries from group to group, for each column and vector.
  struct CarrySave {
    SmallVector<Value> ones, twos, bytes, sums;
    CarrySave(ValueRange all) {
      size_t n = all.size() / 4;
      ones.assign(all.begin(), all.begin() + n);
      twos.assign(all.begin() + n, all.begin() + 2 * n);
      bytes.assign(all.begin() + 2 * n, all.begin() + 3 * n);
      sums.assign(all.begin() + 3 * n, all.end());
    }
    SmallVector<Value> all() const {
      SmallVector<Value> result(ones);
      for (ArrayRef<Value> part : {ArrayRef(twos), ArrayRef(bytes), ArrayRef(sums)})
        result.append(part.begin(), part.end());
      return result;
    }
  };

  /// A step of a run: the run, the row and column where it starts, and the step.
  struct Step {
    Value run, row, column, step;
  };

  /// Adds four steps or less.
  SmallVector<Value> emitGroup(const Tile &tile, ArrayRef<Step> group, ValueRange carried) {
    CarrySave state(carried);
    SmallVector<SmallVector<Value>> bits(kGroup, SmallVector<Value>(state.ones.size()));
    for (auto [bitsOfStep, s] : llvm::zip(bits, group))
      bitsOfStep = emitBits(tile, s.run, s.row, s.column, s.step);
    for (size_t k = 0; k < state.ones.size(); ++k) {
      Value low = addBits(state.ones[k], bits[0][k], bits[1][k]);
      Value high = addBits(state.ones[k], bits[2][k], bits[3][k]);
      if (Value fours = addBits(state.twos[k], low, high))
        state.bytes[k] = addCount(state.bytes[k], fours);
    }
    return state.all();
  }

  /// Brings the counts of fours from bytes to i32.
  SmallVector<Value> emptyBytes(ValueRange carried) {
    CarrySave state(carried);
    state.sums = addBytes(state.sums, state.bytes);
    state.bytes.assign(state.bytes.size(), noBytes());
    return state.all();
  }

  /// Counts of the tile with four steps to a count.
  SmallVector<Value> emitCarrySave(const Tile &tile) {
    Value none = splatConstant(b, b.getI32Type(), blocking.lanes, 0);
    CarrySave state(SmallVector<Value>(4 * tile.columns * blocking.vectors, none));
    state.bytes.assign(state.ones.size(), noBytes());
    state = CarrySave(steps % kGroup != 0 && field.runs * steps <= kStraightSteps
                          ? emitStraightSteps(tile, state.all())
                          : emitStepLoops(tile, state.all()));
    auto twice = [&](Value value) -> Value { return arith::AddIOp::create(b, value, value); };
    SmallVector<Value> counts;
    for (auto [ones, twos, fours] : llvm::zip_equal(state.ones, state.twos, state.sums)) {
      // At most 3·8 in a byte.
      Value bytes = addCount(twice(addCount(noBytes(), twos)), ones);
      counts.push_back(addBytes(twice(twice(fours)), bytes).front());
    }
    return counts;
  }

  /// Few steps, in groups that go across runs.
  SmallVector<Value> emitStraightSteps(const Tile &tile, SmallVector<Value> carried) {
    SmallVector<Step> group;
    for (int64_t run = 0; run < field.runs; ++run) {
      Value index = indexConstant(b, run);
      auto [row, column] = emitRunStart(tile, index);
      for (int64_t step = 0; step < steps; ++step) {
        group.push_back({index, row, column, indexConstant(b, step)});
        if (int64_t(group.size()) < kGroup && (run + 1 < field.runs || step + 1 < steps))
          continue;
        carried = emitGroup(tile, group, carried);
        group.clear();
      }
    }
    return emptyBytes(carried);
  }

  /// Loops over runs and groups of steps.
  SmallVector<Value> emitStepLoops(const Tile &tile, SmallVector<Value> carried) {
    int64_t whole = steps / kGroup, rest = steps % kGroup;
    bool oneByte = field.runs * (whole + (rest != 0)) <= kStepsPerByte;
    // Loops of equal length, each of which fills bytes.
    int64_t pieces = std::max<int64_t>(1, llvm::divideCeil(whole, kStepsPerByte - 1));
    int64_t piece = llvm::divideCeil(whole, pieces);
    carried = carry(0, field.runs, 1, carried, [&](Value run, ValueRange carried) {
      // Lambdas of C++17 capture no structured bindings.
      std::pair<Value, Value> start = emitRunStart(tile, run);
      auto emitSteps = [&](Value first, int64_t count, ValueRange carried) {
        SmallVector<Step> group;
        for (int64_t i = 0; i < count; ++i)
          group.push_back({run, start.first, start.second, scaled(first, 1, i)});
        return emitGroup(tile, group, carried);
      };
      auto emitPiece = [&](Value from, ValueRange carried) {
        Value end = scaled(from, 1, piece * kGroup);
        if (whole % piece != 0)
          end = arith::MinSIOp::create(b, end, indexConstant(b, whole * kGroup));
        SmallVector<Value> result =
            emitLoop(b, from, end, kGroup, carried,
                     [&](Value first, ValueRange carried) { return emitSteps(first, kGroup, carried); });
        return pieces == 1 ? result : emptyBytes(result);
      };
      SmallVector<Value> result = carry(0, whole * kGroup, piece * kGroup, carried, emitPiece);
      if (rest != 0)
        result = emitSteps(indexConstant(b, whole * kGroup), rest, result);
      return oneByte ? result : emptyBytes(result);
    });
    return oneByte ? emptyBytes(carried) : carried;
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

const PopcountForm bnn::popcountLanes = {lanesPanel, lanesGranularity, sharesCounts, packLanes, emitLanes};
