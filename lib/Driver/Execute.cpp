//===- Execute.cpp - Runs models on arrays --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Execute.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace bnn;

std::unique_ptr<HostModel> bnn::loadOnHost(ModuleOp module, const CompileOptions &options) {
  FailureOr<CompiledModel> compiled = compileModel(module, options);
  if (failed(compiled))
    return nullptr;
  return HostModel::load(
      std::move(compiled->code), compiled->signature, options.target,
      [&](const Twine &message) { emitError(UnknownLoc::get(module.getContext())) << message; });
}

static std::string quotedNames(ArrayRef<std::string> names) {
  return llvm::join(llvm::map_range(names, [](const std::string &name) { return "'" + name + "'"; }), ", ");
}

/// numpy.savez calls arrays without names arr_0, arr_1, ...
static bool isPositional(StringRef name, size_t index) {
  return name.empty() || name == ("arr_" + Twine(index)).str();
}

llvm::Expected<std::vector<NpyArray>> bnn::matchInputs(const ModelSignature &signature, NpzArrays arrays) {
  std::vector<const NpyArray *> chosen(signature.inputs.size(), nullptr);
  SmallVector<std::string> inputNames;
  for (const ModelValue &input : signature.inputs)
    inputNames.push_back(input.name);

  size_t position = 0;
  for (auto &[name, array] : arrays) {
    auto it = llvm::find(inputNames, name);
    size_t index = it - inputNames.begin();
    if (it == inputNames.end()) {
      if (!isPositional(name, position))
        return llvm::createStringError("the model has no input '" + name + "'; its inputs are " +
                                       quotedNames(inputNames));
      index = position++;
      if (index >= inputNames.size())
        return llvm::createStringError("more arrays were given than the model has inputs (" +
                                       Twine(inputNames.size()) + ")");
    }
    if (chosen[index])
      return llvm::createStringError("input '" + inputNames[index] + "' was given twice");
    chosen[index] = &array;
  }

  std::vector<NpyArray> result;
  for (auto [input, array] : llvm::zip_equal(signature.inputs, chosen)) {
    if (!array)
      return llvm::createStringError("input '" + input.name + "' (" + input.describe() + ") was not given");
    bool sameType = array->type == input.type || (input.type == DType::BF16 && array->type == DType::U16);
    if (!sameType || array->shape != input.shape)
      return llvm::createStringError("input '" + input.name + "' must be " + input.describe() + " and is " +
                                     describe(array->type, array->shape));
    result.push_back(*array);
  }
  return result;
}

/// The next number in (0, 1]; std::uniform_real_distribution differs between standard libraries.
static double nextUnit(std::mt19937_64 &random) { return ((random() >> 11) + 1) * 0x1p-53; }

static double nextNormal(std::mt19937_64 &random) {
  double radius = std::sqrt(-2 * std::log(nextUnit(random)));
  return radius * std::cos(2 * 3.14159265358979323846 * nextUnit(random));
}

/// Writes a double as a float of the semantics given.
static void putFloat(uint8_t *to, double value, const llvm::fltSemantics &semantics) {
  llvm::APFloat number(value);
  bool lossy;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &lossy);
  uint64_t bits = number.bitcastToAPInt().getZExtValue();
  std::memcpy(to, &bits, llvm::APFloat::semanticsSizeInBits(semantics) / 8); // the host is little-endian
}

std::vector<NpyArray> bnn::randomInputs(const ModelSignature &signature, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<NpyArray> result;
  for (const ModelValue &input : signature.inputs) {
    NpyArray array{input.type, input.shape, std::vector<uint8_t>(input.numBytes())};
    unsigned size = byteSize(input.type);
    for (size_t at = 0; at < array.data.size(); at += size) {
      uint8_t *to = array.data.data() + at;
      switch (input.type) {
      case DType::F16:
        putFloat(to, nextNormal(random), llvm::APFloat::IEEEhalf());
        break;
      case DType::BF16:
        putFloat(to, nextNormal(random), llvm::APFloat::BFloat());
        break;
      case DType::F32:
        putFloat(to, nextNormal(random), llvm::APFloat::IEEEsingle());
        break;
      case DType::F64:
        putFloat(to, nextNormal(random), llvm::APFloat::IEEEdouble());
        break;
      case DType::Bool:
        *to = random() & 1;
        break;
      case DType::U8:
      case DType::U16:
      case DType::U32:
      case DType::U64:
        *to = random() & 15;
        break;
      case DType::I8:
      case DType::I16:
      case DType::I32:
      case DType::I64: {
        int64_t value = static_cast<int64_t>(random() & 15) - 8;
        std::memcpy(to, &value, size);
        break;
      }
      }
    }
    result.push_back(std::move(array));
  }
  return result;
}

NpzArrays bnn::runModel(const HostModel &model, ArrayRef<NpyArray> inputs) {
  NpzArrays outputs;
  SmallVector<const void *> inputPointers;
  SmallVector<void *> outputPointers;
  for (const NpyArray &input : inputs)
    inputPointers.push_back(input.data.data());
  for (const ModelValue &output : model.signature().outputs)
    outputs.emplace_back(output.name,
                         NpyArray{output.type, output.shape, std::vector<uint8_t>(output.numBytes())});
  for (auto &output : outputs)
    outputPointers.push_back(output.second.data.data());
  model.run(inputPointers, outputPointers);
  return outputs;
}
