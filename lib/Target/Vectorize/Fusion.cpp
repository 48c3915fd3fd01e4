//===- Fusion.cpp - Elementwise ops around a reduction ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fusion.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace bnn;

static bool isElementwise(linalg::LinalgOp op) {
  return op && op.getNumParallelLoops() == op.getNumLoops() && op.getNumDpsInits() == 1;
}

static Value getRoot(Value buffer) {
  while (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
    buffer = view.getViewSource();
  return buffer;
}

/// Whether two buffers share no memory: they are parts of different allocations, constants or arguments.
static bool areApart(Value a, Value b) {
  auto isKnown = [](Value root) {
    return isa<BlockArgument>(root) || isa<memref::AllocOp, memref::GetGlobalOp>(root.getDefiningOp());
  };
  Value first = getRoot(a), second = getRoot(b);
  return first != second && isKnown(first) && isKnown(second);
}

/// Whether it makes no difference which of two ops runs first.
static bool canSwap(linalg::LinalgOp op, Operation *other) {
  if (isMemoryEffectFree(other) || isa<memref::AllocOp>(other))
    return true;
  SmallVector<Value> reads, writes;
  if (auto copy = dyn_cast<memref::CopyOp>(other)) {
    reads = {copy.getSource()};
    writes = {copy.getTarget()};
  } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(other)) {
    reads = linalgOp.getDpsInputs();
    writes = llvm::to_vector(linalgOp.getDpsInits());
  } else {
    return false;
  }
  auto apart = [](ValueRange list, ValueRange others) {
    return llvm::all_of(list, [&](Value a) {
      return !isa<MemRefType>(a.getType()) ||
             llvm::all_of(others, [&](Value b) { return !isa<MemRefType>(b.getType()) || areApart(a, b); });
    });
  };
  SmallVector<Value> ownWrites = llvm::to_vector(op.getDpsInits());
  return apart(writes, op.getDpsInputs()) && apart(writes, ownWrites) && apart(reads, ownWrites);
}

/// Whether `op` computes the same at any place between two ops of its block.
static bool isQuietBetween(linalg::LinalgOp op, Operation *first, Operation *second) {
  for (Operation *other = first->getNextNode(); other != second; other = other->getNextNode())
    if (!other || !canSwap(op, other))
      return false;
  return true;
}

/// Whether all that `op` reads are constants, which no op in between can change.
static bool readsConstants(linalg::LinalgOp op) {
  return llvm::all_of(op.getDpsInputs(), [](Value input) {
    return !isa<MemRefType>(input.getType()) || getRoot(input).getDefiningOp<memref::GetGlobalOp>();
  });
}

/// Whether `op` computes the same at `to`.
static bool canMoveTo(linalg::LinalgOp op, Operation *to) {
  return readsConstants(op) || isQuietBetween(op, op, to);
}

linalg::LinalgOp bnn::findPrologue(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0)
    return {};
  Value buffer = op.getDpsInits()[0];
  linalg::LinalgOp found;
  for (Operation *user : buffer.getUsers()) {
    if (user == op)
      continue;
    // Whatever comes later reads the final values.
    if (user->getBlock() == op->getBlock() && op->isBeforeInBlock(user))
      continue;
    auto writer = dyn_cast<linalg::LinalgOp>(user);
    if (found || !writer || writer->getBlock() != op->getBlock() || !isElementwise(writer) ||
        writer.getDpsInits()[0] != buffer ||
        writer.payloadUsesValueFromOperand(&writer.getDpsInitsMutable()[0]))
      return {};
    found = writer;
  }
  // One use each: an input that is the buffer, too, is not the initial value.
  if (!found || llvm::count(op->getOperands(), buffer) != 1 || llvm::count(found->getOperands(), buffer) != 1)
    return {};
  return canMoveTo(found, op) ? found : linalg::LinalgOp();
}

linalg::LinalgOp bnn::findEpilogue(linalg::LinalgOp op, linalg::LinalgOp prologue) {
  if (op.getNumDpsInits() != 1 || op.getNumReductionLoops() == 0)
    return {};
  Value buffer = op.getDpsInits()[0];
  if (!buffer.getDefiningOp<memref::AllocOp>())
    return {};
  linalg::LinalgOp found;
  for (Operation *user : buffer.getUsers()) {
    if (user == op || (prologue && user == prologue))
      continue;
    auto reader = dyn_cast<linalg::LinalgOp>(user);
    if ((found && found != reader) || !reader || reader->getBlock() != op->getBlock() ||
        !isElementwise(reader) || !op->isBeforeInBlock(reader) || reader.getDpsInits()[0] == buffer)
      return {};
    found = reader;
  }
  if (!found || !canMoveTo(op, found))
    return {};
  // The prologue, which can move to the op, must get past what follows, too. (The op writes nothing it
  // reads.)
  if (prologue && !readsConstants(prologue) && !isQuietBetween(prologue, op, found))
    return {};
  // The reader's output is written while the op still reads its inputs.
  Value output = getRoot(found.getDpsInits()[0]);
  for (linalg::LinalgOp stage : {op, prologue})
    if (stage)
      for (Value input : stage.getDpsInputs())
        if (isa<MemRefType>(input.getType()) && getRoot(input) == output)
          return {};
  return found;
}
