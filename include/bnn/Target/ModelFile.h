//===- ModelFile.h - A compiled model in one file ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object file names its functions but not the arrays they take. A model file
// has both, and can be loaded and called with nothing else:
//
//   8 bytes  "BNNMODEL"
//   u32      version of this format, 1
//   u32      CRC-32 of all that follows
//   u64      bytes of the description
//   u64      bytes of the object
//            description, JSON: compiler, signature, target, workspace, annotations
//            object, as emitCode writes it
//
// Numbers are little-endian. The description is checked as untrusted input; the
// object is machine code, and as trustworthy as whoever made it.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_MODELFILE_H
#define BNN_TARGET_MODELFILE_H

#include "bnn/Target/Signature.h"
#include "bnn/Target/TargetInfo.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bnn {

/// Names, element types and shapes: {"name": ..., "inputs": [...], "outputs": [...]}.
llvm::json::Object toJson(const ModelSignature &signature);

struct ModelFile {
  ModelSignature signature;
  TargetInfo target = TargetInfo::baseline();
  /// Bytes, where it is a constant.
  std::optional<uint64_t> workspaceSize;
  /// Texts of the user's under keys of the user's.
  std::map<std::string, std::string> annotations;
  /// The ELF object.
  std::vector<char> object;

  /// All but the object, as the file holds it.
  llvm::json::Object describe() const;

  void write(llvm::SmallVectorImpl<char> &out) const;

  /// Reads the bytes of a file. Errors say what is wrong with it, without its name.
  static llvm::Expected<ModelFile> parse(llvm::ArrayRef<char> bytes);
};

} // namespace bnn

#endif // BNN_TARGET_MODELFILE_H
