//===- Node.cpp - Attributes, inputs and errors of a node --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace bnn::frontend;

std::string bnn::frontend::describe(const onnx::NodeProto &node) {
  if (node.op_type().empty())
    return "output '" + node.name() + "'";
  std::string op = " (" + node.op_type() + ")";
  if (!node.name().empty())
    return "node '" + node.name() + "'" + op;
  return "node of '" + (node.output_size() ? node.output(0) : std::string()) + "'" + op;
}

void Node::error(const Twine &text) {
  if (!hasFailed)
    emitError(b.getLoc()) << describe(proto) << ": " << text;
  hasFailed = true;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

const onnx::AttributeProto *Node::find(StringRef name) const {
  for (const onnx::AttributeProto &attribute : proto.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

const onnx::AttributeProto *Node::find(StringRef name, int type, StringRef typeText) {
  const onnx::AttributeProto *attribute = find(name);
  // Files of the first ONNX versions leave the type out.
  if (!attribute || attribute->type() == type || attribute->type() == onnx::AttributeProto::UNDEFINED)
    return attribute;
  error("attribute '" + name + "' must be " + typeText);
  return nullptr;
}

bool Node::requireAttr(StringRef name) {
  return require(hasAttr(name), "attribute '" + name + "' is missing");
}

int64_t Node::checked(int64_t value, StringRef what, bool wide) {
  if (wide || (value >= -(int64_t(1) << 31) && value <= (int64_t(1) << 31)))
    return value;
  error("'" + what + "' has the entry " + Twine(value) + ", which is out of range");
  return 0;
}

int64_t Node::intAttr(StringRef name, int64_t otherwise, bool wide) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::INT, "an integer");
  return attribute ? checked(attribute->i(), name, wide) : otherwise;
}

double Node::floatAttr(StringRef name, double otherwise) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::FLOAT, "a float");
  return attribute ? attribute->f() : otherwise;
}

std::string Node::stringAttr(StringRef name, StringRef otherwise) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::STRING, "a string");
  return attribute ? attribute->s() : otherwise.str();
}

SmallVector<int64_t> Node::intsAttr(StringRef name, ArrayRef<int64_t> otherwise, bool wide) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::INTS, "a list of integers");
  if (!attribute)
    return SmallVector<int64_t>(otherwise);
  SmallVector<int64_t> result;
  for (int64_t value : attribute->ints())
    result.push_back(checked(value, name, wide));
  return result;
}

std::vector<float> Node::floatsAttr(StringRef name) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::FLOATS, "a list of floats");
  return attribute ? std::vector<float>(attribute->floats().begin(), attribute->floats().end())
                   : std::vector<float>();
}

std::optional<HostTensor> Node::tensorAttr(StringRef name) {
  const onnx::AttributeProto *attribute = find(name, onnx::AttributeProto::TENSOR, "a tensor");
  if (!attribute)
    return std::nullopt;
  llvm::Expected<HostTensor> tensor = model.decode(attribute->t());
  if (tensor)
    return *tensor;
  error("attribute '" + name + "': " + toString(tensor.takeError()));
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

std::optional<HostTensor> Node::constantInput(int64_t i, StringRef what) {
  if (!require(hasInput(i), "input " + Twine(i) + " (" + what + ") is missing"))
    return std::nullopt;
  if (require(input(i).isConstant(), what + " '" + inputName(i) + "' must be a constant"))
    return hostValue(input(i));
  return std::nullopt;
}

std::optional<SmallVector<int64_t>> Node::constantInts(int64_t i, StringRef what, bool wide) {
  std::optional<HostTensor> host = constantInput(i, what);
  if (!host || !require(isInteger(host->getType()), what + " must be integers") ||
      !require(host->getRank() <= 1 && host->size() <= 64, what + " must be a short list"))
    return std::nullopt;
  SmallVector<int64_t> values = host->getInts();
  for (int64_t value : values)
    checked(value, what, wide);
  if (failed())
    return std::nullopt;
  return values;
}

std::optional<SmallVector<int64_t>> Node::intsFrom(StringRef attr, int64_t index, int64_t sinceInput) {
  if (opset >= sinceInput)
    return hasInput(index) ? constantInts(index, attr) : std::nullopt;
  if (!hasAttr(attr))
    return std::nullopt;
  return intsAttr(attr);
}

void Node::setOutput(DType type, ArrayRef<int64_t> shape, Value value, Layout layout) {
  Tensor tensor;
  tensor.type = type;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.value = value;
  tensor.layout = layout;
  setOutput(0, std::move(tensor));
}

int64_t Node::axis(int64_t value, int64_t rank) {
  if (value >= -rank && value < rank)
    return value < 0 ? value + rank : value;
  error("axis " + Twine(value) + " is not a dimension of a tensor of rank " + Twine(rank));
  return 0;
}
