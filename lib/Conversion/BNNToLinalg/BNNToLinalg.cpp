//===- BNNToLinalg.cpp - The bnn dialect as plain loops --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every value op becomes linalg loops over tensors of i32 that hold the values
// of codes, one element each. This is the executable meaning of the dialect, so
// it is written to be read: nothing is packed, fused, blocked or special-cased.
//
//   %p = bnn.plane %x {index = 1 : i64}
//       : tensor<4x!bnn.unsigned<2>> -> tensor<4x!bnn.unsigned<1>>
//
// becomes, with %x a tensor<4xi32>,
//
//   %e = tensor.empty() : tensor<4xi32>
//   %p = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
//       ins(%x : tensor<4xi32>) outs(%e : tensor<4xi32>) {
//   ^bb0(%code: i32, %unused: i32):
//     %shifted = arith.shrsi %code, %c1 : i32
//     %bit = arith.andi %shifted, %c1 : i32
//     linalg.yield %bit : i32
//   } -> tensor<4xi32>
//
// The conversion is partial: kernels on storage and ops of other dialects stay,
// with builtin.unrealized_conversion_cast where they meet tensors of codes.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"
#include "bnn/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace bnn {
#define GEN_PASS_DEF_CONVERTBNNTOLINALG
#include "bnn/Conversion/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

ValueTypeConverter::ValueTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](CodeTypeInterface type) { return IntegerType::get(type.getContext(), 32); });
  addConversion([](RankedTensorType type) -> RankedTensorType {
    return isCodeTensor(type) ? tolinalg::valueTensorType(type) : type;
  });
  auto materialize = [](OpBuilder &builder, Type type, ValueRange inputs, Location loc) -> Value {
    return UnrealizedConversionCastOp::create(builder, loc, type, inputs).getResult(0);
  };
  addSourceMaterialization(materialize);
  addTargetMaterialization(materialize);
}

void bnn::populateBNNToLinalgPatterns(const ValueTypeConverter &converter, RewritePatternSet &patterns) {
  tolinalg::populateQuantizationPatterns(converter, patterns);
  tolinalg::populateContractionPatterns(converter, patterns);
  tolinalg::populateAccumulatorPatterns(converter, patterns);
  tolinalg::populateCodePatterns(converter, patterns);
  tolinalg::populateSoftmaxPatterns(converter, patterns);
}

namespace {

/// Reshapes, slices and the like treat values as they treat codes.
struct RetypeTensorOp : ConversionPattern {
  RetypeTensorOp(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (!isa_and_nonnull<tensor::TensorDialect>(op->getDialect()) || op->getNumRegions() != 0 ||
        failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), operands, types, op->getAttrs());
    rewriter.replaceOp(op, rewriter.create(state));
    return success();
  }
};

struct ConvertBNNToLinalg : bnn::impl::ConvertBNNToLinalgBase<ConvertBNNToLinalg> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    ValueTypeConverter converter;
    ConversionTarget target(*context);
    target.addLegalDialect<arith::ArithDialect, linalg::LinalgDialect, math::MathDialect>();
    target.addIllegalDialect<BNNDialect>();
    target.addLegalOp<ContractKernelOp, MapKernelOp, PoolKernelOp, YieldOp>();
    target.addDynamicallyLegalDialect<tensor::TensorDialect>(
        [&](Operation *op) { return op->getNumRegions() != 0 || converter.isLegal(op); });
    target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
      return converter.isSignatureLegal(op.getFunctionType()) && converter.isLegal(&op.getBody());
    });
    target.addDynamicallyLegalOp<func::CallOp, func::ReturnOp>(
        [&](Operation *op) { return converter.isLegal(op); });

    RewritePatternSet patterns(context);
    populateBNNToLinalgPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);
    populateCallOpTypeConversionPattern(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    patterns.add<RetypeTensorOp>(converter, context);

    getOperation()->walk([&](Operation *op) {
      numConverted += isa_and_nonnull<BNNDialect>(op->getDialect()) && target.isIllegal(op);
    });
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
