//===- Verify.cpp - bnnc verify -------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Verify.h"

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

static void print(const ValueComparison &value) {
  llvm::outs() << "  " << value.name << " (" << value.what << ", " << value.numElements << " elements): ";
  if (value.numDifferent) {
    llvm::outs() << value.numDifferent << " differ, the first at " << value.firstIndex << ": "
                 << llvm::format("%.9g, reference %.9g", value.fast, value.reference);
  } else if (value.maxError > 0) {
    llvm::outs() << "equal within " << llvm::format("%.1e", value.maxError);
  } else {
    llvm::outs() << "equal";
  }
  if (value.numTies)
    llvm::outs() << ", " << value.numTies << " ties";
  llvm::outs() << "\n";
}

int bnnc::verifyMain(int argc, char **argv) {
  struct Options : ModelOptions {
    cl::list<std::string> files{cl::Positional, cl::desc("[inputs.npz | a.npy b.npy ...]"),
                                cl::cat(category())};
    cl::opt<uint64_t> seed{"seed",
                           cl::desc("Seed of random inputs, used where no arrays are given (default: 1)"),
                           cl::init(1), cl::cat(category())};
  } options;
  parseArguments(
      argc, argv,
      "Compares the fast code of a model with the reference, layer by layer: integers bit for bit,\n"
      "floats within 1e-5 of max(1, |x|). Names the first layer that differs.\n");
  if (options.reference)
    return fail("--reference would compare the reference with itself");
  std::unique_ptr<LoadedModel> loaded = load(options, "verify");
  if (!loaded)
    return 1;
  std::string error;
  std::optional<std::vector<NpyArray>> inputs =
      readOrMakeInputs(*loaded->module, options.files, options.seed, error);
  if (!inputs)
    return loaded->fail(error);
  FailureOr<VerifyReport> report = verifyModel(*loaded->module, loaded->compileOptions, *inputs);
  if (failed(report))
    return loaded->fail("the compilation failed");
  loaded->compileOptions.onStage("");

  if (options.files.empty())
    llvm::outs() << "random inputs, seed " << options.seed << "\n";
  llvm::outs() << "layers, each from the reference's values:\n";
  for (const ValueComparison &layer : report->layers)
    print(layer);
  llvm::outs() << "the whole program:\n";
  for (const ValueComparison &output : report->outputs)
    print(output);
  if (!report->quantizers.empty())
    llvm::outs() << "the model as it was imported, each quantizer from the reference's values:\n";
  for (const ValueComparison &value : report->quantizers)
    print(value);
  llvm::outs().flush();
  if (const ValueComparison *layer = report->firstDifferent())
    return fail("the first layer that differs is " + layer->name);
  if (!report->passed())
    return fail("the outputs differ, though every layer by itself is equal");
  llvm::outs() << "verified: " << report->layers.size() << " values equal";
  if (int64_t ties = report->numTies())
    llvm::outs() << ", " << ties << " ties at thresholds of floats";
  llvm::outs() << "\n";
  return 0;
}
