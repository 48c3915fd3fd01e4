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
// buffer; but a parameter that is read where an output of its type is written
// may become that output: a tile's parameters are loaded before it is stored.
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

/// Whether `operand` is a plain output, or a parameter that is read at the position of the output element.
static bool isElementwise(Operation *op, OpOperand *operand) {
  static const SmallVector<unsigned> dims[5] = {{}, {3}, {2, 3}, {0, 2, 3}, {0, 1, 2, 3}};
  auto isParamOf = [&](auto kernel, ArrayRef<Attribute> layouts) {
    unsigned number = operand->getOperandNumber(), first = kernel.getParams().getBeginOperandIndex();
    if (kernel.isDpsInit(operand))
      return isa<UnitAttr>(kernel.getOutputLayouts()[number - kernel.getInits().getBeginOperandIndex()]);
    if (number < first || number >= first + kernel.getParams().size() ||
        (!layouts.empty() && !isa<UnitAttr>(layouts[number - first])))
      return false;
    AffineMap map = cast<AffineMapAttr>(kernel.getParamMaps()[number - first]).getValue();
    return map.getNumResults() <= 4 &&
           map == AffineMap::getMultiDimMapWithTargets(4, dims[map.getNumResults()], op->getContext());
  };
  if (auto kernel = dyn_cast<ContractKernelOp>(op))
    return isParamOf(kernel, {});
  auto kernel = dyn_cast<MapKernelOp>(op);
  return kernel && isParamOf(kernel, kernel.getParamLayouts().getValue());
}

namespace {

template <typename KernelOp>
struct KernelModel : public DstBufferizableOpInterfaceExternalModel<KernelModel<KernelOp>, KernelOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand, const AnalysisState &) const {
    return !cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
  }

  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &,
                                     ArrayRef<OpOperand *> operands) const {
    return llvm::all_of(operands, [&](OpOperand *operand) {
      return operand->get().getType() == operands.front()->get().getType() && isElementwise(op, operand);
    });
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
