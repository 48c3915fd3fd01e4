//===- Tune.h - Measures what strategies cost on this machine ---*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_TUNE_H
#define BNN_DRIVER_TUNE_H

#include "bnn/Driver/Compiler.h"
#include "bnn/Kernels/CostTable.h"

#include <functional>

namespace bnn {

struct TuneOptions {
  CompileOptions compile;
  /// Only these, where there are any.
  std::vector<std::string> strategies, bits, cases;
  /// For each measurement.
  double seconds = 0.3;
  /// Called before each measurement: its place among all, and what it is.
  std::function<void(size_t, size_t, llvm::StringRef)> onMeasurement;
  /// Called after each with the table so far; an error ends the tuning.
  std::function<llvm::Error(const CostTable &)> onEntry;
};

/// The cases that `bnnc tune` measures.
llvm::ArrayRef<llvm::StringLiteral> getTuningCases();
llvm::ArrayRef<llvm::StringLiteral> getTuningBits();

/// Measures every strategy on every case that it serves and that `table` does not have. What a strategy is
/// asked to compute and cannot compile is a diagnostic and failure.
llvm::Error tune(mlir::MLIRContext *context, const TuneOptions &options, CostTable &table);

} // namespace bnn

#endif // BNN_DRIVER_TUNE_H
