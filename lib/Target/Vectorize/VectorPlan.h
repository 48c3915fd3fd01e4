//===- VectorPlan.h - Which loop becomes vectors ----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the loop whose iterations become vector lanes, and the register block:
// how many vectors of it, and how many iterations of a second loop, are
// computed together so that what they share is loaded once.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_VECTORPLAN_H
#define BNN_LIB_TARGET_VECTORIZE_VECTORPLAN_H

#include "LoopNest.h"

#include <optional>

namespace bnn {

/// What the machine offers.
struct VectorMachine {
  /// Bits of a vector register, a power of two from 64 on.
  unsigned vectorBits = 128;
  /// Vector registers that may hold accumulators.
  unsigned accumulators = 10;
  /// Whether the products of two vectors are computed before either is added (`bnn.compute_together`).
  bool pairsProducts = false;
  /// Whether `a*b + c` in reductions may be rounded once.
  bool fma = false;
};

struct VectorPlan {
  /// Loop that becomes lanes. A reduction loop makes a horizontal reduction.
  unsigned lanes = 0;
  bool isHorizontal = false;
  /// Lanes of one vector, a power of two.
  int64_t width = 1;
  /// Vectors along `lanes` in a full block.
  int64_t vectors = 1;
  /// Second loop of the block, if one shares loads.
  std::optional<unsigned> block;

  /// Iterations of the block loop that are computed together when one of them takes `vectors` registers.
  int64_t getBlockSize(const LoopNest &nest, unsigned vectors, const VectorMachine &machine) const;
};

/// The plan for a nest, or failure if its body or accesses are nothing for vectors.
mlir::FailureOr<VectorPlan> planVectors(const LoopNest &nest, const VectorMachine &machine);

/// The op that combines the only output's accumulator with the rest of the body, if it has a neutral element.
mlir::Operation *getCombiner(mlir::linalg::LinalgOp op);

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_VECTORPLAN_H
