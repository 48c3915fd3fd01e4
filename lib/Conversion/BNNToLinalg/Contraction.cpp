//===- Contraction.cpp - conv2d and matmul as one loop nest each -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::tolinalg;

namespace {

/// acc + lhs·rhs in i32. The verifier has shown that no sum can pass its range.
Value multiplyAdd(ImplicitLocOpBuilder &b, ValueRange scalars) {
  Value product = arith::MulIOp::create(b, scalars[0], scalars[1]);
  return arith::AddIOp::create(b, scalars[2], product);
}

Value buildContraction(ImplicitLocOpBuilder &b, RankedTensorType result, Value lhs, Value rhs,
                       ArrayRef<ArrayRef<AffineExpr>> indexing, unsigned numReductions) {
  SmallVector<AffineMap> maps = AffineMap::inferFromExprList(indexing, b.getContext());
  unsigned loops = maps.front().getNumDims();
  SmallVector<utils::IteratorType> iterators(loops, utils::IteratorType::parallel);
  std::fill(iterators.end() - numReductions, iterators.end(), utils::IteratorType::reduction);
  Value zero = filledTensor(b, result, b.getI32IntegerAttr(0));
  return buildLoops(b, zero, {lhs, rhs}, maps, iterators, multiplyAdd);
}

struct ConvertConv2D : OpConversionPattern<Conv2DOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value image = padImage(b, adaptor.getInput(), op.getPad(), op.getPadValue());
    ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations();
    ArrayRef<int64_t> filterShape = op.getFilter().getType().getShape();
    int64_t groups = op.getGroups();

    AffineExpr n, y, x, o, i, j, c;
    bindDims(op.getContext(), n, y, x, o, i, j, c);
    AffineExpr group =
        groups == 1 ? getAffineConstantExpr(0, op.getContext()) : o.floorDiv(filterShape[0] / groups);
    SmallVector<AffineExpr> inputAt{n, y * strides[0] + i * dilations[0], x * strides[1] + j * dilations[1],
                                    group * filterShape[3] + c};
    SmallVector<AffineExpr> filterAt{o, i, j, c}, resultAt{n, y, x, o};
    rewriter.replaceOp(op, buildContraction(b, op.getResult().getType(), image, adaptor.getFilter(),
                                            {inputAt, filterAt, resultAt}, /*numReductions=*/3));
    return success();
  }
};

struct ConvertMatmul : OpConversionPattern<MatmulOp> {
  using Base::Base;

  LogicalResult matchAndRewrite(MatmulOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    // Loops: batch dimensions, m, n, k.
    unsigned batchRank = op.getLhs().getType().getRank() - 2;
    SmallVector<AffineExpr> batch;
    for (unsigned d = 0; d < batchRank; ++d)
      batch.push_back(b.getAffineDimExpr(d));
    AffineExpr m = b.getAffineDimExpr(batchRank), n = b.getAffineDimExpr(batchRank + 1),
               k = b.getAffineDimExpr(batchRank + 2);
    auto access = [&](bool batched, AffineExpr row, AffineExpr column) {
      SmallVector<AffineExpr> exprs;
      if (batched)
        exprs = batch;
      exprs.append({row, column});
      return exprs;
    };
    bool sharedRhs = op.getRhs().getType().getRank() == 2;
    SmallVector<AffineExpr> lhsAt = op.getTransposeLhs() ? access(true, k, m) : access(true, m, k);
    SmallVector<AffineExpr> rhsAt =
        op.getTransposeRhs() ? access(!sharedRhs, n, k) : access(!sharedRhs, k, n);
    rewriter.replaceOp(op, buildContraction(b, op.getResult().getType(), adaptor.getLhs(), adaptor.getRhs(),
                                            {lhsAt, rhsAt, access(true, m, n)}, /*numReductions=*/1));
    return success();
  }
};

} // namespace

void tolinalg::populateContractionPatterns(const ValueTypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<ConvertConv2D, ConvertMatmul>(converter, patterns.getContext());
}
