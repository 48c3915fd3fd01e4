//===- Run.cpp - bnnc run -------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Common.h"

#include "bnn/Driver/Execute.h"
#include "bnn/Support/AtomicFile.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <cstring>

using namespace mlir;
using namespace bnn;
using namespace bnnc;
namespace cl = llvm::cl;

namespace {

struct Options : ModelOptions {
  cl::list<std::string> files{cl::Positional, cl::desc("[inputs.npz | a.npy b.npy ...]"),
                              cl::cat(category())};
  cl::list<std::string> named{"input", cl::desc("One input by name"), cl::value_desc("name=file.npy"),
                              cl::cat(category())};
  cl::opt<std::string> output{"o", cl::desc("Outputs: .npz, or .npy of the only one (default: a summary)"),
                              cl::value_desc("file"), cl::cat(category())};
  cl::opt<std::string> list{
      "list",
      cl::desc("Run many models: each line of this file is MODEL<TAB>INPUTS<TAB>OUTPUT, "
               "INPUTS may be empty or several files with spaces between them"),
      cl::value_desc("file"), cl::cat(category())};
};

} // namespace

/// Appends the arrays of a file.
static llvm::Error addFile(StringRef path, NpzArrays &arrays) {
  llvm::Expected<NpzArrays> read = readArrays(path);
  if (!read)
    return read.takeError();
  llvm::append_range(arrays, *read);
  return llvm::Error::success();
}

/// Appends the array of `name=file.npy`.
static llvm::Error addNamed(StringRef text, NpzArrays &arrays) {
  auto [name, path] = text.rsplit('=');
  if (name.empty() || path.empty() || name.size() == text.size())
    return llvm::createStringError("--input=" + text + ": write NAME=FILE.npy");
  NpzArrays read;
  if (llvm::Error error = addFile(path, read))
    return error;
  if (read.size() != 1)
    return llvm::createStringError(path + ": holds " + Twine(read.size()) + " arrays, where one is needed");
  arrays.emplace_back(name.str(), std::move(read.front().second));
  return llvm::Error::success();
}

static llvm::Error writeOutputs(StringRef path, const NpzArrays &outputs) {
  SmallVector<char, 0> bytes;
  if (path.ends_with(".npy")) {
    if (outputs.size() != 1)
      return llvm::createStringError(path + ": the model has " + Twine(outputs.size()) +
                                     " outputs; write an .npz file");
    formatNpy(outputs.front().second, bytes);
  } else if (llvm::Error error = formatNpz(outputs, bytes)) {
    return error;
  }
  return writeFileAtomically(path, bytes);
}

/// Element `i` as a number.
static double elementAt(const NpyArray &array, size_t i) {
  const uint8_t *at = array.data.data() + i * byteSize(array.type);
  auto as = [&](auto zero) {
    std::memcpy(&zero, at, sizeof(zero));
    return zero;
  };
  switch (array.type) {
  case DType::F32:
    return as(float());
  case DType::F64:
    return as(double());
  case DType::F16:
  case DType::BF16: {
    const llvm::fltSemantics &semantics =
        array.type == DType::F16 ? llvm::APFloat::IEEEhalf() : llvm::APFloat::BFloat();
    llvm::APFloat number(semantics, llvm::APInt(16, as(uint16_t())));
    return number.convertToDouble();
  }
  case DType::Bool:
  case DType::U8:
    return *at;
  case DType::U16:
    return as(uint16_t());
  case DType::U32:
    return as(uint32_t());
  case DType::U64:
    return as(uint64_t());
  case DType::I8:
    return as(int8_t());
  case DType::I16:
    return as(int16_t());
  case DType::I32:
    return as(int32_t());
  case DType::I64:
    return as(int64_t());
  }
  llvm_unreachable("all types are covered");
}

/// One line for each output: its first elements, and the largest one's place, which is the class of a
/// classifier.
static void summarize(const NpzArrays &outputs) {
  for (const auto &[name, array] : outputs) {
    size_t count = *countElements(array.type, array.shape), largest = 0;
    llvm::outs() << name << ": " << describe(array.type, array.shape) << " =";
    for (size_t i = 0; i < count; ++i) {
      if (i < 8)
        llvm::outs() << (i ? ", " : " ") << llvm::format("%.6g", elementAt(array, i));
      if (elementAt(array, i) > elementAt(array, largest))
        largest = i;
    }
    llvm::outs() << (count > 8 ? ", ..." : "");
    if (count > 1)
      llvm::outs() << " (largest: element " << largest << ")";
    llvm::outs() << "\n";
  }
}

/// Compiles and runs one model. False after a diagnostic or a message in `error`.
static bool runOne(MLIRContext *context, StringRef path, NpzArrays arrays, const InputShapes &shapes,
                   const CompileOptions &options, NpzArrays &outputs, std::string &error) {
  options.onStage("import");
  OwningOpRef<ModuleOp> module = loadModel(context, path, shapes);
  if (!module)
    return false;
  // Wrong inputs are reported before the time is spent on compiling.
  FailureOr<func::FuncOp> entry = findEntry(*module);
  if (failed(entry))
    return false;
  FailureOr<ModelSignature> signature = readSignature(*entry);
  if (failed(signature))
    return false;
  llvm::Expected<std::vector<NpyArray>> inputs = matchInputs(*signature, std::move(arrays));
  if (!inputs) {
    error = llvm::toString(inputs.takeError());
    return false;
  }
  std::unique_ptr<HostModel> model = loadOnHost(*module, options);
  if (!model)
    return false;
  options.onStage("run");
  outputs = runModel(*model, *inputs);
  return true;
}

/// --list: every line is tried, and its fate printed to standard output.
static int runList(const Options &options, const InputShapes &shapes, const CompileOptions &compileOptions) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(options.list, /*IsText=*/true);
  if (!buffer)
    return fail(options.list + ": " + buffer.getError().message());
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  unsigned failures = 0;
  for (StringRef line : lines) {
    SmallVector<StringRef> fields, files;
    line.rtrim('\r').split(fields, '\t');
    if (fields.size() != 3)
      return fail(options.list + ": '" + line + "' is not MODEL<TAB>INPUTS<TAB>OUTPUT");
    fields[1].split(files, ' ', -1, /*KeepEmpty=*/false);

    Session session(options.verbose);
    std::string error, diagnostics;
    llvm::raw_string_ostream stream(diagnostics);
    DiagnosticPrinter printer(&session.context, stream, "", /*verbose=*/false);
    NpzArrays arrays, outputs;
    llvm::Error read = llvm::Error::success();
    for (StringRef file : files)
      if (!read)
        read = addFile(file, arrays);
    bool ok = !read;
    if (!ok)
      error = llvm::toString(std::move(read));
    else
      ok = runOne(&session.context, fields[0], std::move(arrays), shapes, compileOptions, outputs, error);
    if (ok)
      if (llvm::Error written = writeOutputs(fields[2], outputs)) {
        error = llvm::toString(std::move(written));
        ok = false;
      }
    failures += !ok;
    StringRef message = error.empty() ? StringRef(diagnostics).trim() : StringRef(error);
    message.consume_front("error: ");
    std::string flat = message.str();
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    llvm::outs() << fields[0] << "\t" << (ok ? "ok" : "error: " + flat) << "\n";
    llvm::outs().flush();
  }
  return failures ? 1 : 0;
}

int bnnc::runMain(int argc, char **argv) {
  Options options;
  parseArguments(argc, argv,
                 "Compiles a model for this machine and runs it once on arrays in NumPy's formats.\n"
                 "Arrays with names go to the inputs of those names, others in the order given.\n");
  InputShapes shapes;
  std::optional<CompileOptions> compileOptions = options.read(shapes);
  if (!compileOptions)
    return 1;
  if (!compileOptions->target.runsOnHost())
    return fail("code for " + compileOptions->target.triple().str() + " (" + compileOptions->target.cpu() +
                ") does not run on this machine");
  if (!options.list.empty())
    return runList(options, shapes, *compileOptions);
  if (options.model.empty())
    return fail("no model given (see 'bnnc run --help')");

  NpzArrays arrays, outputs;
  for (const std::string &file : options.files)
    if (llvm::Error error = addFile(file, arrays))
      return fail(llvm::toString(std::move(error)));
  for (const std::string &text : options.named)
    if (llvm::Error error = addNamed(text, arrays))
      return fail(llvm::toString(std::move(error)));
  Session session(options.verbose);
  std::string error;
  if (!runOne(&session.context, options.model, std::move(arrays), shapes, *compileOptions, outputs, error)) {
    if (!error.empty() || !session.diagnostics.sawError())
      fail(error.empty() ? "the model cannot be run" : error);
    return 1;
  }
  if (options.output.empty()) {
    summarize(outputs);
    return 0;
  }
  if (llvm::Error failed = writeOutputs(options.output, outputs))
    return fail(llvm::toString(std::move(failed)));
  return 0;
}
