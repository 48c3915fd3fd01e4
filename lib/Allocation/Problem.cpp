//===- Problem.cpp - Allocation as a problem of choices -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace bnn;

double Problem::evaluate(ArrayRef<unsigned> picks) const {
  double sum = 0;
  for (auto [variable, pick] : zip_equal(variables, picks))
    sum += variable.options[pick].value;
  for (const Term &term : terms)
    if (all_of(term.members, [&](auto member) { return picks[member.first] == member.second; }))
      sum += term.value;
  return sum;
}

double Problem::violation(ArrayRef<unsigned> picks) const {
  double total = 0;
  for (auto [r, row] : enumerate(rows)) {
    double sum = 0, size = 0;
    for (auto [variable, pick] : zip_equal(variables, picks)) {
      sum += variable.options[pick].rows[r];
      size += std::abs(variable.options[pick].rows[r]);
    }
    // A limit that is itself a sum of costs may differ from it by the rounding of another order.
    double rounding = 1e-12 * size, scale = std::max(size, 1e-300);
    if (sum > row.upper + rounding)
      total += (sum - row.upper) / scale;
    if (sum < row.lower - rounding)
      total += (row.lower - sum) / scale;
  }
  return total;
}
