//===- Remarks.h - Why an optimization was not applied -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_REMARKS_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_REMARKS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/Twine.h"

namespace bnn {

/// Name of the node of the imported model that `loc` stands for; empty if it has none.
llvm::StringRef getNodeName(mlir::Location loc);

/// A missed-optimization remark at `op`: "node 'x' (tosa.conv2d): reason". `pass` is both its category, which
/// --remarks-filter selects, and its name.
void remarkMissed(mlir::Operation *op, llvm::StringRef pass, const llvm::Twine &reason);

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_REMARKS_H
