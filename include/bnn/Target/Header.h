//===- Header.h - The C header of a compiled model --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_HEADER_H
#define BNN_TARGET_HEADER_H

#include "bnn/Target/Signature.h"
#include "bnn/Target/TargetInfo.h"

#include <optional>

namespace llvm {
class raw_ostream;
}

namespace bnn {

/// Writes a header that C99 and C++ accept, with names, shapes and element types of all arrays in comments.
/// `workspaceSize` is the result of NAME_workspace_size, where it is known;
/// `allocates` says that the code calls malloc, as the reference path's does; code for several `threads`
/// needs OpenMP's runtime library.
void writeHeader(llvm::raw_ostream &os, const ModelSignature &signature, const TargetInfo &target,
                 std::optional<uint64_t> workspaceSize, bool allocates = false, unsigned threads = 1);

} // namespace bnn

#endif // BNN_TARGET_HEADER_H
