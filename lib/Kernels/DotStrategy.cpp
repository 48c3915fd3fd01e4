//===- DotStrategy.cpp - Up to eight bits by multiplication -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Contractions of codes of any types with constant weights, through the multiply-add of small integers that
// the target has and whose intermediate sums cannot overflow for the two types; see DotForm.h for the forms.
//
// Activations are staged once into an image of plain numbers with its border, unless they lie that way
// already. Then a tile of `pixels` neighbouring output columns by `vectors` registers of channels is summed
// in registers:
//
//   for each run of the receptive field (a filter row where taps are neighbours in memory, else a tap)
//     for each step of `depth` numbers
//       w[v] = weights[panel][run][step][v]                    v < vectors
//       a    = the pixel's numbers, in every lane
//       sums[p][v] += a · w[v]                                 p < pixels
//
// No im2col: a run is an offset into the staged image. The end of a run is filled up with zero weights, so
// what lies behind it in the image does not count. In pairs, sums of a block of steps stay in i16.
//
// The channels of a group need not end where a tile of the epilogue does, so grouped convolutions sum into a
// buffer of i32 for a tile of pixels, from which the epilogue runs. Depthwise ones are in DotDepthwise.cpp.

#include "DotForm.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

namespace {

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Register blocking and the order of depth.
struct Blocking {
  int64_t vectors; ///< registers of channels in a panel
  int64_t pixels;  ///< neighbouring output columns in a tile
  int64_t runs;    ///< contiguous runs of numbers in one receptive field
  int64_t run;     ///< numbers in a run
  int64_t steps;   ///< steps in a run, the last one filled up
  int64_t columns; ///< output channels of a group
  int64_t panels;  ///< of a group
  double cycles;   ///< of the whole layer, estimated

  Blocking(GeometryAttr g, const DotForm &form, const TargetInfo &target) {
    int64_t channels = g.getInput()[3] / g.getGroups(), width = g.getOutput()[2];
    columns = g.getOutput()[3] / g.getGroups();
    bool contiguous = g.getGroups() == 1 && (g.getDilations()[1] == 1 || g.getKernel()[1] == 1);
    runs = g.getKernel()[0] * (contiguous ? 1 : g.getKernel()[1]);
    run = channels * (contiguous ? g.getKernel()[1] : 1);
    steps = ceilDiv(run, form.depth);

    bool manyRegisters = target.isAArch64() || target.has("avx512vl");
    int64_t perVector = form.channelsPerVector(), needed = ceilDiv(columns, perVector);
    // Sums, weights, numbers and a product.
    int64_t registers = manyRegisters ? 32 : 16;
    // A panel is whole bytes of output bits.
    int64_t unit = ceilDiv(8, perVector);
    double best = 0;
    auto lineCost = [&](int64_t p, int64_t v, auto cost) {
      // Registers without channels are left out.
      int64_t used = std::min(v, needed);
      return double(ceilDiv(needed, v)) *
             (double(width / p) * cost(p, used) + (width % p ? cost(width % p, used) : 0));
    };
    for (int64_t v = unit; v <= std::min<int64_t>(llvm::alignTo(needed, unit), 8); v += unit)
      for (int64_t p = 1; p <= 8; ++p) {
        int64_t rows = form.kind == DotForm::Tiles ? ceilDiv(p, 2) : p;
        if (v * rows + v + 2 > registers || p > width)
          continue;
        double cost = lineCost(p, v, [&](int64_t p, int64_t v) { return tileCost(form, p, v); });
        if (best == 0 || cost < best) {
          best = cost;
          vectors = v;
          pixels = p;
        }
      }
    auto measured = [&](int64_t p, int64_t v) { return measuredTileCost(form, p, v); };
    cycles = lineCost(pixels, vectors, measured) * g.getOutput()[0] * g.getOutput()[1] * g.getGroups();
    panels = ceilDiv(needed, vectors);
    vectors = llvm::alignTo(ceilDiv(needed, panels), unit);
    panels = ceilDiv(columns, vectors * perVector);
  }

  /// Cycles of a tile: multipliers, load ports and the width of the front end limit a step.
  double tileCost(const DotForm &form, int64_t p, int64_t v) const {
    return stepCost(form, p, v) * runs * steps + 6 * registers(form, p, v) + 10;
  }

  /// The same for estimates: the blocking that is best by the limits is best, but its loops do not reach
  /// them.
  double measuredTileCost(const DotForm &form, int64_t p, int64_t v) const {
    // Measured with AVX2.
    if (form.vectorBits != 256 || (form.kind != DotForm::Pairs && form.kind != DotForm::Words))
      return tileCost(form, p, v);
    return 1.22 * stepCost(form, p, v) * runs * steps + 2.5 * registers(form, p, v) + 8;
  }

  static double registers(const DotForm &form, int64_t p, int64_t v) {
    return double(form.kind == DotForm::Tiles ? ceilDiv(p, 2) : p) * v;
  }

  static double stepCost(const DotForm &form, int64_t p, int64_t v) {
    double sums = registers(form, p, v), operations = form.operations() * sums, loads = p + v;
    return std::max({form.multiplications() * sums / 2, loads / 2, (operations + loads) / 5});
  }
};

DotForm formOf(CodeTypeInterface activations, CodeTypeInterface weights, GeometryAttr g,
               const TargetInfo &target) {
  return DotForm::choose(activations, weights, g, target, !isDepthwise(g) && g.getOutput()[2] > 1);
}

DotForm formOf(ContractionOpInterface op, GeometryAttr g, const TargetInfo &target) {
  return formOf(op.getActivationType(), op.getWeightType(), g, target);
}

class DotStrategy : public Strategy {
public:
  StringRef getName() const override { return "dot"; }

  bool matches(ContractionOpInterface op, const TargetInfo &, std::string &reason) const override {
    return canPackWeights(op, reason);
  }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    GeometryAttr g = getGeometry(op);
    DotForm form = formOf(op, g, target);
    double staging = double(op.getActivations().getType().getNumElements()) / (form.isIdentity() ? 32 : 16);
    if (isDepthwise(g))
      return staging + double(op.getMacs()) * 1.4 / (form.vectorBits / 32.0);
    return staging + Blocking(g, form, target).cycles;
  }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    return ByteCodesAttr::get(op.getContext());
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType, GeometryAttr g,
                            const TargetInfo &target) const override;

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const override;
};

PackedWeights DotStrategy::packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                                       GeometryAttr g, const TargetInfo &target) const {
  DotForm form = formOf(activationType, weights.type, g, target);
  PackedWeights packed;
  int64_t depth = weights.height * weights.width * weights.channels;
  if (form.offset != 0)
    for (int64_t o = 0; o < weights.outputs; ++o) {
      int64_t sum = 0;
      for (int64_t k = 0; k < depth; ++k)
        sum += *weights.type.decode(weights.codes[o * depth + k]);
      packed.offsets.push_back(form.offset * sum);
    }
  if (isDepthwise(g)) {
    packed.storage = packDepthwiseWeights(weights, g, form).storage;
    return packed;
  }
  // [group and panel][run][step][channel of the panel][number of the step]
  Blocking blocking(g, form, target);
  int64_t panel = blocking.vectors * form.channelsPerVector(), groups = g.getGroups();
  std::vector<char> storage;
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t first = 0; first < blocking.panels * panel; first += panel)
      for (int64_t run = 0; run < blocking.runs; ++run)
        for (int64_t step = 0; step < blocking.steps; ++step)
          for (int64_t column = first; column < first + panel; ++column)
            for (int64_t k = step * form.depth; k < (step + 1) * form.depth; ++k) {
              bool inside = column < blocking.columns && k < blocking.run;
              int64_t at = (group * blocking.columns + column) * depth + run * blocking.run + k;
              form.appendWeight(storage, inside ? *weights.type.decode(weights.codes[at]) : 0);
            }
  packed.storage = form.weightStorage(
      g.getContext(), {groups * blocking.panels, blocking.runs, blocking.steps, panel * form.depth}, storage);
  return packed;
}

/// Emits one kernel that is not depthwise.
class DotEmitter {
public:
  DotEmitter(ContractKernelOp op, OpBuilder &builder, const DotForm &form, const TargetInfo &target)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), form(form), blocking(g, form, target),
        epilogue(op), perVector(form.channelsPerVector()), panel(blocking.vectors * perVector),
        lanes(form.vectorBits / 32) {}

  void emit() {
    epilogue.emitBorders(b);
    // The last run of the image may be read past its end.
    int64_t slack = blocking.steps * form.depth - blocking.run;
    image = form.stage(b, op.getActivations(), g, slack);
    if (g.getGroups() == 1)
      emitPanels();
    else
      emitGroups();
    if (image.getDefiningOp<memref::AllocOp>())
      memref::DeallocOp::create(b, image);
  }

private:
  struct Tile {
    Value panel, n, y, x;
    int64_t pixels, vectors;
    Value firstInput; ///< first input channel of the group, null for none
  };

  /// A panel's weights serve the whole image before the next ones come.
  void emitPanels() {
    int64_t outputs = g.getOutput()[3];
    int64_t full = epilogue.needsLastTile(outputs, panel) ? (outputs - 1) / panel : outputs / panel;
    emitParallelLoop(b, 0, full, 1, [&](Value p) { emitPanel(p, panel, /*last=*/false, 0); });
    if (full * panel < outputs)
      emitPanel(indexConstant(b, full), outputs - full * panel, /*last=*/true, full * panel);
  }

  void emitPanel(Value index, int64_t valid, bool last, int64_t firstChannel) {
    Value channel = arith::MulIOp::create(b, index, indexConstant(b, panel));
    forTiles([&](Value n, Value y, Value x, int64_t pixels) {
      SmallVector<Value> sums = emitSums({index, n, y, x, pixels, ceilDiv(valid, perVector), Value()});
      for (int64_t p = 0; p < pixels; ++p)
        epilogue.emit(b, {n, y, shifted(x, p), channel}, valid, last, firstChannel, sums[p]);
    });
  }

  /// All groups of a tile of pixels go through a buffer of sums.
  void emitGroups() {
    int64_t outputs = g.getOutput()[3], tile = std::max<int64_t>(8, 2 * lanes);
    int64_t channels = g.getInput()[3] / g.getGroups();
    forTiles([&](Value n, Value y, Value x, int64_t pixels) {
      // Allocated here, so that each thread has its own.
      Value buffer = memref::AllocOp::create(b, MemRefType::get({blocking.pixels, outputs}, b.getI32Type()));
      emitLoop(b, 0, g.getGroups(), 1, [&](Value group) {
        Value firstOutput = scaled(group, blocking.columns), firstInput = scaled(group, channels);
        Value firstPanel = scaled(group, blocking.panels);
        auto emitPart = [&](Value index, int64_t valid) {
          Value channel = arith::AddIOp::create(b, firstOutput, scaled(index, panel));
          SmallVector<Value> sums = emitSums({arith::AddIOp::create(b, firstPanel, index), n, y, x, pixels,
                                              ceilDiv(valid, perVector), firstInput});
          for (int64_t p = 0; p < pixels; ++p)
            vector::StoreOp::create(b, slice(sums[p], 0, valid), buffer,
                                    ValueRange{indexConstant(b, p), channel});
        };
        int64_t full = blocking.columns / panel;
        emitLoop(b, 0, full, 1, [&](Value index) { emitPart(index, panel); });
        if (blocking.columns % panel)
          emitPart(indexConstant(b, full), blocking.columns % panel);
      });
      int64_t full = epilogue.needsLastTile(outputs, tile) ? (outputs - 1) / tile * tile : outputs;
      auto finish = [&](Value channel, int64_t width, bool last) {
        for (int64_t p = 0; p < pixels; ++p) {
          Value sums = vector::LoadOp::create(b, VectorType::get(width, b.getI32Type()), buffer,
                                              ValueRange{indexConstant(b, p), channel});
          epilogue.emit(b, {n, y, shifted(x, p), channel}, width, last, full, sums);
        }
      };
      emitLoop(b, 0, full, tile, [&](Value channel) { finish(channel, tile, /*last=*/false); });
      if (full < outputs)
        finish(indexConstant(b, full), outputs - full, /*last=*/true);
      memref::DeallocOp::create(b, buffer);
    });
  }

  void forTiles(function_ref<void(Value, Value, Value, int64_t)> body) {
    int64_t width = g.getOutput()[2], full = width - width % blocking.pixels;
    emitParallelLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
      emitParallelLoop(b, 0, g.getOutput()[1], 1, [&](Value y) {
        emitParallelLoop(b, 0, full, blocking.pixels, [&](Value x) { body(n, y, x, blocking.pixels); });
        if (full < width)
          body(n, y, indexConstant(b, full), width - full);
      });
    });
  }

  /// One vector of the tile's channels for each pixel.
  SmallVector<Value> emitSums(const Tile &tile) {
    ArrayRef<int64_t> in = g.getInput(), pad = g.getPad();
    int64_t line = (in[2] + pad[2] + pad[3]) * in[3], rows = in[1] + pad[0] + pad[1];
    Value row = arith::AddIOp::create(b, scaled(tile.n, rows), scaled(tile.y, g.getStrides()[0]));
    Value corner = arith::AddIOp::create(b, scaled(row, line), scaled(tile.x, g.getStrides()[1] * in[3]));
    if (tile.firstInput)
      corner = arith::AddIOp::create(b, corner, tile.firstInput);

    Value zero = splatConstant(b, b.getI32Type(), lanes, 0);
    SmallVector<Value> sums(registerRows(tile) * tile.vectors, zero);
    sums = emitLoop(b, indexConstant(b, 0), indexConstant(b, blocking.runs), 1, sums,
                    [&](Value run, ValueRange sums) {
                      Value first = arith::AddIOp::create(b, corner, runOffset(run, line));
                      return emitRun(tile, run, first, sums);
                    });
    SmallVector<Value> pixels;
    for (int64_t p = 0; p < tile.pixels; ++p)
      pixels.push_back(pixelSums(tile, sums, p));
    return pixels;
  }

  Value runOffset(Value run, int64_t line) {
    int64_t taps = g.getKernel()[1];
    if (blocking.runs == g.getKernel()[0])
      return scaled(run, g.getDilations()[0] * line);
    Value i = arith::DivUIOp::create(b, run, indexConstant(b, taps));
    Value j = arith::RemUIOp::create(b, run, indexConstant(b, taps));
    return arith::AddIOp::create(b, scaled(i, g.getDilations()[0] * line),
                                 scaled(j, g.getDilations()[1] * g.getInput()[3]));
  }

  SmallVector<Value> emitRun(const Tile &tile, Value run, Value first, ValueRange sums) {
    Value none = indexConstant(b, 0), steps = indexConstant(b, blocking.steps);
    if (form.stepsPerBlock < kShortestBlock)
      return emitSteps(tile, run, first, none, steps, blocking.steps, sums,
                       [&](Value sum, Value a, Value w) { return form.accumulate(b, sum, a, w); });
    // Blocks of equal length, whose sums are added to those of i32.
    int64_t blocks = ceilDiv(blocking.steps, std::min(form.stepsPerBlock, blocking.steps));
    int64_t length = ceilDiv(blocking.steps, blocks);
    Value zero = splatConstant(b, b.getI16Type(), 2 * lanes, 0);
    return emitLoop(b, none, steps, length, sums, [&](Value from, ValueRange sums) {
      Value to = steps;
      if (blocks > 1)
        to = arith::MinSIOp::create(b, shifted(from, length), steps);
      bool even = blocking.steps % length == 0;
      SmallVector<Value> words =
          emitSteps(tile, run, first, from, to, even ? length : 1, SmallVector<Value>(sums.size(), zero),
                    [&](Value sum, Value a, Value w) -> Value {
                      return arith::AddIOp::create(b, sum, form.multiplyPairs(b, a, w));
                    });
      for (auto [sum, word] : llvm::zip(sums, words))
        word = form.addPairs(b, sum, word);
      return words;
    });
  }

  /// Steps `from` to `to` of a run, a multiple of `multiple`.
  SmallVector<Value> emitSteps(const Tile &tile, Value run, Value first, Value from, Value to,
                               int64_t multiple, ValueRange sums,
                               function_ref<Value(Value, Value, Value)> accumulate) {
    // Large tiles hide the loop by themselves, and LLVM spills where it may join the sums of several steps.
    int64_t unroll = sums.size() >= 8    ? 1
                     : multiple % 4 == 0 ? 4
                     : multiple % 3 == 0 ? 3
                     : multiple % 2 == 0 ? 2
                                         : 1;
    return emitLoop(b, from, to, unroll, sums, [&](Value step, ValueRange sums) {
      SmallVector<Value> next(sums);
      Value at = arith::AddIOp::create(b, first, scaled(step, form.depth));
      for (int64_t u = 0; u < unroll; ++u) {
        SmallVector<Value> weights;
        for (int64_t v = 0; v < tile.vectors; ++v)
          weights.push_back(vector::LoadOp::create(
              b, VectorType::get(form.vectorLength(), b.getIntegerType(form.storedBits())), op.getWeights(),
              ValueRange{tile.panel, run, shifted(step, u), indexConstant(b, v * form.vectorLength())}));
        for (int64_t row = 0; row < registerRows(tile); ++row) {
          Value activations = loadActivations(tile, at, u * form.depth, row);
          for (int64_t v = 0; v < tile.vectors; ++v) {
            Value &sum = next[row * tile.vectors + v];
            sum = accumulate(sum, activations, weights[v]);
          }
        }
      }
      return next;
    });
  }

  /// The numbers of one step for a row of registers: of one pixel, in every lane, or of two pixels.
  Value loadActivations(const Tile &tile, Value at, int64_t offset, int64_t row) {
    auto loadPixel = [&](int64_t p) -> Value {
      Value index = shifted(at, offset + p * g.getStrides()[1] * g.getInput()[3]);
      return vector::LoadOp::create(b, VectorType::get(form.depth, b.getIntegerType(form.storedBits())),
                                    image, index);
    };
    auto whole = VectorType::get(form.vectorLength(), b.getIntegerType(form.storedBits()));
    if (form.kind != DotForm::Tiles) {
      Type word = b.getIntegerType(form.depth * form.storedBits());
      Value bits = vector::BitCastOp::create(b, VectorType::get(1, word), loadPixel(row));
      bits = vector::ExtractOp::create(b, bits, ArrayRef<int64_t>{0});
      Value all = splat(b, bits, form.vectorLength() / form.depth);
      return form.depth == 1 ? all : Value(vector::BitCastOp::create(b, whole, all));
    }
    Value first = loadPixel(2 * row);
    Value second = 2 * row + 1 < tile.pixels ? loadPixel(2 * row + 1) : first;
    return vector::ShuffleOp::create(b, first, second,
                                     llvm::to_vector(llvm::seq<int64_t>(0, 2 * form.depth)));
  }

  int64_t registerRows(const Tile &tile) const {
    return form.kind == DotForm::Tiles ? ceilDiv(tile.pixels, 2) : tile.pixels;
  }

  /// The channels of pixel `p` in order, times the form's factor.
  Value pixelSums(const Tile &tile, ArrayRef<Value> sums, int64_t p) {
    bool tiles = form.kind == DotForm::Tiles;
    Value whole = splatConstant(b, b.getI32Type(), tile.vectors * perVector, 0);
    for (int64_t v = 0; v < tile.vectors; ++v) {
      Value sum = sums[(tiles ? p / 2 : p) * tile.vectors + v];
      if (tiles)
        sum = slice(sum, p % 2 * perVector, perVector);
      if (form.factor == 2)
        sum = arith::AddIOp::create(b, sum, sum);
      if (tile.vectors == 1)
        return sum;
      whole = vector::InsertStridedSliceOp::create(b, sum, whole, ArrayRef<int64_t>{v * perVector},
                                                   ArrayRef<int64_t>{1});
    }
    return whole;
  }

  Value slice(Value vector, int64_t offset, int64_t width) {
    if (cast<VectorType>(vector.getType()).getNumElements() == width)
      return vector;
    return vector::ExtractStridedSliceOp::create(b, vector, ArrayRef<int64_t>{offset},
                                                 ArrayRef<int64_t>{width}, ArrayRef<int64_t>{1});
  }

  Value scaled(Value index, int64_t factor) {
    return factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  }

  Value shifted(Value index, int64_t offset) {
    return offset == 0 ? index : Value(arith::AddIOp::create(b, index, indexConstant(b, offset)));
  }

  /// Below, sums of i16 cost more than they save.
  static constexpr int64_t kShortestBlock = 4;

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  const DotForm &form;
  Blocking blocking;
  EpilogueEmitter epilogue;
  int64_t perVector, panel, lanes;
  Value image;
};

LogicalResult DotStrategy::emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const {
  DotForm form = formOf(cast<CodeTypeInterface>(op.getActivationType()),
                        cast<CodeTypeInterface>(op.getWeightType()), op.getGeometry(), target);
  if (isDepthwise(op.getGeometry()))
    emitDepthwise(op, builder, form);
  else
    DotEmitter(op, builder, form, target).emit();
  return success();
}

} // namespace

std::unique_ptr<Strategy> bnn::createDotStrategy() { return std::make_unique<DotStrategy>(); }
