//===- Bench.cpp - bnnc bench ---------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Bench.h"
#include "bnn/Support/AtomicFile.h"

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

int bnnc::benchMain(int argc, char **argv) {
  struct Options : ModelOptions {
    cl::list<std::string> files{cl::Positional, cl::desc("[inputs.npz | a.npy b.npy ...]"),
                                cl::cat(category())};
    cl::opt<unsigned> warmup{"warmup", cl::desc("Runs before measuring (default: 5)"), cl::value_desc("N"),
                             cl::init(5), cl::cat(category())};
    cl::opt<unsigned> runs{"runs", cl::desc("Runs to measure (default: as many as take --seconds)"),
                           cl::value_desc("N"), cl::init(0), cl::cat(category())};
    cl::opt<double> seconds{"seconds", cl::desc("How long to measure (default: 2)"), cl::value_desc("S"),
                            cl::init(2), cl::cat(category())};
    cl::opt<uint64_t> seed{"seed",
                           cl::desc("Seed of random inputs, used where no arrays are given (default: 1)"),
                           cl::init(1), cl::cat(category())};
    cl::opt<bool> json{"json", cl::desc("Print JSON instead of a table"), cl::cat(category())};
    cl::opt<std::string> output{"o", cl::desc("Output file (default: standard output)"),
                                cl::value_desc("file"), cl::init("-"), cl::cat(category())};
  } options;
  parseArguments(argc, argv,
                 "Measures how long one run of a model takes on this machine, in total and for each layer.\n"
                 "Layers are measured in a second copy of the code, with clocks between them.\n");
  if (options.reference)
    return fail("the reference code is not meant to be fast; leave --reference out");
  if (!(options.seconds >= 0 && options.seconds <= 3600))
    return fail("--seconds: give 0 to 3600");
  std::unique_ptr<LoadedModel> loaded = load(options, "bench", /*runs=*/true);
  if (!loaded)
    return 1;
  std::string error;
  std::optional<std::vector<NpyArray>> inputs =
      readOrMakeInputs(*loaded->module, options.files, options.seed, error);
  if (!inputs)
    return loaded->fail(error);
  BenchOptions bench;
  bench.warmup = options.warmup;
  bench.runs = options.runs;
  bench.seconds = options.seconds;
  FailureOr<BenchReport> report = benchModel(*loaded->module, loaded->compileOptions, bench, *inputs);
  if (failed(report))
    return loaded->fail("the compilation failed");
  loaded->compileOptions.onStage("");
  std::string text;
  llvm::raw_string_ostream stream(text);
  options.json ? printJson(*report, stream) : printText(*report, stream);
  if (llvm::Error failed = writeFileAtomically(options.output, text))
    return fail(llvm::toString(std::move(failed)));
  return 0;
}
