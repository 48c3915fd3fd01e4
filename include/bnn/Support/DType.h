//===- DType.h - Element types of a model's arrays --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_SUPPORT_DTYPE_H
#define BNN_SUPPORT_DTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace bnn {

/// What crosses the border of a compiled model. F16 and BF16 are raw bits in C.
enum class DType { Bool, I8, I16, I32, I64, U8, U16, U32, U64, F16, BF16, F32, F64 };

/// Bytes of one element.
unsigned byteSize(DType type);
/// The type in C: `float`, `uint8_t`.
llvm::StringRef cName(DType type);
/// The type as people and NumPy write it: `float32`, `uint8`.
llvm::StringRef name(DType type);

/// The number of elements, or nothing if an extent is negative or the number of bytes overflows.
std::optional<int64_t> countElements(DType type, llvm::ArrayRef<int64_t> shape);

/// `float32[1, 3, 8, 8]`
std::string describe(DType type, llvm::ArrayRef<int64_t> shape);

} // namespace bnn

#endif // BNN_SUPPORT_DTYPE_H
