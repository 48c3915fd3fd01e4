//===- PrepareLinalg.cpp - Layouts and forms that fuse and vectorise -------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Work on tensors that bnn-vectorize-linalg needs done before buffers exist:
//
//   conv_2d_nhwc_fhwc(%x, constant 64×3×3×1)  ->  conv_2d_nhwc_hwcf(%x, constant 3×3×1×64)
//   linalg.exp, linalg.broadcast, ...         ->  linalg.generic, which upstream's fusion understands
//   one comparison for two selections         ->  one for each, so that it fuses with both
//   conv(pad(transpose(%x)))                  ->  generic convolution of pad(%x) with other strides
//
// TOSA has filters with the output channel first; lanes along the output
// channel need it last. Weights are constants, so the transposition is free. ONNX has images with
// the channel first; where a network begins they have few channels, and a
// convolution, which reads its image one element at a time, may as well read it
// as it is.
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_PREPARELINALG
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

/// conv_2d_nhwc_fhwc -> conv_2d_nhwc_hwcf of the transposed filter.
struct FilterChannelsLast : OpRewritePattern<linalg::Conv2DNhwcFhwcOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(linalg::Conv2DNhwcFhwcOp op, PatternRewriter &rewriter) const override {
    Value filter = op.getInputs()[1];
    auto type = dyn_cast<RankedTensorType>(filter.getType());
    if (!type || !type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "needs a tensor of static shape");
    SmallVector<int64_t> order = {1, 2, 3, 0};
    SmallVector<int64_t> shape = applyPermutation(type.getShape(), order);
    Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), shape, type.getElementType());
    Value transposed = linalg::TransposeOp::create(rewriter, op.getLoc(), filter, empty, order)->getResult(0);
    rewriter.replaceOpWithNewOp<linalg::Conv2DNhwcHwcfOp>(
        op, op.getResultTypes(), ValueRange{op.getInputs()[0], transposed}, op.getOutputs(), op.getStrides(),
        op.getDilations());
    return success();
  }
};

/// linalg.transpose of a constant -> constant.
struct FoldConstantTranspose : OpRewritePattern<linalg::TransposeOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(linalg::TransposeOp op, PatternRewriter &rewriter) const override {
    DenseElementsAttr value;
    if (!op.hasPureTensorSemantics() || !matchPattern(op.getInput(), m_Constant(&value)))
      return rewriter.notifyMatchFailure(op, "not a constant");
    auto type = cast<RankedTensorType>(op.getResult()[0].getType());
    if (value.isSplat()) {
      rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, value.resizeSplat(type));
      return success();
    }
    unsigned bits = type.getElementTypeBitWidth();
    if (!type.getElementType().isIntOrFloat() || bits % 8 != 0)
      return rewriter.notifyMatchFailure(op, "elements of no whole bytes");
    int64_t bytes = bits / 8;
    ArrayRef<char> from = value.getRawData();
    std::vector<char> to(from.size());
    // Strides of the source in the order of the result's dimensions.
    SmallVector<int64_t> strides =
        applyPermutation(computeStrides(value.getType().getShape()), op.getPermutation());
    SmallVector<int64_t> basis = computeStrides(type.getShape());
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i) {
      int64_t source = linearize(delinearize(i, basis), strides);
      std::copy_n(from.data() + source * bytes, bytes, to.data() + i * bytes);
    }
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, DenseElementsAttr::getFromRawBuffer(type, to));
    return success();
  }
};

/// pad(transpose(x)) -> transpose(pad(x)).
struct PadBeforeTranspose : OpRewritePattern<tensor::PadOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(tensor::PadOp pad, PatternRewriter &rewriter) const override {
    auto transpose = pad.getSource().getDefiningOp<linalg::TransposeOp>();
    Value value = pad.getConstantPaddingValue();
    if (!transpose || !transpose->hasOneUse() || !value || !pad.getLow().empty() || !pad.getHigh().empty() ||
        !pad.getResultType().hasStaticShape() || !readsFewChannels(transpose))
      return rewriter.notifyMatchFailure(pad, "no static pad of a transposed image of few channels");
    SmallVector<int64_t> inverse = invertPermutationVector(transpose.getPermutation());
    SmallVector<int64_t> low = applyPermutation(pad.getStaticLow(), inverse);
    SmallVector<int64_t> high = applyPermutation(pad.getStaticHigh(), inverse);
    auto type = RankedTensorType::get(applyPermutation(pad.getResultType().getShape(), inverse),
                                      pad.getResultType().getElementType());
    if (Operation *constant = value.getDefiningOp(); constant && pad->isAncestor(constant))
      value = rewriter.clone(*constant)->getResult(0);
    auto attributes = [&](ArrayRef<int64_t> numbers) {
      return getAsIndexOpFoldResult(rewriter.getContext(), numbers);
    };
    Value padded = tensor::PadOp::create(rewriter, pad.getLoc(), type, transpose.getInput(), attributes(low),
                                         attributes(high), value);
    Value empty = tensor::EmptyOp::create(rewriter, pad.getLoc(), pad.getResultType().getShape(),
                                          type.getElementType());
    rewriter.replaceOpWithNewOp<linalg::TransposeOp>(pad, padded, empty, transpose.getPermutation());
    return success();
  }

  /// Beyond a few channels, those of one pixel would lie on as many pages.
  static bool readsFewChannels(linalg::TransposeOp transpose) {
    auto type = cast<ShapedType>(transpose.getInput().getType());
    return transpose.getPermutation() == ArrayRef<int64_t>{0, 2, 3, 1} && type.getDimSize(1) <= 4;
  }
};

/// conv_2d_nhwc_hwcf of a transposed image -> linalg.generic that reads the image itself.
struct ReadChannelsFirst : OpRewritePattern<linalg::Conv2DNhwcHwcfOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(linalg::Conv2DNhwcHwcfOp conv, PatternRewriter &rewriter) const override {
    auto transpose = conv.getInputs()[0].getDefiningOp<linalg::TransposeOp>();
    if (!transpose || !PadBeforeTranspose::readsFewChannels(transpose))
      return rewriter.notifyMatchFailure(conv, "no transposed image of few channels");
    SmallVector<int64_t> inverse = invertPermutationVector(transpose.getPermutation());
    FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, conv);
    if (failed(generic))
      return failure();
    rewriter.modifyOpInPlace(*generic, [&] {
      SmallVector<AffineMap> maps = generic->getIndexingMapsArray();
      maps[0] = AffineMap::get(maps[0].getNumDims(), 0, applyPermutation(maps[0].getResults(), inverse),
                               rewriter.getContext());
      generic->setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
      (*generic)->setOperand(0, transpose.getInput());
    });
    return success();
  }
};

/// Named elementwise ops -> linalg.generic.
struct GeneralizeElementwise : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    // Copies and fills have better forms than loops; a transposition is faster on its own.
    if (isa<linalg::GenericOp, linalg::CopyOp, linalg::FillOp, linalg::TransposeOp>(op.getOperation()) ||
        op.getNumParallelLoops() != op.getNumLoops() || !op.hasPureTensorSemantics())
      return failure();
    return linalg::generalizeNamedOp(rewriter, op);
  }
};

bool isElementwiseGeneric(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumParallelLoops() == generic.getNumLoops() &&
         generic.hasPureTensorSemantics();
}

/// Gives every elementwise reader of a comparison a comparison of its own, with which it fuses then: arrays
/// of i1 have no vector form, and computing them again is cheaper than reading them.
void repeatComparisons(func::FuncOp func) {
  SmallVector<Operation *> comparisons;
  func.walk([&](linalg::GenericOp op) {
    if (isElementwiseGeneric(op) && op->getNumResults() == 1 &&
        getElementTypeOrSelf(op->getResult(0).getType()).isInteger(1))
      comparisons.push_back(op);
  });
  // Last ones first: what they are made of gets the new readers, too.
  for (Operation *op : llvm::reverse(comparisons)) {
    llvm::SmallSetVector<Operation *, 4> readers(op->user_begin(), op->user_end());
    for (Operation *reader : ArrayRef(readers.getArrayRef()).drop_front(readers.empty() ? 0 : 1)) {
      if (!isElementwiseGeneric(reader))
        continue;
      OpBuilder builder(reader);
      Operation *copy = builder.clone(*op);
      reader->replaceUsesOfWith(op->getResult(0), copy->getResult(0));
    }
  }
}

struct PrepareLinalg : bnn::impl::PrepareLinalgBase<PrepareLinalg> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FilterChannelsLast, FoldConstantTranspose, GeneralizeElementwise, PadBeforeTranspose,
                 ReadChannelsFirst>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    repeatComparisons(getOperation());
  }
};

} // namespace
