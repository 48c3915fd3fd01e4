//===- Handles.h - What the handles of the C API stand for ------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A handle is a number, given once and never again, and tables say what is
// behind it. So a handle that was destroyed is recognised however often its
// memory has been used since, and an object lives as long as a call that found
// it: destroying a model that another thread runs is safe.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_CAPI_HANDLES_H
#define BNN_LIB_CAPI_HANDLES_H

#include "bnn-c/BNN.h"

#include "llvm/ADT/DenseMap.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace bnn::capi {

struct Context;
struct Module;
struct Artifact;
struct Model;
struct Sensitivity;

/// The C type of a handle for each kind of object, and its name in errors.
template <typename T>
struct HandleOf;
template <>
struct HandleOf<Context> {
  using Type = bnn_context;
  static constexpr const char *name = "context";
};
template <>
struct HandleOf<Module> {
  using Type = bnn_module;
  static constexpr const char *name = "module";
};
template <>
struct HandleOf<Artifact> {
  using Type = bnn_artifact;
  static constexpr const char *name = "artifact";
};
template <>
struct HandleOf<Model> {
  using Type = bnn_model;
  static constexpr const char *name = "model";
};
template <>
struct HandleOf<Sensitivity> {
  using Type = bnn_sensitivity;
  static constexpr const char *name = "sensitivity";
};

/// One sequence for all kinds: a handle of one kind is never valid as another.
inline uint64_t nextHandle() {
  static std::atomic<uint64_t> next{1};
  return next++;
}

template <typename T>
class HandleTable {
public:
  using Handle = typename HandleOf<T>::Type;

  /// The only one; it lives until the process ends, as other threads may.
  static HandleTable &get() {
    static auto *table = new HandleTable;
    return *table;
  }

  Handle insert(std::shared_ptr<T> object) {
    uint64_t number = nextHandle();
    std::unique_lock<std::shared_mutex> lock(mutex);
    objects.try_emplace(number, std::move(object));
    return reinterpret_cast<Handle>(static_cast<uintptr_t>(number));
  }

  /// Null for a handle that is not alive.
  std::shared_ptr<T> find(Handle handle) {
    std::shared_lock<std::shared_mutex> lock(mutex);
    auto it = objects.find(reinterpret_cast<uintptr_t>(handle));
    return it == objects.end() ? nullptr : it->second;
  }

  void erase(Handle handle) {
    std::shared_ptr<T> last; // destroyed without the lock
    std::unique_lock<std::shared_mutex> lock(mutex);
    auto it = objects.find(reinterpret_cast<uintptr_t>(handle));
    if (it == objects.end())
      return;
    last = std::move(it->second);
    objects.erase(it);
    lock.unlock();
  }

private:
  std::shared_mutex mutex;
  llvm::DenseMap<uint64_t, std::shared_ptr<T>> objects;
};

} // namespace bnn::capi

#endif // BNN_LIB_CAPI_HANDLES_H
