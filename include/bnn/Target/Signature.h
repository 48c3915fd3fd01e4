//===- Signature.h - What a compiled model takes and gives ------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C interface of a model, read from its entry function before lowering
// erases names and shapes. Every compiled model exports
//
//   size_t NAME_workspace_size(void);
//   int NAME_run(const T *input..., T *output..., void *workspace);
//
// with arrays in row-major order and ONNX's element types. NAME_run returns 0.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_SIGNATURE_H
#define BNN_TARGET_SIGNATURE_H

#include "bnn/Support/DType.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace bnn {

/// One argument or result.
struct ModelValue {
  std::string name;
  DType type;
  llvm::SmallVector<int64_t> shape;

  int64_t numElements() const { return *countElements(type, shape); }
  int64_t numBytes() const { return numElements() * byteSize(type); }
  /// `float32[1, 3, 8, 8]`
  std::string describe() const { return bnn::describe(type, shape); }
};

struct ModelSignature {
  /// Prefix of the exported functions, a C identifier.
  std::string name;
  llvm::SmallVector<ModelValue> inputs, outputs;

  std::string runSymbol() const { return name + "_run"; }
  std::string workspaceSizeSymbol() const { return name + "_workspace_size"; }
};

/// The one function with the attribute `bnn.entry`, or the only public function, which then gets it. Anything
/// else is an error on the module.
mlir::FailureOr<mlir::func::FuncOp> findEntry(mlir::ModuleOp module);

/// The signature of an entry function on statically shaped tensors; names come from the attributes
/// `bnn.name`. Emits an error for types that have no place in C.
mlir::FailureOr<ModelSignature> readSignature(mlir::func::FuncOp entry);

/// `name` as a C identifier: other characters become `_`, and an `m_` goes before a digit or a keyword.
std::string toIdentifier(llvm::StringRef name);

} // namespace bnn

#endif // BNN_TARGET_SIGNATURE_H
