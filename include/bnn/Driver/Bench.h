//===- Bench.h - How long a model takes -------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_BENCH_H
#define BNN_DRIVER_BENCH_H

#include "bnn/Driver/Execute.h"
#include "bnn/Driver/Inspect.h"

namespace bnn {

struct BenchOptions {
  /// Runs before measuring.
  unsigned warmup = 5;
  /// Measured runs; 0 for as many as take `seconds`, but at least ten.
  unsigned runs = 0;
  double seconds = 2;
};

/// All operations of one name, in the order in which the first of them runs.
struct LayerTime {
  std::string name;
  /// Median over the runs, and its part of the sum over all layers.
  double seconds = 0, share = 0;
  /// Whether it is a convolution or matrix product; then its multiply-accumulates, how many for each cycle,
  /// and who computes it.
  bool isContraction = false;
  int64_t macs = 0;
  double macsPerCycle = 0;
  std::string strategy;
};

struct BenchReport {
  ModelSignature signature;
  TargetInfo target = TargetInfo::baseline();
  unsigned threads = 1, warmup = 0;
  /// Seconds of each measured run, sorted.
  std::vector<double> runs;
  /// Clock of the core, from a chain of dependent additions, while the model ran.
  double hertz = 0;
  std::vector<LayerTime> layers;

  /// The time that `percent` of the runs did not exceed; 50 is the median.
  double percentile(double percent) const;
  double mean() const;
  /// Part of the layers' time that is spent in convolutions and matrix products.
  double contractionShare() const;
};

/// Compiles `module`, which is changed, and runs it on `inputs`: once as users get it and once with clocks
/// between the layers, in turn.
mlir::FailureOr<BenchReport> benchModel(mlir::ModuleOp module, const CompileOptions &options,
                                        const BenchOptions &bench, llvm::ArrayRef<NpyArray> inputs);

void printText(const BenchReport &report, llvm::raw_ostream &os);
void printJson(const BenchReport &report, llvm::raw_ostream &os);

} // namespace bnn

#endif // BNN_DRIVER_BENCH_H
