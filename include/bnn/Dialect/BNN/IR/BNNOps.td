//===- BNNOps.td - Ops of the bnn dialect ---------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops on tensors of floats, codes and accumulators; the kernels that the fast
// path forms from them; and the vector operations that those are made of.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNOPS_TD
#define BNN_DIALECT_BNN_IR_BNNOPS_TD

include "bnn/Dialect/BNN/IR/BNNQuantizerOps.td"
include "bnn/Dialect/BNN/IR/BNNContractionOps.td"
include "bnn/Dialect/BNN/IR/BNNAccumulatorOps.td"
include "bnn/Dialect/BNN/IR/BNNCodeOps.td"
include "bnn/Dialect/BNN/IR/BNNKernelOps.td"
include "bnn/Dialect/BNN/IR/BNNTargetOps.td"

#endif // BNN_DIALECT_BNN_IR_BNNOPS_TD
