//===- Codegen.cpp - From linalg to the LLVM dialect -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Pipelines/Pipelines.h"

#include "bnn/Conversion/Passes.h"
#include "bnn/Target/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// Layouts that vectorise, elementwise ops fused.
static void addLinalgPreparation(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(bnn::createPrepareLinalg());
  pm.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Structured ops to buffers, results to output arguments.
static void addBufferization(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(bnn::createPadInPlace());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bnn::createBufferize());
  pm.addPass(bnn::createResultsToOutParams());
  // What is computed in place is copied to itself, through two views that are one after this.
  pm.addPass(createCSEPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Kernels, linalg and copies to loops over vectors; allocations to one workspace.
static void addLoops(OpPassManager &pm, const bnn::CodegenOptions &options) {
  pm.addPass(bnn::createConvertBNNToVector());
  bnn::VectorizeLinalgOptions vectorize;
  vectorize.vectorBits = options.vectorBits;
  vectorize.fma = options.fma;
  pm.addPass(bnn::createVectorizeLinalg(vectorize));
  pm.addNestedPass<func::FuncOp>(bnn::createExpandCopies());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  bnn::PlanWorkspaceOptions plan;
  if (options.threads > 1) {
    bnn::DistributeLoopsOptions distribute;
    distribute.threads = options.threads;
    distribute.minWork = options.minParallelWork;
    pm.addNestedPass<func::FuncOp>(bnn::createDistributeLoops(distribute));
    plan.maxStackBytes = 0; // threads do not see each other's stacks
  }
  pm.addPass(bnn::createPlanWorkspace(plan));
  if (options.timeLayers)
    pm.addPass(bnn::createTimeLayers());
  // As early as buffers and clocks allow: all that follows sees equal loops once.
  pm.addPass(bnn::createOutlineKernels());
  pm.addPass(bnn::createLowerTargetOps());
}

/// Buffers, loops and vectors to the LLVM dialect. Memrefs at function boundaries become bare pointers.
static void addLLVMLowering(OpPassManager &pm, const bnn::CodegenOptions &options) {
  pm.addPass(bnn::createEmitCInterface());
  if (options.threads > 1)
    pm.addPass(bnn::createOutlineTasks());
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(bnn::createExpandDoubleTruncations());
  // Math first: a function of libm takes vectors apart, which is left for the lowering of vectors.
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions funcOptions;
  funcOptions.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(funcOptions));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  if (options.threads > 1)
    pm.addPass(bnn::createLaunchTasks());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void bnn::buildCodegenPipeline(OpPassManager &pm, const CodegenOptions &options) {
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  addLinalgPreparation(pm);
  addBufferization(pm);
  addLoops(pm, options);
  addLLVMLowering(pm, options);
}
