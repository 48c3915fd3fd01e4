//===- Compiler.cpp - From a model to machine code ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pass manager runs all stages, so that --mlir-timing and its relatives see
// the whole compilation; a marker pass after each stage writes the dumps.
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Compiler.h"

#include "bnn/Kernels/CostModel.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Pipelines/Pipelines.h"
#include "bnn/Support/AtomicFile.h"

#include "mlir/IR/AsmState.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;

static LogicalResult dump(ModuleOp module, StringRef folder, unsigned number, StringRef stage) {
  if (folder.empty())
    return success();
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return emitError(UnknownLoc::get(module.getContext()))
           << "cannot create the folder '" << folder << "': " << code.message();
  SmallString<128> path(folder);
  llvm::sys::path::append(path, llvm::formatv("{0,0+2}-{1}.mlir", number, stage).str());
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, OpPrintingFlags().enableDebugInfo(true, /*prettyForm=*/false));
  if (llvm::Error error = writeFileAtomically(path, text))
    return emitError(UnknownLoc::get(module.getContext())) << llvm::toString(std::move(error));
  return success();
}

namespace {

/// Changes nothing. Dumps the stage that ends here and announces the next.
struct StageMarker : PassWrapper<StageMarker, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StageMarker)

  StageMarker(const CompileOptions &options, unsigned number, StringRef stage, StringRef next)
      : options(&options), number(number), stage(stage), next(next) {}

  StringRef getName() const override { return "StageMarker"; }

  void runOnOperation() override {
    if (failed(dump(getOperation(), options->dumpFolder, number, stage)))
      return signalPassFailure();
    if (options->onStage && !next.empty())
      options->onStage(next);
    markAllAnalysesPreserved();
  }

  const CompileOptions *options;
  unsigned number;
  StringRef stage, next;
};

struct StagePasses {
  StringLiteral name;
  std::function<void(OpPassManager &)> build;
};

} // namespace

static std::vector<StagePasses> stagesFor(const CompileOptions &options, Stage until) {
  std::vector<StagePasses> stages;
  if (!options.optimized)
    stages.push_back({"optimize", [integerOnly = options.integerOnly](OpPassManager &pm) {
                        OptimizeOptions optimize;
                        optimize.integerOnly = integerOnly;
                        buildOptimizePipeline(pm, optimize);
                      }});
  if (until == Stage::Optimized)
    return stages;
  if (options.reference) {
    // The float graph as it was imported is the specification, but not of integers that stand in for it.
    if (!options.integerOnly)
      stages.clear();
    stages.push_back({"reference", [](OpPassManager &pm) { buildReferencePipeline(pm); }});
    return stages;
  }
  stages.push_back({"kernels", [&options](OpPassManager &pm) {
                      KernelOptions kernels;
                      kernels.decompose = options.decompose;
                      kernels.prefer = options.preferredKernels;
                      kernels.optimizeSize = options.optimizeSize;
                      buildKernelPipeline(pm, kernels);
                    }});
  stages.push_back({"llvm", [&options](OpPassManager &pm) {
                      CodegenOptions codegen;
                      codegen.fma = options.fma;
                      codegen.threads = options.threads;
                      codegen.minParallelWork = options.minParallelWork;
                      codegen.timeLayers = options.timeLayers;
                      buildCodegenPipeline(pm, codegen);
                    }});
  return stages;
}

llvm::Expected<std::string> bnn::readCostTable(StringRef path, const TargetInfo &target) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  llvm::Expected<CostTable> table = CostTable::parse((*buffer)->getBuffer(), path);
  if (!table)
    return table.takeError();
  if (llvm::Error error = table->check(target, path))
    return error;
  return (*buffer)->getBuffer().str();
}

FailureOr<ModelSignature> bnn::lowerModel(ModuleOp module, const CompileOptions &options, Stage until) {
  FailureOr<func::FuncOp> entry = findEntry(module);
  if (failed(entry))
    return failure();
  std::string name = toIdentifier(options.name.empty() ? entry->getName() : StringRef(options.name));
  if (name != entry->getName()) {
    if (module.lookupSymbol(name))
      return module.emitError() << "the name '" << name << "' is taken by another symbol of the module";
    if (failed(SymbolTable::replaceAllSymbolUses(*entry, StringAttr::get(module.getContext(), name), module)))
      return entry->emitError() << "cannot be renamed to '" << name << "'";
    entry->setName(name);
  }
  FailureOr<ModelSignature> signature = readSignature(*entry);
  if (failed(signature))
    return failure();
  options.target.attach(module);
  if (!options.costTable.empty())
    module->setAttr(CostModel::getAttrName(), StringAttr::get(module.getContext(), options.costTable));

  std::vector<StagePasses> stages = stagesFor(options, until);
  if (failed(dump(module, options.dumpFolder, 0, "import")))
    return failure();
  PassManager pm(module.getContext());
  if (options.configure && failed(options.configure(pm)))
    return failure();
  for (unsigned i = 0, e = stages.size(); i < e; ++i) {
    stages[i].build(pm);
    StringRef next = i + 1 < e ? StringRef(stages[i + 1].name) : "";
    pm.addPass(std::make_unique<StageMarker>(options, i + 1, stages[i].name, next));
  }
  if (options.onStage && !stages.empty())
    options.onStage(stages.front().name);
  if (failed(pm.run(module)))
    return failure();
  return signature;
}

FailureOr<CompiledModel> bnn::compileModel(ModuleOp module, const CompileOptions &options) {
  CompiledModel model;
  FailureOr<ModelSignature> signature = lowerModel(module, options);
  if (failed(signature))
    return failure();
  if (options.onStage)
    options.onStage("machine code");
  model.signature = std::move(*signature);
  if (auto layers = module->getAttrOfType<ArrayAttr>("bnn.layers")) {
    model.layers =
        llvm::map_to_vector(layers, [](Attribute layer) { return Location(cast<LocationAttr>(layer)); });
    model.signature.outputs.push_back({"layer_times", DType::I64, {int64_t(layers.size()) + 1}});
  }
  // Loops over unpacked values gain little from what LLVM's heavier passes cost to run.
  unsigned optLevel = options.reference ? 1 : 3;
  FailureOr<LLVMModule> code = translateAndOptimize(module, model.signature, options.target, optLevel);
  if (failed(code))
    return failure();
  model.code = std::move(*code);
  model.code.allocates = options.reference;
  model.code.usesThreads = options.threads > 1 && !options.reference;
  model.workspaceSize = readWorkspaceSize(*model.code.module, model.signature);
  return model;
}
