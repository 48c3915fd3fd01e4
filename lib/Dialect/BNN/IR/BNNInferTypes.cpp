//===- BNNInferTypes.cpp - Result types
//-------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace bnn;

static RankedTensorType tensorType(Value value) { return dyn_cast<RankedTensorType>(value.getType()); }

template <typename OpTy>
static LogicalResult fail(std::optional<Location> loc, const Twine &message) {
  return emitOptionalError(loc, "'", OpTy::getOperationName(), "' op ", message);
}

/// Two strides or dilations.
static bool areSteps(ArrayRef<int64_t> values) {
  return values.size() == 2 && llvm::all_of(values, [](int64_t v) { return v >= 1 && v <= kMaxExtent; });
}

LogicalResult Conv2DOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                         Conv2DOp::Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorType(op.getInput()), filter = tensorType(op.getFilter());
  if (!input || !filter || input.getRank() != 4 || filter.getRank() != 4) // C1
    return fail<Conv2DOp>(loc, "needs an input N×H×W×C and a filter O×KH×KW×C of rank 4");
  if (!areSteps(op.getStrides()) || !areSteps(op.getDilations())) // C3
    return fail<Conv2DOp>(loc, "needs two strides and two dilations of 1 to 2^31 - 1");
  ArrayRef<int64_t> pad = op.getPad();
  if (pad.size() != 4 || llvm::any_of(pad, [](int64_t v) { return v < 0 || v > kMaxExtent; }) ||
      !isSupportedShape({input.getDimSize(0), input.getDimSize(1) + pad[0] + pad[1],
                         input.getDimSize(2) + pad[2] + pad[3], input.getDimSize(3)})) // C4
    return fail<Conv2DOp>(loc, "needs four pad entries that are not negative "
                               "and give a padded image of "
                               "at most 2^31 - 1 elements");
  SmallVector<int64_t> shape = {input.getDimSize(0)};
  for (int d : {0, 1})
    shape.push_back(slidingExtent(input.getDimSize(1 + d), pad[2 * d] + pad[2 * d + 1],
                                  filter.getDimSize(1 + d), op.getStrides()[d], op.getDilations()[d]));
  if (shape[1] < 1 || shape[2] < 1) // C6
    return fail<Conv2DOp>(loc, "has a dilated filter larger than the padded image");
  shape.push_back(filter.getDimSize(0));
  types.push_back(RankedTensorType::get(shape, IntegerType::get(context, 32)));
  return success();
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                         MatmulOp::Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType lhs = tensorType(op.getLhs()), rhs = tensorType(op.getRhs());
  if (!lhs || !rhs || lhs.getRank() < 2 || rhs.getRank() < 2) // C1
    return fail<MatmulOp>(loc, "needs operands of rank 2 or more");
  SmallVector<int64_t> shape(lhs.getShape().drop_back(2));
  if (rhs.getRank() != 2 && rhs.getShape().drop_back(2) != ArrayRef<int64_t>(shape)) // C2
    return fail<MatmulOp>(loc, "needs equal batch dimensions, or a right operand of rank 2");
  auto rows = [](RankedTensorType type, bool swapped) {
    return type.getDimSize(type.getRank() - (swapped ? 1 : 2));
  };
  if (rows(lhs, !op.getTransposeLhs()) != rows(rhs, op.getTransposeRhs())) // C3
    return fail<MatmulOp>(loc, "needs operands of equal depth, but has " +
                                   Twine(rows(lhs, !op.getTransposeLhs())) + " and " +
                                   Twine(rows(rhs, op.getTransposeRhs())));
  shape.push_back(rows(lhs, op.getTransposeLhs()));
  shape.push_back(rows(rhs, !op.getTransposeRhs()));
  types.push_back(RankedTensorType::get(shape, IntegerType::get(context, 32)));
  return success();
}

LogicalResult ScaleOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc,
                                        ScaleOp::Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorType(op.getInput());
  if (!input)
    return fail<ScaleOp>(loc, "needs an input of known rank");
  types.push_back(RankedTensorType::get(input.getShape(), Float32Type::get(context)));
  return success();
}

LogicalResult BorderCorrectOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                                BorderCorrectOp::Adaptor op, SmallVectorImpl<Type> &types) {
  types.push_back(op.getInput().getType());
  return success();
}

LogicalResult MaxPool2DOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                            MaxPool2DOp::Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorType(op.getInput());
  if (!input || input.getRank() != 4) // C1
    return fail<MaxPool2DOp>(loc, "needs an input N×H×W×C of rank 4");
  if (!areSteps(op.getKernel()) || !areSteps(op.getStrides()) || !areSteps(op.getDilations())) // C2
    return fail<MaxPool2DOp>(loc, "needs two kernel extents, strides and dilations of 1 to 2^31 - 1");
  if (op.getPad().size() != 4) // C3
    return fail<MaxPool2DOp>(loc, "needs four pad entries");
  SmallVector<int64_t> shape(input.getShape());
  for (int d : {0, 1}) {
    for (int64_t pad : op.getPad().slice(2 * d, 2))
      if (pad < 0 || pad > (op.getKernel()[d] - 1) * op.getDilations()[d]) // C3
        return fail<MaxPool2DOp>(loc, "needs pad entries that are not negative and less than the dilated "
                                      "kernel");
    shape[1 + d] = slidingExtent(input.getDimSize(1 + d), op.getPad()[2 * d] + op.getPad()[2 * d + 1],
                                 op.getKernel()[d], op.getStrides()[d], op.getDilations()[d]);
    if (shape[1 + d] < 1) // C4
      return fail<MaxPool2DOp>(loc, "has a dilated kernel larger than the padded image");
  }
  types.push_back(RankedTensorType::get(shape, input.getElementType(), input.getEncoding()));
  return success();
}

LogicalResult PlaneOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, PlaneOp::Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorType(op.getInput());
  if (!isCodeTensor(input))
    return fail<PlaneOp>(loc, "needs a tensor of codes");
  types.push_back(input.clone(cast<CodeTypeInterface>(input.getElementType()).getPlaneType()));
  return success();
}

LogicalResult UnpackOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, UnpackOp::Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorType(op.getInput());
  if (!input)
    return fail<UnpackOp>(loc, "needs an input of known rank");
  types.push_back(RankedTensorType::get(input.getShape(), input.getElementType()));
  return success();
}

//===----------------------------------------------------------------------===//
// ContractionOpInterface
//===----------------------------------------------------------------------===//

TypedValue<RankedTensorType> Conv2DOp::getActivations() { return getInput(); }
TypedValue<RankedTensorType> Conv2DOp::getWeights() { return getFilter(); }
TypedValue<RankedTensorType> Conv2DOp::getAccumulator() { return getResult(); }
int64_t Conv2DOp::getDepth() {
  ArrayRef<int64_t> filter = getFilter().getType().getShape();
  return filter[1] * filter[2] * filter[3];
}

TypedValue<RankedTensorType> MatmulOp::getActivations() { return getLhs(); }
TypedValue<RankedTensorType> MatmulOp::getWeights() { return getRhs(); }
TypedValue<RankedTensorType> MatmulOp::getAccumulator() { return getResult(); }
int64_t MatmulOp::getDepth() {
  return getLhs().getType().getDimSize(getLhs().getType().getRank() - (getTransposeLhs() ? 2 : 1));
}
