//===- RoundingAverage.cpp - bnn.rounding_average as instructions -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// LLVM knows the arithmetic of pavgb and urhadd, but simplifies it beyond recognition where some bits of the
// operands are known to be zero, hence the intrinsics.
//
//   %r = bnn.rounding_average %a, %b : vector<32xi8>
//     ->  %r = llvm.call_intrinsic "llvm.x86.avx2.pavg.b"(%a, %b)
//
// Without an instruction: (a | b) - ((a ^ b) >> 1), which needs no ninth bit.

#include "TargetOps.h"

using namespace mlir;
using namespace bnn;

static constexpr Instruction kInstructions[] = {
    {"avx512bw", 64, "llvm.x86.avx512.pavg.b.512"},
    {"avx2", 32, "llvm.x86.avx2.pavg.b"},
    {"sse2", 16, "llvm.x86.sse2.pavg.b"},
    {"neon", 16, "llvm.aarch64.neon.urhadd.v16i8"},
};

static Value emitGeneric(ImplicitLocOpBuilder &b, Value lhs, Value rhs) {
  auto type = cast<VectorType>(lhs.getType());
  Value one = arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI8IntegerAttr(1)));
  Value high = arith::OrIOp::create(b, lhs, rhs);
  Value half = arith::ShRUIOp::create(b, arith::XOrIOp::create(b, lhs, rhs), one);
  return arith::SubIOp::create(b, high, half);
}

namespace {

struct LowerRoundingAverage : OpRewritePattern<RoundingAverageOp> {
  LowerRoundingAverage(MLIRContext *context, const TargetInfo &target, LoweringCounts &counts)
      : OpRewritePattern(context), instructions(availableOn(target, kInstructions)), counts(counts) {}

  LogicalResult matchAndRewrite(RoundingAverageOp op, PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    if (instructions.empty()) {
      ++counts.generic;
      rewriter.replaceOp(op, emitGeneric(b, op.getLhs(), op.getRhs()));
      return success();
    }
    ++counts.instructions;
    rewriter.replaceOp(op, emitInPieces(b, op.getOperands(), op.getType(), instructions,
                                        [&](const Instruction &instruction, ArrayRef<Value> pieces) {
                                          return callIntrinsic(b, instruction, pieces[0].getType(), pieces);
                                        }));
    return success();
  }

  SmallVector<Instruction> instructions;
  LoweringCounts &counts;
};

} // namespace

void bnn::populateRoundingAverage(RewritePatternSet &patterns, const TargetInfo &target,
                                  LoweringCounts &counts) {
  patterns.add<LowerRoundingAverage>(patterns.getContext(), target, counts);
}
