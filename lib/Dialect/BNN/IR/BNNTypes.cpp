//===- BNNTypes.cpp - Code types
//--------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

#include "bnn/Dialect/BNN/IR/BNNTypeInterfaces.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "bnn/Dialect/BNN/IR/BNNTypes.cpp.inc"

void BNNDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "bnn/Dialect/BNN/IR/BNNTypes.cpp.inc"
      >();
}

static LogicalResult verifyWidth(function_ref<InFlightDiagnostic()> emitError, unsigned width) {
  if (width < 1 || width > 8) // C1
    return emitError() << "width must be 1 to 8 bits, but is " << width;
  return success();
}

static uint64_t lowBits(uint64_t code, unsigned bits) { return code & ((1u << bits) - 1); }

//===----------------------------------------------------------------------===//
// Bipolar: value = 2q - (2^b - 1)
//===----------------------------------------------------------------------===//

LogicalResult BipolarType::verify(function_ref<InFlightDiagnostic()> emitError, unsigned width) {
  return verifyWidth(emitError, width);
}
unsigned BipolarType::getBits() const { return getWidth(); }
int64_t BipolarType::getNumValues() const { return int64_t(1) << getWidth(); }
int64_t BipolarType::getMinValue() const { return 1 - getNumValues(); }
int64_t BipolarType::getStep() const { return 2; }
std::optional<int64_t> BipolarType::decode(uint64_t code) const {
  return 2 * int64_t(lowBits(code, getWidth())) - (getNumValues() - 1);
}
uint64_t BipolarType::encode(int64_t value) const { return (value + getNumValues() - 1) / 2; }
int64_t BipolarType::getPlaneWeight(unsigned p) const { return int64_t(1) << p; }
Type BipolarType::getPlaneType() const { return BipolarType::get(getContext(), 1); }

//===----------------------------------------------------------------------===//
// Unsigned: value = q
//===----------------------------------------------------------------------===//

LogicalResult UnsignedType::verify(function_ref<InFlightDiagnostic()> emitError, unsigned width) {
  return verifyWidth(emitError, width);
}
unsigned UnsignedType::getBits() const { return getWidth(); }
int64_t UnsignedType::getNumValues() const { return int64_t(1) << getWidth(); }
int64_t UnsignedType::getMinValue() const { return 0; }
int64_t UnsignedType::getStep() const { return 1; }
std::optional<int64_t> UnsignedType::decode(uint64_t code) const { return lowBits(code, getWidth()); }
uint64_t UnsignedType::encode(int64_t value) const { return value; }
int64_t UnsignedType::getPlaneWeight(unsigned p) const { return int64_t(1) << p; }
Type UnsignedType::getPlaneType() const { return UnsignedType::get(getContext(), 1); }

//===----------------------------------------------------------------------===//
// Signed: two's complement
//===----------------------------------------------------------------------===//

LogicalResult SignedType::verify(function_ref<InFlightDiagnostic()> emitError, unsigned width) {
  return verifyWidth(emitError, width);
}
unsigned SignedType::getBits() const { return getWidth(); }
int64_t SignedType::getNumValues() const { return int64_t(1) << getWidth(); }
int64_t SignedType::getMinValue() const { return -(int64_t(1) << (getWidth() - 1)); }
int64_t SignedType::getStep() const { return 1; }
std::optional<int64_t> SignedType::decode(uint64_t code) const {
  return llvm::SignExtend64(lowBits(code, getWidth()), getWidth());
}
uint64_t SignedType::encode(int64_t value) const { return lowBits(value, getWidth()); }
int64_t SignedType::getPlaneWeight(unsigned p) const {
  int64_t weight = int64_t(1) << p;
  return p + 1 == getWidth() ? -weight : weight;
}
Type SignedType::getPlaneType() const { return UnsignedType::get(getContext(), 1); }

//===----------------------------------------------------------------------===//
// Ternary: the codes of signed<2> without -2
//===----------------------------------------------------------------------===//

unsigned TernaryType::getBits() const { return 2; }
int64_t TernaryType::getNumValues() const { return 3; }
int64_t TernaryType::getMinValue() const { return -1; }
int64_t TernaryType::getStep() const { return 1; }
std::optional<int64_t> TernaryType::decode(uint64_t code) const {
  if (lowBits(code, 2) == 2)
    return std::nullopt;
  return llvm::SignExtend64(lowBits(code, 2), 2);
}
uint64_t TernaryType::encode(int64_t value) const { return lowBits(value, 2); }
int64_t TernaryType::getPlaneWeight(unsigned p) const { return p == 0 ? 1 : -2; }
Type TernaryType::getPlaneType() const { return UnsignedType::get(getContext(), 1); }
