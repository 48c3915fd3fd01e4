//===- HostModel.h - Runs a compiled model in this process ------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The object that `bnnc compile` would write, loaded by LLVM's JIT linker: what
// `bnnc run` executes is the code that users get.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_HOSTMODEL_H
#define BNN_TARGET_HOSTMODEL_H

#include "bnn/Target/ObjectEmitter.h"

namespace llvm::orc {
class LLJIT;
}

namespace bnn {

class HostModel {
public:
  ~HostModel();

  /// Loads `code`, made for `target`, which must run on this machine. Consumes the module.
  static std::unique_ptr<HostModel> load(LLVMModule code, const ModelSignature &signature,
                                         const TargetInfo &target, TargetInfo::ErrorFn error);

  /// The same for an object file that emitCode wrote for this signature and target.
  static std::unique_ptr<HostModel> loadObject(llvm::ArrayRef<char> object, const ModelSignature &signature,
                                               const TargetInfo &target, TargetInfo::ErrorFn error);

  const ModelSignature &signature() const { return sig; }
  size_t workspaceSize() const { return sizeFn(); }

  /// Calls NAME_run; arrays as in the signature, `workspace` as the C header says. May be called from
  /// several threads with separate outputs and workspaces.
  int run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs, void *workspace) const;

  /// The same with a workspace allocated for the call.
  int run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs) const;

private:
  HostModel() = default;

  ModelSignature sig;
  std::unique_ptr<llvm::orc::LLJIT> jit;
  int (*runFn)(const void *const *) = nullptr;
  size_t (*sizeFn)() = nullptr;
};

} // namespace bnn

#endif // BNN_TARGET_HOSTMODEL_H
