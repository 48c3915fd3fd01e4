//===- ComputeTogether.cpp - bnn.compute_together as inline assembly --------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// No instruction, but something that LLVM's schedulers do not look into: it takes all of the values and gives
// them back in the same registers.
//
//   %p:2 = bnn.compute_together %a, %b : vector<8xf32>, vector<8xf32>
//     ->  %s = llvm.inline_asm "", "=v,=v,0,1" %a, %b
//         %p0 = llvm.extractvalue %s[0], …
//
// Only for vectors that fill a register of x86; others stay as they are.

#include "TargetOps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace bnn;

/// Constraints of inline assembly for `count` vectors that stay in their registers.
static std::string makeConstraints(unsigned count) {
  std::string constraints;
  for (unsigned i = 0; i < count; ++i)
    constraints += "=v,";
  for (unsigned i = 0; i < count; ++i)
    constraints += std::to_string(i) + ",";
  constraints.pop_back();
  return constraints;
}

namespace {

struct LowerComputeTogether : OpRewritePattern<ComputeTogetherOp> {
  LowerComputeTogether(MLIRContext *context, const TargetInfo &target, LoweringCounts &counts)
      : OpRewritePattern(context), target(target), counts(counts) {}

  LogicalResult matchAndRewrite(ComputeTogetherOp op, PatternRewriter &rewriter) const override {
    bool fillsRegisters = llvm::all_of(op.getInputs().getTypes(), [&](Type type) {
      auto vector = cast<VectorType>(type);
      int64_t bits = vector.getNumElements() * vector.getElementTypeBitWidth();
      return vector.getRank() == 1 && vector.getElementType().isF32() &&
             llvm::is_contained({128, 256, 512}, bits) && bits <= target.vectorBits();
    });
    if (!target.isX86() || !fillsRegisters || op.getInputs().size() < 2) {
      ++counts.generic;
      rewriter.replaceOp(op, op.getInputs());
      return success();
    }
    ++counts.instructions;
    auto all = LLVM::LLVMStructType::getLiteral(op.getContext(), llvm::to_vector(op.getInputs().getTypes()));
    auto assembly = LLVM::InlineAsmOp::create(
        rewriter, op.getLoc(), all, op.getInputs(), /*asm_string=*/"", makeConstraints(op.getInputs().size()),
        /*has_side_effects=*/false,
        /*is_align_stack=*/false, LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr());
    SmallVector<Value> results;
    for (int64_t i = 0; i < int64_t(op.getInputs().size()); ++i)
      results.push_back(LLVM::ExtractValueOp::create(rewriter, op.getLoc(), assembly.getResult(0), i));
    rewriter.replaceOp(op, results);
    return success();
  }

  const TargetInfo &target;
  LoweringCounts &counts;
};

} // namespace

void bnn::populateComputeTogether(RewritePatternSet &patterns, const TargetInfo &target,
                                  LoweringCounts &counts) {
  patterns.add<LowerComputeTogether>(patterns.getContext(), target, counts);
}
