//===- Tune.cpp - bnnc tune -----------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Tune.h"
#include "bnn/Kernels/Strategy.h"
#include "bnn/Support/AtomicFile.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

namespace {

struct Options {
  cl::opt<std::string> output{
      "o", cl::desc("Table to write (default: CPU.costs). One that exists is continued: what it has is kept"),
      cl::value_desc("file"), cl::cat(category())};
  cl::opt<std::string> target{"target", cl::desc("Machine to compile for"), cl::value_desc("name"),
                              cl::init("native"), cl::cat(category())};
  cl::opt<std::string> cpu{"cpu", cl::desc("CPU as LLVM names it; it must run on this machine"),
                           cl::value_desc("name"), cl::cat(category())};
  cl::opt<std::string> features{"features", cl::desc("CPU features to add and take away"),
                                cl::value_desc("list"), cl::cat(category())};
  cl::list<std::string> strategies{"strategy", cl::desc("Only this strategy; may be repeated"),
                                   cl::value_desc("name"), cl::cat(category())};
  cl::list<std::string> bits{"bits", cl::desc("Only these bits of weights and activations; may be repeated"),
                             cl::value_desc("1x2"), cl::cat(category())};
  cl::list<std::string> cases{"case", cl::desc("This shape instead of the usual ones; may be repeated"),
                              cl::value_desc("784x1152x128"), cl::cat(category())};
  cl::opt<double> seconds{"seconds", cl::desc("Time for each measurement (default: 0.3)"), cl::init(0.3),
                          cl::cat(category())};
};

} // namespace

/// The table in a file that may not exist yet.
static llvm::Expected<CostTable> readExisting(StringRef path, const TargetInfo &target) {
  CostTable table;
  table.cpu = target.cpu().str();
  table.features = target.features().str();
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer) {
    if (buffer.getError() == std::errc::no_such_file_or_directory)
      return table;
    return llvm::createStringError(path + ": " + buffer.getError().message());
  }
  llvm::Expected<CostTable> existing = CostTable::parse((*buffer)->getBuffer(), path);
  if (!existing)
    return existing.takeError();
  if (llvm::Error error = existing->check(target, path))
    return error;
  return existing;
}

int bnnc::tuneMain(int argc, char **argv) {
  Options options;
  parseArguments(argc, argv,
                 "Measures on this machine what each kernel costs, and writes a table for --cost-table.\n"
                 "It can be interrupted and started again: the table grows by what is missing.\n");
  TuneOptions tuneOptions;
  FailureOr<TargetInfo> target = TargetInfo::resolve(options.target, options.cpu, options.features,
                                                     [](const Twine &message) { fail(message); });
  if (failed(target))
    return 1;
  if (!target->runsOnHost())
    return fail("code for " + target->triple().str() + " (" + target->cpu() +
                ") does not run on this machine");
  for (const std::string &name : options.strategies)
    if (!lookupStrategy(name))
      return fail("--strategy=" + name + ": there is no such strategy");
  for (const std::string &name : options.bits)
    if (llvm::Error error = ContractionCase::parse("1x1x1", name).takeError())
      return fail("--bits: " + llvm::toString(std::move(error)));
  for (const std::string &name : options.cases)
    if (llvm::Error error = ContractionCase::parse(name, "1x1").takeError())
      return fail("--case: " + llvm::toString(std::move(error)));
  if (!(options.seconds >= 0 && options.seconds <= 3600))
    return fail("--seconds must be from 0 to 3600");
  std::string path = options.output.empty() ? target->cpu().str() + ".costs" : options.output;
  llvm::Expected<CostTable> table = readExisting(path, *target);
  if (!table)
    return fail(llvm::toString(table.takeError()));

  Session session(/*verbose=*/false);
  bool terminal = llvm::sys::Process::StandardErrIsDisplayed();
  size_t before = table->entries.size();
  tuneOptions.compile.target = *target;
  tuneOptions.strategies = options.strategies;
  tuneOptions.bits = options.bits;
  tuneOptions.cases = options.cases;
  tuneOptions.seconds = options.seconds;
  tuneOptions.onMeasurement = [&](size_t index, size_t count, StringRef name) {
    if (terminal)
      llvm::errs() << "\r\033[Kbnnc: " << index + 1 << "/" << count << " " << name << "...";
  };
  tuneOptions.onEntry = [&](const CostTable &soFar) -> llvm::Error {
    const CostEntry &entry = soFar.entries.back();
    llvm::errs() << (terminal ? "\r\033[K" : "") << "bnnc: " << entry.strategy << " " << entry.shape.bits()
                 << " " << entry.shape.name() << ": "
                 << llvm::format("%.1f products per cycle", double(entry.shape.macs()) / entry.cycles)
                 << "\n";
    return writeFileAtomically(path, soFar.print());
  };
  if (llvm::Error error = tune(&session.context, tuneOptions, *table))
    return fail(llvm::toString(std::move(error)));
  llvm::outs() << path << ": " << table->entries.size() << " costs for " << target->cpu() << ", "
               << table->entries.size() - before << " of them new\n";
  return 0;
}
