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
      std::optional<SmallVector<float>> floats = getDequantizedFloats(op);
      if (!floats)
        continue;
      OpBuilder builder(op);
      op.getResult().replaceAllUsesWith(createFloats(builder, op.getLoc(), op.getType().getShape(), *floats));
      op.erase();
      ++numConstants;
    }
  }
};

} // namespace
