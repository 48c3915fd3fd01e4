//===- BNNFolds.cpp - Folders
//-----------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Only what is local, always good and exact: float results stay the same to the
// last bit, the sign of a zero included.

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace bnn;

/// True for a constant all of whose floats fulfil `predicate`.
static bool isConstantOf(Value value, function_ref<bool(const APFloat &)> predicate) {
  DenseFPElementsAttr floats;
  return value && matchPattern(value, m_Constant(&floats)) &&
         (floats.isSplat() ? predicate(floats.getSplatValue<APFloat>())
                           : llvm::all_of(floats.getValues<APFloat>(), predicate));
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getCodes(); }

OpFoldResult PackOp::fold(FoldAdaptor) {
  // Back into the layout it came from.
  if (auto unpack = getInput().getDefiningOp<UnpackOp>())
    if (unpack.getInput().getType() == getType())
      return unpack.getInput();
  return {};
}

OpFoldResult UnpackOp::fold(FoldAdaptor) {
  if (auto pack = getInput().getDefiningOp<PackOp>())
    return pack.getInput();
  return {};
}

OpFoldResult BorderCorrectOp::fold(FoldAdaptor adaptor) {
  auto table = dyn_cast_or_null<DenseIntElementsAttr>(adaptor.getTable());
  auto isZero = [](const APInt &v) { return v.isZero(); };
  if (table && (table.isSplat() ? isZero(table.getSplatValue<APInt>()) : llvm::all_of(table, isZero)))
    return getInput();
  return {};
}

OpFoldResult MaxPool2DOp::fold(FoldAdaptor) {
  // A window of one position that steps by one. Its pad can only be zero.
  auto isOne = [](int64_t v) { return v == 1; };
  if (llvm::all_of(getKernel(), isOne) && llvm::all_of(getStrides(), isOne))
    return getInput();
  return {};
}

OpFoldResult PlaneOp::fold(FoldAdaptor) {
  // One bit that already has the meaning of a plane; not so for signed<1>.
  if (getInput().getType() == getType())
    return getInput();
  return {};
}

OpFoldResult RequantizeOp::fold(FoldAdaptor) {
  // By 1, from and to the same zero point.
  auto isOne = [](auto pair) { return std::get<0>(pair) == int64_t(1) << std::get<1>(pair); };
  if (getInput().getType() == getType() && getInputZeroPoint() == getZeroPoint() &&
      llvm::all_of(llvm::zip(getMultipliers(), getShifts()), isOne))
    return getInput();
  return {};
}

//===----------------------------------------------------------------------===//
// Canonicalizers
//===----------------------------------------------------------------------===//

/// Zero points that are all zero say nothing.
template <typename OpTy>
static LogicalResult dropZeroPoints(OpTy op, PatternRewriter &rewriter) {
  if (op.getZeroPoints().empty() || llvm::any_of(op.getZeroPoints(), [](int64_t z) { return z != 0; }))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.setZeroPoints({}); });
  return success();
}

LogicalResult QuantizeOp::canonicalize(QuantizeOp op, PatternRewriter &rewriter) {
  return dropZeroPoints(op, rewriter);
}

LogicalResult DequantizeOp::canonicalize(DequantizeOp op, PatternRewriter &rewriter) {
  return dropZeroPoints(op, rewriter);
}

/// A threshold of zero is no threshold. Comparisons see -0.0 and 0.0 as equal;
/// in mode signbit x - 0.0 has the sign of x, but -0.0 - (-0.0) is 0.0.
LogicalResult BinarizeOp::canonicalize(BinarizeOp op, PatternRewriter &rewriter) {
  bool signBit = op.getZero() == ZeroMode::SignBit;
  if (!isConstantOf(op.getThreshold(),
                    [&](const APFloat &t) { return signBit ? t.isPosZero() : t.isZero(); }))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.getThresholdMutable().clear(); });
  return success();
}

/// Without a pad its value says nothing.
LogicalResult Conv2DOp::canonicalize(Conv2DOp op, PatternRewriter &rewriter) {
  if (op.getPadValue() == 0 || llvm::any_of(op.getPad(), [](int64_t p) { return p != 0; }))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.setPadValue(0); });
  return success();
}

/// Row and column factors of 1 change nothing, nor does a bias of -0.0; one of
/// 0.0 would turn -0.0 into 0.0.
LogicalResult ScaleOp::canonicalize(ScaleOp op, PatternRewriter &rewriter) {
  auto isOne = [](const APFloat &f) { return f.isExactlyValue(1.0); };
  bool row = isConstantOf(op.getRow(), isOne), column = isConstantOf(op.getColumn(), isOne);
  bool bias = isConstantOf(op.getBias(), [](const APFloat &f) { return f.isNegZero(); });
  if (!row && !column && !bias)
    return failure();
  rewriter.modifyOpInPlace(op, [&] {
    if (row)
      op.getRowMutable().clear();
    if (column)
      op.getColumnMutable().clear();
    if (bias)
      op.getBiasMutable().clear();
  });
  return success();
}

/// No channel descends: the default.
LogicalResult ThresholdOp::canonicalize(ThresholdOp op, PatternRewriter &rewriter) {
  if (op.getDescending().empty() || llvm::is_contained(op.getDescending(), true))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.setDescending({}); });
  return success();
}
