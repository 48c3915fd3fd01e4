//===- FuseDequantize.cpp - Float contractions of codes become integer -----===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A scale that does not depend on what is summed over factors out of a contraction:
//
//   %x = bnn.dequantize %qx scale %sx                    %acc = bnn.conv2d %qx, %qw {pad = …}
//   %w = bnn.dequantize %qw scale %sw            ->      %y = bnn.scale %acc by %s bias %bias
//   %y = tosa.conv2d %x, %w, %bias                       with s[o] = sx·sw[o]
//
// The sums become exact integers. The float result differs from the original's by rounding only: the original
// rounds every partial sum, this one rounds s, the product and the bias addition.
//
// A zero point z of the activations leaves z·(sum of the filter) to subtract, less at borders, where the
// float convolution pads with the real 0: bnn.border_correct adds it, exactly.
//
// A tosa.pad with -1 or +1 times the scale, as networks have that avoid a third value, becomes padding of the
// convolution of codes with that value.
//
// Refused, with a remark: scales along a dimension that is summed over, scales that are not constant, zero
// points of weights, contractions with one float side, and sums that could pass the range of i32.

#include "Constants.h"
#include "DequantizedOperands.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <numeric>

namespace bnn {
#define GEN_PASS_DEF_FUSEDEQUANTIZE
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// What a tosa convolution becomes.
struct ConvPlan {
  Side activations, weights;
  SmallVector<float> scale; // per output channel
  int64_t groups = 1;
  Padding padding;
};

LogicalResult checkConv(Operation *op, Value inputZp, Value weightZp, std::string &why) {
  if (!cast<ShapedType>(op->getResult(0).getType()).getElementType().isF32())
    return because(why, "it is not in f32");
  if (!isZeroFloats(inputZp) || !isZeroFloats(weightZp))
    return because(why, "it has zero points of its own");
  return success();
}

LogicalResult planConv(tosa::Conv2DOp op, ConvPlan &plan, std::string &why) {
  Side &a = plan.activations, &w = plan.weights;
  Value input = withoutTrim(op);
  plan.padding = absorbPad(op, input);
  if (failed(readSides(input, op.getWeight(), a, w, why)) ||
      failed(checkConv(op, op.getInputZp(), op.getWeightZp(), why)))
    return failure();
  if (a.scale.size() > 1)
    return because(why, "its activations have a scale per index of dimension " + Twine(a.axis) +
                            ", which does not factor out of the sum");
  if (w.scale.size() > 1 && w.axis != 0)
    return because(why, "its weights have a scale per index of dimension " + Twine(w.axis) +
                            ", which does not factor out of the sum");
  ArrayRef<int64_t> filter = w.type().getShape();
  if (failed(fitsInt32(a, w, filter[1] * filter[2] * filter[3], why)))
    return failure();
  for (int64_t o = 0; o < filter[0]; ++o) {
    float product = a.scale[0] * perChannel(w.scale, o);
    plan.scale.push_back(product);
  }
  return success();
}

LogicalResult planConv(tosa::DepthwiseConv2DOp op, ConvPlan &plan, std::string &why) {
  Side &a = plan.activations, &w = plan.weights;
  Value input = withoutTrim(op);
  plan.padding = absorbPad(op, input);
  if (failed(readSides(input, op.getWeight(), a, w, why)) ||
      failed(checkConv(op, op.getInputZp(), op.getWeightZp(), why)))
    return failure();
  // Every output has one input channel, so scales along channels factor out here.
  if ((a.scale.size() > 1 && a.axis != 3) || (w.scale.size() > 1 && w.axis < 2))
    return because(why, "a scale along the height or width does not factor out of the sum");
  if (!getConstantCodes(w.codes))
    return because(why, "its weights are not constant");
  ArrayRef<int64_t> filter = w.type().getShape(); // KH x KW x C x M
  if (failed(fitsInt32(a, w, filter[0] * filter[1], why)))
    return failure();
  plan.groups = filter[2];
  for (int64_t c = 0; c < filter[2]; ++c)
    for (int64_t m = 0; m < filter[3]; ++m) {
      float product = perChannel(a.scale, c) * perChannel(w.scale, w.axis == 2 ? c : m);
      plan.scale.push_back(product);
    }
  return success();
}

/// The weights as O x KH x KW x C / groups.
Value filterOf(tosa::Conv2DOp, const ConvPlan &plan, PatternRewriter &) { return plan.weights.codes; }
Value filterOf(tosa::DepthwiseConv2DOp op, const ConvPlan &plan, PatternRewriter &rewriter) {
  ArrayRef<int64_t> shape = plan.weights.type().getShape();
  SmallVector<int8_t> codes = *getConstantCodes(plan.weights.codes);
  auto type = RankedTensorType::get({shape[2] * shape[3], shape[0], shape[1], 1},
                                    plan.weights.type().getElementType());
  return createCodes(rewriter, op.getLoc(), type, permuted<int8_t>(codes, shape, {2, 3, 0, 1}));
}

template <typename ConvOp>
struct FuseConv : OpRewritePattern<ConvOp> {
  FuseConv(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern<ConvOp>(context), count(count) {}

  LogicalResult matchAndRewrite(ConvOp op, PatternRewriter &rewriter) const override {
    ConvPlan plan;
    std::string why;
    if (failed(planConv(op, plan, why)))
      return rewriter.notifyMatchFailure(op, why);
    auto conv = Conv2DOp::create(rewriter, op.getLoc(), plan.activations.codes, filterOf(op, plan, rewriter),
                                 op.getStride(), op.getDilation(), plan.padding.amounts, plan.padding.value,
                                 plan.groups, StringAttr(), StringAttr());
    Value accumulator = conv;
    if (plan.activations.hasZeroPoint())
      accumulator = subtractZeroPoint(rewriter, conv, plan.activations.zeroPoints[0]);
    rewriter.replaceOp(op, createScale(rewriter, op.getLoc(), accumulator, plan.scale, op.getBias()));
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

struct MatmulPlan {
  Side lhs, rhs;
  SmallVector<float> scale; // per column of the result
};

LogicalResult planMatmul(tosa::MatMulOp op, MatmulPlan &plan, std::string &why) {
  Side &a = plan.lhs, &w = plan.rhs;
  if (failed(readSides(op.getA(), op.getB(), a, w, why)) ||
      failed(checkConv(op, op.getAZp(), op.getBZp(), why)))
    return failure();
  if (a.scale.size() > 1)
    return because(why, "its left side has a scale per index of dimension " + Twine(a.axis) +
                            (a.axis == 2 ? ", which does not factor out of the sum"
                                         : ", which is not the last of the result"));
  if (w.scale.size() > 1 && w.axis != 2)
    return because(why, "its right side has a scale per index of dimension " + Twine(w.axis) +
                            ", which does not factor out of the sum");
  if (a.hasZeroPoint() && w.type().getDimSize(0) != 1)
    return because(why, "its left side has a zero point and its right side several batches");
  if (failed(fitsInt32(a, w, w.type().getDimSize(1), why)))
    return failure();
  for (int64_t n = 0; n < w.type().getDimSize(2); ++n) {
    float product = a.scale[0] * perChannel(w.scale, n);
    plan.scale.push_back(product);
  }
  return success();
}

struct FuseMatmul : OpRewritePattern<tosa::MatMulOp> {
  FuseMatmul(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(tosa::MatMulOp op, PatternRewriter &rewriter) const override {
    MatmulPlan plan;
    std::string why;
    if (failed(planMatmul(op, plan, why)))
      return rewriter.notifyMatchFailure(op, why);
    Location loc = op.getLoc();
    Value rhs = plan.rhs.codes;
    // Constant weights may be rounded to fewer bits at run time.
    auto bitSwitch = rhs.getDefiningOp<BitSwitchOp>();
    std::optional<SmallVector<int8_t>> codes = getConstantCodes(bitSwitch ? bitSwitch.getInput() : rhs);
    bool isLayer = codes && plan.rhs.type().getDimSize(0) == 1;
    // The weights of a layer are stored a row per output, so that what is summed over lies together.
    if (isLayer) {
      ArrayRef<int64_t> shape = plan.rhs.type().getShape(); // 1 x K x N
      auto type = RankedTensorType::get({shape[2], shape[1]}, plan.rhs.type().getElementType());
      rhs = createCodes(rewriter, loc, type, permuted<int8_t>(*codes, shape, {0, 2, 1}));
      if (bitSwitch)
        rhs = BitSwitchOp::create(rewriter, loc, type, rhs, bitSwitch.getBits(), bitSwitch.getRounding());
    }
    Value lhs = plan.lhs.codes;
    if (isLayer)
      if (Value matrix = asMatrix(rewriter, lhs))
        lhs = matrix;
    Value accumulator = MatmulOp::create(rewriter, loc, lhs, rhs, /*transpose_lhs=*/false,
                                         /*transpose_rhs=*/isLayer, StringAttr(), StringAttr());
    if (plan.lhs.hasZeroPoint())
      accumulator =
          subtractZeroPoint(rewriter, loc, accumulator, *getConstantValues(rhs), plan.lhs.zeroPoints[0]);
    Value result = createScale(rewriter, loc, accumulator, plan.scale, Value());
    if (result.getType() != op.getType())
      result = reshape(rewriter, loc, result, cast<RankedTensorType>(op.getType()).getShape());
    rewriter.replaceOp(op, result);
    ++count;
    return success();
  }

  static Value reshape(PatternRewriter &rewriter, Location loc, Value value, ArrayRef<int64_t> shape) {
    auto type = RankedTensorType::get(shape, getElementTypeOrSelf(value.getType()));
    auto shapeType = tosa::shapeType::get(rewriter.getContext(), shape.size());
    Value to = tosa::ConstShapeOp::create(rewriter, loc, shapeType, rewriter.getIndexTensorAttr(shape));
    return tosa::ReshapeOp::create(rewriter, loc, type, value, to);
  }

  /// Codes 1 x M x K as M x K, by reshaping what is quantized; null if that cannot be done. Importers wrap
  /// matrices into batches of one for tosa.matmul, and the reshapes of two layers cancel.
  static Value asMatrix(PatternRewriter &rewriter, Value codes) {
    Operation *quantizer = codes.getDefiningOp();
    if (!isa_and_nonnull<BinarizeOp, QuantizeOp, TernarizeOp>(quantizer))
      return Value();
    auto quantize = dyn_cast<QuantizeOp>(quantizer);
    if (quantize && quantize.getAxis() == 0 && quantize.getScale().getType().getNumElements() > 1)
      return Value();
    auto type = cast<RankedTensorType>(codes.getType());
    IRMapping map;
    map.map(quantizer->getOperand(0),
            reshape(rewriter, quantizer->getLoc(), quantizer->getOperand(0), type.getShape().drop_front()));
    Operation *clone = rewriter.clone(*quantizer, map);
    clone->getResult(0).setType(RankedTensorType::get(type.getShape().drop_front(), type.getElementType()));
    if (quantize)
      cast<QuantizeOp>(clone).setAxis(std::max<int64_t>(0, int64_t(quantize.getAxis()) - 1));
    return clone->getResult(0);
  }

  /// acc - z·(sum of the row of weights), for weights N x K.
  static Value subtractZeroPoint(PatternRewriter &rewriter, Location loc, Value accumulator,
                                 ArrayRef<int64_t> weights, int64_t zeroPoint) {
    auto type = cast<RankedTensorType>(accumulator.getType());
    int64_t columns = type.getShape().back(), depth = weights.size() / columns;
    SmallVector<int32_t> table;
    for (int64_t n = 0; n < columns; ++n) {
      ArrayRef<int64_t> row = weights.slice(n * depth, depth);
      table.push_back(static_cast<int32_t>(-zeroPoint * std::accumulate(row.begin(), row.end(), int64_t(0))));
    }
    SmallVector<int64_t> shape(type.getRank(), 1);
    shape.back() = columns;
    return tosa::AddOp::create(rewriter, loc, type, accumulator, createInts(rewriter, loc, shape, table));
  }

  Pass::Statistic &count;
};

//===----------------------------------------------------------------------===//
// Scales beside the dequantization
//===----------------------------------------------------------------------===//

/// mul(dequantize(q, s), c) -> dequantize(q, s·c) for a constant c along one dimension, as in alpha·sign(w).
struct FoldMulIntoDequantize : OpRewritePattern<tosa::MulOp> {
  FoldMulIntoDequantize(MLIRContext *context, Pass::Statistic &count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(tosa::MulOp op, PatternRewriter &rewriter) const override {
    for (int side : {0, 1}) {
      auto dequantize = op->getOperand(side).getDefiningOp<DequantizeOp>();
      Value factor = op->getOperand(1 - side);
      if (!dequantize || dequantize.getType() != op.getType() || !isConstantFloats(factor))
        continue;
      auto type = cast<RankedTensorType>(factor.getType());
      if (llvm::count_if(type.getShape(), [](int64_t size) { return size != 1; }) > 1)
        continue;
      int64_t axis = 0;
      for (auto [d, size] : llvm::enumerate(type.getShape()))
        if (size != 1)
          axis = d;
      std::optional<SmallVector<float>> scale = getConstantFloats(dequantize.getScale());
      SmallVector<float> factors = *getConstantFloats(factor);
      if (!scale || (scale->size() > 1 && factors.size() > 1 && axis != int64_t(dequantize.getAxis())))
        continue;
      // A zero point per channel needs its channels to stay.
      if (dequantize.getZeroPoints().size() > 1 && scale->size() != std::max(scale->size(), factors.size()))
        continue;
      if (factors.size() == 1)
        axis = dequantize.getAxis();
      SmallVector<float> products;
      for (size_t i = 0, n = std::max(scale->size(), factors.size()); i < n; ++i) {
        float product = perChannel(*scale, i) * perChannel(factors, i);
        products.push_back(product);
      }
      Value constant = createFloats(rewriter, op.getLoc(), {static_cast<int64_t>(products.size())}, products);
      rewriter.replaceOpWithNewOp<DequantizeOp>(op, op.getType(), dequantize.getInput(), constant,
                                                dequantize.getZeroPoints(), axis);
      ++count;
      return success();
    }
    return failure();
  }

  Pass::Statistic &count;
};

struct FuseDequantize : bnn::impl::FuseDequantizeBase<FuseDequantize> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseConv<tosa::Conv2DOp>, FuseConv<tosa::DepthwiseConv2DOp>, FuseMatmul>(&getContext(),
                                                                                          numFused);
    patterns.add<FoldMulIntoDequantize>(&getContext(), numScales);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    getOperation()->walk([&](Operation *op) {
      auto quantized = [](Value value) { return value.getDefiningOp<DequantizeOp>() != nullptr; };
      if (!isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op) ||
          (!quantized(op->getOperand(0)) && !quantized(op->getOperand(1))))
        return;
      std::string why;
      ConvPlan conv;
      MatmulPlan matmul;
      if (auto node = dyn_cast<tosa::Conv2DOp>(op))
        (void)planConv(node, conv, why);
      else if (auto node = dyn_cast<tosa::DepthwiseConv2DOp>(op))
        (void)planConv(node, conv, why);
      else
        (void)planMatmul(cast<tosa::MatMulOp>(op), matmul, why);
      remarkMissed(op, getArgument(), "stays float: " + why);
    });
  }
};

} // namespace
