//===- Assignment.cpp - The bits chosen, for people and as a file ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Assignment.h"

#include "TableReader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;
using namespace bnn;

BitAssignment bnn::toAssignment(const AllocationTable &table, const Allocation &allocation) {
  BitAssignment assignment;
  for (auto [layer, choice] : zip_equal(table.layers, allocation.choices))
    assignment.emplace_back(layer.name, layer.choices[choice].bits);
  return assignment;
}

static Expected<BitWidths> readWidths(const json::Value &value, const Twine &place) {
  BitWidths bits;
  const json::Object *object = value.getAsObject();
  const json::Value *weights = object ? object->get("bits") : &value;
  if (!weights)
    return createStringError(place + " has no 'bits'");
  Expected<int64_t> number = readInteger(*weights, place + ": the number of bits", 1, 8);
  if (!number)
    return number.takeError();
  bits.weights = *number;
  if (const json::Value *activations = object ? object->get("activation_bits") : nullptr) {
    Expected<int64_t> number = readInteger(*activations, place + ": 'activation_bits'", 1, 8);
    if (!number)
      return number.takeError();
    bits.activations = *number;
  }
  return bits;
}

Expected<BitAssignment> bnn::parseAssignment(StringRef text) {
  Expected<json::Value> root = parseLenientJson(text);
  if (!root)
    return root.takeError();
  Expected<const json::Object *> object = readObject(*root, "the assignment");
  if (!object)
    return object.takeError();
  const json::Value *layers = (*object)->get("assignment");
  if (!layers)
    return createStringError("there is no 'assignment'");
  Expected<const json::Object *> byName = readObject(*layers, "'assignment'");
  if (!byName)
    return byName.takeError();
  BitAssignment assignment;
  for (auto &[name, value] : **byName) {
    Expected<BitWidths> bits = readWidths(value, "layer '" + name.str() + "'");
    if (!bits)
      return bits.takeError();
    assignment.emplace_back(name.str(), *bits);
  }
  llvm::sort(assignment);
  return assignment;
}

bool bnn::holdsAssignment(StringRef text) {
  Expected<json::Value> root = parseLenientJson(text);
  if (!root) {
    consumeError(root.takeError());
    return false;
  }
  return root->getAsObject() && root->getAsObject()->get("assignment");
}

static bool sameActivations(const AllocationTable &table, const Allocation &allocation) {
  std::string text = allocation.activationDigits(table);
  return text.find_first_not_of(text.front()) == std::string::npos;
}

void bnn::printAllocation(const AllocationTable &table, const Allocation &allocation, raw_ostream &os) {
  size_t width = 5;
  for (const TableLayer &layer : table.layers)
    width = std::max(width, layer.name.size());
  bool activations = !sameActivations(table, allocation);
  os << left_justify("layer", width) << "  bits" << (activations ? "  activations" : "")
     << right_justify(table.maximize ? "quality" : "sensitivity", 14);
  for (const std::string &metric : table.metrics)
    os << right_justify(metric, 14);
  os << "\n";
  for (auto [layer, index] : zip_equal(table.layers, allocation.choices)) {
    const BitChoice &choice = layer.choices[index];
    os << left_justify(layer.name, width) << format("%6u", choice.bits.weights);
    if (activations)
      os << format("%13u", choice.bits.activations);
    os << format("%14.6g", choice.sensitivity);
    for (auto [cost, unit] : zip_equal(choice.costs, table.units))
      os << right_justify(formatCost(cost, unit), 14);
    os << "\n";
  }
  os << "bits: " << allocation.weightDigits(table) << "\n";
  if (activations)
    os << "activation bits: " << allocation.activationDigits(table) << "\n";
  os << "objective: " << format("%.9g", allocation.objective) << "\n";
  for (auto [m, metric] : enumerate(table.metrics))
    os << "cost: " << metric << " " << formatCost(allocation.costs[m], table.units[m]) << "\n";
  for (const ResolvedBudget &budget : allocation.budgets) {
    StringRef unit = table.units[budget.metric];
    os << "budget: " << budget.text << " = at most " << formatCost(budget.limit, unit) << " (cheapest "
       << formatCost(budget.least, unit) << ", dearest " << formatCost(budget.most, unit) << ")\n";
  }
  os << "gap: " << format("%.3g", allocation.gap() * 100) << " %";
  if (allocation.gap() == 0)
    os << ", proven optimal\n";
  else
    os << ", no assignment can be better than " << format("%.9g", allocation.bound) << "\n";
}

void bnn::printAssignmentJson(const AllocationTable &table, const Allocation &allocation, raw_ostream &os) {
  json::OStream json(os, /*IndentSize=*/1);
  json.object([&] {
    json.attributeObject("assignment", [&] {
      for (const auto &[name, bits] : toAssignment(table, allocation))
        json.attributeObject(name, [&, bits = bits] {
          json.attribute("bits", bits.weights);
          json.attribute("activation_bits", bits.activations);
        });
    });
    json.attribute("bits", allocation.weightDigits(table));
    json.attribute("objective", allocation.objective);
    json.attribute("gap", allocation.gap());
    json.attributeObject("cost", [&] {
      for (auto [metric, cost] : zip_equal(table.metrics, allocation.costs))
        json.attribute(metric, cost);
    });
    json.attributeObject("budget", [&] {
      for (const ResolvedBudget &budget : allocation.budgets)
        json.attribute(table.metrics[budget.metric], budget.limit);
    });
  });
  os << "\n";
}
