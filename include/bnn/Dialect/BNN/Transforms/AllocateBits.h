//===- AllocateBits.h - Gives layers their bits -----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_TRANSFORMS_ALLOCATEBITS_H
#define BNN_DIALECT_BNN_TRANSFORMS_ALLOCATEBITS_H

#include "bnn/Allocation/Assignment.h"

#include "mlir/IR/Operation.h"

namespace bnn {

/// Writes the bits into the layers named. An unknown name is an error on `root`.
mlir::LogicalResult annotateBits(mlir::Operation *root, const BitAssignment &assignment);

/// Reads an assignment, or a table from which bits are chosen. Errors begin with the file's name.
llvm::Expected<BitAssignment> chooseAssignment(llvm::StringRef path, const AllocationOptions &options);

} // namespace bnn

#endif // BNN_DIALECT_BNN_TRANSFORMS_ALLOCATEBITS_H
