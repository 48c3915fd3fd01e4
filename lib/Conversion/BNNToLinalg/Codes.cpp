//===- Codes.cpp - max_pool2d, plane, bit_switch, pack ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::tolinalg;

namespace {

/// Positions outside the image hold the smallest value, which no maximum notices.
struct ConvertMaxPool2D : OpConversionPattern<MaxPool2DOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(MaxPool2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    int64_t lowest = cast<CodeTypeInterface>(op.getType().getElementType()).getMinValue();
    Value image = padImage(builder, adaptor.getInput(), op.getPad(), lowest);
    ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations();
    // No operand has the window's shape: this one, never read, gives the loops i and j their bounds.
    Value window = tensor::EmptyOp::create(builder, op.getKernel(), builder.getI32Type());

    AffineExpr n, y, x, c, i, j;
    bindDims(op.getContext(), n, y, x, c, i, j);
    SmallVector<AffineExpr> imageAt{n, y * strides[0] + i * dilations[0], x * strides[1] + j * dilations[1],
                                    c};
    SmallVector<AffineExpr> windowAt{i, j}, resultAt{n, y, x, c};
    SmallVector<AffineMap> maps = AffineMap::inferFromExprList(
        ArrayRef<ArrayRef<AffineExpr>>{imageAt, windowAt, resultAt}, op.getContext());
    SmallVector<utils::IteratorType> iterators(4, utils::IteratorType::parallel);
    iterators.append(2, utils::IteratorType::reduction);

    auto largest = [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      return arith::MaxSIOp::create(b, scalars[0], scalars[2]);
    };
    Value init = filledTensor(builder, valueTensorType(op.getType()), builder.getI32IntegerAttr(lowest));
    rewriter.replaceOp(op, buildLoops(builder, init, {image, window}, maps, iterators, largest));
    return success();
  }
};

/// The code of the value, whose low bits for signed and ternary types are the value's own, then one bit.
struct ConvertPlane : OpConversionPattern<PlaneOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(PlaneOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    CodeTypeInterface type = getCodeType(op.getInput());
    RankedTensorType result = valueTensorType(op.getResult().getType());
    auto extract = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value code = scalars[0], one = constantI32(b, 1);
      bool bipolar = isa<BipolarType>(type);
      if (bipolar) {
        Value twice = arith::AddIOp::create(b, code, constantI32(b, type.getMaxValue()));
        code = arith::ShRSIOp::create(b, twice, one);
      }
      Value shifted = arith::ShRSIOp::create(b, code, constantI32(b, op.getIndex()));
      Value bit = arith::AndIOp::create(b, shifted, one);
      if (!bipolar)
        return bit;
      return arith::SubIOp::create(b, arith::AddIOp::create(b, bit, bit), one);
    };
    rewriter.replaceOp(op, mapElements(builder, result, adaptor.getInput(),
                                       builder.getMultiDimIdentityMap(result.getRank()), extract));
    return success();
  }
};

/// In i64, where `roundShift` has every rounding.
struct ConvertBitSwitch : OpConversionPattern<BitSwitchOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(BitSwitchOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    RankedTensorType result = valueTensorType(op.getResult().getType());
    int64_t rank = result.getRank(), width = getCodeType(op.getInput()).getBits();
    auto switchBits = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value one = constantI64(b, 1);
      Value bits = arith::ExtSIOp::create(b, b.getI64Type(), scalars[1]);
      bits = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, bits, one), constantI64(b, width));
      Value shift = arith::SubIOp::create(b, constantI64(b, width), bits);
      Value value = arith::ExtSIOp::create(b, b.getI64Type(), scalars[0]);
      value = roundShift(b, value, shift, op.getRounding());
      Value most = arith::ShLIOp::create(b, one, arith::SubIOp::create(b, bits, one)); // 2^(l-1)
      value = arith::MaxSIOp::create(b, value, arith::SubIOp::create(b, constantI64(b, 0), most));
      value = arith::MinSIOp::create(b, value, arith::SubIOp::create(b, most, one));
      return arith::TruncIOp::create(b, b.getI32Type(), arith::ShLIOp::create(b, value, shift));
    };
    AffineMap all = builder.getMultiDimIdentityMap(rank);
    AffineMap scalar = AffineMap::get(rank, 0, {}, op.getContext());
    rewriter.replaceOp(
        op, mapElements(builder, result, {adaptor.getInput(), adaptor.getBits()}, {all, scalar}, switchBits));
    return success();
  }
};

/// A layout says where codes lie, not what they are.
template <typename OpTy>
struct DropLayout : OpConversionPattern<OpTy> {
  using OpConversionPattern<OpTy>::OpConversionPattern;

  LogicalResult matchAndRewrite(OpTy op, typename OpTy::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

} // namespace

void tolinalg::populateCodePatterns(const ValueTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ConvertBitSwitch, ConvertMaxPool2D, ConvertPlane, DropLayout<PackOp>, DropLayout<UnpackOp>>(
      converter, patterns.getContext());
}
