//===- OnnxImporter.cpp - Entry points of the importer ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphImporter.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

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
