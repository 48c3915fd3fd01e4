//===- Kernels.cpp - From the integer graph to kernels ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Conversion/Passes.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void bnn::buildKernelPipeline(OpPassManager &pm, const KernelOptions &options) {
  pm.addPass(createDecomposeToBinary({options.decompose}));
  SelectKernelsOptions select;
  select.prefer.assign(options.prefer.begin(), options.prefer.end());
  pm.addPass(createSelectKernels(select));
  addTosaToLinalg(pm);
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createFormKernels());
  if (options.optimizeSize)
    pm.addPass(createCompressWeights());
  // Codes that no kernel serves, and what they are cast to.
  pm.addPass(createConvertBNNToLinalg());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}
