//===- Model.cpp - Loaded models of the C API -----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include <chrono>

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;

int Model::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs, void *workspace) {
  if (workspace)
    return code->run(inputs, outputs, workspace);
  std::unique_ptr<uint8_t[]> own;
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!workspaces.empty()) {
      own = std::move(workspaces.back());
      workspaces.pop_back();
    }
  }
  if (!own)
    own.reset(new uint8_t[code->workspaceSize()]);
  int result = code->run(inputs, outputs, own.get());
  std::lock_guard<std::mutex> lock(mutex);
  workspaces.push_back(std::move(own));
  return result;
}

bnn_status bnn_model_load(bnn_artifact handle, bnn_model *model, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Artifact> artifact = find<Artifact>(handle, error);
  if (!artifact)
    return BNN_INVALID_HANDLE;
  if (!model)
    return fail(error, BNN_INVALID_ARGUMENT, "'model' is NULL");
  std::string message;
  auto object = std::make_shared<Model>();
  object->code = HostModel::loadObject(artifact->file.object, artifact->file.signature, artifact->file.target,
                                       [&](const Twine &reason) { message = reason.str(); });
  if (!object->code)
    return fail(error, BNN_INVALID_MODEL, message);
  *model = HandleTable<Model>::get().insert(std::move(object));
  return BNN_OK;
}

void bnn_model_destroy(bnn_model model) { HandleTable<Model>::get().erase(model); }

size_t bnn_model_workspace_size(bnn_model handle) {
  std::shared_ptr<Model> model = HandleTable<Model>::get().find(handle);
  return model ? model->code->workspaceSize() : 0;
}

/// The arrays of pointers, or nothing where one has a null pointer.
static bool readPointers(const Model &model, const void *const *inputs, void *const *outputs,
                         ArrayRef<const void *> &in, ArrayRef<void *> &out) {
  const ModelSignature &signature = model.code->signature();
  if ((!inputs && !signature.inputs.empty()) || (!outputs && !signature.outputs.empty()))
    return false;
  in = {inputs, signature.inputs.size()};
  out = {outputs, signature.outputs.size()};
  return llvm::all_of(in, [](const void *p) { return p; }) && llvm::all_of(out, [](void *p) { return p; });
}

bnn_status bnn_model_run(bnn_model handle, const void *const *inputs, void *const *outputs, void *workspace) {
  std::shared_ptr<Model> model = HandleTable<Model>::get().find(handle);
  if (!model)
    return BNN_INVALID_HANDLE;
  ArrayRef<const void *> in;
  ArrayRef<void *> out;
  if (!readPointers(*model, inputs, outputs, in, out))
    return BNN_INVALID_ARGUMENT;
  model->run(in, out, workspace);
  return BNN_OK;
}

bnn_status bnn_model_time(bnn_model handle, const void *const *inputs, void *const *outputs, void *workspace,
                          size_t runs, double *seconds) {
  using Clock = std::chrono::steady_clock;
  std::shared_ptr<Model> model = HandleTable<Model>::get().find(handle);
  if (!model)
    return BNN_INVALID_HANDLE;
  ArrayRef<const void *> in;
  ArrayRef<void *> out;
  if (!readPointers(*model, inputs, outputs, in, out) || (runs && !seconds))
    return BNN_INVALID_ARGUMENT;
  for (size_t i = 0; i < runs; ++i) {
    Clock::time_point begin = Clock::now();
    model->run(in, out, workspace);
    seconds[i] = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  return BNN_OK;
}

bnn_status bnn_model_call(bnn_model handle, const bnn_tensor *inputs, size_t num_inputs,
                          const bnn_tensor *outputs, size_t num_outputs, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Model> model = find<Model>(handle, error);
  if (!model)
    return BNN_INVALID_HANDLE;
  const ModelSignature &signature = model->code->signature();
  if (llvm::Error wrong = checkTensors(signature.inputs, inputs, num_inputs, "input"))
    return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(std::move(wrong)));
  if (llvm::Error wrong = checkTensors(signature.outputs, outputs, num_outputs, "output"))
    return fail(error, BNN_INVALID_ARGUMENT, llvm::toString(std::move(wrong)));
  SmallVector<const void *> in;
  SmallVector<void *> out;
  for (size_t i = 0; i < num_inputs; ++i)
    in.push_back(dataOf(inputs[i]));
  for (size_t i = 0; i < num_outputs; ++i)
    out.push_back(dataOf(outputs[i]));
  model->run(in, out, nullptr);
  return BNN_OK;
}
