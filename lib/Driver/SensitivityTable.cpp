//===- SensitivityTable.cpp - Files of sensitivities ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table for `bnnc allocate`, and the results of single jobs, from which an
// analysis goes on that was interrupted or spread over machines.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/Transforms/Layers.h"
#include "bnn/Driver/Sensitivity.h"

#include <cmath>

using namespace llvm;
using namespace bnn;

std::string bnn::formatResults(const SensitivityResults &results, StringRef fingerprint) {
  std::string text;
  raw_string_ostream stream(text);
  json::OStream json(stream, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("fingerprint", fingerprint);
    json.attributeObject("results", [&] {
      for (const auto &[key, result] : results)
        json.attributeArray(key, [&, &result = result] {
          for (double number : {result.noise, result.lossIncrease, result.latency})
            if (std::isnan(number))
              json.value(nullptr);
            else
              json.value(number);
        });
    });
  });
  stream << "\n";
  return text;
}

Expected<SensitivityResults> bnn::parseResults(StringRef text, StringRef fingerprint) {
  Expected<json::Value> root = json::parse(text);
  if (!root)
    return root.takeError();
  const json::Object *object = root->getAsObject();
  const json::Object *entries = object ? object->getObject("results") : nullptr;
  std::optional<StringRef> owner = object ? object->getString("fingerprint") : std::nullopt;
  if (!entries || !owner)
    return createStringError("holds no results of 'bnnc sensitivity'");
  if (*owner != fingerprint)
    return createStringError("holds results for another model, other data or other options");
  SensitivityResults results;
  for (const auto &[key, value] : *entries) {
    const json::Array *numbers = value.getAsArray();
    if (!numbers || numbers->size() != 3)
      return createStringError("the entry '" + StringRef(key) + "' has no three numbers");
    auto number = [&](size_t i) { return (*numbers)[i].getAsNumber().value_or(NAN); };
    results[StringRef(key).str()] = {number(0), number(1), number(2)};
  }
  return results;
}

Error SensitivityAnalysis::writeTable(const SensitivityResults &results, const AllocationTable *costs,
                                      StringRef source, raw_ostream &os) const {
  bool oneWidth = options.activationBits.size() == 1;
  auto keyOf = [&](BitWidths bits) {
    std::string key = std::to_string(bits.weights);
    return oneWidth ? key : key + "x" + std::to_string(bits.activations);
  };
  auto resultOf = [&](const SensitivityJob &job) { return results.at(job.key()); };
  // What other tables know must be there for every choice; so it is looked up before anything is written.
  for (const SensitivityJob &job : allJobs) {
    if (!costs)
      break;
    std::optional<unsigned> layer = costs->findLayer(job.layer);
    if (!layer)
      return createStringError("the table of costs has no layer '" + job.layer + "'");
    if (!costs->layers[*layer].findChoice(job.bits))
      return createStringError("the table of costs has no " + Twine(job.bits.weights) + "x" +
                               Twine(job.bits.activations) + " bits for layer '" + job.layer + "'");
  }

  json::OStream json(os, /*IndentSize=*/1);
  json.objectBegin();
  json.attribute("source", source);
  if (oneWidth)
    json.attribute("activation_bits", options.activationBits.front());
  json.attributeObject("units", [&] {
    json.attribute("size", "B");
    if (options.measureLatency)
      json.attribute("latency", "ms");
    if (costs)
      for (auto [metric, unit] : zip_equal(costs->metrics, costs->units))
        if (metric != "size" && metric != "bops" && !(options.measureLatency && metric == "latency"))
          json.attribute(metric, unit);
  });
  json.attributeBegin("layers");
  json.arrayBegin();
  for (const NetworkLayer &layer : findLayers(module)) {
    std::vector<SensitivityJob> jobs;
    for (const SensitivityJob &job : allJobs)
      if (job.layer == layer.name)
        jobs.push_back(job);
    auto attribute = [&](StringRef name, function_ref<double(const SensitivityJob &)> value) {
      json.attributeObject(name, [&] {
        for (const SensitivityJob &job : jobs)
          json.attribute(keyOf(job.bits), value(job));
      });
    };
    auto shape = [&](StringRef name, ArrayRef<int64_t> extents) {
      json.attributeArray(name, [&] {
        for (int64_t extent : extents)
          json.value(extent);
      });
    };
    json.object([&] {
      json.attribute("name", layer.name);
      json.attribute("parameters", layer.getNumParameters());
      shape("input_shape", layer.getInputShape());
      shape("output_shape", layer.getOutputShape());
      attribute("sensitivity", [&](const SensitivityJob &job) {
        SensitivityResult result = resultOf(job);
        return options.useLoss ? std::max(0.0, result.lossIncrease) : result.noise;
      });
      attribute("sqnr", [&](const SensitivityJob &job) { return resultOf(job).sqnr(); });
      if (!data.labels.empty())
        attribute("loss_increase", [&](const SensitivityJob &job) { return resultOf(job).lossIncrease; });
      json.attributeObject("cost", [&] {
        attribute("size", [&](const SensitivityJob &job) {
          return static_cast<double>(divideCeil(layer.getNumParameters() * job.bits.weights, 8));
        });
        attribute("bops", [&](const SensitivityJob &job) {
          return static_cast<double>(layer.getMacs()) * job.bits.weights * job.bits.activations;
        });
        if (options.measureLatency)
          attribute("latency", [&](const SensitivityJob &job) { return resultOf(job).latency; });
        if (!costs)
          return;
        const TableLayer &other = costs->layers[*costs->findLayer(layer.name)];
        for (auto [m, metric] : enumerate(costs->metrics))
          if (metric != "size" && metric != "bops" && !(options.measureLatency && metric == "latency"))
            attribute(metric, [&, m = m](const SensitivityJob &job) {
              return other.choices[*other.findChoice(job.bits)].costs[m];
            });
      });
    });
  }
  json.arrayEnd();
  json.attributeEnd();
  json.objectEnd();
  os << "\n";
  return Error::success();
}
