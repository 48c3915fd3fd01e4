//===- DType.cpp - Element types of a model's arrays ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/DType.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace bnn;

namespace {
struct Row {
  StringLiteral c, common;
  unsigned bytes;
};
} // namespace

// In the order of DType.
static constexpr Row table[] = {
    {"uint8_t", "bool", 1},     {"int8_t", "int8", 1},       {"int16_t", "int16", 2},
    {"int32_t", "int32", 4},    {"int64_t", "int64", 8},     {"uint8_t", "uint8", 1},
    {"uint16_t", "uint16", 2},  {"uint32_t", "uint32", 4},   {"uint64_t", "uint64", 8},
    {"uint16_t", "float16", 2}, {"uint16_t", "bfloat16", 2}, {"float", "float32", 4},
    {"double", "float64", 8}};

unsigned bnn::byteSize(DType type) { return table[static_cast<unsigned>(type)].bytes; }
StringRef bnn::cName(DType type) { return table[static_cast<unsigned>(type)].c; }
StringRef bnn::name(DType type) { return table[static_cast<unsigned>(type)].common; }

std::optional<int64_t> bnn::countElements(DType type, ArrayRef<int64_t> shape) {
  int64_t count = 1, bytes;
  for (int64_t extent : shape)
    if (extent < 0 || MulOverflow(count, extent, count))
      return std::nullopt;
  if (MulOverflow(count, static_cast<int64_t>(byteSize(type)), bytes))
    return std::nullopt;
  return count;
}

std::string bnn::describe(DType type, ArrayRef<int64_t> shape) {
  return name(type).str() + "[" + join(map_range(shape, [](int64_t n) { return std::to_string(n); }), ", ") +
         "]";
}
