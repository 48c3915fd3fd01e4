//===- Artifact.cpp - Artifacts of the C API ------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include "bnn/Support/AtomicFile.h"
#include "bnn/Target/Header.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;

/// Generates code again from a copy of the IR, which the code generator changes.
static bnn_status emitFromBitcode(const Artifact &artifact, EmitKind kind, SmallVectorImpl<char> &out,
                                  char **error) {
  const ModelSignature &signature = artifact.file.signature;
  if (artifact.bitcode.empty())
    return fail(error, BNN_INVALID_ARGUMENT,
                "a model that was read from a file has machine code only: compile it again for this output");
  LLVMModule code;
  code.context = std::make_unique<llvm::LLVMContext>();
  code.allocates = artifact.allocates;
  auto module = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(StringRef(artifact.bitcode.data(), artifact.bitcode.size()), signature.name),
      *code.context);
  if (!module)
    return fail(error, BNN_INVALID_MODEL, llvm::toString(module.takeError()));
  code.module = std::move(*module);
  std::string message;
  if (failed(emitCode(code, artifact.file.target, kind, signature.name + ".o", out,
                      [&](const Twine &reason) { message = reason.str(); })))
    return fail(error, BNN_INVALID_MODEL, message);
  return BNN_OK;
}

static bnn_status emit(Artifact &artifact, bnn_emit kind, SmallVectorImpl<char> &out, char **error) {
  llvm::raw_svector_ostream stream(out);
  switch (kind) {
  case BNN_EMIT_OBJECT:
    llvm::append_range(out, artifact.file.object);
    return BNN_OK;
  case BNN_EMIT_HEADER:
    writeHeader(stream, artifact.file.signature, artifact.file.target, artifact.file.workspaceSize,
                artifact.allocates);
    return BNN_OK;
  case BNN_EMIT_MODEL: {
    std::lock_guard<std::mutex> lock(artifact.mutex);
    artifact.file.write(out);
    return BNN_OK;
  }
  case BNN_EMIT_ASSEMBLY:
    return emitFromBitcode(artifact, EmitKind::Assembly, out, error);
  case BNN_EMIT_LLVM_IR:
    return emitFromBitcode(artifact, EmitKind::LLVMIR, out, error);
  case BNN_EMIT_ARCHIVE:
    return emitFromBitcode(artifact, EmitKind::Archive, out, error);
  }
  return fail(error, BNN_INVALID_ARGUMENT, "'kind' is none of bnn_emit");
}

bnn_status bnn_artifact_emit(bnn_artifact handle, bnn_emit kind, bnn_buffer *bytes, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Artifact> artifact = find<Artifact>(handle, error);
  if (!artifact)
    return BNN_INVALID_HANDLE;
  if (!bytes)
    return fail(error, BNN_INVALID_ARGUMENT, "'bytes' is NULL");
  SmallVector<char, 0> out;
  bnn_status status = emit(*artifact, kind, out, error);
  if (status == BNN_OK)
    *bytes = copyBytes(out);
  return status;
}

bnn_status bnn_artifact_write(bnn_artifact handle, bnn_emit kind, const char *path, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Artifact> artifact = find<Artifact>(handle, error);
  if (!artifact)
    return BNN_INVALID_HANDLE;
  if (!path)
    return fail(error, BNN_INVALID_ARGUMENT, "'path' is NULL");
  SmallVector<char, 0> out;
  if (bnn_status status = emit(*artifact, kind, out, error))
    return status;
  if (llvm::Error failed = writeFileAtomically(path, out))
    return fail(error, BNN_IO_ERROR, llvm::toString(std::move(failed)));
  return BNN_OK;
}

/// Makes an artifact of a model file called `name` in errors.
static bnn_status parse(ArrayRef<char> bytes, const Twine &name, bnn_artifact *artifact, char **error) {
  llvm::Expected<ModelFile> file = ModelFile::parse(bytes);
  if (!file)
    return fail(error, BNN_INVALID_MODEL, name + " " + llvm::toString(file.takeError()));
  auto object = std::make_shared<Artifact>();
  object->file = std::move(*file);
  *artifact = HandleTable<Artifact>::get().insert(std::move(object));
  return BNN_OK;
}

bnn_status bnn_artifact_read(const char *path, bnn_artifact *artifact, char **error) {
  if (error)
    *error = nullptr;
  if (!path || !artifact)
    return fail(error, BNN_INVALID_ARGUMENT, path ? "'artifact' is NULL" : "'path' is NULL");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(error, BNN_IO_ERROR, Twine(path) + ": " + buffer.getError().message());
  return parse({(*buffer)->getBufferStart(), (*buffer)->getBufferSize()}, "'" + Twine(path) + "'", artifact,
               error);
}

bnn_status bnn_artifact_parse(const void *data, size_t size, bnn_artifact *artifact, char **error) {
  if (error)
    *error = nullptr;
  if (!data || !artifact)
    return fail(error, BNN_INVALID_ARGUMENT, data ? "'artifact' is NULL" : "'data' is NULL");
  return parse({static_cast<const char *>(data), size}, "the data", artifact, error);
}

bnn_status bnn_artifact_describe(bnn_artifact handle, char **json, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Artifact> artifact = find<Artifact>(handle, error);
  if (!artifact)
    return BNN_INVALID_HANDLE;
  if (!json)
    return fail(error, BNN_INVALID_ARGUMENT, "'json' is NULL");
  std::string text;
  {
    std::lock_guard<std::mutex> lock(artifact->mutex);
    llvm::raw_string_ostream(text) << llvm::json::Value(artifact->file.describe());
  }
  *json = copyText(text);
  return BNN_OK;
}

bnn_status bnn_artifact_annotate(bnn_artifact handle, const char *key, const char *text, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Artifact> artifact = find<Artifact>(handle, error);
  if (!artifact)
    return BNN_INVALID_HANDLE;
  if (!key || !text)
    return fail(error, BNN_INVALID_ARGUMENT, key ? "'text' is NULL" : "'key' is NULL");
  std::lock_guard<std::mutex> lock(artifact->mutex);
  artifact->file.annotations[key] = text;
  return BNN_OK;
}

void bnn_artifact_destroy(bnn_artifact artifact) { HandleTable<Artifact>::get().erase(artifact); }
