//===- OnnxImporter.cpp - ONNX models into MLIR --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks the graph once, in its own order, and lets each node's handler
// (Registry.h) build ops. Nodes that no output needs are left out; nodes that
// cannot be imported are reported together before anything is built.
//
//   Conv(x, BipolarQuant(w))          %w = bnn.binarize %const
//                               ==>   %f = bnn.dequantize %w scale %s
//                                     %y = tosa.conv2d %x, %f, ...
//
//===----------------------------------------------------------------------===//

#include "bnn/Import/OnnxImporter.h"

#include "Registry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// Operator sets of the default domain whose meaning is known here.
static constexpr int64_t oldestOpset = 7, newestOpset = 28;

namespace {

class GraphImporter {
public:
  GraphImporter(MLIRContext *context, OnnxModel &model, StringRef source, const ImportOptions &options)
      : context(context), model(model), graph(model.getGraph()), options(options),
        fileLoc(NameLoc::get(StringAttr::get(context, source))), b(fileLoc, context) {}

  OwningOpRef<ModuleOp> run(StringRef functionName);

private:
  LogicalResult checkModel();
  LogicalResult findNeededNodes();
  LogicalResult checkOperators();
  LogicalResult collectInitializers();
  LogicalResult declareInputs(SmallVectorImpl<Type> &types);
  FailureOr<Shape> inputShape(const onnx::ValueInfoProto &input, bool onlyInput);
  LogicalResult importNode(const onnx::NodeProto &node);
  LogicalResult importOutputs(func::FuncOp function);
  FailureOr<Tensor *> find(const std::string &name);
  LogicalResult checkOutputs(Node &node, const onnx::NodeProto &proto);
  DictionaryAttr describeValue(StringRef name, DType type);
  Location locationOf(const onnx::NodeProto &node) {
    StringRef name = node.name();
    if (name.empty() && node.output_size())
      name = node.output(0);
    return NameLoc::get(StringAttr::get(context, name));
  }

  MLIRContext *context;
  OnnxModel &model;
  const onnx::GraphProto &graph;
  const ImportOptions &options;
  Location fileLoc;
  ImplicitLocOpBuilder b;
  llvm::StringMap<Tensor> values;
  llvm::StringMap<const onnx::TensorProto *> initializers;
  std::vector<const onnx::NodeProto *> needed;
  std::vector<const onnx::ValueInfoProto *> inputs;
};

} // namespace

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

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

LogicalResult GraphImporter::checkOutputs(Node &node, const onnx::NodeProto &proto) {
  for (auto [i, tensor] : llvm::enumerate(node.getOutputs())) {
    if (proto.output(int(i)).empty())
      continue;
    if (!tensor.value && !tensor.host)
      node.error("output " + Twine(i) + " ('" + proto.output(int(i)) + "') is not supported");
    else if (tensor.value &&
             Node::shapeOf(tensor.value) != ArrayRef<int64_t>(physicalShape(tensor.shape, tensor.layout)))
      node.error("was imported with a wrong shape, which is a bug of the importer");
  }
  return node.status();
}

LogicalResult GraphImporter::importNode(const onnx::NodeProto &proto) {
  SmallVector<Tensor *> operands;
  b.setLoc(locationOf(proto));
  const Operator &op = *Registry::get().lookup(proto.domain(), proto.op_type());
  for (auto [i, name] : llvm::enumerate(proto.input())) {
    if (name.empty()) {
      if (int64_t(i) < op.minInputs)
        return emitError(b.getLoc()) << describe(proto) << ": input " << i << " is missing";
      operands.push_back(nullptr);
      continue;
    }
    FailureOr<Tensor *> tensor = find(name);
    if (failed(tensor))
      return failure();
    if (!*tensor)
      return emitError(b.getLoc())
             << describe(proto) << ": its input '" << name
             << "' is not defined before it (the graph has a cycle, is not sorted, or lacks "
                "the value)";
    operands.push_back(*tensor);
  }
  std::string domain = proto.domain();
  Node node(model, proto, b, model.getOpset(canonicalDomain(domain)), operands);
  op.handler(node);
  if (node.failed() || failed(checkOutputs(node, proto)))
    return failure();
  for (auto [i, tensor] : llvm::enumerate(node.getOutputs()))
    if (!proto.output(int(i)).empty())
      values[proto.output(int(i))] = std::move(tensor);
  return success();
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

DictionaryAttr GraphImporter::describeValue(StringRef name, DType type) {
  NamedAttrList attributes;
  attributes.set("bnn.name", b.getStringAttr(name));
  if (isUnsigned(type) && type != DType::Bool)
    attributes.set("bnn.unsigned", b.getUnitAttr());
  return attributes.getDictionary(context);
}

LogicalResult GraphImporter::importOutputs(func::FuncOp function) {
  SmallVector<Value> results;
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  onnx::NodeProto place;
  b.setLoc(fileLoc);
  for (const onnx::ValueInfoProto &output : graph.output()) {
    FailureOr<Tensor *> found = find(output.name());
    if (failed(found))
      return failure();
    Tensor *tensor = *found;
    if (!tensor)
      return emitError(fileLoc) << "output '" << output.name() << "' is never defined";
    const onnx::TypeProto_Tensor &declared = output.type().tensor_type();
    bool fits = !declared.has_shape() || declared.shape().dim_size() == tensor->rank();
    for (int64_t d = 0; fits && declared.has_shape() && d < tensor->rank(); ++d)
      fits = declared.shape().dim(int(d)).dim_value() == tensor->shape[d] ||
             !declared.shape().dim(int(d)).has_dim_value();
    if (!fits)
      return emitError(fileLoc) << "output '" << output.name() << "' is computed with shape "
                                << toString(tensor->shape) << ", but the model declares another";
    b.setLoc(NameLoc::get(StringAttr::get(context, output.name())));
    place.set_name(output.name());
    Node node(model, place, b, 0, {});
    results.push_back(node.materialize(*tensor));
    if (node.failed())
      return failure();
    types.push_back(results.back().getType());
    attributes.push_back(describeValue(output.name(), tensor->type));
  }
  func::ReturnOp::create(b, results);
  function.setType(FunctionType::get(context, function.getArgumentTypes(), types));
  function.setAllResultAttrs(attributes);
  return success();
}

OwningOpRef<ModuleOp> GraphImporter::run(StringRef functionName) {
  context->loadDialect<func::FuncDialect, tosa::TosaDialect, BNNDialect>();
  SmallVector<Type> types;
  if (failed(findNeededNodes()) || failed(checkModel()) || failed(checkOperators()) ||
      failed(collectInitializers()) || failed(declareInputs(types)))
    return nullptr;
  OwningOpRef<ModuleOp> module = ModuleOp::create(fileLoc);
  const onnx::ModelProto &proto = model.getProto();
  if (!proto.producer_name().empty())
    (*module)->setAttr(
        "bnn.onnx_producer",
        b.getStringAttr(StringRef(proto.producer_name() + " " + proto.producer_version()).rtrim()));
  (*module)->setAttr("bnn.onnx_opset", b.getI64IntegerAttr(model.getOpset("")));
  b.setInsertionPointToEnd(module->getBody());
  auto function = func::FuncOp::create(b, functionName, FunctionType::get(context, types, {}));
  function->setAttr("bnn.entry", b.getUnitAttr());
  Block *body = function.addEntryBlock();
  for (auto [i, input] : llvm::enumerate(inputs)) {
    Tensor &tensor = values[input->name()];
    tensor.value = body->getArgument(i);
    tensor.value.setLoc(NameLoc::get(StringAttr::get(context, input->name())));
    function.setArgAttrs(i, describeValue(input->name(), tensor.type));
  }
  b.setInsertionPointToEnd(body);
  for (const onnx::NodeProto *node : needed)
    if (failed(importNode(*node)))
      return nullptr;
  if (failed(importOutputs(function)) || failed(verify(*module)))
    return nullptr;
  return module;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

static std::string makeIdentifier(StringRef text) {
  std::string name;
  for (char c : text)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name.insert(0, "model_");
  return name;
}

static OwningOpRef<ModuleOp> import(MLIRContext *context, StringRef bytes, bool isText, StringRef source,
                                    StringRef name, StringRef folder, const ImportOptions &options) {
  llvm::Expected<std::unique_ptr<OnnxModel>> model = OnnxModel::parse(bytes, isText, folder);
  if (!model) {
    emitError(NameLoc::get(StringAttr::get(context, source)))
        << "'" << source << "' " << toString(model.takeError());
    return nullptr;
  }
  return GraphImporter(context, **model, source, options).run(makeIdentifier(name));
}

OwningOpRef<ModuleOp> bnn::importOnnxFile(MLIRContext *context, StringRef path,
                                          const ImportOptions &options) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) {
    emitError(NameLoc::get(StringAttr::get(context, path)))
        << "cannot read '" << path << "': " << buffer.getError().message();
    return nullptr;
  }
  StringRef extension = llvm::sys::path::extension(path);
  bool isText = extension == ".onnxtxt" || extension == ".textproto" || extension == ".pbtxt";
  std::string folder = options.dataFolder;
  if (folder.empty() && path != "-") {
    folder = llvm::sys::path::parent_path(path).str();
    if (folder.empty())
      folder = ".";
  }
  StringRef name = options.modelName.empty() ? llvm::sys::path::stem(path) : StringRef(options.modelName);
  return import(context, (*buffer)->getBuffer(), isText, path, name == "-" ? "model" : name, folder, options);
}

OwningOpRef<ModuleOp> bnn::importOnnx(MLIRContext *context, StringRef bytes, bool isText,
                                      const ImportOptions &options) {
  return import(context, bytes, isText, "model",
                options.modelName.empty() ? "model" : StringRef(options.modelName), options.dataFolder,
                options);
}
