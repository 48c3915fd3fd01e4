//===- Values.cpp - Building blocks that operators share ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layouts: a convolution asks for its input in ChannelsLast and hands its
// result on so. Elementwise operators, poolings and concatenations keep that
// order, so a tosa.transpose appears only where an operator needs ONNX's own
// order, at the latest at the graph's outputs:
//
//   %0 = tosa.transpose %image {perms = [0, 2, 3, 1]}   // NCHW input
//   %1 = tosa.conv2d %0 ...
//   %2 = tosa.clamp %1 ...                               // no transpose between
//   %3 = tosa.conv2d %2 ...
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

//===----------------------------------------------------------------------===//
// Types and constants
//===----------------------------------------------------------------------===//

RankedTensorType Node::tensorType(ArrayRef<int64_t> shape, Type element) {
  std::optional<int64_t> count = countElements(shape, maxElements);
  if (count && *count > 0)
    return RankedTensorType::get(shape, element);
  if (count)
    error("a tensor of shape " + toString(shape) + " is empty, which is not supported");
  else
    error("a tensor of shape " + toString(shape) + " is too large");
  return RankedTensorType::get({1}, element);
}

Value Node::constant(const HostTensor &host) {
  tensorType(host.getShape(), host.getType());
  DenseElementsAttr attr = (failed() ? HostTensor::get({1}, {0.0f}) : host).getAttr(context());
  return tosa::ConstOp::create(b, attr.getType(), attr);
}

Value Node::splat(double value, Type element, int64_t rank) {
  SmallVector<int64_t> shape(rank, 1);
  auto type = RankedTensorType::get(shape, element);
  DenseElementsAttr attr;
  if (auto floatType = dyn_cast<FloatType>(element)) {
    llvm::APFloat number(value);
    bool lost;
    number.convert(floatType.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &lost);
    attr = DenseElementsAttr::get(type, number);
  } else {
    attr = DenseElementsAttr::get(
        type, llvm::APInt(element.getIntOrFloatBitWidth(), uint64_t(int64_t(value)), true, true));
  }
  return tosa::ConstOp::create(b, type, attr);
}

Value Node::shapeValue(ArrayRef<int64_t> dims) {
  return tosa::ConstShapeOp::create(b, tosa::shapeType::get(context(), dims.size()),
                                    b.getIndexTensorAttr(dims));
}

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

Value Node::reshape(Value value, ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  return tosa::ReshapeOp::create(b, tensorType(shape, elementOf(value)), value, shapeValue(shape));
}

Value Node::transpose(Value value, ArrayRef<int64_t> permutation) {
  ArrayRef<int64_t> from = shapeOf(value);
  Shape shape;
  SmallVector<int32_t> perms;
  bool ordered = true;
  int64_t last = -1;
  for (int64_t p : permutation) {
    shape.push_back(from[p]);
    perms.push_back(int32_t(p));
    if (from[p] != 1) {
      ordered &= p > last;
      last = p;
    }
  }
  if (ordered)
    return reshape(value, shape);
  return tosa::TransposeOp::create(b, tensorType(shape, elementOf(value)), value, perms);
}

Value Node::slice(Value value, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
  if (shapeOf(value) == sizes)
    return value;
  return tosa::SliceOp::create(b, tensorType(sizes, elementOf(value)), value, shapeValue(offsets),
                               shapeValue(sizes));
}

Value Node::slice(Value value, int64_t axis, int64_t offset, int64_t size) {
  SmallVector<int64_t> offsets(shapeOf(value).size(), 0), sizes(shapeOf(value));
  offsets[axis] = offset;
  sizes[axis] = size;
  return slice(value, offsets, sizes);
}

Value Node::pad(Value value, ArrayRef<int64_t> low, ArrayRef<int64_t> high, double fill) {
  Shape shape(shapeOf(value));
  SmallVector<int64_t> offsets(shape.size(), 0), padding;
  bool pads = false;
  for (size_t d = 0; d < shape.size(); ++d) {
    offsets[d] = std::max<int64_t>(0, -low[d]);
    shape[d] -= offsets[d] + std::max<int64_t>(0, -high[d]);
    padding.append({std::max<int64_t>(0, low[d]), std::max<int64_t>(0, high[d])});
    pads |= padding[2 * d] || padding[2 * d + 1];
    if (!require(shape[d] > 0, "padding takes away more than there is"))
      return value;
  }
  value = slice(value, offsets, shape);
  if (!pads)
    return value;
  for (size_t d = 0; d < shape.size(); ++d)
    shape[d] += padding[2 * d] + padding[2 * d + 1];
  Type element = elementOf(value);
  return tosa::PadOp::create(b, tensorType(shape, element), value, shapeValue(padding),
                             splat(fill, element, 1));
}

Value Node::concat(ArrayRef<Value> values, int64_t axis) {
  if (values.size() == 1)
    return values.front();
  Shape shape(shapeOf(values.front()));
  for (Value value : values.drop_front())
    shape[axis] += shapeOf(value)[axis];
  return tosa::ConcatOp::create(b, tensorType(shape, elementOf(values.front())), values,
                                b.getI32IntegerAttr(int32_t(axis)));
}

Value Node::stride(Value value, int64_t axis, int64_t step) {
  Shape shape(shapeOf(value));
  int64_t count = (shape[axis] - 1) / step + 1;
  if (step == 1)
    return value;
  // Fill up to count × step, make the step a dimension and keep its first entry.
  SmallVector<int64_t> low(shape.size(), 0), high(shape.size(), 0);
  high[axis] = count * step - shape[axis];
  value = pad(value, low, high, 0);
  Shape split(shape), result(shape);
  result[axis] = split[axis] = count;
  split.insert(split.begin() + axis + 1, step);
  return reshape(slice(reshape(value, split), axis + 1, 0, 1), result);
}

Value Node::tile(Value value, ArrayRef<int64_t> multiples) {
  if (llvm::all_of(multiples, [](int64_t m) { return m == 1; }))
    return value;
  Shape shape(shapeOf(value));
  for (size_t d = 0; d < shape.size(); ++d) {
    if (!require(multiples[d] > 0 && multiples[d] <= maxElements / shape[d],
                 "the result is too large or empty"))
      return value;
    shape[d] *= multiples[d];
  }
  return tosa::TileOp::create(b, tensorType(shape, elementOf(value)), value, shapeValue(multiples));
}

Value Node::reverse(Value value, int64_t axis) {
  return tosa::ReverseOp::create(b, value.getType(), value, b.getI32IntegerAttr(int32_t(axis)));
}

Value Node::cast(Value value, Type element) {
  if (elementOf(value) == element)
    return value;
  return tosa::CastOp::create(b, tensorType(shapeOf(value), element), value);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Shape Node::broadcastShapes(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  int64_t rank = std::max(lhs.size(), rhs.size());
  Shape shape(rank, 1);
  for (int64_t d = 0; d < rank; ++d) {
    int64_t l = d < int64_t(lhs.size()) ? lhs[lhs.size() - 1 - d] : 1;
    int64_t r = d < int64_t(rhs.size()) ? rhs[rhs.size() - 1 - d] : 1;
    if (l != r && l != 1 && r != 1)
      error("shapes " + toString(lhs) + " and " + toString(rhs) + " cannot be broadcast");
    shape[rank - 1 - d] = l == 1 ? r : l;
  }
  return shape;
}

RankedTensorType Node::broadcastType(Value lhs, Value rhs, Type element) {
  return tensorType(broadcastShapes(shapeOf(lhs), shapeOf(rhs)), element ? element : elementOf(lhs));
}

Value Node::mul(Value lhs, Value rhs) {
  auto type = broadcastType(lhs, rhs);
  Value shift = splat(0, b.getI8Type(), 1);
  return tosa::MulOp::create(b, type, lhs, rhs, shift);
}

Value Node::reciprocal(Value value) { return unary<tosa::ReciprocalOp>(value); }

Value Node::select(Value condition, Value yes, Value no) {
  Shape shape = broadcastShapes(broadcastShapes(shapeOf(condition), shapeOf(yes)), shapeOf(no));
  return tosa::SelectOp::create(b, tensorType(shape, elementOf(yes)), condition, yes, no);
}

//===----------------------------------------------------------------------===//
// Tensors to values
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> toChannelsLast(int64_t rank) {
  return rank == 3 ? SmallVector<int64_t>{0, 2, 1} : SmallVector<int64_t>{0, 2, 3, 1};
}

Value Node::materialize(const Tensor &tensor, Layout layout) {
  Shape physical = physicalShape(tensor.shape, layout);
  if (tensor.isConstant()) {
    SmallVector<int64_t> permutation = layout == Layout::Logical
                                           ? llvm::to_vector(llvm::seq<int64_t>(0, tensor.rank()))
                                           : toChannelsLast(tensor.rank());
    return materializeWeight(tensor, permutation, physical);
  }
  Value value = tensor.isCodes() ? codesToIntegers(tensor) : tensor.value;
  if (tensor.layout == layout)
    return value;
  bool three = tensor.rank() == 3;
  if (layout == Layout::ChannelsLast)
    return reshape(transpose(value, toChannelsLast(tensor.rank())), physical);
  if (three)
    value = reshape(value, {tensor.shape[0], tensor.shape[2], tensor.shape[1]});
  return transpose(value, three ? ArrayRef<int64_t>{0, 2, 1} : ArrayRef<int64_t>{0, 3, 1, 2});
}

Value Node::materializeFor(const Tensor &tensor, int64_t rank, Layout layout) {
  if (tensor.rank() == rank)
    return materialize(tensor, layout);
  Tensor aligned = tensor;
  aligned.shape = Shape(rank - tensor.rank(), 1);
  aligned.shape.append(tensor.shape);
  aligned.layout = Layout::Logical;
  if (tensor.isConstant()) {
    aligned.host = tensor.host->reshape(aligned.shape);
    if (aligned.quantizer)
      aligned.quantizer->axis += rank - tensor.rank();
  } else {
    aligned.value = reshape(materialize(tensor), aligned.shape);
  }
  return materialize(aligned, layout);
}

Value Node::materializeWeight(const Tensor &tensor, ArrayRef<int64_t> permutation, ArrayRef<int64_t> shape) {
  HostTensor host = tensor.host->permute(permutation);
  if (!tensor.quantizer)
    return constant(host.reshape(shape));
  // The dimension of the scales keeps its size, and only sizes of 1 come and go before it.
  int64_t axis = 0;
  const Quantizer &quantizer = *tensor.quantizer;
  if (quantizer.perChannel()) {
    int64_t permuted = llvm::find(permutation, quantizer.axis) - permutation.begin();
    int64_t large = llvm::count_if(ArrayRef<int64_t>(host.getShape()).take_front(permuted),
                                   [](int64_t d) { return d != 1; });
    for (axis = 0; axis + 1 < int64_t(shape.size()); ++axis)
      if (shape[axis] != 1 && large-- == 0)
        break;
  }
  host = host.reshape(shape);
  if (quantizer.kind != Quantizer::Codes)
    return emitQuantizer(constant(host), quantizer, axis);
  CodeTypeInterface type = quantizer.type;
  bool extended = isa<SignedType, TernaryType>(type);
  SmallVector<int8_t> codes;
  for (int64_t i = 0, e = host.size(); i < e; ++i) {
    int64_t value = host.getInt(i);
    if (!type.contains(value)) {
      error("the constant has the value " + Twine(value) + ", which is none of its type's");
      value = type.getMinValue();
    }
    codes.push_back(int8_t(extended ? value : int64_t(type.encode(value))));
  }
  tensorType(shape, quantizer.type);
  if (failed())
    return constant(HostTensor::get({1}, {0.0f}));
  auto attr = DenseElementsAttr::get(RankedTensorType::get(shape, b.getI8Type()), ArrayRef<int8_t>(codes));
  return emitQuantizer(ConstantOp::create(b, RankedTensorType::get(shape, quantizer.type), attr), quantizer,
                       axis);
}

Value Node::permuted(const Tensor &tensor, ArrayRef<int64_t> permutation, ArrayRef<int64_t> shape) {
  if (tensor.isConstant())
    return materializeWeight(tensor, permutation, shape);
  return reshape(transpose(materialize(tensor), permutation), shape);
}

Value Node::emitQuantizer(Value input, const Quantizer &quantizer, int64_t axis) {
  Value scale = constant(HostTensor::get({int64_t(quantizer.scale.size())}, quantizer.scale));
  auto codeType = tensorType(shapeOf(input), quantizer.type);
  if (quantizer.kind == Quantizer::Binarize)
    input = BinarizeOp::create(b, codeType, input, Value(),
                               isa<TernaryType>(quantizer.type) ? ZeroMode::Ternary : ZeroMode::Plus);
  else if (quantizer.kind == Quantizer::Quantize)
    input = QuantizeOp::create(b, codeType, input, scale, quantizer.zeroPoints, axis, quantizer.rounding,
                               quantizer.shiftBeforeRound, quantizer.narrow);
  return DequantizeOp::create(b, tensorType(shapeOf(input), b.getF32Type()), input, scale,
                              quantizer.zeroPoints, axis);
}

Value Node::codesToIntegers(const Tensor &tensor) {
  Value numbers = DequantizeOp::create(b, tensorType(shapeOf(tensor.value), b.getF32Type()), tensor.value,
                                       splat(1.0, b.getF32Type(), 1));
  Type element = getMLIRType(tensor.type, context());
  // A cast to i8 saturates at 127; through i32, 128 to 255 keep their bits.
  if (isUnsigned(tensor.type))
    numbers = cast(numbers, b.getI32Type());
  return cast(numbers, element);
}

Layout Node::commonLayout(ArrayRef<const Tensor *> tensors, int64_t rank) {
  for (const Tensor *tensor : tensors)
    if (tensor->layout == Layout::ChannelsLast && tensor->rank() == rank)
      return Layout::ChannelsLast;
  return Layout::Logical;
}
