//===- Sensitivity.cpp - bnnc sensitivity ---------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Sensitivity.h"
#include "bnn/Support/AtomicFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/xxhash.h"

#include <chrono>

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

namespace {

struct Options : ModelOptions {
  cl::opt<std::string> data{
      "data",
      cl::desc(
          "Calibration data: arrays named as the model's inputs, with any number of samples in the first "
          "dimension, and 'labels' (integers) if the loss is to be measured"),
      cl::value_desc("calib.npz"), cl::cat(category())};
  cl::opt<std::string> output{"o", cl::desc("The table, '-' for standard output (default: model.json)"),
                              cl::value_desc("table.json"), cl::cat(category())};
  cl::opt<std::string> bits{"bits", cl::desc("Bits of weights to try (default: 2,4,6,8)"),
                            cl::value_desc("1,2,4,8"), cl::init("2,4,6,8"), cl::cat(category())};
  cl::opt<std::string> activationBits{"activation-bits", cl::desc("Bits of activations to try (default: 8)"),
                                      cl::value_desc("4,8"), cl::init("8"), cl::cat(category())};
  cl::opt<std::string> objective{
      "objective",
      cl::desc(
          "What is called sensitivity: noise (power of the error of the outputs over that of the outputs, "
          "the default) or loss (increase of the cross-entropy, which needs labels)"),
      cl::value_desc("noise|loss"), cl::init("noise"), cl::cat(category())};
  cl::opt<bool> latency{"measure-latency",
                        cl::desc("Time every layer alone on this machine, as cost 'latency'"),
                        cl::cat(category())};
  cl::opt<std::string> costs{"costs", cl::desc("Another table whose costs are added, by layer and bits"),
                             cl::value_desc("table.json"), cl::cat(category())};
  cl::list<std::string> results{
      "results", cl::desc("Results of jobs that were run before, by --shard; may be given several times"),
      cl::value_desc("file.json"), cl::cat(category())};
  cl::opt<std::string> shard{
      "shard", cl::desc("Run only every COUNT-th job from INDEX on and write its results, for --results"),
      cl::value_desc("index/count"), cl::cat(category())};
};

/// Which jobs this process runs.
struct Shard {
  unsigned index = 0, count = 1;
};

/// A line on a terminal that is written over, and nothing elsewhere.
class JobProgress {
public:
  explicit JobProgress(size_t total) : total(total) {}
  ~JobProgress() {
    if (terminal)
      llvm::errs() << "\r\033[K";
  }

  void start(const SensitivityJob &job) {
    if (!terminal)
      return;
    double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    llvm::errs() << "\r\033[Kbnnc: job " << done + 1 << " of " << total << ": " << job.key();
    if (done)
      llvm::errs() << llvm::format(", about %.0f s left", elapsed / done * (total - done));
  }
  void finish() { ++done; }

private:
  size_t total, done = 0;
  bool terminal = llvm::sys::Process::StandardErrIsDisplayed();
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

} // namespace

static std::optional<Shard> parseShard(StringRef text) {
  Shard shard;
  if (text.empty())
    return shard;
  auto [index, count] = text.split('/');
  if (index.getAsInteger(10, shard.index) || count.getAsInteger(10, shard.count) || shard.count == 0 ||
      shard.index >= shard.count)
    return std::nullopt;
  return shard;
}

/// What results belong to: changed models, data or options give others.
static llvm::Expected<std::string> fingerprintOf(const Options &options) {
  std::string text =
      (options.latency ? options.target + "," + options.cpu + "," + options.features : std::string()) +
      (options.reference ? ",reference" : "");
  for (StringRef path : {StringRef(options.model), StringRef(options.data)}) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer)
      return llvm::createStringError(path + ": " + buffer.getError().message());
    text += "," + llvm::utohexstr(llvm::xxh3_64bits((*buffer)->getBuffer()));
  }
  for (StringRef shape : options.inputShapes)
    text += ("," + shape).str();
  return llvm::utohexstr(llvm::xxh3_64bits(text));
}

/// Runs what has no result yet, and keeps what is done in `partPath`, from which an interrupted run goes on.
static LogicalResult runJobs(const SensitivityAnalysis &analysis, Shard shard, StringRef partPath,
                             StringRef fingerprint, bool verbose, SensitivityResults &results) {
  std::vector<SensitivityJob> todo;
  for (auto [i, job] : llvm::enumerate(analysis.jobs()))
    if (i % shard.count == shard.index && !results.count(job.key()))
      todo.push_back(job);
  JobProgress progress(todo.size());
  for (const SensitivityJob &job : todo) {
    progress.start(job);
    FailureOr<SensitivityResult> result = analysis.evaluate(job);
    if (failed(result))
      return failure();
    progress.finish();
    results[job.key()] = *result;
    if (verbose)
      llvm::errs() << "bnnc: " << job.key() << ": " << llvm::format("%.1f dB\n", result->sqnr());
    if (partPath.empty())
      continue;
    if (llvm::Error error = writeFileAtomically(partPath, formatResults(results, fingerprint))) {
      fail(llvm::toString(std::move(error)));
      return failure();
    }
  }
  return success();
}

int bnnc::sensitivityMain(int argc, char **argv) {
  Options options;
  parseArguments(
      argc, argv,
      "Measures how much the outputs of a model suffer when one layer at a time is quantized, and\n"
      "writes the table that 'bnnc allocate' chooses bits from. An interrupted run goes on where it\n"
      "was when it is started again with the same arguments.\n");
  if (options.model.empty() || options.model == "-")
    return fail("no model file given (see 'bnnc sensitivity --help')");
  if (options.data.empty())
    return fail("no calibration data given: --data=calib.npz");
  if (options.objective != "noise" && options.objective != "loss")
    return fail("--objective=" + options.objective + ": give noise or loss");
  std::optional<Shard> shard = parseShard(options.shard);
  if (!shard)
    return fail("--shard=" + options.shard + ": give INDEX/COUNT, such as 0/4 to 3/4");
  SensitivityOptions sensitivity;
  sensitivity.measureLatency = options.latency;
  sensitivity.useLoss = options.objective == "loss";
  for (auto [text, list] : {std::pair(&options.bits, &sensitivity.weightBits),
                            std::pair(&options.activationBits, &sensitivity.activationBits)}) {
    llvm::Expected<llvm::SmallVector<unsigned>> bits = parseBitList(*text);
    if (!bits)
      return fail(llvm::toString(bits.takeError()));
    *list = std::move(*bits);
  }
  if (sensitivity.weightBits.empty() || sensitivity.activationBits.empty())
    return fail("there are no bits to try");
  InputShapes shapes;
  std::optional<CompileOptions> compileOptions = options.read(shapes);
  if (!compileOptions)
    return 1;
  if (!compileOptions->target.runsOnHost())
    return fail("code for " + compileOptions->target.triple().str() + " does not run on this machine");
  compileOptions->onStage("import");

  std::optional<AllocationTable> costs;
  if (!options.costs.empty()) {
    llvm::Expected<AllocationTable> table = readTable(options.costs);
    if (!table)
      return fail(llvm::toString(table.takeError()));
    costs = std::move(*table);
  }
  llvm::Expected<std::string> fingerprint = fingerprintOf(options);
  if (!fingerprint)
    return fail(llvm::toString(fingerprint.takeError()));
  std::string output = options.output;
  if (output.empty())
    output = (llvm::sys::path::stem(options.model) + ".json").str();
  // Shards keep their results in their output.
  bool isShard = !options.shard.empty();
  std::string partPath = output == "-" ? std::string() : isShard ? output : output + ".part";
  SensitivityResults results;
  std::vector<std::string> files(options.results.begin(), options.results.end());
  if (!partPath.empty() && llvm::sys::fs::exists(partPath))
    files.push_back(partPath);
  for (StringRef path : files) {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer)
      return fail(path + ": " + buffer.getError().message());
    llvm::Expected<SensitivityResults> read = parseResults((*buffer)->getBuffer(), *fingerprint);
    if (!read)
      return fail(path + ": " + llvm::toString(read.takeError()) +
                  (path == partPath ? "; remove it to begin anew" : ""));
    results.insert(read->begin(), read->end());
  }

  Session session(options.verbose);
  OwningOpRef<ModuleOp> module = loadModel(&session.context, options.model, shapes);
  if (!module)
    return 1;
  FailureOr<func::FuncOp> entry = findEntry(*module);
  FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
  if (failed(signature))
    return 1;
  llvm::Expected<NpzArrays> arrays = readArrays(options.data);
  if (!arrays)
    return fail(llvm::toString(arrays.takeError()));
  llvm::Expected<CalibrationData> data = matchCalibrationData(*signature, std::move(*arrays));
  if (!data)
    return fail(options.data + ": " + llvm::toString(data.takeError()));
  if (sensitivity.useLoss && data->labels.empty())
    return fail(options.data + ": there is no array 'labels', which --objective=loss needs");

  // Stages of a hundred compilations say nothing; jobs are shown instead.
  compileOptions->onStage("calibrate");
  CompileOptions quiet = *compileOptions;
  quiet.onStage = [](StringRef) {};
  FailureOr<SensitivityAnalysis> analysis =
      SensitivityAnalysis::create(*module, quiet, sensitivity, std::move(*data));
  compileOptions->onStage("");
  if (failed(analysis) ||
      failed(runJobs(*analysis, *shard, partPath, *fingerprint, options.verbose, results)))
    return session.diagnostics.sawError() ? 1 : fail("the analysis failed");
  std::string text;
  if (isShard) {
    text = formatResults(results, *fingerprint);
  } else {
    llvm::raw_string_ostream stream(text);
    std::string source = ("bnnc sensitivity: " + llvm::sys::path::filename(options.model) + " on " +
                          llvm::sys::path::filename(options.data) + ", " + options.objective)
                             .str();
    if (llvm::Error error = analysis->writeTable(results, costs ? &*costs : nullptr, source, stream))
      return fail(options.costs + ": " + llvm::toString(std::move(error)));
  }
  if (llvm::Error error = writeFileAtomically(output, text))
    return fail(llvm::toString(std::move(error)));
  if (!isShard && !partPath.empty())
    llvm::sys::fs::remove(partPath);
  return 0;
}
