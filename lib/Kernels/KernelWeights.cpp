//===- KernelWeights.cpp - Weights on their way into a kernel ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelWeights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace bnn;

Value bnn::getPackedStorage(OpBuilder &builder, Value packed) {
  auto type = cast<RankedTensorType>(packed.getType());
  auto layout = cast<StorageLayoutInterface>(type.getEncoding());
  auto image = RankedTensorType::get(getImageShape(type.getShape()), type.getElementType());
  return UnrealizedConversionCastOp::create(builder, packed.getLoc(), layout.getStorageType(image), packed)
      .getResult(0);
}

BitSwitchOp bnn::getBitSwitch(ContractionOpInterface op) {
  auto bitSwitch = op.getWeights().getDefiningOp<BitSwitchOp>();
  if (!bitSwitch || !bitSwitch.getInput().getDefiningOp<ConstantOp>() ||
      (bitSwitch.getRounding() != Rounding::HalfEven && bitSwitch.getRounding() != Rounding::HalfUp))
    return {};
  return bitSwitch;
}

Value bnn::switchBytes(OpBuilder &builder, Value bytes, BitSwitchOp op) {
  auto type = cast<RankedTensorType>(bytes.getType());
  int64_t rank = type.getRank(), width = getCodeType(op.getInput()).getBits();
  Value init = tensor::EmptyOp::create(builder, op.getLoc(), type.getShape(), type.getElementType());
  SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank),
                                 AffineMap::get(rank, 0, {}, builder.getContext()),
                                 builder.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  auto body = [&](OpBuilder &inner, Location loc, ValueRange args) {
    ImplicitLocOpBuilder b(loc, inner);
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
    };
    Value one = number(1);
    Value bits = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, args[1], one), number(width));
    Value shift = arith::SubIOp::create(b, number(width), bits);
    Value step = arith::ShLIOp::create(b, one, shift);
    Value value = arith::ExtSIOp::create(b, b.getI32Type(), args[0]);
    Value quotient = arith::ShRSIOp::create(b, value, shift); // rounded down
    Value rest = arith::AndIOp::create(b, value, arith::SubIOp::create(b, step, one));
    // Up where rest > step / 2, and at the tie where the quotient is odd or ties go up. With a step of 1
    // there is no rest, and 1 is not more than 1.
    Value tie =
        op.getRounding() == Rounding::HalfUp ? one : arith::AndIOp::create(b, quotient, one).getResult();
    Value half = arith::MaxSIOp::create(b, arith::ShRUIOp::create(b, step, one), one);
    Value up = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, arith::AddIOp::create(b, rest, tie), half);
    Value rounded = arith::AddIOp::create(b, quotient, arith::ExtUIOp::create(b, b.getI32Type(), up));
    // It can pass the upper end only.
    Value most =
        arith::SubIOp::create(b, arith::ShLIOp::create(b, one, arith::SubIOp::create(b, bits, one)), one);
    rounded = arith::ShLIOp::create(b, arith::MinSIOp::create(b, rounded, most), shift);
    linalg::YieldOp::create(b, arith::TruncIOp::create(b, b.getI8Type(), rounded).getResult());
  };
  return linalg::GenericOp::create(builder, op.getLoc(), type, ValueRange{bytes, op.getBits()}, init, maps,
                                   loops, body)
      .getResult(0);
}

std::optional<WeightCodes> bnn::getConstantWeights(ContractionOpInterface op) {
  BitSwitchOp bitSwitch = getBitSwitch(op);
  auto constant = (bitSwitch ? bitSwitch.getInput() : op.getWeights()).getDefiningOp<ConstantOp>();
  if (!constant)
    return std::nullopt;
  auto stored = cast<DenseElementsAttr>(constant.getCodes()).getValues<int8_t>();
  ArrayRef<int64_t> shape = constant.getType().getShape();
  CodeTypeInterface type = op.getWeightType();
  uint64_t mask = (1u << type.getBits()) - 1;
  if (isa<Conv2DOp>(op.getOperation())) {
    WeightCodes weights{shape[0], shape[1], shape[2], shape[3], type, {}};
    for (int8_t code : stored)
      weights.codes.push_back(code & mask);
    return weights;
  }
  if (shape.size() != 2)
    return std::nullopt;
  bool transposed = cast<MatmulOp>(op.getOperation()).getTransposeRhs();
  int64_t outputs = shape[transposed ? 0 : 1], depth = shape[transposed ? 1 : 0];
  WeightCodes weights{outputs, 1, 1, depth, type, {}};
  for (int64_t o = 0; o < outputs; ++o)
    for (int64_t k = 0; k < depth; ++k)
      weights.codes.push_back(stored[transposed ? o * depth + k : k * outputs + o] & mask);
  return weights;
}

Value bnn::packWeightsAtRunTime(OpBuilder &builder, ContractionOpInterface op) {
  RankedTensorType type = op.getWeights().getType();
  auto packed =
      RankedTensorType::get(type.getShape(), type.getElementType(), ByteCodesAttr::get(builder.getContext()));
  Value storage = getPackedStorage(builder, PackOp::create(builder, op.getLoc(), packed, op.getWeights()));
  if (auto conv = dyn_cast<Conv2DOp>(op.getOperation())) {
    // [O][KH][KW][C] to [slab][KH·KW·C][O of the slab], on the bytes.
    ArrayRef<int64_t> shape = type.getShape();
    int64_t groups = conv.getGroups();
    bool depthwise = groups > 1 && shape[0] == groups && shape[3] == 1;
    int64_t slabs = depthwise ? 1 : groups, depth = shape[1] * shape[2] * shape[3];
    Type i8 = builder.getI8Type();
    SmallVector<ReassociationIndices> rows = {{0}, {1, 2, 3}};
    Value flat = tensor::CollapseShapeOp::create(builder, op.getLoc(), storage, rows);
    SmallVector<ReassociationIndices> split = {{0, 1}, {2}};
    Value slabbed = tensor::ExpandShapeOp::create(
        builder, op.getLoc(), RankedTensorType::get({slabs, shape[0] / slabs, depth}, i8), flat, split);
    Value init = tensor::EmptyOp::create(builder, op.getLoc(), {slabs, depth, shape[0] / slabs}, i8);
    return linalg::TransposeOp::create(builder, op.getLoc(), slabbed, init, ArrayRef<int64_t>{0, 2, 1})
        ->getResult(0);
  }
  SmallVector<ReassociationIndices> slabs = {{0, 1}, {2}, {3}};
  return tensor::CollapseShapeOp::create(builder, op.getLoc(), storage, slabs);
}
