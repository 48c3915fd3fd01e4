//===- ModelFile.cpp - A compiled model in one file -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/ModelFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;
namespace json = llvm::json;
namespace endian = llvm::support::endian;

static constexpr llvm::StringLiteral magic = "BNNMODEL";
static constexpr uint32_t formatVersion = 1;
/// Magic, version, checksum, and two sizes.
static constexpr size_t headerBytes = 8 + 4 + 4 + 8 + 8;
/// Where the part begins that the checksum covers.
static constexpr size_t checkedFrom = 16;

static json::Array toJson(ArrayRef<ModelValue> values) {
  json::Array list;
  for (const ModelValue &value : values)
    list.push_back(json::Object{{"name", json::fixUTF8(value.name)},
                                {"type", bnn::name(value.type)},
                                {"shape", json::Array(value.shape)}});
  return list;
}

json::Object bnn::toJson(const ModelSignature &signature) {
  return json::Object{{"name", signature.name},
                      {"inputs", ::toJson(signature.inputs)},
                      {"outputs", ::toJson(signature.outputs)}};
}

json::Object ModelFile::describe() const {
  json::Object object = toJson(signature);
  object["triple"] = target.triple().str();
  object["cpu"] = target.cpu();
  object["features"] = target.features();
  object["workspace_bytes"] = workspaceSize ? json::Value(*workspaceSize) : json::Value(nullptr);
  json::Object texts;
  for (const auto &[key, text] : annotations)
    texts[json::fixUTF8(key)] = json::fixUTF8(text);
  object["annotations"] = std::move(texts);
  return object;
}

void ModelFile::write(SmallVectorImpl<char> &out) const {
  std::string description;
  llvm::raw_string_ostream(description) << json::Value(describe());
  size_t start = out.size();
  out.resize(start + headerBytes);
  llvm::append_range(out, description);
  llvm::append_range(out, object);
  char *header = out.data() + start;
  std::memcpy(header, magic.data(), magic.size());
  endian::write32le(header + 8, formatVersion);
  endian::write64le(header + 16, description.size());
  endian::write64le(header + 24, object.size());
  ArrayRef<char> checked = ArrayRef<char>(out).drop_front(start + checkedFrom);
  endian::write32le(header + 12,
                    llvm::crc32(llvm::arrayRefFromStringRef(StringRef(checked.data(), checked.size()))));
}

static llvm::Error fail(const Twine &reason) { return llvm::createStringError(reason); }

/// The list of arrays under `key`.
static llvm::Error readValues(const json::Object &object, StringRef key,
                              SmallVectorImpl<ModelValue> &values) {
  const json::Array *list = object.getArray(key);
  if (!list)
    return fail("its description has no list of " + key);
  for (const json::Value &item : *list) {
    const json::Object *entry = item.getAsObject();
    auto valueName = entry ? entry->getString("name") : std::nullopt;
    auto typeName = entry ? entry->getString("type") : std::nullopt;
    const json::Array *shape = entry ? entry->getArray("shape") : nullptr;
    if (!valueName || !typeName || !shape)
      return fail("its description of " + key + " is incomplete");
    ModelValue value;
    value.name = valueName->str();
    auto isNamed = [&](unsigned i) { return bnn::name(static_cast<DType>(i)) == *typeName; };
    auto types = llvm::seq<unsigned>(0, static_cast<unsigned>(DType::F64) + 1);
    auto type = llvm::find_if(types, isNamed);
    if (type == types.end())
      return fail("its description has the unknown element type '" + *typeName + "'");
    value.type = static_cast<DType>(*type);
    for (const json::Value &extent : *shape) {
      std::optional<int64_t> number = extent.getAsInteger();
      if (!number || *number < 0)
        return fail("its description has a shape that is none");
      value.shape.push_back(*number);
    }
    if (!countElements(value.type, value.shape))
      return fail("its description has a shape that is too large");
    values.push_back(std::move(value));
  }
  return llvm::Error::success();
}

llvm::Expected<ModelFile> ModelFile::parse(ArrayRef<char> bytes) {
  StringRef text(bytes.data(), bytes.size());
  if (!text.starts_with(magic))
    return fail("is not a compiled model");
  if (bytes.size() < headerBytes)
    return fail("is cut off: it has " + Twine(bytes.size()) + " bytes");
  uint32_t version = endian::read32le(bytes.data() + 8);
  if (version != formatVersion)
    return fail("has version " + Twine(version) + " of the format, and this compiler reads version " +
                Twine(formatVersion) + ": compile the model again");
  uint64_t descriptionSize = endian::read64le(bytes.data() + 16);
  uint64_t objectSize = endian::read64le(bytes.data() + 24);
  uint64_t rest = bytes.size() - headerBytes;
  if (descriptionSize > rest || objectSize != rest - descriptionSize)
    return fail("is cut off or damaged: its parts do not add up to its " + Twine(bytes.size()) + " bytes");
  if (llvm::crc32(llvm::arrayRefFromStringRef(text.substr(checkedFrom))) !=
      endian::read32le(bytes.data() + 12))
    return fail("is damaged: its checksum is wrong");

  llvm::Expected<json::Value> parsed = json::parse(text.substr(headerBytes, descriptionSize));
  if (!parsed)
    return fail("has a damaged description: " + llvm::toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  auto name = object ? object->getString("name") : std::nullopt;
  if (!name || toIdentifier(*name) != *name)
    return fail("has no name in its description");
  ModelFile file;
  file.signature.name = name->str();
  if (llvm::Error error = readValues(*object, "inputs", file.signature.inputs))
    return error;
  if (llvm::Error error = readValues(*object, "outputs", file.signature.outputs))
    return error;
  std::string reason;
  FailureOr<TargetInfo> target = TargetInfo::resolve(
      object->getString("triple").value_or("?"), object->getString("cpu").value_or(""),
      object->getString("features").value_or(""), [&](const Twine &message) { reason = message.str(); });
  if (failed(target))
    return fail("is for a machine that this compiler does not know: " + reason);
  file.target = *target;
  if (std::optional<int64_t> size = object->getInteger("workspace_bytes"))
    file.workspaceSize = *size;
  if (const json::Object *texts = object->getObject("annotations"))
    for (const auto &[key, value] : *texts)
      file.annotations[key.str()] = value.getAsString().value_or("").str();
  ArrayRef<char> code = bytes.drop_front(headerBytes + descriptionSize);
  file.object.assign(code.begin(), code.end());
  return file;
}
