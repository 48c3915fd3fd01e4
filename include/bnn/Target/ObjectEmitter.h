//===- ObjectEmitter.h - From the LLVM dialect to files ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_OBJECTEMITTER_H
#define BNN_TARGET_OBJECTEMITTER_H

#include "bnn/Target/Signature.h"
#include "bnn/Target/TargetInfo.h"

#include "llvm/IR/Module.h"

#include <memory>
#include <optional>

namespace bnn {

enum class EmitKind {
  /// ELF object file.
  Object,
  /// Assembly text.
  Assembly,
  /// Optimized LLVM IR as text.
  LLVMIR,
  /// Optimized LLVM IR as bitcode.
  Bitcode,
  /// A static library (`ar`) with the object as its only member.
  Archive
};

/// LLVM IR with the context that it lives in.
struct LLVMModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  /// Whether the code may call malloc and free, as the reference path's does.
  bool allocates = false;
  /// Whether the code may call OpenMP's runtime library.
  bool usesThreads = false;
};

/// Translates a module in the LLVM dialect and runs LLVM's -O3 pipeline for `target`. Only the two functions
/// of the signature stay visible from outside. The optimizer may introduce calls of memcpy and memset and of
/// scalar libm functions, and of nothing else. `optLevel` 0 skips optimization. Errors are emitted on
/// `module`.
mlir::FailureOr<LLVMModule> translateAndOptimize(mlir::ModuleOp module, const ModelSignature &signature,
                                                 const TargetInfo &target, unsigned optLevel = 3);

/// Writes `code` in the form `kind` to `out`. `memberName` names the object within an archive.
/// An object that needs functions besides libm, memcpy and memset is an error: LLVM may expand an operation
/// that the CPU lacks, such as the conversion of float16, into a call of the compiler's runtime library,
/// which is not there in every program.
mlir::LogicalResult emitCode(LLVMModule &code, const TargetInfo &target, EmitKind kind,
                             llvm::StringRef memberName, llvm::SmallVectorImpl<char> &out,
                             TargetInfo::ErrorFn error);

/// The bytes that NAME_workspace_size returns, when it is a constant.
std::optional<uint64_t> readWorkspaceSize(const llvm::Module &module, const ModelSignature &signature);

} // namespace bnn

#endif // BNN_TARGET_OBJECTEMITTER_H
