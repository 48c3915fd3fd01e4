//===- DequantizeConstants.cpp - Floats of constant codes ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Runs after the contractions have taken the codes they want. Constant codes that are still dequantized feed
// float ops, which can as well read the floats:
//
//   %q = bnn.constant dense<[1, 0]> : tensor<2xi8> as tensor<2x!bnn.bipolar<1>>
//   %y = bnn.dequantize %q scale %s : tensor<2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2xf32>
// becomes, with %s = 0.5
//   %y = "tosa.const"() <{values = dense<[0.5, -0.5]> : tensor<2xf32>}> : () -> tensor<2xf32>

#include "Constants.h"

#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace bnn {
#define GEN_PASS_DEF_DEQUANTIZECONSTANTS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

struct DequantizeConstants : bnn::impl::DequantizeConstantsBase<DequantizeConstants> {
  void runOnOperation() override {
    SmallVector<DequantizeOp> ops;
    getOperation()->walk([&](DequantizeOp op) { ops.push_back(op); });
    for (DequantizeOp op : ops) {
      std::optional<SmallVector<int64_t>> values = getConstantValues(op.getInput());
      std::optional<SmallVector<float>> scales = getConstantFloats(op.getScale());
      if (!values || !scales)
        continue;
      RankedTensorType type = op.getType();
      int64_t extent = type.getRank() == 0 ? 1 : type.getDimSize(op.getAxis()), inner = 1;
      for (int64_t size : type.getShape().drop_front(std::min<int64_t>(type.getRank(), op.getAxis() + 1)))
        inner *= size;
      SmallVector<float> floats;
      for (auto [i, value] : llvm::enumerate(*values)) {
        int64_t channel = static_cast<int64_t>(i) / inner % extent;
        int64_t zeroPoint = op.getZeroPoints().empty() ? 0 : perChannel(op.getZeroPoints(), channel);
        floats.push_back(static_cast<float>(value - zeroPoint) * perChannel(*scales, channel));
      }
      OpBuilder builder(op);
      op.getResult().replaceAllUsesWith(createFloats(builder, op.getLoc(), type.getShape(), floats));
      op.erase();
      ++numConstants;
    }
  }
};

} // namespace
