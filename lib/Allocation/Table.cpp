//===- Table.cpp - Reads sensitivity and cost tables ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers first, then what refers to them by name. Keys that mean nothing here
// are left alone, so that other programs can keep their own beside these.
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Table.h"

#include "TableReader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

using namespace llvm;
using namespace bnn;

std::optional<unsigned> TableLayer::findChoice(BitWidths bits) const {
  for (auto [i, choice] : enumerate(choices))
    if (choice.bits == bits)
      return i;
  return std::nullopt;
}

std::optional<unsigned> AllocationTable::findMetric(StringRef name) const {
  auto it = llvm::find(metrics, name);
  return it == metrics.end() ? std::nullopt : std::optional<unsigned>(it - metrics.begin());
}

std::optional<unsigned> AllocationTable::findLayer(StringRef name) const {
  for (auto [i, layer] : enumerate(layers))
    if (layer.name == name)
      return i;
  return std::nullopt;
}

std::optional<BitWidths> bnn::parseBitWidths(StringRef text, unsigned activations) {
  BitWidths bits{0, activations};
  auto [weights, rest] = text.split('x');
  if (weights.getAsInteger(10, bits.weights) ||
      (text.contains('x') && rest.getAsInteger(10, bits.activations)))
    return std::nullopt;
  if (bits.weights < 1 || bits.weights > 8 || bits.activations < 1 || bits.activations > 8)
    return std::nullopt;
  return bits;
}

Expected<BitWidths> TableReader::bitsOf(StringRef text, unsigned activations, const Twine &where) {
  if (std::optional<BitWidths> bits = parseBitWidths(text, activations))
    return *bits;
  return createStringError(where + " names the bits '" + text +
                           "'; write 1 to 8, or WEIGHTSxACTIVATIONS such as 4x8");
}

Expected<SmallVector<unsigned>> TableReader::layersOf(const json::Value &value, const Twine &where) {
  Expected<const json::Array *> names = readArray(value, where);
  if (!names)
    return names.takeError();
  SmallVector<unsigned> layers;
  for (const json::Value &entry : **names) {
    Expected<std::string> name = readString(entry, "a layer of " + where);
    if (!name)
      return name.takeError();
    std::optional<unsigned> layer = table.findLayer(*name);
    if (!layer)
      return createStringError(where + " names the layer '" + *name + "', which the table does not have");
    if (is_contained(layers, *layer))
      return createStringError(where + " names the layer '" + *name + "' twice");
    layers.push_back(*layer);
  }
  return layers;
}

Error TableReader::readHead() {
  if (const json::Value *value = lookUp(root, "source"))
    if (std::optional<StringRef> text = value->getAsString())
      table.source = text->str();
  if (const json::Value *value = lookUp(root, "objective")) {
    Expected<std::string> text = readString(*value, "'objective'");
    if (!text)
      return text.takeError();
    if (*text != "minimize" && *text != "maximize")
      return createStringError("'objective' is '" + *text + "'; write minimize or maximize");
    table.maximize = *text == "maximize";
  }
  if (const json::Value *value = lookUp(root, "activation_bits")) {
    Expected<int64_t> bits = readInteger(*value, "'activation_bits'", 1, 8);
    if (!bits)
      return bits.takeError();
    activationBits = *bits;
  }
  return Error::success();
}

static Error readShape(const json::Object &object, StringRef key, SmallVector<int64_t> &shape,
                       const Twine &place) {
  const json::Value *value = lookUp(object, key);
  if (!value)
    return Error::success();
  Expected<const json::Array *> extents = readArray(*value, place + "'" + key + "'");
  if (!extents)
    return extents.takeError();
  for (const json::Value &entry : **extents) {
    Expected<int64_t> extent = readInteger(entry, place + "an extent of '" + key + "'", 1, INT32_MAX);
    if (!extent)
      return extent.takeError();
    shape.push_back(*extent);
  }
  return Error::success();
}

Error TableReader::readCosts(const json::Object &costs, TableLayer &layer, const Twine &place) {
  if (table.layers.empty()) {
    for (auto &[key, value] : costs)
      table.metrics.push_back(key.str());
    llvm::sort(table.metrics);
  }
  for (auto &[key, value] : costs)
    if (!table.findMetric(key.str()))
      return createStringError(place + "has the cost '" + key.str() +
                               "', which the first layer does not have; every layer must have the same");
  for (BitChoice &choice : layer.choices)
    choice.costs.assign(table.metrics.size(), 0);
  for (auto [m, metric] : enumerate(table.metrics)) {
    const json::Value *value = lookUp(costs, metric);
    if (!value)
      return createStringError(place + "has no cost '" + metric + "', which the first layer has");
    Expected<const json::Object *> byBits = readObject(*value, place + "cost '" + metric + "'");
    if (!byBits)
      return byBits.takeError();
    SmallVector<bool> seen(layer.choices.size(), false);
    for (auto &[key, number] : **byBits) {
      std::string where = (place + "cost '" + metric + "' of " + key.str() + " bits").str();
      Expected<BitWidths> bits = bitsOf(key.str(), layer.activationBits, place + "cost '" + metric + "'");
      if (!bits)
        return bits.takeError();
      std::optional<unsigned> choice = layer.findChoice(*bits);
      if (!choice)
        return createStringError(where + " is given, and no sensitivity of " + key.str() + " bits");
      Expected<double> cost = readNumber(number, where);
      if (!cost)
        return cost.takeError();
      if (*cost < 0)
        return createStringError(where + " is negative");
      layer.choices[*choice].costs[m] = *cost;
      seen[*choice] = true;
    }
    for (auto [i, choice] : enumerate(layer.choices))
      if (!seen[i])
        return createStringError(place + "has a sensitivity of " + Twine(choice.bits.weights) +
                                 " bits, and no cost '" + metric + "' of them");
  }
  return Error::success();
}

Error TableReader::readLayer(const json::Object &object, unsigned index) {
  TableLayer layer;
  const json::Value *nameValue = lookUp(object, "name");
  if (!nameValue)
    return createStringError("layer " + Twine(index) + " has no 'name'");
  Expected<std::string> name = readString(*nameValue, "the name of layer " + Twine(index));
  if (!name)
    return name.takeError();
  if (name->empty())
    return createStringError("the name of layer " + Twine(index) + " is empty");
  if (table.findLayer(*name))
    return createStringError("layer '" + *name + "' is there twice");
  layer.name = *name;
  std::string place = "layer '" + *name + "': ";

  unsigned activations = activationBits;
  if (const json::Value *value = lookUp(object, "activation_bits")) {
    Expected<int64_t> bits = readInteger(*value, place + "'activation_bits'", 1, 8);
    if (!bits)
      return bits.takeError();
    activations = *bits;
  }
  layer.activationBits = activations;
  const json::Value *sensitivity = lookUp(object, "sensitivity");
  if (!sensitivity)
    return createStringError(place + "'sensitivity' is missing; give a number for each choice of bits");
  Expected<const json::Object *> byBits = readObject(*sensitivity, place + "'sensitivity'");
  if (!byBits)
    return byBits.takeError();
  if ((*byBits)->empty())
    return createStringError(place + "'sensitivity' offers no bits");
  for (auto &[key, number] : **byBits) {
    std::string where = place + "sensitivity of " + key.str() + " bits";
    Expected<BitWidths> bits = bitsOf(key.str(), activations, place + "'sensitivity'");
    if (!bits)
      return bits.takeError();
    Expected<double> value = readNumber(number, where);
    if (!value)
      return value.takeError();
    if (*value < 0 && !table.maximize)
      return createStringError(where + " is negative; with \"objective\": \"maximize\" it may be");
    if (layer.findChoice(*bits))
      return createStringError(where + " is given twice");
    layer.choices.push_back({*bits, *value, {}});
  }
  llvm::sort(layer.choices, [](const BitChoice &a, const BitChoice &b) { return a.bits < b.bits; });

  if (const json::Value *costs = lookUp(object, "cost")) {
    Expected<const json::Object *> metrics = readObject(*costs, place + "'cost'");
    if (!metrics)
      return metrics.takeError();
    if (Error error = readCosts(**metrics, layer, place))
      return error;
  } else if (!table.metrics.empty()) {
    return createStringError(place + "'cost' is missing");
  }
  if (const json::Value *value = lookUp(object, "parameters")) {
    Expected<int64_t> count = readInteger(*value, place + "'parameters'", 1, INT64_MAX);
    if (!count)
      return count.takeError();
    layer.numParameters = *count;
  }
  if (Error error = readShape(object, "input_shape", layer.inputShape, place))
    return error;
  if (Error error = readShape(object, "output_shape", layer.outputShape, place))
    return error;
  table.layers.push_back(std::move(layer));
  return Error::success();
}

Error TableReader::readLayers() {
  const json::Value *value = lookUp(root, "layers");
  if (!value)
    return createStringError("the table has no 'layers'");
  Expected<const json::Array *> layers = readArray(*value, "'layers'");
  if (!layers)
    return layers.takeError();
  if ((*layers)->empty())
    return createStringError("'layers' is empty");
  for (auto [i, entry] : enumerate(**layers)) {
    Expected<const json::Object *> object = readObject(entry, "layer " + Twine(i));
    if (!object)
      return object.takeError();
    if (Error error = readLayer(**object, i))
      return error;
  }
  table.units.assign(table.metrics.size(), "");
  for (auto [metric, unit] : zip_equal(table.metrics, table.units))
    unit = metric == "size" ? "B" : metric == "latency" ? "ms" : "";
  if (const json::Value *given = lookUp(root, "units")) {
    Expected<const json::Object *> units = readObject(*given, "'units'");
    if (!units)
      return units.takeError();
    for (auto &[metric, text] : **units) {
      std::optional<unsigned> index = table.findMetric(metric.str());
      if (!index)
        return createStringError("'units' names the metric '" + metric.str() + "', which no layer has");
      Expected<std::string> unit = readString(text, "the unit of '" + metric.str() + "'");
      if (!unit)
        return unit.takeError();
      if (!unit->empty() && !is_contained({"B", "s", "ms", "us", "ns"}, *unit))
        return createStringError("the unit of '" + metric.str() + "' is '" + *unit +
                                 "'; write B, s, ms, us or ns, or nothing");
      table.units[*index] = *unit;
    }
  }
  return Error::success();
}

Expected<AllocationTable> TableReader::read() {
  for (auto part : {&TableReader::readHead, &TableReader::readLayers, &TableReader::readTies,
                    &TableReader::readGroups, &TableReader::readBlocks})
    if (Error error = (this->*part)())
      return error;
  return std::move(table);
}

Expected<AllocationTable> bnn::parseTable(StringRef text) {
  Expected<json::Value> root = parseLenientJson(text);
  if (!root)
    return root.takeError();
  Expected<const json::Object *> object = readObject(*root, "the table");
  if (!object)
    return object.takeError();
  return TableReader(**object).read();
}

Expected<AllocationTable> bnn::readTable(StringRef path) {
  auto buffer = MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return createStringError(path + ": " + buffer.getError().message());
  Expected<AllocationTable> table = parseTable((*buffer)->getBuffer());
  if (!table)
    return createStringError(path + ": " + toString(table.takeError()));
  return table;
}
