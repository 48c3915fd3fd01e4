//===- AtomicFileTest.cpp - Output files that appear whole or not ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/AtomicFile.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

using namespace bnn;
namespace fs = llvm::sys::fs;

namespace {

class AtomicFile : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(fs::createUniqueDirectory("bnn-atomic", folder)); }
  void TearDown() override { fs::remove_directories(folder); }

  std::string path(llvm::StringRef file) {
    llvm::SmallString<128> full(folder);
    llvm::sys::path::append(full, file);
    return full.str().str();
  }
  static std::string read(llvm::StringRef file) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    return buffer ? (*buffer)->getBuffer().str() : "(absent)";
  }
  size_t countFiles() {
    std::error_code code;
    size_t count = 0;
    for (fs::directory_iterator it(folder, code), end; it != end; it.increment(code))
      ++count;
    return count;
  }

  llvm::SmallString<128> folder;
};

TEST_F(AtomicFile, NothingBeforeCommit) {
  {
    OutputFiles files;
    EXPECT_FALSE(files.add(path("a"), {'x'}));
    EXPECT_EQ(read(path("a")), "(absent)");
  }
  EXPECT_EQ(countFiles(), 0u);
}

TEST_F(AtomicFile, AllAfterCommit) {
  EXPECT_FALSE(writeFileAtomically(path("a"), {'o', 'l', 'd'}));
  OutputFiles files;
  EXPECT_FALSE(files.add(path("a"), {'n', 'e', 'w'}));
  EXPECT_FALSE(files.add(path("b"), {'b'}));
  EXPECT_EQ(read(path("a")), "old");
  EXPECT_FALSE(files.commit());
  EXPECT_EQ(read(path("a")), "new");
  EXPECT_EQ(read(path("b")), "b");
  EXPECT_EQ(countFiles(), 2u);
}

TEST_F(AtomicFile, LinksAreFollowed) {
  EXPECT_FALSE(writeFileAtomically(path("file"), {'1'}));
  ASSERT_FALSE(fs::create_link(path("file"), path("link")));
  EXPECT_FALSE(writeFileAtomically(path("link"), {'2'}));
  EXPECT_EQ(read(path("file")), "2");
  bool isLink = false;
  EXPECT_FALSE(fs::is_symlink_file(path("link"), isLink));
  EXPECT_TRUE(isLink);
}

TEST_F(AtomicFile, Errors) {
  EXPECT_NE(llvm::toString(writeFileAtomically(folder, {'x'})).find("is a directory"), std::string::npos);
  EXPECT_NE(llvm::toString(writeFileAtomically(path("no/such/folder"), {'x'})).find("cannot be written"),
            std::string::npos);
  EXPECT_EQ(countFiles(), 0u);
}

TEST_F(AtomicFile, DevicesAreWrittenTo) { EXPECT_FALSE(writeFileAtomically("/dev/null", {'x'})); }

} // namespace
