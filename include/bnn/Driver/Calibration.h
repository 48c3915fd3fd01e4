//===- Calibration.h - What a network does on sample data -------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_CALIBRATION_H
#define BNN_DRIVER_CALIBRATION_H

#include "bnn/Allocation/Assignment.h"
#include "bnn/Driver/Execute.h"

#include <map>

namespace bnn {

/// Samples in the shape of the model's inputs, except that the first dimension holds `numRuns` times as many.
struct CalibrationData {
  /// One array for each input of the model.
  std::vector<NpyArray> inputs;
  /// Classes, one per sample; may be empty.
  std::vector<int64_t> labels;
  int64_t numRuns = 0;

  int64_t numSamples() const { return inputs.empty() ? 0 : inputs.front().shape.front(); }
};

/// Finds the model's inputs among arrays with names, and the array `labels` of integers if there is one.
/// Errors name the array, its shape and what was expected.
llvm::Expected<CalibrationData> matchCalibrationData(const ModelSignature &signature, NpzArrays arrays);

/// Calls `model` on all data, and `visit` with the number of the run and the bytes of each output.
void runOnData(const HostModel &model, const CalibrationData &data,
               llvm::function_ref<void(int64_t, llvm::ArrayRef<std::vector<uint8_t>>)> visit);

/// Values that a layer read, a sample of them.
struct ActivationSample {
  std::vector<float> values;
  bool isSigned = false;
};
using ActivationSamples = std::map<std::string, ActivationSample>;

/// Makes the weights of quantized layers readable for `findLayers`. Needed once, before layers are looked
/// for.
mlir::LogicalResult prepareLayers(mlir::ModuleOp module, const CompileOptions &options);

/// Runs a copy of the imported `module` and samples what each layer reads. `onOutputs` sees the model's own
/// outputs, as in `runOnData`.
mlir::FailureOr<ActivationSamples> sampleActivations(
    mlir::ModuleOp module, const CompileOptions &options, const CalibrationData &data,
    llvm::function_ref<void(int64_t, llvm::ArrayRef<std::vector<uint8_t>>)> onOutputs = nullptr);

/// Gives the layers of the imported `module` these bits, with scales of activations from the samples:
/// `bnn-allocate-bits`, calibration, `bnn-apply-bits`.
mlir::LogicalResult quantizeLayers(mlir::ModuleOp module, const BitAssignment &assignment,
                                   const ActivationSamples &samples, const CompileOptions &options);

/// Calibrates the imported `module` on this machine, whatever its target, and quantizes its layers.
mlir::LogicalResult calibrateAndQuantize(mlir::ModuleOp module, const BitAssignment &assignment,
                                         const CalibrationData &data, const CompileOptions &options);

/// Gives the imported `module` the input `bits`, by which its 8-bit weights are rounded to fewer.
mlir::LogicalResult makeBitsSwitchable(mlir::ModuleOp module, const CompileOptions &options);

} // namespace bnn

#endif // BNN_DRIVER_CALIBRATION_H
