//===- Accumulators.cpp - scale, threshold, requantize, border_correct -----===//
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
using namespace bnn::tolinalg;

namespace {

struct ConvertScale : OpConversionPattern<ScaleOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(ScaleOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    int64_t rank = op.getType().getRank();
    SmallVector<Value> inputs{adaptor.getInput()};
    SmallVector<AffineMap> maps{builder.getMultiDimIdentityMap(rank)};
    auto addParameter = [&](Value parameter, int64_t dim) {
      if (!parameter)
        return;
      inputs.push_back(parameter);
      maps.push_back(channelMap(op.getContext(), rank, dim, cast<RankedTensorType>(parameter.getType())));
    };
    addParameter(adaptor.getScale(), rank - 1);
    addParameter(adaptor.getRow(), 1);
    addParameter(adaptor.getColumn(), 2);
    addParameter(adaptor.getBias(), rank - 1);

    auto scale = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value y = arith::SIToFPOp::create(b, b.getF32Type(), scalars[0]);
      ValueRange parameters = scalars.slice(1, inputs.size() - 1);
      if (op.getBias()) {
        for (Value factor : parameters.drop_back())
          y = arith::MulFOp::create(b, y, factor);
        return arith::AddFOp::create(b, y, parameters.back());
      }
      for (Value factor : parameters)
        y = arith::MulFOp::create(b, y, factor);
      return y;
    };
    rewriter.replaceOp(op, mapElements(builder, op.getType(), inputs, maps, scale));
    return success();
  }
};

/// One loop over the elements and one, innermost, over the thresholds: each one that is passed raises
/// the value by one step of the type.
struct ConvertThreshold : OpConversionPattern<ThresholdOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(ThresholdOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    MLIRContext *context = op.getContext();
    auto type = cast<CodeTypeInterface>(op.getType().getElementType());
    int64_t rank = op.getType().getRank();
    AffineExpr row = getAffineConstantExpr(0, context), t = getAffineDimExpr(rank, context);
    if (op.getThresholds().getType().getDimSize(0) != 1)
      row = getAffineDimExpr(rank - 1, context);

    SmallVector<Value> inputs{adaptor.getInput(), adaptor.getThresholds()};
    AffineMap elements = AffineMap::getMultiDimIdentityMap(rank + 1, context).dropResult(rank);
    SmallVector<AffineMap> maps{elements, AffineMap::get(rank + 1, 0, {row, t}, context)};
    bool someFall = llvm::is_contained(op.getDescending(), true);
    if (someFall) {
      SmallVector<int64_t> falls(op.getDescending());
      inputs.push_back(constantTensor(builder, ArrayRef<int64_t>(falls)));
      maps.push_back(AffineMap::get(rank + 1, 0, {row}, context));
    }
    maps.push_back(elements);
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);

    auto count = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value x = scalars[0], threshold = scalars[1];
      auto compare = [&](arith::CmpIPredicate forInts, arith::CmpFPredicate forFloats) -> Value {
        if (x.getType().isF32())
          return arith::CmpFOp::create(b, forFloats, x, threshold);
        return arith::CmpIOp::create(b, forInts, x, threshold);
      };
      Value passed = compare(arith::CmpIPredicate::sge, arith::CmpFPredicate::OGE);
      if (someFall) {
        Value falling = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, scalars[2], constantI64(b, 0));
        Value passedDown = compare(arith::CmpIPredicate::sle, arith::CmpFPredicate::OLE);
        passed = arith::SelectOp::create(b, falling, passedDown, passed);
      }
      Value raised = arith::AddIOp::create(b, scalars.back(), constantI32(b, type.getStep()));
      return arith::SelectOp::create(b, passed, raised, scalars.back());
    };
    Value lowest =
        filledTensor(builder, valueTensorType(op.getType()), builder.getI32IntegerAttr(type.getMinValue()));
    rewriter.replaceOp(op, buildLoops(builder, lowest, inputs, maps, iterators, count));
    return success();
  }
};

struct ConvertRequantize : OpConversionPattern<RequantizeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(RequantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto result = RankedTensorType::get(op.getType().getShape(), builder.getI32Type());
    int64_t low = INT32_MIN, high = INT32_MAX, rank = result.getRank();
    if (auto type = dyn_cast<CodeTypeInterface>(op.getType().getElementType())) {
      low = type.getMinValue();
      high = type.getMaxValue();
    }
    SmallVector<int64_t> shifts(op.getShifts());
    // As i32, from which compilers see that a product of 32 by 32 bits is enough.
    auto multiplierType = RankedTensorType::get(op.getMultipliers().size(), builder.getI32Type());
    Value multiplierTensor =
        arith::ConstantOp::create(builder, DenseElementsAttr::get(multiplierType, op.getMultipliers()));
    Value shiftTensor = constantTensor(builder, ArrayRef<int64_t>(shifts));
    AffineMap channel = channelMap(op.getContext(), rank, rank - 1, multiplierType);

    auto requantize = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value value = scalars[0];
      if (op.getInputZeroPoint() != 0)
        value = arith::SubIOp::create(b, value, constantI32(b, op.getInputZeroPoint()));
      Value wide = arith::ExtSIOp::create(b, b.getI64Type(), value);
      Value multiplier = arith::ExtSIOp::create(b, b.getI64Type(), scalars[1]);
      Value product = arith::MulIOp::create(b, wide, multiplier);
      Value rounded = roundShift(b, product, scalars[2], op.getRounding());
      Value shifted = arith::AddIOp::create(b, rounded, constantI64(b, op.getZeroPoint()));
      shifted = arith::MaxSIOp::create(b, shifted, constantI64(b, low));
      shifted = arith::MinSIOp::create(b, shifted, constantI64(b, high));
      return arith::TruncIOp::create(b, b.getI32Type(), shifted);
    };
    rewriter.replaceOp(op, mapElements(builder, result, {adaptor.getInput(), multiplierTensor, shiftTensor},
                                       {builder.getMultiDimIdentityMap(rank), channel, channel}, requantize));
    return success();
  }
};

/// min(position, before) + max(position - (size - 1 - after), 0) at the current iteration of loop `dim`.
Value borderClass(ImplicitLocOpBuilder &b, int64_t dim, int64_t size, int64_t before, int64_t after) {
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, value); };
  Value position = linalg::IndexOp::create(b, dim);
  Value near = arith::MinSIOp::create(b, position, constant(before));
  Value beyond = arith::SubIOp::create(b, position, constant(size - 1 - after));
  return arith::AddIOp::create(b, near, arith::MaxSIOp::create(b, beyond, constant(0)));
}

struct ConvertBorderCorrect : OpConversionPattern<BorderCorrectOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(BorderCorrectOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    RankedTensorType type = op.getResult().getType();
    ArrayRef<int64_t> border = op.getBorder();
    auto correct = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value row = borderClass(b, 1, type.getDimSize(1), border[0], border[1]);
      Value column = borderClass(b, 2, type.getDimSize(2), border[2], border[3]);
      Value channel = linalg::IndexOp::create(b, 3);
      Value entry = tensor::ExtractOp::create(b, adaptor.getTable(), ValueRange{row, column, channel});
      return arith::AddIOp::create(b, scalars[0], entry);
    };
    rewriter.replaceOp(
        op, mapElements(builder, type, adaptor.getInput(), builder.getMultiDimIdentityMap(4), correct));
    return success();
  }
};

} // namespace

void tolinalg::populateAccumulatorPatterns(const ValueTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ConvertScale, ConvertThreshold, ConvertRequantize, ConvertBorderCorrect>(
      converter, patterns.getContext());
}
