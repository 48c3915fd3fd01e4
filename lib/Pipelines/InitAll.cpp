//===- InitAll.cpp - Registers everything of this project -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/InitAll.h"

#include "bnn/Conversion/Passes.h"
#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Dialect/BNN/IR/BNNBufferize.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Pipelines/Pipelines.h"
#include "bnn/Target/Passes.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

using namespace mlir;

void bnn::registerAllDialects(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllToLLVMIRTranslations(registry);
  registry.insert<BNNDialect>();
  registerBufferizableOpInterfaceExternalModels(registry);
}

void bnn::registerAllPasses() {
  mlir::registerAllPasses();
  registerBNNConversionPasses();
  registerBNNKernelsPasses();
  PassPipelineRegistration<ReferenceOptions>(
      "bnn-reference", "Plain loops on unpacked values, to the LLVM dialect", buildReferencePipeline);
  registerBNNTransformsPasses();
  PassPipelineRegistration<OptimizeOptions>("bnn-optimize", "Float graphs with quantizers to integer graphs",
                                            buildOptimizePipeline);
  registerBNNTargetPasses();
  PassPipelineRegistration<CodegenOptions>("bnn-to-llvm", "Linalg and bnn kernels to the LLVM dialect",
                                           buildCodegenPipeline);
  PassPipelineRegistration<KernelOptions>(
      "bnn-to-kernels", "Choose, pack and fuse kernels; the rest to linalg", buildKernelPipeline);
}
