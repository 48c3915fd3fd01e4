//===- BNNAttrs.cpp - Enums, layouts, geometry ------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

#include "bnn/Dialect/BNN/IR/BNNAttrInterfaces.cpp.inc"
#include "bnn/Dialect/BNN/IR/BNNEnums.cpp.inc"

/// `[1, 2]`; unlike the generated form, the list may be empty.
static ParseResult parseIntList(AsmParser &parser, SmallVector<int64_t> &values) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
    return parser.parseInteger(values.emplace_back());
  });
}

static void printIntList(AsmPrinter &printer, ArrayRef<int64_t> values) {
  printer << '[' << values << ']';
}

#define GET_ATTRDEF_CLASSES
#include "bnn/Dialect/BNN/IR/BNNAttrs.cpp.inc"

void BNNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "bnn/Dialect/BNN/IR/BNNAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Storage layouts
//===----------------------------------------------------------------------===//

RankedTensorType BitPackedAttr::getStorageType(RankedTensorType logical) const {
  SmallVector<int64_t> shape(logical.getShape());
  shape.back() = 4 * llvm::divideCeil(shape.back(), 32);
  if (!getPad().empty() && shape.size() == 4) {
    shape[1] += getPad()[0] + getPad()[1];
    shape[2] += getPad()[2] + getPad()[3];
  }
  return RankedTensorType::get(shape, IntegerType::get(getContext(), 8));
}

LogicalResult
BitPackedAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                              function_ref<InFlightDiagnostic()> emitError) const {
  auto code = dyn_cast<CodeTypeInterface>(elementType);
  if (!code || code.getBits() != 1) // C1
    return emitError() << "bit-packed layout needs codes of one bit, but the element type is "
                       << elementType;
  bool padded = llvm::any_of(getPad(), [](int64_t p) { return p != 0; });
  bool wellFormed = getPad().empty() || (getPad().size() == 4 && llvm::all_of(getPad(), [](int64_t p) {
                                           return p >= 0;
                                         }));
  if (!wellFormed || (padded && shape.size() != 4)) // C2
    return emitError() << "bit-packed layout needs a pad of four non-negative entries, all zero "
                          "unless the rank is 4";
  if (getBorder() > 1) // C3
    return emitError() << "bit-packed layout needs a border of 0 or 1, but has " << getBorder();
  return success();
}

RankedTensorType ByteCodesAttr::getStorageType(RankedTensorType logical) const {
  return RankedTensorType::get(logical.getShape(), IntegerType::get(getContext(), 8));
}

LogicalResult
ByteCodesAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                              function_ref<InFlightDiagnostic()> emitError) const {
  if (!isa<CodeTypeInterface>(elementType))
    return emitError() << "byte-code layout needs codes, but the element type is " << elementType;
  return success();
}
