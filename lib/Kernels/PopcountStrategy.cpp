//===- PopcountStrategy.cpp - One bit by one bit with xor and popcount ------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The portable strategy for contractions of one bit by one bit, in plain vector IR: every CPU from baseline
// x86-64 and ARMv8.0 up runs it, and LLVM turns math.ctpop of bytes into what the target has (a table lookup
// in vpshufb, cnt, vpopcntb).
//
// Lanes are output channels. One step takes 32 bits of depth: a word of activations is broadcast, each lane
// has the 32 weights of its channel, and the matches of a step are counted in bytes:
//
//   bytes[p][q] += ctpop(broadcast(activations[p][step]) op weights[step][q])        p < pixels, q < vectors
//
// with op = xor (both bipolar: acc = depth - 2·count) or and (unsigned operands). A byte holds 31 steps,
// after which bytes are summed into the i32 lane they lie in. A filter row is one contiguous run of words of
// the bit-packed NHWC image, so no im2col buffer is needed; the image carries the border that the op pads
// with.
//
//   values           acc
//   ±1  · ±1         depth - 2·popcount(a ^ w)
//   0,1 · 0,1        popcount(a & w)
//   ±1  · 0,1        2·popcount(a & w) - popcount(w)        the last term is a constant per channel
//   0,1 · ±1         2·popcount(a & w) - popcount(a)        counted once per pixel

#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

namespace {

/// Steps after which a byte of counts (at most 8 a step) may be full.
constexpr int64_t kStepsPerByte = 31;

/// Register blocking and the order of depth.
struct Blocking {
  int64_t lanes;   ///< i32 lanes in a vector register
  int64_t vectors; ///< registers of channels in a panel
  int64_t pixels;  ///< neighbouring output columns in a tile
  int64_t runs;    ///< contiguous runs of words in one receptive field
  int64_t steps;   ///< words in a run

  Blocking(GeometryAttr g, const TargetInfo &target) {
    lanes = target.vectorBits() / 32;
    int64_t outputs = g.getOutput()[3];
    vectors = std::min<int64_t>(4, llvm::divideCeil(outputs, lanes));
    // A panel is whole bytes of output bits.
    if (vectors * lanes < 8)
      vectors = 8 / lanes;
    // Accumulators take pixels·vectors registers; 16 registers hold 8 of them beside the operands.
    bool manyRegisters = target.isAArch64() || target.vectorBits() == 512;
    pixels = std::min<int64_t>(manyRegisters ? 4 : 2, g.getOutput()[2]);
    int64_t words = llvm::divideCeil(g.getInput()[3], 32);
    // With no dilation along the row, the taps of a filter row are neighbours in memory.
    bool contiguous = g.getDilations()[1] == 1 || g.getKernel()[1] == 1;
    runs = g.getKernel()[0] * (contiguous ? 1 : g.getKernel()[1]);
    steps = words * (contiguous ? g.getKernel()[1] : 1);
  }
  int64_t panel() const { return lanes * vectors; }
};

class PopcountStrategy : public Strategy {
public:
  StringRef getName() const override { return "popcount"; }

  bool matches(ContractionOpInterface op, const TargetInfo &, std::string &reason) const override {
    CodeTypeInterface a = op.getActivationType(), w = op.getWeightType();
    GeometryAttr g = getGeometry(op);
    if (a.getBits() != 1 || w.getBits() != 1 || isa<SignedType>(a) || isa<SignedType>(w))
      reason = "the codes are not one bit by one bit";
    else if (!op.getWeights().getDefiningOp<ConstantOp>())
      reason = "the weights are not constant";
    else if (g.getBatchedWeights())
      reason = "every batch has weights of its own";
    else if (g.getGroups() != 1)
      reason = "the convolution is grouped";
    else if (llvm::any_of(g.getPad(), [](int64_t p) { return p != 0; }) && !a.contains(g.getPadValue()))
      reason = "the pad value is not one of the activations' values";
    else
      return true;
    return false;
  }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    // Measured multiply-accumulates per cycle of the portable form.
    double perCycle = target.has("avx512vpopcntdq") || target.has("avx512bitalg") ? 200
                      : target.vectorBits() >= 256                                ? 100
                      : target.isAArch64()                                        ? 60
                      : target.has("ssse3")                                       ? 45
                                                                                  : 20;
    return double(op.getMacs()) / perCycle;
  }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    GeometryAttr g = getGeometry(op);
    bool padded = llvm::any_of(g.getPad(), [](int64_t p) { return p != 0; });
    // The code of the pad value: 0 for the low value of the type, 1 for the high one.
    unsigned border = padded ? op.getActivationType().encode(g.getPadValue()) : 0;
    return BitPackedAttr::get(op.getContext(), padded ? g.getPad() : ArrayRef<int64_t>(), border);
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                            GeometryAttr geometry, const TargetInfo &target) const override {
    Blocking blocking(geometry, target);
    int64_t words = llvm::divideCeil(weights.channels, 32), panel = blocking.panel();
    int64_t panels = llvm::divideCeil(weights.outputs, panel);
    // [panel][run and step: row, column, word of channels][channel of the panel]
    std::vector<uint32_t> storage(panels * blocking.runs * blocking.steps * panel, 0);
    PackedWeights packed;
    bool needsOffsets = isa<BipolarType>(activationType) && isa<UnsignedType>(weights.type);
    for (int64_t o = 0; o < weights.outputs; ++o) {
      int32_t ones = 0;
      for (int64_t i = 0; i < weights.height; ++i)
        for (int64_t j = 0; j < weights.width; ++j)
          for (int64_t c = 0; c < weights.channels; ++c) {
            uint32_t bit = weights.at(o, i, j, c) & 1;
            ones += bit;
            int64_t step = (i * weights.width + j) * words + c / 32;
            int64_t row = (o / panel) * blocking.runs * blocking.steps + step;
            storage[row * panel + o % panel] |= bit << (c % 32);
          }
      if (needsOffsets)
        packed.offsets.push_back(-ones);
    }
    auto type = RankedTensorType::get({panels, blocking.runs, blocking.steps, panel},
                                      IntegerType::get(geometry.getContext(), 32));
    std::vector<APInt> elements;
    packed.storage = DenseElementsAttr::getFromRawBuffer(
        type, ArrayRef(reinterpret_cast<const char *>(storage.data()), storage.size() * 4));
    return packed;
  }

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const override;
};

/// Emits one kernel.
class PopcountEmitter {
public:
  PopcountEmitter(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), blocking(g, target), epilogue(op),
        layout(cast<BitPackedAttr>(op.getActivationLayout())) {
    bipolarActivations = isa<BipolarType>(op.getActivationType());
    bipolarWeights = isa<BipolarType>(op.getWeightType());
    words = llvm::divideCeil(g.getInput()[3], 32);
  }

  void emit() {
    epilogue.emitBorders(b);
    // Rows of the image as one dimension of bytes, so that a filter row may run across pixels.
    SmallVector<ReassociationIndices> rows = {{0}, {1}, {2, 3}};
    image = memref::CollapseShapeOp::create(b, op.getActivations(), rows);
    int64_t outputs = g.getOutput()[3], panel = blocking.panel();
    int64_t full = epilogue.needsLastTile(outputs, panel) ? (outputs - 1) / panel : outputs / panel;
    emitLoop(b, 0, full, 1, [&](Value p) { emitPanel(p, 0, panel, /*last=*/false); });
    if (full * panel < outputs)
      emitPanel(indexConstant(b, full), full * panel, outputs - full * panel, /*last=*/true);
  }

private:
  void emitPanel(Value panel, int64_t firstChannel, int64_t valid, bool last) {
    int64_t width = g.getOutput()[2], full = width - width % blocking.pixels;
    emitLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
      emitLoop(b, 0, g.getOutput()[1], 1, [&](Value y) {
        emitLoop(b, 0, full, blocking.pixels,
                 [&](Value x) { emitTile(panel, n, y, x, blocking.pixels, firstChannel, valid, last); });
        if (full < width)
          emitTile(panel, n, y, indexConstant(b, full), width - full, firstChannel, valid, last);
      });
    });
  }

  void emitTile(Value panel, Value n, Value y, Value x, int64_t pixels, int64_t firstChannel, int64_t valid,
                bool last) {
    SmallVector<Value> counts = emitCounts(panel, n, y, x, pixels);
    Value channel = arith::MulIOp::create(b, panel, indexConstant(b, blocking.panel()));
    for (int64_t p = 0; p < pixels; ++p) {
      SmallVector<Value> parts;
      for (int64_t q = 0; q < blocking.vectors; ++q) {
        Value ones = needsPixelCounts() ? counts[pixels * blocking.vectors + p] : Value();
        parts.push_back(emitAccumulator(counts[p * blocking.vectors + q], ones));
      }
      Value accumulator = concatenate(parts);
      Value column = p == 0 ? x : Value(arith::AddIOp::create(b, x, indexConstant(b, p)));
      epilogue.emit(b, {n, y, column, channel}, valid, last, firstChannel, accumulator);
    }
  }

  /// Counts of the tile as vector<lanes x i32>, [pixel][vector], then one per pixel of its own ones if
  /// needed.
  SmallVector<Value> emitCounts(Value panel, Value n, Value y, Value x, int64_t pixels) {
    int64_t numCounts = pixels * blocking.vectors + (needsPixelCounts() ? pixels : 0);
    Value zero = splatConstant(b, b.getI32Type(), blocking.lanes, 0);
    // Corner of the receptive field of pixel 0: row of the stored image, and byte in that row.
    Value top = scaled(y, g.getStrides()[0], padOf(0) - g.getPad()[0]);
    Value left = scaled(x, g.getStrides()[1] * words * 4, (padOf(2) - g.getPad()[2]) * words * 4);
    Tile tile = {panel, n, top, left, pixels};

    if (blocking.steps > kStepsPerByte) {
      // A run fills bytes by itself: sum them after each piece of it.
      SmallVector<Value> sums(numCounts, zero);
      return emitLoop(
          b, indexConstant(b, 0), indexConstant(b, blocking.runs), 1, sums, [&](Value run, ValueRange sums) {
            return emitLoop(b, indexConstant(b, 0), indexConstant(b, blocking.steps), kStepsPerByte, sums,
                            [&](Value first, ValueRange sums) {
                              Value end = arith::AddIOp::create(b, first, indexConstant(b, kStepsPerByte));
                              end = arith::MinSIOp::create(b, end, indexConstant(b, blocking.steps));
                              return addBytes(sums, emitRun(tile, run, first, end, zeroBytes(numCounts)));
                            });
          });
    }
    int64_t runsPerByte = kStepsPerByte / blocking.steps;
    Value steps = indexConstant(b, blocking.steps), none = indexConstant(b, 0);
    auto emitRuns = [&](Value first, Value end) {
      return emitLoop(b, first, end, 1, zeroBytes(numCounts),
                      [&](Value run, ValueRange bytes) { return emitRun(tile, run, none, steps, bytes); });
    };
    SmallVector<Value> sums(numCounts, zero);
    if (blocking.runs <= runsPerByte)
      return addBytes(sums, emitRuns(none, indexConstant(b, blocking.runs)));
    return emitLoop(b, none, indexConstant(b, blocking.runs), runsPerByte, sums,
                    [&](Value first, ValueRange sums) {
                      Value end = arith::AddIOp::create(b, first, indexConstant(b, runsPerByte));
                      end = arith::MinSIOp::create(b, end, indexConstant(b, blocking.runs));
                      return addBytes(sums, emitRuns(first, end));
                    });
  }

  struct Tile {
    Value panel, n, top, left;
    int64_t pixels;
  };

  /// Adds the counts of steps [first, end) of a run to `bytes`.
  SmallVector<Value> emitRun(const Tile &tile, Value run, Value first, Value end, ValueRange bytes) {
    Value row = tile.top, column = tile.left;
    if (blocking.runs == g.getKernel()[0]) {
      row = arith::AddIOp::create(b, row, scaled(run, g.getDilations()[0], 0));
    } else {
      Value width = indexConstant(b, g.getKernel()[1]);
      Value i = arith::DivUIOp::create(b, run, width), j = arith::RemUIOp::create(b, run, width);
      row = arith::AddIOp::create(b, row, scaled(i, g.getDilations()[0], 0));
      column = arith::AddIOp::create(b, column, scaled(j, g.getDilations()[1] * words * 4, 0));
    }
    return emitLoop(b, first, end, 1, bytes, [&](Value step, ValueRange bytes) {
      SmallVector<Value> next(bytes);
      SmallVector<Value> weights;
      for (int64_t q = 0; q < blocking.vectors; ++q)
        weights.push_back(
            vector::LoadOp::create(b, VectorType::get(blocking.lanes, b.getI32Type()), op.getWeights(),
                                   ValueRange{tile.panel, run, step, indexConstant(b, q * blocking.lanes)}));
      Value byte = arith::AddIOp::create(b, column, scaled(step, 4, 0));
      for (int64_t p = 0; p < tile.pixels; ++p) {
        Value at =
            p == 0
                ? byte
                : Value(arith::AddIOp::create(b, byte, indexConstant(b, p * g.getStrides()[1] * words * 4)));
        Value word = loadWord(tile.n, row, at);
        Value activations = splat(b, word, blocking.lanes);
        for (int64_t q = 0; q < blocking.vectors; ++q) {
          Value matched = bipolarActivations && bipolarWeights
                              ? Value(arith::XOrIOp::create(b, activations, weights[q]))
                              : Value(arith::AndIOp::create(b, activations, weights[q]));
          addCount(next[p * blocking.vectors + q], matched);
        }
        if (needsPixelCounts())
          addCount(next[tile.pixels * blocking.vectors + p], activations);
      }
      return next;
    });
  }

  Value loadWord(Value n, Value row, Value byte) {
    Value bytes =
        vector::LoadOp::create(b, VectorType::get(4, b.getI8Type()), image, ValueRange{n, row, byte});
    Value word = vector::BitCastOp::create(b, VectorType::get(1, b.getI32Type()), bytes);
    return vector::ExtractOp::create(b, word, ArrayRef<int64_t>{0});
  }

  void addCount(Value &bytes, Value bits) {
    Value asBytes = vector::BitCastOp::create(b, bytes.getType(), bits);
    bytes = arith::AddIOp::create(b, bytes, math::CtPopOp::create(b, asBytes));
  }

  SmallVector<Value> zeroBytes(int64_t count) {
    return SmallVector<Value>(count, splatConstant(b, b.getI8Type(), 4 * blocking.lanes, 0));
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

  /// Turns a count into the sum of products; see the table at the top.
  Value emitAccumulator(Value count, Value pixelOnes) {
    int64_t depth = g.getKernel()[0] * g.getKernel()[1] * g.getInput()[3];
    if (!bipolarActivations && !bipolarWeights)
      return count;
    Value twice = arith::AddIOp::create(b, count, count);
    if (bipolarActivations && bipolarWeights)
      return arith::SubIOp::create(b, splatConstant(b, b.getI32Type(), blocking.lanes, depth), twice);
    return pixelOnes ? Value(arith::SubIOp::create(b, twice, pixelOnes)) : twice;
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

  /// index·factor + offset
  Value scaled(Value index, int64_t factor, int64_t offset) {
    Value result = factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
    return offset == 0 ? result : Value(arith::AddIOp::create(b, result, indexConstant(b, offset)));
  }

  int64_t padOf(unsigned side) const { return layout.getPad().empty() ? 0 : layout.getPad()[side]; }
  bool needsPixelCounts() const { return !bipolarActivations && bipolarWeights; }

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  Blocking blocking;
  EpilogueEmitter epilogue;
  BitPackedAttr layout;
  bool bipolarActivations, bipolarWeights;
  int64_t words;
  Value image;
};

LogicalResult PopcountStrategy::emit(ContractKernelOp op, OpBuilder &builder,
                                     const TargetInfo &target) const {
  PopcountEmitter(op, builder, target).emit();
  return success();
}

} // namespace

std::unique_ptr<Strategy> bnn::createPopcountStrategy() { return std::make_unique<PopcountStrategy>(); }
