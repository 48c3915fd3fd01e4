//===- AllocateBits.cpp - Give layers their bits ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Writes into every layer that a table or an assignment names how many bits it shall have. The choice is made
// by lib/Allocation; what it means for the layer is the business of bnn-apply-bits.
//
//   %y = tosa.conv2d %x, %w, ... loc("conv1")
// becomes, with {"assignment": {"conv1": 4}}
//   %y = tosa.conv2d %x, %w, ... {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64} loc("conv1")

#include "bnn/Dialect/BNN/Transforms/AllocateBits.h"
#include "bnn/Dialect/BNN/Transforms/Layers.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bnn {
#define GEN_PASS_DEF_ALLOCATEBITS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

LogicalResult bnn::annotateBits(Operation *root, const BitAssignment &assignment) {
  std::vector<NetworkLayer> layers = findLayers(root);
  Builder builder(root->getContext());
  for (const auto &[name, bits] : assignment) {
    const NetworkLayer *layer = findLayer(layers, name);
    if (!layer) {
      auto names = llvm::map_range(layers, [](const NetworkLayer &l) { return "'" + l.name + "'"; });
      return root->emitError() << "the network has no layer '" << name << "'; its layers are "
                               << llvm::join(names, ", ");
    }
    for (Operation *op : layer->ops) {
      op->setAttr(weightBitsAttr, builder.getI64IntegerAttr(bits.weights));
      op->setAttr(activationBitsAttr, builder.getI64IntegerAttr(bits.activations));
    }
  }
  return success();
}

llvm::Expected<BitAssignment> bnn::chooseAssignment(StringRef path, const AllocationOptions &options) {
  auto fail = [&](llvm::Error error) {
    return llvm::createStringError(path + ": " + llvm::toString(std::move(error)));
  };
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  StringRef text = (*buffer)->getBuffer();
  if (holdsAssignment(text)) {
    if (!options.budgets.empty() || !options.meanBits.empty() || !options.bits.empty())
      return llvm::createStringError(path + ": holds an assignment, in which a budget has nothing to choose");
    llvm::Expected<BitAssignment> assignment = parseAssignment(text);
    if (!assignment)
      return fail(assignment.takeError());
    return assignment;
  }
  llvm::Expected<AllocationTable> table = parseTable(text);
  if (!table)
    return fail(table.takeError());
  llvm::Expected<Allocation> allocation = allocateBits(*table, options);
  if (!allocation)
    return fail(allocation.takeError());
  return toAssignment(*table, *allocation);
}

namespace {

struct AllocateBits : bnn::impl::AllocateBitsBase<AllocateBits> {
  using AllocateBitsBase::AllocateBitsBase;

  void runOnOperation() override {
    auto fail = [&](llvm::Error error) {
      getOperation()->emitError() << llvm::toString(std::move(error));
      signalPassFailure();
    };
    if (table.empty())
      return fail(llvm::createStringError("bnn-allocate-bits needs a table: table=FILE.json"));
    AllocationOptions options;
    for (StringRef text : budgets) {
      llvm::Expected<Budget> budget = parseBudget(text);
      if (!budget)
        return fail(budget.takeError());
      options.budgets.push_back(std::move(*budget));
    }
    for (StringRef text : meanBits) {
      llvm::Expected<MeanBitsOption> mean = parseMeanBits(text);
      if (!mean)
        return fail(mean.takeError());
      options.meanBits.push_back(std::move(*mean));
    }
    options.bits.append(bits.begin(), bits.end());
    llvm::Expected<BitAssignment> assignment = chooseAssignment(table, options);
    if (!assignment)
      return fail(assignment.takeError());
    if (failed(annotateBits(getOperation(), *assignment)))
      return signalPassFailure();
    numLayers += assignment->size();
  }
};

} // namespace
