//===- Passes.h - Passes on the bnn dialect ------------------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_TRANSFORMS_PASSES_H
#define BNN_DIALECT_BNN_TRANSFORMS_PASSES_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/Pass.h"

namespace bnn {

#define GEN_PASS_DECL
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"

} // namespace bnn

#endif // BNN_DIALECT_BNN_TRANSFORMS_PASSES_H
