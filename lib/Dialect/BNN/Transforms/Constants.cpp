//===- Constants.cpp - Reading and making constant tensors -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "llvm/ADT/SetVector.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace bnn;

static RankedTensorType staticF32(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && type.getElementType().isF32() ? type : RankedTensorType();
}

bool bnn::isConstantFloats(Value value) {
  if (!staticF32(value))
    return false;
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<tosa::TransposeOp, tosa::ReshapeOp, tosa::IdentityOp>(op))
    return isConstantFloats(op->getOperand(0));
  Attribute attr;
  return op && matchPattern(value, m_Constant(&attr)) &&
         isa<DenseElementsAttr, DenseF32ResourceElementsAttr>(attr);
}

std::optional<SmallVector<float>> bnn::getConstantFloats(Value value) {
  RankedTensorType type = staticF32(value);
  Operation *op = value.getDefiningOp();
  if (!type || !op)
    return std::nullopt;
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    auto input = getConstantFloats(transpose.getInput1());
    if (!input)
      return std::nullopt;
    ArrayRef<int64_t> shape = cast<RankedTensorType>(transpose.getInput1().getType()).getShape();
    return permuted<float>(*input, shape, transpose.getPerms());
  }
  if (isa<tosa::ReshapeOp, tosa::IdentityOp>(op))
    return getConstantFloats(op->getOperand(0));
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    auto values = dense.getValues<float>();
    return SmallVector<float>(values.begin(), values.end());
  }
  if (auto resource = dyn_cast<DenseF32ResourceElementsAttr>(attr))
    if (std::optional<ArrayRef<float>> values = resource.tryGetAsArrayRef())
      return SmallVector<float>(*values);
  return std::nullopt;
}

std::optional<SmallVector<float>> bnn::getPerChannelFloats(Value value, int64_t channels) {
  RankedTensorType type = staticF32(value);
  if (!type || type.getRank() == 0)
    return std::nullopt;
  int64_t last = type.getShape().back();
  if (type.getNumElements() != last || (last != 1 && last != channels))
    return std::nullopt;
  return getConstantFloats(value);
}

std::optional<SmallVector<int8_t>> bnn::getConstantCodes(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return std::nullopt;
  auto values = cast<DenseIntElementsAttr>(constant.getCodes()).getValues<int8_t>();
  return SmallVector<int8_t>(values.begin(), values.end());
}

std::optional<SmallVector<int64_t>> bnn::getConstantValues(Value value) {
  std::optional<SmallVector<int8_t>> codes = getConstantCodes(value);
  if (!codes)
    return std::nullopt;
  CodeTypeInterface type = getCodeType(value);
  SmallVector<int64_t> values;
  values.reserve(codes->size());
  for (int8_t code : *codes)
    values.push_back(*type.decode(static_cast<uint8_t>(code)));
  return values;
}

std::optional<SmallVector<float>> bnn::getDequantizedFloats(DequantizeOp op) {
  std::optional<SmallVector<int64_t>> values = getConstantValues(op.getInput());
  std::optional<SmallVector<float>> scales = getConstantFloats(op.getScale());
  if (!values || !scales)
    return std::nullopt;
  RankedTensorType type = op.getType();
  int64_t extent = type.getRank() == 0 ? 1 : type.getDimSize(op.getAxis()), inner = 1;
  for (int64_t size : type.getShape().drop_front(std::min<int64_t>(type.getRank(), op.getAxis() + 1)))
    inner *= size;
  SmallVector<float> floats;
  for (auto [i, value] : llvm::enumerate(*values)) {
    int64_t channel = static_cast<int64_t>(i) / inner % extent;
    int64_t zeroPoint = op.getZeroPoints().empty() ? 0 : perChannel(op.getZeroPoints(), channel);
    floats.push_back(static_cast<float>(value - zeroPoint) * perChannel(*scales, channel));
  }
  return floats;
}

Value bnn::createFloats(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return tosa::ConstOp::create(builder, loc, type, DenseElementsAttr::get(type, values));
}

Value bnn::createInts(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get(shape, builder.getI32Type());
  return tosa::ConstOp::create(builder, loc, type, DenseElementsAttr::get(type, values));
}

Value bnn::createCodes(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<int8_t> codes) {
  auto stored = RankedTensorType::get(type.getShape(), builder.getI8Type());
  return ConstantOp::create(builder, loc, type, DenseElementsAttr::get(stored, codes));
}

SmallVector<float> bnn::compressed(ArrayRef<float> values) {
  auto sameBits = [&](float v) { return std::memcmp(&v, &values[0], sizeof(float)) == 0; };
  if (llvm::all_of(values, sameBits))
    return {values[0]};
  return SmallVector<float>(values);
}

bool bnn::allFinite(ArrayRef<float> values) {
  return llvm::all_of(values, [](float v) { return std::isfinite(v); });
}

void bnn::eraseDead(Operation *op) {
  // An op leaves the set before it is erased, and only its users could put it there again.
  llvm::SetVector<Operation *> candidates;
  if (op)
    candidates.insert(op);
  while (!candidates.empty()) {
    Operation *candidate = candidates.pop_back_val();
    if (!isOpTriviallyDead(candidate))
      continue;
    for (Value operand : candidate->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        candidates.insert(producer);
    candidate->erase();
  }
}
