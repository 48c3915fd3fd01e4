//===- LegalizePadding.cpp - Zero padding of -1/+1 images ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Frameworks pad with 0, which one bit cannot say. Padding with -1 instead subtracts the filter taps that lie
// outside, and those depend only on the distance to the border, so a small table adds them back exactly:
//
//   %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
// becomes
//   %low = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
//   %acc = bnn.border_correct %low, %table {border = array<i64: 1, 1, 1, 1>}
//
// It is done where a kernel of bits can then serve the convolution. Others add up integers and leave the pad
// out themselves. bnn-select-kernels does it for kernels that have no way of their own to pad with 0.

#include "BorderSums.h"
#include "Constants.h"
#include "Remarks.h"

#include "bnn/Dialect/BNN/Transforms/Padding.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"

namespace bnn {
#define GEN_PASS_DEF_LEGALIZEPADDING
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

static bool isBipolarBit(CodeTypeInterface type) {
  auto bipolar = dyn_cast<BipolarType>(type);
  return bipolar && bipolar.getWidth() == 1;
}

bool bnn::isBit(CodeTypeInterface type) { return type.getBits() == 1 && !isa<SignedType>(type); }

bool bnn::hasZeroPadding(Conv2DOp conv) {
  auto contraction = cast<ContractionOpInterface>(conv.getOperation());
  return conv.getPadValue() == 0 && llvm::any_of(conv.getPad(), [](int64_t p) { return p != 0; }) &&
         isBipolarBit(contraction.getActivationType()) && isBit(contraction.getWeightType());
}

bool bnn::canLegalizePadding(Conv2DOp conv, StringRef &reason) {
  if (getConstantValues(conv.getFilter()))
    return true;
  reason = "its filter is not constant";
  return false;
}

void bnn::legalizePadding(Conv2DOp conv) {
  SmallVector<int64_t> filter = *getConstantValues(conv.getFilter());
  BorderSums sums = sumsOutside(WindowGeometry::of(conv), filter, conv.getType().getShape().back());
  OpBuilder builder(conv);
  builder.setInsertionPointAfter(conv);
  conv.setPadValue(-1);
  // Pads that no window reaches, or taps that cancel everywhere.
  if (sums.isZero())
    return;
  Value corrected = correctBorder(builder, conv.getLoc(), conv, sums, sums.sums);
  conv.getResult().replaceAllUsesExcept(corrected, corrected.getDefiningOp());
}

namespace {

struct LegalizePadding : bnn::impl::LegalizePaddingBase<LegalizePadding> {
  void runOnOperation() override {
    SmallVector<Conv2DOp> convs;
    getOperation()->walk([&](Conv2DOp conv) { convs.push_back(conv); });
    for (Conv2DOp conv : convs) {
      if (!hasZeroPadding(conv))
        continue;
      StringRef reason;
      if (!canLegalizePadding(conv, reason)) {
        remarkMissed(conv, getArgument(), ("keeps its zero padding: " + reason).str());
        continue;
      }
      legalizePadding(conv);
      ++numConvolutions;
    }
  }
};

} // namespace
