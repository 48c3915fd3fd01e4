//===- HostTensor.h - Constant tensors during import ------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A constant of the model, held as bytes until an operator asks for it in the
// order of dimensions that it needs. Shape arithmetic (Shape, Gather, Concat
// and so on) and weight permutations run on these, so no transpose of a
// constant is left to a pass.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_HOSTTENSOR_H
#define BNN_LIB_IMPORT_HOSTTENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace bnn::frontend {

using Shape = llvm::SmallVector<int64_t, 4>;

/// ONNX's numbers of its element types.
enum class DType : int32_t {
  Undefined = 0,
  F32 = 1,
  U8 = 2,
  I8 = 3,
  U16 = 4,
  I16 = 5,
  I32 = 6,
  I64 = 7,
  String = 8,
  Bool = 9,
  F16 = 10,
  F64 = 11,
  U32 = 12,
  U64 = 13,
  BF16 = 16,
  U4 = 21,
  I4 = 22,
  U2 = 25,
  I2 = 26
};

bool isSupported(DType type);
bool isFloat(DType type);
bool isUnsigned(DType type);
inline bool isInteger(DType type) { return isSupported(type) && !isFloat(type) && type != DType::Bool; }
/// Bits of one element in a file: 2 and 4 for packed types.
unsigned fileBits(DType type);
/// Bytes of one element here: one for packed types.
unsigned hostBytes(DType type);
/// The name that ONNX has for the type, or its number.
std::string typeName(DType type);
/// Signless integers for signed and unsigned ones alike, i8 for packed ones.
mlir::Type getMLIRType(DType type, mlir::MLIRContext *context);
/// Smallest and largest value of an integer type.
std::pair<int64_t, int64_t> integerRange(DType type);

/// Elements of a shape, or nothing if a dimension is negative or the product passes `limit`.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape, int64_t limit);
std::string toString(llvm::ArrayRef<int64_t> shape);

/// No value of a model may have more elements than this, no constant that the importer computes more than
/// that.
constexpr int64_t maxElements = int64_t(1) << 32;
constexpr int64_t maxHostElements = int64_t(1) << 24;

class HostTensor {
public:
  HostTensor() = default;
  HostTensor(DType type, llvm::ArrayRef<int64_t> shape, std::vector<char> bytes)
      : type(type), dims(shape.begin(), shape.end()),
        bytes(std::make_shared<const std::vector<char>>(std::move(bytes))) {}

  /// Rounds or wraps `values` to the type, as a C++ conversion does.
  static HostTensor get(DType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<double> values);
  static HostTensor get(DType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> values);
  static HostTensor get(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values);

  DType getType() const { return type; }
  const Shape &getShape() const { return dims; }
  int64_t getRank() const { return dims.size(); }
  int64_t size() const { return bytes->size() / hostBytes(type); }

  double getDouble(int64_t i) const;
  float getFloat(int64_t i) const { return type == DType::F32 ? at<float>(i) : float(getDouble(i)); }
  int64_t getInt(int64_t i) const;
  llvm::SmallVector<int64_t> getInts() const;
  std::vector<float> getFloats() const;

  HostTensor reshape(llvm::ArrayRef<int64_t> shape) const;
  HostTensor permute(llvm::ArrayRef<int64_t> permutation) const;
  HostTensor slice(int64_t axis, int64_t offset, int64_t size, int64_t step = 1) const;
  HostTensor broadcast(llvm::ArrayRef<int64_t> shape) const;
  /// As ONNX's Cast: to integers by truncation, saturating.
  HostTensor cast(DType to) const;
  /// The elements at `flat` positions, in an array of `shape`.
  HostTensor pick(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> flat) const;

  /// Splats are stored once.
  mlir::DenseElementsAttr getAttr(mlir::MLIRContext *context) const;

private:
  HostTensor view(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides, int64_t offset) const;

  template <typename T>
  T at(int64_t i) const {
    T value;
    std::memcpy(&value, bytes->data() + i * sizeof(T), sizeof(T));
    return value;
  }

  DType type = DType::Undefined;
  Shape dims;
  std::shared_ptr<const std::vector<char>> bytes;
};

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_HOSTTENSOR_H
