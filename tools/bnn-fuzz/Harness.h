//===- Harness.h - The C program that runs a batch ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_FUZZ_HARNESS_H
#define BNN_TOOLS_FUZZ_HARNESS_H

#include "Generator.h"

namespace bnn::fuzz {

/// Input sets that each program is run on: two of ordinary numbers, one of small halves (ties and zeros), one
/// with NaN, infinities, denormals and huge numbers.
constexpr unsigned numInputSets = 4;

/// What the harness found out about a call by itself.
enum CallFault : uint32_t {
  ReturnedNonZero = 1,
  WroteBeyondOutput = 2,
  WroteBeyondWorkspace = 4,
  ChangedInput = 8,
  DependsOnWorkspace = 16
};

/// C source of a program that runs every program of the batch, from the one whose index is its argument, and
/// writes a record for each call to stdout: index of the program, of the input set, faults (u32 each), then
/// the outputs.
std::string harnessSource(llvm::ArrayRef<Program> batch);

/// Bytes of the outputs in one record.
size_t outputBytes(const Program &program);

} // namespace bnn::fuzz

#endif // BNN_TOOLS_FUZZ_HARNESS_H
