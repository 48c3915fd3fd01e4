//===- Allocate.cpp - bnnc allocate ---------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationOptions.h"
#include "Common.h"

#include "bnn/Allocation/Assignment.h"
#include "bnn/Support/AtomicFile.h"

#include "llvm/Support/Process.h"

using namespace bnn;
using namespace bnnc;
using namespace llvm;

namespace {

struct Options : AllocationArguments {
  Options() : AllocationArguments("bits") {}

  cl::opt<std::string> table{cl::Positional, cl::desc("table.json|-"), cl::init(""), cl::cat(category())};
  cl::opt<std::string> output{"o", cl::desc("Also write the assignment, for 'bnnc compile --bits'"),
                              cl::value_desc("file.json"), cl::cat(category())};
  cl::list<std::string> pareto{
      "pareto",
      cl::desc("Sweep a budget from the cheapest to the dearest assignment, and write objective and "
               "costs of the best: a table (.csv) or a picture (.svg)"),
      cl::value_desc("file.csv|file.svg"), cl::cat(category())};
  cl::opt<std::string> metric{
      "metric", cl::desc("The budget that --pareto sweeps (default: the first --budget, or the only cost)"),
      cl::value_desc("name"), cl::cat(category())};
  cl::opt<unsigned> points{"points", cl::desc("Budgets that --pareto tries (default: 33)"), cl::init(33),
                           cl::value_desc("number"), cl::cat(category())};

  /// What --pareto sweeps; empty if that is not clear.
  std::string sweptMetric(const AllocationTable &table) const {
    if (!metric.empty())
      return metric;
    if (!budgets.empty())
      return StringRef(budgets.front()).rsplit(':').first.str();
    return table.metrics.size() == 1 ? table.metrics.front() : std::string();
  }
};

} // namespace

/// Writes every --pareto file.
static Error writePareto(const Options &options, const AllocationTable &table,
                         const AllocationOptions &allocation, OutputFiles &files) {
  for (StringRef path : options.pareto)
    if (!path.ends_with(".csv") && !path.ends_with(".svg"))
      return createStringError("--pareto=" + path + ": the name must end in .csv or .svg");
  std::string metric = options.sweptMetric(table);
  if (metric.empty())
    return createStringError("--pareto: say with --metric which cost is swept; the table has " +
                             (table.metrics.empty() ? std::string("none") : join(table.metrics, ", ")));
  if (options.points < 2)
    return createStringError("--points: at least 2");
  bool terminal = sys::Process::StandardErrIsDisplayed();
  Expected<std::vector<Allocation>> front =
      sweepBudget(table, allocation, metric, options.points, [&](unsigned point) {
        if (terminal)
          errs() << "bnnc: budget " << point + 1 << " of " << options.points << "\r";
      });
  if (terminal)
    errs() << std::string(40, ' ') << "\r";
  if (!front)
    return front.takeError();
  for (StringRef path : options.pareto) {
    std::string text;
    raw_string_ostream stream(text);
    if (path.ends_with(".csv"))
      printParetoCsv(table, *front, stream);
    else
      printParetoSvg(table, *front, *table.findMetric(metric), stream);
    if (Error error = files.add(path, text))
      return error;
  }
  return Error::success();
}

int bnnc::allocateMain(int argc, char **argv) {
  Options options;
  parseArguments(
      argc, argv,
      "Chooses the bits of each layer from a table of sensitivities and costs, such that the sum of\n"
      "sensitivities is least within the budgets. docs/allocation.md describes the table.\n");
  if (options.table.empty())
    return fail("no table given (see 'bnnc allocate --help')");
  Expected<AllocationOptions> allocationOptions = options.read();
  if (!allocationOptions)
    return fail(toString(allocationOptions.takeError()));
  Expected<AllocationTable> table = readTable(options.table);
  if (!table)
    return fail(toString(table.takeError()));
  Expected<Allocation> allocation = allocateBits(*table, *allocationOptions);
  if (!allocation)
    return fail(options.table + ": " + toString(allocation.takeError()));

  OutputFiles files;
  if (!options.output.empty()) {
    std::string text;
    raw_string_ostream stream(text);
    printAssignmentJson(*table, *allocation, stream);
    if (Error error = files.add(options.output, text))
      return fail(toString(std::move(error)));
  }
  if (!options.pareto.empty())
    if (Error error = writePareto(options, *table, *allocationOptions, files))
      return fail(toString(std::move(error)));
  if (options.output != "-")
    printAllocation(*table, *allocation, outs());
  if (Error error = files.commit())
    return fail(toString(std::move(error)));
  return 0;
}
