//===- Npy.cpp - NumPy's .npy files ---------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An .npy file is "\x93NUMPY", a version, a length, a Python dictionary such as
// {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, and the elements.
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace bnn;

static constexpr StringLiteral magic("\x93NUMPY");

static Error fail(const Twine &message) { return createStringError(message); }

namespace {

/// Reads the header's dictionary.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  Error parse(StringRef &descr, bool &fortran, SmallVectorImpl<int64_t> &shape) {
    bool sawDescr = false, sawOrder = false, sawShape = false;
    if (!eat("{"))
      return fail("the header is no dictionary");
    while (!eat("}")) {
      std::optional<StringRef> key = string();
      if (!key || !eat(":"))
        return fail("the header's dictionary is damaged");
      if (*key == "descr") {
        std::optional<StringRef> value = string();
        if (!value)
          return fail("structured element types are not supported");
        descr = *value;
        sawDescr = true;
      } else if (*key == "fortran_order") {
        fortran = eat("True");
        if (!fortran && !eat("False"))
          return fail("'fortran_order' is neither True nor False");
        sawOrder = true;
      } else if (*key == "shape") {
        if (Error error = tuple(shape))
          return error;
        sawShape = true;
      } else {
        return fail("the header has the unknown key '" + *key + "'");
      }
      if (!eat(",") && !rest.ltrim().starts_with("}"))
        return fail("the header's dictionary is damaged");
    }
    if (!sawDescr || !sawOrder || !sawShape)
      return fail("the header lacks 'descr', 'fortran_order' or 'shape'");
    if (!rest.trim().empty())
      return fail("the header goes on after its dictionary");
    return Error::success();
  }

private:
  bool eat(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  std::optional<StringRef> string() {
    rest = rest.ltrim();
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"'))
      return std::nullopt;
    size_t end = rest.find(rest.front(), 1);
    if (end == StringRef::npos)
      return std::nullopt;
    StringRef value = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return value;
  }

  Error tuple(SmallVectorImpl<int64_t> &shape) {
    if (!eat("("))
      return fail("'shape' is no tuple");
    while (!eat(")")) {
      int64_t extent;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, extent) || extent < 0)
        return fail("'shape' holds something other than sizes");
      rest.consume_front("L"); // as Python 2 wrote them
      shape.push_back(extent);
      if (!eat(",") && !rest.ltrim().starts_with(")"))
        return fail("'shape' is damaged");
    }
    return Error::success();
  }

  StringRef rest;
};

} // namespace

static std::optional<DType> toDType(StringRef code) {
  return StringSwitch<std::optional<DType>>(code)
      .Case("b1", DType::Bool)
      .Case("i1", DType::I8)
      .Case("i2", DType::I16)
      .Case("i4", DType::I32)
      .Case("i8", DType::I64)
      .Case("u1", DType::U8)
      .Case("u2", DType::U16)
      .Case("u4", DType::U32)
      .Case("u8", DType::U64)
      .Case("f2", DType::F16)
      .Case("f4", DType::F32)
      .Case("f8", DType::F64)
      .Default(std::nullopt);
}

static StringRef toDescr(DType type) {
  static constexpr StringLiteral codes[] = {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2",
                                            "<u4", "<u8", "<f2", "<u2", "<f4", "<f8"};
  return codes[static_cast<unsigned>(type)];
}

/// Elements from column-major to row-major order.
static std::vector<uint8_t> transpose(ArrayRef<uint8_t> bytes, ArrayRef<int64_t> shape, unsigned size) {
  std::vector<uint8_t> result(bytes.size());
  SmallVector<int64_t> index(shape.size(), 0), stride(shape.size(), 1);
  for (size_t d = 1; d < shape.size(); ++d)
    stride[d] = stride[d - 1] * shape[d - 1];
  int64_t from = 0;
  for (size_t to = 0; to < bytes.size(); to += size) {
    std::copy_n(bytes.data() + from * size, size, result.data() + to);
    for (size_t d = shape.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < shape[d])
        break;
      from -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
  return result;
}

Expected<NpyArray> bnn::parseNpy(ArrayRef<uint8_t> bytes) {
  StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  if (!text.starts_with(magic))
    return fail("not an .npy file");
  if (text.size() < magic.size() + 2)
    return fail("the file is truncated");
  unsigned version = bytes[magic.size()];
  if (version < 1 || version > 3)
    return fail(".npy format version " + Twine(version) + " is not supported");
  size_t lengthAt = magic.size() + 2, lengthBytes = version == 1 ? 2 : 4;
  if (text.size() < lengthAt + lengthBytes)
    return fail("the file is truncated");
  size_t length = version == 1 ? support::endian::read16le(bytes.data() + lengthAt)
                               : support::endian::read32le(bytes.data() + lengthAt);
  size_t dataAt = lengthAt + lengthBytes + length;
  if (text.size() < dataAt)
    return fail("the file is truncated");

  NpyArray array;
  StringRef descr;
  bool fortran = false;
  HeaderParser parser(text.slice(lengthAt + lengthBytes, dataAt));
  if (Error error = parser.parse(descr, fortran, array.shape))
    return std::move(error);
  if (descr.starts_with(">"))
    return fail("big-endian elements ('" + descr + "') are not supported");
  std::optional<DType> type = toDType(descr.ltrim("<|="));
  if (!type)
    return fail("element type '" + descr + "' is not supported");
  array.type = *type;
  std::optional<int64_t> count = countElements(*type, array.shape);
  if (!count)
    return fail("the array is too large");
  uint64_t expected = static_cast<uint64_t>(*count) * byteSize(*type), actual = text.size() - dataAt;
  if (actual != expected)
    return fail((actual < expected ? "the file is truncated: " : "the file is too long: ") +
                describe(*type, array.shape) + " takes " + Twine(expected) + " bytes and there are " +
                Twine(actual));
  ArrayRef<uint8_t> data = bytes.drop_front(dataAt);
  array.data = fortran ? transpose(data, array.shape, byteSize(*type)) : data.vec();
  if (*type == DType::Bool)
    for (uint8_t &byte : array.data)
      byte = byte != 0;
  return array;
}

void bnn::formatNpy(const NpyArray &array, SmallVectorImpl<char> &out) {
  std::string header = ("{'descr': '" + toDescr(array.type) + "', 'fortran_order': False, 'shape': (").str();
  for (int64_t extent : array.shape)
    header += std::to_string(extent) + (array.shape.size() == 1 ? "," : ", ");
  if (array.shape.size() > 1)
    header.resize(header.size() - 2);
  header += "), }";
  // The elements start at a multiple of 64 bytes.
  size_t prefix = magic.size() + 4;
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';
  append_range(out, magic);
  out.append({1, 0, static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)});
  append_range(out, header);
  out.append(array.data.begin(), array.data.end());
}

Expected<NpzArrays> bnn::readArrays(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(path + ": " + buffer.getError().message());
  ArrayRef<uint8_t> bytes = arrayRefFromStringRef((*buffer)->getBuffer());
  auto named = [&](Error error) { return fail(path + ": " + toString(std::move(error))); };
  if ((*buffer)->getBuffer().starts_with("PK")) {
    Expected<NpzArrays> arrays = parseNpz(bytes);
    return arrays ? std::move(arrays) : Expected<NpzArrays>(named(arrays.takeError()));
  }
  if (!(*buffer)->getBuffer().starts_with(magic))
    return fail(path + ": neither an .npy nor an .npz file");
  Expected<NpyArray> array = parseNpy(bytes);
  if (!array)
    return named(array.takeError());
  NpzArrays arrays;
  arrays.emplace_back("", std::move(*array));
  return arrays;
}
