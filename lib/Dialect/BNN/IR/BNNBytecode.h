//===- BNNBytecode.h - Bytecode of the bnn dialect --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_IR_BNNBYTECODE_H
#define BNN_LIB_DIALECT_BNN_IR_BNNBYTECODE_H

namespace bnn {
class BNNDialect;
namespace detail {

/// Gives the dialect its bytecode encoding and version.
void addBytecodeInterface(BNNDialect *dialect);

} // namespace detail
} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_IR_BNNBYTECODE_H
