//===- Elementwise.h - Helpers of elementwise operators --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_ELEMENTWISE_H
#define BNN_LIB_IMPORT_ELEMENTWISE_H

#include "Node.h"

namespace bnn::frontend {

/// Operands of one rank and layout, to be broadcast to `shape` (in ONNX's order).
struct Operands {
  llvm::SmallVector<mlir::Value> values;
  Shape shape;
  Layout layout = Layout::Logical;
};

/// Nothing after an error.
std::optional<Operands> alignOperands(Node &node, llvm::ArrayRef<const Tensor *> tensors);

/// Integers of fewer than 32 bits.
bool isNarrow(DType type);
/// Narrow integers as i32 with their value; others as they are.
mlir::Value widen(Node &node, mlir::Value value, DType type);
/// The low bits of what `widen` made wide.
mlir::Value narrow(Node &node, mlir::Value value, DType type);

/// True if all are plain constants and the result is small enough to be computed now.
bool canFold(llvm::ArrayRef<const Tensor *> tensors, llvm::ArrayRef<int64_t> shape);
/// `real` for float inputs, `whole` for others, on constants broadcast to `shape`.
HostTensor foldBinary(const HostTensor &lhs, const HostTensor &rhs, llvm::ArrayRef<int64_t> shape,
                      DType result, llvm::function_ref<double(double, double)> real,
                      llvm::function_ref<int64_t(int64_t, int64_t)> whole);

/// f32 rounded to integers, ties to even.
mlir::Value roundHalfEven(Node &node, mlir::Value value);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_ELEMENTWISE_H
