//===- TimeLayers.cpp - Clocks between the layers of a model ----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Once all work is loops at the top level of the entry function, in the order of
// time, a layer is a run of operations with one location:
//
//   func @m(%x, %y, %ws)             func @m(%x, %y, %times: memref<3xi64>, %ws)
//     scf.for ... loc("conv1")  ->     times[0] = clock   scf.for ... loc("conv1")
//     scf.for ... loc("fc")            times[1] = clock   scf.for ... loc("fc")
//                                      times[2] = clock
//
// `bnn.layers` on the module holds the locations. The clock is the counter that
// programs may read: of cycles at a fixed rate on x86-64 (rdtsc), the generic
// timer on AArch64.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/TargetInfo.h"
#include "bnn/Target/WorkspacePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_TIMELAYERS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

struct TimeLayers : bnn::impl::TimeLayersBase<TimeLayers> {
  void insertClocks(func::FuncOp func, StringRef clock) {
    // The first operation of each layer.
    SmallVector<Operation *> layers;
    for (Operation &op : func.front().without_terminator())
      if (!isMemoryEffectFree(&op) && !isa<memref::AllocOp, memref::AllocaOp, memref::DeallocOp>(op) &&
          (layers.empty() || layers.back()->getLoc() != op.getLoc()))
        layers.push_back(&op);
    SmallVector<Attribute> locations =
        llvm::map_to_vector(layers, [](Operation *op) -> Attribute { return op->getLoc(); });

    OpBuilder builder(&getContext());
    auto type = MemRefType::get({int64_t(layers.size()) + 1}, builder.getI64Type());
    unsigned number = func.getNumArguments();
    if (number > 0 && func.getArgAttr(number - 1, bnn::kWorkspace))
      --number; // the workspace stays last
    NamedAttrList attrs;
    attrs.set("bnn.result", builder.getUnitAttr());
    attrs.set("bnn.name", builder.getStringAttr("layer_times"));
    if (failed(func.insertArgument(number, type, attrs.getDictionary(&getContext()), func.getLoc())))
      return signalPassFailure();
    Value times = func.getArgument(number);
    layers.push_back(func.front().getTerminator());
    for (auto [i, op] : llvm::enumerate(layers)) {
      builder.setInsertionPoint(op);
      Location loc = func.getLoc();
      auto now = LLVM::CallIntrinsicOp::create(builder, loc, builder.getI64Type(),
                                               builder.getStringAttr(clock), ValueRange());
      Value index = arith::ConstantIndexOp::create(builder, loc, i);
      memref::StoreOp::create(builder, loc, now.getResults(), times, index);
    }
    getOperation()->setAttr("bnn.layers", builder.getArrayAttr(locations));
  }

  void runOnOperation() override {
    // Programs may not read the cycle counter of AArch64.
    bool isX86 = TargetInfo::of(getOperation()).isX86();
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (!bnn::BNNDialect::isEntry(func) || func.isExternal())
        continue;
      if (!func.getBody().hasOneBlock()) {
        func.emitError(
            "an entry function must have a single block; time layers before lowering control flow");
        return signalPassFailure();
      }
      insertClocks(func, isX86 ? "llvm.readcyclecounter" : "llvm.readsteadycounter");
    }
  }

  using TargetInfo = bnn::TargetInfo;
};

} // namespace
