//===- GraphImporter.cpp - One graph into one function ---------------------===//
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

#include "GraphImporter.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "mlir/IR/Verifier.h"
#include <google/protobuf/unknown_field_set.h>

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

/// The innermost module of a "['', 'block1', 'block1.conv', 'conv2d']", whose last entry is the operator.
static std::string innermostScope(StringRef list) {
  SmallVector<StringRef> parts, scopes;
  list.split(parts, '\'');
  for (size_t i = 1; i < parts.size(); i += 2)
    scopes.push_back(parts[i]);
  return scopes.size() < 2 ? "" : scopes[scopes.size() - 2].str();
}

Location GraphImporter::locationOf(const onnx::NodeProto &node) {
  std::string name = node.name();
  if (name.empty() && node.output_size())
    name = node.output(0);
  // metadata_props, field 9, is newer than libonnx's classes.
  const google::protobuf::UnknownFieldSet &fields = node.GetReflection()->GetUnknownFields(node);
  for (int i = 0; i < fields.field_count(); ++i) {
    onnx::StringStringEntryProto entry;
    if (fields.field(i).number() != 9 ||
        fields.field(i).type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED ||
        !entry.ParseFromString(fields.field(i).length_delimited()) ||
        entry.key() != "pkg.torch.onnx.name_scopes")
      continue;
    std::string scope = innermostScope(entry.value());
    if (!scope.empty())
      name = scope + "/" + name;
  }
  return NameLoc::get(StringAttr::get(context, name));
}

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
  function->setAttr(BNNDialect::getEntryAttrName(), b.getUnitAttr());
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
