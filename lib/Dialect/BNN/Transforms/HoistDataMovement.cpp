//===- HoistDataMovement.cpp - Move data before it is quantized ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Quantizers work element by element, so moving data before or after one is the same. Between a
// dequantization and a contraction, data movement hides the codes; above the quantizer it does no harm, and
// is evaluated at compile time where the data is a constant:
//
//   %q = bnn.binarize %w                                 %m = tosa.transpose %w {perms}
//   %f = bnn.dequantize %q scale %s            ->        %q = bnn.binarize %m
//   %t = tosa.transpose %f {perms}                       %t = bnn.dequantize %q scale %s
//   tosa.conv2d %x, %t                                   tosa.conv2d %x, %t
//
// Parameters per channel follow their dimension; where the movement mixes that dimension with another, the
// pass refuses. A zero pad cannot pass a quantizer (the sign of 0 is +1); one on the height and width of a
// convolution's input becomes padding of the convolution instead.

#include "Constants.h"
#include "DequantizedOperands.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace bnn {
#define GEN_PASS_DEF_HOISTDATAMOVEMENT
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

bool isUnaryMove(Operation *op) {
  return isa<tosa::TransposeOp, tosa::ReshapeOp, tosa::SliceOp, tosa::ReverseOp>(op);
}

/// Dimension of the result of `move` that holds the whole of dimension `axis` of its input and nothing else.
std::optional<int64_t> movedAxis(Operation *move, int64_t axis) {
  auto from = cast<RankedTensorType>(move->getOperand(0).getType());
  auto to = cast<RankedTensorType>(move->getResult(0).getType());
  if (auto transpose = dyn_cast<tosa::TransposeOp>(move)) {
    for (auto [i, perm] : llvm::enumerate(transpose.getPerms()))
      if (perm == axis)
        return i;
    return std::nullopt;
  }
  if (auto reverse = dyn_cast<tosa::ReverseOp>(move))
    return static_cast<int64_t>(reverse.getAxis()) == axis ? std::nullopt : std::optional<int64_t>(axis);
  if (isa<tosa::SliceOp>(move))
    return from.getDimSize(axis) == to.getDimSize(axis) ? std::optional<int64_t>(axis) : std::nullopt;
  // A reshape keeps a dimension if as many elements lie before it and in it as in some result dimension.
  int64_t before = 1;
  for (int64_t size : from.getShape().take_front(axis))
    before *= size;
  int64_t resultBefore = 1;
  for (auto [d, size] : llvm::enumerate(to.getShape())) {
    if (resultBefore == before && size == from.getDimSize(axis))
      return d;
    resultBefore *= size;
  }
  return std::nullopt;
}

/// True for a cut that the convolutions which read it can do without.
bool staysForConv(Operation *move) {
  auto slice = dyn_cast<tosa::SliceOp>(move);
  return slice && isTrim(slice);
}

bool isPerChannel(Value parameter) {
  return parameter && cast<RankedTensorType>(parameter.getType()).getNumElements() > 1;
}

/// What moving over a quantizer and its dequantization needs: the result dimensions that their axes become.
struct Plan {
  int64_t quantizeAxis = 0, dequantizeAxis = 0;
};

/// `axis` after the move if `parameter` is per channel, else 0; `mustBeLast` for ops that only know the last
/// dimension.
LogicalResult planAxis(Operation *move, Value parameter, int64_t axis, bool mustBeLast, int64_t &result,
                       std::string &why) {
  result = 0;
  if (!isPerChannel(parameter))
    return success();
  std::optional<int64_t> moved = movedAxis(move, axis);
  if (!moved) {
    why = "it mixes, cuts or reverses dimension " + std::to_string(axis) +
          ", which has a parameter per channel";
    return failure();
  }
  if (mustBeLast && *moved != cast<RankedTensorType>(move->getResult(0).getType()).getRank() - 1) {
    why = "the quantizer before it has a parameter per channel of the last dimension, which it moves";
    return failure();
  }
  result = *moved;
  return success();
}

/// Whether `move` may go above the quantizer of the dequantization it reads, and how.
FailureOr<Plan> plan(Operation *move, DequantizeOp dequantize, std::string &why) {
  Plan plan;
  if (failed(planAxis(move, dequantize.getScale(), dequantize.getAxis(), false, plan.dequantizeAxis, why)))
    return failure();
  Operation *quantizer = dequantize.getInput().getDefiningOp();
  int64_t last = dequantize.getType().getRank() - 1;
  LogicalResult result = success();
  if (auto op = dyn_cast_or_null<BinarizeOp>(quantizer))
    result = planAxis(move, op.getThreshold(), last, true, plan.quantizeAxis, why);
  else if (auto op = dyn_cast_or_null<TernarizeOp>(quantizer))
    result = planAxis(move, op.getDeadZone(), last, true, plan.quantizeAxis, why);
  else if (auto op = dyn_cast_or_null<QuantizeOp>(quantizer))
    result = planAxis(move, op.getScale(), op.getAxis(), false, plan.quantizeAxis, why);
  else if (isa_and_nonnull<ConstantOp>(quantizer) && isa<tosa::TransposeOp, tosa::ReshapeOp>(move))
    result = success();
  else {
    why = "the codes it moves do not come from a quantizer";
    return failure();
  }
  if (failed(result))
    return failure();
  return plan;
}

Value moveConstant(PatternRewriter &rewriter, ConstantOp constant, Operation *move, RankedTensorType type) {
  SmallVector<int8_t> codes = *getConstantCodes(constant);
  if (auto transpose = dyn_cast<tosa::TransposeOp>(move))
    codes = permuted<int8_t>(codes, constant.getType().getShape(), transpose.getPerms());
  return createCodes(rewriter, constant.getLoc(), type, codes);
}

/// transpose(dequantize(quantize(x))) -> dequantize(quantize(transpose(x))), and so for the other moves.
struct HoistUnary : RewritePattern {
  HoistUnary(MLIRContext *context, Pass::Statistic &count)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context), count(count) {}

  LogicalResult matchAndRewrite(Operation *move, PatternRewriter &rewriter) const override {
    if (!isUnaryMove(move))
      return failure();
    auto dequantize = move->getOperand(0).getDefiningOp<DequantizeOp>();
    std::string why;
    if (!dequantize || staysForConv(move))
      return failure();
    FailureOr<Plan> how = plan(move, dequantize, why);
    if (failed(how))
      return rewriter.notifyMatchFailure(move, why);
    auto floats = cast<RankedTensorType>(move->getResult(0).getType());
    RankedTensorType codes = floats.clone(dequantize.getInput().getType().getElementType());
    Operation *quantizer = dequantize.getInput().getDefiningOp();
    Value moved;
    if (auto constant = dyn_cast<ConstantOp>(quantizer)) {
      moved = moveConstant(rewriter, constant, move, codes);
    } else {
      IRMapping map;
      map.map(move->getOperand(0), quantizer->getOperand(0));
      Operation *above = rewriter.clone(*move, map);
      map.map(quantizer->getOperand(0), above->getResult(0));
      Operation *clone = rewriter.clone(*quantizer, map);
      clone->getResult(0).setType(codes);
      if (auto quantize = dyn_cast<QuantizeOp>(clone))
        quantize.setAxis(how->quantizeAxis);
      moved = clone->getResult(0);
    }
    rewriter.replaceOpWithNewOp<DequantizeOp>(move, floats, moved, dequantize.getScale(),
                                              dequantize.getZeroPoints(), how->dequantizeAxis);
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

/// Equal up to the tensor that is quantized: same op, attributes, element types and parameters.
bool sameQuantizer(Operation *a, Operation *b) {
  if (a->getName() != b->getName() || a->getAttrDictionary() != b->getAttrDictionary() ||
      a->getNumOperands() != b->getNumOperands() ||
      getElementTypeOrSelf(a->getResult(0)) != getElementTypeOrSelf(b->getResult(0)))
    return false;
  for (auto [x, y] : llvm::zip(a->getOperands().drop_front(), b->getOperands().drop_front())) {
    if (isPerChannel(x) || isPerChannel(y))
      return false;
    if (x != y &&
        (!isConstantFloats(x) || !isConstantFloats(y) || getConstantFloats(x) != getConstantFloats(y)))
      return false;
  }
  return true;
}

/// Why the inputs of a concatenation cannot be quantized after it; empty if they can.
std::string whyNotConcat(tosa::ConcatOp concat) {
  Operation *first = nullptr, *firstQuantizer = nullptr;
  for (Value input : concat.getInput1()) {
    auto dequantize = input.getDefiningOp<DequantizeOp>();
    Operation *quantizer = dequantize ? dequantize.getInput().getDefiningOp() : nullptr;
    if (!isa_and_nonnull<BinarizeOp, QuantizeOp, TernarizeOp>(quantizer))
      return "one of its inputs does not come from a quantizer";
    if (!first) {
      first = dequantize;
      firstQuantizer = quantizer;
    }
    if (!sameQuantizer(first, dequantize) || !sameQuantizer(firstQuantizer, quantizer))
      return "its inputs are quantized in different ways or per channel";
  }
  return "";
}

/// concat(dequantize(quantize(x_i))) -> dequantize(quantize(concat(x_i))) for equal per-tensor quantizers.
struct HoistConcat : OpRewritePattern<tosa::ConcatOp> {
  HoistConcat(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(tosa::ConcatOp concat, PatternRewriter &rewriter) const override {
    if (concat.getInput1().empty() || !whyNotConcat(concat).empty())
      return failure();
    SmallVector<Value> inputs;
    for (Value input : concat.getInput1())
      inputs.push_back(input.getDefiningOp<DequantizeOp>().getInput().getDefiningOp()->getOperand(0));
    auto dequantize = concat.getInput1().front().getDefiningOp<DequantizeOp>();
    Operation *quantizer = dequantize.getInput().getDefiningOp();
    auto floats = cast<RankedTensorType>(concat.getType());
    Value joined = tosa::ConcatOp::create(rewriter, concat.getLoc(), floats, inputs, concat.getAxis());
    IRMapping map;
    map.map(quantizer->getOperand(0), joined);
    Operation *clone = rewriter.clone(*quantizer, map);
    clone->getResult(0).setType(floats.clone(getCodeType(dequantize.getInput())));
    rewriter.replaceOpWithNewOp<DequantizeOp>(concat, floats, clone->getResult(0), dequantize.getScale(),
                                              dequantize.getZeroPoints(), dequantize.getAxis());
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

/// conv(pad(x)) -> conv(x) with larger padding, for pads with zeros in height and width.
template <typename ConvOp>
struct AbsorbPad : OpRewritePattern<ConvOp> {
  AbsorbPad(MLIRContext *context, Pass::Statistic &count) : OpRewritePattern<ConvOp>(context), count(count) {}

  LogicalResult matchAndRewrite(ConvOp conv, PatternRewriter &rewriter) const override {
    auto pad = conv.getInput().template getDefiningOp<tosa::PadOp>();
    if (!pad || !pad.getInput1().template getDefiningOp<DequantizeOp>())
      return failure();
    std::optional<SmallVector<float>> value = getConstantFloats(pad.getPadConst());
    SmallVector<int64_t> amounts;
    if (!value || (*value)[0] != 0.0f ||
        !tosa::getConstShapeValues(pad.getPadding().getDefiningOp(), amounts) || amounts.size() != 8)
      return failure();
    if (amounts[0] || amounts[1] || amounts[6] || amounts[7] ||
        llvm::any_of(amounts, [](int64_t amount) { return amount < 0; }))
      return failure();
    SmallVector<int64_t> padding(conv.getPad());
    for (int d = 0; d < 4; ++d)
      padding[d] += amounts[2 + d];
    rewriter.modifyOpInPlace(conv, [&] {
      conv.getInputMutable().assign(pad.getInput1());
      conv.setPad(padding);
    });
    ++count;
    return success();
  }

  Pass::Statistic &count;
};

/// Convolutions take pads with other values than 0 when they become convolutions of codes.
bool readsImage(Operation *op) { return isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::SliceOp>(op); }

struct HoistDataMovement : bnn::impl::HoistDataMovementBase<HoistDataMovement> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<HoistUnary, HoistConcat>(&getContext(), numMoved);
    patterns.add<AbsorbPad<tosa::Conv2DOp>, AbsorbPad<tosa::DepthwiseConv2DOp>>(&getContext(), numPads);
    // Constants are evaluated by bnn-quantize-constants, which sees through these moves.
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();

    getOperation()->walk([&](Operation *op) {
      auto dequantize = op->getNumOperands() > 0 ? op->getOperand(0).getDefiningOp<DequantizeOp>() : nullptr;
      if (!dequantize)
        return;
      std::string why;
      if (isUnaryMove(op) && !staysForConv(op) && failed(plan(op, dequantize, why)))
        remarkMissed(op, getArgument(), "stays below the quantizer: " + why);
      else if (auto concat = dyn_cast<tosa::ConcatOp>(op))
        remarkMissed(op, getArgument(), "stays below the quantizers: " + whyNotConcat(concat));
      else if (isa<tosa::PadOp>(op) && !llvm::all_of(op->getUsers(), readsImage))
        remarkMissed(op, getArgument(),
                     "stays below the quantizer: only a pad of the height and width of a convolution's input "
                     "can become padding of the convolution");
    });
  }
};

} // namespace
