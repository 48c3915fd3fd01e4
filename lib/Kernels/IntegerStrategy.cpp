//===- IntegerStrategy.cpp - Any codes, one multiply at a time --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The strategy that serves every contraction: codes as bytes, widened to i32 and multiplied, vectorised along
// output channels. It pads with any value by leaving out the taps outside the image or by multiplying them
// with the pad value, so nothing has to be legalized for it.
//
// Weights are byte codes [slab][depth][column]. A slab is a group (or, with weights computed at run time, a
// batch); its columns are the group's output channels. In a depthwise convolution every output channel reads
// its own input channel, so there is one slab whose columns are the channels and whose depth is the window.
//
// The accumulators of one output position go through a small i32 buffer, because a group need not end where a
// tile of the epilogue does.

#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

namespace {

bool isDepthwise(GeometryAttr g) {
  return g.getGroups() > 1 && g.getInput()[3] == g.getGroups() && g.getOutput()[3] == g.getGroups();
}

class IntegerStrategy : public Strategy {
public:
  StringRef getName() const override { return "integer"; }

  bool matches(ContractionOpInterface, const TargetInfo &, std::string &) const override { return true; }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    // A load, a widening, a multiplication and an addition for each register of i32.
    double perCycle = isDepthwise(getGeometry(op)) ? 1 : target.vectorBits() / 32 / 2.0;
    return double(op.getMacs()) / perCycle;
  }

  bool padsWithZero(ContractionOpInterface) const override { return true; }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    return ByteCodesAttr::get(op.getContext());
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface, GeometryAttr g,
                            const TargetInfo &) const override {
    int64_t slabs = isDepthwise(g) ? 1 : g.getGroups();
    int64_t depth = weights.height * weights.width * weights.channels, columns = weights.outputs / slabs;
    std::vector<int8_t> storage(slabs * depth * columns);
    bool extended = isa<SignedType, TernaryType>(weights.type);
    for (int64_t o = 0; o < weights.outputs; ++o)
      for (int64_t k = 0; k < depth; ++k) {
        uint64_t code = weights.codes[o * depth + k];
        storage[((o / columns) * depth + k) * columns + o % columns] =
            extended ? *weights.type.decode(code) : static_cast<int8_t>(code);
      }
    auto type = RankedTensorType::get({slabs, depth, columns}, IntegerType::get(g.getContext(), 8));
    return {DenseElementsAttr::get(type, ArrayRef<int8_t>(storage)), {}};
  }

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const override;
};

/// Emits one kernel.
class IntegerEmitter {
public:
  IntegerEmitter(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()), epilogue(op), lanes(target.vectorBits() / 32),
        depthwise(isDepthwise(g)), activationType(cast<CodeTypeInterface>(op.getActivationType())),
        weightType(cast<CodeTypeInterface>(op.getWeightType())) {
    ArrayRef<int64_t> weights = cast<MemRefType>(op.getWeights().getType()).getShape();
    columns = weights[2];
    channels = depthwise ? 1 : g.getInput()[3] / g.getGroups();
  }

  void emit() {
    epilogue.emitBorders(b);
    emitParallelLoop(b, 0, g.getOutput()[0], 1, [&](Value n) {
      emitParallelLoop(b, 0, g.getOutput()[1], 1, [&](Value y) {
        emitParallelLoop(b, 0, g.getOutput()[2], 1, [&](Value x) { emitPosition(n, y, x); });
      });
    });
  }

private:
  void emitPosition(Value n, Value y, Value x) {
    // Allocated here, so that each thread has its own.
    int64_t outputs = g.getOutput()[3];
    scratch = memref::AllocOp::create(b, MemRefType::get({outputs}, b.getI32Type()));
    int64_t tile = 4 * lanes;
    forTiles(columns, tile, /*tail=*/columns % tile != 0, [&](Value column, int64_t width, bool) {
      if (g.getBatchedWeights()) {
        // One slab for each image line: batches take the first two dimensions.
        Value slab =
            arith::AddIOp::create(b, arith::MulIOp::create(b, n, indexConstant(b, g.getOutput()[1])), y);
        return emitColumns(slab, indexConstant(b, 0), n, y, x, column, width);
      }
      emitLoop(b, 0, depthwise ? 1 : g.getGroups(), 1,
               [&](Value group) { emitColumns(group, group, n, y, x, column, width); });
    });
    int64_t epilogueTile = std::max<int64_t>(8, 2 * lanes);
    forTiles(outputs, epilogueTile, epilogue.needsLastTile(outputs, epilogueTile),
             [&](Value channel, int64_t width, bool last) {
               Value sums =
                   vector::LoadOp::create(b, VectorType::get(width, b.getI32Type()), scratch, channel);
               int64_t first = (outputs - 1) / epilogueTile * epilogueTile;
               epilogue.emit(b, {n, y, x, channel}, width, last, first, sums);
             });
    memref::DeallocOp::create(b, scratch);
  }

  /// Tiles of `extent`; the last one, of what is left, apart if `tail`.
  void forTiles(int64_t extent, int64_t tile, bool tail, function_ref<void(Value, int64_t, bool)> body) {
    int64_t full = tail ? (extent - 1) / tile * tile : extent;
    emitLoop(b, 0, full, tile, [&](Value at) { body(at, tile, false); });
    if (full < extent)
      body(indexConstant(b, full), extent - full, true);
  }

  /// Sums `width` columns of a slab into the scratch buffer.
  void emitColumns(Value slab, Value group, Value n, Value y, Value x, Value column, int64_t width) {
    Value zero = splatConstant(b, b.getI32Type(), width, 0);
    auto bound = [&](int64_t extent) { return indexConstant(b, extent); };
    Value sums = emitLoop(b, bound(0), bound(g.getKernel()[0]), 1, zero, [&](Value i, ValueRange outer) {
      return emitLoop(b, bound(0), bound(g.getKernel()[1]), 1, outer, [&](Value j, ValueRange inner) {
        return SmallVector<Value>{emitTap(slab, group, n, y, x, i, j, column, width, inner[0])};
      });
    })[0];
    Value base = arith::MulIOp::create(b, group, bound(columns));
    Value first = arith::AddIOp::create(b, base, column);
    vector::StoreOp::create(b, sums, scratch, first);
  }

  Value emitTap(Value slab, Value group, Value n, Value y, Value x, Value i, Value j, Value column,
                int64_t width, Value sums) {
    ArrayRef<int64_t> input = g.getInput();
    WindowTap tap =
        emitWindowTap(b, y, x, i, j, g.getStrides(), g.getDilations(), g.getPad(), input[1], input[2]);
    Value index =
        arith::AddIOp::create(b, arith::MulIOp::create(b, i, indexConstant(b, g.getKernel()[1])), j);
    Value depth = arith::MulIOp::create(b, index, indexConstant(b, channels));
    Value inputChannel =
        depthwise ? column : Value(arith::MulIOp::create(b, group, indexConstant(b, channels)));
    auto accumulate = [&](bool inside) {
      return emitLoop(
          b, indexConstant(b, 0), indexConstant(b, channels), 1, sums, [&](Value c, ValueRange sums) {
            Value row = arith::AddIOp::create(b, depth, c);
            Value weights =
                loadByteCodes(b, op.getWeights(), ValueRange{slab, row, column}, width, weightType);
            Value at = arith::AddIOp::create(b, inputChannel, c);
            Value values = inside ? loadActivations({n, tap.y, tap.x, at}, width)
                                  : splatConstant(b, b.getI32Type(), width, g.getPadValue());
            Value product = arith::MulIOp::create(b, values, weights);
            return SmallVector<Value>{arith::AddIOp::create(b, sums[0], product)};
          })[0];
    };
    if (llvm::all_of(g.getPad(), [](int64_t p) { return p == 0; }))
      return accumulate(true);
    auto branch = scf::IfOp::create(b, sums.getType(), tap.inside, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, accumulate(true));
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, g.getPadValue() == 0 ? sums : accumulate(false));
    return branch.getResult(0);
  }

  Value loadActivations(ArrayRef<Value> indices, int64_t width) {
    if (depthwise)
      return loadByteCodes(b, op.getActivations(), indices, width, activationType);
    Value one = loadByteCodes(b, op.getActivations(), indices, 1, activationType);
    return splat(b, vector::ExtractOp::create(b, one, ArrayRef<int64_t>{0}), width);
  }

  ContractKernelOp op;
  ImplicitLocOpBuilder b;
  GeometryAttr g;
  EpilogueEmitter epilogue;
  int64_t lanes;
  bool depthwise;
  CodeTypeInterface activationType, weightType;
  int64_t columns, channels;
  Value scratch;
};

LogicalResult IntegerStrategy::emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const {
  IntegerEmitter(op, builder, target).emit();
  return success();
}

} // namespace

std::unique_ptr<Strategy> bnn::createIntegerStrategy() { return std::make_unique<IntegerStrategy>(); }
