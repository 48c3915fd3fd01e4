//===- Signature.cpp - What a compiled model takes and gives --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Signature.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace bnn;

/// MLIR's integers have no sign; the importer marks those that ONNX calls unsigned.
static FailureOr<DType> toDType(Type type, bool isUnsigned) {
  if (type.isF16())
    return DType::F16;
  if (type.isBF16())
    return DType::BF16;
  if (type.isF32())
    return DType::F32;
  if (type.isF64())
    return DType::F64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return failure();
  isUnsigned |= integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::Bool;
  case 8:
    return isUnsigned ? DType::U8 : DType::I8;
  case 16:
    return isUnsigned ? DType::U16 : DType::I16;
  case 32:
    return isUnsigned ? DType::U32 : DType::I32;
  case 64:
    return isUnsigned ? DType::U64 : DType::I64;
  default:
    return failure();
  }
}

FailureOr<func::FuncOp> bnn::findEntry(ModuleOp module) {
  SmallVector<func::FuncOp> entries, publics;
  for (auto func : module.getOps<func::FuncOp>()) {
    if (BNNDialect::isEntry(func))
      entries.push_back(func);
    if (func.isPublic() && !func.isExternal())
      publics.push_back(func);
  }
  if (entries.empty() && publics.size() == 1) {
    publics.front()->setAttr(BNNDialect::getEntryAttrName(), UnitAttr::get(module.getContext()));
    entries = publics;
  }
  if (entries.size() == 1)
    return entries.front();
  if (entries.empty())
    return module.emitError() << "found no function to compile: mark one with the attribute 'bnn.entry'";
  InFlightDiagnostic diag = module.emitError() << "more than one function has the attribute 'bnn.entry':";
  for (func::FuncOp func : entries)
    diag << " '" << func.getName() << "'";
  return diag;
}

/// One argument or result of the entry, called `what` in errors.
static FailureOr<ModelValue> readValue(func::FuncOp entry, Type type, DictionaryAttr attrs,
                                       const Twine &what) {
  ModelValue value;
  if (attrs)
    if (auto name = attrs.getAs<StringAttr>("bnn.name"))
      value.name = name.str();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return entry.emitError() << what << " has type " << type << "; a model takes and gives tensors";
  if (!tensor.hasStaticShape())
    return entry.emitError() << what << " has the dynamic shape " << type << "; all extents must be known";
  FailureOr<DType> element = toDType(tensor.getElementType(), attrs && attrs.contains("bnn.unsigned"));
  if (failed(element))
    return entry.emitError() << what << " has element type " << tensor.getElementType()
                             << ", which has no type in C: quantize or dequantize inside the model";
  value.type = *element;
  if (!countElements(*element, tensor.getShape()))
    return entry.emitError() << what << " of type " << type << " is too large";
  value.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  return value;
}

FailureOr<ModelSignature> bnn::readSignature(func::FuncOp entry) {
  ModelSignature signature;
  signature.name = entry.getName().str();
  for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes())) {
    FailureOr<ModelValue> value = readValue(entry, type, entry.getArgAttrDict(i), "input " + Twine(i));
    if (failed(value))
      return failure();
    if (value->name.empty())
      value->name = "input" + std::to_string(i);
    signature.inputs.push_back(std::move(*value));
  }
  for (auto [i, type] : llvm::enumerate(entry.getResultTypes())) {
    FailureOr<ModelValue> value = readValue(entry, type, entry.getResultAttrDict(i), "output " + Twine(i));
    if (failed(value))
      return failure();
    if (value->name.empty())
      value->name = "output" + std::to_string(i);
    signature.outputs.push_back(std::move(*value));
  }
  return signature;
}

std::string bnn::toIdentifier(StringRef name) {
  static const llvm::StringSet<> keywords = {
      "auto",     "break",  "case",     "char",   "class",   "const",  "continue", "default",  "delete",
      "do",       "double", "else",     "enum",   "extern",  "float",  "for",      "goto",     "if",
      "inline",   "int",    "long",     "new",    "private", "public", "register", "restrict", "return",
      "short",    "signed", "sizeof",   "static", "struct",  "switch", "template", "this",     "typedef",
      "typename", "union",  "unsigned", "using",  "virtual", "void",   "volatile", "while",    "workspace"};
  std::string id;
  for (char c : name)
    id += llvm::isAlnum(c) ? c : '_';
  if (id.empty() || llvm::isDigit(id.front()) || keywords.contains(id))
    id = "m_" + id;
  return id;
}
