//===- AtomicFile.cpp - Output files that appear whole or not -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Support/AtomicFile.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace bnn;

static Error fail(StringRef path, const Twine &message) { return createStringError(path + ": " + message); }

OutputFiles::~OutputFiles() {
  for (Pending &output : pending)
    consumeError(output.file.discard());
}

Error OutputFiles::add(StringRef path, ArrayRef<char> contents) {
  SmallString<128> target(path);
  sys::fs::file_status status;
  bool exists = path != "-" && !sys::fs::status(path, status) && sys::fs::exists(status);
  if (path == "-" || (exists && !sys::fs::is_regular_file(status) && !sys::fs::is_directory(status))) {
    direct.push_back({path.str(), std::string(contents.begin(), contents.end())});
    return Error::success();
  }
  if (exists && sys::fs::is_directory(status))
    return fail(path, "is a directory");
  // A rename would replace a link instead of what it points to.
  if (exists)
    if (std::error_code code = sys::fs::real_path(path, target))
      return fail(path, code.message());
  if (exists && sys::fs::access(target, sys::fs::AccessMode::Write))
    return fail(path, "permission denied");

  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(target + ".tmp-%%%%%%%%");
  if (!file)
    return fail(path, "cannot be written: " + toString(file.takeError()));
  pending.push_back({target.str().str(), std::move(*file)});
  raw_fd_ostream stream(pending.back().file.FD, /*shouldClose=*/false);
  stream.write(contents.data(), contents.size());
  stream.flush();
  if (stream.has_error()) {
    std::string message = stream.error().message();
    stream.clear_error();
    return fail(path, "cannot be written: " + message);
  }
  return Error::success();
}

Error OutputFiles::commit() {
  for (const Direct &output : direct) {
    std::error_code code;
    raw_fd_ostream stream(output.path, code);
    if (code)
      return fail(output.path, code.message());
    stream << output.contents;
    stream.flush();
    if (stream.has_error()) {
      std::string message = stream.error().message();
      stream.clear_error();
      return fail(output.path, "cannot be written: " + message);
    }
  }
  direct.clear();
  std::vector<Pending> files = std::move(pending);
  pending.clear();
  Error result = Error::success();
  for (Pending &output : files) {
    if (result)
      consumeError(output.file.discard());
    else if (Error error = output.file.keep(output.path))
      result = joinErrors(std::move(result), fail(output.path, toString(std::move(error))));
  }
  return result;
}

Error bnn::writeFileAtomically(StringRef path, ArrayRef<char> contents) {
  OutputFiles files;
  if (Error error = files.add(path, contents))
    return error;
  return files.commit();
}
