//===- OnnxImporter.h - ONNX models into MLIR -------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_IMPORT_ONNXIMPORTER_H
#define BNN_IMPORT_ONNXIMPORTER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace mlir {
class MLIRContext;
}

namespace bnn {

/// What an ONNX file leaves open.
struct ImportOptions {
  /// Name of the function; the file's stem, made an identifier, where it is empty.
  std::string modelName;
  /// Shapes of graph inputs by name. Needed where the model leaves a dimension open; a dimension that the
  /// model fixes must agree. The name "" stands for the only input of a model that has one.
  llvm::StringMap<llvm::SmallVector<int64_t>> inputShapes;
  /// Folder that external tensor data must lie in; the folder of the model file where it is empty.
  std::string dataFolder;
};

/// Reads the model in `path`: protobuf's text format if the name ends in `.onnxtxt`, `.textproto` or
/// `.pbtxt`, its wire format otherwise.
///
/// The result holds one public function with the unit attribute `bnn.entry`, whose arguments and results are
/// static tensors in ONNX's shapes, each with its ONNX name in the attribute `bnn.name`. Integers are
/// signless; unsigned ones carry the unit attribute `bnn.unsigned`. The body is TOSA (images in NHWC) and bnn
/// ops on float values: every quantizer is a `bnn.quantize` or `bnn.binarize` followed by a `bnn.dequantize`.
///
/// Errors are reported as diagnostics of `context`, all unsupported nodes in one; then the result is null.
mlir::OwningOpRef<mlir::ModuleOp> importOnnxFile(mlir::MLIRContext *context, llvm::StringRef path,
                                                 const ImportOptions &options = {});

/// The same for a model in memory, in wire format, or in text format if `isText`. External data needs
/// `options.dataFolder`.
mlir::OwningOpRef<mlir::ModuleOp> importOnnx(mlir::MLIRContext *context, llvm::StringRef bytes, bool isText,
                                             const ImportOptions &options = {});

} // namespace bnn

#endif // BNN_IMPORT_ONNXIMPORTER_H
