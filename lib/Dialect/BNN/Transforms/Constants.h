//===- Constants.h - Reading and making constant tensors ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_CONSTANTS_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_CONSTANTS_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

#include <optional>

namespace bnn {

/// The elements of a constant f32 tensor in row-major order, splats expanded. Looks through tosa.transpose,
/// tosa.reshape and tosa.identity of a constant. std::nullopt for anything else.
std::optional<llvm::SmallVector<float>> getConstantFloats(mlir::Value value);

/// True where getConstantFloats would succeed; does not read the elements.
bool isConstantFloats(mlir::Value value);

/// A constant f32 operand of an elementwise op, given per channel: all its dimensions are 1 except the last,
/// which is 1 or `channels`. One entry, or `channels`.
std::optional<llvm::SmallVector<float>> getPerChannelFloats(mlir::Value value, int64_t channels);

/// The values (not the codes) of a bnn.constant in row-major order.
std::optional<llvm::SmallVector<int64_t>> getConstantValues(mlir::Value value);

/// The stored i8 codes of a bnn.constant in row-major order.
std::optional<llvm::SmallVector<int8_t>> getConstantCodes(mlir::Value value);

/// What a dequantization makes of constant codes with constant scales.
std::optional<llvm::SmallVector<float>> getDequantizedFloats(DequantizeOp op);

/// Constants: tosa.const of f32 and of i32, and bnn.constant.
mlir::Value createFloats(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                         llvm::ArrayRef<float> values);
mlir::Value createInts(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int32_t> values);
mlir::Value createCodes(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                        llvm::ArrayRef<int8_t> codes);

/// Entry `i` of a list that has one entry for all channels or one for each.
template <typename List>
auto perChannel(const List &list, int64_t i) {
  return list.size() == 1 ? list[0] : list[i];
}

/// One entry if all entries are equal bit by bit, else the list itself.
llvm::SmallVector<float> compressed(llvm::ArrayRef<float> values);

/// True if every entry is neither infinite nor NaN.
bool allFinite(llvm::ArrayRef<float> values);

/// Erases `op` if it has no uses and no effects, then so its operands.
void eraseDead(mlir::Operation *op);

/// The elements of a row-major tensor of `shape`, its dimensions permuted so that result dimension d is input
/// dimension perms[d].
template <typename T>
llvm::SmallVector<T> permuted(llvm::ArrayRef<T> data, llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<int32_t> perms) {
  int64_t rank = shape.size();
  llvm::SmallVector<int64_t> strides(rank, 1), index(rank, 0), resultShape(rank), step(rank);
  for (int64_t d = rank - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  for (int64_t d = 0; d < rank; ++d) {
    resultShape[d] = shape[perms[d]];
    step[d] = strides[perms[d]];
  }
  llvm::SmallVector<T> result(data.size());
  int64_t offset = 0;
  for (T &element : result) {
    element = data[offset];
    for (int64_t d = rank - 1; d >= 0; --d) {
      offset += step[d];
      if (++index[d] < resultShape[d])
        break;
      offset -= step[d] * resultShape[d];
      index[d] = 0;
    }
  }
  return result;
}

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_CONSTANTS_H
