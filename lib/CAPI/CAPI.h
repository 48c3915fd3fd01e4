//===- CAPI.h - What the files of the C API share ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_CAPI_CAPI_H
#define BNN_LIB_CAPI_CAPI_H

#include "Handles.h"

#include "bnn/Driver/Compiler.h"
#include "bnn/Support/Npy.h"
#include "bnn/Target/HostModel.h"
#include "bnn/Target/ModelFile.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/Twine.h"

namespace bnn::capi {

/// MLIR's context; whoever works on its modules holds the mutex.
struct Context {
  Context();

  std::mutex mutex;
  mlir::MLIRContext mlir;
};

/// Keeps its context alive.
struct Module {
  ~Module();

  std::shared_ptr<Context> context;
  mlir::OwningOpRef<mlir::ModuleOp> op;
};

struct Artifact {
  std::mutex mutex; // of the annotations
  ModelFile file;
  /// The optimized LLVM IR as bitcode; empty for an artifact that was read from a file.
  llvm::SmallVector<char, 0> bitcode;
  bool allocates = false;
};

/// Loaded machine code, and workspaces that earlier calls left.
struct Model {
  /// Runs on `workspace`, or on one of its own.
  int run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs, void *workspace);

  std::unique_ptr<HostModel> code;

private:
  std::mutex mutex;
  std::vector<std::unique_ptr<uint8_t[]>> workspaces;
};

/// A copy for the caller to free.
char *copyText(llvm::StringRef text);
bnn_buffer copyBytes(llvm::ArrayRef<char> bytes);

/// Writes `message` to `*error`, if there is one, and gives `status`.
bnn_status fail(char **error, bnn_status status, const llvm::Twine &message);

/// The object behind a handle, or null after writing an error.
template <typename T>
std::shared_ptr<T> find(typename HandleOf<T>::Type handle, char **error) {
  std::shared_ptr<T> object = HandleTable<T>::get().find(handle);
  if (!object)
    fail(error, BNN_INVALID_HANDLE,
         llvm::Twine("the ") + HandleOf<T>::name + " handle is " +
             (handle ? "not alive: it was destroyed, or is no " : "NULL, and must be a ") +
             HandleOf<T>::name + (handle ? " at all" : ""));
  return object;
}

/// Calls `work`, which gives false after diagnostics of the context or after writing to the text given; both
/// become the error. The context is locked meanwhile.
bnn_status withDiagnostics(Context &context, char **error,
                           llvm::function_ref<bool(std::string &message)> work);

/// Checks arrays against what the model has, naming the first that does not fit. `what` is `input` or
/// `output`.
llvm::Error checkTensors(llvm::ArrayRef<ModelValue> values, const bnn_tensor *tensors, size_t count,
                         llvm::StringRef what);

/// A copy of an array of any type and shape. Errors begin with `what`.
llvm::Expected<NpyArray> readTensor(const bnn_tensor &tensor, const llvm::Twine &what);

/// Where the elements of a checked array begin.
inline char *dataOf(const bnn_tensor &tensor) {
  return static_cast<char *>(tensor.data) + tensor.byte_offset;
}

/// Reads options that a program compiled against any version of the header may have passed.
std::optional<CompileOptions> readOptions(const bnn_compile_options *options, std::string &message);

} // namespace bnn::capi

#endif // BNN_LIB_CAPI_CAPI_H
