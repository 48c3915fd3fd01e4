//===- BNN.h - The bnn dialect ----------------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNN_H
#define BNN_DIALECT_BNN_IR_BNN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "bnn/Dialect/BNN/IR/BNNDialect.h.inc"
#include "bnn/Dialect/BNN/IR/BNNEnums.h.inc"

#include "bnn/Dialect/BNN/IR/BNNAttrInterfaces.h.inc"
#include "bnn/Dialect/BNN/IR/BNNTypeInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "bnn/Dialect/BNN/IR/BNNTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "bnn/Dialect/BNN/IR/BNNAttrs.h.inc"

#include "bnn/Dialect/BNN/IR/BNNOpInterfaces.h.inc"

#define GET_OP_CLASSES
#include "bnn/Dialect/BNN/IR/BNNOps.h.inc"

namespace bnn {

/// The code type of a tensor's elements; the tensor must be one of codes.
inline CodeTypeInterface getCodeType(mlir::Value tensor) {
  return llvm::cast<CodeTypeInterface>(llvm::cast<mlir::RankedTensorType>(tensor.getType()).getElementType());
}

/// True for a tensor whose elements are codes.
inline bool isCodeTensor(mlir::Type type) {
  auto tensor = llvm::dyn_cast_or_null<mlir::RankedTensorType>(type);
  return tensor && llvm::isa<CodeTypeInterface>(tensor.getElementType());
}

/// Bound of every element count, extent, stride, dilation and pad of the
/// dialect, so that code may multiply two of them in 64 bits without a check.
inline constexpr int64_t kMaxExtent = 2147483647;

/// True for a static shape without a zero, of at most kMaxExtent elements.
bool isSupportedShape(llvm::ArrayRef<int64_t> shape);

/// Output extent of a window that slides over one padded dimension: 0 if the
/// dilated window is empty, does not fit or is too large to tell. `stride` must
/// be positive.
int64_t slidingExtent(int64_t size, int64_t padding, int64_t kernel, int64_t stride, int64_t dilation);

} // namespace bnn

#endif // BNN_DIALECT_BNN_IR_BNN_H
