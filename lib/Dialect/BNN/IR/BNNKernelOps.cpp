//===- BNNKernelOps.cpp - Kernels on storage --------------------------------===//
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

static LogicalResult verifyMaps(Operation *op, ArrayAttr maps, ValueRange params) {
  if (maps.size() != params.size())
    return op->emitOpError() << "needs a map for each of its " << params.size()
                             << " parameters, but has " << maps.size();
  for (auto [attr, param] : llvm::zip(maps.getAsValueRange<AffineMapAttr>(), params))
    if (attr.getNumDims() != 4 || attr.getNumResults() != cast<ShapedType>(param.getType()).getRank())
      return op->emitOpError("needs maps from four dimensions to the rank of the parameter");
  return success();
}

static LogicalResult verifyOutputs(Operation *op, ArrayAttr layouts, ValueRange inits, Region &region) {
  if (layouts.size() != inits.size() || !llvm::all_of(layouts, isLayout))
    return op->emitOpError("needs a storage layout or unit for each output");
  auto yield = cast<YieldOp>(region.front().getTerminator());
  if (yield.getNumOperands() != inits.size())
    return op->emitOpError() << "yields " << yield.getNumOperands() << " scalars for "
                             << inits.size() << " outputs";
  for (auto [value, init, layout] : llvm::zip(yield.getOperands(), inits, layouts))
    if (value.getType() != scalarOf(init, layout))
      return op->emitOpError() << "yields " << value.getType() << " for an output of "
                               << scalarOf(init, layout);
  return success();
}

LogicalResult ContractKernelOp::verify() {
  if (failed(verifyMaps(*this, getParamMaps(), getParams()))) // C2
    return failure();
  Block &body = getEpilogue().front();
  if (body.getNumArguments() != 1 + getParams().size() ||
      !body.getArgument(0).getType().isInteger(32)) // C4
    return emitOpError("needs a region of an i32 accumulator and one scalar per parameter");
  for (auto [argument, param] : llvm::zip(body.getArguments().drop_front(), getParams()))
    if (argument.getType() != cast<ShapedType>(param.getType()).getElementType()) // C4
      return emitOpError("needs region arguments of the parameters' element types");
  return verifyOutputs(*this, getOutputLayouts(), getInits(), getEpilogue()); // C3, C5
}

LogicalResult MapKernelOp::verify() {
  if (getShape().size() != 4 || llvm::any_of(getShape(), [](int64_t d) { return d < 1; })) // C1
    return emitOpError("needs a shape of four positive entries");
  if (failed(verifyMaps(*this, getParamMaps(), getParams()))) // C2
    return failure();
  if (getParamLayouts().size() != getParams().size() || !llvm::all_of(getParamLayouts(), isLayout))
    return emitOpError("needs a storage layout or unit for each parameter"); // C2
  Block &body = getEpilogue().front();
  if (body.getNumArguments() != getParams().size()) // C4
    return emitOpError("needs a region of one scalar per parameter");
  for (auto [argument, param, layout] :
       llvm::zip(body.getArguments(), getParams(), getParamLayouts()))
    if (argument.getType() != scalarOf(param, layout)) // C4
      return emitOpError("needs region arguments of the parameters' element types");
  return verifyOutputs(*this, getOutputLayouts(), getInits(), getEpilogue()); // C3, C5
}

LogicalResult PoolKernelOp::verify() {
  if (getInputShape().size() != 4 || getOutputShape().size() != 4 || getInits().size() != 1) // C1
    return emitOpError("needs input and output shapes of four entries and one init");
  if (getInputLayout().getTypeID() != getOutputLayout().getTypeID()) // C2
    return emitOpError("needs an input and an output layout of the same kind");
  return success();
}
