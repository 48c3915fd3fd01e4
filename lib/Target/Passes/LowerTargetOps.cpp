//===- LowerTargetOps.cpp - Vector operations to instructions ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The fastest kernels need a few instructions that LLVM does not find in plain vector code. In the IR they
// are ops of the dialect that mean the same on every target; here they meet the target.
//
//   %r = bnn.rounding_average %a, %b : vector<32xi8>
//     ->  %r = llvm.call_intrinsic "llvm.x86.avx2.pavg.b"(%a, %b)                     with AVX2
//     ->  two calls of "llvm.aarch64.neon.urhadd.v16i8", one for each half            on AArch64
//     ->  (a | b) - ((a ^ b) >> 1) in arith                                           without either
//
//===----------------------------------------------------------------------===//

#include "../TargetOps/TargetOps.h"

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace bnn {
#define GEN_PASS_DEF_LOWERTARGETOPS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

struct LowerTargetOps : bnn::impl::LowerTargetOpsBase<LowerTargetOps> {
  void runOnOperation() override {
    TargetInfo target = TargetInfo::of(getOperation());
    LoweringCounts counts;
    RewritePatternSet patterns(&getContext());
    populateComputeTogether(patterns, target, counts);
    populateMultiplyAdd(patterns, target, counts);
    populatePairwiseSum(patterns, target, counts);
    populateRoundingAverage(patterns, target, counts);
    populateTableLookup(patterns, target, counts);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    numInstructions += counts.instructions;
    numGeneric += counts.generic;
  }
};

} // namespace
