//===- AllocationOptions.h - Budgets on the command line --------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_BNNC_ALLOCATIONOPTIONS_H
#define BNN_TOOLS_BNNC_ALLOCATIONOPTIONS_H

#include "Common.h"

#include "bnn/Allocation/Allocate.h"

namespace bnnc {

/// Options of every subcommand that chooses bits.
struct AllocationArguments {
  /// `choicesFlag` names the option with the bits to choose from.
  explicit AllocationArguments(llvm::StringRef choicesFlag)
      : bits(choicesFlag, llvm::cl::desc("Bits of weights to choose from (default: all of the table)"),
             llvm::cl::value_desc("1,2,4,8"), llvm::cl::cat(category())) {}

  llvm::cl::list<std::string> budgets{
      "budget",
      llvm::cl::desc(
          "Limit on a cost, absolute (size:200KB, latency:1.5ms) or a fraction of the way from the "
          "cheapest to the dearest assignment (bops:0.5); may be given several times"),
      llvm::cl::value_desc("metric:value"), llvm::cl::cat(category())};
  llvm::cl::opt<std::string> bits;
  llvm::cl::list<std::string> meanBits{
      "mean-bits",
      llvm::cl::desc("The mean of bits, weighted by parameters, of all layers or of a group (slack: 0.02)"),
      llvm::cl::value_desc("[group=]bits[:slack]"), llvm::cl::cat(category())};
  llvm::cl::opt<bnn::SolverKind> solver{
      "solver", llvm::cl::desc("How to search"), llvm::cl::init(bnn::SolverKind::Automatic),
      llvm::cl::values(
          clEnumValN(bnn::SolverKind::Automatic, "auto",
                     "genetic for tables with pair terms, else exact (default)"),
          clEnumValN(bnn::SolverKind::Exact, "exact", "integer programming, to proven optimality"),
          clEnumValN(bnn::SolverKind::Genetic, "genetic", "evolution, with a bound on what it may miss")),
      llvm::cl::cat(category())};
  llvm::cl::opt<uint64_t> solverSeed{"solver-seed", llvm::cl::desc("Seed of the genetic search (default: 1)"),
                                     llvm::cl::init(1), llvm::cl::cat(category())};

  llvm::Expected<bnn::AllocationOptions> read() const;
};

} // namespace bnnc

#endif // BNN_TOOLS_BNNC_ALLOCATIONOPTIONS_H
