//===- WorkspacePlan.h - Offsets for buffers in one workspace ---*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static memory planning: buffers with known sizes and lifetimes get offsets in
// one block of memory, such that no two that live at the same time overlap.
// The problem is NP-hard; greedy placement comes within a few percent of the
// lower bound on networks. Sources: none, the algorithm is textbook best fit.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_WORKSPACEPLAN_H
#define BNN_TARGET_WORKSPACEPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace bnn {

/// On the argument of an entry function that is its workspace, and on the function with the workspace's
/// bytes.
constexpr llvm::StringLiteral kWorkspace = "bnn.workspace", kWorkspaceSize = "bnn.workspace_size";

/// A buffer of `size` bytes that is live from time `first` to time `last`, both included.
struct PlannedBuffer {
  int64_t size = 0;
  int64_t first = 0;
  int64_t last = 0;
};

struct WorkspacePlan {
  /// Byte offset of each buffer, a multiple of the alignment.
  llvm::SmallVector<int64_t> offsets;
  /// Bytes of the whole workspace, a multiple of the alignment.
  int64_t size = 0;
  /// No plan can be smaller: the most bytes (rounded up to the alignment) live at one time.
  int64_t lowerBound = 0;
};

/// Plans `buffers`: the smallest of the plans that placing them by size, by lifetime and by area gives, each
/// buffer in the tightest gap that it fits. Quadratic in the number of buffers. `alignment` > 0.
WorkspacePlan planWorkspace(llvm::ArrayRef<PlannedBuffer> buffers, int64_t alignment);

} // namespace bnn

#endif // BNN_TARGET_WORKSPACEPLAN_H
