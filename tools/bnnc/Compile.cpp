//===- Compile.cpp - bnnc compile -----------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationOptions.h"
#include "Common.h"

#include "bnn/Dialect/BNN/Transforms/AllocateBits.h"
#include "bnn/Driver/Calibration.h"
#include "bnn/Support/AtomicFile.h"
#include "bnn/Target/Header.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

namespace {

enum class Emit { Object, Assembly, LLVM, MLIR, Library };

struct Options : ModelOptions, AllocationArguments {
  Options() : AllocationArguments("bit-choices") {}

  cl::opt<std::string> bitsFile{
      "bits",
      cl::desc("Quantize layers: an assignment of bits, or a table from which they are chosen for --budget "
               "(see 'bnnc allocate')"),
      cl::value_desc("table.json"), cl::cat(category())};
  cl::opt<std::string> data{
      "data",
      cl::desc("Calibration data for --bits: arrays named as the model's inputs, with any number of "
               "samples in the first dimension"),
      cl::value_desc("calib.npz"), cl::cat(category())};
  cl::opt<std::string> output{"o", cl::desc("Output file, '-' for standard output (default: model.o)"),
                              cl::value_desc("file"), cl::cat(category())};
  cl::opt<std::string> emitName{
      "emit",
      cl::desc("What to write: obj (object file and C header), lib (static library and "
               "C header), asm (assembly and C header), llvm (optimized LLVM IR) or "
               "mlir (the optimized network in the bnn dialect)"),
      cl::value_desc("kind"), cl::init("obj"), cl::cat(category())};
  cl::opt<bool> switchableBits{
      "switchable-bits",
      cl::desc(
          "Give the function one more input, the int32 'bits': weights of 8 bits are rounded to as many at "
          "every call"),
      cl::cat(category())};
  cl::opt<bool> listTargets{"list-targets", cl::desc("Print all targets and CPUs and stop"),
                            cl::cat(category())};

  /// False if --emit names nothing known.
  bool readEmit() {
    auto kind = llvm::StringSwitch<std::optional<Emit>>(emitName)
                    .Case("obj", Emit::Object)
                    .Case("lib", Emit::Library)
                    .Case("asm", Emit::Assembly)
                    .Case("llvm", Emit::LLVM)
                    .Case("mlir", Emit::MLIR)
                    .Default(std::nullopt);
    emit = kind.value_or(Emit::Object);
    return kind.has_value();
  }

  Emit emit = Emit::Object;

  StringRef extension() const {
    switch (emit) {
    case Emit::Object:
      return ".o";
    case Emit::Library:
      return ".a";
    case Emit::Assembly:
      return ".s";
    case Emit::LLVM:
      return ".ll";
    case Emit::MLIR:
      return ".mlir";
    }
    llvm_unreachable("all kinds are covered");
  }

  EmitKind kind() const {
    return emit == Emit::Library    ? EmitKind::Archive
           : emit == Emit::Assembly ? EmitKind::Assembly
           : emit == Emit::LLVM     ? EmitKind::LLVMIR
                                    : EmitKind::Object;
  }

  bool wantsHeader() const { return emit != Emit::LLVM && emit != Emit::MLIR; }
};

/// What is to be written to one path.
struct Output {
  std::string path;
  SmallVector<char, 0> contents;
};

} // namespace

static std::string withExtension(StringRef path, StringRef extension) {
  SmallString<128> result(path);
  llvm::sys::path::replace_extension(result, extension);
  return result.str().str();
}

/// The default output lies in the current folder.
static std::string outputPath(const Options &options) {
  if (!options.output.empty())
    return options.output;
  StringRef stem = options.model == "-" ? "model" : llvm::sys::path::stem(options.model);
  return (stem + options.extension()).str();
}

/// Everything that --emit asks for, or failure after a diagnostic.
static LogicalResult produce(ModuleOp module, const Options &options, const CompileOptions &compileOptions,
                             StringRef path, SmallVectorImpl<Output> &outputs) {
  Output &main = outputs.emplace_back(Output{path.str(), {}});
  if (options.emit == Emit::MLIR) {
    if (failed(lowerModel(module, compileOptions, Stage::Optimized)))
      return failure();
    llvm::raw_svector_ostream stream(main.contents);
    module.print(stream, OpPrintingFlags().enableDebugInfo(true, /*prettyForm=*/false));
    return success();
  }
  FailureOr<CompiledModel> model = compileModel(module, compileOptions);
  if (failed(model))
    return failure();
  // The header beside the object: a.o and a.h. Object files have no place for arguments' names.
  std::string member = model->signature.name + ".o";
  if (failed(emitCode(model->code, compileOptions.target, options.kind(), member, main.contents,
                      [&](const Twine &message) { emitError(module.getLoc()) << message; })))
    return failure();
  if (options.wantsHeader() && path != "-") {
    Output &header = outputs.emplace_back(Output{withExtension(path, ".h"), {}});
    llvm::raw_svector_ostream stream(header.contents);
    writeHeader(stream, model->signature, compileOptions.target, model->workspaceSize,
                compileOptions.reference, compileOptions.threads);
    if (header.path == path)
      return emitError(module.getLoc()) << "the output '" << path << "' has the name of the header";
  }
  return success();
}

/// Quantizes the imported module as --bits says. False after an error.
static bool applyBits(ModuleOp module, const Options &options, const CompileOptions &compileOptions) {
  auto report = [](llvm::Error error) {
    fail(llvm::toString(std::move(error)));
    return false;
  };
  llvm::Expected<AllocationOptions> allocation = options.AllocationArguments::read();
  if (!allocation)
    return report(allocation.takeError());
  llvm::Expected<BitAssignment> assignment = chooseAssignment(options.bitsFile, *allocation);
  if (!assignment)
    return report(assignment.takeError());
  FailureOr<func::FuncOp> entry = findEntry(module);
  FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
  if (failed(signature))
    return false;
  llvm::Expected<NpzArrays> arrays = readArrays(options.data);
  if (!arrays)
    return report(arrays.takeError());
  llvm::Expected<CalibrationData> data = matchCalibrationData(*signature, std::move(*arrays));
  if (!data)
    return report(llvm::createStringError(options.data + ": " + llvm::toString(data.takeError())));
  compileOptions.onStage("calibrate");
  return succeeded(calibrateAndQuantize(module, *assignment, *data, compileOptions));
}

int bnnc::compileMain(int argc, char **argv) {
  Options options;
  parseArguments(argc, argv,
                 "Compiles a model to an object file with the functions NAME_workspace_size and NAME_run,\n"
                 "and a C header that declares them. MLIR's --mlir-* options work as in bnn-opt.\n");
  if (options.listTargets) {
    TargetInfo::list(llvm::outs());
    return 0;
  }
  if (!options.readEmit())
    return fail("--emit=" + options.emitName + ": give obj, lib, asm, llvm or mlir");
  if (options.model.empty())
    return fail("no model given (see 'bnnc compile --help')");
  if (options.bitsFile.empty() != options.data.empty())
    return fail(options.data.empty() ? "--bits needs calibration data: --data=calib.npz"
                                     : "--data is for --bits, which is not given");
  if (options.bitsFile.empty() && !options.budgets.empty())
    return fail("--budget chooses from the table of --bits, which is not given");
  std::unique_ptr<LoadedModel> loaded = load(options, "compile");
  if (!loaded)
    return 1;
  ModuleOp module = *loaded->module;
  const CompileOptions &compileOptions = loaded->compileOptions;
  if (!options.bitsFile.empty() && !applyBits(module, options, compileOptions))
    return 1;
  if (options.switchableBits && failed(makeBitsSwitchable(module, compileOptions)))
    return loaded->fail("the compilation failed");
  SmallVector<Output, 2> outputs;
  if (failed(produce(module, options, compileOptions, outputPath(options), outputs)))
    return loaded->fail("the compilation failed");
  OutputFiles files;
  for (const Output &output : outputs)
    if (llvm::Error error = files.add(output.path, output.contents))
      return fail(llvm::toString(std::move(error)));
  if (llvm::Error error = files.commit())
    return fail(llvm::toString(std::move(error)));
  return 0;
}
