//===- TargetOps.h - What the lowerings of target ops share ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// One file in this folder for each operation of BNNTargetOps.td: a pattern that asks the target which of its
// instructions computes the operation, and generic code if there is none. To add an operation: the op, its
// file, its populate function here and in LowerTargetOps.cpp, and its cases in test/Target/target-ops-run.py.

#ifndef BNN_LIB_TARGET_TARGETOPS_TARGETOPS_H
#define BNN_LIB_TARGET_TARGETOPS_TARGETOPS_H

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/TargetInfo.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace bnn {

/// An instruction that computes an operation on one register.
struct Instruction {
  llvm::StringLiteral feature;   ///< of the target, in LLVM's name
  int64_t lanes;                 ///< of the operation's first operand that one register holds
  llvm::StringLiteral intrinsic; ///< with the operation's operands, each as one register
};

/// Those of `instructions` that `target` has, in their order: the widest comes first.
llvm::SmallVector<Instruction> availableOn(const TargetInfo &target,
                                           llvm::ArrayRef<Instruction> instructions);

/// Cuts `operands` into pieces of as many lanes (of the first operand) as the instructions have, the widest
/// first, applies `emit` to each, and joins the results to a vector of `type`. Operands and result with fewer
/// or more lanes than the first operand are cut in proportion. What is left at the end is filled up with
/// zeros to the narrowest instruction.
mlir::Value
emitInPieces(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange operands, mlir::VectorType type,
             llvm::ArrayRef<Instruction> instructions,
             llvm::function_ref<mlir::Value(const Instruction &, llvm::ArrayRef<mlir::Value>)> emit);

/// Calls the instruction's intrinsic.
mlir::Value callIntrinsic(mlir::ImplicitLocOpBuilder &b, const Instruction &instruction, mlir::Type type,
                          mlir::ValueRange operands);

/// How often ops were lowered to instructions and to generic code.
struct LoweringCounts {
  unsigned instructions = 0, generic = 0;
};

void populateComputeTogether(mlir::RewritePatternSet &patterns, const TargetInfo &target,
                             LoweringCounts &counts);
void populateTableLookup(mlir::RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts);
void populateMultiplyAdd(mlir::RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts);
void populatePairwiseSum(mlir::RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts);
void populateRoundingAverage(mlir::RewritePatternSet &patterns, const TargetInfo &target,
                             LoweringCounts &counts);

} // namespace bnn

#endif // BNN_LIB_TARGET_TARGETOPS_TARGETOPS_H
