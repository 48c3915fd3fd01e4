//===- Passes.h - Passes towards machine code ------------------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_PASSES_H
#define BNN_TARGET_PASSES_H

#include "mlir/Pass/Pass.h"

namespace bnn {

#define GEN_PASS_DECL
#include "bnn/Target/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "bnn/Target/Passes.h.inc"

} // namespace bnn

#endif // BNN_TARGET_PASSES_H
