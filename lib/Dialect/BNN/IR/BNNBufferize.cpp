//===- BNNBufferize.cpp - Bufferization of kernels
//--------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel on tensors becomes the same kernel on memrefs, which has no results:
//
//   %r = bnn.pool_kernel ins(%x : tensor<1x8x8x4xi8>) outs(%e :
//   tensor<1x4x4x4xi8>) {...}
//       -> tensor<1x4x4x4xi8>
//
//   bnn.pool_kernel ins(%x : memref<1x8x8x4xi8>) outs(%e : memref<1x4x4x4xi8>)
//   {...}
//
// A kernel overwrites all of an init, borders and unused bits included, so an
// init is never read and needs no copy of what was in it. Kernels read inputs
// at other places than they write, so an input and an init never share a
// buffer.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNNBufferize.h"

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace bnn;

namespace {

template <typename KernelOp>
struct KernelModel : public DstBufferizableOpInterfaceExternalModel<KernelModel<KernelOp>, KernelOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter, const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    auto kernel = cast<DestinationStyleOpInterface>(op);
    SmallVector<Value> operands, results;
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isa<TensorType>(operand.get().getType())) {
        operands.push_back(operand.get());
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand.get(), options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
      if (kernel.isDpsInit(&operand))
        results.push_back(*buffer);
    }
    // The buffers may have been made right before the op; the region goes
    // along.
    rewriter.setInsertionPoint(op);
    clone(rewriter, op, /*newResultTypes=*/TypeRange(), operands);
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

} // namespace

void bnn::registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, BNNDialect *) {
    ContractKernelOp::attachInterface<KernelModel<ContractKernelOp>>(*context);
    MapKernelOp::attachInterface<KernelModel<MapKernelOp>>(*context);
    PoolKernelOp::attachInterface<KernelModel<PoolKernelOp>>(*context);
  });
}
