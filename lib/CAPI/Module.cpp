//===- Module.cpp - Modules of the C API ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include "bnn/Driver/Inspect.h"
#include "bnn/Import/OnnxImporter.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;

/// The shapes of open inputs; an error in `message` otherwise.
static std::optional<InputShapes> readShapes(const bnn_input_shape *shapes, size_t count,
                                             std::string &message) {
  InputShapes result;
  for (size_t i = 0; i < count; ++i) {
    const bnn_input_shape &shape = shapes[i];
    if (!shape.name || (shape.rank && !shape.extents)) {
      message = "an input shape has a null pointer";
      return std::nullopt;
    }
    ArrayRef<int64_t> extents(shape.extents, shape.rank);
    if (llvm::any_of(extents, [](int64_t extent) { return extent <= 0; })) {
      message = "the shape of input '" + std::string(shape.name) + "' has an extent that is not positive";
      return std::nullopt;
    }
    if (!result.try_emplace(shape.name, extents).second) {
      message = "the shape of input '" + std::string(shape.name) + "' was given twice";
      return std::nullopt;
    }
  }
  return result;
}

/// Makes a module of what `load` gives.
static bnn_status
makeModule(bnn_context handle, const bnn_input_shape *shapes, size_t numShapes, bnn_module *module,
           char **error, llvm::function_ref<OwningOpRef<ModuleOp>(MLIRContext *, const InputShapes &)> load) {
  std::shared_ptr<Context> context = find<Context>(handle, error);
  if (!context)
    return BNN_INVALID_HANDLE;
  if (!module || (numShapes && !shapes))
    return fail(error, BNN_INVALID_ARGUMENT, module ? "'shapes' is NULL" : "'module' is NULL");
  std::string message;
  std::optional<InputShapes> inputShapes = readShapes(shapes, numShapes, message);
  if (!inputShapes)
    return fail(error, BNN_INVALID_ARGUMENT, message);
  OwningOpRef<ModuleOp> op;
  bnn_status status = withDiagnostics(*context, error, [&](std::string &) {
    op = load(&context->mlir, *inputShapes);
    return static_cast<bool>(op);
  });
  if (status != BNN_OK)
    return status;
  auto object = std::make_shared<Module>();
  object->context = std::move(context);
  object->op = std::move(op);
  *module = HandleTable<Module>::get().insert(std::move(object));
  return BNN_OK;
}

bnn_status bnn_module_read(bnn_context context, const char *path, const bnn_input_shape *shapes,
                           size_t num_shapes, bnn_module *module, char **error) {
  if (error)
    *error = nullptr;
  if (!path)
    return fail(error, BNN_INVALID_ARGUMENT, "'path' is NULL");
  llvm::sys::fs::file_status found;
  std::error_code code = llvm::sys::fs::status(path, found);
  if (!code && llvm::sys::fs::is_directory(found))
    code = std::make_error_code(std::errc::is_a_directory);
  if (code)
    return fail(error, BNN_IO_ERROR, Twine(path) + ": " + code.message());
  return makeModule(
      context, shapes, num_shapes, module, error,
      [&](MLIRContext *mlir, const InputShapes &inputShapes) { return loadModel(mlir, path, inputShapes); });
}

bnn_status bnn_module_parse(bnn_context context, const void *data, size_t size, bnn_format format,
                            const char *name, const char *folder, const bnn_input_shape *shapes,
                            size_t num_shapes, bnn_module *module, char **error) {
  if (error)
    *error = nullptr;
  if (!data)
    return fail(error, BNN_INVALID_ARGUMENT, "'data' is NULL");
  if (format != BNN_FORMAT_ONNX && format != BNN_FORMAT_ONNX_TEXT && format != BNN_FORMAT_MLIR)
    return fail(error, BNN_INVALID_ARGUMENT, "'format' is none of bnn_format");
  if (format == BNN_FORMAT_MLIR && num_shapes)
    return fail(error, BNN_INVALID_ARGUMENT, "input shapes can be given for ONNX models only");
  StringRef bytes(static_cast<const char *>(data), size);
  return makeModule(context, shapes, num_shapes, module, error,
                    [&](MLIRContext *mlir, const InputShapes &inputShapes) -> OwningOpRef<ModuleOp> {
                      // MLIR's parser wants a zero byte after the text.
                      if (format == BNN_FORMAT_MLIR)
                        return parseSourceString<ModuleOp>(bytes.str(), ParserConfig(mlir), name ? name : "");
                      ImportOptions options;
                      options.modelName = name ? name : "";
                      options.dataFolder = folder ? folder : "";
                      options.inputShapes = inputShapes;
                      return importOnnx(mlir, bytes, format == BNN_FORMAT_ONNX_TEXT, options);
                    });
}

bnn_status bnn_module_clone(bnn_module handle, bnn_module *copy, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Module> module = find<Module>(handle, error);
  if (!module)
    return BNN_INVALID_HANDLE;
  if (!copy)
    return fail(error, BNN_INVALID_ARGUMENT, "'copy' is NULL");
  auto object = std::make_shared<Module>();
  object->context = module->context;
  {
    std::lock_guard<std::mutex> lock(module->context->mutex);
    object->op = module->op->clone();
  }
  *copy = HandleTable<Module>::get().insert(std::move(object));
  return BNN_OK;
}

void bnn_module_destroy(bnn_module module) { HandleTable<Module>::get().erase(module); }

/// What the functions below begin with: the module, its context locked, diagnostics collected, and a result
/// to write.
template <typename Result>
static bnn_status withModule(bnn_module handle, Result *result, char **error,
                             llvm::function_ref<bool(Module &, std::string &)> work) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Module> module = find<Module>(handle, error);
  if (!module)
    return BNN_INVALID_HANDLE;
  if (!result)
    return fail(error, BNN_INVALID_ARGUMENT, "an output pointer or a text is NULL");
  return withDiagnostics(*module->context, error,
                         [&](std::string &message) { return work(*module, message); });
}

bnn_status bnn_module_run_pipeline(bnn_module handle, const char *pipeline, char **error) {
  return withModule(handle, pipeline, error, [&](Module &module, std::string &message) {
    MLIRContext *context = &module.context->mlir;
    PassManager pm(context);
    llvm::raw_string_ostream stream(message);
    StringRef passes(pipeline);
    if (passes.trim().starts_with("builtin.module(") && passes.trim().ends_with(")"))
      passes = passes.trim().drop_front(StringRef("builtin.module(").size()).drop_back();
    return succeeded(parsePassPipeline(passes, pm, stream)) && succeeded(pm.run(*module.op));
  });
}

bnn_status bnn_module_print(bnn_module handle, int with_locations, char **text, char **error) {
  return withModule(handle, text, error, [&](Module &module, std::string &) {
    std::string printed;
    llvm::raw_string_ostream stream(printed);
    OpPrintingFlags flags;
    if (with_locations)
      flags.enableDebugInfo(true, /*prettyForm=*/false);
    module.op->print(stream, flags);
    *text = copyText(printed);
    return true;
  });
}

bnn_status bnn_module_bytecode(bnn_module handle, bnn_buffer *bytes, char **error) {
  return withModule(handle, bytes, error, [&](Module &module, std::string &) {
    std::string written;
    llvm::raw_string_ostream stream(written);
    if (failed(writeBytecodeToFile(*module.op, stream)))
      return false;
    *bytes = copyBytes({written.data(), written.size()});
    return true;
  });
}

bnn_status bnn_module_describe(bnn_module handle, char **json, char **error) {
  return withModule(handle, json, error, [&](Module &module, std::string &) {
    FailureOr<func::FuncOp> entry = findEntry(*module.op);
    FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
    if (failed(signature))
      return false;
    std::string text;
    llvm::raw_string_ostream(text) << llvm::json::Value(toJson(*signature));
    *json = copyText(text);
    return true;
  });
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

std::optional<CompileOptions> capi::readOptions(const bnn_compile_options *options, std::string &message) {
  bnn_compile_options given = {};
  if (options && options->struct_size < sizeof(size_t)) {
    message = "'struct_size' of the options is not set";
    return std::nullopt;
  }
  if (options)
    std::memcpy(&given, options, std::min(options->struct_size, sizeof(given)));
  auto text = [](const char *value) { return StringRef(value ? value : ""); };
  FailureOr<TargetInfo> target =
      TargetInfo::resolve(text(given.target), text(given.cpu), text(given.features),
                          [&](const Twine &reason) { message = reason.str(); });
  if (failed(target))
    return std::nullopt;
  CompileOptions result;
  result.target = *target;
  result.name = text(given.name).str();
  result.dumpFolder = text(given.dump_folder).str();
  result.reference = given.reference;
  return result;
}

bnn_status bnn_module_compile(bnn_module handle, const bnn_compile_options *options, bnn_artifact *artifact,
                              char **error) {
  std::string invalid;
  std::optional<CompileOptions> compileOptions = readOptions(options, invalid);
  if (!compileOptions)
    return fail(error, BNN_INVALID_ARGUMENT, invalid);
  return withModule(handle, artifact, error, [&](Module &module, std::string &message) {
    OwningOpRef<ModuleOp> copy = module.op->clone();
    FailureOr<CompiledModel> compiled = compileModel(*copy, *compileOptions);
    if (failed(compiled))
      return false;
    auto object = std::make_shared<Artifact>();
    object->file.signature = compiled->signature;
    object->file.target = compileOptions->target;
    object->file.workspaceSize = compiled->workspaceSize;
    object->allocates = compiled->code.allocates;
    // Before the code generator, which changes the module.
    llvm::raw_svector_ostream stream(object->bitcode);
    llvm::WriteBitcodeToFile(*compiled->code.module, stream);
    SmallVector<char, 0> bytes;
    if (failed(emitCode(compiled->code, compileOptions->target, EmitKind::Object, "", bytes,
                        [&](const Twine &reason) { message = reason.str(); })))
      return false;
    object->file.object.assign(bytes.begin(), bytes.end());
    *artifact = HandleTable<Artifact>::get().insert(std::move(object));
    return true;
  });
}

bnn_status bnn_module_inspect(bnn_module handle, const bnn_compile_options *options, char **json,
                              char **error) {
  std::string invalid;
  std::optional<CompileOptions> compileOptions = readOptions(options, invalid);
  if (!compileOptions)
    return fail(error, BNN_INVALID_ARGUMENT, invalid);
  if (compileOptions->reference)
    return fail(error, BNN_INVALID_ARGUMENT, "the reference code has no kernels to inspect");
  return withModule(handle, json, error, [&](Module &module, std::string &) {
    OwningOpRef<ModuleOp> copy = module.op->clone();
    FailureOr<ModelReport> report = inspectModel(*copy, *compileOptions);
    if (failed(report))
      return false;
    std::string text;
    llvm::raw_string_ostream stream(text);
    printJson(*report, stream);
    *json = copyText(text);
    return true;
  });
}
