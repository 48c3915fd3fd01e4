//===- DataMovement.cpp - Reshape, Transpose, Concat, Split, Slice, Pad ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants move here, with their quantizer where the order of its scales
// survives. Reshapes need ONNX's order of elements; a value in ChannelsLast
// whose image is 1×1 has it already, so no transpose is left between global
// pooling and the classifier.
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// A constant's numbers, or its codes with the quantizer kept if that has one scale.
static bool keepsQuantizer(const Tensor &tensor) {
  return !tensor.quantizer || !tensor.quantizer->perChannel();
}

static void setReshaped(Node &node, const Tensor &input, ArrayRef<int64_t> shape) {
  if (!input.isConstant()) {
    if (input.isCodes()) // Code tensors cannot be reshaped.
      return node.setOutput(input.type, shape, node.reshape(node.materialize(input), shape));
    // N×C×L to N×C×1×L and back is nothing in ChannelsLast.
    bool sameImage =
        input.layout == Layout::ChannelsLast && (shape.size() == 3 || shape.size() == 4) &&
        physicalShape(shape, Layout::ChannelsLast) == physicalShape(input.shape, Layout::ChannelsLast);
    if (sameImage)
      return node.setOutput(input.type, shape, input.value, Layout::ChannelsLast);
    return node.setOutput(input.type, shape, node.reshape(node.materialize(input), shape));
  }
  Tensor result = input;
  if (!keepsQuantizer(input)) {
    // Scales go on with their dimension if only sizes of 1 change.
    auto large = [](ArrayRef<int64_t> s) {
      return llvm::to_vector(llvm::make_filter_range(s, [](int64_t d) { return d != 1; }));
    };
    if (large(input.shape) == large(shape)) {
      int64_t before = large(ArrayRef<int64_t>(input.shape).take_front(input.quantizer->axis)).size();
      for (auto [d, size] : llvm::enumerate(shape))
        if (size != 1 && before-- == 0)
          result.quantizer->axis = d;
    } else {
      result.host = evaluate(*input.host, *input.quantizer);
      result.quantizer.reset();
    }
  }
  result.shape.assign(shape.begin(), shape.end());
  result.host = result.host->reshape(shape);
  node.setOutput(result);
}

static void importReshape(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<int64_t>> wanted = node.constantInts(1, "the shape");
  bool allowZero = node.intAttr("allowzero", 0);
  if (!wanted)
    return;
  Shape shape(wanted->begin(), wanted->end());
  int64_t known = 1, open = -1;
  for (auto [d, size] : llvm::enumerate(shape)) {
    if (size == 0 && !allowZero) {
      if (!node.require(int64_t(d) < input.rank(), "the shape " + toString(*wanted) +
                                                       " copies a dimension that " + toString(input.shape) +
                                                       " does not have"))
        return;
      size = input.shape[d];
    }
    if (size == -1 && open < 0) {
      open = d;
      continue;
    }
    if (!node.require(size >= 0 && (size == 0 || known <= maxElements / size),
                      "the shape " + toString(*wanted) + " is not valid"))
      return;
    known *= size;
  }
  int64_t count = countElements(input.shape, maxElements).value_or(0);
  if (open >= 0 && known > 0)
    shape[open] = count / known;
  if (!node.require(countElements(shape, maxElements) == count,
                    toString(input.shape) + " cannot be reshaped to " + toString(*wanted)))
    return;
  setReshaped(node, input, shape);
}

static void importFlatten(Node &node) {
  const Tensor &input = node.input(0);
  int64_t axis = node.intAttr("axis", 1);
  if (!node.require(axis >= -input.rank() && axis <= input.rank(),
                    "axis " + Twine(axis) + " is out of range"))
    return;
  axis += axis < 0 ? input.rank() : 0;
  int64_t rows = 1, columns = 1;
  for (int64_t d = 0; d < input.rank(); ++d)
    (d < axis ? rows : columns) *= input.shape[d];
  setReshaped(node, input, {rows, columns});
}

static void importSqueeze(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<int64_t>> axes = node.intsFrom("axes", 1, 13);
  llvm::SmallDenseSet<int64_t> gone;
  for (int64_t axis : axes.value_or(SmallVector<int64_t>())) {
    axis = node.axis(axis, input.rank());
    if (node.failed() || !node.require(input.shape[axis] == 1, "dimension " + Twine(axis) + " of " +
                                                                   toString(input.shape) + " is not 1"))
      return;
    gone.insert(axis);
  }
  Shape shape;
  for (int64_t d = 0; d < input.rank(); ++d)
    if (axes ? !gone.count(d) : input.shape[d] != 1)
      shape.push_back(input.shape[d]);
  if (!node.failed())
    setReshaped(node, input, shape);
}

static void importUnsqueeze(Node &node) {
  const Tensor &input = node.input(0);
  std::optional<SmallVector<int64_t>> axes = node.intsFrom("axes", 1, 13);
  if (node.failed() || !node.require(axes.has_value(), "its axes are missing"))
    return;
  int64_t rank = input.rank() + axes->size();
  llvm::SmallDenseSet<int64_t> fresh;
  for (int64_t axis : *axes)
    if (!node.require(fresh.insert(node.axis(axis, rank)).second, "an axis is named twice"))
      return;
  Shape shape;
  for (int64_t d = 0, from = 0; d < rank; ++d)
    shape.push_back(fresh.count(d) ? 1 : input.shape[from++]);
  if (!node.failed())
    setReshaped(node, input, shape);
}

static void importTranspose(Node &node) {
  const Tensor &input = node.input(0);
  SmallVector<int64_t> reversed = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, input.rank())));
  SmallVector<int64_t> perm = node.intsAttr("perm", reversed);
  SmallVector<int64_t> sorted(perm);
  llvm::sort(sorted);
  if (!node.require(llvm::equal(sorted, llvm::seq<int64_t>(0, input.rank())),
                    "'perm' " + toString(perm) + " is no permutation of " + Twine(input.rank()) +
                        " dimensions"))
    return;
  Shape shape;
  for (int64_t p : perm)
    shape.push_back(input.shape[p]);
  if (input.isConstant()) {
    Tensor result = input;
    result.shape = shape;
    result.host = input.host->permute(perm);
    if (result.quantizer)
      result.quantizer->axis = input.rank() ? llvm::find(perm, input.quantizer->axis) - perm.begin() : 0;
    return node.setOutput(result);
  }
  // To and from N×H×W×C by hand is a change of name.
  if (input.layout == Layout::ChannelsLast && input.rank() == 4 && perm == SmallVector<int64_t>{0, 2, 3, 1})
    return node.setOutput(input.type, shape, input.isCodes() ? node.codesToIntegers(input) : input.value);
  if (input.layout == Layout::Logical && perm == SmallVector<int64_t>{0, 3, 1, 2})
    return node.setOutput(input.type, shape, node.materialize(input), Layout::ChannelsLast);
  node.setOutput(input.type, shape, node.transpose(node.materialize(input), perm));
}

static void importConcat(Node &node) {
  SmallVector<const Tensor *> tensors;
  for (int64_t i = 0; i < node.numInputs(); ++i) {
    if (!node.require(node.hasInput(i), "input " + Twine(i) + " is missing"))
      return;
    tensors.push_back(&node.input(i));
  }
  const Tensor &first = *tensors.front();
  if (!node.requireAttr("axis"))
    return;
  int64_t axis = node.axis(node.intAttr("axis", 0), first.rank());
  Shape shape = first.shape;
  if (node.failed())
    return;
  for (const Tensor *tensor : ArrayRef<const Tensor *>(tensors).drop_front()) {
    Shape other = tensor->shape;
    bool fits = other.size() == shape.size() && tensor->type == first.type;
    if (fits) {
      shape[axis] += other[axis];
      other[axis] = first.shape[axis];
    }
    if (!node.require(fits && other == first.shape,
                      "shapes " + toString(first.shape) + " and " + toString(tensor->shape) +
                          " (or their types) do not go together along axis " + Twine(axis)))
      return;
  }
  if (llvm::all_of(tensors, [](const Tensor *t) { return t->isPlain() && t->rank() == 1; }) &&
      !isFloat(first.type)) {
    SmallVector<int64_t> values;
    for (const Tensor *tensor : tensors)
      values.append(tensor->host->getInts());
    return node.setOutput(Tensor::constant(HostTensor::get(first.type, shape, values)));
  }
  Layout layout = node.commonLayout(tensors, first.rank());
  SmallVector<Value> values;
  for (const Tensor *tensor : tensors)
    values.push_back(node.materialize(*tensor, layout));
  node.setOutput(first.type, shape, node.concat(values, physicalAxis(axis, first.rank(), layout)), layout);
}

static void importSplit(Node &node) {
  const Tensor &input = node.input(0);
  int64_t axis = node.axis(node.intAttr("axis", 0), input.rank()), count = node.numOutputs();
  std::optional<SmallVector<int64_t>> given = node.intsFrom("split", 1, 13);
  if (node.failed())
    return;
  int64_t size = input.shape[axis], part = (size + count - 1) / count;
  SmallVector<int64_t> sizes = given.value_or(SmallVector<int64_t>());
  if (!given)
    for (int64_t i = 0; i < count; ++i)
      sizes.push_back(std::min(part, size - i * part));
  int64_t total = 0;
  for (int64_t s : sizes)
    total += s;
  if (!node.require(int64_t(sizes.size()) == count && total == size &&
                        llvm::all_of(sizes, [](int64_t s) { return s > 0; }),
                    "dimension " + Twine(axis) + " of " + toString(input.shape) + " cannot be split into " +
                        toString(sizes)))
    return;
  Value value = node.materialize(input, input.layout);
  int64_t offset = 0;
  for (auto [i, s] : llvm::enumerate(sizes)) {
    Tensor result;
    result.type = input.type;
    result.shape = input.shape;
    result.shape[axis] = s;
    result.layout = input.layout;
    result.value = node.slice(value, physicalAxis(axis, input.rank(), input.layout), offset, s);
    offset += s;
    node.setOutput(i, result);
  }
}

static void importIdentity(Node &node) { node.setOutput(node.input(0)); }

static void importDropout(Node &node) {
  if (node.hasInput(2)) {
    std::optional<HostTensor> training = node.constantInput(2, "training_mode");
    if (!training || !node.require(training->size() == 1 && !training->getInt(0),
                                   "training mode is not supported: export the model in evaluation mode"))
      return;
  }
  importIdentity(node);
  if (!node.wantsOutput(1))
    return;
  const Shape &shape = node.input(0).shape;
  if (node.require(countElements(shape, maxHostElements).has_value(), "the mask is too large"))
    node.setOutput(1,
                   Tensor::constant(HostTensor::get(DType::Bool, {}, ArrayRef<int64_t>(1)).broadcast(shape)));
}

void bnn::frontend::registerDataMovement(Registry &registry) {
  registry.add("Reshape", importReshape, 2, 2, 5);
  registry.add("Flatten", importFlatten, 1, 1);
  registry.add("Squeeze", importSqueeze, 1, 2);
  registry.add("Unsqueeze", importUnsqueeze, 1, 2);
  registry.add("Transpose", importTranspose, 1, 1);
  registry.add("Concat", importConcat, 1, -1);
  registry.add("Split", importSplit, 1, 2);
  registry.add("Identity", importIdentity, 1, 1);
  registry.add("Dropout", importDropout, 1, 3, 7);
}
