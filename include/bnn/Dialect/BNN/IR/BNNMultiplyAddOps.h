//===- BNNMultiplyAddOps.h - Sums of products of small integers --*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_H
#define BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#define GET_OP_CLASSES
#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.h.inc"

#endif // BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_H
