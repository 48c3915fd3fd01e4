//===- Problem.h - Allocation as a problem of choices -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the solvers see: variables with options, one per class of tied layers.
// Names, units, ties, filters and the sense of the objective are gone.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_ALLOCATION_PROBLEM_H
#define BNN_LIB_ALLOCATION_PROBLEM_H

#include "bnn/Allocation/Allocate.h"

namespace bnn {

struct Problem {
  struct Option {
    /// To minimize.
    double value = 0;
    /// What the option adds to each row.
    llvm::SmallVector<double> rows;
    /// Choice of each member layer of the variable.
    llvm::SmallVector<unsigned> choices;
  };
  struct Variable {
    llvm::SmallVector<unsigned> layers;
    llvm::SmallVector<Option> options;
  };
  /// lower <= sum <= upper
  struct Row {
    double lower, upper;
  };
  /// Adds `value` when every member variable has the option named.
  struct Term {
    llvm::SmallVector<std::pair<unsigned, unsigned>> members;
    double value;
  };

  std::vector<Variable> variables;
  std::vector<Row> rows;
  std::vector<Term> terms;

  /// Objective and rows of one option for each variable.
  double evaluate(llvm::ArrayRef<unsigned> picks) const;
  /// How far rows are passed, relative to their size; 0 if all hold (up to rounding of sums).
  double violation(llvm::ArrayRef<unsigned> picks) const;
};

struct Solution {
  llvm::SmallVector<unsigned> picks;
  double objective = 0, bound = 0;
};

/// Branch and cut by COIN-OR CBC; interactions become linear. Nothing if there is no solution.
llvm::Expected<std::optional<Solution>> solveExactly(const Problem &problem);

/// The optimum of the linear relaxation. Nothing if even that has no solution.
std::optional<double> relaxedBound(const Problem &problem);

/// Evolution of assignments with local search. Nothing if no assignment within the limits was found.
std::optional<Solution> searchGenetically(const Problem &problem, uint64_t seed);

} // namespace bnn

#endif // BNN_LIB_ALLOCATION_PROBLEM_H
