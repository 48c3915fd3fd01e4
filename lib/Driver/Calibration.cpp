//===- Calibration.cpp - What a network does on sample data ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Calibration.h"

#include "bnn/Dialect/BNN/Transforms/AllocateBits.h"
#include "bnn/Dialect/BNN/Transforms/Layers.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"
#include "bnn/Support/Clip.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <cstring>
#include <numeric>

using namespace mlir;
using namespace bnn;

/// Values kept per layer: enough for a clip, few enough to try a hundred of them.
static constexpr int64_t maxSampledValues = 1 << 17;

/// The labels as integers, or an error.
static llvm::Expected<std::vector<int64_t>> readLabels(const NpyArray &array, int64_t numSamples) {
  std::string what = describe(array.type, array.shape);
  bool integers = array.type == DType::I8 || array.type == DType::U8 || array.type == DType::I16 ||
                  array.type == DType::I32 || array.type == DType::I64;
  if (!integers || array.shape.size() != 1)
    return llvm::createStringError("calibration data: 'labels' is " + what +
                                   "; it must hold one integer for each sample");
  if (array.shape[0] != numSamples)
    return llvm::createStringError("calibration data: there are " + Twine(numSamples) + " samples and " +
                                   Twine(array.shape[0]) + " labels");
  std::vector<int64_t> labels;
  unsigned size = byteSize(array.type);
  for (int64_t i = 0; i < numSamples; ++i) {
    int64_t label = 0; // the host is little-endian
    std::memcpy(&label, array.data.data() + i * size, size);
    if (array.type != DType::U8 && size < 8)
      label = llvm::SignExtend64(label, 8 * size);
    if (label < 0)
      return llvm::createStringError("calibration data: label " + Twine(i) + " is " + Twine(label) +
                                     "; classes count from 0");
    labels.push_back(label);
  }
  return labels;
}

llvm::Expected<CalibrationData> bnn::matchCalibrationData(const ModelSignature &signature, NpzArrays arrays) {
  auto isInput = [&](StringRef name) {
    return llvm::any_of(signature.inputs, [&](const ModelValue &input) { return input.name == name; });
  };
  CalibrationData data;
  std::optional<NpyArray> labels;
  if (!isInput("labels"))
    for (auto it = arrays.begin(); it != arrays.end(); ++it)
      if (it->first == "labels") {
        labels = std::move(it->second);
        arrays.erase(it);
        break;
      }
  // A single array may have any name.
  if (arrays.size() == 1 && signature.inputs.size() == 1)
    arrays.front().first = signature.inputs.front().name;
  for (const auto &[name, array] : arrays)
    if (!isInput(name)) {
      auto names =
          llvm::map_range(signature.inputs, [](const ModelValue &input) { return "'" + input.name + "'"; });
      return llvm::createStringError("calibration data: the model has no input '" + name +
                                     "'; its inputs are " + llvm::join(names, ", ") +
                                     ", and classes are called 'labels'");
    }
  for (const ModelValue &input : signature.inputs) {
    auto it = llvm::find_if(arrays, [&](const auto &array) { return array.first == input.name; });
    if (it == arrays.end())
      return llvm::createStringError("calibration data: there is no array '" + input.name + "' (" +
                                     input.describe() + " for each run)");
    NpyArray &array = it->second;
    bool fits = array.type == input.type && !input.shape.empty() &&
                array.shape.size() == input.shape.size() &&
                ArrayRef(array.shape).drop_front() == ArrayRef(input.shape).drop_front() &&
                array.shape.front() > 0 && array.shape.front() % input.shape.front() == 0;
    if (!fits)
      return llvm::createStringError(
          "calibration data: '" + input.name + "' is " + describe(array.type, array.shape) +
          "; the model reads " + input.describe() +
          ", so it must have that type and shape, its first dimension any multiple");
    int64_t numRuns = array.shape.front() / input.shape.front();
    if (data.numRuns && data.numRuns != numRuns)
      return llvm::createStringError("calibration data: '" + input.name + "' is enough for " +
                                     Twine(numRuns) + " runs and '" + signature.inputs.front().name +
                                     "' for " + Twine(data.numRuns));
    data.numRuns = numRuns;
    data.inputs.push_back(std::move(array));
  }
  if (labels) {
    llvm::Expected<std::vector<int64_t>> read = readLabels(*labels, data.numSamples());
    if (!read)
      return read.takeError();
    data.labels = std::move(*read);
  }
  return data;
}

void bnn::runOnData(const HostModel &model, const CalibrationData &data,
                    llvm::function_ref<void(int64_t, ArrayRef<std::vector<uint8_t>>)> visit) {
  const ModelSignature &signature = model.signature();
  std::vector<std::vector<uint8_t>> outputs;
  SmallVector<void *> outputPointers;
  for (const ModelValue &output : signature.outputs)
    outputs.emplace_back(output.numBytes());
  for (std::vector<uint8_t> &output : outputs)
    outputPointers.push_back(output.data());
  std::unique_ptr<uint8_t[]> workspace(new uint8_t[model.workspaceSize()]);
  for (int64_t run = 0; run < data.numRuns; ++run) {
    SmallVector<const void *> inputs;
    for (auto [input, array] : llvm::zip_equal(signature.inputs, data.inputs))
      inputs.push_back(array.data.data() + run * input.numBytes());
    model.run(inputs, outputPointers, workspace.get());
    visit(run, outputs);
  }
}

static LogicalResult runPasses(ModuleOp module, const CompileOptions &options,
                               llvm::function_ref<void(OpPassManager &)> add) {
  PassManager pm(module.getContext());
  if (options.configure && failed(options.configure(pm)))
    return failure();
  add(pm);
  return pm.run(module);
}

LogicalResult bnn::prepareLayers(ModuleOp module, const CompileOptions &options) {
  return runPasses(module, options, [](OpPassManager &pm) {
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createQuantizeConstants());
  });
}

/// A stride that meets every channel: about `size / wanted`, and prime to `size`.
static int64_t strideFor(int64_t size, int64_t wanted) {
  int64_t stride = std::max<int64_t>(1, size / std::max<int64_t>(1, wanted));
  while (std::gcd(stride, size) != 1)
    ++stride;
  return stride;
}

FailureOr<ActivationSamples>
bnn::sampleActivations(ModuleOp module, const CompileOptions &options, const CalibrationData &data,
                       llvm::function_ref<void(int64_t, ArrayRef<std::vector<uint8_t>>)> onOutputs) {
  OwningOpRef<ModuleOp> copy = module.clone();
  FailureOr<func::FuncOp> entry = findEntry(*copy);
  if (failed(entry))
    return failure();
  std::vector<NetworkLayer> layers = findLayers(*entry);
  auto ret = cast<func::ReturnOp>(entry->front().getTerminator());
  unsigned numOutputs = entry->getNumResults();
  for (auto [i, layer] : llvm::enumerate(layers)) {
    Value value = layer.getFloatActivations();
    auto name = StringAttr::get(copy->getContext(), "activations" + Twine(i));
    auto attrs = DictionaryAttr::get(copy->getContext(), NamedAttribute("bnn.name", name));
    (void)entry->insertResult(entry->getNumResults(), value.getType(), attrs);
    ret->insertOperands(ret->getNumOperands(), value);
  }
  CompileOptions quiet = options;
  quiet.dumpFolder.clear();
  std::unique_ptr<HostModel> model = loadOnHost(*copy, quiet);
  if (!model)
    return failure();

  ActivationSamples samples;
  SmallVector<float> largest(layers.size(), 0);
  bool finite = true;
  runOnData(*model, data, [&](int64_t run, ArrayRef<std::vector<uint8_t>> outputs) {
    if (onOutputs)
      onOutputs(run, outputs.take_front(numOutputs));
    for (auto [layer, bytes, most] : llvm::zip_equal(layers, outputs.drop_front(numOutputs), largest)) {
      ActivationSample &sample = samples[layer.name];
      int64_t size = bytes.size() / sizeof(float);
      auto at = [&, bytes = ArrayRef(bytes)](int64_t i) {
        float value;
        std::memcpy(&value, bytes.data() + i * sizeof(float), sizeof(float));
        return value;
      };
      for (int64_t i = 0; i < size; ++i) {
        float value = at(i);
        finite &= std::isfinite(value);
        sample.isSigned |= value < 0;
        if (std::abs(value) > std::abs(most))
          most = value;
      }
      int64_t stride = strideFor(size, maxSampledValues / data.numRuns + 1);
      for (int64_t i = run % stride; i < size; i += stride)
        sample.values.push_back(at(i));
    }
  });
  if (!finite)
    return module.emitError()
           << "the model computes infinities or NaN on the calibration data, for which there "
              "is no scale";
  for (auto [layer, most] : llvm::zip_equal(layers, largest))
    samples[layer.name].values.push_back(most);
  return samples;
}

LogicalResult bnn::quantizeLayers(ModuleOp module, const BitAssignment &assignment,
                                  const ActivationSamples &samples, const CompileOptions &options) {
  if (failed(annotateBits(module, assignment)))
    return failure();
  Builder builder(module.getContext());
  for (const NetworkLayer &layer : findLayers(module)) {
    Operation *first = layer.ops.front();
    auto bits = first->getAttrOfType<IntegerAttr>(activationBitsAttr);
    auto sample = samples.find(layer.name);
    if (!bits || sample == samples.end())
      continue;
    CodeSpread spread = chooseSpread(bits.getInt(), sample->second.isSigned);
    float scale = findScale(sample->second.values, bits.getInt(), spread);
    first->setAttr(activationScaleAttr, builder.getF32FloatAttr(scale));
    if (sample->second.isSigned)
      first->setAttr(activationSignedAttr, builder.getUnitAttr());
  }
  return runPasses(module, options, [](OpPassManager &pm) { pm.addPass(createApplyBits()); });
}

LogicalResult bnn::calibrateAndQuantize(ModuleOp module, const BitAssignment &assignment,
                                        const CalibrationData &data, const CompileOptions &options) {
  // Unknown layers are reported before time is spent.
  if (failed(prepareLayers(module, options)) || failed(annotateBits(module, assignment)))
    return failure();
  CompileOptions host = options;
  FailureOr<TargetInfo> native =
      TargetInfo::resolve("native", "", "", [&](const Twine &message) { module.emitError() << message; });
  if (failed(native))
    return failure();
  host.target = *native;
  host.onStage = nullptr;
  FailureOr<ActivationSamples> samples = sampleActivations(module, host, data);
  if (failed(samples))
    return failure();
  return quantizeLayers(module, assignment, *samples, options);
}

LogicalResult bnn::makeBitsSwitchable(ModuleOp module, const CompileOptions &options) {
  if (failed(findEntry(module)) || failed(prepareLayers(module, options)))
    return failure();
  return runPasses(module, options, [](OpPassManager &pm) { pm.addPass(createMakeBitsSwitchable()); });
}
