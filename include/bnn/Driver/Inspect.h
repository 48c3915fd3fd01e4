//===- Inspect.h - What a model consists of ---------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_INSPECT_H
#define BNN_DRIVER_INSPECT_H

#include "bnn/Driver/Compiler.h"

namespace bnn {

/// A contraction: a convolution or matrix product, of codes or of floats.
struct LayerReport {
  /// From the location: the ONNX node's name, or a place in a file.
  std::string name;
  /// The op, such as `bnn.conv2d` or `tosa.matmul`.
  std::string op;
  llvm::SmallVector<int64_t> inputShape, weightShape, outputShape;
  /// Bits of one weight and of one activation, and whether they are floats.
  unsigned weightBits = 0, activationBits = 0;
  bool isFloat = false;
  /// Multiply-accumulates for one run.
  int64_t macs = 0;
  /// Bytes of constant weights: one after the other at their width, as stored for the kernel, and as floats.
  /// 0 for weights computed at run time.
  int64_t packedBytes = 0, storedBytes = 0, floatBytes = 0;
  /// Who computes it, and why.
  std::string strategy, reason;
};

struct ModelReport {
  ModelSignature signature;
  TargetInfo target = TargetInfo::baseline();
  std::vector<LayerReport> layers;
  /// Bytes of the workspace, the most that are needed at one time, and those of the object's constants and
  /// code.
  uint64_t workspaceBytes = 0, workspaceBound = 0, constantBytes = 0, codeBytes = 0;
};

/// The contractions of an optimized module, in program order, with their kernels; sizes as stored are not
/// known. Changes the module.
mlir::FailureOr<std::vector<LayerReport>> readLayers(mlir::ModuleOp module);

/// Compiles `module`, which is changed, and reports what was chosen and how large it became.
mlir::FailureOr<ModelReport> inspectModel(mlir::ModuleOp module, const CompileOptions &options);

void printText(const ModelReport &report, llvm::raw_ostream &os);
void printJson(const ModelReport &report, llvm::raw_ostream &os);

} // namespace bnn

#endif // BNN_DRIVER_INSPECT_H
