//===- MergeGroups.cpp - Grouped convolutions taken apart by TOSA ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// TOSA has no grouped convolution, so importers write one convolution per group on a slice of the channels
// and join the results:
//
//   %a = tosa.conv2d (tosa.slice %x [0, 0, 0, 0]), %w0, %b0
//   %b = tosa.conv2d (tosa.slice %x [0, 0, 0, 2]), %w1, %b1          %acc = bnn.conv2d %qx, %qw {groups = 2}
//   %y = tosa.concat %a, %b                                  ->      %y = bnn.scale %acc by %s bias %bias
//
// bnn.conv2d has groups, so if %x and all weights are dequantized codes, this is one convolution again.

#include "Constants.h"
#include "DequantizedOperands.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

namespace bnn {
#define GEN_PASS_DEF_MERGEGROUPS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// The parts of a grouped convolution.
struct Groups {
  Value image; // before it is sliced into groups
  SmallVector<tosa::Conv2DOp> convs;
};

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

/// Matches a concatenation of convolutions on consecutive, equal slices of the channels of one image.
std::optional<Groups> matchGroups(tosa::ConcatOp concat) {
  Groups groups;
  if (concat.getInput1().size() < 2 || concat.getAxis() != 3)
    return std::nullopt;
  for (auto [g, part] : llvm::enumerate(concat.getInput1())) {
    auto conv = part.getDefiningOp<tosa::Conv2DOp>();
    auto slice = conv ? conv.getInput().getDefiningOp<tosa::SliceOp>() : nullptr;
    SmallVector<int64_t> start;
    if (!slice || !part.hasOneUse() || !tosa::getConstShapeValues(slice.getStart().getDefiningOp(), start))
      return std::nullopt;
    ArrayRef<int64_t> size = shapeOf(slice.getResult()), whole = shapeOf(slice.getInput1());
    if (g == 0) {
      groups.image = slice.getInput1();
      if (whole.back() != size.back() * static_cast<int64_t>(concat.getInput1().size()))
        return std::nullopt;
    }
    SmallVector<int64_t> expected(4, 0);
    expected[3] = static_cast<int64_t>(g) * size.back();
    if (slice.getInput1() != groups.image || start != expected || size.drop_back() != whole.drop_back())
      return std::nullopt;
    tosa::Conv2DOp first = groups.convs.empty() ? conv : groups.convs.front();
    if (conv.getPad() != first.getPad() || conv.getStride() != first.getStride() ||
        conv.getDilation() != first.getDilation() ||
        conv.getWeight().getType() != first.getWeight().getType())
      return std::nullopt;
    groups.convs.push_back(conv);
  }
  return groups;
}

/// One bnn.conv2d and its scale in place of the parts.
struct Merged {
  Side activations;
  SmallVector<int8_t> codes;
  SmallVector<float> scale, bias;
  Type weightType;
};

LogicalResult merge(const Groups &groups, Merged &merged, std::string &why) {
  for (tosa::Conv2DOp conv : groups.convs) {
    Side weights;
    if (failed(readSides(groups.image, conv.getWeight(), merged.activations, weights, why)))
      return failure();
    ArrayRef<int64_t> filter = weights.type().getShape();
    std::optional<SmallVector<int8_t>> codes = getConstantCodes(weights.codes);
    std::optional<SmallVector<float>> bias = getConstantFloats(conv.getBias());
    if (!codes || !bias)
      return because(why, "its weights or biases are not constant");
    if (!isZeroFloats(conv.getInputZp()) || !isZeroFloats(conv.getWeightZp()))
      return because(why, "it has zero points of its own");
    if (merged.weightType && merged.weightType != weights.type().getElementType())
      return because(why, "its groups have weights of different types");
    merged.weightType = weights.type().getElementType();
    if (merged.activations.scale.size() > 1 || (weights.scale.size() > 1 && weights.axis != 0))
      return because(why, "it has a scale per index of a dimension that is summed over");
    if (failed(fitsInt32(merged.activations, weights, filter[1] * filter[2] * filter[3], why)))
      return failure();
    merged.codes.append(*codes);
    for (int64_t o = 0; o < filter[0]; ++o) {
      float product = merged.activations.scale[0] * perChannel(weights.scale, o);
      merged.scale.push_back(product);
      merged.bias.push_back(perChannel(*bias, o));
    }
  }
  return success();
}

struct MergeGroups : bnn::impl::MergeGroupsBase<MergeGroups> {
  void runOnOperation() override {
    SmallVector<tosa::ConcatOp> concats;
    getOperation()->walk([&](tosa::ConcatOp concat) { concats.push_back(concat); });
    for (tosa::ConcatOp concat : concats) {
      std::optional<Groups> groups = matchGroups(concat);
      if (!groups || !groups->image.getDefiningOp<DequantizeOp>())
        continue;
      Merged merged;
      std::string why;
      if (failed(merge(*groups, merged, why))) {
        remarkMissed(concat, getArgument(), "stays one convolution per group: " + why);
        continue;
      }
      replace(concat, *groups, merged);
      ++numMerged;
    }
  }

  void replace(tosa::ConcatOp concat, const Groups &groups, const Merged &merged) {
    OpBuilder builder(concat);
    tosa::Conv2DOp first = groups.convs.front();
    Location loc = first.getLoc();
    SmallVector<int64_t> filter(shapeOf(first.getWeight()));
    filter[0] *= groups.convs.size();
    Value codes = createCodes(builder, loc, RankedTensorType::get(filter, merged.weightType), merged.codes);
    auto conv = Conv2DOp::create(builder, loc, merged.activations.codes, codes, first.getStride(),
                                 first.getDilation(), first.getPad(), /*pad_value=*/0, groups.convs.size(),
                                 StringAttr(), StringAttr());
    Value accumulator = conv;
    if (merged.activations.hasZeroPoint())
      accumulator = subtractZeroPoint(builder, conv, merged.activations.zeroPoints[0]);
    Value bias = createFloats(builder, loc, {filter[0]}, merged.bias);
    concat.replaceAllUsesWith(createScale(builder, loc, accumulator, merged.scale, bias));
    eraseDead(concat);
  }
};

} // namespace
