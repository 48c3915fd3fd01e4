//===- Npz.cpp - NumPy's .npz files ---------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A zip archive of .npy files. Only the central directory at the end is
// believed: NumPy streams its members, so local headers may lack sizes.
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

#include <zlib.h>

using namespace llvm;
using namespace bnn;
using support::endian::read16le;
using support::endian::read32le;

static constexpr uint32_t localMagic = 0x04034b50, entryMagic = 0x02014b50, endMagic = 0x06054b50;
static constexpr size_t localSize = 30, entrySize = 46, endSize = 22;

static Error fail(const Twine &message) { return createStringError(message); }

/// Raw deflate data that must give exactly `size` bytes.
static Error inflateTo(ArrayRef<uint8_t> packed, size_t size, std::vector<uint8_t> &out) {
  // Deflate cannot do better than 1032 to 1: a larger claim is a damaged or hostile file.
  if (size > packed.size() * 1032 + 1032)
    return fail("claims more data than it can hold");
  out.resize(size);
  z_stream stream = {};
  stream.next_in = const_cast<Bytef *>(packed.data());
  stream.avail_in = packed.size();
  uint8_t none;
  stream.next_out = out.empty() ? &none : out.data();
  stream.avail_out = out.size();
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return fail("cannot be decompressed");
  int status = inflate(&stream, Z_FINISH);
  bool complete = status == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  return complete ? Error::success() : fail("is damaged");
}

/// The contents of the member that the central directory's entry at `at` describes.
static Error readMember(ArrayRef<uint8_t> bytes, size_t at, std::vector<uint8_t> &out) {
  const uint8_t *entry = bytes.data() + at;
  unsigned flags = read16le(entry + 8), method = read16le(entry + 10);
  uint32_t crc = read32le(entry + 16), packedSize = read32le(entry + 20), size = read32le(entry + 24),
           offset = read32le(entry + 42);
  if (flags & 1)
    return fail("is encrypted");
  if (packedSize == UINT32_MAX || size == UINT32_MAX || offset == UINT32_MAX)
    return fail("is larger than 4 GiB, which is not supported");
  if (offset > bytes.size() || bytes.size() - offset < localSize ||
      read32le(bytes.data() + offset) != localMagic)
    return fail("is damaged");
  const uint8_t *local = bytes.data() + offset;
  size_t dataAt = offset + localSize + read16le(local + 26) + read16le(local + 28);
  if (dataAt > bytes.size() || bytes.size() - dataAt < packedSize)
    return fail("is truncated");
  ArrayRef<uint8_t> packed = bytes.slice(dataAt, packedSize);
  if (method == 0) {
    if (size != packedSize)
      return fail("is damaged");
    out = packed.vec();
  } else if (method == 8) {
    if (Error error = inflateTo(packed, size, out))
      return error;
  } else {
    return fail("uses compression method " + Twine(method) + ", which is not supported");
  }
  if (crc32(crc32(0, nullptr, 0), out.data(), out.size()) != crc)
    return fail("is damaged (wrong checksum)");
  return Error::success();
}

Expected<NpzArrays> bnn::parseNpz(ArrayRef<uint8_t> bytes) {
  if (bytes.size() < endSize)
    return fail("the archive is truncated");
  // The end record is followed by a comment of at most 64 KiB.
  size_t end = bytes.size() - endSize, lowest = end > 0xffff ? end - 0xffff : 0;
  while (read32le(bytes.data() + end) != endMagic) {
    if (end-- == lowest)
      return fail("the archive is truncated or no zip file");
  }
  unsigned count = read16le(bytes.data() + end + 10);
  size_t at = read32le(bytes.data() + end + 16);
  if (count == 0xffff || at == UINT32_MAX)
    return fail("archives larger than 4 GiB or 65534 arrays are not supported");

  NpzArrays arrays;
  for (unsigned i = 0; i < count; ++i) {
    if (at > end || end - at < entrySize || read32le(bytes.data() + at) != entryMagic)
      return fail("the archive's directory is damaged");
    size_t nameLength = read16le(bytes.data() + at + 28);
    size_t next =
        at + entrySize + nameLength + read16le(bytes.data() + at + 30) + read16le(bytes.data() + at + 32);
    if (next > end)
      return fail("the archive's directory is damaged");
    StringRef name(reinterpret_cast<const char *>(bytes.data()) + at + entrySize, nameLength);
    std::vector<uint8_t> contents;
    if (Error error = readMember(bytes, at, contents))
      return fail("'" + name + "' " + toString(std::move(error)));
    Expected<NpyArray> array = parseNpy(contents);
    if (!array)
      return fail("'" + name + "': " + toString(array.takeError()));
    name.consume_back(".npy");
    arrays.emplace_back(name.str(), std::move(*array));
    at = next;
  }
  return arrays;
}

namespace {
/// Little-endian fields at the end of a buffer.
struct FieldWriter {
  SmallVectorImpl<char> &out;
  void u16(uint32_t value) { out.append({static_cast<char>(value), static_cast<char>(value >> 8)}); }
  void u32(uint32_t value) {
    u16(value & 0xffff);
    u16(value >> 16);
  }
};
} // namespace

Error bnn::formatNpz(const NpzArrays &arrays, SmallVectorImpl<char> &out) {
  // Fields that local headers and directory entries share; the time is zip's earliest, 1980-01-01.
  auto common = [](FieldWriter &write, uint32_t crc, uint32_t size, size_t nameLength) {
    write.u16(20);
    write.u16(0x800); // names are UTF-8
    write.u16(0);
    write.u16(0);
    write.u16(0x21);
    write.u32(crc);
    write.u32(size);
    write.u32(size);
    write.u16(nameLength);
    write.u16(0);
  };
  SmallVector<char, 0> directory;
  size_t start = out.size();
  FieldWriter write{out}, entry{directory};
  for (const auto &[name, array] : arrays) {
    SmallVector<char, 0> contents;
    formatNpy(array, contents);
    std::string file = name + ".npy";
    size_t offset = out.size() - start;
    if (contents.size() >= UINT32_MAX || offset >= UINT32_MAX - contents.size() || arrays.size() >= 0xffff)
      return fail("the arrays are too large for an .npz file");
    uint32_t crc =
        crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef *>(contents.data()), contents.size());
    write.u32(localMagic);
    common(write, crc, contents.size(), file.size());
    append_range(out, file);
    append_range(out, contents);
    entry.u32(entryMagic);
    entry.u16(20);
    common(entry, crc, contents.size(), file.size());
    entry.u16(0);
    entry.u16(0);
    entry.u16(0);
    entry.u32(0);
    entry.u32(offset);
    append_range(directory, file);
  }
  size_t directoryAt = out.size() - start;
  append_range(out, directory);
  write.u32(endMagic);
  write.u16(0);
  write.u16(0);
  write.u16(arrays.size());
  write.u16(arrays.size());
  write.u32(directory.size());
  write.u32(directoryAt);
  write.u16(0);
  return Error::success();
}
