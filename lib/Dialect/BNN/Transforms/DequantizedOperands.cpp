//===- DequantizedOperands.cpp - Codes behind a float contraction ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DequantizedOperands.h"
#include "BorderSums.h"
#include "Constants.h"

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace bnn;

LogicalResult bnn::because(std::string &why, const Twine &reason) {
  why = reason.str();
  return failure();
}

/// Reads the dequantization that makes `value`; `what` names the side in a refusal.
static LogicalResult readSide(Value value, StringRef what, Side &side, std::string &why) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  if (!dequantize)
    return because(why, "its " + what + " are float");
  std::optional<SmallVector<float>> scale = getConstantFloats(dequantize.getScale());
  if (!scale)
    return because(why, "the scale of its " + what + " is not constant");
  if (!allFinite(*scale))
    return because(why, "the scale of its " + what + " is infinite or NaN");
  side.codes = dequantize.getInput();
  side.scale = compressed(*scale);
  side.axis = dequantize.getAxis();
  side.zeroPoints.assign(dequantize.getZeroPoints().begin(), dequantize.getZeroPoints().end());
  if (!side.zeroPoints.empty() && llvm::all_equal(side.zeroPoints))
    side.zeroPoints.resize(1);
  return success();
}

/// Reads both sides of a contraction and checks all that does not depend on its kind.
LogicalResult bnn::readSides(Value activations, Value weights, Side &a, Side &w, std::string &why) {
  if (failed(readSide(activations, "activations", a, why)) || failed(readSide(weights, "weights", w, why)))
    return failure();
  if (w.hasZeroPoint())
    return because(why, "its weights have a zero point");
  if (a.hasZeroPoint() && a.zeroPoints.size() > 1)
    return because(why, "its activations have a zero point per channel");
  if (a.hasZeroPoint() && !getConstantCodes(w.codes))
    return because(why, "its activations have a zero point and its weights are not constant");
  return success();
}

LogicalResult bnn::fitsInt32(const Side &a, const Side &w, int64_t depth, std::string &why) {
  auto magnitude = [](CodeTypeInterface type) {
    return std::max(std::abs(type.getMinValue()), std::abs(type.getMaxValue()));
  };
  int64_t activation = magnitude(getCodeType(a.codes));
  if (a.hasZeroPoint())
    activation += std::abs(a.zeroPoints[0]);
  if (activation * magnitude(getCodeType(w.codes)) > int64_t(INT32_MAX) / std::max<int64_t>(1, depth))
    return because(why, "a sum of " + Twine(depth) + " products could pass the range of i32");
  return success();
}

bool bnn::isZeroFloats(Value value) {
  std::optional<SmallVector<float>> floats = getConstantFloats(value);
  return floats && llvm::all_of(*floats, [](float f) { return f == 0.0f; });
}

/// `scale` times the accumulators plus `bias` unless that is zero. The scale is per channel of the last
/// dimension.
Value bnn::createScale(OpBuilder &builder, Location loc, Value accumulator, ArrayRef<float> scale,
                       Value bias) {
  SmallVector<float> factors = compressed(scale);
  Value factor = createFloats(builder, loc, {static_cast<int64_t>(factors.size())}, factors);
  // A float sum that starts at +0 is never -0, but 0 times a negative scale is: then adding +0 is no idle
  // step.
  if (!bias || isZeroFloats(bias)) {
    bool anyNegative = llvm::any_of(factors, [](float f) { return std::signbit(f); });
    bias = anyNegative ? createFloats(builder, loc, {1}, {0.0f}) : Value();
  }
  return ScaleOp::create(builder, loc, accumulator, factor, Value(), Value(), bias);
}

Value bnn::subtractZeroPoint(OpBuilder &builder, Conv2DOp conv, int64_t zeroPoint) {
  int64_t channels = conv.getType().getShape().back();
  SmallVector<int64_t> filter = *getConstantValues(conv.getFilter());
  BorderSums outside = sumsOutside(WindowGeometry::of(conv), filter, channels);
  int64_t depth = filter.size() / channels;
  SmallVector<int32_t> table;
  for (auto [i, sum] : llvm::enumerate(outside.sums)) {
    ArrayRef<int64_t> taps = ArrayRef<int64_t>(filter).slice(i % channels * depth, depth);
    int64_t inside = std::accumulate(taps.begin(), taps.end(), int64_t(0)) - sum;
    table.push_back(static_cast<int32_t>(-zeroPoint * inside));
  }
  return correctBorder(builder, conv.getLoc(), conv, outside, table);
}

namespace {

/// Height and width of a tosa convolution's filter, its pads, strides, dilations and output.
struct ConvShape {
  ArrayRef<int64_t> pad, stride, dilation, output;
  int64_t kernel[2];
};

std::optional<ConvShape> shapeOf(Operation *op) {
  auto shape = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  if (auto conv = dyn_cast<tosa::Conv2DOp>(op)) {
    ArrayRef<int64_t> filter = shape(conv.getWeight()); // O x KH x KW x C
    return ConvShape{
        conv.getPad(), conv.getStride(), conv.getDilation(), shape(conv.getOutput()), {filter[1], filter[2]}};
  }
  if (auto conv = dyn_cast<tosa::DepthwiseConv2DOp>(op)) {
    ArrayRef<int64_t> filter = shape(conv.getWeight()); // KH x KW x C x M
    return ConvShape{
        conv.getPad(), conv.getStride(), conv.getDilation(), shape(conv.getOutput()), {filter[0], filter[1]}};
  }
  return std::nullopt;
}

} // namespace

Value bnn::withoutTrim(Operation *conv) {
  Value input = conv->getOperand(0);
  auto slice = input.getDefiningOp<tosa::SliceOp>();
  std::optional<ConvShape> shape = shapeOf(conv);
  SmallVector<int64_t> start;
  if (!slice || !shape || !tosa::getConstShapeValues(slice.getStart().getDefiningOp(), start) ||
      llvm::any_of(start, [](int64_t first) { return first != 0; }))
    return input;
  ArrayRef<int64_t> whole = cast<RankedTensorType>(slice.getInput1().getType()).getShape();
  ArrayRef<int64_t> cut = cast<RankedTensorType>(slice.getType()).getShape();
  if (whole.size() != 4 || whole[0] != cut[0] || whole[3] != cut[3])
    return input;
  for (int d : {0, 1}) {
    if (whole[1 + d] == cut[1 + d])
      continue;
    // Padding after the cut would stand in for rows that the whole image has.
    if (shape->pad[2 * d + 1] != 0 ||
        slidingExtent(whole[1 + d], shape->pad[2 * d], shape->kernel[d], shape->stride[d],
                      shape->dilation[d]) != shape->output[1 + d])
      return input;
  }
  return slice.getInput1();
}

Padding bnn::absorbPad(Operation *conv, Value &input) {
  Padding padding;
  padding.amounts = llvm::to_vector(shapeOf(conv)->pad);
  auto pad = input.getDefiningOp<tosa::PadOp>();
  auto dequantize = pad ? pad.getInput1().getDefiningOp<DequantizeOp>() : nullptr;
  SmallVector<int64_t> amounts; // before and after, for each dimension
  if (!dequantize || llvm::any_of(padding.amounts, [](int64_t amount) { return amount != 0; }) ||
      !tosa::getConstShapeValues(pad.getPadding().getDefiningOp(), amounts) || amounts.size() != 8 ||
      amounts[0] || amounts[1] || amounts[6] || amounts[7] ||
      llvm::any_of(amounts, [](int64_t amount) { return amount < 0; }))
    return padding;
  std::optional<SmallVector<float>> value = getConstantFloats(pad.getPadConst());
  std::optional<SmallVector<float>> scale = getConstantFloats(dequantize.getScale());
  if (!value || !scale || !llvm::all_equal(*scale) ||
      llvm::any_of(dequantize.getZeroPoints(), [](int64_t zeroPoint) { return zeroPoint != 0; }))
    return padding;
  for (int64_t code : {0, 1, -1}) {
    if (float(code) * scale->front() != value->front())
      continue;
    padding.amounts.assign(amounts.begin() + 2, amounts.begin() + 6);
    padding.value = code;
    input = pad.getInput1();
    break;
  }
  return padding;
}

bool bnn::isTrim(tosa::SliceOp slice) {
  return llvm::all_of(slice->getUses(), [&](OpOperand &use) {
    return use.getOperandNumber() == 0 && withoutTrim(use.getOwner()) != slice.getResult() &&
           shapeOf(use.getOwner());
  });
}
