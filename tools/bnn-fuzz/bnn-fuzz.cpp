//===- bnn-fuzz.cpp - Random programs, fast path against reference -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   bnn-fuzz --count=2000 --folder=build/fuzz
//
// makes random programs, runs each through the reference path and the fast path
// of every target, and says which differ. A failing program is cut down to its
// shortest beginning that still fails and left in the folder.
//
//===----------------------------------------------------------------------===//

#include "Runner.h"
#include "bnn/InitAll.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <functional>
#include <set>

using namespace bnn::fuzz;
using namespace llvm;

static cl::OptionCategory category("Options of bnn-fuzz");
static cl::opt<uint64_t> firstSeed("seed",
                                   cl::desc("Seed of the first program; each next one has the next seed"),
                                   cl::init(1), cl::cat(category));
static cl::opt<unsigned> numPrograms("count", cl::desc("Number of programs (default: 100)"), cl::init(100),
                                     cl::cat(category));
static cl::opt<unsigned> maxOps("ops",
                                cl::desc("Steps of every program (default: 1 to 10 by seed); with --pairs, "
                                         "the number of the only contraction"),
                                cl::init(0), cl::cat(category));
static cl::opt<std::string>
    targetNames("targets",
                cl::desc("Comma-separated: x86-64, x86-64-v3, avx512vnni, aarch64, "
                         "aarch64-dotprod, aarch64-i8mm, threads (default: all that this "
                         "machine can run, aarch64 also through qemu)"),
                cl::cat(category));
static cl::opt<std::string> folder("folder", cl::desc("Where files go (default: ./fuzz)"), cl::init("fuzz"),
                                   cl::cat(category));
static cl::opt<unsigned> jobs("jobs", cl::desc("Compilations at a time (default: 2)"), cl::init(2),
                              cl::cat(category));
static cl::opt<unsigned> batchSize("batch", cl::desc("Programs linked into one executable (default: 100)"),
                                   cl::init(100), cl::cat(category));
static cl::opt<bnn::DecomposeMode>
    decompose("decompose", cl::desc("Contractions that the fast path computes as planes of one bit:"),
              cl::values(clEnumValN(bnn::DecomposeMode::Cost, "cost", "those where it is faster"),
                         clEnumValN(bnn::DecomposeMode::All, "all", "all of several bits"),
                         clEnumValN(bnn::DecomposeMode::Never, "never", "none")),
              cl::init(bnn::DecomposeMode::Cost), cl::cat(category));
static cl::opt<bool>
    pairs("pairs",
          cl::desc("Contractions of every code type by every code type instead of random "
                   "steps, whole and in planes unless --decompose is given; without --count, "
                   "all of them"),
          cl::cat(category));
static cl::opt<bool> printOnly("print", cl::desc("Print the programs, run nothing"), cl::cat(category));
static cl::opt<bool> noShrink("no-shrink", cl::desc("Do not look for the shortest failing beginning"),
                              cl::cat(category));

static Case caseOf(uint64_t seed) {
  if (pairs)
    return {seed, maxOps};
  if (maxOps != 0)
    return {seed, maxOps};
  return {seed, unsigned(Random(seed ^ 0xb1b2).between(1, 10))};
}

/// Every target twice: contractions whole and in planes. Without --targets, every program runs on those that
/// differ most, and on one of the others.
static void choosePairTargets(RunnerOptions &options) {
  std::vector<Target> targets;
  auto isBasic = [](const Target &target) {
    return is_contained({"x86-64", "x86-64-v3", "aarch64"}, target.name);
  };
  unsigned share = llvm::count_if(options.targets, std::not_fn(isBasic)), turn = 0;
  for (Target target : options.targets) {
    if (targetNames.empty() && !isBasic(target)) {
      target.share = share;
      target.turn = turn++;
    }
    std::string name = target.name;
    for (auto [mode, suffix] : {std::pair(bnn::DecomposeMode::Cost, "-cost"),
                                {bnn::DecomposeMode::Never, "-whole"},
                                {bnn::DecomposeMode::All, "-planes"}}) {
      bool wanted = decompose.getNumOccurrences() ? mode == decompose : mode != bnn::DecomposeMode::Cost;
      if (!wanted)
        continue;
      target.name = name + suffix;
      target.decompose = mode;
      targets.push_back(target);
    }
  }
  options.targets = std::move(targets);
}

static bool chooseTargets(RunnerOptions &options) {
  std::vector<std::string> missing;
  std::vector<Target> available = availableTargets(missing);
  if (targetNames.empty()) {
    options.targets = available;
    for (const std::string &name : missing)
      WithColor::warning(errs(), "bnn-fuzz")
          << "this machine cannot link and run programs for " << name << "\n";
  }
  SmallVector<StringRef> names;
  StringRef(targetNames).split(names, ',', -1, /*KeepEmpty=*/false);
  for (StringRef name : names) {
    auto found = llvm::find_if(available, [&](const Target &target) { return target.name == name; });
    if (found == available.end()) {
      WithColor::error(errs(), "bnn-fuzz")
          << "this machine cannot link and run programs for '" << name << "'\n";
      return false;
    }
    options.targets.push_back(*found);
  }
  if (pairs)
    choosePairTargets(options);
  else
    for (Target &target : options.targets)
      target.decompose = decompose;
  return !options.targets.empty();
}

/// The shortest beginning of a failing program that fails too, on the same target if there is one. Of pairs,
/// one that fails alone.
static Failure shrink(const RunnerOptions &options, const Failure &failure) {
  std::vector<Case> shorterCases;
  if (pairs && failure.program.ops == 0)
    for (unsigned pair = 1; pair <= makeProgram(options, failure.program).pairs.size(); ++pair)
      shorterCases.push_back({failure.program.seed, pair});
  if (!pairs)
    for (unsigned ops = 0; ops < failure.program.ops; ++ops)
      shorterCases.push_back({failure.program.seed, ops});
  for (const Failure &shorter : runBatch(options, shorterCases))
    if (shorter.target == failure.target)
      return shorter;
  return failure;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv,
                              "Compares the fast path with the reference path on random programs\n");
  RunnerOptions options;
  options.pairs = pairs;
  if (pairs && numPrograms.getNumOccurrences() == 0)
    numPrograms = numPairPrograms();
  if (printOnly) {
    for (uint64_t seed = firstSeed; seed < firstSeed + numPrograms; ++seed)
      outs() << makeProgram(options, caseOf(seed)).text;
    return 0;
  }
  options.folder = folder;
  options.jobs = std::max(1u, unsigned(jobs));
  if (std::error_code error = sys::fs::create_directories(options.folder)) {
    WithColor::error(errs(), "bnn-fuzz") << "cannot create '" << folder << "': " << error.message() << "\n";
    return 2;
  }
  if (!chooseTargets(options))
    return 2;
  outs() << "bnn-fuzz: seeds " << firstSeed << " to " << firstSeed + numPrograms - 1 << ", targets";
  for (const Target &target : options.targets)
    outs() << " " << target.name;
  outs() << "\n";

  unsigned numFailed = 0;
  std::set<std::string> covered;
  for (uint64_t done = 0; done < numPrograms;) {
    std::vector<Case> cases;
    for (; done < numPrograms && cases.size() < std::max(1u, unsigned(batchSize)); ++done)
      cases.push_back(caseOf(firstSeed + done));
    SmallDenseSet<uint64_t> seen;
    for (const Failure &found : runBatch(options, cases)) {
      if (!seen.insert(found.program.seed).second)
        continue; // One message for each program.
      bool reduce = !noShrink && ++numFailed <= 20;
      Failure failure = reduce ? shrink(options, found) : found;
      std::string name =
          "m" + std::to_string(failure.program.seed) + "_" + std::to_string(failure.program.ops);
      outs() << "FAILED " << (pairs ? "--pairs " : "") << "--seed=" << failure.program.seed
             << " --ops=" << failure.program.ops << " --count=1 on " << failure.target << " ("
             << options.folder << "/" << name << ".mlir)\n  " << failure.message << "\n";
      outs().flush();
      numFailed += noShrink;
      if (pairs)
        outs() << "  pairs: " << join(makeProgram(options, failure.program).pairs, ", ") << "\n";
    }
    for (const Case &c : cases)
      if (!seen.contains(c.seed))
        for (const std::string &pair : makeProgram(options, c).pairs)
          covered.insert(pair);
    outs() << "bnn-fuzz: " << done << " programs, " << numFailed << " failed";
    if (pairs)
      outs() << ", " << covered.size() << " of 1250 contractions (625 pairs of types) agree everywhere";
    outs() << "\n";
    outs().flush();
  }
  return numFailed == 0 ? 0 : 1;
}
