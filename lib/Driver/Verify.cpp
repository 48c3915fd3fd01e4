//===- Verify.cpp - Compares fast code with the reference -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four programs are run, all but the first made of the optimized model:
//
//   given      inputs                      -> outputs, of the model as it was imported, by the reference path
//   reference  inputs                      -> outputs, values between kernels
//   layers     inputs, those values        -> the same, each layer by fast code from the reference's values
//   fast       inputs                      -> outputs
//
// A wrong layer shows in its own value of `layers` only, so the first difference
// names the layer at fault. The outputs of `fast`, which is what users get, are
// compared with those of `given`: that covers bnn-optimize, too. Where they
// differ though all layers are equal, `reference` and `layers` are made once
// more of the model as it was imported, with bnn-optimize as a part of the fast
// code: the values between quantizers then tell a tie from a wrong rewrite.
//
// Codes must be equal. One case is allowed and counted as a tie: a code made of
// a float which the two programs, adding in another order, round differently,
// where moving the reference's float within the tolerance gives the fast code.
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Verify.h"

#include "Probes.h"

#include "mlir/IR/Builders.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace bnn;

int64_t VerifyReport::numTies() const {
  int64_t ties = 0;
  for (const ValueComparison &value : llvm::concat<const ValueComparison>(layers, quantizers))
    ties += value.numTies;
  return ties;
}

const ValueComparison *VerifyReport::firstDifferent() const {
  for (const ValueComparison &value : llvm::concat<const ValueComparison>(layers, quantizers))
    if (value.numDifferent)
      return &value;
  return nullptr;
}

bool VerifyReport::outputsEqual() const {
  return llvm::all_of(outputs, [](const ValueComparison &output) { return output.numDifferent == 0; });
}

bool VerifyReport::passed() const { return !firstDifferent() && (outputsEqual() || numTies() > 0); }

template <typename T>
static T elementAs(const NpyArray &array, int64_t i) {
  T value;
  std::memcpy(&value, array.data.data() + i * sizeof(T), sizeof(T));
  return value;
}

/// Element `i`; integers of 64 bits beyond 2^53 are compared as bytes before this is asked.
static double numberAt(const NpyArray &array, int64_t i) {
  switch (array.type) {
  case DType::F32:
    return elementAs<float>(array, i);
  case DType::F64:
    return elementAs<double>(array, i);
  case DType::I8:
    return elementAs<int8_t>(array, i);
  case DType::I16:
    return elementAs<int16_t>(array, i);
  case DType::I32:
    return elementAs<int32_t>(array, i);
  case DType::I64:
    return elementAs<int64_t>(array, i);
  case DType::Bool:
  case DType::U8:
    return elementAs<uint8_t>(array, i);
  case DType::U32:
    return elementAs<uint32_t>(array, i);
  case DType::U64:
    return elementAs<uint64_t>(array, i);
  case DType::U16:
  case DType::F16:
  case DType::BF16:
    return elementAs<uint16_t>(array, i);
  }
  llvm_unreachable("all types are covered");
}

static bool isFloat(DType type) { return type == DType::F32 || type == DType::F64; }

/// Compares two arrays of one type. `low` and `high` bound codes that may be ties; null without.
static ValueComparison compare(const NpyArray &fast, const NpyArray &reference, bool codes,
                               const NpyArray *low = nullptr, const NpyArray *high = nullptr) {
  ValueComparison result;
  result.what = codes ? "codes" : describe(reference.type, reference.shape);
  result.numElements = *countElements(reference.type, reference.shape);
  unsigned size = byteSize(reference.type);
  for (int64_t i = 0; i < result.numElements; ++i) {
    if (!std::memcmp(fast.data.data() + i * size, reference.data.data() + i * size, size))
      continue;
    double a = numberAt(fast, i), b = numberAt(reference, i);
    if (low && a >= std::min(numberAt(*low, i), numberAt(*high, i)) &&
        a <= std::max(numberAt(*low, i), numberAt(*high, i))) {
      ++result.numTies;
      continue;
    }
    if (!codes && isFloat(reference.type)) {
      if ((std::isnan(a) && std::isnan(b)) || a == b)
        continue;
      double error = std::abs(a - b) / std::max(1.0, std::abs(b));
      result.maxError = std::max(result.maxError, error); // NaN compares false
      if (error <= verifyTolerance)
        continue;
    }
    if (result.numDifferent++ == 0) {
      result.firstIndex = i;
      result.fast = a;
      result.reference = b;
    }
  }
  return result;
}

static std::string outputName(const ModelSignature &signature, size_t i) {
  return "output '" + signature.outputs[i].name + "'";
}

/// Compiles a copy of the module, changed by `change`, and runs it.
static FailureOr<NpzArrays> runVariant(ModuleOp module, const CompileOptions &options,
                                       ArrayRef<NpyArray> inputs,
                                       llvm::function_ref<void(func::FuncOp)> change) {
  OwningOpRef<ModuleOp> copy = module.clone();
  FailureOr<func::FuncOp> entry = findEntry(*copy);
  if (failed(entry))
    return failure();
  change(*entry);
  std::unique_ptr<HostModel> model = loadOnHost(*copy, options);
  if (!model)
    return failure();
  return runModel(*model, inputs);
}

/// Compares both paths of `module` value by value: `reference` computes them all, `fast` each from the
/// reference's values. Values between kernels come first, outputs last.
static FailureOr<std::vector<ValueComparison>> compareLayers(ModuleOp module, const ModelSignature &signature,
                                                             const CompileOptions &fast,
                                                             const CompileOptions &reference,
                                                             ArrayRef<NpyArray> inputs) {
  FailureOr<func::FuncOp> entry = findEntry(module);
  if (failed(entry))
    return failure();
  SmallVector<Probe> probes = findProbes(*entry);
  FailureOr<NpzArrays> expected =
      runVariant(module, reference, inputs, [](func::FuncOp func) { returnProbes(func, verifyTolerance); });
  if (failed(expected))
    return failure();

  // What the reference computed for each probe, with the bounds of ties where there are any.
  struct Expected {
    const NpyArray *value, *low = nullptr, *high = nullptr;
  };
  SmallVector<Expected> values;
  std::vector<NpyArray> cutInputs(inputs.begin(), inputs.end());
  size_t numOutputs = signature.outputs.size(), at = numOutputs;
  for (const Probe &probe : probes) {
    Expected value{&(*expected)[at++].second};
    if (probe.isCodes && probe.source) {
      value.low = &(*expected)[at++].second;
      value.high = &(*expected)[at++].second;
    }
    cutInputs.push_back(*value.value);
    values.push_back(value);
  }
  FailureOr<NpzArrays> layers =
      runVariant(module, fast, cutInputs, [](func::FuncOp func) { cutAtProbes(func); });
  if (failed(layers))
    return failure();

  std::vector<ValueComparison> comparisons;
  for (auto [i, probe, value] : llvm::enumerate(probes, values)) {
    comparisons.push_back(
        compare((*layers)[numOutputs + i].second, *value.value, probe.isCodes, value.low, value.high));
    comparisons.back().name = probe.name;
  }
  for (size_t i = 0; i < numOutputs; ++i) {
    comparisons.push_back(compare((*layers)[i].second, (*expected)[i].second, false));
    comparisons.back().name = outputName(signature, i);
  }
  return comparisons;
}

FailureOr<VerifyReport> bnn::verifyModel(ModuleOp module, const CompileOptions &options,
                                         ArrayRef<NpyArray> inputs) {
  OwningOpRef<ModuleOp> imported = module.clone();
  CompileOptions given = options;
  given.reference = true;
  given.dumpFolder.clear();
  FailureOr<NpzArrays> expected = runVariant(module, given, inputs, [](func::FuncOp) {});
  if (failed(expected))
    return failure();
  FailureOr<ModelSignature> signature = lowerModel(module, options, Stage::Optimized);
  if (failed(signature))
    return failure();

  CompileOptions fast = options;
  fast.dumpFolder.clear();
  fast.optimized = true;
  CompileOptions reference = fast;
  reference.reference = true;
  VerifyReport report;
  FailureOr<std::vector<ValueComparison>> layers = compareLayers(module, *signature, fast, reference, inputs);
  if (failed(layers))
    return failure();
  report.layers = std::move(*layers);

  FailureOr<NpzArrays> actual = runVariant(module, fast, inputs, [](func::FuncOp) {});
  if (failed(actual))
    return failure();
  for (size_t i = 0; i < signature->outputs.size(); ++i) {
    report.outputs.push_back(compare((*actual)[i].second, (*expected)[i].second, false));
    report.outputs.back().name = outputName(*signature, i);
  }
  if (report.outputsEqual() || report.firstDifferent())
    return report;

  // Every layer is right and the whole is not: either ties add up, or bnn-optimize changed the meaning.
  fast.optimized = false;
  FailureOr<std::vector<ValueComparison>> quantizers =
      compareLayers(*imported, *signature, fast, given, inputs);
  if (failed(quantizers))
    return failure();
  report.quantizers = std::move(*quantizers);
  return report;
}
