//===- bnnc.cpp - The compiler driver -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace bnnc;

static constexpr llvm::StringLiteral usage =
    R"(bnnc compiles binary and low-bit neural networks to object files.

Usage: bnnc COMMAND [options]

  bnnc compile model.onnx -o model.o    make an object file and its C header
  bnnc run model.onnx inputs.npz        run a model on arrays, in this process
  bnnc inspect model.onnx               show layers, bits, sizes and kernels
  bnnc bench model.onnx                 measure time, in total and for each layer
  bnnc tune -o cpu.costs                measure kernels on this machine, for --cost-table
  bnnc verify model.onnx                compare the fast code with the reference, layer by layer
  bnnc sensitivity model.onnx --data=calib.npz  measure how much each layer suffers from few bits
  bnnc allocate table.json              choose the bits of each layer for a size or latency budget
  bnnc --version

'bnnc COMMAND --help' lists the options of a command.
)";

namespace {
struct Command {
  llvm::StringLiteral name;
  int (*main)(int, char **);
};
} // namespace

static constexpr Command commands[] = {
    {"allocate", allocateMain}, {"bench", benchMain},   {"compile", compileMain},
    {"inspect", inspectMain},   {"run", runMain},       {"sensitivity", sensitivityMain},
    {"tune", tuneMain},         {"verify", verifyMain},
};

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::StringRef first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h" || first == "-help" || first == "help") {
    llvm::outs() << usage;
    return 0;
  }
  if (first == "--version") {
    llvm::outs() << "bnnc " << BNN_VERSION << ", LLVM " << LLVM_VERSION_STRING << "\n";
    return 0;
  }
  for (const Command &command : commands)
    if (first == command.name) {
      std::string program = ("bnnc " + command.name).str();
      argv[1] = program.data();
      return command.main(argc - 1, argv + 1);
    }
  if (first.empty())
    return fail("no command given (see 'bnnc --help')");
  return fail("unknown command '" + first + "' (see 'bnnc --help')");
}
