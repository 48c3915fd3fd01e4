//===- Compile.cpp - One program to objects -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Random.h"
#include "Runner.h"
#include "bnn/Driver/Compiler.h"
#include "bnn/InitAll.h"
#include "bnn/Kernels/Strategy.h"
#include "bnn/Support/AtomicFile.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/Path.h"

using namespace bnn;
using namespace bnn::fuzz;
using namespace mlir;

std::string bnn::fuzz::objectPath(const RunnerOptions &options, const Program &program, StringRef target) {
  SmallString<128> path(options.folder);
  llvm::sys::path::append(path, program.name + "." + target.str() + ".o");
  return path.str().str();
}

static void report(const Twine &message) { llvm::errs() << "error: " << message << "\n"; }

/// Half of the contractions get any strategy that can compute them instead of the cheapest, so that all are
/// drawn whatever the cost model says.
static void drawKernels(ModuleOp module, const TargetInfo &target, uint64_t seed) {
  Random random(seed);
  module.walk([&](ContractionOpInterface op) {
    if (op.getAccumulator().getType().getRank() > 4 || random.chance(50))
      return;
    SmallVector<StringRef> names;
    for (const std::unique_ptr<Strategy> &strategy : getStrategies()) {
      std::string reason;
      if (strategy->matches(op, target, reason))
        names.push_back(strategy->getName());
    }
    op->setAttr("kernel", StringAttr::get(module.getContext(), random.pick(ArrayRef<StringRef>(names))));
  });
}

static bool compileFor(MLIRContext &context, const Program &program, const RunnerOptions &options,
                       const Target &fuzzed, bool reference = false) {
  FailureOr<TargetInfo> target = TargetInfo::resolve(fuzzed.triple, fuzzed.cpu, "", report);
  if (failed(target))
    return false;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(program.text, &context, program.name + ".mlir");
  if (!module)
    return false;
  // What names a kernel is not decomposed.
  if (!reference && fuzzed.decompose != DecomposeMode::All)
    drawKernels(*module, *target, program.seed);
  CompileOptions compile;
  compile.target = *target;
  compile.name = program.name;
  compile.reference = reference;
  compile.decompose = fuzzed.decompose;
  compile.threads = fuzzed.threads;
  compile.minParallelWork = 1;
  FailureOr<CompiledModel> model = compileModel(*module, compile);
  SmallVector<char, 0> object;
  if (failed(model) || failed(emitCode(model->code, *target, EmitKind::Object, "", object, report)))
    return false;
  if (llvm::Error error = writeFileAtomically(objectPath(options, program, fuzzed.name),
                                              StringRef(object.data(), object.size()))) {
    report(llvm::toString(std::move(error)));
    return false;
  }
  return true;
}

void bnn::fuzz::compileProgram(const Program &program, const RunnerOptions &options) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  llvm::errs() << "reference\n";
  if (!compileFor(context, program, options, {"reference", "native", "", {}, {}}, /*reference=*/true))
    return;
  for (const Target &target : options.targets) {
    if (!target.runs(program))
      continue;
    llvm::errs() << target.name << "\n";
    compileFor(context, program, options, target);
  }
}
