//===- Optimize.cpp - From imported float graphs to integer graphs ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/Transforms/Passes.h"
#include "bnn/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void bnn::buildOptimizePipeline(OpPassManager &pm, const OptimizeOptions &options) {
  // One constant per value, or equal quantizers would not look equal.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());

  pm.addPass(createRaiseSign());
  // Twice: groups are joined by their constant codes, before hoisting moves the slices between them, and
  // hoisting brings further constants to their quantizers.
  pm.addPass(createQuantizeConstants());
  pm.addPass(createMergeGroups());
  pm.addPass(createHoistDataMovement());
  pm.addPass(createQuantizeConstants());
  pm.addPass(createFuseDequantize());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());

  pm.addPass(createCommuteBinarizeMaxPool());
  // Before batch norms are folded: thresholds are exact for the ops as they stand here, which still round as
  // the imported model does.
  pm.addPass(createFormThresholds());
  if (options.integerOnly)
    pm.addPass(createFormRequantize());
  pm.addPass(createFoldBatchNorm());
  pm.addPass(createDequantizeConstants());

  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createSymbolDCEPass());
  if (options.integerOnly)
    pm.addPass(createCheckIntegerOnly());
}
