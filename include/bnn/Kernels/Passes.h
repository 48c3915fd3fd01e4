//===- Passes.h - Passes that choose and form kernels ------------------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_KERNELS_PASSES_H
#define BNN_KERNELS_PASSES_H

#include "bnn/Kernels/DecomposeMode.h"

#include "mlir/Pass/Pass.h"

namespace bnn {

#define GEN_PASS_DECL
#include "bnn/Kernels/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "bnn/Kernels/Passes.h.inc"

} // namespace bnn

#endif // BNN_KERNELS_PASSES_H
