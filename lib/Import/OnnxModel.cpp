//===- OnnxModel.cpp - Reads ONNX files --------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file is not to be trusted: sizes are compared with the bytes that are
// there before anything is allocated, and external data is taken from regular
// files below the model's folder only, symbolic links resolved.
//
//===----------------------------------------------------------------------===//

#include "OnnxModel.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"
#include <climits>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

using namespace llvm;
using namespace bnn::frontend;

static Error makeError(const Twine &text) { return createStringError(inconvertibleErrorCode(), text.str()); }

namespace {
/// Keeps the first error of the text parser, with its place.
class FirstError : public google::protobuf::io::ErrorCollector {
public:
  void AddError(int line, int column, const std::string &message) override {
    if (text.empty())
      text = "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": " + message;
  }
  std::string text;
};
} // namespace

Expected<std::unique_ptr<OnnxModel>> OnnxModel::parse(StringRef bytes, bool isText, StringRef folder) {
  auto model = std::make_unique<OnnxModel>();
  model->folder = folder.str();
  // Protobuf prints what it dislikes by itself; the caller gets one message instead.
  google::protobuf::LogSilencer silence;
  if (isText) {
    google::protobuf::TextFormat::Parser parser;
    FirstError errors;
    parser.RecordErrorsTo(&errors);
    if (!parser.ParseFromString(bytes.str(), &model->proto))
      return makeError("is not an ONNX model in protobuf's text format: " + errors.text);
  } else {
    if (bytes.size() > INT_MAX)
      return makeError("has " + Twine(bytes.size()) +
                       " bytes, more than protobuf can read (2 GiB): store its tensors as external data");
    if (!model->proto.ParseFromArray(bytes.data(), int(bytes.size())))
      return makeError("is not an ONNX model, or is damaged: protobuf cannot read its " +
                       Twine(bytes.size()) + " bytes");
  }
  if (!model->proto.has_graph())
    return makeError("is not an ONNX model: it has no graph");
  for (const onnx::OperatorSetIdProto &set : model->proto.opset_import())
    model->opsets[canonicalDomain(set.domain())] = set.version();
  return std::move(model);
}

//===----------------------------------------------------------------------===//
// External data
//===----------------------------------------------------------------------===//

Expected<StringRef> OnnxModel::openDataFile(StringRef location) {
  auto known = dataFiles.find(location);
  if (known != dataFiles.end())
    return known->second->getBuffer();
  auto refuse = [&](const Twine &why) { return makeError("external data '" + location + "' " + why); };
  if (folder.empty())
    return refuse("cannot be found: the model does not come from a file; name its folder");
  if (location.empty() || location.contains('\0'))
    return refuse("is no file name");
  if (sys::path::is_absolute(location))
    return refuse("has an absolute path; only files in the model's folder are read");
  for (StringRef part : make_range(sys::path::begin(location), sys::path::end(location)))
    if (part == "..")
      return refuse("leaves the model's folder; only files in it are read");
  SmallString<256> path(folder), realFolder, realPath;
  sys::path::append(path, location);
  if (std::error_code code = sys::fs::real_path(folder, realFolder))
    return makeError("folder '" + folder + "' of external data: " + code.message());
  if (std::error_code code = sys::fs::real_path(path, realPath))
    return refuse("cannot be read: " + code.message() + " (looked in '" + folder + "')");
  StringRef inside(realPath);
  if (!(realFolder == "/" || (inside.consume_front(realFolder) && inside.starts_with("/"))))
    return refuse("is a link that leaves the model's folder; only files in it are read");
  if (!sys::fs::is_regular_file(realPath))
    return refuse("is not a regular file");
  auto buffer = MemoryBuffer::getFile(realPath, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return refuse("cannot be read: " + buffer.getError().message());
  return (dataFiles[location] = std::move(*buffer))->getBuffer();
}

Expected<StringRef> OnnxModel::readExternal(const onnx::TensorProto &tensor, uint64_t wanted) {
  StringRef location;
  uint64_t offset = 0, length = wanted;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
    StringRef value = entry.value();
    if (entry.key() == "location")
      location = value;
    else if ((entry.key() == "offset" && value.getAsInteger(10, offset)) ||
             (entry.key() == "length" && value.getAsInteger(10, length)))
      return makeError("external data has the " + entry.key() + " '" + value + "', which is no number");
  }
  Expected<StringRef> file = openDataFile(location);
  if (!file)
    return file.takeError();
  if (length != wanted)
    return makeError("external data '" + location + "' has a length of " + Twine(length) +
                     " bytes, but the tensor needs " + Twine(wanted));
  if (offset > file->size() || length > file->size() - offset)
    return makeError("external data '" + location + "' is too short: bytes " + Twine(offset) + " to " +
                     Twine(offset + length) + " are wanted, but it has " + Twine(file->size()));
  return file->substr(offset, length);
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// One element per entry of a repeated field.
template <typename T, typename Field>
static std::vector<char> copyField(const Field &field) {
  std::vector<char> bytes(size_t(field.size()) * sizeof(T));
  for (int i = 0; i < field.size(); ++i) {
    T value = static_cast<T>(field.Get(i));
    std::memcpy(bytes.data() + size_t(i) * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

static std::vector<char> copyTypedField(const onnx::TensorProto &tensor, DType type) {
  switch (type) {
  case DType::F32:
    return copyField<float>(tensor.float_data());
  case DType::F64:
    return copyField<double>(tensor.double_data());
  case DType::I64:
    return copyField<int64_t>(tensor.int64_data());
  case DType::U64:
    return copyField<uint64_t>(tensor.uint64_data());
  case DType::U32:
    return copyField<uint32_t>(tensor.uint64_data());
  case DType::I32:
    return copyField<int32_t>(tensor.int32_data());
  case DType::I16:
  case DType::U16:
  case DType::F16:
  case DType::BF16:
    return copyField<uint16_t>(tensor.int32_data());
  default:
    return copyField<uint8_t>(tensor.int32_data()); // One byte, packed or not, per entry.
  }
}

/// 2- and 4-bit elements to one byte each, the first in the low bits.
static std::vector<char> unpack(StringRef packed, DType type, int64_t count) {
  unsigned bits = fileBits(type), perByte = 8 / bits;
  std::vector<char> bytes(count);
  for (int64_t i = 0; i < count; ++i) {
    uint8_t field = uint8_t(packed[i / perByte]) >> (i % perByte * bits) & ((1u << bits) - 1);
    bytes[i] = char(isUnsigned(type) ? field : uint8_t(SignExtend32(field, bits)));
  }
  return bytes;
}

Expected<HostTensor> OnnxModel::decode(const onnx::TensorProto &tensor) {
  auto type = DType(tensor.data_type());
  if (!isSupported(type))
    return makeError("element type " + typeName(type) + " is not supported");
  if (tensor.has_segment())
    return makeError("tensors in segments are not supported");
  ArrayRef<int64_t> shape(tensor.dims().data(), tensor.dims().size());
  if (shape.size() > 16)
    return makeError(Twine(shape.size()) + " dimensions are too many");
  std::optional<int64_t> count = countElements(shape, maxElements);
  if (!count)
    return makeError("shape " + toString(shape) + " has a negative dimension or is too large");
  unsigned bits = fileBits(type);
  uint64_t wanted = bits < 8 ? divideCeil(uint64_t(*count) * bits, 8) : uint64_t(*count) * (bits / 8);

  std::vector<char> typed;
  StringRef bytes;
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    Expected<StringRef> external = readExternal(tensor, wanted);
    if (!external)
      return external.takeError();
    bytes = *external;
  } else if (tensor.has_raw_data()) {
    bytes = tensor.raw_data();
  } else {
    typed = copyTypedField(tensor, type);
    bytes = StringRef(typed.data(), typed.size());
  }
  if (bytes.size() != wanted)
    return makeError("shape " + toString(shape) + " of " + typeName(type) + " needs " + Twine(wanted) +
                     " bytes of data, but there are " + Twine(bytes.size()));
  if (bits < 8)
    return HostTensor(type, shape, unpack(bytes, type, *count));
  return HostTensor(type, shape, std::vector<char>(bytes.begin(), bytes.end()));
}
