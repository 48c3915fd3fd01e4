//===- bnn-translate.cpp - Other formats to and from IR ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Compiler.h"
#include "bnn/Import/OnnxImporter.h"
#include "bnn/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllTranslations.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

static llvm::cl::list<std::string>
    inputShapes("input-shape",
                llvm::cl::desc("Shape of a model input whose dimensions are open (NAME=1x3x224x224)"),
                llvm::cl::value_desc("NAME=SHAPE"));
static llvm::cl::opt<std::string> modelName("model-name", llvm::cl::desc("Name of the imported function"),
                                            llvm::cl::value_desc("NAME"));
static llvm::cl::opt<std::string> dataFolder("external-data",
                                             llvm::cl::desc("Folder of external data (that of the model)"),
                                             llvm::cl::value_desc("FOLDER"));

static OwningOpRef<Operation *> importOnnx(llvm::SourceMgr &sources, MLIRContext *context) {
  bnn::ImportOptions options;
  options.modelName = modelName;
  options.dataFolder = dataFolder;
  for (const std::string &text : inputShapes) {
    if (llvm::Error error = bnn::addInputShape(text, options.inputShapes)) {
      llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
      return nullptr;
    }
  }
  const llvm::MemoryBuffer *buffer = sources.getMemoryBuffer(sources.getMainFileID());
  StringRef path = buffer->getBufferIdentifier();
  if (path == "<stdin>") {
    if (options.modelName.empty())
      options.modelName = "model";
    return bnn::importOnnx(context, buffer->getBuffer(), /*isText=*/false, options);
  }
  return bnn::importOnnxFile(context, path, options);
}

int main(int argc, char **argv) {
  registerAllTranslations();
  TranslateToMLIRRegistration onnx("import-onnx", "import an ONNX model (text format: .onnxtxt, .textproto)",
                                   importOnnx, bnn::registerAllDialects);
  return failed(mlirTranslateMain(argc, argv, "Translations of bnn-mlir"));
}
