//===- NpyTest.cpp - NumPy's array files ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

#include <random>
#include <zlib.h>

using namespace bnn;
using llvm::SmallVector;
using llvm::StringRef;

namespace {

NpyArray iota(DType type, llvm::ArrayRef<int64_t> shape) {
  NpyArray array{type, SmallVector<int64_t>(shape), {}};
  array.data.resize(*countElements(type, shape) * byteSize(type));
  for (size_t i = 0; i < array.data.size(); ++i)
    array.data[i] = type == DType::Bool ? i & 1 : i * 7;
  return array;
}

/// An .npy file with any header.
std::vector<uint8_t> rawNpy(StringRef header, StringRef data, unsigned version = 1) {
  std::string file = "\x93NUMPY";
  file += {static_cast<char>(version), 0, static_cast<char>(header.size()),
           static_cast<char>(header.size() >> 8)};
  if (version > 1)
    file += std::string(2, '\0');
  file += header.str() + data.str();
  return {file.begin(), file.end()};
}

std::string parseError(llvm::ArrayRef<uint8_t> bytes) {
  llvm::Expected<NpyArray> array = parseNpy(bytes);
  return array ? "no error" : llvm::toString(array.takeError());
}

std::vector<uint8_t> npz(const NpzArrays &arrays) {
  SmallVector<char> out;
  llvm::cantFail(formatNpz(arrays, out));
  return {out.begin(), out.end()};
}

TEST(Npy, RoundTrip) {
  for (DType type : {DType::Bool, DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16,
                     DType::U32, DType::U64, DType::F16, DType::F32, DType::F64})
    for (SmallVector<int64_t> shape : {SmallVector<int64_t>{}, {5}, {2, 3}, {1, 0, 4}, {2, 3, 4, 5}}) {
      NpyArray array = iota(type, shape);
      SmallVector<char> out;
      formatNpy(array, out);
      EXPECT_EQ((out.size() - array.data.size()) % 64, 0u);
      NpyArray back = llvm::cantFail(parseNpy({reinterpret_cast<uint8_t *>(out.data()), out.size()}));
      EXPECT_EQ(back.type, type);
      EXPECT_EQ(back.shape, shape);
      EXPECT_EQ(back.data, array.data);
    }
}

TEST(Npy, ColumnMajorIsTransposed) {
  StringRef header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n";
  for (unsigned version : {1, 2, 3}) {
    NpyArray array = llvm::cantFail(parseNpy(rawNpy(header, "adbecf", version)));
    EXPECT_EQ(std::string(array.data.begin(), array.data.end()), "abcdef");
  }
}

TEST(Npy, Errors) {
  auto header = [](StringRef descr, StringRef shape) {
    return ("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + "}").str();
  };
  EXPECT_EQ(parseError({}), "not an .npy file");
  EXPECT_NE(parseError(rawNpy(header("'>f4'", "(1,)"), "1234")).find("big-endian"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<c8'", "(1,)"), "12345678")).find("'<c8' is not supported"),
            std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'|O'", "(1,)"), "12345678")).find("not supported"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("[('a', '<f4')]", "(1,)"), "1234")).find("structured"),
            std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<f4'", "(2,)"), "1234")).find("truncated"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<f4'", "(1,)"), "12345")).find("too long"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<f4'", "(-1,)"), "")).find("'shape'"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<f8'", "(4611686018427387904, 4)"), "")).find("too large"),
            std::string::npos);
  EXPECT_NE(parseError(rawNpy("{'descr': '<f4'}", "")).find("lacks"), std::string::npos);
  EXPECT_NE(parseError(rawNpy("", "")).find("no dictionary"), std::string::npos);
  EXPECT_NE(parseError(rawNpy(header("'<f4'", "(1,)"), "1234", 4)).find("version 4"), std::string::npos);
}

TEST(Npz, RoundTripInOrder) {
  NpzArrays arrays = {{"z", iota(DType::F32, {2, 3})}, {"a/b", iota(DType::I64, {4})}};
  NpzArrays back = llvm::cantFail(parseNpz(npz(arrays)));
  ASSERT_EQ(back.size(), 2u);
  EXPECT_EQ(back[0].first, "z");
  EXPECT_EQ(back[1].first, "a/b");
  EXPECT_EQ(back[0].second.data, arrays[0].second.data);
  EXPECT_EQ(back[1].second.data, arrays[1].second.data);
  EXPECT_EQ(llvm::cantFail(parseNpz(npz({}))).size(), 0u);
}

// A member as numpy.savez_compressed writes it: deflated, with sizes only in the directory.
TEST(Npz, Deflated) {
  SmallVector<char> plain;
  NpyArray array = iota(DType::F32, {100});
  formatNpy(array, plain);
  std::vector<uint8_t> packed(plain.size() + 64);
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef *>(plain.data());
  stream.avail_in = plain.size();
  stream.next_out = packed.data();
  stream.avail_out = packed.size();
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);

  std::string file;
  auto u16 = [&](uint32_t v) { file += {static_cast<char>(v), static_cast<char>(v >> 8)}; };
  auto u32 = [&](uint32_t v) { u16(v), u16(v >> 16); };
  uint32_t crc = crc32(crc32(0, nullptr, 0), reinterpret_cast<Bytef *>(plain.data()), plain.size());
  u32(0x04034b50), u16(20), u16(0), u16(8), u32(0), u32(0), u32(0), u32(0), u16(5), u16(0);
  file += "x.npy";
  file.append(packed.begin(), packed.end());
  size_t directory = file.size();
  u32(0x02014b50), u16(20), u16(20), u16(0), u16(8), u32(0), u32(crc), u32(packed.size()), u32(plain.size());
  u16(5), u16(0), u16(0), u16(0), u16(0), u32(0), u32(0);
  file += "x.npy";
  size_t end = file.size();
  u32(0x06054b50), u16(0), u16(0), u16(1), u16(1), u32(end - directory), u32(directory), u16(0);

  auto parse = [&] { return parseNpz({reinterpret_cast<const uint8_t *>(file.data()), file.size()}); };
  llvm::Expected<NpzArrays> back = parse();
  ASSERT_TRUE(static_cast<bool>(back)) << llvm::toString(back.takeError());
  EXPECT_EQ(back->front().second.data, array.data);

  file[directory + 16] ^= 1; // checksum
  back = parse();
  ASSERT_FALSE(static_cast<bool>(back));
  EXPECT_NE(llvm::toString(back.takeError()).find("checksum"), std::string::npos);
}

TEST(Npz, DamageIsAlwaysAnErrorOrHarmless) {
  std::vector<uint8_t> good = npz({{"x", iota(DType::F32, {2, 3})}, {"y", iota(DType::U8, {7})}});
  for (size_t length = 0; length < good.size(); ++length) {
    llvm::Expected<NpzArrays> arrays = parseNpz({good.data(), length});
    EXPECT_FALSE(static_cast<bool>(arrays)) << length;
    llvm::consumeError(arrays.takeError());
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::vector<uint8_t> bytes = good;
    for (int k = 0; k < 3; ++k)
      bytes[random() % bytes.size()] = random();
    llvm::Expected<NpzArrays> arrays = parseNpz(bytes);
    if (!arrays)
      llvm::consumeError(arrays.takeError());
    llvm::Expected<NpyArray> array = parseNpy(llvm::ArrayRef(bytes).drop_front(35));
    if (!array)
      llvm::consumeError(array.takeError());
  }
}

} // namespace
