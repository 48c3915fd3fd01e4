//===- BNNVerifiers.cpp - Labelled constraints of the value ops
//-------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Each check carries the label it has in the op's description. Constraints on
// shapes that result types follow from are in BNNInferTypes.cpp.

#include "bnn/Dialect/BNN/IR/BNN.h"

#include <cmath>

using namespace mlir;
using namespace bnn;

/// Constraints checked by inferReturnTypes, and the result's type. The trait
/// would check them too, but only after verify().
template <typename OpTy>
static LogicalResult verifyInferred(OpTy op) {
  SmallVector<Type, 1> types;
  if (failed(OpTy::inferReturnTypes(op.getContext(), op.getLoc(), typename OpTy::Adaptor(op), types)))
    return failure();
  if (types.front() != op.getType())
    return op.emitOpError() << "needs a result of type " << types.front() << ", but has " << op.getType();
  return success();
}

static LogicalResult verifySameShape(Operation *op, Value input, Value result) {
  if (cast<ShapedType>(input.getType()).getShape() != cast<ShapedType>(result.getType()).getShape())
    return op->emitOpError("needs an input and a result of the same shape");
  return success();
}

/// A parameter of one element, or of one for each of `channels`.
static LogicalResult verifyPerChannel(Operation *op, StringRef name, Value parameter, int64_t channels) {
  auto type = cast<RankedTensorType>(parameter.getType());
  if (type.getRank() > 1 || (type.getNumElements() != 1 && type.getNumElements() != channels))
    return op->emitOpError() << "needs a " << name << " of one element or one per channel (" << channels
                             << "), but has " << type;
  return success();
}

static int64_t lastDim(Value tensor) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  return shape.empty() ? 1 : shape.back();
}

LogicalResult ConstantOp::verify() {
  auto dense = dyn_cast<DenseIntElementsAttr>(getCodes());
  if (!dense || !dense.getElementType().isInteger(8) ||
      dense.getType().getShape() != getType().getShape()) // C1
    return emitOpError("needs dense i8 codes of the shape of its result");
  auto type = cast<CodeTypeInterface>(getType().getElementType());
  // A table: constants are large and verified after every pass.
  bool isCode[256] = {}, extended = isa<SignedType, TernaryType>(type);
  for (int64_t i = 0, value = type.getMinValue(); i < type.getNumValues(); ++i, value += type.getStep())
    isCode[uint8_t(extended ? value : type.encode(value))] = true;
  for (char stored : dense.getRawData())
    if (!isCode[uint8_t(stored)]) // C2
      return emitOpError() << "has an entry " << int(extended ? int8_t(stored) : uint8_t(stored))
                           << " that is no code of " << type;
  return success();
}

//===----------------------------------------------------------------------===//
// Floats to codes and back
//===----------------------------------------------------------------------===//

/// C1 to C4, which quantize and dequantize share.
template <typename OpTy>
static LogicalResult verifyQuantization(OpTy op) {
  if (failed(verifySameShape(op, op.getInput(), op.getResult()))) // C1
    return failure();
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= std::max<int64_t>(1, shape.size())) // C4
    return op.emitOpError() << "has no dimension " << axis;
  int64_t channels = shape.empty() ? 1 : shape[axis];
  if (failed(verifyPerChannel(op, "scale", op.getScale(), channels))) // C2
    return failure();
  int64_t zeroPoints = op.getZeroPoints().size();
  if (zeroPoints > 1 && zeroPoints != op.getScale().getType().getNumElements()) // C3
    return op.emitOpError() << "needs no zero point, one, or one per scale, but has " << zeroPoints;
  for (int64_t z : op.getZeroPoints())
    if (z < INT32_MIN || z > INT32_MAX) // C3
      return op.emitOpError() << "has zero point " << z << ", beyond the range of i32";
  return success();
}

/// The floats of an arith or tosa constant. Not by folding it: it may come later
/// in the block and not be verified yet.
static DenseFPElementsAttr getConstant(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !op->hasTrait<OpTrait::ConstantLike>())
    return {};
  for (StringRef name : {"value", "values"})
    if (auto dense = op->getAttrOfType<DenseFPElementsAttr>(name))
      return dense;
  return {};
}

LogicalResult QuantizeOp::verify() {
  if (failed(verifyQuantization(*this)))
    return failure();
  Type type = getType().getElementType();
  if (isa<TernaryType>(type)) // C5
    return emitOpError("cannot make ternary codes: use bnn.ternarize");
  bool shifted = llvm::any_of(getZeroPoints(), [](int64_t z) { return z != 0; });
  if (isa<BipolarType>(type) && (shifted || getNarrow())) // C5
    return emitOpError("takes no zero point and is not narrow when its result is bipolar");
  if (DenseFPElementsAttr scale = getConstant(getScale()))
    for (const APFloat &s : scale.getValues<APFloat>())
      if (!s.isFinite() || s.isNegative() || s.isZero()) // C6
        return emitOpError() << "needs positive, finite scales, but has " << s.convertToDouble();
  return success();
}

LogicalResult DequantizeOp::verify() { return verifyQuantization(*this); }

LogicalResult BinarizeOp::verify() {
  if (failed(verifySameShape(*this, getInput(), getResult()))) // C1
    return failure();
  if (getThreshold() && failed(verifyPerChannel(*this, "threshold", getThreshold(),
                                                lastDim(getInput())))) // C2
    return failure();
  auto type = cast<CodeTypeInterface>(getType().getElementType());
  bool wantsTernary = getZero() == ZeroMode::Ternary;
  if (wantsTernary != isa<TernaryType>(type) || (!wantsTernary && type.getBits() != 1) ||
      isa<SignedType>(type)) // C3
    return emitOpError() << "with zero mode '" << stringifyZeroMode(getZero()) << "' cannot make codes of "
                         << type;
  return success();
}

LogicalResult TernarizeOp::verify() {
  if (failed(verifySameShape(*this, getInput(), getResult()))) // C1
    return failure();
  if (!isa<TernaryType>(getType().getElementType())) // C1
    return emitOpError("needs a ternary result");
  return verifyPerChannel(*this, "dead zone", getDeadZone(),
                          lastDim(getInput())); // C2
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

static LogicalResult verifyNoOverflow(ContractionOpInterface op) {
  CodeTypeInterface a = op.getActivationType(), w = op.getWeightType();
  auto magnitude = [](CodeTypeInterface t) {
    return std::max(std::abs(t.getMinValue()), std::abs(t.getMaxValue()));
  };
  if (magnitude(a) * magnitude(w) > int64_t(INT32_MAX) / std::max<int64_t>(1, op.getDepth()))
    return op.emitOpError() << "sums " << op.getDepth() << " products of " << a << " and " << w
                            << ", which can pass the range of i32";
  return success();
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyInferred(*this))) // C1, C3, C4, C6
    return failure();
  ArrayRef<int64_t> input = getInput().getType().getShape(), filter = getFilter().getType().getShape();
  int64_t groups = getGroups();
  if (groups < 1 || input[3] % groups != 0 || filter[0] % groups != 0) // C2
    return emitOpError() << "has " << groups << " groups, which do not divide " << input[3] << " input and "
                         << filter[0] << " output channels";
  if (filter[3] != input[3] / groups) // C1
    return emitOpError() << "needs a filter of " << input[3] / groups << " input channels, but it has "
                         << filter[3];
  if (getPadValue() < -1 || getPadValue() > 1) // C5
    return emitOpError() << "needs a pad value of -1, 0 or 1, but has " << getPadValue();
  return verifyNoOverflow(*this); // C7
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyInferred(*this))) // C1 to C3
    return failure();
  return verifyNoOverflow(*this); // C4
}

//===----------------------------------------------------------------------===//
// Accumulators
//===----------------------------------------------------------------------===//

LogicalResult ScaleOp::verify() {
  if (failed(verifyInferred(*this)))
    return failure();
  if (failed(verifyPerChannel(*this, "scale", getScale(),
                              lastDim(getInput())))) // C1
    return failure();
  if (getBias() && failed(verifyPerChannel(*this, "bias", getBias(),
                                           lastDim(getInput())))) // C1
    return failure();
  ArrayRef<int64_t> shape = getInput().getType().getShape();
  auto fits = [&](TypedValue<RankedTensorType> factor, unsigned dim) {
    return !factor || (shape.size() == 4 && factor.getType().getShape() == shape.slice(dim, 1));
  };
  if (!fits(getRow(), 1) || !fits(getColumn(), 2)) // C2
    return emitOpError("needs a row and a column factor as long as dimensions "
                       "1 and 2 of a rank-4 input");
  return success();
}

LogicalResult ThresholdOp::verify() {
  RankedTensorType input = getInput().getType(), thresholds = getThresholds().getType();
  if (failed(verifySameShape(*this, getInput(), getResult()))) // C1
    return failure();
  if (thresholds.getElementType() != input.getElementType()) // C1
    return emitOpError("needs thresholds of the element type of its input");
  int64_t count = getCodeType(getResult()).getNumValues() - 1;
  if (thresholds.getRank() != 2 || thresholds.getDimSize(1) != count ||
      (thresholds.getDimSize(0) != 1 && thresholds.getDimSize(0) != lastDim(getInput()))) // C2
    return emitOpError() << "needs thresholds 1×" << count << " or " << lastDim(getInput()) << "×" << count
                         << ", but has " << thresholds;
  if (!getDescending().empty() && int64_t(getDescending().size()) != thresholds.getDimSize(0)) // C3
    return emitOpError() << "needs one 'descending' entry per row of thresholds, but has "
                         << getDescending().size();
  return success();
}

LogicalResult RequantizeOp::verify() {
  if (failed(verifySameShape(*this, getInput(), getResult()))) // C1
    return failure();
  Type element = getType().getElementType();
  if (!isa<UnsignedType, SignedType>(element) && !element.isInteger(32)) // C1
    return emitOpError("needs a result that is unsigned, signed or i32");
  int64_t count = getMultipliers().size();
  if (count != int64_t(getShifts().size()) || (count != 1 && count != lastDim(getInput()))) // C2
    return emitOpError() << "needs one multiplier and shift, or one per channel (" << lastDim(getInput())
                         << "), but has " << count << " and " << getShifts().size();
  if (llvm::any_of(getShifts(), [](int32_t e) { return e < 0 || e > 62; })) // C3
    return emitOpError("needs shifts of 0 to 62");
  if (getZeroPoint() < INT32_MIN || getZeroPoint() > INT32_MAX) // C4
    return emitOpError() << "has zero point " << getZeroPoint() << ", beyond the range of i32";
  int64_t limit = isCodeTensor(getInput().getType()) ? 65535 : 0; // C5
  if (std::abs(getInputZeroPoint()) > limit)
    return emitOpError() << "has input zero point " << getInputZeroPoint() << ", but its input "
                         << (limit ? "allows 65535 at most" : "has none");
  return success();
}

LogicalResult BorderCorrectOp::verify() {
  if (failed(verifyInferred(*this)))
    return failure();
  ArrayRef<int64_t> input = getInput().getType().getShape(), border = getBorder(),
                    table = getTable().getType().getShape();
  if (input.size() != 4 || table.size() != 3) // C2
    return emitOpError("needs an input of rank 4 and a table of rank 3");
  if (border.size() != 4 || llvm::any_of(border, [](int64_t b) { return b < 0 || b > kMaxExtent; }) ||
      border[0] + border[1] >= input[1] || border[2] + border[3] >= input[2]) // C1
    return emitOpError("needs four border extents that leave at least one row "
                       "and one column between");
  if (table[0] != border[0] + border[1] + 1 || table[1] != border[2] + border[3] + 1 ||
      table[2] != input[3]) // C2
    return emitOpError() << "needs a table " << border[0] + border[1] + 1 << "×" << border[2] + border[3] + 1
                         << "×" << input[3] << ", but has " << getTable().getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Codes to codes
//===----------------------------------------------------------------------===//

LogicalResult MaxPool2DOp::verify() { return verifyInferred(*this); } // C1 to C4

LogicalResult SoftmaxOp::verify() {
  if (failed(verifySameShape(*this, getInput(), getResult()))) // C1
    return failure();
  auto type = dyn_cast<UnsignedType>(getType().getElementType());
  if (!type || getInput().getType().getRank() < 1) // C1
    return emitOpError("needs an unsigned result and an input of rank 1 or more");
  SoftmaxMode mode = getMode();
  if ((mode == SoftmaxMode::BinaryRatio || mode == SoftmaxMode::Bool) && type.getWidth() != 1) // C2
    return emitOpError() << "in mode '" << stringifySoftmaxMode(mode) << "' gives one bit";
  auto positive = [](const APFloat &f) { return f.isFinite() && !f.isNegative() && !f.isZero(); };
  if (!positive(getLogitScale())) // C3
    return emitOpError("needs a positive, finite logit scale");
  bool present = getOutputScale().has_value();
  if (present != (mode == SoftmaxMode::UniformMax) || (present && !positive(*getOutputScale()))) // C4
    return emitOpError("needs a positive, finite output scale in mode "
                       "'uniform_max' and none in others");
  return success();
}

LogicalResult PlaneOp::verify() {
  if (getIndex() < 0 || getIndex() >= getCodeType(getInput()).getBits()) // C1
    return emitOpError() << "has no plane " << getIndex() << " in codes of "
                         << getCodeType(getInput()).getBits() << " bits";
  return verifyInferred(*this);
}

LogicalResult BitSwitchOp::verify() {
  RankedTensorType type = getInput().getType();
  if (!isa<SignedType>(type.getElementType()) || type.getEncoding()) // C1
    return emitOpError("needs signed codes without a storage layout");
  return success();
}

LogicalResult PackOp::verify() {
  RankedTensorType input = getInput().getType(), result = getType();
  if (input.getEncoding() || !isa_and_nonnull<StorageLayoutInterface>(result.getEncoding())) // C1
    return emitOpError("needs an input without and a result with a storage layout");
  if (input.getShape() != result.getShape() || input.getElementType() != result.getElementType()) // C2
    return emitOpError("needs an input and a result of the same shape and element type");
  return success();
}

LogicalResult UnpackOp::verify() {
  if (!isa_and_nonnull<StorageLayoutInterface>(getInput().getType().getEncoding())) // C1
    return emitOpError("needs an input with a storage layout");
  return verifyInferred(*this);
}
