//===- MakeBitsSwitchable.cpp - Bits chosen by the caller -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A network trained for several widths (Double-Rounding, arXiv:2502.01147) stores its weights once, at 8
// bits, and rounds them a second time to fewer. The rounding is an op on codes between the constant and its
// dequantization, so that everything else, the scales above all, stays as it is.
//
//   %w = bnn.dequantize %codes scale %s : tensor<…x!bnn.signed<8>>, …
// becomes
//   %l = bnn.bit_switch %codes, %bits : tensor<…x!bnn.signed<8>>, tensor<i32>
//   %w = bnn.dequantize %l scale %s : tensor<…x!bnn.signed<8>>, …

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Dialect/BNN/Transforms/Layers.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"

namespace bnn {
#define GEN_PASS_DEF_MAKEBITSSWITCHABLE
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

struct MakeBitsSwitchable : bnn::impl::MakeBitsSwitchableBase<MakeBitsSwitchable> {
  void runOnOperation() override {
    func::FuncOp entry;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (BNNDialect::isEntry(function))
        entry = function;
    if (!entry) {
      getOperation().emitError() << "has no function with the attribute 'bnn.entry'";
      return signalPassFailure();
    }
    for (unsigned i = 0; i < entry.getNumArguments(); ++i)
      if (auto name = entry.getArgAttrOfType<StringAttr>(i, "bnn.name"); name && name.getValue() == "bits") {
        entry.emitError() << "has an input 'bits' already";
        return signalPassFailure();
      }

    // A constant may be the weights of several layers.
    llvm::SetVector<DequantizeOp> weights;
    for (const NetworkLayer &layer : findLayers(entry))
      for (Operation *op : layer.ops)
        if (auto dequantize = op->getOperand(1).getDefiningOp<DequantizeOp>())
          if (auto type = dyn_cast<SignedType>(bnn::getCodeType(dequantize.getInput()));
              type && type.getBits() == 8)
            weights.insert(dequantize);
    if (weights.empty()) {
      entry.emitError() << "has no layer with signed weights of 8 bits, whose bits could be switched";
      return signalPassFailure();
    }
    Builder builder(&getContext());
    unsigned index = entry.getNumArguments();
    auto type = RankedTensorType::get({}, builder.getI32Type());
    auto attrs = builder.getDictionaryAttr(builder.getNamedAttr("bnn.name", builder.getStringAttr("bits")));
    (void)entry.insertArgument(index, type, attrs, entry.getLoc());
    for (DequantizeOp dequantize : weights) {
      OpBuilder at(dequantize);
      Value switched = BitSwitchOp::create(at, dequantize.getLoc(), dequantize.getInput().getType(),
                                           dequantize.getInput(), entry.getArgument(index));
      dequantize.getInputMutable().assign(switched);
      ++numSwitches;
    }
  }
};

} // namespace
