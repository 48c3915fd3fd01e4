//===- Assignment.h - The bits chosen, as a file ----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_ALLOCATION_ASSIGNMENT_H
#define BNN_ALLOCATION_ASSIGNMENT_H

#include "bnn/Allocation/Allocate.h"

namespace llvm {
class raw_ostream;
}

namespace bnn {

/// Bits by layer, in the order of the network.
using BitAssignment = std::vector<std::pair<std::string, BitWidths>>;

BitAssignment toAssignment(const AllocationTable &table, const Allocation &allocation);

/// `{"assignment": {"conv1": 4, "conv2": {"bits": 2, "activation_bits": 4}}}`. Errors name the layer.
llvm::Expected<BitAssignment> parseAssignment(llvm::StringRef text);

/// Whether the JSON text holds an assignment and not a table.
bool holdsAssignment(llvm::StringRef text);

/// The layers with their bits, sensitivities and costs; then the lines `bits:`, `objective:`, `cost:`,
/// `budget:` and `gap:`.
void printAllocation(const AllocationTable &table, const Allocation &allocation, llvm::raw_ostream &os);
/// What `parseAssignment` reads, with objective, costs and gap beside it.
void printAssignmentJson(const AllocationTable &table, const Allocation &allocation, llvm::raw_ostream &os);

/// A sweep as a table of comma-separated values.
void printParetoCsv(const AllocationTable &table, llvm::ArrayRef<Allocation> points, llvm::raw_ostream &os);
/// The same as a picture: objective against the cost of `metric`.
void printParetoSvg(const AllocationTable &table, llvm::ArrayRef<Allocation> points, unsigned metric,
                    llvm::raw_ostream &os);

} // namespace bnn

#endif // BNN_ALLOCATION_ASSIGNMENT_H
