//===- Sensitivity.h - How much each layer suffers from few bits -*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One layer is quantized at a time, the others stay as they are, and the outputs
// on calibration data are compared with those of the unchanged network. Every
// pair of layer and bits is a job that needs no other, so jobs may run anywhere
// in any order, and their results be put together later.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_SENSITIVITY_H
#define BNN_DRIVER_SENSITIVITY_H

#include "bnn/Driver/Calibration.h"

#include <map>

namespace bnn {

struct SensitivityOptions {
  llvm::SmallVector<unsigned> weightBits = {2, 4, 6, 8};
  llvm::SmallVector<unsigned> activationBits = {8};
  /// Time each layer alone, compiled for this machine.
  bool measureLatency = false;
  /// Sensitivity is the increase of the task loss, and not the power of the output's noise.
  bool useLoss = false;
};

struct SensitivityJob {
  std::string layer;
  BitWidths bits;

  /// `conv1 4x8`
  std::string key() const {
    return layer + " " + std::to_string(bits.weights) + "x" + std::to_string(bits.activations);
  }
};

struct SensitivityResult {
  /// Power of the outputs' error over that of the outputs: 10^(-SQNR / 10).
  double noise = 0;
  /// Mean cross-entropy minus that of the unchanged network; NaN without labels.
  double lossIncrease = 0;
  /// Milliseconds; NaN where it was not measured.
  double latency = 0;

  /// Signal to quantization noise ratio in dB.
  double sqnr() const;
};

/// By `SensitivityJob::key`.
using SensitivityResults = std::map<std::string, SensitivityResult>;

class SensitivityAnalysis {
public:
  /// Runs the imported `module`, which is changed, once on all data. It must live as long as this does.
  static mlir::FailureOr<SensitivityAnalysis> create(mlir::ModuleOp module, const CompileOptions &compile,
                                                     const SensitivityOptions &options, CalibrationData data);

  llvm::ArrayRef<SensitivityJob> jobs() const { return allJobs; }

  mlir::FailureOr<SensitivityResult> evaluate(const SensitivityJob &job) const;

  /// The table of all jobs, each of which must have a result. `costs` adds what another table knows of the
  /// same layers and bits.
  llvm::Error writeTable(const SensitivityResults &results, const AllocationTable *costs,
                         llvm::StringRef source, llvm::raw_ostream &os) const;

private:
  SensitivityAnalysis() = default;

  /// Milliseconds that the layer takes alone.
  mlir::FailureOr<double> measureLayer(const SensitivityJob &job) const;
  /// Mean cross-entropy of the first output, the classes' logits.
  double meanLoss(llvm::ArrayRef<float> logits) const;

  mlir::ModuleOp module;
  CompileOptions compile;
  SensitivityOptions options;
  CalibrationData data;
  ActivationSamples samples;
  std::vector<SensitivityJob> allJobs;
  /// Outputs of all runs, one after the other, floats only.
  std::vector<float> expected;
  double expectedLoss = 0;
};

/// Results as JSON, with a text that says what they belong to.
std::string formatResults(const SensitivityResults &results, llvm::StringRef fingerprint);
/// Fails if the text belongs to something else, or is no such file.
llvm::Expected<SensitivityResults> parseResults(llvm::StringRef text, llvm::StringRef fingerprint);

} // namespace bnn

#endif // BNN_DRIVER_SENSITIVITY_H
