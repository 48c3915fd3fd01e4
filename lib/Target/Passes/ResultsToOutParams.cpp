//===- ResultsToOutParams.cpp - Results of entry functions as arguments ----===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C interface returns through pointers that the caller owns. A result whose
// buffer the function allocates as a whole is computed there directly:
//
//   func @m(%x) -> memref<4xf32> { %0 = alloc() : memref<2x2xf32> ... return (collapse_shape %0) }
//     ->  func @m(%x, %out: memref<4xf32> {bnn.result}) { %0 = reinterpret_cast %out to 2x2 ... }
//
// and anything else is copied before the return, which makes returning an
// argument, a constant or the same buffer twice right.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_RESULTSTOOUTPARAMS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

bool isContiguous(MemRefType type) { return type.hasStaticShape() && type.getLayout().isIdentity(); }

/// The allocation of which `value` is the whole, possibly in another shape, or null.
memref::AllocOp getWholeAlloc(Value value) {
  while (Operation *def = value.getDefiningOp()) {
    if (auto alloc = dyn_cast<memref::AllocOp>(def))
      return isContiguous(alloc.getType()) ? alloc : memref::AllocOp();
    if (!isa<memref::CollapseShapeOp, memref::ExpandShapeOp>(def))
      return {};
    value = def->getOperand(0);
  }
  return {};
}

/// `buffer` seen as `type`, which has as many elements.
Value reshape(OpBuilder &builder, Location loc, Value buffer, MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  auto [strides, offset] = type.getStridesAndOffset();
  return memref::ReinterpretCastOp::create(builder, loc, type, buffer, offset, type.getShape(), strides);
}

struct ResultsToOutParams : bnn::impl::ResultsToOutParamsBase<ResultsToOutParams> {
  LogicalResult rewrite(func::FuncOp func) {
    if (!func.getBody().hasOneBlock())
      return func.emitError("an entry function must have a single block; lower its control flow later");
    Operation *terminator = func.front().getTerminator();
    SmallVector<Type> types(func.getResultTypes());
    OpBuilder builder(terminator);
    llvm::SmallPtrSet<Operation *, 4> taken;
    for (auto [i, type] : llvm::enumerate(types)) {
      auto memref = dyn_cast<MemRefType>(type);
      if (!memref || !isContiguous(memref))
        return func.emitError("result #")
               << i << " is " << type << "; expected a statically shaped, contiguous memref";
    }
    // Results first, so that their attributes are read before the type shrinks.
    SmallVector<DictionaryAttr> attrs;
    for (unsigned i = 0; i < types.size(); ++i) {
      NamedAttrList list(func.getResultAttrDict(i));
      list.set("bnn.result", builder.getUnitAttr());
      attrs.push_back(list.getDictionary(&getContext()));
    }
    SmallVector<Value> values(terminator->getOperands());
    for (auto [i, value] : llvm::enumerate(values)) {
      unsigned number = func.getNumArguments();
      if (failed(func.insertArgument(number, types[i], attrs[i], value.getLoc())))
        return failure();
      Value out = func.getArgument(number);
      memref::AllocOp alloc = getWholeAlloc(value);
      if (alloc && alloc->getBlock() == &func.front() && taken.insert(alloc).second) {
        builder.setInsertionPointToStart(&func.front());
        alloc.getResult().replaceAllUsesWith(reshape(builder, alloc.getLoc(), out, alloc.getType()));
        ++numDirect;
        continue;
      }
      builder.setInsertionPoint(terminator);
      memref::CopyOp::create(builder, value.getLoc(), terminator->getOperand(i), out);
      ++numCopied;
    }
    terminator->setOperands({});
    if (failed(func.eraseResults(llvm::BitVector(types.size(), true))))
      return failure();
    for (Operation *alloc : taken)
      alloc->erase();
    return success();
  }

  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (bnn::BNNDialect::isEntry(func) && !func.isExternal() && failed(rewrite(func)))
        return signalPassFailure();
  }
};

} // namespace
