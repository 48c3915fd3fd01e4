//===- Loops.cpp - Building blocks of the patterns ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bnn;

Value tolinalg::buildLoops(ImplicitLocOpBuilder &b, Value init, ValueRange inputs, ArrayRef<AffineMap> maps,
                           ArrayRef<utils::IteratorType> iterators, ScalarBody body) {
  auto loops = linalg::GenericOp::create(b, TypeRange(init.getType()), inputs, ValueRange(init), maps,
                                         iterators, [&](OpBuilder &nested, Location loc, ValueRange scalars) {
                                           ImplicitLocOpBuilder inner(loc, nested);
                                           Value result = body(inner, scalars);
                                           linalg::YieldOp::create(inner, result);
                                         });
  return loops.getResult(0);
}

Value tolinalg::mapElements(ImplicitLocOpBuilder &b, RankedTensorType result, ValueRange inputs,
                            ArrayRef<AffineMap> maps, ScalarBody body) {
  Value init = tensor::EmptyOp::create(b, result.getShape(), result.getElementType());
  SmallVector<AffineMap> allMaps(maps);
  allMaps.push_back(b.getMultiDimIdentityMap(result.getRank()));
  SmallVector<utils::IteratorType> iterators(result.getRank(), utils::IteratorType::parallel);
  return buildLoops(b, init, inputs, allMaps, iterators, body);
}

Value tolinalg::filledTensor(ImplicitLocOpBuilder &b, RankedTensorType type, TypedAttr value) {
  Value empty = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
  Value scalar = arith::ConstantOp::create(b, value);
  return linalg::FillOp::create(b, scalar, empty).getResult(0);
}

Value tolinalg::padImage(ImplicitLocOpBuilder &b, Value image, ArrayRef<int64_t> pad, int64_t value) {
  if (llvm::all_of(pad, [](int64_t p) { return p == 0; }))
    return image;
  auto type = cast<RankedTensorType>(image.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[1] += pad[0] + pad[1];
  shape[2] += pad[2] + pad[3];
  auto padding = [&](ArrayRef<int64_t> extents) { return getAsIndexOpFoldResult(b.getContext(), extents); };
  return tensor::PadOp::create(b, type.clone(shape), image, padding({0, pad[0], pad[2], 0}),
                               padding({0, pad[1], pad[3], 0}), constantI32(b, value));
}

AffineMap tolinalg::channelMap(MLIRContext *context, int64_t rank, int64_t dim, RankedTensorType parameter) {
  if (parameter.getRank() == 0)
    return AffineMap::get(rank, 0, {}, context);
  bool shared = parameter.getDimSize(0) == 1;
  return AffineMap::get(rank, 0, shared ? getAffineConstantExpr(0, context) : getAffineDimExpr(dim, context));
}

Value tolinalg::constantTensor(ImplicitLocOpBuilder &b, ArrayRef<float> values) {
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get(values.size(), b.getF32Type()), values));
}

Value tolinalg::constantTensor(ImplicitLocOpBuilder &b, ArrayRef<int64_t> values) {
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get(values.size(), b.getI64Type()), values));
}

RankedTensorType tolinalg::valueTensorType(Type codeTensor) {
  auto type = cast<RankedTensorType>(codeTensor);
  return RankedTensorType::get(type.getShape(), IntegerType::get(type.getContext(), 32));
}

Value tolinalg::constantF32(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

Value tolinalg::constantI32(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
}

Value tolinalg::constantI64(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
}

Value tolinalg::clampFloat(ImplicitLocOpBuilder &b, Value x, double low, double high) {
  Value lowest = constantF32(b, low), highest = constantF32(b, high);
  // The comparison with NaN is false, which gives `low`.
  Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, lowest);
  Value raised = arith::SelectOp::create(b, above, x, lowest);
  Value below = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, raised, highest);
  return arith::SelectOp::create(b, below, raised, highest);
}

Value tolinalg::integralToI32(ImplicitLocOpBuilder &b, Value x) {
  return arith::FPToSIOp::create(b, b.getI32Type(), x);
}
