//===- BNNKernelOps.cpp - Kernels on storage
//--------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

using namespace mlir;
using namespace bnn;

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

MutableOperandRange ContractKernelOp::getDpsInitsMutable() { return getInitsMutable(); }
MutableOperandRange MapKernelOp::getDpsInitsMutable() { return getInitsMutable(); }
MutableOperandRange PoolKernelOp::getDpsInitsMutable() { return getInitsMutable(); }

/// On memrefs: reads of every input, writes of every init. On tensors: none.
static void kernelEffects(DestinationStyleOpInterface op,
                          SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    if (op.isDpsInit(&operand))
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
  }
}

void ContractKernelOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  kernelEffects(*this, effects);
}
void MapKernelOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  kernelEffects(*this, effects);
}
void PoolKernelOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  kernelEffects(*this, effects);
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// The scalar that a region sees or yields for an array in the given layout.
static Type scalarOf(Value array, Attribute layout) {
  MLIRContext *context = array.getContext();
  if (isa<BitPackedAttr>(layout))
    return IntegerType::get(context, 1);
  if (isa<ByteCodesAttr>(layout))
    return IntegerType::get(context, 8);
  return cast<ShapedType>(array.getType()).getElementType();
}

static bool isLayout(Attribute layout) { return isa<UnitAttr, StorageLayoutInterface>(layout); }

/// Elements that an N×H×W×C image takes in a layout, 0 if there are too many.
static int64_t elementsIn(Attribute layout, ArrayRef<int64_t> image) {
  SmallVector<int64_t> shape(image);
  if (auto storage = dyn_cast<StorageLayoutInterface>(layout)) {
    // Any code type of one bit does.
    Type code = BipolarType::get(layout.getContext(), 1);
    shape = llvm::to_vector(storage.getStorageType(RankedTensorType::get(image, code)).getShape());
  }
  return isSupportedShape(shape) ? ShapedType::getNumElements(shape) : 0;
}

/// True if an array has the elements of an image in a layout: bytes, unless the
/// layout is plain.
static bool holdsImage(Value array, Attribute layout, ArrayRef<int64_t> image) {
  auto type = cast<ShapedType>(array.getType());
  return type.getNumElements() == elementsIn(layout, image) &&
         (isa<UnitAttr>(layout) || type.getElementType().isInteger(8));
}

/// Smallest and largest value of an affine expression over an image, or nothing
/// for one whose bounds are not plain to see.
static std::optional<std::pair<int64_t, int64_t>> boundsOf(AffineExpr expr, ArrayRef<int64_t> image) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return std::make_pair<int64_t, int64_t>(0, image[dim.getPosition()] - 1);
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return std::make_pair(constant.getValue(), constant.getValue());
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  auto constant = binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : AffineConstantExpr();
  auto lhs = binary ? boundsOf(binary.getLHS(), image) : std::nullopt;
  auto rhs = binary ? boundsOf(binary.getRHS(), image) : std::nullopt;
  // Each step stays within 32 bits, so that 64 suffice for the next.
  auto small = [](int64_t v) { return v >= -kMaxExtent && v <= kMaxExtent; };
  if (!lhs || !rhs || !small(lhs->first) || !small(lhs->second) || !small(rhs->first) || !small(rhs->second))
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return std::make_pair(lhs->first + rhs->first, lhs->second + rhs->second);
  if (!constant || constant.getValue() < 1)
    return std::nullopt;
  int64_t c = constant.getValue();
  switch (expr.getKind()) {
  case AffineExprKind::Mul:
    return std::make_pair(lhs->first * c, lhs->second * c);
  case AffineExprKind::FloorDiv:
    return std::make_pair(llvm::divideFloorSigned(lhs->first, c), llvm::divideFloorSigned(lhs->second, c));
  case AffineExprKind::Mod:
    return std::make_pair<int64_t, int64_t>(0, c - 1);
  default:
    return std::nullopt;
  }
}

/// One map for each parameter, from the image to positions inside it. `layouts`
/// is empty if all parameters are plain.
static LogicalResult verifyMaps(Operation *op, ArrayAttr maps, ValueRange params, ArrayRef<Attribute> layouts,
                                ArrayRef<int64_t> image) {
  if (maps.size() != params.size())
    return op->emitOpError() << "needs a map for each of its " << params.size() << " parameters, but has "
                             << maps.size();
  for (auto [i, param] : llvm::enumerate(params)) {
    AffineMap map = cast<AffineMapAttr>(maps[i]).getValue();
    auto type = cast<ShapedType>(param.getType());
    if (map.getNumDims() != 4 || map.getNumSymbols() != 0 || map.getNumResults() != type.getRank())
      return op->emitOpError() << "needs a map from four dimensions to the rank of parameter " << i << " ("
                               << type.getRank() << "), but has " << maps[i];
    // Where in a packed array the codes are, its layout says.
    if (!layouts.empty() && isa<StorageLayoutInterface>(layouts[i])) {
      if (!map.isIdentity() || !holdsImage(param, layouts[i], image))
        return op->emitOpError() << "needs an identity map and an image of i8 in its layout for "
                                    "parameter "
                                 << i;
      continue;
    }
    for (auto [expr, extent] : llvm::zip(map.getResults(), type.getShape())) {
      auto bounds = boundsOf(expr, image);
      if (!bounds || bounds->first < 0 || bounds->second >= extent)
        return op->emitOpError() << "has map " << maps[i] << ", which may leave parameter " << i
                                 << " of type " << type;
    }
  }
  return success();
}

static LogicalResult verifyLayouts(Operation *op, ArrayAttr layouts, ValueRange inits,
                                   ArrayRef<int64_t> image) {
  if (layouts.size() != inits.size() || !llvm::all_of(layouts, isLayout))
    return op->emitOpError() << "needs a storage layout or unit for each of its " << inits.size()
                             << " outputs";
  for (auto [i, init, layout] : llvm::enumerate(inits, layouts))
    if (!holdsImage(init, layout, image))
      return op->emitOpError() << "has output " << i << " of type " << init.getType()
                               << ", which does not hold an image of [" << image << "] in layout " << layout;
  return success();
}

static LogicalResult verifyArguments(Operation *op, TypeRange arguments, ArrayRef<Type> expected) {
  if (llvm::equal(arguments, expected))
    return success();
  return op->emitOpError() << "needs a region of arguments (" << expected << "), but has (" << arguments
                           << ")";
}

static LogicalResult verifyYield(Operation *op, ArrayAttr layouts, ValueRange inits, Region &region) {
  SmallVector<Type> expected;
  for (auto [init, layout] : llvm::zip(inits, layouts))
    expected.push_back(scalarOf(init, layout));
  TypeRange yielded = region.front().getTerminator()->getOperandTypes();
  if (llvm::equal(yielded, expected))
    return success();
  return op->emitOpError() << "needs to yield (" << expected << "), but yields (" << yielded << ")";
}

LogicalResult ContractKernelOp::verify() {
  if (getStrategy().empty()) // C1
    return emitOpError("needs the name of a strategy");
  GeometryAttr geometry = getGeometry();
  if (failed(verifyMaps(*this, getParamMaps(), getParams(), {},
                        geometry.getOutput()))) // C2
    return failure();
  if (failed(verifyLayouts(*this, getOutputLayouts(), getInits(),
                           geometry.getOutput()))) // C3
    return failure();
  if (!isa<CodeTypeInterface>(getActivationType()) || !isa<CodeTypeInterface>(getWeightType())) // C6
    return emitOpError("needs code types for activations and weights");
  if (!isa<StorageLayoutInterface>(getActivationLayout()) ||
      !holdsImage(getActivations(), getActivationLayout(),
                  geometry.getInput())) // C6
    return emitOpError() << "has activations of type " << getActivations().getType()
                         << ", which do not hold an image of [" << geometry.getInput() << "] in layout "
                         << getActivationLayout();
  if (!getBorder()) { // C7
    if (!getBorderExtent().empty())
      return emitOpError("has a border extent without a border table");
    return success();
  }
  ArrayRef<int64_t> extent = getBorderExtent(), output = geometry.getOutput();
  if (extent.size() != 4 || llvm::any_of(extent, [](int64_t e) { return e < 0 || e > kMaxExtent; }) ||
      extent[0] + extent[1] >= output[1] || extent[2] + extent[3] >= output[2]) // C7
    return emitOpError("needs four border extents that leave at least one row "
                       "and one column between");
  auto table = cast<ShapedType>(getBorder().getType());
  const int64_t shape[] = {extent[0] + extent[1] + 1, extent[2] + extent[3] + 1, output[3]};
  if (!table.getElementType().isInteger(32) || table.getShape() != ArrayRef(shape)) // C7
    return emitOpError() << "needs an i32 border table of shape [" << ArrayRef(shape) << "], but has "
                         << table;
  return success();
}

LogicalResult ContractKernelOp::verifyRegions() {
  Region &region = getEpilogue();
  bool isNarrow =
      !getBorder() && region.getNumArguments() > 0 && region.getArgument(0).getType().isInteger(16);
  SmallVector<Type> expected = {IntegerType::get(getContext(), isNarrow ? 16 : 32)};
  for (Value param : getParams())
    expected.push_back(cast<ShapedType>(param.getType()).getElementType());
  if (failed(verifyArguments(*this, getEpilogue().getArgumentTypes(),
                             expected))) // C4
    return failure();
  return verifyYield(*this, getOutputLayouts(), getInits(),
                     getEpilogue()); // C5
}

LogicalResult MapKernelOp::verify() {
  if (getShape().size() != 4 || !isSupportedShape(getShape())) // C1
    return emitOpError() << "needs a shape of four entries and 1 to 2^31 - 1 "
                            "elements, but has ["
                         << getShape() << "]";
  if (getParamLayouts().size() != getParams().size() || !llvm::all_of(getParamLayouts(), isLayout)) // C2
    return emitOpError() << "needs a storage layout or unit for each of its " << getParams().size()
                         << " parameters";
  if (failed(verifyMaps(*this, getParamMaps(), getParams(), getParamLayouts().getValue(),
                        getShape()))) // C2
    return failure();
  return verifyLayouts(*this, getOutputLayouts(), getInits(), getShape()); // C3
}

LogicalResult MapKernelOp::verifyRegions() {
  SmallVector<Type> expected;
  for (auto [param, layout] : llvm::zip(getParams(), getParamLayouts()))
    expected.push_back(scalarOf(param, layout));
  if (failed(verifyArguments(*this, getEpilogue().getArgumentTypes(),
                             expected))) // C4
    return failure();
  return verifyYield(*this, getOutputLayouts(), getInits(),
                     getEpilogue()); // C5
}

LogicalResult PoolKernelOp::verify() {
  ArrayRef<int64_t> input = getInputShape(), output = getOutputShape(), pad = getPad();
  if (input.size() != 4 || output.size() != 4 || !isSupportedShape(input) || !isSupportedShape(output) ||
      input[0] != output[0] || input[3] != output[3] || getInits().size() != 1) // C1
    return emitOpError("needs input and output shapes of four entries, equal "
                       "in N and C, and one init");
  Attribute from = getInputLayout(), to = getOutputLayout();
  if (!isa<StorageLayoutInterface>(from) || from.getTypeID() != to.getTypeID()) // C2
    return emitOpError("needs an input and an output storage layout of the same kind");
  auto code = dyn_cast<CodeTypeInterface>(getCodeType());
  if (!code) // C4
    return emitOpError() << "needs a code type, but has " << getCodeType();
  if (isa<BitPackedAttr>(from) && (code.getBits() != 1 || isa<SignedType>(code))) // C2
    return emitOpError() << "cannot pool bit-packed codes of " << code;
  auto areSteps = [](ArrayRef<int64_t> values) {
    return values.size() == 2 && llvm::all_of(values, [](int64_t v) { return v >= 1 && v <= kMaxExtent; });
  };
  if (!areSteps(getKernel()) || !areSteps(getStrides()) || !areSteps(getDilations()) || pad.size() != 4)
    return emitOpError("needs two kernel extents, strides and dilations, and "
                       "four pad entries"); // C3
  for (int d : {0, 1}) {
    int64_t reach = (getKernel()[d] - 1) * getDilations()[d];
    for (int64_t p : pad.slice(2 * d, 2))
      if (p < 0 || p > reach) // C3
        return emitOpError("needs pad entries that are not negative and less "
                           "than the dilated kernel");
    int64_t extent = slidingExtent(input[1 + d], pad[2 * d] + pad[2 * d + 1], getKernel()[d], getStrides()[d],
                                   getDilations()[d]);
    if (output[1 + d] != extent) // C3
      return emitOpError() << "has output extent " << output[1 + d] << " in dimension " << 1 + d
                           << ", but its window gives " << extent;
  }
  if (!holdsImage(getInput(), from, input) || !holdsImage(getInits()[0], to, output)) // C5
    return emitOpError("needs an input and an init of as many bytes as their "
                       "shapes take in their layouts");
  return success();
}
