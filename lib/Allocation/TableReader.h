//===- TableReader.h - Reads a table from JSON ------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_ALLOCATION_TABLEREADER_H
#define BNN_LIB_ALLOCATION_TABLEREADER_H

#include "bnn/Allocation/Table.h"

#include "llvm/ADT/Twine.h"

namespace bnn {

/// `where` names the field: `layer 'conv1': sensitivity of 4 bits`.
llvm::Expected<double> readNumber(const llvm::json::Value &value, const llvm::Twine &where);
llvm::Expected<int64_t> readInteger(const llvm::json::Value &value, const llvm::Twine &where, int64_t least,
                                    int64_t most);
llvm::Expected<const llvm::json::Array *> readArray(const llvm::json::Value &value, const llvm::Twine &where);
llvm::Expected<const llvm::json::Object *> readObject(const llvm::json::Value &value,
                                                      const llvm::Twine &where);
llvm::Expected<std::string> readString(const llvm::json::Value &value, const llvm::Twine &where);

/// The value of `key` if it is there and not null.
const llvm::json::Value *lookUp(const llvm::json::Object &object, llvm::StringRef key);

/// Reads a table from its JSON. The layers first, then what refers to them by name.
class TableReader {
public:
  explicit TableReader(const llvm::json::Object &root) : root(root) {}

  llvm::Expected<AllocationTable> read();

private:
  llvm::Error readHead();
  llvm::Error readLayers();
  llvm::Error readLayer(const llvm::json::Object &object, unsigned index);
  llvm::Error readCosts(const llvm::json::Object &costs, TableLayer &layer, const llvm::Twine &place);
  llvm::Error readTies();
  llvm::Error readTie(const llvm::json::Array &names);
  llvm::Error readGroups();
  llvm::Error readGroup(const llvm::json::Object &object);
  llvm::Error readBlocks();
  /// Reads the objects of the list `key`, if there is one; `what` names an entry.
  llvm::Error readEach(llvm::StringRef key, llvm::StringRef what,
                       llvm::Error (TableReader::*readOne)(const llvm::json::Object &));
  llvm::Error readBlock(const llvm::json::Object &object);

  /// The layers that a list names, each once.
  llvm::Expected<llvm::SmallVector<unsigned>> layersOf(const llvm::json::Value &value,
                                                       const llvm::Twine &where);
  /// `4` or `4x8` with the activations of the layer.
  llvm::Expected<BitWidths> bitsOf(llvm::StringRef text, unsigned activations, const llvm::Twine &where);

  const llvm::json::Object &root;
  AllocationTable table;
  unsigned activationBits = 8;
};

} // namespace bnn

#endif // BNN_LIB_ALLOCATION_TABLEREADER_H
