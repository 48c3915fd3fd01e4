//===- Runner.h - Compiles, links and runs batches ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_FUZZ_RUNNER_H
#define BNN_TOOLS_FUZZ_RUNNER_H

#include "Compare.h"
#include "bnn/Kernels/DecomposeMode.h"

namespace bnn::fuzz {

/// A place where compiled programs run.
struct Target {
  /// As in `--targets`.
  std::string name;
  /// Arguments of TargetInfo::resolve.
  std::string triple, cpu;
  /// Command that compiles and links C, and the one that executables are started with.
  std::vector<std::string> compiler, launcher;
  /// Threads that share each loop, however little work it is.
  unsigned threads = 1;
  /// Which contractions the fast path decomposes.
  DecomposeMode decompose = DecomposeMode::Cost;
  /// Runs programs whose seed is `turn` modulo `share`.
  unsigned share = 1, turn = 0;

  bool runs(const Program &program) const { return program.seed % share == turn; }
};

/// The known targets that this machine can link for and run; the others are named in `missing`.
std::vector<Target> availableTargets(std::vector<std::string> &missing);

struct RunnerOptions {
  std::vector<Target> targets;
  /// Where sources, objects and executables go.
  std::string folder;
  unsigned jobs = 2;
  /// Programs are pairs of code types instead of random steps.
  bool pairs = false;
};

/// A program and how much of it is wanted.
struct Case {
  uint64_t seed;
  unsigned ops;
};

Program makeProgram(const RunnerOptions &options, const Case &c);

struct Failure {
  Case program;
  std::string target, message;
};

/// Runs all cases through the reference path and the fast path of every target. The program of case i is left
/// in `folder`/`name`.mlir with the messages of its compilation in `name`.log.
std::vector<Failure> runBatch(const RunnerOptions &options, llvm::ArrayRef<Case> cases);

/// Compiles one program in this process, by the reference path and for every target, and writes an object for
/// each that succeeds. Messages go to stderr, after a line with `reference` or the target's name.
void compileProgram(const Program &program, const RunnerOptions &options);

/// Path of the object of a program; `target` is "reference" or the name of a target.
std::string objectPath(const RunnerOptions &options, const Program &program, llvm::StringRef target);

} // namespace bnn::fuzz

#endif // BNN_TOOLS_FUZZ_RUNNER_H
