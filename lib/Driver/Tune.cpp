//===- Tune.cpp - Measures what strategies cost on this machine -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Compiles a program of one contraction for each strategy, bits and case, and runs it in this process.
// Samples of calls are taken for a while, and the fastest tenth counts: others on the machine only make
// samples slower. Times become cycles by a chain of additions, one in each cycle.

#include "bnn/Driver/Tune.h"

#include "bnn/Driver/Execute.h"
#include "bnn/Kernels/CostModel.h"

#include "llvm/ADT/StringExtras.h"

#include <chrono>

using namespace mlir;
using namespace bnn;

namespace {
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}
} // namespace

ArrayRef<llvm::StringLiteral> bnn::getTuningCases() {
  // What networks are made of: images that shrink as channels grow, dense layers, vectors; and a few odd
  // sizes.
  static constexpr llvm::StringLiteral cases[] = {
      "1x1024x1024",          "1x4096x4096",          "16x512x512",
      "49x4608x512",          "128x768x768",          "196x2304x256",
      "784x1152x128",         "3136x576x64",          "3136x64x64",
      "100x300x72",           "56x56x64-64-3x3-s1",   "28x28x128-128-3x3-s1",
      "14x14x256-256-3x3-s1", "7x7x512-512-3x3-s1",   "56x56x64-128-3x3-s2",
      "28x28x128-256-3x3-s2", "28x28x128-128-1x1-s1", "14x14x256-512-1x1-s1",
      "17x23x96-72-3x3-s1",   "32x32x16-16-3x3-s1",   "28x28x128-128-3x3-s1-g128"};
  return cases;
}

ArrayRef<llvm::StringLiteral> bnn::getTuningBits() {
  static constexpr llvm::StringLiteral bits[] = {"1x1", "1x2", "2x1", "2x2", "1x4", "4x4", "8x8"};
  return bits;
}

/// Cycles in a second.
static double measureFrequency() {
  double best = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    uint64_t x = 1, rounds = 20000;
    Clock::time_point begin = Clock::now();
#if defined(__x86_64__)
    __asm__ volatile("1:\n.rept 32\nadd %0, %0\n.endr\ndec %1\njnz 1b" : "+r"(x), "+r"(rounds)::"cc");
#elif defined(__aarch64__)
    __asm__ volatile("1:\n.rept 32\nadd %0, %0, %0\n.endr\nsubs %1, %1, #1\nb.ne 1b"
                     : "+r"(x), "+r"(rounds)::"cc");
#else
#error "no chain of additions for this processor"
#endif
    best = std::max(best, 20000 * 32 / secondsSince(begin));
  }
  return best;
}

/// Bytes that hold codes of `shape`, whatever the layout: bits are any bytes, codes in bytes must be in
/// range.
static std::vector<std::vector<uint8_t>> makeInputs(const ModelSignature &signature,
                                                    const ContractionCase &shape) {
  std::vector<std::vector<uint8_t>> inputs;
  for (const ModelValue &input : signature.inputs) {
    bool isByteCodes = input.shape.back() == shape.channels;
    unsigned mask = isByteCodes ? (1u << shape.activationBits) - 1 : 255;
    inputs.emplace_back(input.numBytes());
    for (auto [index, byte] : llvm::enumerate(inputs.back()))
      byte = uint8_t((index * 2654435761u >> 13) & mask);
  }
  return inputs;
}

/// Seconds of one call.
static double measureCall(const HostModel &model, const ContractionCase &shape, double seconds) {
  std::vector<std::vector<uint8_t>> inputs = makeInputs(model.signature(), shape);
  SmallVector<const void *> in;
  SmallVector<void *> out;
  std::vector<std::vector<uint8_t>> results;
  for (const std::vector<uint8_t> &input : inputs)
    in.push_back(input.data());
  for (const ModelValue &output : model.signature().outputs) {
    results.emplace_back(output.numBytes());
    out.push_back(results.back().data());
  }
  std::vector<uint8_t> workspace(model.workspaceSize() + 64);
  auto sample = [&](size_t calls) {
    Clock::time_point begin = Clock::now();
    for (size_t i = 0; i < calls; ++i)
      model.run(in, out, workspace.data());
    return secondsSince(begin) / calls;
  };
  sample(1);
  size_t calls = std::max<size_t>(1, 200e-6 / sample(1));
  std::vector<double> times;
  for (Clock::time_point begin = Clock::now(); times.size() < 5 || secondsSince(begin) < seconds;)
    times.push_back(sample(calls));
  llvm::sort(times);
  return times[times.size() / 10];
}

namespace {
struct Measurement {
  const Strategy *strategy;
  ContractionCase shape;
  std::string name() const { return strategy->getName().str() + " " + shape.bits() + " " + shape.name(); }
};
} // namespace

static bool isWanted(ArrayRef<std::string> wanted, StringRef name) {
  return wanted.empty() || llvm::is_contained(wanted, name);
}

/// What is to be measured and not in `table` yet.
static std::vector<Measurement> plan(MLIRContext *context, const TuneOptions &options,
                                     const CostTable &table) {
  llvm::StringSet<> known;
  for (const CostEntry &entry : table.entries)
    known.insert(entry.strategy + " " + entry.shape.bits() + " " + entry.shape.name());
  SmallVector<StringRef> cases(getTuningCases()), bits(getTuningBits());
  if (!options.cases.empty())
    cases.assign(options.cases.begin(), options.cases.end());
  if (!options.bits.empty())
    bits.assign(options.bits.begin(), options.bits.end());
  std::vector<Measurement> plan;
  for (StringRef bit : bits)
    for (StringRef name : cases) {
      ContractionCase shape = llvm::cantFail(ContractionCase::parse(name, bit));
      OwningOpRef<ModuleOp> probe = buildCostProbe(context, shape, options.compile.target, nullptr);
      for (const std::unique_ptr<Strategy> &strategy : getStrategies()) {
        Measurement measurement{strategy.get(), shape};
        std::string reason;
        if (isWanted(options.strategies, strategy->getName()) && !known.contains(measurement.name()) &&
            strategy->matches(findContraction(*probe), options.compile.target, reason))
          plan.push_back(measurement);
      }
    }
  return plan;
}

llvm::Error bnn::tune(MLIRContext *context, const TuneOptions &options, CostTable &table) {
  double frequency = measureFrequency();
  std::vector<Measurement> measurements = plan(context, options, table);
  for (auto [index, measurement] : llvm::enumerate(measurements)) {
    if (options.onMeasurement)
      options.onMeasurement(index, measurements.size(), measurement.name());
    OwningOpRef<ModuleOp> probe =
        buildCostProbe(context, measurement.shape, options.compile.target, measurement.strategy);
    std::unique_ptr<HostModel> model = loadOnHost(*probe, options.compile);
    if (!model)
      return llvm::createStringError(measurement.name() + " cannot be compiled");
    double cycles = measureCall(*model, measurement.shape, options.seconds) * frequency;
    table.entries.push_back({measurement.strategy->getName().str(), measurement.shape, cycles});
    if (llvm::Error error = options.onEntry(table))
      return error;
  }
  return llvm::Error::success();
}
