//===- IntegerForm.cpp - Float expressions of integers -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IntegerForm.h"
#include "ChannelChain.h"
#include "Constants.h"
#include "Remarks.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

#include <cmath>

using namespace mlir;
using namespace bnn;

std::optional<Dyadic> Dyadic::of(double r) {
  int exponent;
  double fraction = std::frexp(r, &exponent);
  double scaled = std::floor(std::fabs(fraction) * 0x1p31 + 0.5);
  if (scaled == 0x1p31) {
    scaled = 0x1p30;
    ++exponent;
  }
  int shift = 31 - exponent;
  if (shift < 0)
    return std::nullopt;
  if (shift > 62) { // Fewer significant bits, at last none.
    scaled = std::floor(std::ldexp(std::fabs(r), 62) + 0.5);
    shift = 62;
  }
  return Dyadic{static_cast<int32_t>(std::copysign(scaled, r)), scaled == 0 ? 0 : shift};
}

IntegerForm::~IntegerForm() = default;

template <typename Fn>
static Factors combine(const Factors &a, const Factors &b, Fn fn) {
  Factors result;
  for (size_t i = 0, n = std::max(a.size(), b.size()); i < n; ++i)
    result.push_back(fn(perChannel(a, i), perChannel(b, i)));
  return result;
}

static Factors times(const Factors &a, const Factors &b) { return combine(a, b, std::multiplies<double>()); }
static Factors plus(const Factors &a, const Factors &b) { return combine(a, b, std::plus<double>()); }
static Factors toFactors(ArrayRef<float> floats) { return Factors(floats.begin(), floats.end()); }

static double largest(const Factors &values) {
  double most = 0;
  for (double v : values)
    most = std::max(most, std::fabs(v));
  return most;
}

static int64_t channelsOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getRank() == 0 ? 1 : type.getShape().back();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static std::unique_ptr<IntegerForm> refuse(std::string &why, Operation *op, const Twine &reason) {
  StringRef node = getNodeName(op->getLoc());
  why =
      ((node.empty() ? Twine() : "node '" + node + "' ") + "(" + op->getName().getStringRef() + ") " + reason)
          .str();
  return nullptr;
}

std::unique_ptr<IntegerForm> IntegerForm::readCodes(DequantizeOp op, std::string &why) {
  std::optional<SmallVector<float>> scale = getConstantFloats(op.getScale());
  int64_t last = cast<RankedTensorType>(op.getType()).getRank() - 1;
  if (!scale || !allFinite(*scale) || (scale->size() > 1 && int64_t(op.getAxis()) != last))
    return refuse(why, op, "has no constant scale per channel of the last dimension");
  if (!llvm::all_equal(op.getZeroPoints()))
    return refuse(why, op, "has different zero points");
  std::unique_ptr<IntegerForm> form(new IntegerForm(Leaf));
  form->value = op.getInput();
  form->factor = toFactors(*scale);
  form->offset = {0};
  form->zeroPoint = op.getZeroPoints().empty() ? 0 : op.getZeroPoints()[0];
  return form;
}

std::unique_ptr<IntegerForm> IntegerForm::readPool(Operation *op, std::string &why) {
  auto codes = op->getOperand(0).getDefiningOp<DequantizeOp>();
  if (!codes)
    return refuse(why, op, "pools floats that are not dequantized codes");
  std::unique_ptr<IntegerForm> form = readCodes(codes, why);
  if (!form)
    return nullptr;
  form->op = op;
  if (auto average = dyn_cast<tosa::AvgPool2dOp>(op)) {
    if (llvm::any_of(average.getPad(), [](int64_t p) { return p != 0; }))
      return refuse(why, op, "averages windows of different sizes");
    double count = average.getKernel()[0] * average.getKernel()[1];
    form->factor = times(form->factor, {1 / count});
  } else if (llvm::any_of(form->factor, [](double s) { return s < 0; })) {
    return refuse(why, op, "takes the largest of codes that fall");
  }
  return form;
}

std::unique_ptr<IntegerForm> IntegerForm::readLeaf(Operation *op, std::string &why) {
  if (auto dequantize = dyn_cast<DequantizeOp>(op))
    return readCodes(dequantize, why);
  if (!isa<ScaleOp>(op))
    return readPool(op, why);
  auto scale = cast<ScaleOp>(op);
  std::optional<SmallVector<float>> factor = getConstantFloats(scale.getScale());
  std::optional<SmallVector<float>> bias = SmallVector<float>{0.0f};
  if (scale.getBias())
    bias = getConstantFloats(scale.getBias());
  if (!factor || !bias || !allFinite(*factor) || !allFinite(*bias) || scale.getRow() || scale.getColumn())
    return refuse(why, op, "has no constant scale and bias per channel");
  std::unique_ptr<IntegerForm> form(new IntegerForm(Leaf));
  form->value = scale.getInput();
  form->factor = toFactors(*factor);
  form->offset = toFactors(*bias);
  return form;
}

std::unique_ptr<IntegerForm> IntegerForm::readAffine(Operation *op, std::string &why) {
  std::unique_ptr<IntegerForm> form(new IntegerForm(Affine));
  form->factor = {1};
  form->offset = {0};
  Value child = op->getOperand(0);
  if (isa<tosa::NegateOp>(op)) {
    form->factor = {-1};
  } else {
    int64_t channels = channelsOf(op->getResult(0));
    std::optional<SmallVector<float>> constant;
    int side = 1;
    for (; side >= 0 && !constant; --side)
      if (op->getOperand(1 - side).getType() == op->getResult(0).getType())
        constant = getPerChannelFloats(op->getOperand(side), channels);
    ++side;
    if (!constant || !allFinite(*constant))
      return refuse(why, op, "has no constant operand per channel of the last dimension");
    child = op->getOperand(1 - side);
    Factors numbers = toFactors(*constant);
    if (isa<tosa::MulOp>(op)) {
      form->factor = numbers;
    } else if (isa<tosa::SubOp>(op) && side == 1) {
      form->offset = times(numbers, {-1});
    } else {
      form->offset = numbers;
      form->factor = {isa<tosa::SubOp>(op) ? -1.0 : 1.0};
    }
  }
  form->children.push_back(read(child, why));
  if (!form->children[0])
    return nullptr;
  if (std::max(form->factor.size(), form->offset.size()) > 1 && form->children[0]->movesChannels())
    return refuse(why, op, "has numbers per channel after channels were moved");
  return form;
}

std::unique_ptr<IntegerForm> IntegerForm::readClamp(Operation *op, std::string &why) {
  std::unique_ptr<IntegerForm> form(new IntegerForm(Clamp));
  form->low = {-HUGE_VAL};
  form->high = {HUGE_VAL};
  Value child = op->getOperand(0);
  if (auto clamp = dyn_cast<tosa::ClampOp>(op)) {
    form->low = {cast<FloatAttr>(clamp.getMinVal()).getValueAsDouble()};
    form->high = {cast<FloatAttr>(clamp.getMaxVal()).getValueAsDouble()};
  } else {
    int side = getPerChannelFloats(op->getOperand(1), channelsOf(op->getResult(0))) ? 1 : 0;
    std::optional<SmallVector<float>> bound =
        getPerChannelFloats(op->getOperand(side), channelsOf(op->getResult(0)));
    child = op->getOperand(1 - side);
    if (!bound || child.getType() != op->getResult(0).getType())
      return refuse(why, op, "has no constant operand per channel of the last dimension");
    (isa<tosa::MaximumOp>(op) ? form->low : form->high) = toFactors(*bound);
  }
  form->children.push_back(read(child, why));
  if (!form->children[0])
    return nullptr;
  if (std::max(form->low.size(), form->high.size()) > 1 && form->children[0]->movesChannels())
    return refuse(why, op, "has numbers per channel after channels were moved");
  return form;
}

/// Sums of two expressions, and moves of one or several.
std::unique_ptr<IntegerForm> IntegerForm::readParts(Operation *op, std::string &why) {
  std::unique_ptr<IntegerForm> form(new IntegerForm(isa<tosa::AddOp>(op) ? Sum : Move));
  form->op = op;
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue; // a shape
    if (form->kind == Sum && type != op->getResult(0).getType())
      return refuse(why, op, "adds tensors of different shapes");
    form->children.push_back(read(operand, why));
    if (!form->children.back())
      return nullptr;
  }
  return form;
}

std::unique_ptr<IntegerForm> IntegerForm::read(Value value, std::string &why) {
  Operation *op = value.getDefiningOp();
  if (!op) {
    why = "it reads floats from outside";
    return nullptr;
  }
  if (isa<ScaleOp, DequantizeOp, tosa::AvgPool2dOp, tosa::MaxPool2dOp>(op))
    return readLeaf(op, why);
  if (isa<tosa::ClampOp, tosa::MaximumOp, tosa::MinimumOp>(op))
    return readClamp(op, why);
  if (auto identity = dyn_cast<tosa::IdentityOp>(op))
    return read(identity.getInput1(), why);
  if (isa<tosa::AddOp>(op) && !isConstantFloats(op->getOperand(0)) && !isConstantFloats(op->getOperand(1)))
    return readParts(op, why);
  if (isa<tosa::MulOp, tosa::AddOp, tosa::SubOp, tosa::NegateOp>(op))
    return readAffine(op, why);
  if (isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ReverseOp, tosa::ConcatOp>(op))
    return readParts(op, why);
  if (auto select = dyn_cast<tosa::SelectOp>(op))
    if (std::optional<PReluMatch> prelu = matchPRelu(select, channelsOf(value));
        prelu && allFinite(prelu->slope)) {
      // max(x, 0) + slope·min(x, 0)
      std::unique_ptr<IntegerForm> sum(new IntegerForm(Sum)), above(new IntegerForm(Clamp)),
          below(new IntegerForm(Clamp)), scaled(new IntegerForm(Affine));
      above->low = below->high = scaled->offset = {0};
      above->high = {HUGE_VAL};
      below->low = {-HUGE_VAL};
      scaled->factor = toFactors(prelu->slope);
      above->children.push_back(read(prelu->input, why));
      below->children.push_back(read(prelu->input, why));
      if (!above->children[0] || (prelu->slope.size() > 1 && above->children[0]->movesChannels()))
        return nullptr;
      scaled->children.push_back(std::move(below));
      sum->children.push_back(std::move(above));
      sum->children.push_back(std::move(scaled));
      return sum;
    }
  return refuse(why, op, "has no form in integers");
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

int64_t IntegerForm::getNumLeaves() const {
  int64_t leaves = kind == Leaf;
  for (const std::unique_ptr<IntegerForm> &child : children)
    leaves += child->getNumLeaves();
  return leaves;
}

bool IntegerForm::movesChannels() const {
  if (kind == Move) {
    auto from = cast<RankedTensorType>(op->getOperand(0).getType()),
         to = cast<RankedTensorType>(op->getResult(0).getType());
    auto transpose = dyn_cast<tosa::TransposeOp>(op);
    auto reverse = dyn_cast<tosa::ReverseOp>(op);
    if (from.getRank() == 0 || to.getRank() == 0 || from.getShape().back() != to.getShape().back() ||
        (transpose && transpose.getPerms().back() != from.getRank() - 1) ||
        (reverse && int64_t(reverse.getAxis()) == from.getRank() - 1))
      return true;
  }
  return llvm::any_of(children, [](auto &child) { return child->movesChannels(); });
}

bool IntegerForm::holdsCodes() const {
  return isCodeTensor(value.getType()) && !isa_and_nonnull<tosa::AvgPool2dOp>(op);
}

int64_t IntegerForm::getLargestInteger() const {
  if (!isCodeTensor(value.getType())) {
    AccumulatorRange range = accumulatorRange(value);
    return std::max(-range.low, range.high);
  }
  CodeTypeInterface type = getCodeType(value);
  int64_t code = std::max(std::abs(type.getMinValue() - zeroPoint), std::abs(type.getMaxValue() - zeroPoint));
  auto average = dyn_cast_or_null<tosa::AvgPool2dOp>(op);
  return average ? code * average.getKernel()[0] * average.getKernel()[1] : code;
}

double IntegerForm::getBound(const Factors &gain, const Factors &add) const {
  switch (kind) {
  case Leaf:
    return largest(times(gain, factor)) * getLargestInteger() + largest(plus(times(gain, offset), add));
  case Affine:
    return children[0]->getBound(times(gain, factor), plus(times(gain, offset), add));
  case Clamp:
    return children[0]->getBound(gain, add);
  case Sum:
    return children[0]->getBound(gain, add) + children[1]->getBound(gain, {0});
  case Move: {
    double bound = 0;
    for (const std::unique_ptr<IntegerForm> &child : children)
      bound = std::max(bound, child->getBound(gain, add));
    return bound;
  }
  }
  llvm_unreachable("unknown kind");
}

std::unique_ptr<IntegerForm> IntegerForm::withoutClamp(std::unique_ptr<IntegerForm> form, const Factors &gain,
                                                       const Factors &add, double low, double high) {
  while (form->kind == Clamp) {
    Factors cutLow = plus(times(gain, form->low), add), cutHigh = plus(times(gain, form->high), add);
    if (llvm::any_of(gain, [](double g) { return g <= 0; }) ||
        llvm::any_of(cutLow, [&](double cut) { return cut > low; }) ||
        llvm::any_of(cutHigh, [&](double cut) { return cut < high; }))
      break;
    form = std::move(form->children[0]);
  }
  return form;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

/// i32 constants per channel, to be broadcast over a tensor of `rank`; beyond the range of i32 its ends.
static Value createChannelInts(ImplicitLocOpBuilder &b, int64_t rank, const Factors &numbers) {
  SmallVector<int32_t> ints;
  for (double number : numbers)
    ints.push_back(
        static_cast<int32_t>(std::nearbyint(std::clamp(number, double(INT32_MIN), double(INT32_MAX)))));
  SmallVector<int64_t> shape(rank, 1);
  if (rank)
    shape.back() = ints.size();
  return createInts(b, b.getLoc(), shape, ints);
}

static Value addInts(ImplicitLocOpBuilder &b, Value value, const Factors &numbers) {
  if (llvm::all_of(numbers, [](double n) { return std::nearbyint(n) == 0; }))
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  return tosa::AddOp::create(b, type, value, createChannelInts(b, type.getRank(), numbers));
}

/// The accumulators or codes of a leaf, pooled where it says so.
Value IntegerForm::emitInteger(ImplicitLocOpBuilder &b) const {
  if (auto pool = dyn_cast_or_null<tosa::MaxPool2dOp>(op)) {
    auto type = RankedTensorType::get(cast<RankedTensorType>(pool.getType()).getShape(), getCodeType(value));
    return MaxPool2DOp::create(b, type, value, pool.getKernel(), pool.getStride(), ArrayRef<int64_t>{1, 1},
                               pool.getPad());
  }
  auto pool = dyn_cast_or_null<tosa::AvgPool2dOp>(op);
  if (!pool)
    return value;
  // A depthwise convolution with ones adds up each window.
  int64_t channels = channelsOf(value), count = pool.getKernel()[0] * pool.getKernel()[1];
  auto ones = RankedTensorType::get({channels, pool.getKernel()[0], pool.getKernel()[1], 1},
                                    UnsignedType::get(b.getContext(), 1));
  Value filter = createCodes(b, b.getLoc(), ones, SmallVector<int8_t>(channels * count, 1));
  Value sums = Conv2DOp::create(b, value, filter, pool.getStride(), ArrayRef<int64_t>{1, 1}, pool.getPad(),
                                /*pad_value=*/0, /*groups=*/channels, StringAttr(), StringAttr());
  return addInts(b, sums, {-double(zeroPoint) * count});
}

bool IntegerForm::takesOffset(const Factors &gain, const Factors &add, double tolerance) const {
  int64_t most = getLargestInteger();
  for (size_t c = 0, n = std::max(gain.size(), add.size()); c < n; ++c) {
    double g = perChannel(gain, c), o = perChannel(add, c);
    if (o == 0)
      continue;
    double steps = o / g;
    if (holdsCodes() || g == 0 || std::fabs(steps) + most > INT32_MAX ||
        std::fabs(steps - std::nearbyint(steps)) * std::fabs(g) > tolerance)
      return false;
  }
  return true;
}

Value IntegerForm::emitLeaf(ImplicitLocOpBuilder &b, const Factors &gain, const Factors &add,
                            RankedTensorType type, int64_t outputZeroPoint, Rounding rounding) const {
  Value integer = emitInteger(b);
  if (llvm::any_of(add, [](double o) { return o != 0; }))
    integer = addInts(b, integer, combine(add, gain, [](double o, double g) { return o == 0 ? 0 : o / g; }));
  SmallVector<int32_t> multipliers, shifts;
  for (double g : gain) {
    std::optional<Dyadic> dyadic = Dyadic::of(g);
    if (!dyadic) // As large as a dyadic can be: every integer but 0 passes the range.
      dyadic = Dyadic{g < 0 ? -INT32_MAX : INT32_MAX, 0};
    multipliers.push_back(dyadic->multiplier);
    shifts.push_back(dyadic->shift);
  }
  return RequantizeOp::create(b, type, integer, multipliers, shifts, holdsCodes() ? zeroPoint : 0,
                              outputZeroPoint, rounding);
}

Value IntegerForm::emit(ImplicitLocOpBuilder &b, const Factors &gain, const Factors &add) const {
  switch (kind) {
  case Leaf: {
    Factors g = times(gain, factor), o = plus(times(gain, offset), add);
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(op ? op->getResult(0).getType() : value.getType()).getShape();
    auto type = RankedTensorType::get(shape, b.getI32Type());
    if (takesOffset(g, o, 0.5))
      return emitLeaf(b, g, o, type, 0, Rounding::HalfEven);
    return addInts(b, emitLeaf(b, g, {0}, type, 0, Rounding::HalfEven), o);
  }
  case Affine:
    return children[0]->emit(b, times(gain, factor), plus(times(gain, offset), add));
  case Clamp: {
    Value value = children[0]->emit(b, gain, add);
    auto type = cast<RankedTensorType>(value.getType());
    auto ends = [&](const Factors &bound) {
      return combine(combine(gain, bound, [](double g, double x) { return g == 0 ? 0 : g * x; }), add,
                     std::plus<double>());
    };
    // A negative gain exchanges the ends.
    auto pick = [&](bool upper) {
      Factors above = ends(high), below = ends(low);
      Factors result =
          combine(above, below, [&](double x, double y) { return upper ? std::max(x, y) : std::min(x, y); });
      return result;
    };
    Factors lower = pick(false), upper = pick(true);
    if (llvm::any_of(lower, [](double x) { return x > INT32_MIN; }))
      value = tosa::MaximumOp::create(b, type, value, createChannelInts(b, type.getRank(), lower));
    if (llvm::any_of(upper, [](double x) { return x < INT32_MAX; }))
      value = tosa::MinimumOp::create(b, type, value, createChannelInts(b, type.getRank(), upper));
    return value;
  }
  case Sum: {
    Value lhs = children[0]->emit(b, gain, add), rhs = children[1]->emit(b, gain, {0});
    return tosa::AddOp::create(b, lhs.getType(), lhs, rhs);
  }
  case Move: {
    IRMapping map;
    unsigned next = 0;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        map.map(operand, children[next++]->emit(b, gain, add));
    Operation *moved = b.clone(*op, map);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    moved->getResult(0).setType(RankedTensorType::get(type.getShape(), b.getI32Type()));
    return moved->getResult(0);
  }
  }
  llvm_unreachable("unknown kind");
}

Value IntegerForm::emitCodes(ImplicitLocOpBuilder &b, const Factors &gain, const Factors &add,
                             RankedTensorType type, int64_t outputZeroPoint, Rounding rounding) const {
  if (kind == Affine)
    return children[0]->emitCodes(b, times(gain, factor), plus(times(gain, offset), add), type,
                                  outputZeroPoint, rounding);
  if (kind != Leaf)
    return Value();
  // A hundredth of a step: less than what a multiplier of 31 bits may be off over the range of an
  // accumulator.
  constexpr double tolerance = 0.01;
  Factors g = times(gain, factor), o = plus(times(gain, offset), add);
  if (!takesOffset(g, o, tolerance))
    return Value();
  return emitLeaf(b, g, o, type, outputZeroPoint, rounding);
}
