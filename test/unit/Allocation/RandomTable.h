//===- RandomTable.h - Tables for tests -------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TEST_UNIT_ALLOCATION_RANDOMTABLE_H
#define BNN_TEST_UNIT_ALLOCATION_RANDOMTABLE_H

#include "bnn/Allocation/Allocate.h"

#include <random>

namespace bnn {

struct RandomTableOptions {
  unsigned numLayers = 10;
  bool ties = false, pairs = false;
};

/// Layers with two to four of the bits 1, 2, 4, 8, and the costs `latency` and `size`; sensitivity falls with
/// bits, size rises, and latency does one or the other.
inline AllocationTable makeRandomTable(std::mt19937_64 &random, const RandomTableOptions &options) {
  auto unit = [&] { return (random() >> 11) * 0x1p-53; };
  AllocationTable table;
  table.metrics = {"latency", "size"};
  table.units = {"ms", "B"};
  static constexpr unsigned widths[] = {1, 2, 4, 8};
  for (unsigned i = 0; i < options.numLayers; ++i) {
    TableLayer layer;
    layer.name = "layer" + std::to_string(i);
    layer.numParameters = 1 + random() % 100000;
    double importance = std::exp(4 * unit() - 2);
    unsigned first = options.ties ? 0 : random() % 3;
    // Some layers are fastest with the most bits: then the budgets pull in opposite directions.
    bool fastWithManyBits = random() % 3 == 0;
    for (unsigned bits : llvm::ArrayRef(widths).drop_front(first)) {
      BitChoice choice;
      choice.bits = {bits, 8};
      choice.sensitivity = importance * std::pow(4.0, -static_cast<double>(bits)) * (0.5 + unit());
      choice.costs = {(0.2 + unit()) * (fastWithManyBits ? 9.0 - bits : 1.0 + bits),
                      layer.numParameters * bits / 8.0};
      layer.choices.push_back(choice);
    }
    table.layers.push_back(std::move(layer));
  }
  if (options.ties && options.numLayers >= 4)
    table.ties = {{0, 2}, {1, options.numLayers - 1}};
  if (options.pairs)
    for (unsigned i = 0; i + 1 < options.numLayers; i += 2) {
      // Blocks of two or three layers; the term may have either sign.
      InteractionTerm term{{{i, 0}, {i + 1, 0}}, 0};
      if (i + 2 < options.numLayers && random() % 3 == 0)
        term.members.push_back({i + 2, 0});
      double size = table.layers[i].choices[0].sensitivity + table.layers[i + 1].choices[0].sensitivity;
      term.sensitivity = size * (2 * unit() - 1);
      table.interactions.push_back(term);
    }
  return table;
}

/// Budgets between the cheapest and the dearest assignment.
inline Budget fractionBudget(llvm::StringRef metric, double fraction) {
  Budget budget;
  budget.metric = metric.str();
  budget.value = fraction;
  budget.isFraction = true;
  budget.text = budget.metric + ":" + std::to_string(fraction);
  return budget;
}

} // namespace bnn

#endif // BNN_TEST_UNIT_ALLOCATION_RANDOMTABLE_H
