//===- PackedConstant.h - Weights in the order of the loops -----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register block of a 1×1 convolution 256 -> 512 reads sixteen neighbouring
// weights every 2 KB: few sets of the cache hold them all, and each lies on a
// page of its own. Constants can be stored in the order in which they are read:
//
//   filter 256 × 512    ->    32 panels × 256 × 16
//
// one panel for each segment of the lanes, the last one narrower if need be.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_PACKEDCONSTANT_H
#define BNN_LIB_TARGET_VECTORIZE_PACKEDCONSTANT_H

#include "VectorPlan.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

#include <optional>

namespace bnn {

/// Where the elements of a packed constant lie.
struct PackedConstant {
  mlir::memref::GlobalOp global;
  /// Elements of a panel for each lane: the extents of the reductions, multiplied.
  int64_t depth = 1;
  /// For each loop, the elements of one lane that one iteration advances by; 0 for parallel loops.
  llvm::SmallVector<int64_t> strides;
};

/// Packs the constant that `access` of the nest reads, into a new global of the module that `symbols` is of.
/// Nothing if it is no constant, depends on more than lanes and reductions, or lies well as it is.
std::optional<PackedConstant> packConstant(const LoopNest &nest, const VectorPlan &plan, unsigned access,
                                           mlir::SymbolTableCollection &symbols);

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_PACKEDCONSTANT_H
