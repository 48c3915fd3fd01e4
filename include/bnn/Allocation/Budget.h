//===- Budget.h - Limits on the cost of a network ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_ALLOCATION_BUDGET_H
#define BNN_ALLOCATION_BUDGET_H

#include "bnn/Allocation/Table.h"

namespace bnn {

/// `METRIC:VALUE` as a user gives it. The value is a fraction of the way from the cheapest to the dearest
/// assignment if it has no unit and lies in [0, 1], or ends in `%`; otherwise it is absolute, in the table's
/// unit or with one of its own (`200KB`, `1.5ms`, `3.2G`).
struct Budget {
  std::string metric;
  double value = 0;
  bool isFraction = false;
  /// `B`, `s`, or empty: what `value` counts, prefixes resolved.
  std::string unit;
  /// As given.
  std::string text;
};

llvm::Expected<Budget> parseBudget(llvm::StringRef text);

/// `4`, `4:0.05` (slack), or with a group, `content=4:0.05`.
struct MeanBitsOption {
  /// Empty: all layers.
  std::string group;
  MeanBitBand band;
};
llvm::Expected<MeanBitsOption> parseMeanBits(llvm::StringRef text);

/// `1,2,4,8`: bits from 1 to 8, each once; the empty text is an empty list.
llvm::Expected<llvm::SmallVector<unsigned>> parseBitList(llvm::StringRef text);

/// A cost for people: `36.9 KB`, `1.52 ms`, `7.4 G`.
std::string formatCost(double cost, llvm::StringRef unit);

/// How many of the base unit (`B`, `s`) one of `unit` is; nothing for units that are not known.
std::optional<double> unitFactor(llvm::StringRef unit, std::string &base);

} // namespace bnn

#endif // BNN_ALLOCATION_BUDGET_H
