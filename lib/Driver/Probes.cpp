//===- Probes.cpp - Programs that show what is between kernels ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Probes.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Driver/Diagnostics.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace bnn;

static bool isCodes(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<CodeTypeInterface>(type.getElementType());
}

static bool isNumbers(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && (type.getElementType().isF32() || type.getElementType().isInteger(32));
}

/// Whether an op only gives the same elements another shape or place.
static bool isDataMovement(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ConcatOp, tosa::PadOp, PackOp,
             UnpackOp>(op) ||
         op->getDialect()->getNamespace() == "tensor";
}

SmallVector<Probe> bnn::findProbes(func::FuncOp entry) {
  SmallVector<Probe> probes;
  for (Operation &op : entry.front().without_terminator()) {
    auto isConstant = [](Value operand) { return matchPattern(operand, m_Constant()); };
    if (op.getNumResults() != 1 || isDataMovement(&op) || llvm::all_of(op.getOperands(), isConstant))
      continue;
    Value value = op.getResult(0);
    SmallPtrSet<Operation *, 4> readers(value.getUsers().begin(), value.getUsers().end());
    bool returned = llvm::any_of(readers, [](Operation *user) { return isa<func::ReturnOp>(user); });
    if (returned || readers.empty() || !(isCodes(value) || (isNumbers(value) && readers.size() > 1)))
      continue;
    Value source;
    if (isCodes(value) && op.getNumOperands() && isNumbers(op.getOperand(0)) &&
        isa<FloatType>(getElementTypeOrSelf(op.getOperand(0))))
      source = op.getOperand(0);
    std::string name = describeLocation(op.getLoc());
    probes.push_back(
        {value, name.empty() ? op.getName().getStringRef().str() : name, isCodes(value), source});
  }
  return probes;
}

/// Codes as the f32 numbers that they stand for.
static Value toNumbers(OpBuilder &builder, Location loc, Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  auto one = DenseElementsAttr::get(RankedTensorType::get({1}, builder.getF32Type()), 1.0f);
  Value scale = arith::ConstantOp::create(builder, loc, one);
  auto numbers = RankedTensorType::get(type.getShape(), builder.getF32Type());
  return DequantizeOp::create(builder, loc, numbers, codes, scale, DenseI64ArrayAttr(), IntegerAttr());
}

/// The inverse for numbers that codes stand for.
static Value toCodes(OpBuilder &builder, Location loc, Value numbers, Type codes) {
  auto type = cast<RankedTensorType>(codes);
  if (isa<TernaryType>(type.getElementType())) {
    auto half = DenseElementsAttr::get(RankedTensorType::get({1}, builder.getF32Type()), 0.5f);
    return TernarizeOp::create(builder, loc, codes, numbers, arith::ConstantOp::create(builder, loc, half));
  }
  auto one = DenseElementsAttr::get(RankedTensorType::get({1}, builder.getF32Type()), 1.0f);
  Value scale = arith::ConstantOp::create(builder, loc, one);
  OperationState state(loc, QuantizeOp::getOperationName(), {numbers, scale}, codes, {});
  return builder.create(state)->getResult(0);
}

static void appendResults(func::FuncOp entry, ArrayRef<Value> values) {
  auto ret = cast<func::ReturnOp>(entry.front().getTerminator());
  for (auto [i, value] : llvm::enumerate(values)) {
    auto name = StringAttr::get(entry.getContext(), "probe" + Twine(i));
    auto attrs = DictionaryAttr::get(entry.getContext(), NamedAttribute("bnn.name", name));
    (void)entry.insertResult(entry.getNumResults(), value.getType(), attrs);
    ret->insertOperands(ret->getNumOperands(), value);
  }
}

/// `x` moved by `tolerance` times max(1, |x|), down or up.
static Value shifted(OpBuilder &builder, Location loc, Value x, double tolerance, bool up) {
  auto type = cast<RankedTensorType>(x.getType());
  auto constant = [&](double number) -> Value {
    return tosa::ConstOp::create(builder, loc, type,
                                 DenseElementsAttr::get(type, static_cast<float>(number)));
  };
  Value size = tosa::AbsOp::create(builder, loc, type, x);
  size = tosa::MaximumOp::create(builder, loc, type, size, constant(1));
  auto shiftType = RankedTensorType::get({1}, builder.getI8Type());
  Value shift = tosa::ConstOp::create(builder, loc, shiftType,
                                      DenseElementsAttr::get(shiftType, builder.getI8IntegerAttr(0)));
  Value step = tosa::MulOp::create(builder, loc, type, size, constant(tolerance), shift);
  if (up)
    return tosa::AddOp::create(builder, loc, type, x, step);
  return tosa::SubOp::create(builder, loc, type, x, step);
}

void bnn::returnProbes(func::FuncOp entry, double tolerance) {
  SmallVector<Value> results;
  for (const Probe &probe : findProbes(entry)) {
    OpBuilder builder(entry.getContext());
    builder.setInsertionPointAfterValue(probe.value);
    Location loc = probe.value.getLoc();
    if (!probe.isCodes) {
      results.push_back(probe.value);
      continue;
    }
    results.push_back(toNumbers(builder, loc, probe.value));
    if (!probe.source)
      continue;
    Operation *quantizer = probe.value.getDefiningOp();
    for (bool up : {false, true}) {
      IRMapping mapping;
      mapping.map(probe.source, shifted(builder, loc, probe.source, tolerance, up));
      Value near = builder.clone(*quantizer, mapping)->getResult(0);
      results.push_back(toNumbers(builder, loc, near));
    }
  }
  appendResults(entry, results);
}

void bnn::cutAtProbes(func::FuncOp entry) {
  SmallVector<Value> results;
  for (auto [i, probe] : llvm::enumerate(findProbes(entry))) {
    OpBuilder builder(entry.getContext());
    builder.setInsertionPointAfterValue(probe.value);
    Location loc = probe.value.getLoc();
    SmallVector<OpOperand *> uses = llvm::to_vector(llvm::make_pointer_range(probe.value.getUses()));
    Value result = probe.isCodes ? toNumbers(builder, loc, probe.value) : probe.value;
    results.push_back(result);

    auto name = StringAttr::get(entry.getContext(), "probe" + Twine(i));
    auto attrs = DictionaryAttr::get(entry.getContext(), NamedAttribute("bnn.name", name));
    unsigned index = entry.getNumArguments();
    (void)entry.insertArgument(index, result.getType(), attrs, loc);
    Value given = entry.getArgument(index);
    if (probe.isCodes)
      given = toCodes(builder, loc, given, probe.value.getType());
    for (OpOperand *use : uses)
      use->set(given);
  }
  appendResults(entry, results);
}
