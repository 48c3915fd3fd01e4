//===- Runner.cpp - Compiles, links and runs batches ---------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each program is compiled in a process of its own, so that a crash of the
// compiler is one failure and not the end. All objects of a target are linked
// into one executable, which pays for linking and for starting an emulator once.
//
//===----------------------------------------------------------------------===//

#include "Runner.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace bnn::fuzz;
using namespace llvm;

/// Of a batch that runs in less than a second.
static constexpr unsigned secondsToRun = 300;

static std::string inFolder(const RunnerOptions &options, const Twine &name) {
  SmallString<128> path(options.folder);
  sys::path::append(path, name);
  return path.str().str();
}

static std::string readFile(const std::string &path) {
  auto buffer = MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

static void writeFile(const std::string &path, StringRef text) {
  std::error_code error;
  raw_fd_ostream out(path, error);
  if (error) {
    errs() << "bnn-fuzz: cannot write '" << path << "': " << error.message() << "\n";
    exit(2);
  }
  out << text;
}

std::vector<Target> bnn::fuzz::availableTargets(std::vector<std::string> &missing) {
  std::vector<Target> targets;
  bool hostIsX86 = Triple(sys::getProcessTriple()).getArch() == Triple::x86_64;
  auto find = [](std::initializer_list<const char *> names) -> std::string {
    for (const char *name : names)
      if (ErrorOr<std::string> path = sys::findProgramByName(name))
        return *path;
    return "";
  };
  std::string cc = find({"cc", "clang", "gcc"});
  if (hostIsX86 && !cc.empty())
    targets.push_back({"x86-64", "x86-64", "", {cc}, {}});
  else
    missing.push_back("x86-64");
  if (hostIsX86 && !cc.empty() && sys::getHostCPUFeatures().lookup("avx2"))
    targets.push_back({"x86-64-v3", "x86-64", "x86-64-v3", {cc}, {}});
  else
    missing.push_back("x86-64-v3");
  // AVX-512 with its byte multiply-adds.
  if (hostIsX86 && !cc.empty() && sys::getHostCPUFeatures().lookup("avx512vnni"))
    targets.push_back({"avx512vnni", "x86-64", "cascadelake", {cc}, {}});
  else
    missing.push_back("avx512vnni");
  if (!cc.empty())
    targets.push_back({"threads", "native", "", {cc}, {}, /*threads=*/3});
  else
    missing.push_back("threads");
  bool hostIsArm = Triple(sys::getProcessTriple()).getArch() == Triple::aarch64;
  std::string crossCC = find({"aarch64-linux-gnu-gcc"}), qemu = find({"qemu-aarch64", "qemu-aarch64-static"});
  if (hostIsArm && !cc.empty())
    targets.push_back({"aarch64", "aarch64", "", {cc}, {}});
  else if (!crossCC.empty() && !qemu.empty())
    targets.push_back({"aarch64", "aarch64", "", {crossCC, "-static"}, {qemu, "-cpu", "cortex-a53"}});
  else
    missing.push_back("aarch64");
  // AArch64 with dot products, and with matrix products of bytes as well.
  if (!hostIsArm && !crossCC.empty() && !qemu.empty()) {
    targets.push_back(
        {"aarch64-dotprod", "aarch64", "cortex-a76", {crossCC, "-static"}, {qemu, "-cpu", "cortex-a76"}});
    targets.push_back(
        {"aarch64-i8mm", "aarch64", "neoverse-v1", {crossCC, "-static"}, {qemu, "-cpu", "max"}});
  } else {
    missing.push_back("aarch64-dotprod");
    missing.push_back("aarch64-i8mm");
  }
  return targets;
}

/// Runs a command with its output in files. -1 or less if it could not run, crashed or took too long.
static int execute(ArrayRef<std::string> command, const std::string &output, const std::string &errors,
                   unsigned seconds = 0) {
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {StringRef("/dev/null"), StringRef(output), StringRef(errors)};
  std::string message;
  int result =
      sys::ExecuteAndWait(arguments.front(), arguments, std::nullopt, redirects, seconds, 0, &message);
  return result;
}

/// Compiles all programs, `jobs` at a time.
static void compileAll(const RunnerOptions &options, ArrayRef<Program> programs) {
  unsigned running = 0;
  auto waitForOne = [&] {
    if (wait(nullptr) > 0)
      --running;
  };
  for (const Program &program : programs) {
    writeFile(inFolder(options, program.name + ".mlir"), program.text);
    if (running >= options.jobs)
      waitForOne();
    outs().flush();
    errs().flush();
    pid_t child = fork();
    if (child < 0) {
      errs() << "bnn-fuzz: cannot start a process\n";
      exit(2);
    }
    if (child == 0) {
      int log = open(inFolder(options, program.name + ".log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
      if (log >= 0)
        dup2(log, STDERR_FILENO);
      // Of the processor: a busy machine is no reason to fail.
      rlimit limit{secondsToRun, secondsToRun};
      setrlimit(RLIMIT_CPU, &limit);
      compileProgram(program, options);
      _exit(0);
    }
    ++running;
  }
  while (running > 0)
    waitForOne();
}

/// The first error of a compilation, after the line with the name of the target.
static std::string compilerMessage(const RunnerOptions &options, const Program &program, StringRef target) {
  std::string log = readFile(inFolder(options, program.name + ".log"));
  size_t start = log.find("\n" + target.str() + "\n");
  size_t error = log.find("error:", start == std::string::npos ? 0 : start);
  if (error == std::string::npos)
    return "the compiler crashed or took too long";
  return "does not compile: " + log.substr(error, log.find('\n', error) - error);
}

namespace {

/// One target's run of a batch: the programs that have an object for it.
struct Run {
  std::vector<Program> batch;
  std::vector<size_t> caseOf;
  std::vector<std::vector<Record>> records;
  std::vector<Failure> failures;
};

} // namespace

static Run runTarget(const RunnerOptions &options, ArrayRef<Case> cases, ArrayRef<Program> programs,
                     ArrayRef<bool> wanted, StringRef name, ArrayRef<std::string> compiler,
                     ArrayRef<std::string> launcher, ArrayRef<std::string> libraries = {}) {
  Run run;
  for (auto [i, program] : llvm::enumerate(programs)) {
    if (!wanted[i])
      continue;
    if (!sys::fs::exists(objectPath(options, program, name))) {
      run.failures.push_back({cases[i], name.str(), compilerMessage(options, program, name)});
      continue;
    }
    run.batch.push_back(program);
    run.caseOf.push_back(i);
  }
  run.records.resize(run.batch.size());
  if (run.batch.empty())
    return run;

  std::string source = inFolder(options, "harness-" + name + ".c"),
              executable = inFolder(options, "harness-" + name);
  std::string output = inFolder(options, "output-" + name), log = inFolder(options, "log-" + name);
  writeFile(source, harnessSource(run.batch));
  std::vector<std::string> link(compiler.begin(), compiler.end());
  link.insert(link.end(), {"-O1", "-o", executable, source});
  for (const Program &program : run.batch)
    link.push_back(objectPath(options, program, name));
  link.push_back("-lm");
  link.insert(link.end(), libraries.begin(), libraries.end());
  if (execute(link, log, log) != 0) {
    errs() << "bnn-fuzz: cannot link for " << name << ":\n" << readFile(log);
    exit(2);
  }
  // After a crash, go on with the next program.
  for (size_t start = 0; start < run.batch.size();) {
    std::vector<std::string> command(launcher.begin(), launcher.end());
    command.insert(command.end(), {executable, std::to_string(start)});
    int result = execute(command, output, log, secondsToRun);
    size_t finished = readRecords(readFile(output), run.batch, start, run.records);
    if (finished == run.batch.size())
      break;
    run.failures.push_back({cases[run.caseOf[finished]], name.str(),
                            formatv("crashes or hangs when it runs (status {0})", result).str()});
    run.records[finished].clear();
    start = finished + 1;
  }
  return run;
}

Program bnn::fuzz::makeProgram(const RunnerOptions &options, const Case &c) {
  Generator generator(c.seed, c.ops);
  std::string name = "m" + std::to_string(c.seed) + "_" + std::to_string(c.ops);
  return options.pairs ? generator.generatePairs(name) : generator.generate(name);
}

std::vector<Failure> bnn::fuzz::runBatch(const RunnerOptions &options, ArrayRef<Case> cases) {
  std::vector<Program> programs;
  for (auto [i, c] : llvm::enumerate(cases)) {
    // Cases of one seed with different numbers of ops need different names.
    programs.push_back(makeProgram(options, c));
    sys::fs::remove(objectPath(options, programs.back(), "reference"));
    for (const Target &target : options.targets)
      sys::fs::remove(objectPath(options, programs.back(), target.name));
  }
  compileAll(options, programs);

  std::vector<std::string> hostCompiler{"/usr/bin/cc"};
  if (ErrorOr<std::string> path = sys::findProgramByName("cc"))
    hostCompiler = {*path};
  SmallVector<bool> wanted(programs.size(), true);
  Run reference = runTarget(options, cases, programs, wanted, "reference", hostCompiler, {});
  std::vector<Failure> failures = std::move(reference.failures);
  SmallVector<int64_t> referenceOf(programs.size(), -1);
  for (auto [k, i] : llvm::enumerate(reference.caseOf))
    if (reference.records[k].size() == numInputSets)
      referenceOf[i] = k;
  for (const Target &target : options.targets) {
    for (size_t i = 0; i < programs.size(); ++i)
      wanted[i] = referenceOf[i] >= 0 && target.runs(programs[i]);
    SmallVector<std::string> libraries;
    if (target.threads > 1)
      libraries.push_back("-lgomp");
    Run run =
        runTarget(options, cases, programs, wanted, target.name, target.compiler, target.launcher, libraries);
    llvm::append_range(failures, run.failures);
    for (auto [k, i] : llvm::enumerate(run.caseOf)) {
      if (run.records[k].size() != numInputSets)
        continue;
      std::string message = compareRecords(programs[i], reference.records[referenceOf[i]], run.records[k]);
      if (!message.empty())
        failures.push_back({cases[i], target.name, message});
    }
  }
  // Only what failed is worth keeping.
  for (size_t i = 0; i < programs.size(); ++i) {
    sys::fs::remove(objectPath(options, programs[i], "reference"));
    for (const Target &target : options.targets)
      sys::fs::remove(objectPath(options, programs[i], target.name));
    bool failed = llvm::any_of(failures, [&](const Failure &failure) {
      return failure.program.seed == cases[i].seed && failure.program.ops == cases[i].ops;
    });
    if (!failed)
      for (const char *suffix : {".mlir", ".log"})
        sys::fs::remove(inFolder(options, programs[i].name + suffix));
  }
  return failures;
}
