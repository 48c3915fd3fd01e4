//===- BNNBytecode.cpp - Bytecode of the bnn dialect ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types and attributes are a kind and their parameters as variable-width
// integers, not text. Every file carries the version of the dialect, so that a
// later version can tell what it reads and an earlier one can say that it cannot.
//
// The numbers below are in files. Never change or reuse one; append, and raise
// kVersion when a file with the new encoding means something else, or nothing,
// to the version before. Ops need nothing here: their properties are attributes.
//
//===----------------------------------------------------------------------===//

#include "BNNBytecode.h"

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bnn;

namespace {

/// History: 1, the first.
constexpr uint64_t kVersion = 1;

enum TypeKind : uint64_t { kBipolar = 0, kUnsigned = 1, kSigned = 2, kTernary = 3 };

enum AttributeKind : uint64_t {
  kZeroMode = 0,
  kRounding = 1,
  kSoftmaxMode = 2,
  kBitPacked = 3,
  kByteCodes = 4,
  kGeometry = 5
};

struct Version : public DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};

/// A list no longer than any of this dialect: a corrupt length must not become
/// an allocation.
LogicalResult readList(DialectBytecodeReader &reader, SmallVectorImpl<int64_t> &list) {
  uint64_t size;
  if (failed(reader.readVarInt(size)))
    return failure();
  if (size > 4)
    return reader.emitError() << "has a list of " << size << " numbers in an attribute of the bnn dialect";
  for (uint64_t i = 0; i < size; ++i)
    if (failed(reader.readSignedVarInt(list.emplace_back())))
      return failure();
  return success();
}

void writeList(DialectBytecodeWriter &writer, ArrayRef<int64_t> list) {
  writer.writeVarInt(list.size());
  for (int64_t value : list)
    writer.writeSignedVarInt(value);
}

template <typename EnumAttr, typename Symbolize>
Attribute readEnum(DialectBytecodeReader &reader, Symbolize symbolize) {
  uint64_t number;
  if (failed(reader.readVarInt(number)))
    return {};
  if (auto value = symbolize(uint32_t(std::min<uint64_t>(number, UINT32_MAX))))
    return EnumAttr::get(reader.getContext(), *value);
  reader.emitError() << "has no case " << number << " in an enum of the bnn dialect";
  return {};
}

template <typename WidthType>
Type readWidthType(DialectBytecodeReader &reader) {
  uint64_t width;
  if (failed(reader.readVarInt(width)))
    return {};
  auto emitError = [&] { return reader.emitError(); };
  return WidthType::getChecked(function_ref<InFlightDiagnostic()>(emitError), reader.getContext(),
                               unsigned(std::min<uint64_t>(width, UINT32_MAX)));
}

struct BytecodeInterface : public BytecodeDialectInterface {
  explicit BytecodeInterface(Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  //===--------------------------------------------------------------------===//
  // Version
  //===--------------------------------------------------------------------===//

  void writeVersion(DialectBytecodeWriter &writer) const override { writer.writeVarInt(kVersion); }

  std::unique_ptr<DialectVersion> readVersion(DialectBytecodeReader &reader) const override {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number <= kVersion)
      return std::make_unique<Version>(number);
    reader.emitError() << "was written by version " << number
                       << " of the bnn dialect, but this program reads "
                       << "up to version " << kVersion
                       << ": use a newer bnn-mlir, or have the writer emit text";
    return nullptr;
  }

  //===--------------------------------------------------------------------===//
  // Types
  //===--------------------------------------------------------------------===//

  LogicalResult writeType(Type type, DialectBytecodeWriter &writer) const override {
    auto write = [&](TypeKind kind, unsigned width) {
      writer.writeVarInt(kind);
      writer.writeVarInt(width);
      return success();
    };
    return TypeSwitch<Type, LogicalResult>(type)
        .Case([&](BipolarType t) { return write(kBipolar, t.getWidth()); })
        .Case([&](UnsignedType t) { return write(kUnsigned, t.getWidth()); })
        .Case([&](SignedType t) { return write(kSigned, t.getWidth()); })
        .Case([&](TernaryType) {
          writer.writeVarInt(kTernary);
          return success();
        })
        .Default([](Type) { return failure(); });
  }

  Type readType(DialectBytecodeReader &reader) const override {
    uint64_t kind;
    if (failed(reader.readVarInt(kind)))
      return {};
    switch (kind) {
    case kBipolar:
      return readWidthType<BipolarType>(reader);
    case kUnsigned:
      return readWidthType<UnsignedType>(reader);
    case kSigned:
      return readWidthType<SignedType>(reader);
    case kTernary:
      return TernaryType::get(reader.getContext());
    default:
      reader.emitError() << "has no type " << kind << " in the bnn dialect";
      return {};
    }
  }

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//

  LogicalResult writeAttribute(Attribute attribute, DialectBytecodeWriter &writer) const override {
    auto writeEnum = [&](AttributeKind kind, auto value) {
      writer.writeVarInt(kind);
      writer.writeVarInt(uint32_t(value));
      return success();
    };
    return TypeSwitch<Attribute, LogicalResult>(attribute)
        .Case([&](ZeroModeAttr a) { return writeEnum(kZeroMode, a.getValue()); })
        .Case([&](RoundingAttr a) { return writeEnum(kRounding, a.getValue()); })
        .Case([&](SoftmaxModeAttr a) { return writeEnum(kSoftmaxMode, a.getValue()); })
        .Case([&](BitPackedAttr a) {
          writer.writeVarInt(kBitPacked);
          writeList(writer, a.getPad());
          writer.writeVarInt(a.getBorder());
          return success();
        })
        .Case([&](ByteCodesAttr) {
          writer.writeVarInt(kByteCodes);
          return success();
        })
        .Case([&](GeometryAttr a) {
          writer.writeVarInt(kGeometry);
          for (ArrayRef<int64_t> list :
               {a.getInput(), a.getOutput(), a.getKernel(), a.getStrides(), a.getDilations(), a.getPad()})
            writeList(writer, list);
          writer.writeSignedVarInt(a.getPadValue());
          writer.writeSignedVarInt(a.getGroups());
          writer.writeOwnedBool(a.getBatchedWeights());
          return success();
        })
        .Default([](Attribute) { return failure(); });
  }

  Attribute readAttribute(DialectBytecodeReader &reader) const override {
    uint64_t kind;
    if (failed(reader.readVarInt(kind)))
      return {};
    switch (kind) {
    case kZeroMode:
      return readEnum<ZeroModeAttr>(reader, [](uint32_t v) { return symbolizeZeroMode(v); });
    case kRounding:
      return readEnum<RoundingAttr>(reader, [](uint32_t v) { return symbolizeRounding(v); });
    case kSoftmaxMode:
      return readEnum<SoftmaxModeAttr>(reader, [](uint32_t v) { return symbolizeSoftmaxMode(v); });
    case kBitPacked:
      return readBitPacked(reader);
    case kByteCodes:
      return ByteCodesAttr::get(reader.getContext());
    case kGeometry:
      return readGeometry(reader);
    default:
      reader.emitError() << "has no attribute " << kind << " in the bnn dialect";
      return {};
    }
  }

  static Attribute readBitPacked(DialectBytecodeReader &reader) {
    SmallVector<int64_t> pad;
    uint64_t border;
    if (failed(readList(reader, pad)) || failed(reader.readVarInt(border)))
      return {};
    auto emitError = [&] { return reader.emitError(); };
    return BitPackedAttr::getChecked(function_ref<InFlightDiagnostic()>(emitError), reader.getContext(),
                                     ArrayRef(pad), unsigned(std::min<uint64_t>(border, UINT32_MAX)));
  }

  static Attribute readGeometry(DialectBytecodeReader &reader) {
    SmallVector<int64_t> lists[6];
    for (SmallVector<int64_t> &list : lists)
      if (failed(readList(reader, list)))
        return {};
    int64_t padValue, groups;
    bool batchedWeights;
    if (failed(reader.readSignedVarInt(padValue)) || failed(reader.readSignedVarInt(groups)) ||
        failed(reader.readBool(batchedWeights)))
      return {};
    auto emitError = [&] { return reader.emitError(); };
    return GeometryAttr::getChecked(function_ref<InFlightDiagnostic()>(emitError), reader.getContext(),
                                    ArrayRef(lists[0]), ArrayRef(lists[1]), ArrayRef(lists[2]),
                                    ArrayRef(lists[3]), ArrayRef(lists[4]), ArrayRef(lists[5]), padValue,
                                    groups, batchedWeights);
  }
};

} // namespace

void bnn::detail::addBytecodeInterface(BNNDialect *dialect) { dialect->addInterfaces<BytecodeInterface>(); }
