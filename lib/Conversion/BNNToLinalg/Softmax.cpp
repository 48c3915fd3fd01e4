//===- Softmax.cpp - The four modes of softmax -----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A NaN score gets code 0 and counts neither in the maximum nor in the sum of
// its row, so that it changes no other code.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace bnn;
using namespace bnn::tolinalg;

namespace {

/// The loops of one softmax: over all elements, or over all with one result per row.
class Rows {
public:
  Rows(ImplicitLocOpBuilder &b, RankedTensorType shape)
      : b(b), shape(shape), elements(b.getMultiDimIdentityMap(shape.getRank())),
        rows(elements.dropResult(shape.getRank() - 1)) {}

  /// One result element for each element of `inputs`, which have the full shape or one entry per row.
  Value map(Type elementType, ValueRange inputs, ScalarBody body) {
    SmallVector<AffineMap> maps;
    for (Value input : inputs)
      maps.push_back(cast<RankedTensorType>(input.getType()).getRank() == shape.getRank() ? elements : rows);
    return mapElements(b, shape.clone(elementType), inputs, maps, body);
  }

  /// One result for each row of `input`, starting from `start`.
  Value reduce(Value input, TypedAttr start, ScalarBody body) {
    SmallVector<utils::IteratorType> iterators(shape.getRank() - 1, utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);
    Value init = filledTensor(b, RankedTensorType::get(shape.getShape().drop_back(), start.getType()), start);
    return buildLoops(b, init, input, {elements, rows}, iterators, body);
  }

  /// The largest element of each row, NaN left out; the smallest number for a row of NaN.
  Value maximum(Value input) {
    if (cast<RankedTensorType>(input.getType()).getElementType().isF32())
      return reduce(input, b.getF32FloatAttr(-std::numeric_limits<float>::infinity()),
                    [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
                      Value larger =
                          arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, scalars[0], scalars[1]);
                      return arith::SelectOp::create(b, larger, scalars[0], scalars[1]);
                    });
    return reduce(input, b.getI32IntegerAttr(std::numeric_limits<int32_t>::min()),
                  [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
                    return arith::MaxSIOp::create(b, scalars[0], scalars[1]);
                  });
  }

private:
  ImplicitLocOpBuilder &b;
  RankedTensorType shape;
  AffineMap elements, rows;
};

Value isNaN(ImplicitLocOpBuilder &b, Value x) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
}

/// score > 0.
Value convertBool(Rows &rows, Type i32, Value scores) {
  return rows.map(i32, scores, [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
    Value score = scalars[0], positive;
    if (score.getType().isF32())
      positive = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, score, constantF32(b, 0.0));
    else
      positive = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, score, constantI32(b, 0));
    return arith::ExtUIOp::create(b, b.getI32Type(), positive);
  });
}

/// score >= max(score) - ln 4 / logit_scale; for i32 scores in 64 bits, as the difference may not fit.
Value convertBinaryRatio(Rows &rows, Type i32, Value scores, float logitScale) {
  double margin = std::log(4.0) / double(logitScale);
  return rows.map(
      i32, {scores, rows.maximum(scores)}, [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
        Value score = scalars[0], largest = scalars[1], kept;
        if (score.getType().isF32()) {
          Value limit = arith::SubFOp::create(b, largest, constantF32(b, float(margin)));
          kept = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, score, limit);
        } else {
          // No two i32 are further apart than 2^32.
          int64_t distance = int64_t(std::floor(std::min(margin, 4294967296.0)));
          auto widen = [&](Value x) -> Value { return arith::ExtSIOp::create(b, b.getI64Type(), x); };
          Value limit = arith::SubIOp::create(b, widen(largest), constantI64(b, distance));
          kept = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, widen(score), limit);
        }
        return arith::ExtUIOp::create(b, b.getI32Type(), kept);
      });
}

/// `uniform_max` and `log2`: softmax itself, then one code for each probability.
Value convertProbabilities(Rows &rows, SoftmaxOp op, Value scores) {
  int64_t top = cast<CodeTypeInterface>(op.getType().getElementType()).getMaxValue();
  Type f32 = Float32Type::get(op.getContext()), i32 = IntegerType::get(op.getContext(), 32);
  float logitScale = op.getLogitScale().convertToFloat();

  Value logits = rows.map(f32, scores, [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
    Value score = scalars[0];
    if (!score.getType().isF32())
      score = arith::SIToFPOp::create(b, b.getF32Type(), score);
    return arith::MulFOp::create(b, score, constantF32(b, logitScale));
  });
  Value largest = rows.maximum(logits);
  Value powers = rows.map(f32, {logits, largest}, [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
    Value power = math::ExpOp::create(b, arith::SubFOp::create(b, scalars[0], scalars[1]));
    return arith::SelectOp::create(b, isNaN(b, scalars[0]), constantF32(b, 0.0), power);
  });
  Value sums =
      rows.reduce(powers, FloatAttr::get(f32, 0.0), [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
        return arith::AddFOp::create(b, scalars[1], scalars[0]);
      });
  return rows.map(i32, {logits, powers, sums}, [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
    Value probability = arith::DivFOp::create(b, scalars[1], scalars[2]), real;
    if (op.getMode() == SoftmaxMode::UniformMax)
      real = arith::DivFOp::create(b, probability, constantF32(b, op.getOutputScale()->convertToFloat()));
    else
      real = arith::NegFOp::create(b, math::Log2Op::create(b, probability));
    Value code = integralToI32(b, clampFloat(b, roundFloat(b, real, Rounding::HalfEven), 0, top));
    return arith::SelectOp::create(b, isNaN(b, scalars[0]), constantI32(b, 0), code);
  });
}

struct ConvertSoftmax : OpConversionPattern<SoftmaxOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(SoftmaxOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Rows rows(b, op.getInput().getType());
    Value result;
    switch (op.getMode()) {
    case SoftmaxMode::UniformMax:
    case SoftmaxMode::Log2:
      result = convertProbabilities(rows, op, adaptor.getInput());
      break;
    case SoftmaxMode::BinaryRatio:
      result =
          convertBinaryRatio(rows, b.getI32Type(), adaptor.getInput(), op.getLogitScale().convertToFloat());
      break;
    case SoftmaxMode::Bool:
      result = convertBool(rows, b.getI32Type(), adaptor.getInput());
      break;
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void tolinalg::populateSoftmaxPatterns(const ValueTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ConvertSoftmax>(converter, patterns.getContext());
}
