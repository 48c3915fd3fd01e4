//===- BNNBufferize.h - Bufferization of kernels ----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNBUFFERIZE_H
#define BNN_DIALECT_BNN_IR_BNNBUFFERIZE_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace bnn {

/// Makes `one-shot-bufferize` know the kernel ops: they write into the buffers
/// of their inits and never read them. Value ops on codes have no buffer form
/// (docs/rationale.md), so they must be gone by then.
void registerBufferizableOpInterfaceExternalModels(mlir::DialectRegistry &registry);

} // namespace bnn

#endif // BNN_DIALECT_BNN_IR_BNNBUFFERIZE_H
