//===- FormRequantize.cpp - From integers to codes without floats ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Between two quantized layers there are factors, offsets, clamps, sums and averages of integers. Replacing
// each factor by a dyadic number m·2^-e makes integer arithmetic of them (HAWQ-V3, arXiv:2011.10680):
//
//   %y = bnn.scale %acc by %s bias %b                   %sum = tosa.add %acc, %bias
//   %q = bnn.quantize %y scale %t              ->       %q = bnn.requantize %sum {multipliers = …, shifts =
//   …}
//
// with bias = round(b / s) and m·2^-e next to s / t. A residual sum rounds each side to a fraction of the
// quantizer's step and adds these, so that rounding twice costs that fraction:
//
//   %q = quantize(scale(%acc) + dequantize(%r))  ->     %a = requantize %acc, %c = requantize %r   to i32
//                                                       %q = bnn.requantize (tosa.add %a, %c) by 2^-12
//
// The codes differ from those of the float ops only where a value lies next to a tie: by one step.

#include "Constants.h"
#include "IntegerForm.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include <cmath>

namespace bnn {
#define GEN_PASS_DEF_FORMREQUANTIZE
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// Bits below the quantizer's step that partial results keep.
constexpr int kFractionBits = 12;

struct FormRequantize : bnn::impl::FormRequantizeBase<FormRequantize> {
  void runOnOperation() override {
    SmallVector<QuantizeOp> quantizers;
    getOperation()->walk([&](QuantizeOp op) { quantizers.push_back(op); });
    for (QuantizeOp op : quantizers) {
      std::string why;
      Value codes = convert(op, why);
      if (!codes) {
        remarkMissed(op, getArgument(), "stays a quantizer of floats: " + why);
        continue;
      }
      Operation *input = op.getInput().getDefiningOp();
      op.replaceAllUsesWith(codes);
      op.erase();
      eraseDead(input);
      ++numRequantized;
    }
  }

  /// Codes computed in integers, or null.
  Value convert(QuantizeOp op, std::string &why) {
    auto type = getCodeType(op.getResult());
    std::optional<SmallVector<float>> scale = getConstantFloats(op.getScale());
    if (!isa<UnsignedType, SignedType>(type))
      return refuse(why, "its codes are neither unsigned nor signed");
    if (!scale || !allFinite(*scale) || !llvm::all_equal(op.getZeroPoints()) ||
        (scale->size() > 1 && int64_t(op.getAxis()) != op.getType().getRank() - 1))
      return refuse(why,
                    "it has no constant scale per channel of the last dimension, or several zero points");
    std::unique_ptr<IntegerForm> form = IntegerForm::read(op.getInput(), why);
    if (!form)
      return Value();
    if (scale->size() > 1 && form->movesChannels())
      return refuse(why, "it has a scale per channel, and channels were moved before it");

    Factors gain, offset = {0};
    for (float s : *scale)
      gain.push_back(1 / double(s));
    int64_t zeroPoint = op.getZeroPoints().empty() ? 0 : op.getZeroPoints()[0];
    if (op.getShiftBeforeRound()) // What is rounded includes the zero point.
      offset = {double(std::exchange(zeroPoint, 0))};
    int64_t low = type.getMinValue() - zeroPoint, high = type.getMaxValue() - zeroPoint;
    if (op.getNarrow())
      isa<SignedType>(type) ? ++low : --high;
    form = IntegerForm::withoutClamp(std::move(form), gain, offset, low, high);

    ImplicitLocOpBuilder b(op.getLoc(), op);
    if (!op.getNarrow())
      if (Value codes = form->emitCodes(b, gain, offset, op.getType(), zeroPoint, op.getRounding()))
        return codes;
    double bound = form->getBound(gain, offset);
    int fraction = std::min<int>(kFractionBits, 30 - std::ilogb(std::max(bound, 1.0)) - 1);
    if (fraction < 0)
      return refuse(why, "its input may pass the range of i32");
    double unit = std::ldexp(1.0, fraction);
    for (double &g : gain)
      g *= unit;
    offset[0] *= unit;
    Value sum = form->emit(b, gain, offset);
    if (op.getNarrow())
      sum = clamp(b, sum, low << fraction, high << fraction);
    return RequantizeOp::create(b, op.getType(), sum, ArrayRef<int32_t>{1}, ArrayRef<int32_t>{fraction},
                                /*input_zero_point=*/0, zeroPoint, op.getRounding());
  }

  static Value refuse(std::string &why, const Twine &reason) {
    why = reason.str();
    return Value();
  }

  static Value clamp(ImplicitLocOpBuilder &b, Value value, int64_t low, int64_t high) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getRank(), 1);
    Value least = createInts(b, b.getLoc(), shape, {static_cast<int32_t>(low)});
    Value most = createInts(b, b.getLoc(), shape, {static_cast<int32_t>(high)});
    value = tosa::MaximumOp::create(b, type, value, least);
    return tosa::MinimumOp::create(b, type, value, most);
  }
};

} // namespace
