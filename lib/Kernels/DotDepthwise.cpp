//===- DotDepthwise.cpp - One input channel for each output channel ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Depthwise convolutions of the strategy `dot`. Here lanes are channels of input and output alike, and the
// numbers that a step adds are taps: a register of channels is loaded for each tap, and `depth` of them are
// interleaved so that the taps of a channel lie side by side, as the forms want them.
//
//   t0 = a0 a1 a2 …   t1 = b0 b1 b2 …   t2 = c0 c1 c2 …   t3 = d0 d1 d2 …
//     ->  a0 b0 c0 d0 a1 b1 c1 d1 …  ·  weights in the same order
//
// Interleaving stays within 128 bits, where it is one instruction. The order of channels that results is that
// of the packed weights, and the sums are put in order once at the end.

#include "DotForm.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

bool bnn::isDepthwise(GeometryAttr g) {
  return g.getGroups() > 1 && g.getInput()[3] == g.getGroups() && g.getOutput()[3] == g.getGroups() &&
         g.getKernel()[0] * g.getKernel()[1] <= 64;
}

namespace {

/// The order of numbers that interleaving gives.
class TapOrder {
public:
  explicit TapOrder(const DotForm &form)
      : length(std::max<int64_t>(8, form.vectorLength())), depth(form.depth),
        perBlock(128 / form.storedBits()) {
    for (int64_t tap = 0; tap < depth; ++tap)
      order.push_back(llvm::to_vector(llvm::seq<int64_t>(tap * length, (tap + 1) * length)));
    order = interleave<SmallVector<int64_t>>(
        order, [](const SmallVector<int64_t> &lhs, const SmallVector<int64_t> &rhs, ArrayRef<int64_t> mask) {
          SmallVector<int64_t> both(lhs);
          both.append(rhs);
          return llvm::map_to_vector(mask, [&](int64_t i) { return both[i]; });
        });
  }

  /// Joins `depth` vectors, one for each tap, to as many of side-by-side taps.
  template <typename T, typename ShuffleFn>
  SmallVector<T> interleave(ArrayRef<T> vectors, ShuffleFn shuffle) const {
    SmallVector<T> current(vectors);
    for (int64_t unit = 1; unit < depth; unit *= 2) {
      // Vectors i and i + half hold neighbouring taps of the same channels.
      SmallVector<T> next;
      int64_t taps = depth / unit, sets = depth / taps;
      for (int64_t tap = 0; tap < taps; tap += 2)
        for (int64_t set = 0; set < sets; ++set)
          for (bool high : {false, true})
            next.push_back(
                shuffle(current[tap * sets + set], current[(tap + 1) * sets + set], unpackMask(unit, high)));
      current = next;
    }
    return current;
  }

  int64_t channelsPerTile() const { return length; }
  int64_t lanes() const { return length / depth; }
  /// Channel of a lane of a joined vector.
  int64_t channel(int64_t vector, int64_t lane) const { return order[vector][lane * depth] % length; }

private:
  /// Units of each 128 bits of two vectors in turn: those of the lower or the higher half.
  SmallVector<int64_t> unpackMask(int64_t unit, bool high) const {
    SmallVector<int64_t> mask;
    for (int64_t block = 0; block < length; block += perBlock)
      for (int64_t i = 0; i < perBlock / 2; i += unit)
        for (int64_t operand : {int64_t(0), length})
          for (int64_t u = 0; u < unit; ++u)
            mask.push_back(operand + block + (high ? perBlock / 2 : 0) + i + u);
    return mask;
  }

  int64_t length, depth, perBlock;
  SmallVector<SmallVector<int64_t>> order;
};

class DepthwiseEmitter {
public:
  DepthwiseEmitter(ContractKernelOp op, OpBuilder &builder, const DotForm &form)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), form(form), order(form), epilogue(op) {}

  void emit() {
    epilogue.emitBorders(b);
    int64_t channels = g.getOutput()[3], tile = order.channelsPerTile();
    image = form.stage(b, op.getActivations(), g, /*slack=*/channels % tile ? tile : 0);
    int64_t full = epilogue.needsLastTile(channels, tile) ? (channels - 1) / tile : channels / tile;
    emitParallelLoop(b, 0, full, 1, [&](Value index) { emitTile(index, tile, /*last=*/false, 0); });
    if (full * tile < channels)
      emitTile(indexConstant(b, full), channels - full * tile, /*last=*/true, full * tile);
    if (image.getDefiningOp<memref::AllocOp>())
      memref::DeallocOp::create(b, image);
  }

private:
  void emitTile(Value index, int64_t valid, bool last, int64_t firstChannel) {
    Value channel = scaled(index, order.channelsPerTile());
    emitParallelLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
      emitParallelLoop(b, 0, g.getOutput()[1], 1, [&](Value y) {
        emitParallelLoop(b, 0, g.getOutput()[2], 1, [&](Value x) {
          epilogue.emit(b, {n, y, x, channel}, valid, last, firstChannel, emitSums(index, channel, n, y, x));
        });
      });
    });
  }

  Value emitSums(Value index, Value channel, Value n, Value y, Value x) {
    ArrayRef<int64_t> in = g.getInput(), pad = g.getPad();
    int64_t line = (in[2] + pad[2] + pad[3]) * in[3], rows = in[1] + pad[0] + pad[1];
    Value row = arith::AddIOp::create(b, scaled(n, rows), scaled(y, g.getStrides()[0]));
    Value corner = arith::AddIOp::create(b, scaled(row, line), scaled(x, g.getStrides()[1] * in[3]));
    corner = arith::AddIOp::create(b, corner, channel);

    auto type = VectorType::get(order.channelsPerTile(), b.getIntegerType(form.storedBits()));
    SmallVector<Value> sums(form.depth, splatConstant(b, b.getI32Type(), order.lanes(), 0));
    int64_t taps = g.getKernel()[0] * g.getKernel()[1];
    for (int64_t first = 0; first < taps; first += form.depth) {
      SmallVector<Value> vectors;
      for (int64_t tap = first; tap < first + form.depth; ++tap) {
        if (tap >= taps) { // Has weights of zero.
          vectors.push_back(vectors.front());
          continue;
        }
        int64_t offset = tap / g.getKernel()[1] * g.getDilations()[0] * line +
                         tap % g.getKernel()[1] * g.getDilations()[1] * in[3];
        Value at = arith::AddIOp::create(b, corner, indexConstant(b, offset));
        vectors.push_back(vector::LoadOp::create(b, type, image, at));
      }
      vectors = order.interleave<Value>(vectors, [&](Value lhs, Value rhs, ArrayRef<int64_t> mask) -> Value {
        return vector::ShuffleOp::create(b, lhs, rhs, mask);
      });
      for (auto [v, vector] : llvm::enumerate(vectors)) {
        Value weights = vector::LoadOp::create(b, type, op.getWeights(),
                                               ValueRange{index, indexConstant(b, first / form.depth),
                                                          indexConstant(b, v), indexConstant(b, 0)});
        sums[v] = form.accumulate(b, sums[v], vector, weights);
      }
    }
    return inOrder(sums);
  }

  /// All sums in the order of channels, times the form's factor.
  Value inOrder(ArrayRef<Value> sums) {
    Value all = sums[0];
    int64_t length = order.channelsPerTile();
    if (sums.size() > 1) {
      all = splatConstant(b, b.getI32Type(), length, 0);
      SmallVector<int64_t> mask(length);
      for (auto [v, sum] : llvm::enumerate(sums)) {
        all = vector::InsertStridedSliceOp::create(b, sum, all, ArrayRef<int64_t>{int64_t(v) * order.lanes()},
                                                   ArrayRef<int64_t>{1});
        for (int64_t lane = 0; lane < order.lanes(); ++lane)
          mask[order.channel(v, lane)] = v * order.lanes() + lane;
      }
      all = vector::ShuffleOp::create(b, all, all, mask);
    }
    return form.factor == 2 ? Value(arith::AddIOp::create(b, all, all)) : all;
  }

  Value scaled(Value index, int64_t factor) {
    return factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  }

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  const DotForm &form;
  TapOrder order;
  EpilogueEmitter epilogue;
  Value image;
};

} // namespace

PackedWeights bnn::packDepthwiseWeights(const WeightCodes &weights, GeometryAttr g, const DotForm &form) {
  TapOrder order(form);
  int64_t taps = weights.height * weights.width, steps = llvm::divideCeil(taps, form.depth);
  int64_t tile = order.channelsPerTile(), tiles = llvm::divideCeil(weights.outputs, tile);
  // [tile of channels][step][joined vector][channel and tap]
  std::vector<char> storage;
  for (int64_t first = 0; first < tiles * tile; first += tile)
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t vector = 0; vector < form.depth; ++vector)
        for (int64_t lane = 0; lane < order.lanes(); ++lane)
          for (int64_t tap = step * form.depth; tap < (step + 1) * form.depth; ++tap) {
            int64_t channel = first + order.channel(vector, lane);
            bool inside = channel < weights.outputs && tap < taps;
            form.appendWeight(storage,
                              inside ? *weights.type.decode(weights.codes[channel * taps + tap]) : 0);
          }
  return {form.weightStorage(g.getContext(), {tiles, steps, form.depth, tile}, storage), {}};
}

void bnn::emitDepthwise(ContractKernelOp op, OpBuilder &builder, const DotForm &form) {
  DepthwiseEmitter(op, builder, form).emit();
}
