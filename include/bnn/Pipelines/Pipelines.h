//===- Pipelines.h - The stages of the compiler -----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every stage is a function that adds its passes, and a registered pipeline of
// the same passes for `bnn-opt`.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_PIPELINES_PIPELINES_H
#define BNN_PIPELINES_PIPELINES_H

#include "bnn/Kernels/DecomposeMode.h"

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace bnn {

/// Options of `bnn-to-llvm`.
struct CodegenOptions : mlir::PassPipelineOptions<CodegenOptions> {
  Option<unsigned> vectorBits{*this, "vector-bits",
                              llvm::cl::desc("Bits of a vector register; 0: what the module's target has"),
                              llvm::cl::init(0)};
  Option<bool> fma{
      *this, "fma",
      llvm::cl::desc("Fuse multiplications and additions of float reductions; results then depend "
                     "on the target in the last bits"),
      llvm::cl::init(false)};
  Option<int64_t> threads{
      *this, "threads",
      llvm::cl::desc("Threads that share the work; above 1 the code needs OpenMP's runtime"),
      llvm::cl::init(1)};
  Option<double> minParallelWork{*this, "min-parallel-work",
                                 llvm::cl::desc("Operations that a loop must run before threads share it"),
                                 llvm::cl::init(20000)};
  Option<bool> timeLayers{*this, "time-layers",
                          llvm::cl::desc("Read a clock between layers (bnn-time-layers)"),
                          llvm::cl::init(false)};
};

/// `bnn-to-llvm`: from linalg, tensor and bnn kernel ops in `bnn.entry` functions to the LLVM dialect with
/// the C interface.
void buildCodegenPipeline(mlir::OpPassManager &pm, const CodegenOptions &options);

/// Options of `bnn-optimize`.
struct OptimizeOptions : mlir::PassPipelineOptions<OptimizeOptions> {
  Option<bool> integerOnly{
      *this, "integer-only",
      llvm::cl::desc("Compute in integers between the first and the last quantized layer; "
                     "it is an error where that cannot be"),
      llvm::cl::init(false)};
};

/// `bnn-optimize`: an imported module of TOSA and quantizer pairs to contractions of codes, thresholds and
/// what must stay float.
void buildOptimizePipeline(mlir::OpPassManager &pm, const OptimizeOptions &options = OptimizeOptions());

/// Options of `bnn-reference`.
struct ReferenceOptions : mlir::PassPipelineOptions<ReferenceOptions> {
  Option<bool> cInterface{*this, "c-interface",
                          llvm::cl::desc("Export the entry functions through the C interface; without it, "
                                         "functions keep MLIR's own calling convention"),
                          llvm::cl::init(true)};
};

/// `bnn-reference`: a module of TOSA and bnn value ops, optimized or not, to the LLVM dialect as plain scalar
/// loops over unpacked values. Slow on purpose: it is what every other path is compared with. The exported
/// functions need no workspace; they use malloc and free.
void buildReferencePipeline(mlir::OpPassManager &pm, const ReferenceOptions &options = ReferenceOptions());

/// Options of `bnn-to-kernels`.
struct KernelOptions : mlir::PassPipelineOptions<KernelOptions> {
  Option<DecomposeMode> decompose{
      *this, "decompose", llvm::cl::desc("Which contractions of several bits become planes of one bit"),
      llvm::cl::init(DecomposeMode::Cost),
      llvm::cl::values(clEnumValN(DecomposeMode::Cost, "cost", "those that are estimated to be faster"),
                       clEnumValN(DecomposeMode::All, "all", "all"),
                       clEnumValN(DecomposeMode::Never, "never", "none"))};
  ListOption<std::string> prefer{
      *this, "prefer",
      llvm::cl::desc("Strategies to use wherever they can compute an op, whatever they cost")};
  Option<bool> optimizeSize{
      *this, "optimize-size",
      llvm::cl::desc("Store only the bits of weights that are in use and put them together "
                     "at run time (bnn-compress-weights)"),
      llvm::cl::init(false)};
};

/// `bnn-to-kernels`: from optimized bnn and TOSA ops to kernels on storage tensors, everything else in
/// linalg, tensor and arith. The target is the module's `bnn.target`.
void buildKernelPipeline(mlir::OpPassManager &pm, const KernelOptions &options = KernelOptions());

/// TOSA in functions to linalg, tensor and arith by upstream conversions; other ops stay.
void addTosaToLinalg(mlir::OpPassManager &pm);

} // namespace bnn

#endif // BNN_PIPELINES_PIPELINES_H
