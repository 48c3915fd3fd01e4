//===- HostTensor.cpp - Constant tensors during import ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace bnn::frontend;

namespace {
struct TypeRow {
  DType type;
  const char *name;
  unsigned bits;
  bool isFloat, isUnsigned;
};
} // namespace

static constexpr TypeRow typeRows[] = {
    {DType::F32, "float", 32, true, false},   {DType::F64, "double", 64, true, false},
    {DType::F16, "float16", 16, true, false}, {DType::BF16, "bfloat16", 16, true, false},
    {DType::U8, "uint8", 8, false, true},     {DType::I8, "int8", 8, false, false},
    {DType::U16, "uint16", 16, false, true},  {DType::I16, "int16", 16, false, false},
    {DType::U32, "uint32", 32, false, true},  {DType::I32, "int32", 32, false, false},
    {DType::U64, "uint64", 64, false, true},  {DType::I64, "int64", 64, false, false},
    {DType::U4, "uint4", 4, false, true},     {DType::I4, "int4", 4, false, false},
    {DType::U2, "uint2", 2, false, true},     {DType::I2, "int2", 2, false, false},
    {DType::Bool, "bool", 8, false, true},
};

static const TypeRow *find(DType type) {
  const TypeRow *row = llvm::find_if(typeRows, [&](const TypeRow &r) { return r.type == type; });
  return row == std::end(typeRows) ? nullptr : row;
}

bool bnn::frontend::isSupported(DType type) { return find(type); }
bool bnn::frontend::isFloat(DType type) { return find(type) && find(type)->isFloat; }
bool bnn::frontend::isUnsigned(DType type) { return find(type) && find(type)->isUnsigned; }
unsigned bnn::frontend::fileBits(DType type) { return find(type) ? find(type)->bits : 8; }
unsigned bnn::frontend::hostBytes(DType type) { return (fileBits(type) + 7) / 8; }

std::string bnn::frontend::typeName(DType type) {
  if (const TypeRow *row = find(type))
    return row->name;
  switch (int32_t(type)) {
  case 0:
    return "undefined";
  case 8:
    return "string";
  case 14:
    return "complex64";
  case 15:
    return "complex128";
  case 17:
    return "float8e4m3fn";
  case 18:
    return "float8e4m3fnuz";
  case 19:
    return "float8e5m2";
  case 20:
    return "float8e5m2fnuz";
  case 23:
    return "float4e2m1";
  case 24:
    return "float8e8m0";
  default:
    return "number " + std::to_string(int32_t(type));
  }
}

Type bnn::frontend::getMLIRType(DType type, MLIRContext *context) {
  switch (type) {
  case DType::F32:
    return Float32Type::get(context);
  case DType::F64:
    return Float64Type::get(context);
  case DType::F16:
    return Float16Type::get(context);
  case DType::BF16:
    return BFloat16Type::get(context);
  case DType::Bool:
    return IntegerType::get(context, 1);
  default:
    return IntegerType::get(context, 8 * hostBytes(type));
  }
}

std::pair<int64_t, int64_t> bnn::frontend::integerRange(DType type) {
  unsigned bits = type == DType::Bool ? 1 : fileBits(type);
  if (isUnsigned(type))
    return {0, bits == 64 ? INT64_MAX : int64_t((uint64_t(1) << bits) - 1)};
  return {llvm::minIntN(bits), llvm::maxIntN(bits)};
}

std::optional<int64_t> bnn::frontend::countElements(ArrayRef<int64_t> shape, int64_t limit) {
  int64_t count = 1;
  for (int64_t dim : shape) {
    if (dim < 0)
      return std::nullopt;
    if (dim == 0)
      return 0;
    if (count > limit / dim)
      return std::nullopt;
    count *= dim;
  }
  return count;
}

std::string bnn::frontend::toString(ArrayRef<int64_t> shape) {
  return "[" + llvm::join(llvm::map_range(shape, [](int64_t d) { return std::to_string(d); }), ", ") + "]";
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static float smallToFloat(const llvm::fltSemantics &semantics, uint16_t bits) {
  llvm::APFloat value(semantics, llvm::APInt(16, bits));
  bool lost;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &lost);
  return value.convertToFloat();
}

double HostTensor::getDouble(int64_t i) const {
  switch (type) {
  case DType::F32:
    return at<float>(i);
  case DType::F64:
    return at<double>(i);
  case DType::F16:
    return smallToFloat(llvm::APFloat::IEEEhalf(), at<uint16_t>(i));
  case DType::BF16:
    return smallToFloat(llvm::APFloat::BFloat(), at<uint16_t>(i));
  case DType::U64:
    return double(at<uint64_t>(i));
  default:
    return double(getInt(i));
  }
}

/// Saturating, and 0 for NaN, where C++ would be undefined.
static int64_t truncateToInt(double value) {
  if (std::isnan(value))
    return 0;
  if (value >= 9223372036854775808.0)
    return INT64_MAX;
  if (value < -9223372036854775808.0)
    return INT64_MIN;
  return int64_t(value);
}

int64_t HostTensor::getInt(int64_t i) const {
  switch (type) {
  case DType::Bool:
    return at<uint8_t>(i) != 0;
  case DType::U8:
  case DType::U4:
  case DType::U2:
    return at<uint8_t>(i);
  case DType::I8:
  case DType::I4:
  case DType::I2:
    return at<int8_t>(i);
  case DType::U16:
    return at<uint16_t>(i);
  case DType::I16:
    return at<int16_t>(i);
  case DType::U32:
    return at<uint32_t>(i);
  case DType::I32:
    return at<int32_t>(i);
  case DType::U64:
    return int64_t(std::min<uint64_t>(at<uint64_t>(i), INT64_MAX));
  case DType::I64:
    return at<int64_t>(i);
  default:
    return truncateToInt(getDouble(i));
  }
}

SmallVector<int64_t> HostTensor::getInts() const {
  SmallVector<int64_t> result;
  for (int64_t i = 0, e = size(); i < e; ++i)
    result.push_back(getInt(i));
  return result;
}

std::vector<float> HostTensor::getFloats() const {
  std::vector<float> result(size());
  for (int64_t i = 0, e = size(); i < e; ++i)
    result[i] = getFloat(i);
  return result;
}

template <typename T>
static void store(std::vector<char> &bytes, int64_t i, T value) {
  std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
}

HostTensor HostTensor::get(DType type, ArrayRef<int64_t> shape, ArrayRef<int64_t> values) {
  if (isFloat(type))
    return get(type, shape, std::vector<double>(values.begin(), values.end()));
  unsigned width = hostBytes(type);
  std::vector<char> bytes(values.size() * width);
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t stored = type == DType::Bool ? value != 0 : value;
    std::memcpy(bytes.data() + i * width, &stored, width); // Little-endian, like ONNX.
  }
  return HostTensor(type, shape, std::move(bytes));
}

HostTensor HostTensor::get(DType type, ArrayRef<int64_t> shape, ArrayRef<double> values) {
  if (!isFloat(type)) {
    std::vector<int64_t> ints(llvm::map_range(values, truncateToInt).begin(),
                              llvm::map_range(values, truncateToInt).end());
    return get(type, shape, ints);
  }
  std::vector<char> bytes(values.size() * hostBytes(type));
  for (auto [i, value] : llvm::enumerate(values)) {
    if (type == DType::F64) {
      store<double>(bytes, i, value);
    } else if (type == DType::F32) {
      store<float>(bytes, i, float(value));
    } else {
      llvm::APFloat small(value);
      bool lost;
      small.convert(type == DType::F16 ? llvm::APFloat::IEEEhalf() : llvm::APFloat::BFloat(),
                    llvm::APFloat::rmNearestTiesToEven, &lost);
      store<uint16_t>(bytes, i, uint16_t(small.bitcastToAPInt().getZExtValue()));
    }
  }
  return HostTensor(type, shape, std::move(bytes));
}

HostTensor HostTensor::get(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  std::vector<char> bytes(values.size() * sizeof(float));
  if (!values.empty())
    std::memcpy(bytes.data(), values.data(), bytes.size());
  return HostTensor(DType::F32, shape, std::move(bytes));
}

//===----------------------------------------------------------------------===//
// Rearrangements
//===----------------------------------------------------------------------===//

HostTensor HostTensor::pick(ArrayRef<int64_t> shape, ArrayRef<int64_t> flat) const {
  unsigned width = hostBytes(type);
  std::vector<char> result(flat.size() * width);
  for (auto [i, from] : llvm::enumerate(flat))
    std::memcpy(result.data() + i * width, bytes->data() + from * width, width);
  return HostTensor(type, shape, std::move(result));
}

static Shape stridesOf(ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t d = int64_t(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

/// The elements at offset + sum of index · stride for every index of `shape`, in row-major order.
HostTensor HostTensor::view(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides, int64_t offset) const {
  unsigned width = hostBytes(type);
  int64_t count = countElements(shape, INT64_MAX).value_or(0);
  std::vector<char> result(count * width);
  Shape index(shape.size(), 0);
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(result.data() + i * width, bytes->data() + offset * width, width);
    for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
      offset += strides[d];
      if (++index[d] < shape[d])
        break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return HostTensor(type, shape, std::move(result));
}

HostTensor HostTensor::reshape(ArrayRef<int64_t> shape) const {
  HostTensor result = *this;
  result.dims.assign(shape.begin(), shape.end());
  return result;
}

HostTensor HostTensor::permute(ArrayRef<int64_t> permutation) const {
  Shape strides = stridesOf(dims), shape, order;
  for (int64_t p : permutation) {
    shape.push_back(dims[p]);
    order.push_back(strides[p]);
  }
  if (llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return *this;
  return view(shape, order, 0);
}

HostTensor HostTensor::slice(int64_t axis, int64_t offset, int64_t size, int64_t step) const {
  Shape strides = stridesOf(dims), shape = dims;
  shape[axis] = size;
  int64_t start = offset * strides[axis];
  strides[axis] *= step;
  return view(shape, strides, start);
}

HostTensor HostTensor::broadcast(ArrayRef<int64_t> shape) const {
  Shape own(shape.size() - dims.size(), 1), strides;
  own.append(dims);
  strides = stridesOf(own);
  for (size_t d = 0; d < shape.size(); ++d)
    if (own[d] != shape[d])
      strides[d] = 0;
  return view(shape, strides, 0);
}

HostTensor HostTensor::cast(DType to) const {
  if (to == type)
    return *this;
  if (to == DType::Bool) {
    std::vector<int64_t> values(size());
    for (int64_t i = 0, e = size(); i < e; ++i)
      values[i] = getDouble(i) != 0;
    return get(to, dims, values);
  }
  if (isFloat(type) || isFloat(to)) {
    std::vector<double> values(size());
    auto [low, high] = isFloat(to) ? std::pair<int64_t, int64_t>() : integerRange(to);
    for (int64_t i = 0, e = size(); i < e; ++i) {
      double value = getDouble(i);
      if (!isFloat(to) && !std::isnan(value))
        value = std::min(std::max(value, double(low)), double(high));
      values[i] = value;
    }
    return get(to, dims, values);
  }
  SmallVector<int64_t> values = getInts();
  if (fileBits(to) < 8)
    for (int64_t &value : values)
      value = isUnsigned(to) ? value & ((1 << fileBits(to)) - 1) : llvm::SignExtend64(value, fileBits(to));
  return get(to, dims, values);
}

DenseElementsAttr HostTensor::getAttr(MLIRContext *context) const {
  auto attrType = RankedTensorType::get(dims, getMLIRType(type, context));
  if (type == DType::Bool) {
    SmallVector<bool> values;
    for (int64_t i = 0, e = size(); i < e; ++i)
      values.push_back(getInt(i) != 0);
    return DenseElementsAttr::get(attrType, values);
  }
  ArrayRef<char> raw(*bytes);
  unsigned width = hostBytes(type);
  bool splat = !raw.empty() && raw.drop_front(width) == raw.drop_back(width);
  return DenseElementsAttr::getFromRawBuffer(attrType, splat ? raw.take_front(width) : raw);
}
