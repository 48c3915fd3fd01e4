//===- GraphImporter.h - One graph into one function -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_GRAPHIMPORTER_H
#define BNN_LIB_IMPORT_GRAPHIMPORTER_H

#include "bnn/Import/OnnxImporter.h"

#include "Registry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace bnn::frontend {

class GraphImporter {
public:
  GraphImporter(mlir::MLIRContext *context, OnnxModel &model, llvm::StringRef source,
                const ImportOptions &options)
      : context(context), model(model), graph(model.getGraph()), options(options),
        fileLoc(mlir::NameLoc::get(mlir::StringAttr::get(context, source))), b(fileLoc, context) {}

  mlir::OwningOpRef<mlir::ModuleOp> run(llvm::StringRef functionName);

private:
  mlir::LogicalResult checkModel();
  mlir::LogicalResult findNeededNodes();
  mlir::LogicalResult checkOperators();
  mlir::LogicalResult collectInitializers();
  mlir::LogicalResult declareInputs(llvm::SmallVectorImpl<mlir::Type> &types);
  mlir::FailureOr<Shape> inputShape(const onnx::ValueInfoProto &input, bool onlyInput);
  mlir::LogicalResult importNode(const onnx::NodeProto &node);
  mlir::LogicalResult importOutputs(mlir::func::FuncOp function);
  mlir::FailureOr<Tensor *> find(const std::string &name);
  mlir::LogicalResult checkOutputs(Node &node, const onnx::NodeProto &proto);
  mlir::DictionaryAttr describeValue(llvm::StringRef name, DType type);
  /// The node's name, with the module's before it where the exporter says which it came from.
  mlir::Location locationOf(const onnx::NodeProto &node);

  mlir::MLIRContext *context;
  OnnxModel &model;
  const onnx::GraphProto &graph;
  const ImportOptions &options;
  mlir::Location fileLoc;
  mlir::ImplicitLocOpBuilder b;
  llvm::StringMap<Tensor> values;
  llvm::StringMap<const onnx::TensorProto *> initializers;
  std::vector<const onnx::NodeProto *> needed;
  std::vector<const onnx::ValueInfoProto *> inputs;
};

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_GRAPHIMPORTER_H
