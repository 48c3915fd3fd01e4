//===- Bench.cpp - How long a model takes ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Total times are those of the code that users get. Where the time goes comes
// from a second copy with a clock between layers (bnn-time-layers); the counter
// that programs may read has a rate of its own, so it is scaled by how long the
// whole copy took.
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Bench.h"

#include "bnn/Driver/Diagnostics.h"

#include "llvm/ADT/MapVector.h"

#include <chrono>
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace bnn;

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static double medianOf(std::vector<double> values) {
  llvm::sort(values);
  size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double BenchReport::percentile(double percent) const {
  if (runs.empty())
    return 0;
  double rank = std::ceil(percent / 100 * double(runs.size()));
  return runs[std::min<size_t>(runs.size() - 1, rank < 1 ? 0 : size_t(rank) - 1)];
}

double BenchReport::mean() const {
  return runs.empty() ? 0 : std::accumulate(runs.begin(), runs.end(), 0.0) / double(runs.size());
}

double BenchReport::contractionShare() const {
  double share = 0;
  for (const LayerTime &layer : layers)
    if (layer.isContraction)
      share += layer.share;
  return share;
}

/// Cycles per second: an addition takes one cycle, and the next one waits for it.
static double measureClock() {
  constexpr int kRounds = 20000;
  uint64_t x = 1, y = 3;
  double begin = now();
  for (int i = 0; i < kRounds; ++i) {
    // The empty statements keep the additions apart.
#define BNN_ADD                                                                                              \
  x += y;                                                                                                    \
  asm volatile("" : "+r"(x), "+r"(y));
    BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD BNN_ADD
        BNN_ADD BNN_ADD BNN_ADD
#undef BNN_ADD
  }
  return 16.0 * kRounds / (now() - begin);
}

namespace {

/// A compiled model with memory for its arrays.
struct Loaded {
  std::unique_ptr<HostModel> model;
  std::vector<std::vector<uint8_t>> outputs;
  std::unique_ptr<uint8_t[]> workspace;
  SmallVector<const void *> inputPointers;
  SmallVector<void *> outputPointers;

  Loaded(std::unique_ptr<HostModel> loaded, ArrayRef<NpyArray> inputs) : model(std::move(loaded)) {
    for (const NpyArray &input : inputs)
      inputPointers.push_back(input.data.data());
    for (const ModelValue &output : model->signature().outputs)
      outputs.emplace_back(output.numBytes());
    for (std::vector<uint8_t> &output : outputs)
      outputPointers.push_back(output.data());
    workspace.reset(new uint8_t[model->workspaceSize()]());
  }

  double run() {
    double begin = now();
    model->run(inputPointers, outputPointers, workspace.get());
    return now() - begin;
  }
};

} // namespace

/// The node's name, as bnnc inspect shows it.
static std::string layerName(Location loc) {
  std::string place = describeLocation(loc);
  if (StringRef(place).starts_with("node '"))
    place = StringRef(place).drop_front(6).drop_back(1).str();
  return place.empty() ? "(unnamed)" : place;
}

/// Joins the clock's differences by name and adds what is known of the layers.
static std::vector<LayerTime> summarize(ArrayRef<Location> locations,
                                        ArrayRef<std::vector<double>> differences,
                                        ArrayRef<LayerReport> reports, double hertz) {
  llvm::MapVector<StringRef, std::vector<double>> times;
  std::vector<std::string> names;
  for (Location location : locations)
    names.push_back(layerName(location));
  for (auto [name, values] : llvm::zip_equal(names, differences)) {
    std::vector<double> &sums = times[name];
    sums.resize(values.size());
    for (auto [sum, value] : llvm::zip_equal(sums, values))
      sum += value;
  }
  std::vector<LayerTime> layers;
  double total = 0;
  for (auto &[name, values] : times) {
    LayerTime layer;
    layer.name = name.str();
    layer.seconds = medianOf(values);
    total += layer.seconds;
    for (const LayerReport &report : reports) {
      if (report.name != name)
        continue;
      layer.isContraction = true;
      layer.macs += report.macs;
      layer.strategy = report.strategy;
    }
    if (layer.macs && layer.seconds > 0)
      layer.macsPerCycle = double(layer.macs) / (layer.seconds * hertz);
    layers.push_back(std::move(layer));
  }
  for (LayerTime &layer : layers)
    layer.share = total > 0 ? layer.seconds / total : 0;
  return layers;
}

FailureOr<BenchReport> bnn::benchModel(ModuleOp module, const CompileOptions &options,
                                       const BenchOptions &bench, ArrayRef<NpyArray> inputs) {
  FailureOr<ModelSignature> signature = lowerModel(module, options, Stage::Optimized);
  if (failed(signature))
    return failure();
  CompileOptions plain = options;
  plain.optimized = true;
  CompileOptions timed = plain;
  timed.timeLayers = true;
  timed.dumpFolder.clear();

  OwningOpRef<ModuleOp> copy = module.clone();
  std::unique_ptr<HostModel> plainModel = loadOnHost(*copy, plain);
  copy = module.clone();
  FailureOr<CompiledModel> compiled = compileModel(*copy, timed);
  FailureOr<std::vector<LayerReport>> reports = readLayers(module);
  if (!plainModel || failed(compiled) || failed(reports))
    return failure();
  SmallVector<Location> locations = compiled->layers;
  std::unique_ptr<HostModel> timedModel =
      HostModel::load(std::move(compiled->code), compiled->signature, options.target,
                      [&](const Twine &message) { emitError(module.getLoc()) << message; });
  if (!timedModel)
    return failure();

  Loaded users(std::move(plainModel), inputs), clocked(std::move(timedModel), inputs);
  if (options.onStage)
    options.onStage("measure");
  for (unsigned i = 0; i < bench.warmup; ++i) {
    users.run();
    clocked.run();
  }
  BenchReport report;
  std::vector<double> clocks;
  std::vector<std::vector<double>> differences(locations.size());
  double end = now() + bench.seconds;
  for (unsigned i = 0; bench.runs ? i < bench.runs : i < 10 || now() < end; ++i) {
    report.runs.push_back(users.run());
    double seconds = clocked.run();
    auto *ticks = reinterpret_cast<const int64_t *>(clocked.outputs.back().data());
    double rate = seconds / std::max(1.0, double(ticks[locations.size()] - ticks[0]));
    for (size_t layer = 0; layer < locations.size(); ++layer)
      differences[layer].push_back(double(ticks[layer + 1] - ticks[layer]) * rate);
    if (i < 100)
      clocks.push_back(measureClock());
  }
  llvm::sort(report.runs);
  report.signature = std::move(*signature);
  report.target = options.target;
  report.threads = options.threads;
  report.warmup = bench.warmup;
  report.hertz = medianOf(clocks);
  report.layers = summarize(locations, differences, *reports, report.hertz);
  return report;
}
