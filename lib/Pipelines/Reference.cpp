//===- Reference.cpp - The pipeline bnn-reference --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   tosa + bnn  ─▶  linalg on tensors  ─▶  scf on memrefs  ─▶  LLVM dialect
//
// No pass here fuses, tiles, vectorises or packs: what runs is one loop nest for
// each op, in the order of the program. Buffers come from malloc and are freed.
//
//===----------------------------------------------------------------------===//

#include "bnn/Conversion/Passes.h"
#include "bnn/Pipelines/Pipelines.h"
#include "bnn/Target/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace bnn;

/// Buffers from malloc, each freed where its life ends; the results of entry functions go to their callers'.
static void addBufferization(OpPassManager &pm) {
  pm.addPass(createBufferize());
  pm.addPass(createResultsToOutParams());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  pm.addNestedPass<func::FuncOp>(createExpandCopies());
}

static void addLoopsToLLVM(OpPassManager &pm, bool cInterface) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(createConvertLinalgToLoopsPass());
  if (cInterface)
    pm.addPass(createEmitCInterface());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createExpandDoubleTruncations());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions functionOptions;
  functionOptions.useBarePtrCallConv = cInterface;
  pm.addPass(createConvertFuncToLLVMPass(functionOptions));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void bnn::buildReferencePipeline(OpPassManager &pm, const ReferenceOptions &options) {
  addTosaToLinalg(pm);
  pm.addPass(createConvertBNNToLinalg());
  pm.addPass(createReconcileUnrealizedCastsPass());
  addBufferization(pm);
  addLoopsToLLVM(pm, options.cInterface);
}
