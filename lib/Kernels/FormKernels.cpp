//===- FormKernels.cpp - Contractions and their epilogues become kernels ----===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Turns every contraction with the elementwise ops that follow it into one `bnn.contract_kernel` on storage,
// every pack that is left into a `bnn.map_kernel` or `bnn.pool_kernel`, and constant weights into their
// strategy's layout. It runs after TOSA became linalg, so that the only elementwise op it has to know beside
// `bnn.threshold` is linalg.generic.
//
//   %acc = bnn.conv2d %p, %w {kernel = "popcount", ...}
//       : tensor<1x8x8x64x!bnn.bipolar<1>, #bnn.bit_packed<...>>, ... -> tensor<1x8x8x64xi32>
//   %bit = bnn.threshold %acc, %t
//   %q = bnn.pack %bit
//
// becomes
//
//   %q = bnn.contract_kernel "popcount" ins(%p, %words : tensor<1x10x10x8xi8>, tensor<2x3x6x32xi32>)
//        params(%t : tensor<1x64xi32>) outs(%empty : tensor<1x10x10x8xi8>) attributes {…} {
//   ^bb0(%acc: i32, %limit: i32):
//     %passed = arith.cmpi sge, %acc, %limit : i32
//     bnn.yield %passed : i1
//   }
//
// Codes that no kernel packs stay tensors of codes; `convert-bnn-to-linalg` takes them later.

#include "EpilogueBuilder.h"
#include "KernelWeights.h"
#include "NarrowAccumulator.h"

#include "bnn/Conversion/BNNToLinalg.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/DialectConversion.h"

namespace bnn {
#define GEN_PASS_DEF_FORMKERNELS
#include "bnn/Kernels/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

/// i32 values of a tensor of codes.
static Value valuesOf(OpBuilder &builder, Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  auto values = RankedTensorType::get(type.getShape(), builder.getI32Type());
  return UnrealizedConversionCastOp::create(builder, codes.getLoc(), values, codes).getResult(0);
}

/// The largest magnitude that an accumulator may have.
static int64_t boundOf(ContractionOpInterface op) {
  auto magnitude = [](CodeTypeInterface type) {
    return std::max(std::abs(type.getMinValue()), std::abs(type.getMaxValue()));
  };
  return op.getDepth() * magnitude(op.getActivationType()) * magnitude(op.getWeightType());
}

/// Adds `offsets` (one per channel) to a border table, making one if there is none.
static DenseElementsAttr addOffsets(MLIRContext *context, DenseElementsAttr table,
                                    ArrayRef<int32_t> offsets) {
  if (!table)
    return DenseElementsAttr::get(
        RankedTensorType::get({1, 1, int64_t(offsets.size())}, IntegerType::get(context, 32)), offsets);
  SmallVector<int32_t> sums(table.getValues<int32_t>());
  for (auto [index, sum] : llvm::enumerate(sums))
    sum += offsets[index % offsets.size()];
  return DenseElementsAttr::get(table.getType(), ArrayRef<int32_t>(sums));
}

namespace {

struct FormKernels : bnn::impl::FormKernelsBase<FormKernels> {
  void runOnOperation() override {
    if (failed(verifyRanks()) || failed(convertElementwise()))
      return signalPassFailure();
    TargetInfo target = TargetInfo::of(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      // Pooling asks for its input packed, which the kernel before it can then write.
      formPools(function);
      SmallVector<ContractionOpInterface> contractions;
      function.walk([&](ContractionOpInterface op) { contractions.push_back(op); });
      for (ContractionOpInterface op : contractions)
        if (failed(formContraction(op, target)))
          return signalPassFailure();
      while (PackOp pack = firstPack(function, [](PackOp) { return true; }))
        formPack(pack);
      function.walk([&](UnpackOp op) { formUnpack(op); });
      for (Block &block : function.getBody())
        sortTopologically(&block);
    }
  }

  /// Kernels see four dimensions; bnn-select-kernels brings contractions down to them.
  LogicalResult verifyRanks() {
    WalkResult result = getOperation()->walk([](Operation *op) {
      if (!isa<ContractionOpInterface, PackOp, UnpackOp>(op) ||
          cast<RankedTensorType>(op->getResult(0).getType()).getRank() <= 4)
        return WalkResult::advance();
      op->emitOpError("has a rank above 4, which no kernel serves");
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  /// Whether the activations lie as `strategy` reads them, with at least the border that `op` pads with.
  static bool hasLayoutFor(ContractionOpInterface op, const Strategy &strategy) {
    Attribute actual = op.getActivations().getType().getEncoding();
    Attribute wanted = strategy.getActivationLayout(op);
    auto packed = dyn_cast_or_null<BitPackedAttr>(actual);
    auto wantedPacked = dyn_cast<BitPackedAttr>(wanted);
    if (!packed || !wantedPacked)
      return actual == wanted;
    if (wantedPacked.getPad().empty())
      return true;
    if (packed.getPad().empty() || packed.getBorder() != wantedPacked.getBorder())
      return false;
    return llvm::all_of(llvm::zip(packed.getPad(), wantedPacked.getPad()),
                        [](auto pads) { return std::get<0>(pads) >= std::get<1>(pads); });
  }

  /// Elementwise value ops become linalg.generic on values, so that one kind of op is left to fuse.
  LogicalResult convertElementwise() {
    ValueTypeConverter converter;
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<ScaleOp, BinarizeOp, TernarizeOp, QuantizeOp, DequantizeOp, RequantizeOp, PlaneOp>();
    RewritePatternSet patterns(&getContext());
    populateBNNToLinalgPatterns(converter, patterns);
    return applyPartialConversion(getOperation(), target, std::move(patterns));
  }

  LogicalResult formContraction(ContractionOpInterface op, const TargetInfo &target) {
    auto kernel = op->getAttrOfType<StringAttr>("kernel");
    const Strategy *strategy = kernel ? lookupStrategy(kernel.getValue()) : nullptr;
    if (!strategy)
      return op.emitOpError("has no kernel; run bnn-select-kernels first");
    std::string reason;
    if (!strategy->matches(op, target, reason))
      return op.emitOpError() << "names the kernel '" << strategy->getName() << "', but " << reason;
    if (!hasLayoutFor(op, *strategy))
      return op.emitOpError() << "needs activations packed as " << strategy->getActivationLayout(op)
                              << " for the kernel '" << strategy->getName() << "'";
    MLIRContext *context = &getContext();
    OpBuilder builder(op);
    GeometryAttr geometry = getGeometry(op);

    // A constant border correction that follows directly goes into the kernel.
    Value accumulator = op.getAccumulator();
    DenseElementsAttr table;
    SmallVector<int64_t> extent;
    if (accumulator.hasOneUse())
      if (auto border = dyn_cast<BorderCorrectOp>(*accumulator.user_begin());
          border && matchPattern(border.getTable(), m_Constant(&table))) {
        accumulator = border.getResult();
        extent.assign(border.getBorder().begin(), border.getBorder().end());
      }

    EpilogueBuilder group(context, op.getAccumulator().getType().getShape());
    group.addAccumulator(accumulator);
    group.grow(accumulator.getDefiningOp());
    group.finish();

    Value weights;
    if (std::optional<WeightCodes> constant = getConstantWeights(op)) {
      bool narrow = strategy->prefersNarrowAccumulators(op) && !table &&
                    narrowAccumulator(*group.region, group.params, boundOf(op));
      CodeTypeInterface type = op.getActivationType();
      PackedWeights packed = narrow ? strategy->packNarrowWeights(*constant, type, geometry, target)
                                    : strategy->packWeights(*constant, type, geometry, target);
      weights = arith::ConstantOp::create(builder, op.getLoc(), packed.storage);
      if (BitSwitchOp bitSwitch = getBitSwitch(op)) {
        if (!packed.storage.getElementType().isInteger(8) || !packed.offsets.empty())
          return op.emitOpError() << "has weights whose bits are switched, which the kernel '"
                                  << strategy->getName() << "' cannot";
        weights = switchBytes(builder, weights, bitSwitch);
      }
      if (!packed.offsets.empty()) {
        table = addOffsets(context, table, packed.offsets);
        if (extent.empty())
          extent.assign(4, 0);
      }
    } else {
      weights = packWeightsAtRunTime(builder, op);
    }
    Value border = table ? arith::ConstantOp::create(builder, op.getLoc(), table).getResult() : Value();
    Value activations = getPackedStorage(builder, op.getActivations());

    builder.setInsertionPointAfter(group.getLastOp());
    auto [types, inits, layouts] = createInits(builder, op.getLoc(), group);
    auto created = ContractKernelOp::create(
        builder, op.getLoc(), types, activations, weights, border, group.params, inits,
        builder.getStringAttr(strategy->getName()), geometry, TypeAttr::get(op.getActivationType()),
        TypeAttr::get(op.getWeightType()), op.getActivations().getType().getEncoding(),
        builder.getDenseI64ArrayAttr(extent), builder.getAffineMapArrayAttr(group.paramMaps),
        builder.getArrayAttr(layouts));
    created.getEpilogue().takeBody(*group.region);
    numFused += group.getNumFused() - 1;
    ++numKernels;
    // The group starts with the contraction itself or with its border correction.
    bool corrected = accumulator != op.getAccumulator();
    group.replaceUses(builder, created.getResults());
    if (corrected)
      op.erase();
    return success();
  }

  /// A parameter that is read where `output` is written: a residual whose buffer the result may take if
  /// nothing else reads it, which bufferization finds out.
  static Value findReusable(const EpilogueBuilder &group, const EpilogueBuilder::Output &output,
                            ArrayRef<Value> taken) {
    static const SmallVector<unsigned> dims[5] = {{}, {3}, {2, 3}, {0, 2, 3}, {0, 1, 2, 3}};
    for (auto [param, map, layout] : llvm::zip(group.params, group.paramMaps, group.paramLayouts)) {
      unsigned rank = map.getNumResults();
      if (isa<UnitAttr>(output.layout) && isa<UnitAttr>(layout) && param.getType() == output.type &&
          map == AffineMap::getMultiDimMapWithTargets(4, dims[rank], map.getContext()) &&
          !param.getDefiningOp<arith::ConstantOp>() && !llvm::is_contained(taken, param))
        return param;
    }
    return {};
  }

  static std::tuple<SmallVector<Type>, SmallVector<Value>, SmallVector<Attribute>>
  createInits(OpBuilder &builder, Location loc, const EpilogueBuilder &group) {
    SmallVector<Type> types;
    SmallVector<Value> inits;
    SmallVector<Attribute> layouts;
    for (const EpilogueBuilder::Output &output : group.outputs) {
      types.push_back(output.type);
      Value reused = findReusable(group, output, inits);
      inits.push_back(reused ? reused
                             : tensor::EmptyOp::create(builder, loc, output.type.getShape(),
                                                       output.type.getElementType()));
      layouts.push_back(output.layout);
    }
    return {types, inits, layouts};
  }

  static PackOp firstPack(func::FuncOp function, function_ref<bool(PackOp)> condition) {
    PackOp found;
    function.walk([&](PackOp pack) {
      if (!condition(pack))
        return WalkResult::advance();
      found = pack;
      return WalkResult::interrupt();
    });
    return found;
  }

  void formPools(func::FuncOp function) {
    auto isPooled = [](PackOp pack) { return pack.getInput().getDefiningOp<MaxPool2DOp>() != nullptr; };
    while (PackOp pack = firstPack(function, isPooled))
      formPool(pack, pack.getInput().getDefiningOp<MaxPool2DOp>());
  }

  /// The first of the elementwise ops that lead to `op` one after the other: bit planes of the same codes
  /// then become one kernel with what computes the codes.
  static Operation *firstOfChain(Operation *op) {
    while (auto generic = dyn_cast_or_null<linalg::GenericOp>(op)) {
      Operation *before = generic.getNumDpsInputs() == 1 ? generic.getInputs()[0].getDefiningOp() : nullptr;
      if (auto cast = dyn_cast_or_null<UnrealizedConversionCastOp>(before))
        before = cast.getOperand(0).getDefiningOp();
      ArrayRef<int64_t> shape = cast<RankedTensorType>(op->getResult(0).getType()).getShape();
      if (!isa_and_nonnull<linalg::GenericOp>(before) || before->getBlock() != op->getBlock() ||
          cast<RankedTensorType>(before->getResult(0).getType()).getShape() != shape ||
          !EpilogueBuilder(op->getContext(), shape).addRoot(before))
        break;
      op = before;
    }
    return op;
  }

  void formPack(PackOp pack) {
    Value codes = pack.getInput();
    RankedTensorType type = pack.getInput().getType();
    EpilogueBuilder group(&getContext(), type.getShape());
    // Start from what computes the codes where that is elementwise, else from their values.
    Operation *producer = codes.getDefiningOp();
    auto valueCast = dyn_cast_or_null<UnrealizedConversionCastOp>(producer);
    Operation *root = valueCast ? valueCast.getOperand(0).getDefiningOp() : producer;
    root = firstOfChain(root);
    if (!root || root->getBlock() != pack->getBlock() || !group.addRoot(root)) {
      OpBuilder builder(pack);
      group.addInput(codes, valuesOf(builder, codes), UnitAttr::get(&getContext()));
      root = nullptr;
    }
    if (root)
      group.grow(root);
    group.finish();
    OpBuilder builder(pack);
    if (root)
      builder.setInsertionPointAfter(group.getLastOp());
    formMap(builder, pack.getLoc(), type.getShape(), group);
  }

  void formMap(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, EpilogueBuilder &group) {
    auto [types, inits, layouts] = createInits(builder, loc, group);
    auto created = MapKernelOp::create(
        builder, loc, types, group.params, inits, builder.getDenseI64ArrayAttr(getImageShape(shape)),
        builder.getAffineMapArrayAttr(group.paramMaps), builder.getArrayAttr(group.paramLayouts),
        builder.getArrayAttr(layouts));
    created.getEpilogue().takeBody(*group.region);
    ++numKernels;
    group.replaceUses(builder, created.getResults());
  }

  void formUnpack(UnpackOp unpack) {
    OpBuilder builder(unpack);
    RankedTensorType type = unpack.getInput().getType();
    auto image = RankedTensorType::get(getImageShape(type.getShape()), type.getElementType());
    auto values = RankedTensorType::get(image.getShape(), builder.getI32Type());
    Value storage = getPackedStorage(builder, unpack.getInput());
    auto code = cast<CodeTypeInterface>(type.getElementType());
    Value init = tensor::EmptyOp::create(builder, unpack.getLoc(), values.getShape(), builder.getI32Type());
    Attribute unit = builder.getUnitAttr();
    auto kernel = MapKernelOp::create(builder, unpack.getLoc(), TypeRange(values), ValueRange(storage),
                                      ValueRange(init), builder.getDenseI64ArrayAttr(image.getShape()),
                                      builder.getAffineMapArrayAttr(builder.getMultiDimIdentityMap(4)),
                                      builder.getArrayAttr(type.getEncoding()), builder.getArrayAttr(unit));
    buildDecode(kernel.getEpilogue().emplaceBlock(), unpack.getLoc(), code, type.getEncoding());
    Value result = kernel.getResults()[0];
    Value codes = UnrealizedConversionCastOp::create(builder, unpack.getLoc(), image, result).getResult(0);
    if (image.getShape() != type.getShape()) {
      SmallVector<ReassociationIndices> all =
          *getReassociationIndicesForReshape(image, cast<ShapedType>(unpack.getType()));
      Value plain = tensor::CollapseShapeOp::create(
          builder, unpack.getLoc(), RankedTensorType::get(type.getShape(), builder.getI32Type()), result,
          all);
      codes =
          UnrealizedConversionCastOp::create(builder, unpack.getLoc(), unpack.getType(), plain).getResult(0);
    }
    unpack.replaceAllUsesWith(codes);
    unpack.erase();
    ++numKernels;
  }

  /// A region from a stored code to its i32 value.
  static void buildDecode(Block &block, Location loc, CodeTypeInterface code, Attribute layout) {
    ImplicitLocOpBuilder b(loc, OpBuilder::atBlockEnd(&block));
    bool isBit = isa<BitPackedAttr>(layout);
    Value stored = block.addArgument(isBit ? b.getI1Type() : b.getI8Type(), loc);
    Type i32 = b.getI32Type();
    Value value = isa<SignedType, TernaryType>(code) && !isBit
                      ? Value(arith::ExtSIOp::create(b, i32, stored))
                      : Value(arith::ExtUIOp::create(b, i32, stored));
    if (code.getStep() != 1 || (isBit && code.getMinValue() != 0)) {
      Value step = arith::ConstantOp::create(b, b.getI32IntegerAttr(code.getStep()));
      Value least = arith::ConstantOp::create(b, b.getI32IntegerAttr(code.getMinValue()));
      value = arith::AddIOp::create(b, arith::MulIOp::create(b, value, step), least);
    }
    YieldOp::create(b, value);
  }

  /// Pools storage: the input is asked for in the same layout, without a border.
  void formPool(PackOp pack, MaxPool2DOp pool) {
    OpBuilder builder(pack);
    Attribute outputLayout = pack.getType().getEncoding(), inputLayout = outputLayout;
    if (isa<BitPackedAttr>(outputLayout))
      inputLayout = BitPackedAttr::get(&getContext(), {}, 0);
    RankedTensorType type = pool.getInput().getType(), result = pool.getResult().getType();
    Value input = pool.getInput();
    if (type.getEncoding())
      inputLayout = type.getEncoding();
    else
      input =
          PackOp::create(builder, pool.getLoc(),
                         RankedTensorType::get(type.getShape(), type.getElementType(), inputLayout), input);
    RankedTensorType storage = cast<StorageLayoutInterface>(outputLayout).getStorageType(result);
    Value init =
        tensor::EmptyOp::create(builder, pool.getLoc(), storage.getShape(), storage.getElementType());
    auto kernel = PoolKernelOp::create(
        builder, pool.getLoc(), TypeRange(storage), getPackedStorage(builder, input), ValueRange(init),
        builder.getDenseI64ArrayAttr(type.getShape()), builder.getDenseI64ArrayAttr(result.getShape()),
        pool.getKernelAttr(), pool.getStridesAttr(), pool.getDilationsAttr(), pool.getPadAttr(),
        TypeAttr::get(type.getElementType()), inputLayout, outputLayout);
    auto cast =
        UnrealizedConversionCastOp::create(builder, pool.getLoc(), pack.getType(), kernel.getResults()[0]);
    pack.replaceAllUsesWith(cast.getResult(0));
    pack.erase();
    if (pool.use_empty())
      pool.erase();
    ++numKernels;
  }
};

} // namespace
