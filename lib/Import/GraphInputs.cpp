//===- GraphInputs.cpp - What a graph has before its nodes -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks that need no types (versions, names, operators), inputs with their
// shapes, and constants.
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// Operator sets of the default domain whose meaning is known here.
static constexpr int64_t oldestOpset = 7, newestOpset = 28;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

LogicalResult GraphImporter::checkModel() {
  int64_t opset = model.getOpset("");
  bool usesDefault = llvm::any_of(
      needed, [](const onnx::NodeProto *node) { return canonicalDomain(node->domain()).empty(); });
  if (usesDefault && (opset < oldestOpset || opset > newestOpset))
    return emitError(fileLoc) << "the model uses version " << opset << " of ONNX's operators; versions "
                              << oldestOpset << " to " << newestOpset
                              << " are supported: convert it with onnx.version_converter";
  if (graph.sparse_initializer_size())
    return emitError(fileLoc) << "sparse initializer '" << graph.sparse_initializer(0).values().name()
                              << "' is not supported: store it as a dense one";
  if (!graph.output_size())
    return emitError(fileLoc) << "the graph has no outputs";
  return success();
}

/// Nodes that an output depends on, in the order of the file.
LogicalResult GraphImporter::findNeededNodes() {
  llvm::StringMap<int> producers;
  for (int i = 0; i < graph.node_size(); ++i)
    for (const std::string &output : graph.node(i).output())
      if (!output.empty() && !producers.try_emplace(output, i).second)
        return emitError(locationOf(graph.node(i)))
               << describe(graph.node(i)) << ": value '" << output << "' is defined twice";
  std::vector<bool> isNeeded(graph.node_size());
  SmallVector<int> work;
  auto need = [&](const std::string &name) {
    auto producer = producers.find(name);
    if (name.empty() || producer == producers.end() || isNeeded[producer->second])
      return;
    isNeeded[producer->second] = true;
    work.push_back(producer->second);
  };
  for (const onnx::ValueInfoProto &output : graph.output())
    need(output.name());
  while (!work.empty())
    for (const std::string &input : graph.node(work.pop_back_val()).input())
      need(input);
  for (int i = 0; i < graph.node_size(); ++i)
    if (isNeeded[i])
      needed.push_back(&graph.node(i));
  return success();
}

/// One error with a note for each node that cannot be imported.
LogicalResult GraphImporter::checkOperators() {
  llvm::SmallVector<std::string> lines;
  for (const onnx::NodeProto *node : needed) {
    StringRef domain = node->domain();
    const Operator *op = Registry::get().lookup(domain, node->op_type());
    std::string why;
    if (!op && isQonnxDomain(domain) && node->op_type() == "FloatQuant")
      why = "minifloat quantizers are not supported";
    else if (!op && llvm::any_of(model.getProto().functions(), [&](const onnx::FunctionProto &function) {
               return function.name() == node->op_type() && function.domain() == domain;
             }))
      why = "functions of the model are not supported: inline them with onnx.inliner";
    else if (!op)
      why = domain.empty() || domain == "ai.onnx" ? "not supported"
                                                  : "not supported (domain '" + domain.str() + "')";
    else if (canonicalDomain(domain).empty() && model.getOpset("") < op->firstOpset)
      why = "is not in version " + std::to_string(model.getOpset("")) + " of ONNX's operators";
    else if (node->input_size() < op->minInputs || (op->maxInputs >= 0 && node->input_size() > op->maxInputs))
      why = "has " + std::to_string(node->input_size()) + " inputs, which is not supported";
    if (!why.empty())
      lines.push_back(describe(*node) + ": " + why);
  }
  if (lines.empty())
    return success();
  InFlightDiagnostic diagnostic = emitError(fileLoc);
  diagnostic << lines.size() << (lines.size() == 1 ? " node" : " nodes")
             << " cannot be imported; change the model, or export it with other options:";
  for (const std::string &line : lines)
    diagnostic << "\n  " << line;
  return diagnostic;
}

//===----------------------------------------------------------------------===//
// Inputs and constants
//===----------------------------------------------------------------------===//

LogicalResult GraphImporter::collectInitializers() {
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    if (tensor.name().empty())
      return emitError(fileLoc) << "an initializer has no name";
    if (!initializers.try_emplace(tensor.name(), &tensor).second)
      return emitError(fileLoc) << "initializer '" << tensor.name() << "' is defined twice";
  }
  for (const onnx::ValueInfoProto &input : graph.input())
    if (!initializers.count(input.name()))
      inputs.push_back(&input);
  for (const onnx::NodeProto *node : needed)
    for (const std::string &output : node->output())
      if (initializers.count(output) ||
          llvm::any_of(inputs, [&](const onnx::ValueInfoProto *input) { return input->name() == output; }))
        return emitError(locationOf(*node))
               << describe(*node) << ": value '" << output << "' is an input or initializer already";
  for (const auto &entry : options.inputShapes) {
    auto isNamed = [&](const onnx::ValueInfoProto *input) { return input->name() == entry.first(); };
    if (entry.first().empty() ? inputs.size() == 1 : llvm::any_of(inputs, isNamed))
      continue;
    InFlightDiagnostic diagnostic = emitError(fileLoc);
    if (entry.first().empty())
      diagnostic << "an input shape without a name needs a model with one input; this one has ";
    else
      diagnostic << "a shape is given for '" << entry.first() << "', but the model's inputs are ";
    llvm::interleaveComma(inputs, diagnostic, [&](const onnx::ValueInfoProto *input) {
      diagnostic << "'" << input->name() << "'";
    });
    return diagnostic;
  }
  return success();
}

FailureOr<Shape> GraphImporter::inputShape(const onnx::ValueInfoProto &input, bool onlyInput) {
  const onnx::TensorShapeProto &declared = input.type().tensor_type().shape();
  auto given = options.inputShapes.find(input.name());
  if (given == options.inputShapes.end() && onlyInput)
    given = options.inputShapes.find("");
  bool isGiven = given != options.inputShapes.end();
  std::string text;
  bool open = !input.type().tensor_type().has_shape(), fits = true;
  Shape shape;
  for (auto [i, dim] : llvm::enumerate(declared.dim())) {
    bool fixed = dim.has_dim_value() && dim.dim_value() > 0;
    text += (i ? ", " : "") + (dim.has_dim_value()       ? std::to_string(dim.dim_value())
                               : dim.dim_param().empty() ? std::string("?")
                                                         : dim.dim_param());
    if (dim.has_dim_value() && dim.dim_value() < 0)
      return emitError(fileLoc) << "input '" << input.name()
                                << "' has a negative dimension: " << dim.dim_value();
    open |= !fixed;
    shape.push_back(fixed ? dim.dim_value() : 1);
    fits &= !isGiven || !fixed || (i < given->second.size() && given->second[i] == dim.dim_value());
  }
  if (isGiven) {
    if (!fits || (input.type().tensor_type().has_shape() && given->second.size() != shape.size()))
      return emitError(fileLoc) << "shape " << toString(given->second) << " was given for input '"
                                << input.name() << "', but the model declares [" << text << "]";
    shape.assign(given->second.begin(), given->second.end());
  } else if (open) {
    std::string example =
        llvm::join(llvm::map_range(shape, [](int64_t d) { return std::to_string(d); }), "x");
    return emitError(fileLoc) << "input '" << input.name() << "' has the open shape [" << text
                              << "]; give a fixed one, as in --input-shape " << input.name() << "="
                              << (example.empty() ? "1x3x224x224" : example);
  }
  std::optional<int64_t> count = countElements(shape, maxElements);
  if (!count || *count == 0)
    return emitError(fileLoc) << "input '" << input.name() << "' of shape " << toString(shape) << " is "
                              << (count ? "empty" : "too large");
  return shape;
}

LogicalResult GraphImporter::declareInputs(SmallVectorImpl<Type> &types) {
  for (const onnx::ValueInfoProto *input : inputs) {
    if (!input->type().has_tensor_type())
      return emitError(fileLoc) << "input '" << input->name() << "' is no tensor, which is not supported";
    auto type = DType(input->type().tensor_type().elem_type());
    if (!isSupported(type) || fileBits(type) < 8)
      return emitError(fileLoc) << "input '" << input->name() << "' has element type " << typeName(type)
                                << ", which is not supported";
    FailureOr<Shape> shape = inputShape(*input, inputs.size() == 1);
    if (failed(shape))
      return failure();
    Tensor tensor;
    tensor.type = type;
    tensor.shape = *shape;
    if (!values.try_emplace(input->name(), tensor).second)
      return emitError(fileLoc) << "input '" << input->name() << "' is declared twice";
    types.push_back(RankedTensorType::get(*shape, getMLIRType(type, context)));
  }
  return success();
}

/// A value by name; initializers are decoded when first used.
FailureOr<Tensor *> GraphImporter::find(const std::string &name) {
  auto known = values.find(name);
  if (known != values.end())
    return &known->second;
  auto initializer = initializers.find(name);
  if (initializer == initializers.end())
    return static_cast<Tensor *>(nullptr);
  llvm::Expected<HostTensor> host = model.decode(*initializer->second);
  if (!host)
    return emitError(fileLoc) << "initializer '" << name << "': " << toString(host.takeError());
  return &(values[name] = Tensor::constant(std::move(*host)));
}
