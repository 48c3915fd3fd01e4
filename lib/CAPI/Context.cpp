//===- Context.cpp - Contexts, errors and memory of the C API -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Contexts compile on the caller's thread: a library that starts threads breaks
// programs that fork, as Python's process pools do.
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include "bnn/Driver/Diagnostics.h"
#include "bnn/InitAll.h"

#include "mlir/IR/DialectRegistry.h"

#include <cstdlib>
#include <cstring>

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;

unsigned bnn_api_version(void) { return BNN_C_API_VERSION; }

const char *bnn_version(void) { return BNN_VERSION; }

void bnn_free(void *pointer) { std::free(pointer); }

static const DialectRegistry &registry() {
  static const DialectRegistry *all = [] {
    bnn::registerAllPasses(); // bnn_module_run_pipeline names them
    auto *made = new DialectRegistry;
    bnn::registerAllDialects(*made);
    return made;
  }();
  return *all;
}

Context::Context() : mlir(registry(), MLIRContext::Threading::DISABLED) {}

Module::~Module() {
  std::lock_guard<std::mutex> lock(context->mutex);
  op = nullptr;
}

char *capi::copyText(StringRef text) { return copyBytes({text.data(), text.size()}).data; }

bnn_buffer capi::copyBytes(ArrayRef<char> bytes) {
  auto *data = static_cast<char *>(std::malloc(bytes.size() + 1));
  if (!data)
    llvm::report_bad_alloc_error("out of memory");
  if (!bytes.empty())
    std::memcpy(data, bytes.data(), bytes.size());
  data[bytes.size()] = 0;
  return {data, bytes.size()};
}

bnn_status capi::fail(char **error, bnn_status status, const Twine &message) {
  if (error)
    *error = copyText(message.str());
  return status;
}

bnn_status capi::withDiagnostics(Context &context, char **error,
                                 llvm::function_ref<bool(std::string &message)> work) {
  std::string text, message;
  bool ok;
  {
    std::lock_guard<std::mutex> lock(context.mutex);
    llvm::raw_string_ostream stream(text);
    DiagnosticPrinter printer(&context.mlir, stream, "", /*verbose=*/false);
    ok = work(message);
  }
  if (ok)
    return BNN_OK;
  // The printer begins each line with a prefix, here empty, and a space.
  std::string lines;
  SmallVector<StringRef> parts;
  StringRef(text).split(parts, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    lines += (lines.empty() ? "" : "\n") + part.drop_while([](char c) { return c == ' '; }).str();
  if (!message.empty())
    lines += (lines.empty() ? "" : "\n") + message;
  StringRef shown(lines);
  shown.consume_front("error: ");
  return fail(error, BNN_INVALID_MODEL, shown.empty() ? "the compilation failed" : shown);
}

bnn_status bnn_context_create(bnn_context *context, char **error) {
  if (error)
    *error = nullptr;
  if (!context)
    return fail(error, BNN_INVALID_ARGUMENT, "'context' is NULL");
  *context = HandleTable<Context>::get().insert(std::make_shared<Context>());
  return BNN_OK;
}

void bnn_context_destroy(bnn_context context) { HandleTable<Context>::get().erase(context); }
