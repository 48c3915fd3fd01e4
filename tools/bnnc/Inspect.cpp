//===- Inspect.cpp - bnnc inspect -----------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Inspect.h"
#include "bnn/Support/AtomicFile.h"

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

int bnnc::inspectMain(int argc, char **argv) {
  struct Options : ModelOptions {
    cl::opt<bool> json{"json", cl::desc("Print JSON instead of a table"), cl::cat(category())};
    cl::opt<std::string> output{"o", cl::desc("Output file (default: standard output)"),
                                cl::value_desc("file"), cl::init("-"), cl::cat(category())};
  } options;
  parseArguments(argc, argv,
                 "Shows the layers of a compiled model: shapes, bits, work, sizes and kernels.\n");
  if (options.reference)
    return fail("the reference code has no kernels to inspect");
  std::unique_ptr<LoadedModel> loaded = load(options, "inspect");
  if (!loaded)
    return 1;
  FailureOr<ModelReport> report = inspectModel(*loaded->module, loaded->compileOptions);
  if (failed(report))
    return loaded->fail("the compilation failed");
  loaded->compileOptions.onStage("");
  std::string text;
  llvm::raw_string_ostream stream(text);
  options.json ? printJson(*report, stream) : printText(*report, stream);
  if (llvm::Error error = writeFileAtomically(options.output, text))
    return fail(llvm::toString(std::move(error)));
  return 0;
}
