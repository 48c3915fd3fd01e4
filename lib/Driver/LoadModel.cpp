//===- LoadModel.cpp - Reads models in every format -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Compiler.h"
#include "bnn/Import/OnnxImporter.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace bnn;

/// Whether the contents are an ONNX model: protobuf's wire format begins with the number of a field, ONNX
/// files with that of the IR version (0x08), and MLIR's text with something printable.
static bool isOnnx(StringRef path, StringRef contents) {
  StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".onnx" || extension == ".onnxtxt" || extension == ".textproto" || extension == ".pbtxt")
    return true;
  if (extension == ".mlir" || extension == ".mlirbc")
    return false;
  return !contents.empty() && !isBytecode(llvm::MemoryBufferRef(contents, path)) &&
         !llvm::isPrint(contents.front()) && !llvm::isSpace(contents.front());
}

OwningOpRef<ModuleOp> bnn::loadModel(MLIRContext *context, StringRef path, const InputShapes &inputShapes) {
  auto fail = [&](const Twine &message) {
    emitError(UnknownLoc::get(context)) << path << ": " << message;
    return nullptr;
  };
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return fail(buffer.getError().message());
  StringRef contents = (*buffer)->getBuffer();
  if (contents.empty())
    return fail("the file is empty");

  if (isOnnx(path, contents)) {
    ImportOptions options;
    options.inputShapes = inputShapes;
    return path == "-" ? importOnnx(context, contents, /*isText=*/false, options)
                       : importOnnxFile(context, path, options);
  }
  if (!inputShapes.empty())
    return fail("input shapes can be given for ONNX models only");
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  return parseSourceFile<ModuleOp>(sources, ParserConfig(context));
}

llvm::Error bnn::addInputShape(StringRef text, InputShapes &shapes) {
  auto fail = [&](const Twine &reason) {
    return llvm::createStringError("input shape '" + text + "': " + reason + "; write NAME=1x3x32x32");
  };
  // Names may contain '='; shapes cannot.
  auto [name, extents] = text.contains('=') ? text.rsplit('=') : std::pair<StringRef, StringRef>("", text);
  SmallVector<int64_t> shape;
  SmallVector<StringRef> parts;
  if (extents != "scalar")
    extents.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t extent;
    if (part.getAsInteger(10, extent) || extent <= 0)
      return fail("'" + part + "' is no positive number");
    shape.push_back(extent);
  }
  if (!shapes.try_emplace(name, shape).second)
    return fail("given twice");
  return llvm::Error::success();
}
