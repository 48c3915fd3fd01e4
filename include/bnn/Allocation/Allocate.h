//===- Allocate.h - Chooses bits for a budget -------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// minimize    sum over layers of sensitivity(layer, choice)
//             + sum of the interaction terms whose choices are all taken
// subject to  sum over layers of cost(layer, choice) <= limit, for each budget
//             equal bits of tied layers, bands on the mean of bits
//
// (HAWQ-V3, arXiv:2011.10680; BRECQ, arXiv:2102.05426; MixDQ, arXiv:2405.17873).
// The exact solver is COIN-OR CBC. Results are the same in every run.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_ALLOCATION_ALLOCATE_H
#define BNN_ALLOCATION_ALLOCATE_H

#include "bnn/Allocation/Budget.h"

namespace bnn {

enum class SolverKind {
  /// Genetic where there are interaction terms, else exact.
  Automatic,
  /// Branch and cut, to proven optimality.
  Exact,
  /// A population of assignments with local search; the linear relaxation bounds how far it may be off.
  Genetic
};

struct AllocationOptions {
  std::vector<Budget> budgets;
  std::vector<MeanBitsOption> meanBits;
  /// Bits of weights to choose from; empty: all that the table offers.
  llvm::SmallVector<unsigned> bits;
  SolverKind solver = SolverKind::Automatic;
  uint64_t seed = 1;
};

/// A budget with what it comes to in the table's unit.
struct ResolvedBudget {
  unsigned metric = 0;
  double limit = 0;
  /// Costs of the cheapest and the dearest assignment.
  double least = 0, most = 0;
  std::string text;
};

struct Allocation {
  /// The choice of each layer.
  llvm::SmallVector<unsigned> choices;
  /// Sum of sensitivities and interactions, in the table's sense.
  double objective = 0;
  /// No assignment can have a better objective than this.
  double bound = 0;
  /// In the order of the table's metrics.
  llvm::SmallVector<double> costs;
  std::vector<ResolvedBudget> budgets;
  SolverKind solver = SolverKind::Exact;

  /// |objective - bound| / max(|objective|, tiny): 0 means proven optimal.
  double gap() const;
  /// One digit per layer: the bits of its weights, or of its activations.
  std::string weightDigits(const AllocationTable &table) const;
  std::string activationDigits(const AllocationTable &table) const;
};

/// Chooses. Errors name budgets that cannot be met, with the least that is possible.
llvm::Expected<Allocation> allocateBits(const AllocationTable &table, const AllocationOptions &options);

/// Allocations on the way from the cheapest to the dearest assignment of `metric`, each different and none
/// worse than another in both cost and objective; other budgets of `options` hold for all.
/// `onPoint` is called before each of the `numPoints` budgets that are tried.
llvm::Expected<std::vector<Allocation>> sweepBudget(const AllocationTable &table,
                                                    const AllocationOptions &options, llvm::StringRef metric,
                                                    unsigned numPoints,
                                                    llvm::function_ref<void(unsigned)> onPoint = nullptr);

} // namespace bnn

#endif // BNN_ALLOCATION_ALLOCATE_H
