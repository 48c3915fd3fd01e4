//===- Verify.h - Compares fast code with the reference ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_VERIFY_H
#define BNN_DRIVER_VERIFY_H

#include "bnn/Driver/Execute.h"

namespace bnn {

/// One value between kernels, or an output of the model.
struct ValueComparison {
  /// Name of the node that computes it.
  std::string name;
  /// `codes`, or the output's type.
  std::string what;
  int64_t numElements = 0;
  /// Elements beyond the tolerance, and codes that differ only because the float that they were made of lies
  /// within the tolerance of a threshold.
  int64_t numDifferent = 0, numTies = 0;
  /// The first different element, and both its values.
  int64_t firstIndex = 0;
  double fast = 0, reference = 0;
  /// Largest error of floats, relative to max(1, |reference|).
  double maxError = 0;
};

struct VerifyReport {
  /// In program order, each computed by fast code from the reference's values, so that errors do not spread.
  std::vector<ValueComparison> layers;
  /// The outputs of the fast program, against those of the model as it was imported.
  std::vector<ValueComparison> outputs;
  /// Only where outputs differ though no layer does: what each quantizer of the model as it was imported makes
  /// of the reference's values, bnn-optimize included.
  std::vector<ValueComparison> quantizers;

  int64_t numTies() const;
  /// The first layer with differences, else the first quantizer, or null.
  const ValueComparison *firstDifferent() const;
  bool outputsEqual() const;
  /// No layer or quantizer differs, and no output does, unless ties excuse it.
  bool passed() const;
};

/// Largest relative error that floats may have.
constexpr double verifyTolerance = 1e-5;

/// Runs `module`, which is changed, on `inputs` through both paths.
mlir::FailureOr<VerifyReport> verifyModel(mlir::ModuleOp module, const CompileOptions &options,
                                          llvm::ArrayRef<NpyArray> inputs);

} // namespace bnn

#endif // BNN_DRIVER_VERIFY_H
