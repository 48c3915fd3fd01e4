//===- PopcountTree.cpp - Popcount with sums of neighbouring bytes ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The form of the popcount strategy for AArch64, whose `addp` adds neighbouring bytes of two registers. A
// panel is eight channels. A step takes sixteen bytes of one output column's activations, and one register of
// weights for each channel:
//
//   x_c = cnt(a ^ w_c)                                   c = 0…7
//   addp(x0, x1), addp(x2, x3), …                        two channels in a register, then four, then eight
//   acc += uadalp(…)                                     one lane of 16 bits for each channel
//
// That is 24 instructions for 8·128 products, and one register is all that a column accumulates in: no
// horizontal sums at the end, and registers for the weights of a step beside a dozen columns. What is left of
// a run of bytes after its last sixteen takes steps of eight bytes (two channels share a register, the tree
// has one level less) and of four, at the same number of instructions for each bit, but for one that repeats
// the bytes to fill a register. 16-bit lanes hold a depth of 65535; beyond it they are added to 32-bit sums
// in between.
//
// ±1 by ±1 stores weights inverted and counts the bits that agree, from minus half the depth up: what is left
// to do for a sum is to widen its lanes with a shift by one.
//
// The code is scheduled for in-order cores (see ObjectEmitter.cpp); out-of-order ones do not mind.

#include "Popcount.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// Channels of a panel, and bytes of a register.
static constexpr int64_t kPanel = 8, kRegister = 16;
/// Bits that 16-bit lanes can count, a multiple of those of a step.
static constexpr int64_t kBitsPerLane = 65535 / 128 * 128;

/// Bytes of the steps that cover `bytes`, a multiple of four.
static SmallVector<int64_t> stepsOf(int64_t bytes) {
  SmallVector<int64_t> steps(bytes / kRegister, kRegister);
  for (int64_t size : {8, 4})
    if (bytes & size)
      steps.push_back(size);
  return steps;
}

/// Whether a tile counts the bits that agree, up from minus half of them all: twice that is the sum of
/// products, which takes one instruction less for four lanes than depth - 2·count. `depth` has what fills
/// words as well.
static bool isHalved(const BitProduct &product, int64_t depth) {
  return product.isXor && product.scale == -2 && product.base % 2 == 0 && depth <= kBitsPerLane;
}

namespace {

/// How many columns and steps are unrolled.
struct TreeBlocking {
  int64_t columns = 1, steps = 1;

  TreeBlocking(GeometryAttr g, const BitField &field) {
    int64_t width = g.getOutput()[2], whole = std::max<int64_t>(1, field.runBytes / kRegister);
    int64_t stride = g.getStrides()[1] * field.pixelBytes;
    double best = 0;
    // Instructions beside the 24 of a step and column: loads of weights and activations, and the loop's own.
    auto overhead = [&](int64_t columns, int64_t steps) {
      return double(kPanel + columns) + 4.0 / double(steps);
    };
    // One run of a few steps is still a loop: as part of the loop over panels it is more code than LLVM
    // finds registers for.
    int64_t mostSteps = field.runs == 1 && whole > 1 ? whole / 2 : whole;
    for (int64_t s = 1; s <= std::min(mostSteps, kMostSteps); ++s) {
      // Where taps of neighbouring columns are the same bytes, LLVM keeps them in registers from one step to
      // the next: registers for a few columns only, and for none if the same bytes come two steps later.
      bool shared = stride % kRegister == 0 && stride < s * kRegister;
      if (shared && stride > kRegister)
        break;
      for (int64_t c = 1; c <= std::min(width, shared ? kMostSharedColumns : kMostColumns); ++c) {
        double each = overhead(c, s) -
                      (shared ? double(c - 1) * double(s * kRegister - stride) / double(s * kRegister) : 0);
        double cost = double(width / c) * each + (width % c == 0 ? 0 : kRestPenalty + overhead(width % c, s));
        // Steps beyond the last full unrolling run as straight-line code of their own.
        cost += double(whole % s) / double(whole);
        if (best == 0 || cost < best) {
          best = cost;
          columns = c;
          steps = s;
        }
      }
    }
  }

private:
  /// With twelve columns, the accumulators and the weights of a step leave twelve registers of thirty-two.
  static constexpr int64_t kMostColumns = 12, kMostSharedColumns = 7, kMostSteps = 4;
  /// A second tile for the rest of a row costs code.
  static constexpr double kRestPenalty = 2;
};

class PopcountTreeEmitter : public PopcountEmitter {
public:
  PopcountTreeEmitter(ContractKernelOp op, OpBuilder &builder)
      : PopcountEmitter(op, builder, kPanel), blocking(g, field) {
    weights = op.getWeights();
    depth = 8 * field.runs * field.runBytes;
  }
  void emit() { PopcountEmitter::emit(blocking.columns); }

private:
  SmallVector<Value> emitTile(const Tile &tile) override {
    int64_t start = isHalved(product, depth) ? -product.base / 2 : 0;
    SmallVector<Value> first(tile.columns, splatConstant(b, b.getI16Type(), kPanel, start));
    // Every run by itself where all of them together are too deep for 16 bits.
    if (depth > kBitsPerLane) {
      SmallVector<Value> sums(tile.columns, splatConstant(b, b.getI32Type(), kPanel, 0));
      sums = carry(0, field.runs, 1, sums, [&](Value run, ValueRange sums) {
        SmallVector<Value> result(sums);
        for (int64_t from = 0; from < field.runBytes; from += kBitsPerLane / 8) {
          int64_t bytes = std::min(kBitsPerLane / 8, field.runBytes - from);
          SmallVector<Value> counts = emitRun(tile, run, from, bytes, first);
          for (auto [sum, count] : llvm::zip(result, counts))
            sum = arith::AddIOp::create(b, sum, widen(count, /*isSigned=*/false));
        }
        return result;
      });
      return llvm::map_to_vector(sums, [&](Value count) { return product.emitSum(b, count); });
    }
    SmallVector<Value> counts = carry(0, field.runs, 1, first, [&](Value run, ValueRange counts) {
      return emitRun(tile, run, 0, field.runBytes, counts);
    });
    if (isHalved(product, depth))
      return llvm::map_to_vector(counts, [&](Value count) -> Value {
        Value half = widen(count, /*isSigned=*/true);
        return arith::AddIOp::create(b, half, half);
      });
    // Twice a count fits 16 bits with its sign.
    if (depth < (1 << 14))
      return llvm::map_to_vector(counts, [&](Value count) { return widen(product.emitSum(b, count), true); });
    return llvm::map_to_vector(counts, [&](Value count) { return product.emitSum(b, widen(count, false)); });
  }

  Value widen(Value count, bool isSigned) {
    auto wide = VectorType::get(kPanel, b.getI32Type());
    return isSigned ? Value(arith::ExtSIOp::create(b, wide, count))
                    : Value(arith::ExtUIOp::create(b, wide, count));
  }

  /// Bytes of weights, and of masks if there are any, for a byte of activations.
  int64_t weightsPerByte() const { return kPanel * (field.masked ? 2 : 1); }

  /// Adds the counts of `bytes` bytes of a run, from byte `from` on.
  SmallVector<Value> emitRun(const Tile &tile, Value run, int64_t from, int64_t bytes, ValueRange counts) {
    // Lambdas of C++17 capture no structured bindings.
    std::pair<Value, Value> start = emitRunStart(tile, run);
    Value row = start.first, column = start.second;
    int64_t perByte = weightsPerByte(), unrolled = blocking.steps * kRegister;
    Value weightBase = scaled(run, field.runBytes * perByte, from * perByte);
    Value imageBase = scaled(column, 1, from);
    int64_t looped = bytes / unrolled * unrolled;
    SmallVector<Value> result = carry(0, looped, unrolled, counts, [&](Value offset, ValueRange counts) {
      return emitSteps(tile, row, arith::AddIOp::create(b, imageBase, offset),
                       arith::AddIOp::create(b, weightBase, scaled(offset, perByte)), unrolled, counts);
    });
    return emitSteps(tile, row, scaled(imageBase, 1, looped), scaled(weightBase, 1, looped * perByte),
                     bytes - looped, result);
  }

  /// Straight-line code for `bytes` bytes.
  SmallVector<Value> emitSteps(const Tile &tile, Value row, Value imageBase, Value weightBase, int64_t bytes,
                               ValueRange counts) {
    SmallVector<Value> result(counts);
    int64_t at = 0;
    for (int64_t size : stepsOf(bytes)) {
      SmallVector<Value> words = loadWeights(tile.panel, weightBase, size), masks;
      if (field.masked)
        masks = loadWeights(tile.panel, scaled(weightBase, 1, kPanel * size), size);
      emitPrefetch({tile.panel, weightBase}, size * weightsPerByte());
      for (int64_t p = 0; p < tile.columns; ++p) {
        Value activations = loadActivations(tile.n, row, scaled(imageBase, 1, at + p * columnBytes()), size);
        Value bits = emitTree(countBits(activations, words, masks));
        result[p] = arith::AddIOp::create(b, result[p], sumPairs(bits));
      }
      at += size;
      weightBase = scaled(weightBase, 1, size * weightsPerByte());
    }
    return result;
  }

  /// For each register of weights, the bits of each byte that count.
  SmallVector<Value> countBits(Value activations, ArrayRef<Value> words, ArrayRef<Value> masks) {
    SmallVector<Value> bits;
    for (size_t q = 0; q < words.size(); ++q) {
      Value different = product.isXor ? Value(arith::XOrIOp::create(b, activations, words[q]))
                                      : Value(arith::AndIOp::create(b, activations, words[q]));
      if (!masks.empty())
        different = arith::AndIOp::create(b, different, masks[q]);
      bits.push_back(math::CtPopOp::create(b, different));
    }
    return bits;
  }

  /// Sums of neighbouring bytes until one register is left.
  Value emitTree(SmallVector<Value> bits) {
    while (bits.size() > 1) {
      SmallVector<Value> sums;
      for (size_t i = 0; i < bits.size(); i += 2)
        sums.push_back(addNeighbours(bits[i], bits[i + 1]));
      bits = sums;
    }
    return bits[0];
  }

  /// The registers of a step of `size` bytes.
  SmallVector<Value> loadWeights(Value panel, Value first, int64_t size) {
    SmallVector<Value> registers;
    for (int64_t byte = 0; byte < kPanel * size; byte += kRegister)
      registers.push_back(vector::LoadOp::create(b, VectorType::get(kRegister, b.getI8Type()), weights,
                                                 ValueRange{panel, scaled(first, 1, byte)}));
    return registers;
  }

  /// `size` bytes of activations, repeated to fill a register.
  Value loadActivations(Value n, Value row, Value byte, int64_t size) {
    auto type = VectorType::get(kRegister, b.getI8Type());
    Value bytes =
        vector::LoadOp::create(b, VectorType::get(size, b.getI8Type()), image, ValueRange{n, row, byte});
    if (size == kRegister)
      return bytes;
    Value word = vector::BitCastOp::create(b, VectorType::get(1, b.getIntegerType(8 * size)), bytes);
    Value scalar = vector::ExtractOp::create(b, word, ArrayRef<int64_t>{0});
    return vector::BitCastOp::create(b, type, splat(b, scalar, kRegister / size));
  }

  /// Sums of neighbouring bytes of `low` and `high`, in one register.
  Value addNeighbours(Value low, Value high) {
    SmallVector<int64_t> even, odd;
    for (int64_t i = 0; i < 2 * kRegister; i += 2) {
      even.push_back(i);
      odd.push_back(i + 1);
    }
    return arith::AddIOp::create(b, vector::ShuffleOp::create(b, low, high, even),
                                 vector::ShuffleOp::create(b, low, high, odd));
  }

  /// Sums of neighbouring bytes as 16-bit numbers.
  Value sumPairs(Value bytes) {
    return PairwiseSumOp::create(b, VectorType::get(kPanel, b.getI16Type()), bytes);
  }

  TreeBlocking blocking;
  Value weights;
  int64_t depth;
};

} // namespace

/// Bytes in the order in which steps read them: [panel][run][step][channel][bytes of the step], each step's
/// masks after its weights.
static DenseElementsAttr packTree(const WeightCodes &weights, CodeTypeInterface activationType,
                                  GeometryAttr g, const TargetInfo &) {
  BitProduct product(activationType, weights.type, g);
  BitField field(g, kPanel, product.isXor);
  bool halved = isHalved(product, 8 * field.runs * field.runBytes);
  std::vector<uint8_t> storage(field.panels * field.panelBytes(), 0);
  for (int64_t o = 0; o < weights.outputs; ++o) {
    BitField::ChannelBits bits = field.bitsOf(weights, o);
    if (halved)
      for (auto [weight, mask] : llvm::zip(bits.weights, bits.mask))
        weight ^= mask;
    uint8_t *out = storage.data() + o / kPanel * field.panelBytes();
    for (int64_t run = 0, in = 0; run < field.runs; ++run)
      // A deep run is cut where its counts are widened, at a whole step.
      for (int64_t size : stepsOf(field.runBytes)) {
        for (const std::vector<uint8_t> *source : {&bits.weights, &bits.mask}) {
          if (source == &bits.mask && !field.masked)
            break;
          std::copy_n(source->data() + in, size, out + o % kPanel * size);
          out += kPanel * size;
        }
        in += size;
      }
  }
  auto type = RankedTensorType::get({field.panels, field.panelBytes()}, IntegerType::get(g.getContext(), 8));
  return DenseElementsAttr::getFromRawBuffer(
      type, ArrayRef(reinterpret_cast<const char *>(storage.data()), storage.size()));
}

static void emitTree(ContractKernelOp op, OpBuilder &builder, const TargetInfo &) {
  PopcountTreeEmitter(op, builder).emit();
}

static int64_t treePanel(GeometryAttr, const TargetInfo &) { return kPanel; }

static int64_t treeGranularity(const TargetInfo &) { return kPanel; }

static bool treeSharesCounts(GeometryAttr, const TargetInfo &) { return false; }

const PopcountForm bnn::popcountTree = {treePanel, treeGranularity, treeSharesCounts, packTree, emitTree};
