//===- Table.h - Sensitivities and costs of bit choices ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the allocation of bits starts from: for every layer the widths that it
// may have, how much the network suffers from each, and what each costs. The
// file format is JSON and described in docs/allocation.md.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_ALLOCATION_TABLE_H
#define BNN_ALLOCATION_TABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bnn {

/// Bits of a layer's weights and of its activations, each 1 to 8. Written `4`, or `4x8` where a table offers
/// several widths of activations.
struct BitWidths {
  unsigned weights = 8, activations = 8;

  bool operator==(const BitWidths &other) const {
    return weights == other.weights && activations == other.activations;
  }
  bool operator<(const BitWidths &other) const {
    return std::pair(weights, activations) < std::pair(other.weights, other.activations);
  }
};

/// One way to quantize a layer.
struct BitChoice {
  BitWidths bits;
  double sensitivity = 0;
  /// In the order of the table's metrics.
  llvm::SmallVector<double> costs;
};

struct TableLayer {
  std::string name;
  /// Rising in bits, at least one.
  llvm::SmallVector<BitChoice> choices;
  /// Bits of activations where a choice does not say.
  unsigned activationBits = 8;
  /// Of the tensors that it reads and writes; empty where the table does not say.
  llvm::SmallVector<int64_t> inputShape, outputShape;
  /// Number of weights, 0 where the table does not say. Weighs the mean of bits.
  int64_t numParameters = 0;

  /// Index of the choice with these bits.
  std::optional<unsigned> findChoice(BitWidths bits) const;
};

/// Numbers of bits averaged over weights must lie in [mean - slack, mean + slack].
struct MeanBitBand {
  double mean = 0, slack = 0.02;
};

/// Layers with limits of their own.
struct TableGroup {
  std::string name;
  llvm::SmallVector<unsigned> layers;
  /// Bits of weights that its layers may have; empty: those of their choices.
  llvm::SmallVector<unsigned> bits;
  std::optional<MeanBitBand> meanBits;
};

/// What layers of one block add to the objective when all of them have the choices named (BRECQ).
struct InteractionTerm {
  /// Layer and choice.
  llvm::SmallVector<std::pair<unsigned, unsigned>> members;
  double sensitivity = 0;
};

struct AllocationTable {
  std::string source;
  /// Whether sensitivities are qualities, of which more is better (signal-to-noise ratios).
  bool maximize = false;
  llvm::SmallVector<std::string> metrics;
  /// The unit of each metric's costs: `B`, `s`, `ms`, `us`, `ns`, or empty for plain numbers.
  llvm::SmallVector<std::string> units;
  std::vector<TableLayer> layers;
  /// Layers that must have equal bits.
  llvm::SmallVector<llvm::SmallVector<unsigned>> ties;
  std::vector<TableGroup> groups;
  std::vector<InteractionTerm> interactions;

  std::optional<unsigned> findMetric(llvm::StringRef name) const;
  std::optional<unsigned> findLayer(llvm::StringRef name) const;
};

/// Bits as written in a table: `4`, or `4x8`. `activations` is used where the text does not give them.
std::optional<BitWidths> parseBitWidths(llvm::StringRef text, unsigned activations = 8);

/// Reads and checks a table. Errors name the layer and the field, without the file's name.
llvm::Expected<AllocationTable> parseTable(llvm::StringRef text);
/// Reads a file, `-` being the standard input; errors begin with its name.
llvm::Expected<AllocationTable> readTable(llvm::StringRef path);

/// Parses JSON as Python writes it: NaN and infinities become strings, so that who reads a number there can
/// say where it is.
llvm::Expected<llvm::json::Value> parseLenientJson(llvm::StringRef text);

} // namespace bnn

#endif // BNN_ALLOCATION_TABLE_H
