//===- Allocation.cpp - Choosing bits through the C API -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include "bnn/Driver/Sensitivity.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;
namespace json = llvm::json;

namespace bnn::capi {
/// A module of its own, and what was computed on the calibration data.
struct Sensitivity {
  Module module;
  std::optional<SensitivityAnalysis> analysis;
};
} // namespace bnn::capi

/// Calibration data for a module, from arrays with names.
static llvm::Expected<CalibrationData> readData(ModuleOp module, const bnn_array *arrays, size_t count) {
  FailureOr<func::FuncOp> entry = findEntry(module);
  FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
  if (failed(signature))
    return llvm::createStringError("the model has no inputs that could be calibrated");
  NpzArrays named;
  for (const bnn_array &array : llvm::ArrayRef(arrays, count)) {
    if (!array.name)
      return llvm::createStringError("a name of the calibration data is NULL");
    llvm::Expected<NpyArray> read =
        readTensor(array.tensor, "calibration data '" + llvm::Twine(array.name) + "'");
    if (!read)
      return read.takeError();
    named.emplace_back(array.name, std::move(*read));
  }
  return matchCalibrationData(*signature, std::move(named));
}

/// Calls `use` with calibration data read from `data`, collecting diagnostics. Wrong data is the caller's
/// mistake and not a failure.
static bnn_status withData(Module &module, ArrayRef<bnn_array> data, bool needsLabels, char **error,
                           llvm::function_ref<bool(CalibrationData, std::string &)> use) {
  bool wrongData = false;
  bnn_status status = withDiagnostics(*module.context, error, [&](std::string &message) {
    llvm::Expected<CalibrationData> calibration = readData(*module.op, data.data(), data.size());
    if (!calibration)
      message = llvm::toString(calibration.takeError());
    else if (needsLabels && calibration->labels.empty())
      message = "calibration data: there is no array 'labels', which the loss needs";
    wrongData = !message.empty();
    return !wrongData && use(std::move(*calibration), message);
  });
  return wrongData ? BNN_INVALID_ARGUMENT : status;
}

/// Reads a list of bits, which must not be empty, over the default.
static llvm::Error readBits(const char *text, SmallVector<unsigned> &bits) {
  if (!text)
    return llvm::Error::success();
  llvm::Expected<SmallVector<unsigned>> list = parseBitList(text);
  if (!list)
    return list.takeError();
  if (list->empty())
    return llvm::createStringError("there are no bits to try");
  bits = std::move(*list);
  return llvm::Error::success();
}

bnn_status bnn_sensitivity_create(bnn_module handle, const bnn_compile_options *options,
                                  const bnn_sensitivity_options *how, const bnn_array *data,
                                  size_t num_arrays, bnn_sensitivity *sensitivity, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Module> module = find<Module>(handle, error);
  if (!module)
    return BNN_INVALID_HANDLE;
  if (!sensitivity || !data)
    return fail(error, BNN_INVALID_ARGUMENT, sensitivity ? "'data' is NULL" : "'sensitivity' is NULL");
  std::string invalid;
  std::optional<CompileOptions> compileOptions = readOptions(options, invalid);
  if (!compileOptions)
    return fail(error, BNN_INVALID_ARGUMENT, invalid);
  if (!compileOptions->target.runsOnHost())
    return fail(error, BNN_INVALID_ARGUMENT,
                "code for " + compileOptions->target.triple().str() + " does not run on this machine");
  bnn_sensitivity_options given = {};
  if (how)
    std::memcpy(&given, how, std::min(how->struct_size, sizeof(given)));
  SensitivityOptions sensitivityOptions;
  sensitivityOptions.measureLatency = given.measure_latency;
  sensitivityOptions.useLoss = given.use_loss;
  if (llvm::Error wrong =
          llvm::joinErrors(readBits(given.weight_bits, sensitivityOptions.weightBits),
                           readBits(given.activation_bits, sensitivityOptions.activationBits)))
    return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(std::move(wrong)));
  auto object = std::make_shared<Sensitivity>(); // destroyed when the context is not locked
  object->module.context = module->context;
  auto analyse = [&](CalibrationData calibration, std::string &) {
    object->module.op = module->op->clone();
    FailureOr<SensitivityAnalysis> analysis = SensitivityAnalysis::create(
        *object->module.op, *compileOptions, sensitivityOptions, std::move(calibration));
    if (failed(analysis))
      return false;
    object->analysis = std::move(*analysis);
    return true;
  };
  bnn_status status =
      withData(*module, ArrayRef(data, num_arrays), sensitivityOptions.useLoss, error, analyse);
  if (status != BNN_OK)
    return status;
  *sensitivity = HandleTable<Sensitivity>::get().insert(std::move(object));
  return BNN_OK;
}

void bnn_sensitivity_destroy(bnn_sensitivity sensitivity) {
  HandleTable<Sensitivity>::get().erase(sensitivity);
}

bnn_status bnn_sensitivity_jobs(bnn_sensitivity handle, char **text, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Sensitivity> sensitivity = find<Sensitivity>(handle, error);
  if (!sensitivity)
    return BNN_INVALID_HANDLE;
  if (!text)
    return fail(error, BNN_INVALID_ARGUMENT, "'json' is NULL");
  json::Array list;
  for (const SensitivityJob &job : sensitivity->analysis->jobs())
    list.push_back(json::Object{{"layer", json::fixUTF8(job.layer)},
                                {"bits", job.bits.weights},
                                {"activation_bits", job.bits.activations}});
  std::string written;
  llvm::raw_string_ostream(written) << json::Value(std::move(list));
  *text = copyText(written);
  return BNN_OK;
}

bnn_status bnn_sensitivity_evaluate(bnn_sensitivity handle, size_t job, char **text, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Sensitivity> sensitivity = find<Sensitivity>(handle, error);
  if (!sensitivity)
    return BNN_INVALID_HANDLE;
  ArrayRef<SensitivityJob> jobs = sensitivity->analysis->jobs();
  if (!text || job >= jobs.size())
    return fail(error, BNN_INVALID_ARGUMENT, text ? "there is no such job" : "'json' is NULL");
  return withDiagnostics(*sensitivity->module.context, error, [&](std::string &) {
    FailureOr<SensitivityResult> result = sensitivity->analysis->evaluate(jobs[job]);
    if (failed(result))
      return false;
    *text = copyText(formatResults({{jobs[job].key(), *result}}, /*fingerprint=*/""));
    return true;
  });
}

bnn_status bnn_sensitivity_table(bnn_sensitivity handle, const char *const *results, size_t num_results,
                                 const char *costs, const char *source, char **text, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Sensitivity> sensitivity = find<Sensitivity>(handle, error);
  if (!sensitivity)
    return BNN_INVALID_HANDLE;
  if (!text || (num_results && !results))
    return fail(error, BNN_INVALID_ARGUMENT, text ? "'results' is NULL" : "'json' is NULL");
  SensitivityResults all;
  for (const char *part : ArrayRef(results, num_results)) {
    llvm::Expected<SensitivityResults> read = parseResults(part ? part : "", /*fingerprint=*/"");
    if (!read)
      return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(read.takeError()));
    all.insert(read->begin(), read->end());
  }
  for (const SensitivityJob &job : sensitivity->analysis->jobs())
    if (!all.count(job.key()))
      return fail(error, BNN_INVALID_ARGUMENT, "there is no result for '" + job.key() + "'");
  std::optional<AllocationTable> table;
  if (costs) {
    llvm::Expected<AllocationTable> read = parseTable(costs);
    if (!read)
      return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(read.takeError()));
    table = std::move(*read);
  }
  std::string written;
  bnn_status status = withDiagnostics(*sensitivity->module.context, error, [&](std::string &message) {
    llvm::raw_string_ostream stream(written);
    llvm::Error wrong =
        sensitivity->analysis->writeTable(all, table ? &*table : nullptr, source ? source : "", stream);
    if (wrong)
      message = llvm::toString(std::move(wrong));
    return message.empty();
  });
  if (status == BNN_OK)
    *text = copyText(written);
  return status;
}

bnn_status bnn_allocate(const char *table_json, const bnn_allocation_options *how, char **text,
                        char **error) {
  if (error)
    *error = nullptr;
  if (!table_json || !text)
    return fail(error, BNN_INVALID_ARGUMENT, text ? "'table' is NULL" : "'json' is NULL");
  auto wrong = [&](llvm::Error reason) {
    return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(std::move(reason)));
  };
  bnn_allocation_options given = {};
  if (how)
    std::memcpy(&given, how, std::min(how->struct_size, sizeof(given)));
  AllocationOptions options;
  for (const char *budget : ArrayRef(given.budgets, given.num_budgets)) {
    llvm::Expected<Budget> read = parseBudget(budget ? budget : "");
    if (!read)
      return wrong(read.takeError());
    options.budgets.push_back(std::move(*read));
  }
  for (const char *mean : ArrayRef(given.mean_bits, given.num_mean_bits)) {
    llvm::Expected<MeanBitsOption> read = parseMeanBits(mean ? mean : "");
    if (!read)
      return wrong(read.takeError());
    options.meanBits.push_back(std::move(*read));
  }
  if (llvm::Error reason = readBits(given.bits, options.bits))
    return wrong(std::move(reason));
  if (given.solver < 0 || given.solver > static_cast<int>(SolverKind::Genetic))
    return fail(error, BNN_INVALID_ARGUMENT, "'solver' is none of bnn_solver");
  options.solver = static_cast<SolverKind>(given.solver);
  if (given.seed)
    options.seed = given.seed;
  llvm::Expected<AllocationTable> table = parseTable(table_json);
  if (!table)
    return wrong(table.takeError());
  // CBC promises nothing about threads.
  static std::mutex solving;
  llvm::Expected<Allocation> allocation = [&] {
    std::lock_guard<std::mutex> lock(solving);
    return allocateBits(*table, options);
  }();
  if (!allocation)
    return wrong(allocation.takeError());
  std::string written;
  llvm::raw_string_ostream stream(written);
  printAssignmentJson(*table, *allocation, stream);
  *text = copyText(written);
  return BNN_OK;
}

bnn_status bnn_module_quantize(bnn_module handle, const char *assignment, const bnn_array *data,
                               size_t num_arrays, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Module> module = find<Module>(handle, error);
  if (!module)
    return BNN_INVALID_HANDLE;
  if (!assignment || !data)
    return fail(error, BNN_INVALID_ARGUMENT, assignment ? "'data' is NULL" : "'assignment' is NULL");
  llvm::Expected<BitAssignment> bits = parseAssignment(assignment);
  if (!bits)
    return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(bits.takeError()));
  auto quantize = [&](CalibrationData calibration, std::string &message) {
    CompileOptions options;
    FailureOr<TargetInfo> host =
        TargetInfo::resolve("native", "", "", [&](const Twine &reason) { message = reason.str(); });
    if (failed(host))
      return false;
    options.target = *host;
    return succeeded(calibrateAndQuantize(*module->op, *bits, calibration, options));
  };
  return withData(*module, ArrayRef(data, num_arrays), /*needsLabels=*/false, error, quantize);
}
