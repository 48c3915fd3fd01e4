//===- BNNAttrs.cpp - Enums, layouts, geometry
//------------------------------===//
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

static void printIntList(AsmPrinter &printer, ArrayRef<int64_t> values) { printer << '[' << values << ']'; }

#define GET_ATTRDEF_CLASSES
#include "bnn/Dialect/BNN/IR/BNNAttrs.cpp.inc"

void BNNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "bnn/Dialect/BNN/IR/BNNAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

bool bnn::isSupportedShape(ArrayRef<int64_t> shape) {
  int64_t elements = 1;
  for (int64_t extent : shape) {
    // Dynamic extents are negative.
    if (extent < 1 || extent > kMaxExtent)
      return false;
    elements *= extent;
    if (elements > kMaxExtent)
      return false;
  }
  return true;
}

int64_t bnn::slidingExtent(int64_t size, int64_t padding, int64_t kernel, int64_t stride, int64_t dilation) {
  int64_t window, room;
  if (kernel < 1 || llvm::MulOverflow(kernel - 1, dilation, window) ||
      llvm::AddOverflow(size, padding, room) || room <= window)
    return 0;
  return (room - window - 1) / stride + 1;
}

/// As many values as stated, each of 1 to kMaxExtent.
static bool arePositive(ArrayRef<int64_t> values, size_t count) {
  return values.size() == count && llvm::all_of(values, [](int64_t v) { return v >= 1 && v <= kMaxExtent; });
}

/// Four values of 0 to kMaxExtent.
static bool isPad(ArrayRef<int64_t> values) {
  return values.size() == 4 && llvm::all_of(values, [](int64_t v) { return v >= 0 && v <= kMaxExtent; });
}

//===----------------------------------------------------------------------===//
// Geometry
//===----------------------------------------------------------------------===//

LogicalResult GeometryAttr::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> input,
                                   ArrayRef<int64_t> output, ArrayRef<int64_t> kernel,
                                   ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                                   ArrayRef<int64_t> pad, int64_t padValue, int64_t groups, bool) {
  if (input.size() != 4 || output.size() != 4 || !isSupportedShape(input) || !isSupportedShape(output) ||
      input[0] != output[0]) // C1
    return emitError() << "geometry needs an input [N, H, W, C] and an output "
                          "[N, OH, OW, O] of 1 to "
                          "2^31 - 1 elements and the same N";
  if (!arePositive(kernel, 2) || !arePositive(strides, 2) || !arePositive(dilations, 2)) // C2
    return emitError() << "geometry needs two kernel extents, strides and "
                          "dilations of 1 to 2^31 - 1";
  if (!isPad(pad) || padValue < -1 || padValue > 1 ||
      !isSupportedShape({input[0], input[1] + pad[0] + pad[1], input[2] + pad[2] + pad[3], input[3]})) // C3
    return emitError() << "geometry needs four pad entries that are not negative, a padded "
                          "image of at "
                          "most 2^31 - 1 elements, and a pad value of -1, 0 or 1";
  if (groups < 1 || input[3] % groups != 0 || output[3] % groups != 0) // C4
    return emitError() << "geometry has " << groups << " groups, which do not divide " << input[3]
                       << " input and " << output[3] << " output channels";
  for (int d : {0, 1}) {
    int64_t extent =
        slidingExtent(input[1 + d], pad[2 * d] + pad[2 * d + 1], kernel[d], strides[d], dilations[d]);
    if (output[1 + d] != extent) // C5
      return emitError() << "geometry has output extent " << output[1 + d] << " in dimension " << 1 + d
                         << ", but its other numbers give " << extent;
  }
  return success();
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

LogicalResult BitPackedAttr::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> pad,
                                    unsigned border) {
  if (!pad.empty() && !isPad(pad)) // C2
    return emitError() << "bit-packed layout needs no pad or four entries of 0 "
                          "to 2^31 - 1, but has ["
                       << pad << "]";
  if (border > 1) // C3
    return emitError() << "bit-packed layout needs a border of 0 or 1, but has " << border;
  return success();
}

LogicalResult BitPackedAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                            function_ref<InFlightDiagnostic()> emitError) const {
  auto code = dyn_cast<CodeTypeInterface>(elementType);
  if (!code || code.getBits() != 1) // C1
    return emitError() << "bit-packed layout needs codes of one bit, but the "
                          "element type is "
                       << elementType;
  bool padded = llvm::any_of(getPad(), [](int64_t p) { return p != 0; });
  if (padded && shape.size() != 4) // C2
    return emitError() << "bit-packed layout needs a tensor of rank 4 for its pad [" << getPad()
                       << "], but the rank is " << shape.size();
  // Checked first without the border: getStorageType is not defined otherwise.
  if (shape.empty() || !isSupportedShape(shape) ||
      !isSupportedShape(getStorageType(RankedTensorType::get(shape, elementType)).getShape())) // C4
    return emitError() << "bit-packed layout needs a static shape of rank 1 or "
                          "more whose storage has 1 "
                          "to 2^31 - 1 bytes";
  return success();
}

RankedTensorType ByteCodesAttr::getStorageType(RankedTensorType logical) const {
  return RankedTensorType::get(logical.getShape(), IntegerType::get(getContext(), 8));
}

LogicalResult ByteCodesAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                            function_ref<InFlightDiagnostic()> emitError) const {
  if (!isa<CodeTypeInterface>(elementType))
    return emitError() << "byte-code layout needs codes, but the element type is " << elementType; // C1
  if (!isSupportedShape(shape))                                                                    // C2
    return emitError() << "byte-code layout needs a static shape of 1 to 2^31 - 1 elements";
  return success();
}
