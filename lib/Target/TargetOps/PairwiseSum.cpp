//===- PairwiseSum.cpp - bnn.pairwise_sum as instructions -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// LLVM does not find uaddlp in the arithmetic on even and odd bytes.
//
//   %r = bnn.pairwise_sum %bytes : vector<16xi8> -> vector<8xi16>
//     ->  %r = llvm.call_intrinsic "llvm.aarch64.neon.uaddlp.v8i16.v16i8"(%bytes)
//
// Without the instruction: the low and the high byte of every 16 bits, on a little-endian machine.

#include "TargetOps.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

static constexpr Instruction kInstructions[] = {
    {"neon", 16, "llvm.aarch64.neon.uaddlp.v8i16.v16i8"},
};

static Value emitGeneric(ImplicitLocOpBuilder &b, Value input, VectorType type) {
  Value pairs = vector::BitCastOp::create(b, type, input);
  auto constant = [&](int16_t value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI16IntegerAttr(value)));
  };
  Value low = arith::AndIOp::create(b, pairs, constant(255));
  Value high = arith::ShRUIOp::create(b, pairs, constant(8));
  return arith::AddIOp::create(b, low, high);
}

namespace {

struct LowerPairwiseSum : OpRewritePattern<PairwiseSumOp> {
  LowerPairwiseSum(MLIRContext *context, const TargetInfo &target, LoweringCounts &counts)
      : OpRewritePattern(context), instructions(availableOn(target, kInstructions)), counts(counts) {}

  LogicalResult matchAndRewrite(PairwiseSumOp op, PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<VectorType>(op.getType());
    if (instructions.empty()) {
      ++counts.generic;
      rewriter.replaceOp(op, emitGeneric(b, op.getInput(), type));
      return success();
    }
    ++counts.instructions;
    rewriter.replaceOp(op, emitInPieces(b, op.getInput(), type, instructions,
                                        [&](const Instruction &instruction, ArrayRef<Value> pieces) {
                                          auto half = VectorType::get(instruction.lanes / 2, b.getI16Type());
                                          return callIntrinsic(b, instruction, half, pieces);
                                        }));
    return success();
  }

  SmallVector<Instruction> instructions;
  LoweringCounts &counts;
};

} // namespace

void bnn::populatePairwiseSum(RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts) {
  patterns.add<LowerPairwiseSum>(patterns.getContext(), target, counts);
}
