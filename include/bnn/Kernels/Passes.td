//===- Passes.td - Passes that choose and form kernels ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_KERNELS_PASSES_TD
#define BNN_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

#endif // BNN_KERNELS_PASSES_TD
