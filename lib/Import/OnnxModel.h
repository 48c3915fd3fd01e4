//===- OnnxModel.h - Reads ONNX files ----------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only the wire format of Debian's libonnx is used: its classes are of 1.12,
// newer fields pass through as unknown and newer element types as numbers.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_ONNXMODEL_H
#define BNN_LIB_IMPORT_ONNXMODEL_H

#include "HostTensor.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <onnx/onnx_pb.h>

namespace bnn::frontend {

class OnnxModel {
public:
  /// Parses `bytes`; external data may lie in `folder` (none if it is empty).
  static llvm::Expected<std::unique_ptr<OnnxModel>> parse(llvm::StringRef bytes, bool isText,
                                                          llvm::StringRef folder);

  const onnx::GraphProto &getGraph() const { return proto.graph(); }
  const onnx::ModelProto &getProto() const { return proto; }
  /// Version of an operator set that the model imports, 0 if it does not.
  int64_t getOpset(llvm::StringRef domain) const { return opsets.lookup(domain); }

  /// The elements of a constant, from wherever the model keeps them.
  llvm::Expected<HostTensor> decode(const onnx::TensorProto &tensor);

private:
  llvm::Expected<llvm::StringRef> readExternal(const onnx::TensorProto &tensor, uint64_t wanted);
  llvm::Expected<llvm::StringRef> openDataFile(llvm::StringRef location);

  onnx::ModelProto proto;
  std::string folder;
  llvm::StringMap<int64_t> opsets;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> dataFiles;
};

/// "ai.onnx" is another name of the default domain "".
inline llvm::StringRef canonicalDomain(llvm::StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_ONNXMODEL_H
