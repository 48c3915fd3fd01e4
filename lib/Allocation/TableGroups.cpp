//===- TableGroups.cpp - Reads what ties layers together --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ties (layers that take the same bits), groups (measured together) and blocks
// (measured choices of several layers).
//
//===----------------------------------------------------------------------===//

#include "TableReader.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;
using namespace bnn;

Error TableReader::readTie(const json::Array &names) {
  Expected<SmallVector<unsigned>> layers = layersOf(json::Value(json::Array(names)), "a tie");
  if (!layers)
    return layers.takeError();
  if (layers->size() < 2)
    return createStringError("a tie needs two layers or more");
  const TableLayer &first = table.layers[layers->front()];
  for (unsigned index : ArrayRef(*layers).drop_front()) {
    const TableLayer &other = table.layers[index];
    std::string both = "the tied layers '" + first.name + "' and '" + other.name + "' ";
    auto bits = [](const TableLayer &layer) {
      return map_range(layer.choices, [](const BitChoice &choice) { return choice.bits; });
    };
    if (!llvm::equal(bits(first), bits(other)))
      return createStringError(both + "offer different bits");
    auto differ = [](ArrayRef<int64_t> a, ArrayRef<int64_t> b) { return !a.empty() && !b.empty() && a != b; };
    auto shape = [](ArrayRef<int64_t> extents) {
      return join(map_range(extents, [](int64_t extent) { return std::to_string(extent); }), "x");
    };
    if (differ(first.outputShape, other.outputShape) &&
        (differ(first.inputShape, other.inputShape) || first.inputShape.empty() || other.inputShape.empty()))
      return createStringError(both + "have different shapes: outputs of " + shape(first.outputShape) +
                               " and " + shape(other.outputShape) +
                               "; layers are tied that read or write the same tensor");
  }
  table.ties.push_back(*layers);
  return Error::success();
}

Error TableReader::readTies() {
  const json::Value *value = lookUp(root, "ties");
  if (!value)
    return Error::success();
  Expected<const json::Array *> ties = readArray(*value, "'ties'");
  if (!ties)
    return ties.takeError();
  for (const json::Value &entry : **ties) {
    Expected<const json::Array *> names = readArray(entry, "a tie");
    if (!names)
      return names.takeError();
    if (Error error = readTie(**names))
      return error;
  }
  return Error::success();
}

Error TableReader::readEach(StringRef key, StringRef what,
                            Error (TableReader::*readOne)(const json::Object &)) {
  const json::Value *value = lookUp(root, key);
  if (!value)
    return Error::success();
  Expected<const json::Array *> list = readArray(*value, "'" + key + "'");
  if (!list)
    return list.takeError();
  for (const json::Value &entry : **list) {
    Expected<const json::Object *> object = readObject(entry, what);
    if (!object)
      return object.takeError();
    if (Error error = (this->*readOne)(**object))
      return error;
  }
  return Error::success();
}

Error TableReader::readGroup(const json::Object &object) {
  TableGroup group;
  const json::Value *nameValue = lookUp(object, "name");
  const json::Value *layersValue = lookUp(object, "layers");
  if (!nameValue || !layersValue)
    return createStringError("a group needs a 'name' and 'layers'");
  Expected<std::string> name = readString(*nameValue, "the name of a group");
  if (!name)
    return name.takeError();
  group.name = *name;
  std::string place = "group '" + *name + "'";
  if (any_of(table.groups, [&](const TableGroup &other) { return other.name == *name; }))
    return createStringError(place + " is there twice");
  Expected<SmallVector<unsigned>> layers = layersOf(*layersValue, place);
  if (!layers)
    return layers.takeError();
  group.layers = *layers;
  if (const json::Value *value = lookUp(object, "bits")) {
    Expected<const json::Array *> bits = readArray(*value, place + ": 'bits'");
    if (!bits)
      return bits.takeError();
    for (const json::Value &entry : **bits) {
      Expected<int64_t> number = readInteger(entry, place + ": an entry of 'bits'", 1, 8);
      if (!number)
        return number.takeError();
      group.bits.push_back(*number);
    }
  }
  if (const json::Value *value = lookUp(object, "mean_bits")) {
    Expected<double> mean = readNumber(*value, place + ": 'mean_bits'");
    if (!mean)
      return mean.takeError();
    group.meanBits = MeanBitBand{*mean};
    if (const json::Value *slackValue = lookUp(object, "slack")) {
      Expected<double> slack = readNumber(*slackValue, place + ": 'slack'");
      if (!slack)
        return slack.takeError();
      if (*slack < 0)
        return createStringError(place + ": 'slack' is negative");
      group.meanBits->slack = *slack;
    }
  }
  table.groups.push_back(std::move(group));
  return Error::success();
}

Error TableReader::readGroups() { return readEach("groups", "a group", &TableReader::readGroup); }

Error TableReader::readBlock(const json::Object &object) {
  std::string place = "a block";
  if (const json::Value *value = lookUp(object, "name"))
    if (std::optional<StringRef> name = value->getAsString())
      place = ("block '" + *name + "'").str();
  const json::Value *pairsValue = lookUp(object, "pairs");
  if (!pairsValue)
    return createStringError(place + " has no 'pairs'");
  Expected<const json::Array *> pairs = readArray(*pairsValue, place + ": 'pairs'");
  if (!pairs)
    return pairs.takeError();
  for (const json::Value &entry : **pairs) {
    std::string where = place + ": a pair";
    Expected<const json::Object *> pair = readObject(entry, where);
    if (!pair)
      return pair.takeError();
    const json::Value *layersValue = lookUp(**pair, "layers");
    const json::Value *bitsValue = lookUp(**pair, "bits");
    const json::Value *termValue = lookUp(**pair, "sensitivity");
    if (!layersValue || !bitsValue || !termValue)
      return createStringError(where + " needs 'layers', 'bits' and 'sensitivity'");
    Expected<SmallVector<unsigned>> layers = layersOf(*layersValue, where);
    if (!layers)
      return layers.takeError();
    Expected<const json::Array *> bits = readArray(*bitsValue, where + "'s 'bits'");
    if (!bits)
      return bits.takeError();
    Expected<double> term = readNumber(*termValue, where + "'s 'sensitivity'");
    if (!term)
      return term.takeError();
    if (layers->size() < 2 || layers->size() != (*bits)->size())
      return createStringError(where + " needs two layers or more, and as many entries in 'bits'");
    InteractionTerm interaction{{}, *term};
    for (auto [index, bit] : zip_equal(*layers, **bits)) {
      const TableLayer &layer = table.layers[index];
      std::string text =
          bit.getAsInteger() ? std::to_string(*bit.getAsInteger()) : bit.getAsString().value_or("?").str();
      Expected<BitWidths> widths = bitsOf(text, layer.activationBits, where);
      if (!widths)
        return widths.takeError();
      std::optional<unsigned> choice = layer.findChoice(*widths);
      if (!choice)
        return createStringError(where + " has " + text + " bits for layer '" + layer.name +
                                 "', which does not offer them");
      interaction.members.emplace_back(index, *choice);
    }
    table.interactions.push_back(std::move(interaction));
  }
  return Error::success();
}

Error TableReader::readBlocks() { return readEach("blocks", "a block", &TableReader::readBlock); }
