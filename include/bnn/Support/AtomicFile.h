//===- AtomicFile.h - Output files that appear whole or not -----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_SUPPORT_ATOMICFILE_H
#define BNN_SUPPORT_ATOMICFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <string>
#include <vector>

namespace bnn {

/// A set of files that is written together: `add` writes each to a temporary file in its folder, `commit`
/// renames them all. Without `commit`, or when it fails, nothing that existed before is changed. `-` is the
/// standard output; pipes and devices are written to directly by `commit`.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Errors begin with the path.
  llvm::Error add(llvm::StringRef path, llvm::ArrayRef<char> contents);
  llvm::Error commit();

private:
  struct Pending {
    std::string path;
    llvm::sys::fs::TempFile file;
  };
  struct Direct {
    std::string path, contents;
  };
  std::vector<Pending> pending;
  std::vector<Direct> direct;
};

/// One file.
llvm::Error writeFileAtomically(llvm::StringRef path, llvm::ArrayRef<char> contents);

} // namespace bnn

#endif // BNN_SUPPORT_ATOMICFILE_H
