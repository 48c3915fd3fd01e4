//===- Popcount.cpp - What the forms of the popcount strategy share ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Popcount.h"

#include "bnn/Target/ParallelLoops.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// Weights that stay in a first-level cache of 32 KB beside the activations of a tile.
static constexpr int64_t kCachedWeightBytes = 16384;
/// With one output position, weights beyond this size come from further away each time, and are asked for
/// early. The hardware's own prefetching stops at every page.
static constexpr int64_t kStreamedWeightBytes = 32768, kPrefetchDistance = 2048, kCacheLine = 64;

//===----------------------------------------------------------------------===//
// Counts and bits
//===----------------------------------------------------------------------===//

BitProduct::BitProduct(Type activations, Type weights, GeometryAttr g) : base(0) {
  bool a = isa<BipolarType>(activations), w = isa<BipolarType>(weights);
  isXor = w;
  scale = a ? (w ? -2 : 2) : (w ? -1 : 1);
  onesScale = a == w ? 0 : (w ? 1 : -1);
  if (a && w)
    base = g.getKernel()[0] * g.getKernel()[1] * g.getInput()[3] / g.getGroups();
}

Value BitProduct::emitSum(ImplicitLocOpBuilder &b, Value count) const {
  auto type = cast<VectorType>(count.getType());
  auto constant = [&](int64_t value) {
    return splatConstant(b, type.getElementType(), type.getNumElements(), value);
  };
  Value product = std::abs(scale) == 2 ? Value(arith::AddIOp::create(b, count, count)) : count;
  if (scale < 0)
    return arith::SubIOp::create(b, constant(base), product);
  return base == 0 ? product : Value(arith::AddIOp::create(b, product, constant(base)));
}

BitField::BitField(GeometryAttr g, int64_t panel, bool isXor) : g(g), panel(panel) {
  int64_t outputs = g.getOutput()[3], inputs = g.getInput()[3], groups = g.getGroups();
  panels = llvm::divideCeil(outputs, panel);
  pixelBytes = 4 * llvm::divideCeil(inputs, 32);
  masked = isXor && groups > 1 && ((outputs / groups) % panel != 0 || (inputs / groups) % 32 != 0);
  sliceBytes = 0;
  for (int64_t p = 0; p < panels; ++p) {
    int64_t depth = inputs / groups, width = outputs / groups;
    int64_t first = p * panel / width, last = (std::min((p + 1) * panel, outputs) - 1) / width;
    sliceBytes =
        std::max(sliceBytes, 4 * int64_t(llvm::divideCeil((last + 1) * depth, 32) - first * depth / 32));
  }
  bool joined = groups == 1 && (g.getDilations()[1] == 1 || g.getKernel()[1] == 1);
  runs = g.getKernel()[0] * (joined ? 1 : g.getKernel()[1]);
  runBytes = sliceBytes * (joined ? g.getKernel()[1] : 1);
}

int64_t BitField::sliceStart(int64_t p) const {
  if (g.getGroups() == 1)
    return 0;
  int64_t group = p * panel / (g.getOutput()[3] / g.getGroups());
  int64_t word = group * (g.getInput()[3] / g.getGroups()) / 32;
  return std::min(4 * word, pixelBytes - sliceBytes);
}

Value BitField::emitSliceStart(ImplicitLocOpBuilder &b, Value p) const {
  auto scale = [&](Value index, int64_t factor, int64_t divisor) -> Value {
    Value product = arith::MulIOp::create(b, index, indexConstant(b, factor));
    return arith::DivUIOp::create(b, product, indexConstant(b, divisor));
  };
  Value group = scale(p, panel, g.getOutput()[3] / g.getGroups());
  Value word = scale(group, g.getInput()[3] / g.getGroups(), 32);
  Value byte = arith::MulIOp::create(b, word, indexConstant(b, 4));
  return arith::MinUIOp::create(b, byte, indexConstant(b, pixelBytes - sliceBytes));
}

BitField::ChannelBits BitField::bitsOf(const WeightCodes &weights, int64_t o) const {
  ChannelBits bits;
  bits.weights.assign(runs * runBytes, 0);
  bits.mask.assign(runs * runBytes, 0);
  int64_t group = o / (weights.outputs / g.getGroups());
  int64_t firstBit = group * weights.channels - 8 * sliceStart(o / panel);
  for (int64_t i = 0; i < weights.height; ++i)
    for (int64_t j = 0; j < weights.width; ++j)
      for (int64_t c = 0; c < weights.channels; ++c) {
        int64_t bit = 8 * (i * weights.width + j) * sliceBytes + firstBit + c;
        uint8_t code = weights.at(o, i, j, c) & 1;
        bits.weights[bit / 8] |= code << (bit % 8);
        bits.mask[bit / 8] |= 1 << (bit % 8);
      }
  return bits;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

PopcountEmitter::PopcountEmitter(ContractKernelOp op, OpBuilder &builder, int64_t panel)
    : op(op), b(op.getLoc(), builder), g(op.getGeometry()),
      product(op.getActivationType(), op.getWeightType(), g), field(g, panel, product.isXor), epilogue(op),
      layout(cast<BitPackedAttr>(op.getActivationLayout())) {
  SmallVector<ReassociationIndices> rows = {{0}, {1}, {2, 3}};
  image = memref::CollapseShapeOp::create(b, op.getActivations(), rows);
}

void PopcountEmitter::emit(int64_t columns) {
  epilogue.emitBorders(b);
  int64_t outputs = g.getOutput()[3], panel = field.panel;
  int64_t full = epilogue.needsLastTile(outputs, panel) ? (outputs - 1) / panel : outputs / panel;
  emitPanels(columns, 0, full, panel, /*last=*/false);
  if (full * panel < outputs)
    emitPanels(columns, full, full + 1, outputs - full * panel, /*last=*/true);
}

/// Panels [first, end) over all output positions. As many panels as fit into the cache are done for a tile
/// before the next one, so that weights and activations both come from near.
void PopcountEmitter::emitPanels(int64_t columns, int64_t first, int64_t end, int64_t valid, bool last) {
  int64_t width = g.getOutput()[2], fullWidth = width - width % columns;
  int64_t block = std::max<int64_t>(1, kCachedWeightBytes / field.panelBytes());
  if ((end - first) * field.panelBytes() <= 2 * kCachedWeightBytes)
    block = end - first;
  auto emitColumns = [&](Value panel, Value n, Value y, Value x, int64_t count) {
    auto padOf = [&](unsigned side) { return layout.getPad().empty() ? 0 : layout.getPad()[side]; };
    Tile tile{panel, n, y, x, count, {}, {}};
    tile.top = scaled(y, g.getStrides()[0], padOf(0) - g.getPad()[0]);
    tile.left = scaled(x, columnBytes(), (padOf(2) - g.getPad()[2]) * field.pixelBytes);
    if (g.getGroups() > 1)
      tile.left = arith::AddIOp::create(b, tile.left, field.emitSliceStart(b, panel));
    SmallVector<Value> accumulators = emitTile(tile);
    Value channel = scaled(panel, field.panel);
    for (int64_t column = 0; column < count; ++column)
      epilogue.emit(b, {n, y, scaled(x, 1, column), channel}, valid, last, first * field.panel,
                    accumulators[column]);
  };
  auto emitBlock = [&](Value lower, Value n, Value y, Value x, int64_t count) {
    if (block == 1)
      return emitColumns(lower, n, y, x, count);
    Value upper = scaled(lower, 1, block);
    if ((end - first) % block != 0)
      upper = arith::MinSIOp::create(b, upper, indexConstant(b, end));
    auto loop = scf::ForOp::create(b, lower, upper, indexConstant(b, 1));
    markParallel(loop);
    // A tile's activations do not change from panel to panel. Outside the loop they would take more registers
    // than there are, and be loaded from the stack instead.
    keepInside(loop);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    emitColumns(loop.getInductionVar(), n, y, x, count);
  };
  emitParallelLoop(b, first, end, block, [&](Value p) {
    emitParallelLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
      emitParallelLoop(b, 0, g.getOutput()[1], 1, [&](Value y) {
        emitParallelLoop(b, 0, fullWidth, columns, [&](Value x) { emitBlock(p, n, y, x, columns); });
        if (fullWidth < width)
          emitBlock(p, n, y, indexConstant(b, fullWidth), width - fullWidth);
      });
    });
  });
}

std::pair<Value, Value> PopcountEmitter::emitRunStart(const Tile &tile, Value run) {
  if (field.joinsRow())
    return {arith::AddIOp::create(b, tile.top, scaled(run, g.getDilations()[0])), tile.left};
  Value width = indexConstant(b, g.getKernel()[1]);
  Value i = arith::DivUIOp::create(b, run, width), j = arith::RemUIOp::create(b, run, width);
  return {arith::AddIOp::create(b, tile.top, scaled(i, g.getDilations()[0])),
          arith::AddIOp::create(b, tile.left, scaled(j, g.getDilations()[1] * field.pixelBytes))};
}

void PopcountEmitter::emitPrefetch(ValueRange indices, int64_t bytes) {
  ArrayRef<int64_t> output = g.getOutput();
  if (output[0] * output[1] * output[2] > 1 || field.panels * field.panelBytes() < kStreamedWeightBytes)
    return;
  auto type = cast<MemRefType>(op.getWeights().getType());
  int64_t elementBytes = type.getElementTypeBitWidth() / 8;
  for (int64_t byte = 0; byte < bytes; byte += kCacheLine) {
    SmallVector<Value> at(indices);
    at.back() = scaled(at.back(), 1, (kPrefetchDistance + byte) / elementBytes);
    memref::PrefetchOp::create(b, op.getWeights(), at, /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  }
}

Value PopcountEmitter::scaled(Value index, int64_t factor, int64_t offset) {
  Value result = factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  return offset == 0 ? result : Value(arith::AddIOp::create(b, result, indexConstant(b, offset)));
}

SmallVector<Value> PopcountEmitter::carry(int64_t lower, int64_t upper, int64_t step, ValueRange inits,
                                          function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  if (lower >= upper)
    return SmallVector<Value>(inits);
  if (upper - lower <= step)
    return body(indexConstant(b, lower), inits);
  return emitLoop(b, indexConstant(b, lower), indexConstant(b, upper), step, inits, body);
}
