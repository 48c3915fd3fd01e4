//===- PairLutEmitter.h - Loops of the pair look-up kernel ------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_KERNELS_PAIRLUT_PAIRLUTEMITTER_H
#define BNN_LIB_KERNELS_PAIRLUT_PAIRLUTEMITTER_H

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn {

/// What the tables count, and what becomes of it.
struct PairLutProduct {
  PairLutProduct(CodeTypeInterface activations, CodeTypeInterface weights);

  /// Whether bits count that are one in both, instead of those that differ.
  bool both;
  /// accumulator = base + factor·count + what the channel's weights add
  int64_t factor;
  bool addsDepth, addsWeights;

  int64_t base(int64_t depth) const { return addsDepth ? depth : 0; }
};

/// Byte of a vector that holds channel `channel` of its 32. In a narrow kernel, packing the comparisons of
/// the even and of the odd bytes gives bits in the order of channels; else, 16-bit halves of 32-bit lanes do.
int64_t getPairLutByte(int64_t channel, bool narrow);

/// Emits `op`, which has buffer form, before itself.
void emitPairLut(ContractKernelOp op, mlir::OpBuilder &builder);

} // namespace bnn

#endif // BNN_LIB_KERNELS_PAIRLUT_PAIRLUTEMITTER_H
