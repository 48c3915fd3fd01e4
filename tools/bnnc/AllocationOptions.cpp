//===- AllocationOptions.cpp - Budgets on the command line ----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationOptions.h"

using namespace bnn;
using namespace bnnc;
using namespace llvm;

Expected<AllocationOptions> AllocationArguments::read() const {
  AllocationOptions options;
  options.solver = solver;
  options.seed = solverSeed;
  for (StringRef text : budgets) {
    Expected<Budget> budget = parseBudget(text);
    if (!budget)
      return budget.takeError();
    options.budgets.push_back(std::move(*budget));
  }
  for (StringRef text : meanBits) {
    Expected<MeanBitsOption> mean = parseMeanBits(text);
    if (!mean)
      return mean.takeError();
    options.meanBits.push_back(std::move(*mean));
  }
  Expected<SmallVector<unsigned>> chosen = parseBitList(bits);
  if (!chosen)
    return chosen.takeError();
  options.bits = std::move(*chosen);
  return options;
}
