//===- ExpandDoubleTruncations.cpp - f64 to 16 bits in two steps -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hardly any CPU rounds a double to 16 bits at once, and LLVM then calls a
// function of the compiler's runtime library, which objects of this compiler
// must not need. Rounding to single precision first rounds twice, which is
// wrong near the middle of two 16-bit numbers, unless the first rounding is to
// odd: an inexact result gets a last bit of 1, so that it never lies in that
// middle. (Boldo and Melquiond, "When double rounding is odd", 2005; a single
// has more than the two extra bits that it takes.)
//
//   %h = arith.truncf %x : f64 to f16
//     ->  %f = arith.truncf %x : f64 to f32
//         %odd = (%f, a unit towards zero if it lies beyond %x) with bit 0 set
//         %h = arith.truncf (%f is %x ? %f : %odd) : f32 to f16
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_EXPANDDOUBLETRUNCATIONS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

/// `like` with another element type.
static Type withElement(Type like, Type element) {
  auto shaped = dyn_cast<ShapedType>(like);
  return shaped ? Type(shaped.clone(element)) : element;
}

namespace {

struct ExpandTruncation : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Type from = getElementTypeOrSelf(op.getIn()), to = getElementTypeOrSelf(op.getType());
    if (!from.isF64() || to.getIntOrFloatBitWidth() != 16)
      return rewriter.notifyMatchFailure(op, "does not round a double to 16 bits");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = op.getIn();
    Type single = withElement(x.getType(), b.getF32Type()), bits = withElement(x.getType(), b.getI32Type());
    Value f = arith::TruncFOp::create(b, single, x);
    Value back = arith::ExtFOp::create(b, x.getType(), f);
    Value inexact = arith::CmpFOp::create(b, arith::CmpFPredicate::ONE, back, x);
    Value beyond = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, math::AbsFOp::create(b, back),
                                         math::AbsFOp::create(b, x));
    Value one = arith::ConstantOp::create(b, cast<TypedAttr>(b.getOneAttr(bits)));
    Value odd = arith::BitcastOp::create(b, bits, f);
    odd = arith::SubIOp::create(b, odd, arith::ExtUIOp::create(b, bits, beyond));
    odd = arith::BitcastOp::create(b, single, arith::OrIOp::create(b, odd, one));
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(),
                                                 arith::SelectOp::create(b, inexact, odd, f));
    return success();
  }
};

struct ExpandDoubleTruncations : bnn::impl::ExpandDoubleTruncationsBase<ExpandDoubleTruncations> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandTruncation>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
