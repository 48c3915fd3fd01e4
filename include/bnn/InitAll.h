//===- InitAll.h - Registers everything of this project ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_INITALL_H
#define BNN_INITALL_H

namespace mlir {
class DialectRegistry;
}

namespace bnn {

/// The bnn dialect with its interface models, and the upstream dialects, extensions and translations that the
/// project's pipelines use.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Every pass and pipeline of this project, and MLIR's own.
void registerAllPasses();

} // namespace bnn

#endif // BNN_INITALL_H
