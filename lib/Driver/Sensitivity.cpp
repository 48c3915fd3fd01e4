//===- Sensitivity.cpp - How much each layer suffers from few bits --------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Sensitivity.h"

#include "bnn/Dialect/BNN/Transforms/Layers.h"

#include "mlir/IR/IRMapping.h"

#include <chrono>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace bnn;

double SensitivityResult::sqnr() const { return -10 * std::log10(std::max(noise, 1e-30)); }

/// Appends the elements of the float outputs.
static void appendFloats(const ModelSignature &signature, ArrayRef<std::vector<uint8_t>> outputs,
                         std::vector<float> &to) {
  for (auto [output, bytes] : llvm::zip_equal(signature.outputs, outputs)) {
    if (output.type != DType::F32)
      continue;
    size_t at = to.size();
    to.resize(at + bytes.size() / sizeof(float));
    std::memcpy(to.data() + at, bytes.data(), bytes.size());
  }
}

/// One loss for the float outputs: only a single output of logits has one.
static LogicalResult checkOutputs(ModuleOp module, const ModelSignature &signature,
                                  const CalibrationData &data) {
  unsigned numFloat =
      llvm::count_if(signature.outputs, [](const ModelValue &v) { return v.type == DType::F32; });
  if (!numFloat)
    return module.emitError() << "has no float output whose error could be measured";
  if (data.labels.empty())
    return success();
  const ModelValue &logits = signature.outputs.front();
  int64_t perRun = data.numSamples() / data.numRuns;
  if (signature.outputs.size() != 1 || logits.type != DType::F32 || logits.shape.size() != 2 ||
      logits.shape[0] != perRun)
    return module.emitError() << "labels were given, and the model's output is no matrix of logits, one row "
                                 "for each sample";
  for (int64_t label : data.labels)
    if (label >= logits.shape[1])
      return module.emitError() << "a label is " << label << ", and the model tells " << logits.shape[1]
                                << " classes apart";
  return success();
}

FailureOr<SensitivityAnalysis> SensitivityAnalysis::create(ModuleOp module, const CompileOptions &compile,
                                                           const SensitivityOptions &options,
                                                           CalibrationData data) {
  SensitivityAnalysis analysis;
  analysis.module = module;
  analysis.compile = compile;
  analysis.compile.dumpFolder.clear();
  analysis.options = options;
  analysis.data = std::move(data);
  FailureOr<func::FuncOp> entry = findEntry(module);
  FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
  if (failed(signature) || failed(checkOutputs(module, *signature, analysis.data)) ||
      failed(prepareLayers(module, analysis.compile)))
    return failure();
  FailureOr<ActivationSamples> samples = sampleActivations(
      module, analysis.compile, analysis.data, [&](int64_t, ArrayRef<std::vector<uint8_t>> outputs) {
        appendFloats(*signature, outputs, analysis.expected);
      });
  if (failed(samples))
    return failure();
  analysis.samples = std::move(*samples);
  analysis.expectedLoss = analysis.meanLoss(analysis.expected);
  for (const NetworkLayer &layer : findLayers(module))
    for (unsigned weights : options.weightBits)
      for (unsigned activations : options.activationBits)
        analysis.allJobs.push_back({layer.name, {weights, activations}});
  if (analysis.allJobs.empty()) {
    module.emitError() << "has no convolution or matrix product with constant float weights";
    return failure();
  }
  return analysis;
}

double SensitivityAnalysis::meanLoss(ArrayRef<float> logits) const {
  if (data.labels.empty())
    return NAN;
  size_t numClasses = logits.size() / data.labels.size();
  double sum = 0;
  for (auto [i, label] : llvm::enumerate(data.labels)) {
    ArrayRef<float> row = logits.slice(i * numClasses, numClasses);
    double largest = *std::max_element(row.begin(), row.end()), total = 0;
    for (float logit : row)
      total += std::exp(logit - largest);
    sum += largest + std::log(total) - row[label];
  }
  return sum / data.labels.size();
}

FailureOr<SensitivityResult> SensitivityAnalysis::evaluate(const SensitivityJob &job) const {
  OwningOpRef<ModuleOp> copy = ModuleOp(module).clone();
  if (failed(quantizeLayers(*copy, {{job.layer, job.bits}}, samples, compile)))
    return failure();
  std::unique_ptr<HostModel> model = loadOnHost(*copy, compile);
  if (!model)
    return failure();
  std::vector<float> outputs;
  runOnData(*model, data, [&](int64_t, ArrayRef<std::vector<uint8_t>> run) {
    appendFloats(model->signature(), run, outputs);
  });
  SensitivityResult result;
  double signal = 0, noise = 0;
  for (auto [value, reference] : llvm::zip_equal(outputs, expected)) {
    double difference = static_cast<double>(value) - reference;
    signal += static_cast<double>(reference) * reference;
    noise += difference * difference;
  }
  result.noise = noise / std::max(signal, 1e-300);
  result.lossIncrease = meanLoss(outputs) - expectedLoss;
  result.latency = NAN;
  if (options.measureLatency) {
    FailureOr<double> latency = measureLayer(job);
    if (failed(latency))
      return failure();
    result.latency = *latency;
  }
  return result;
}

/// `value` in another function, with all that it is computed from, down to what `map` knows.
static Value cloneInto(OpBuilder &builder, Value value, IRMapping &map) {
  if (Value known = map.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op)
    return Value();
  for (Value operand : op->getOperands())
    if (!cloneInto(builder, operand, map))
      return Value();
  builder.clone(*op, map);
  return map.lookup(value);
}

FailureOr<double> SensitivityAnalysis::measureLayer(const SensitivityJob &job) const {
  std::vector<NetworkLayer> layers = findLayers(module);
  const NetworkLayer *layer = findLayer(layers, job.layer);
  OwningOpRef<ModuleOp> alone = ModuleOp::create(ModuleOp(module).getLoc());
  OpBuilder builder(alone->getBodyRegion());
  SmallVector<Type> results;
  for (Operation *op : layer->ops)
    results.push_back(op->getResult(0).getType());
  Value activations = layer->getFloatActivations();
  auto func = func::FuncOp::create(builder, layer->ops.front()->getLoc(), "layer",
                                   builder.getFunctionType({activations.getType()}, results));
  builder.setInsertionPointToStart(func.addEntryBlock());
  IRMapping map;
  map.map(activations, func.getArgument(0));
  SmallVector<Value> values;
  for (Operation *op : layer->ops) {
    values.push_back(cloneInto(builder, op->getResult(0), map));
    if (!values.back())
      return op->emitError() << "cannot be timed alone";
  }
  func::ReturnOp::create(builder, func.getLoc(), values);
  // The copies have the same locations, and so the same name.
  if (failed(quantizeLayers(*alone, {{job.layer, job.bits}}, samples, compile)))
    return failure();
  std::unique_ptr<HostModel> model = loadOnHost(*alone, compile);
  if (!model)
    return failure();

  std::vector<NpyArray> inputs = randomInputs(model->signature(), /*seed=*/1);
  std::vector<std::vector<uint8_t>> outputs;
  SmallVector<void *> outputPointers;
  for (const ModelValue &output : model->signature().outputs)
    outputPointers.push_back(outputs.emplace_back(output.numBytes()).data());
  std::unique_ptr<uint8_t[]> workspace(new uint8_t[model->workspaceSize()]);
  auto run = [&](int64_t times) {
    auto begin = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < times; ++i)
      model->run({inputs.front().data.data()}, outputPointers, workspace.get());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  };
  // Batches of a few milliseconds; the fastest is the least disturbed.
  int64_t times = 1;
  double elapsed = run(1);
  while (elapsed < 4 && times < (1 << 20))
    elapsed = run(times *= 2);
  double best = elapsed;
  for (int i = 0; i < 6; ++i)
    best = std::min(best, run(times));
  return best / times;
}
