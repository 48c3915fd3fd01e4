//===- EpilogueBuilder.cpp - From tensor ops to a scalar region -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EpilogueBuilder.h"

#include "bnn/Kernels/Strategy.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bnn;

/// More thresholds than this are not unrolled into an epilogue.
static constexpr int64_t kMaxThresholds = 15;

EpilogueBuilder::EpilogueBuilder(MLIRContext *context, ArrayRef<int64_t> shape)
    : region(std::make_unique<Region>()), context(context), shape(shape) {
  region->emplaceBlock();
}

OpBuilder EpilogueBuilder::atEnd() {
  // The region has no parent yet, so a block cannot tell its context.
  OpBuilder builder(context);
  builder.setInsertionPointToEnd(&region->front());
  return builder;
}

//===----------------------------------------------------------------------===//
// Which ops can join
//===----------------------------------------------------------------------===//

/// One result, every iteration on its own, and a body that can be cloned with vectors.
static bool isElementwise(linalg::GenericOp op) {
  if (op.getNumResults() != 1 || op.getNumLoops() != op.getNumParallelLoops() ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return false;
  Block *body = op.getBody();
  if (!body->getArguments().back().use_empty())
    return false;
  for (Operation &inner : body->without_terminator())
    if (!isa<arith::ConstantOp>(inner) && !OpTrait::hasElementwiseMappableTraits(&inner))
      return false;
  return true;
}

/// A tensor of codes that no layout packs.
static bool isPlainCodes(Type type) {
  return isCodeTensor(type) && !cast<RankedTensorType>(type).getEncoding();
}

static bool isValues(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isInteger(32);
}

/// i32 values that stand for codes from here on, or codes that are read as their i32 values.
static bool isCodeCast(Operation *op) {
  auto cast = dyn_cast<UnrealizedConversionCastOp>(op);
  if (!cast || cast->getNumOperands() != 1 || cast->getNumResults() != 1)
    return false;
  Type from = cast.getOperand(0).getType(), to = cast.getResult(0).getType();
  return (isValues(from) && isPlainCodes(to)) || (isPlainCodes(from) && isValues(to));
}

static DenseElementsAttr constantOf(Value value) {
  DenseElementsAttr constant;
  return matchPattern(value, m_Constant(&constant)) ? constant : DenseElementsAttr();
}

/// Element types that kernels read and write as plain arrays.
static bool isPlainElement(Type type) {
  return type.isF32() || type.isInteger(8) || type.isInteger(16) || type.isInteger(32) || type.isInteger(64);
}

AffineMap EpilogueBuilder::toImageMap(AffineMap map, Value tensor) const {
  static const unsigned dims[5][4] = {{}, {3}, {2, 3}, {0, 2, 3}, {0, 1, 2, 3}};
  SmallVector<AffineExpr> results;
  for (auto [index, expr] : llvm::enumerate(map.getResults())) {
    if (isa<AffineConstantExpr>(expr)) {
      results.push_back(expr);
      continue;
    }
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      return {};
    unsigned position = dims[shape.size()][dim.getPosition()];
    // Channels are read as vectors, so they must be contiguous.
    if (position == 3 && index + 1 != map.getNumResults())
      return {};
    results.push_back(getAffineDimExpr(position, context));
  }
  return AffineMap::get(4, 0, results, context);
}

bool EpilogueBuilder::canAdd(Operation *op) const {
  auto isOutside = [&](Value value) {
    Operation *def = value.getDefiningOp();
    return !def || !dependents.contains(def);
  };
  if (isCodeCast(op))
    return scalars.contains(op->getOperand(0));
  if (auto threshold = dyn_cast<ThresholdOp>(op))
    return scalars.contains(threshold.getInput()) && constantOf(threshold.getThresholds()) &&
           threshold.getThresholds().getType().getDimSize(1) <= kMaxThresholds;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || !isElementwise(generic) ||
      cast<RankedTensorType>(generic.getResult(0).getType()).getShape() != ArrayRef<int64_t>(shape))
    return false;
  for (OpOperand *input : generic.getDpsInputOperands()) {
    AffineMap map = generic.getMatchingIndexingMap(input);
    if (scalars.contains(input->get())) {
      if (!map.isIdentity())
        return false;
      continue;
    }
    auto type = dyn_cast<RankedTensorType>(input->get().getType());
    if (!isOutside(input->get()) || !type)
      return false;
    DenseElementsAttr constant = constantOf(input->get());
    bool isScalar = constant && constant.isSplat();
    if (!isScalar && (!isPlainElement(type.getElementType()) || !toImageMap(map, input->get())))
      return false;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Growing
//===----------------------------------------------------------------------===//

void EpilogueBuilder::addAccumulator(Value accumulator) {
  scalars[accumulator] = region->front().addArgument(IntegerType::get(context, 32), accumulator.getLoc());
  ops.insert(accumulator.getDefiningOp());
}

bool EpilogueBuilder::addRoot(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (auto threshold = dyn_cast<ThresholdOp>(op)) {
    if (!constantOf(threshold.getThresholds()) ||
        threshold.getThresholds().getType().getDimSize(1) > kMaxThresholds)
      return false;
    AffineMap identity = AffineMap::getMultiDimIdentityMap(shape.size(), context);
    scalars[threshold.getInput()] = scalarOf(threshold.getInput(), identity);
    // Only the result belongs to the group.
    add(op);
    scalars.erase(threshold.getInput());
    return true;
  }
  if (!generic || !canAdd(op))
    return false;
  add(op);
  return true;
}

void EpilogueBuilder::addInput(Value value, Value storage, Attribute layout) {
  AffineMap identity = AffineMap::getMultiDimIdentityMap(4, context);
  if (isa<UnitAttr>(layout))
    identity = toImageMap(AffineMap::getMultiDimIdentityMap(shape.size(), context), storage);
  scalars[value] = parameter(storage, identity, layout);
}

void EpilogueBuilder::grow(Operation *root) {
  SetVector<Operation *> slice;
  getForwardSlice(root, &slice);
  dependents.insert(slice.begin(), slice.end());
  for (Operation *op = root->getNextNode(); op; op = op->getNextNode())
    if (!ops.contains(op) && slice.contains(op) && canAdd(op))
      add(op);
}

Value EpilogueBuilder::parameter(Value tensor, AffineMap imageMap, Attribute layout) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  if (isa<BitPackedAttr>(layout))
    element = IntegerType::get(context, 1);
  params.push_back(tensor);
  paramMaps.push_back(imageMap);
  paramLayouts.push_back(layout);
  return region->front().addArgument(element, tensor.getLoc());
}

Value EpilogueBuilder::scalarOf(Value tensor, AffineMap map) {
  auto found = scalars.find(tensor);
  if (found != scalars.end())
    return found->second;
  if (DenseElementsAttr constant = constantOf(tensor); constant && constant.isSplat()) {
    OpBuilder builder = atEnd();
    return arith::ConstantOp::create(builder, tensor.getLoc(),
                                     cast<TypedAttr>(constant.getSplatValue<Attribute>()));
  }
  AffineMap imageMap = toImageMap(map, tensor);
  for (auto [index, param] : llvm::enumerate(params))
    if (param == tensor && paramMaps[index] == imageMap)
      return region->front().getArgument(region->front().getNumArguments() - params.size() + index);
  return parameter(tensor, imageMap, UnitAttr::get(context));
}

void EpilogueBuilder::add(Operation *op) {
  ops.insert(op);
  if (isCodeCast(op)) {
    Value values = scalars[op->getOperand(0)];
    if (values.getType().isInteger(1) && isValues(op->getResult(0).getType())) {
      CodeTypeInterface code = getCodeType(op->getOperand(0));
      values = selectValue(op->getLoc(), values, code.getMaxValue(), code.getMinValue());
    }
    scalars[op->getResult(0)] = values;
  } else if (auto threshold = dyn_cast<ThresholdOp>(op))
    addThreshold(threshold);
  else
    addGeneric(op);
}

Value EpilogueBuilder::selectValue(Location loc, Value bit, int64_t high, int64_t low) {
  ImplicitLocOpBuilder b(loc, atEnd());
  Value ifSet = arith::ConstantOp::create(b, b.getI32IntegerAttr(high));
  Value ifClear = arith::ConstantOp::create(b, b.getI32IntegerAttr(low));
  return arith::SelectOp::create(b, bit, ifSet, ifClear);
}

void EpilogueBuilder::addGeneric(Operation *op) {
  auto generic = cast<linalg::GenericOp>(op);
  IRMapping mapping;
  for (OpOperand *input : generic.getDpsInputOperands())
    mapping.map(generic.getMatchingBlockArgument(input),
                scalarOf(input->get(), generic.getMatchingIndexingMap(input)));
  OpBuilder builder = atEnd();
  for (Operation &inner : generic.getBody()->without_terminator())
    builder.clone(inner, mapping);
  Value yielded = generic.getBody()->getTerminator()->getOperand(0);
  scalars[generic.getResult(0)] = mapping.lookupOrDefault(yielded);
}

/// Thresholds as [T][C] so that the channels of one threshold are contiguous, those of falling channels
/// mapped so that x <= t is y >= u: for i32, y = ~x and u = ~t; for f32, y = -x and u = -t. Both are exact.
static DenseElementsAttr transposeThresholds(ThresholdOp op, DenseElementsAttr thresholds) {
  RankedTensorType type = op.getThresholds().getType();
  int64_t rows = type.getDimSize(0), count = type.getDimSize(1);
  SmallVector<Attribute> values(rows * count), source(thresholds.getValues<Attribute>());
  Builder builder(op.getContext());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t t = 0; t < count; ++t) {
      Attribute value = source[r * count + t];
      if (!op.getDescending().empty() && op.getDescending()[r]) {
        if (auto integer = dyn_cast<IntegerAttr>(value))
          value = builder.getIntegerAttr(type.getElementType(), ~integer.getValue());
        else
          value = builder.getFloatAttr(type.getElementType(), -cast<FloatAttr>(value).getValue());
      }
      values[t * rows + r] = value;
    }
  return DenseElementsAttr::get(RankedTensorType::get({count, rows}, type.getElementType()), values);
}

void EpilogueBuilder::addThreshold(ThresholdOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), atEnd());
  OpBuilder outer(op);
  bool isFloat = op.getInput().getType().getElementType().isF32();
  Type element = op.getInput().getType().getElementType();
  DenseElementsAttr thresholds = transposeThresholds(op, constantOf(op.getThresholds()));
  int64_t count = thresholds.getType().getShape()[0], rows = thresholds.getType().getShape()[1];
  AffineExpr channel = getAffineDimExpr(shape.size() - 1, context), zero = getAffineConstantExpr(0, context);

  Value x = scalars[op.getInput()];
  if (llvm::is_contained(op.getDescending(), true)) {
    // The factor that turns x into y: i32 -1 for ~x and 0 for x, f32 -1 for -x and 1 for x.
    SmallVector<Attribute> factors;
    for (bool falls : op.getDescending())
      factors.push_back(isFloat ? Attribute(outer.getF32FloatAttr(falls ? -1 : 1))
                                : Attribute(outer.getI32IntegerAttr(falls ? -1 : 0)));
    auto type = RankedTensorType::get({rows}, element);
    Value table = arith::ConstantOp::create(outer, op.getLoc(), DenseElementsAttr::get(type, factors));
    Value factor = scalarOf(table, AffineMap::get(shape.size(), 0, rows == 1 ? zero : channel, context));
    b.setInsertionPointToEnd(&region->front());
    x = isFloat ? Value(arith::MulFOp::create(b, x, factor)) : Value(arith::XOrIOp::create(b, x, factor));
  }
  Value table = arith::ConstantOp::create(outer, op.getLoc(), thresholds);
  auto type = cast<CodeTypeInterface>(op.getType().getElementType());
  Value value;
  for (int64_t t = 0; t < count; ++t) {
    AffineExpr row = getAffineConstantExpr(t, context);
    Value threshold =
        scalarOf(table, AffineMap::get(shape.size(), 0, {row, rows == 1 ? zero : channel}, context));
    b.setInsertionPointToEnd(&region->front());
    Value passed = isFloat ? Value(arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, x, threshold))
                           : Value(arith::CmpIOp::create(b, arith::CmpIPredicate::sge, x, threshold));
    if (count == 1) {
      scalars[op.getResult()] = passed;
      return;
    }
    auto constant = [&](int64_t v) -> Value { return arith::ConstantOp::create(b, b.getI32IntegerAttr(v)); };
    Value step = arith::SelectOp::create(b, passed, constant(type.getStep()), constant(0));
    value = arith::AddIOp::create(b, value ? value : constant(type.getMinValue()), step);
  }
  scalars[op.getResult()] = value;
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

Value EpilogueBuilder::encode(Value scalar, CodeTypeInterface type, bool packed) {
  ImplicitLocOpBuilder b(scalar.getLoc(), atEnd());
  auto constant = [&](int64_t v) -> Value { return arith::ConstantOp::create(b, b.getI32IntegerAttr(v)); };
  // A bit says whether the value is the higher of two; for signed<1>, {-1, 0}, that is the one whose code is
  // 0.
  if (scalar.getType().isInteger(1) && isa<SignedType>(type))
    scalar = selectValue(scalar.getLoc(), scalar, type.getMaxValue(), type.getMinValue());
  bool isBit = scalar.getType().isInteger(1);
  if (packed)
    return isBit
               ? scalar
               : Value(arith::CmpIOp::create(b, arith::CmpIPredicate::eq, scalar, constant(*type.decode(1))));
  if (isBit)
    return arith::ExtUIOp::create(b, b.getI8Type(), scalar);
  if (isa<BipolarType>(type)) {
    Value index = arith::SubIOp::create(b, scalar, constant(type.getMinValue()));
    scalar = arith::ShRUIOp::create(b, index, constant(1));
  }
  return arith::TruncIOp::create(b, b.getI8Type(), scalar);
}

void EpilogueBuilder::finish() {
  SmallVector<Value> yields;
  for (auto [tensor, scalar] : scalars) {
    auto type = cast<RankedTensorType>(tensor.getType());
    bool isCode = isCodeTensor(type), usedOutside = false;
    llvm::MapVector<Attribute, SmallVector<PackOp>> packs;
    // An input of the group is not one of its outputs, but for packs of it.
    bool isInput = !tensor.getDefiningOp() || !ops.contains(tensor.getDefiningOp());
    for (Operation *user : tensor.getUsers()) {
      auto pack = dyn_cast<PackOp>(user);
      if (pack)
        packs[pack.getType().getEncoding()].push_back(pack);
      else if (!ops.contains(user))
        usedOutside = true;
    }
    for (auto &[layout, members] : packs) {
      auto code = cast<CodeTypeInterface>(type.getElementType());
      auto image = RankedTensorType::get(getImageShape(type.getShape()), code);
      yields.push_back(encode(scalar, code, isa<BitPackedAttr>(layout)));
      outputs.push_back(
          {cast<StorageLayoutInterface>(layout).getStorageType(image), layout, tensor, members});
    }
    if (!usedOutside || isInput)
      continue;
    ImplicitLocOpBuilder b(tensor.getLoc(), atEnd());
    Value element = scalar;
    if (isCode && scalar.getType().isInteger(1)) {
      auto code = cast<CodeTypeInterface>(type.getElementType());
      element = selectValue(tensor.getLoc(), scalar, code.getMaxValue(), code.getMinValue());
    } else if (scalar.getType().isInteger(1)) {
      // Arrays of i1 have no vector form; their users read bytes.
      element = arith::ExtUIOp::create(b, b.getI8Type(), scalar);
    }
    yields.push_back(element);
    outputs.push_back(
        {RankedTensorType::get(type.getShape(), element.getType()), UnitAttr::get(context), tensor, {}});
  }
  OpBuilder builder = atEnd();
  YieldOp::create(builder, UnknownLoc::get(context), yields);
}

/// Elements of type i1 from bytes of 0 and 1.
static Value toBits(OpBuilder &builder, Location loc, Value bytes) {
  auto type = cast<RankedTensorType>(bytes.getType());
  Value init = tensor::EmptyOp::create(builder, loc, type.getShape(), builder.getI1Type());
  SmallVector<AffineMap> maps(2, builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> loops(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(builder, loc, init.getType(), bytes, init, maps, loops,
                                   [](OpBuilder &b, Location loc, ValueRange args) {
                                     Value bit = arith::TruncIOp::create(b, loc, b.getI1Type(), args[0]);
                                     linalg::YieldOp::create(b, loc, bit);
                                   })
      .getResult(0);
}

void EpilogueBuilder::replaceUses(OpBuilder &builder, ValueRange results) {
  for (auto [output, result] : llvm::zip(outputs, results)) {
    Location loc = output.value.getLoc();
    for (PackOp pack : output.packs) {
      auto cast = UnrealizedConversionCastOp::create(builder, loc, pack.getType(), result);
      pack.replaceAllUsesWith(cast.getResult(0));
    }
    if (!output.packs.empty())
      continue;
    Value replacement = result;
    if (isCodeTensor(output.value.getType()))
      replacement =
          UnrealizedConversionCastOp::create(builder, loc, output.value.getType(), result).getResult(0);
    else if (output.value.getType() != result.getType())
      replacement = toBits(builder, loc, result);
    output.value.replaceUsesWithIf(replacement,
                                   [&](OpOperand &use) { return !ops.contains(use.getOwner()); });
  }
  // Only now: the builder may stand at one of the packs.
  for (const Output &output : outputs)
    for (PackOp pack : output.packs)
      pack.erase();
  for (Operation *op : llvm::reverse(ops))
    op->erase();
}
