//===- Bufferize.cpp - Tensors to buffers ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One-shot bufferization as every pipeline of this project needs it. A pass of
// its own because two of upstream's defaults would be wrong: arguments of a
// public function are writable, so an elementwise op could be computed in the
// caller's input; and layouts are fully dynamic wherever they are not known,
// which the bare-pointer interface cannot express.
//
//   func @m(%x: tensor<4xf32>) -> tensor<4xf32> attributes {bnn.entry}
//     ->  func @m(%x: memref<4xf32>) -> memref<4xf32> attributes {bnn.entry}
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_BUFFERIZE
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

struct Bufferize : bnn::impl::BufferizeBase<Bufferize> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    Builder builder(module.getContext());
    for (auto func : module.getOps<func::FuncOp>()) {
      if (!bnn::BNNDialect::isEntry(func) || func.isExternal())
        continue;
      for (unsigned i = 0, e = func.getNumArguments(); i != e; ++i)
        if (isa<TensorType>(func.getArgumentTypes()[i]))
          func.setArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName,
                          builder.getBoolAttr(false));
    }

    bufferization::OneShotBufferizationOptions options;
    options.allowReturnAllocsFromLoops = true;
    options.bufferizeFunctionBoundaries = true;
    options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
    options.unknownTypeConverterFn = [](TensorType type, Attribute memorySpace,
                                        const bufferization::BufferizationOptions &) {
      return bufferization::getMemRefTypeWithStaticIdentityLayout(type, memorySpace);
    };
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(module, options, state)))
      return signalPassFailure();
    bufferization::removeBufferizationAttributesInModule(module);
  }
};

} // namespace
