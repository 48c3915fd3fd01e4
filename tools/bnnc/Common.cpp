//===- Common.cpp - What bnnc's subcommands share -------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Execute.h"
#include "bnn/InitAll.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"

#include <chrono>

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

int bnnc::fail(const Twine &message) {
  llvm::errs() << "bnnc: error: " << message << "\n";
  return 1;
}

cl::OptionCategory &bnnc::category() {
  static cl::OptionCategory options("Options");
  return options;
}

void bnnc::parseArguments(int argc, char **argv, StringRef overview) {
  bnn::registerAllPasses(); // --mlir-print-ir-after and its relatives name passes
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  registerPassManagerCLOptions();
  registerDefaultTimingManagerCLOptions();
  cl::HideUnrelatedOptions(category());
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (name.starts_with("mlir-"))
      option->setHiddenFlag(cl::Hidden); // in --help-hidden, unlike LLVM's hundreds
  std::string errors;
  llvm::raw_string_ostream stream(errors);
  if (cl::ParseCommandLineOptions(argc, argv, overview, &stream))
    return;
  // LLVM begins each line with the program's name.
  StringRef rest(errors);
  std::string prefix = (Twine(argv[0]) + ": ").str();
  bool first = true;
  while (!rest.empty()) {
    auto [line, next] = rest.split('\n');
    line.consume_front(prefix);
    if (!line.empty())
      llvm::errs() << "bnnc: " << (first ? "error" : "note") << ": " << line << "\n";
    first = false;
    rest = next;
  }
  std::exit(1);
}

/// Stages as they begin: a line each with times with -v, a line that is overwritten on a terminal.
struct bnnc::Progress {
  using Clock = std::chrono::steady_clock;

  explicit Progress(bool verbose)
      : verbose(verbose), terminal(llvm::sys::Process::StandardErrIsDisplayed()) {}
  ~Progress() { finish(); }

  void start(StringRef stage) {
    finish();
    name = stage.str();
    begin = Clock::now();
    if (!verbose && terminal)
      llvm::errs() << "bnnc: " << name << "...\r";
  }

  void finish() {
    if (name.empty())
      return;
    if (verbose) {
      double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      llvm::errs() << "bnnc: " << name << ": " << llvm::format("%.2f s", seconds) << "\n";
    } else if (terminal) {
      llvm::errs() << std::string(name.size() + 9, ' ') << "\r";
    }
    name.clear();
  }

  bool verbose, terminal;
  std::string name;
  Clock::time_point begin;
};

/// Takes a name from one of LLVM's own options, which are registered in every program and mean nothing here.
static StringRef takeName(StringRef name) {
  auto &registered = cl::getRegisteredOptions();
  if (auto found = registered.find(name); found != registered.end())
    found->second->removeArgument();
  return name;
}

ModelOptions::ModelOptions()
    : model(cl::Positional, cl::desc("model.onnx|model.mlir|-"), cl::init(""), cl::cat(category())),
      target("target", cl::desc("Machine to compile for: native, x86-64, aarch64, or an ELF triple"),
             cl::value_desc("name"), cl::init("native"), cl::cat(category())),
      cpu("cpu", cl::desc("CPU as LLVM names it; 'native' for this machine's"), cl::value_desc("name"),
          cl::cat(category())),
      features("features", cl::desc("CPU features to add and take away, such as +avx512vnni,-fma"),
               cl::value_desc("list"), cl::cat(category())),
      costTable("cost-table", cl::desc("Choose kernels by the costs in this file, which 'bnnc tune' made"),
                cl::value_desc("file"), cl::cat(category())),
      name("name", cl::desc("Prefix of the exported functions; the model's own name without it"),
           cl::value_desc("identifier"), cl::cat(category())),
      dumpDir("dump-dir", cl::desc("Write the IR after each stage into this folder"),
              cl::value_desc("folder"), cl::cat(category())),
      decompose("decompose", cl::desc("Compute layers of several bits as planes of one bit:"),
                cl::values(clEnumValN(DecomposeMode::Cost, "cost", "where that is estimated to be faster"),
                           clEnumValN(DecomposeMode::All, "all", "always"),
                           clEnumValN(DecomposeMode::Never, "never", "never")),
                cl::init(DecomposeMode::Cost), cl::cat(category())),
      optimize(
          "optimize",
          cl::desc("speed: weights lie in the object as kernels read them (default); size: they take the "
                   "bits that they need, one for binary ones, and each run lays them out"),
          cl::value_desc("speed|size"), cl::init("speed"), cl::cat(category())),
      inputShapes("input-shape", cl::desc("Shape of an input that the ONNX model leaves open"),
                  cl::value_desc("name=1x3x32x32"), cl::cat(category())),
      reference("reference", cl::desc("Use plain loops on unpacked values instead of kernels"),
                cl::cat(category())),
      integerOnly(
          "integer-only",
          cl::desc("Compute in integers between the first and the last quantized layer; an error names "
                   "what cannot be"),
          cl::cat(category())),
      fma("fma",
          cl::desc("Round multiply-adds of float reductions once where the CPU can: faster on some, but last "
                   "bits, and codes made of them, then depend on the CPU"),
          cl::cat(category())),
      verbose("v", cl::desc("Print stages, times and remarks"), cl::cat(category())),
      threads(
          takeName("threads"),
          cl::desc("Threads that share the work of one call (default: 1); above 1 the code needs OpenMP's "
                   "runtime library"),
          cl::value_desc("N"), cl::init(1), cl::cat(category())) {}

std::optional<CompileOptions> ModelOptions::read(InputShapes &shapes) {
  for (const std::string &text : inputShapes)
    if (llvm::Error error = addInputShape(text, shapes)) {
      fail(llvm::toString(std::move(error)));
      return std::nullopt;
    }
  FailureOr<TargetInfo> resolved =
      TargetInfo::resolve(target, cpu, features, [](const Twine &message) { fail(message); });
  if (failed(resolved))
    return std::nullopt;
  if (threads < 1 || threads > 1024) {
    fail("--threads=" + Twine(threads) + ": give 1 to 1024");
    return std::nullopt;
  }
  if (reference && threads > 1) {
    fail("--reference code runs on one thread; leave --threads out");
    return std::nullopt;
  }
  if (optimize != "speed" && optimize != "size") {
    fail("--optimize=" + optimize + ": give speed or size");
    return std::nullopt;
  }
  CompileOptions options;
  options.optimizeSize = optimize == "size";
  options.threads = threads;
  options.fma = fma;
  options.target = *resolved;
  if (!costTable.empty()) {
    llvm::Expected<std::string> table = readCostTable(costTable, options.target);
    if (!table) {
      fail(llvm::toString(table.takeError()));
      return std::nullopt;
    }
    options.costTable = std::move(*table);
  }
  options.name = name;
  options.reference = reference;
  options.decompose = decompose;
  options.integerOnly = integerOnly;
  options.dumpFolder = dumpDir;
  progress = std::make_shared<Progress>(verbose);
  options.onStage = [progress = progress](StringRef stage) { progress->start(stage); };
  options.configure = [](PassManager &pm) {
    applyDefaultTimingPassManagerCLOptions(pm);
    return applyPassManagerCLOptions(pm);
  };
  return options;
}

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  bnn::registerAllDialects(registry);
  return registry;
}

Session::Session(bool verbose)
    : context(makeRegistry()), diagnostics(&context, llvm::errs(), "bnnc:", verbose) {}

int LoadedModel::fail(const Twine &message) const {
  return session.diagnostics.sawError() ? 1 : bnnc::fail(message);
}

std::unique_ptr<LoadedModel> bnnc::load(ModelOptions &options, StringRef subcommand, bool runs) {
  if (options.model.empty()) {
    fail("no model given (see 'bnnc " + subcommand + " --help')");
    return nullptr;
  }
  InputShapes shapes;
  std::optional<CompileOptions> compileOptions = options.read(shapes);
  if (!compileOptions)
    return nullptr;
  const TargetInfo &target = compileOptions->target;
  if (runs && !target.runsOnHost()) {
    fail("code for " + target.triple().str() + " (" + target.cpu() + ") does not run on this machine");
    return nullptr;
  }
  auto loaded = std::make_unique<LoadedModel>(options);
  loaded->compileOptions = std::move(*compileOptions);
  loaded->compileOptions.onStage("import");
  loaded->module = loadModel(&loaded->session.context, options.model, shapes);
  return loaded->module ? std::move(loaded) : nullptr;
}

std::optional<std::vector<NpyArray>> bnnc::readOrMakeInputs(ModuleOp module, ArrayRef<std::string> files,
                                                            uint64_t seed, std::string &error) {
  FailureOr<func::FuncOp> entry = findEntry(module);
  FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
  if (failed(signature))
    return std::nullopt;
  if (files.empty())
    return randomInputs(*signature, seed);
  NpzArrays arrays;
  for (const std::string &file : files) {
    llvm::Expected<NpzArrays> read = readArrays(file);
    if (!read) {
      error = llvm::toString(read.takeError());
      return std::nullopt;
    }
    llvm::append_range(arrays, *read);
  }
  llvm::Expected<std::vector<NpyArray>> matched = matchInputs(*signature, std::move(arrays));
  if (!matched) {
    error = llvm::toString(matched.takeError());
    return std::nullopt;
  }
  return std::move(*matched);
}
