//===- Compiler.h - From a model to machine code ----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `bnnc` does, as a library. All errors are diagnostics of the context, so
// a caller decides where they go.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_COMPILER_H
#define BNN_DRIVER_COMPILER_H

#include "bnn/Kernels/DecomposeMode.h"
#include "bnn/Target/ObjectEmitter.h"
#include "bnn/Target/Signature.h"
#include "bnn/Target/TargetInfo.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <optional>
#include <string>

namespace bnn {

/// Input shapes by name, for models that leave dimensions open; "" stands for the only input.
using InputShapes = llvm::StringMap<llvm::SmallVector<int64_t>>;

/// Reads a model: ONNX, MLIR text or MLIR bytecode, told apart by the file's name and first bytes. `path` may
/// be `-` for the standard input.
mlir::OwningOpRef<mlir::ModuleOp> loadModel(mlir::MLIRContext *context, llvm::StringRef path,
                                            const InputShapes &inputShapes);

/// Adds the shape in `text`, `NAME=1x3x32x32` or `1x3x32x32`. On bad syntax the error says why.
llvm::Error addInputShape(llvm::StringRef text, InputShapes &shapes);

/// The text of the cost table in a file, after a check that it is one and for `target`.
llvm::Expected<std::string> readCostTable(llvm::StringRef path, const TargetInfo &target);

struct CompileOptions {
  TargetInfo target = TargetInfo::baseline();
  /// Text of a cost table for the target, which `readCostTable` has checked; empty for the compiler's own.
  std::string costTable;
  /// Prefix of the exported functions; the entry function's name where it is empty.
  std::string name;
  /// Compile through plain loops on unpacked values instead of kernels. Such code calls malloc and free.
  bool reference = false;
  /// Compute in integers between the first and the last quantized layer, or fail.
  bool integerOnly = false;
  /// Which contractions of several bits become sums of contractions of one bit.
  DecomposeMode decompose = DecomposeMode::Cost;
  /// Store weights at the bits that they need and lay them out for the kernels at run time.
  bool optimizeSize = false;
  /// Threads that share the work of one call. Above 1, code needs the runtime library of OpenMP.
  unsigned threads = 1;
  /// Operations that a loop must run before threads share it.
  double minParallelWork = 20000;
  /// Fuse multiplications and additions of float reductions where the target can. Results then depend on the
  /// target in the last bits, and a code made of such a float may be another one.
  bool fma = false;
  /// Store the clock between layers in one more output; see `CompiledModel::layers`.
  bool timeLayers = false;
  /// The module has been through bnn-optimize already.
  bool optimized = false;
  /// Strategies to use wherever they can compute an op, whatever they cost.
  std::vector<std::string> preferredKernels;
  /// Folder for the IR after each stage (00-import.mlir, 01-optimize.mlir, ...); none where it is empty.
  std::string dumpFolder;
  /// Called with the name of each stage before it begins.
  std::function<void(llvm::StringRef)> onStage;
  /// Called with each pass manager before it runs, to apply options to it.
  std::function<mlir::LogicalResult(mlir::PassManager &)> configure;
};

/// How far lowering goes.
enum class Stage {
  /// Codes, contractions and thresholds: what `bnn-optimize` makes of a model.
  Optimized,
  /// The LLVM dialect.
  LLVM
};

/// Finds the entry, names it, attaches the target and runs the passes up to `until`. Gives the signature.
mlir::FailureOr<ModelSignature> lowerModel(mlir::ModuleOp module, const CompileOptions &options,
                                           Stage until = Stage::LLVM);

/// A model ready to be written or run.
struct CompiledModel {
  ModelSignature signature;
  LLVMModule code;
  /// Bytes, unless it depends on something.
  std::optional<uint64_t> workspaceSize;
  /// With `timeLayers`: where each layer comes from. The model's last output is an array of 64-bit integers,
  /// the clock before each layer and after the last.
  llvm::SmallVector<mlir::Location> layers;
};

/// All the way to optimized LLVM IR. `module` is changed.
mlir::FailureOr<CompiledModel> compileModel(mlir::ModuleOp module, const CompileOptions &options);

} // namespace bnn

#endif // BNN_DRIVER_COMPILER_H
