//===- Quantization.cpp - Constants, and floats to codes and back ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::tolinalg;

namespace {

struct ConvertConstant : OpConversionPattern<ConstantOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = cast<CodeTypeInterface>(op.getType().getElementType());
    auto codes = cast<DenseIntElementsAttr>(op.getCodes());
    DenseElementsAttr values = codes.mapValues(rewriter.getI32Type(), [&](const APInt &code) {
      return APInt(32, *type.decode(code.getZExtValue()), /*isSigned=*/true);
    });
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, values);
    return success();
  }
};

/// The zero points of a quantize or dequantize op; null where there are none.
template <typename OpTy>
Value zeroPointTensor(ImplicitLocOpBuilder &b, OpTy op) {
  if (op.getZeroPoints().empty())
    return nullptr;
  SmallVector<float> values(llvm::map_range(op.getZeroPoints(), [](int64_t z) { return float(z); }));
  return constantTensor(b, ArrayRef<float>(values));
}

/// The loops of a quantize or dequantize op: `body` gets the element, its scale and, if there are any,
/// its zero point.
template <typename OpTy>
Value mapChannels(ImplicitLocOpBuilder &b, OpTy op, RankedTensorType result, Value input, Value scale,
                  ScalarBody body) {
  int64_t rank = result.getRank();
  SmallVector<Value> inputs{input, scale};
  SmallVector<AffineMap> maps{b.getMultiDimIdentityMap(rank),
                              channelMap(b.getContext(), rank, op.getAxis(), op.getScale().getType())};
  if (Value zeroPoints = zeroPointTensor(b, op)) {
    inputs.push_back(zeroPoints);
    auto type = cast<RankedTensorType>(zeroPoints.getType());
    maps.push_back(channelMap(b.getContext(), rank, op.getAxis(), type));
  }
  return mapElements(b, result, inputs, maps, body);
}

/// value = 2·clamp(round((x/s + top) / 2), 0, top) - top, with top = 2^b - 1.
Value quantizeBipolar(ImplicitLocOpBuilder &b, Value ratio, int64_t top, Rounding rounding) {
  Value shifted = arith::AddFOp::create(b, ratio, constantF32(b, top));
  Value half = arith::MulFOp::create(b, shifted, constantF32(b, 0.5));
  Value code = integralToI32(b, clampFloat(b, roundFloat(b, half, rounding), 0, top));
  return arith::SubIOp::create(b, arith::AddIOp::create(b, code, code), constantI32(b, top));
}

struct ConvertQuantize : OpConversionPattern<QuantizeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(QuantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto type = cast<CodeTypeInterface>(op.getType().getElementType());
    int64_t low = type.getMinValue(), high = type.getMaxValue();
    if (op.getNarrow())
      isa<SignedType>(type) ? ++low : --high;

    auto quantize = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value ratio = arith::DivFOp::create(b, scalars[0], scalars[1]);
      if (isa<BipolarType>(type))
        return quantizeBipolar(b, ratio, high, op.getRounding());
      auto addZeroPoint = [&](Value x) -> Value {
        return op.getZeroPoints().empty() ? x : arith::AddFOp::create(b, x, scalars[2]).getResult();
      };
      if (op.getShiftBeforeRound()) {
        Value clamped = clampFloat(b, addZeroPoint(ratio), low, high);
        return integralToI32(b, roundFloat(b, clamped, op.getRounding()));
      }
      Value rounded = roundFloat(b, ratio, op.getRounding());
      return integralToI32(b, clampFloat(b, addZeroPoint(rounded), low, high));
    };
    rewriter.replaceOp(op, mapChannels(builder, op, valueTensorType(op.getType()), adaptor.getInput(),
                                       adaptor.getScale(), quantize));
    return success();
  }
};

struct ConvertDequantize : OpConversionPattern<DequantizeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(DequantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto dequantize = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value value = arith::SIToFPOp::create(b, b.getF32Type(), scalars[0]);
      if (!op.getZeroPoints().empty())
        value = arith::SubFOp::create(b, value, scalars[2]);
      return arith::MulFOp::create(b, value, scalars[1]);
    };
    rewriter.replaceOp(
        op, mapChannels(builder, op, op.getType(), adaptor.getInput(), adaptor.getScale(), dequantize));
    return success();
  }
};

/// True if the sign bit of x (f32) is not set.
Value signBitClear(ImplicitLocOpBuilder &b, Value x) {
  Value bits = arith::BitcastOp::create(b, b.getI32Type(), x);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::sge, bits, constantI32(b, 0));
}

/// 1 where `above`, -1 where `below`, else 0.
Value selectTernary(ImplicitLocOpBuilder &b, Value above, Value below) {
  Value rest = arith::SelectOp::create(b, below, constantI32(b, -1), constantI32(b, 0));
  return arith::SelectOp::create(b, above, constantI32(b, 1), rest);
}

struct ConvertBinarize : OpConversionPattern<BinarizeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(BinarizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto type = cast<CodeTypeInterface>(op.getType().getElementType());
    RankedTensorType result = valueTensorType(op.getType());
    int64_t rank = result.getRank();
    bool compared = op.getThreshold() != nullptr;

    SmallVector<Value> inputs{adaptor.getInput()};
    SmallVector<AffineMap> maps{builder.getMultiDimIdentityMap(rank)};
    if (compared) {
      inputs.push_back(adaptor.getThreshold());
      maps.push_back(channelMap(op.getContext(), rank, rank - 1, op.getThreshold().getType()));
    }
    auto binarize = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value x = scalars[0], threshold = compared ? scalars[1] : constantF32(b, 0.0);
      auto compare = [&](arith::CmpFPredicate predicate) -> Value {
        return arith::CmpFOp::create(b, predicate, x, threshold);
      };
      Value isHigh;
      switch (op.getZero()) {
      case ZeroMode::Plus:
        isHigh = compare(arith::CmpFPredicate::OGE);
        break;
      case ZeroMode::Minus:
        isHigh = compare(arith::CmpFPredicate::OGT);
        break;
      case ZeroMode::SignBit:
        isHigh = signBitClear(b, compared ? arith::SubFOp::create(b, x, threshold).getResult() : x);
        break;
      case ZeroMode::Ternary:
        return selectTernary(b, compare(arith::CmpFPredicate::OGT), compare(arith::CmpFPredicate::OLT));
      }
      return arith::SelectOp::create(b, isHigh, constantI32(b, type.getMaxValue()),
                                     constantI32(b, type.getMinValue()));
    };
    rewriter.replaceOp(op, mapElements(builder, result, inputs, maps, binarize));
    return success();
  }
};

struct ConvertTernarize : OpConversionPattern<TernarizeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(TernarizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    RankedTensorType result = valueTensorType(op.getType());
    int64_t rank = result.getRank();
    AffineMap zones = channelMap(op.getContext(), rank, rank - 1, op.getDeadZone().getType());
    auto ternarize = [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
      Value x = scalars[0], zone = scalars[1], negated = arith::NegFOp::create(b, zone);
      return selectTernary(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zone),
                           arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, negated));
    };
    rewriter.replaceOp(op, mapElements(builder, result, {adaptor.getInput(), adaptor.getDeadZone()},
                                       {builder.getMultiDimIdentityMap(rank), zones}, ternarize));
    return success();
  }
};

} // namespace

void tolinalg::populateQuantizationPatterns(const ValueTypeConverter &converter,
                                            RewritePatternSet &patterns) {
  patterns.add<ConvertConstant, ConvertQuantize, ConvertDequantize, ConvertBinarize, ConvertTernarize>(
      converter, patterns.getContext());
}
