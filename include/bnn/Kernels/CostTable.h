//===- CostTable.h - Measured cycles of strategies --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What `bnnc tune` writes and `--cost-table` reads: a text file of the cycles that strategies took for
// shapes.
//
//   bnn-cost-table 1
//   cpu znver3
//   # strategy bits case cycles
//   popcount 1x1 784x1152x128 1033422
//   popcount 1x1 28x28x128-128-3x3-s1 1040112
//
// `cpu` names the CPU, and the features it was given or denied, that the code was compiled for. Tables that
// come with the compiler say `any` and a list of features instead: they serve every CPU that has all of them,
// and none of those after a '!'.

#ifndef BNN_KERNELS_COSTTABLE_H
#define BNN_KERNELS_COSTTABLE_H

#include "bnn/Target/TargetInfo.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace bnn {

/// A contraction as a cost depends on it: a product of matrices, or a convolution of one square window that
/// keeps the size (stride 1) or halves it.
struct ContractionCase {
  /// Rows of the matrix, or the image.
  int64_t height = 1, width = 1, channels = 1, outputs = 1;
  /// 0: a matrix product of width × channels by channels × outputs.
  int64_t kernel = 0, stride = 1, groups = 1;
  unsigned weightBits = 1, activationBits = 1;

  /// `784x1152x128`, or `28x28x128-128-3x3-s1` with `-g4` for groups.
  std::string name() const;
  std::string bits() const;
  /// Products in all.
  int64_t macs() const;

  /// Reads a name and bits; the error says what is wrong with them.
  static llvm::Expected<ContractionCase> parse(llvm::StringRef name, llvm::StringRef bits);
};

struct CostEntry {
  std::string strategy;
  ContractionCase shape;
  double cycles;
};

struct CostTable {
  /// The CPU and what it was given or denied, for a table that was measured.
  std::string cpu, features;
  /// Features that are needed, or with '!' must be missing, for a table that serves a family.
  llvm::SmallVector<std::string> family;
  std::vector<CostEntry> entries;

  /// Reads a table called `name`. Errors name the line. Strategies must exist.
  static llvm::Expected<CostTable> parse(llvm::StringRef text, llvm::StringRef name);

  std::string print() const;

  /// Whether the table is for `target`; if not, the error says for what it is.
  llvm::Error check(const TargetInfo &target, llvm::StringRef name) const;

  /// `znver3`, or the family's features.
  std::string describe() const;
};

/// The tables that come with the compiler, in order of preference.
llvm::ArrayRef<CostTable> getBuiltinCostTables();

} // namespace bnn

#endif // BNN_KERNELS_COSTTABLE_H
