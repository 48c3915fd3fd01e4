//===- Compare.h - Do two records agree? -------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_FUZZ_COMPARE_H
#define BNN_TOOLS_FUZZ_COMPARE_H

#include "Harness.h"

namespace bnn::fuzz {

/// The calls of one program, in the order of the input sets: faults and output bytes.
struct Record {
  uint32_t faults = 0;
  std::string outputs;
};

/// Splits what a harness wrote for `batch` into `records` by program. Returns the index of the first program
/// from `start` on without all of its records, which did not finish, or batch.size().
size_t readRecords(llvm::StringRef bytes, llvm::ArrayRef<Program> batch, size_t start,
                   std::vector<std::vector<Record>> &records);

/// Compares calls of one program by the fast path with those by the reference path. Integers and exact floats
/// agree if they have the same bits or are both NaN. Close floats agree if they differ by at most 1e-4 of the
/// largest finite magnitude in the reference's output (at least 1), or are the same infinity or both NaN.
/// Empty if all agree, else one sentence.
std::string compareRecords(const Program &program, llvm::ArrayRef<Record> reference,
                           llvm::ArrayRef<Record> fast);

} // namespace bnn::fuzz

#endif // BNN_TOOLS_FUZZ_COMPARE_H
