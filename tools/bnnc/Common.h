//===- Common.h - What bnnc's subcommands share -----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Subcommands only read arguments: the work is in lib/Driver. Each has options
// of its own, registered when it starts, so that MLIR's --mlir-* options, which
// know no subcommands, work with all of them.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_BNNC_COMMON_H
#define BNN_TOOLS_BNNC_COMMON_H

#include "bnn/Driver/Compiler.h"
#include "bnn/Driver/Diagnostics.h"
#include "bnn/Support/Npy.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"

#include <memory>

namespace bnnc {

/// Prints `bnnc: error: MESSAGE`; gives the exit code 1.
int fail(const llvm::Twine &message);

/// All of a subcommand's options are in this category: --help shows it alone.
llvm::cl::OptionCategory &category();

/// Reads the arguments of a subcommand, `argv[0]` being `bnnc NAME`. On bad usage prints what is wrong and
/// exits with code 1.
void parseArguments(int argc, char **argv, llvm::StringRef overview);

/// Options of every subcommand that compiles a model.
struct ModelOptions {
  llvm::cl::opt<std::string> model;
  llvm::cl::opt<std::string> target, cpu, features, costTable, name, dumpDir;
  llvm::cl::opt<bnn::DecomposeMode> decompose;
  llvm::cl::opt<std::string> optimize;
  llvm::cl::list<std::string> inputShapes;
  llvm::cl::opt<bool> reference, integerOnly, fma, verbose;
  llvm::cl::opt<unsigned> threads;

  ModelOptions();

  /// Turns the options into those of the library, or prints an error.
  std::optional<bnn::CompileOptions> read(bnn::InputShapes &shapes);

private:
  std::shared_ptr<struct Progress> progress;
};

/// A context with everything registered, printing diagnostics to standard error.
struct Session {
  explicit Session(bool verbose);

  mlir::MLIRContext context;
  bnn::DiagnosticPrinter diagnostics;
};

/// The model that the options name, with what it is compiled by.
struct LoadedModel {
  explicit LoadedModel(const ModelOptions &options) : session(options.verbose) {}

  /// Exit code 1, after `message` if no diagnostic has said what is wrong.
  int fail(const llvm::Twine &message) const;

  Session session;
  bnn::CompileOptions compileOptions;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Reads the options of `bnnc SUBCOMMAND` and imports the model, or prints what is wrong. With `runs` the
/// code must run on this machine.
std::unique_ptr<LoadedModel> load(ModelOptions &options, llvm::StringRef subcommand, bool runs = false);

/// The arrays in `files` as inputs of the module's entry function, or random ones where there are none.
/// Nothing after a diagnostic, or with what is wrong in `error`.
std::optional<std::vector<bnn::NpyArray>>
readOrMakeInputs(mlir::ModuleOp module, llvm::ArrayRef<std::string> files, uint64_t seed, std::string &error);

int allocateMain(int argc, char **argv);
int benchMain(int argc, char **argv);
int compileMain(int argc, char **argv);
int inspectMain(int argc, char **argv);
int runMain(int argc, char **argv);
int sensitivityMain(int argc, char **argv);
int tuneMain(int argc, char **argv);
int verifyMain(int argc, char **argv);

} // namespace bnnc

#endif // BNN_TOOLS_BNNC_COMMON_H
