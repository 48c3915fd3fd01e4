//===- Tensors.cpp - Arrays that cross the C API --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CAPI.h"

#include "bnn/Driver/Verify.h"

#include <cstddef>

using namespace mlir;
using namespace bnn;
using namespace bnn::capi;
namespace json = llvm::json;

// Offsets of DLTensor in DLPack's header, whose DLDevice and DLDataType are structs of these fields.
static_assert(offsetof(bnn_tensor, device_type) == sizeof(void *) && offsetof(bnn_tensor, ndim) == 16 &&
                  offsetof(bnn_tensor, type_code) == 20 && offsetof(bnn_tensor, shape) == 24 &&
                  offsetof(bnn_tensor, byte_offset) == 40 && sizeof(bnn_tensor) == 48,
              "bnn_tensor must be laid out like DLTensor");

/// DLPack's numbers.
static constexpr int32_t cpuDevice = 1;
enum TypeCode : uint8_t { Int = 0, UInt = 1, Float = 2, BFloat = 4, Bool = 6 };

static std::optional<DType> typeOf(const bnn_tensor &tensor) {
  if (tensor.type_lanes != 1)
    return std::nullopt;
  switch (tensor.type_code << 8 | tensor.type_bits) {
  case Bool << 8 | 8:
    return DType::Bool;
  case Int << 8 | 8:
    return DType::I8;
  case Int << 8 | 16:
    return DType::I16;
  case Int << 8 | 32:
    return DType::I32;
  case Int << 8 | 64:
    return DType::I64;
  case UInt << 8 | 8:
    return DType::U8;
  case UInt << 8 | 16:
    return DType::U16;
  case UInt << 8 | 32:
    return DType::U32;
  case UInt << 8 | 64:
    return DType::U64;
  case Float << 8 | 16:
    return DType::F16;
  case BFloat << 8 | 16:
    return DType::BF16;
  case Float << 8 | 32:
    return DType::F32;
  case Float << 8 | 64:
    return DType::F64;
  default:
    return std::nullopt;
  }
}

/// Whether elements lie one after the other; strides of extents of 1 say nothing.
static bool isRowMajor(const bnn_tensor &tensor, ArrayRef<int64_t> shape) {
  int64_t expected = 1;
  for (size_t i = shape.size(); tensor.strides && i-- > 0; expected *= shape[i])
    if (shape[i] != 1 && tensor.strides[i] != expected)
      return false;
  return true;
}

/// Checks all but type and shape.
static llvm::Error checkMemory(const bnn_tensor &tensor, DType type, int64_t numElements, const Twine &what) {
  auto fail = [&](const Twine &reason) { return llvm::createStringError(what + reason); };
  ArrayRef<int64_t> shape(tensor.shape, tensor.ndim);
  if (!isRowMajor(tensor, shape))
    return fail(" must be in row-major order without gaps");
  if (!tensor.data && numElements)
    return fail(" has no data");
  if (reinterpret_cast<uintptr_t>(dataOf(tensor)) % byteSize(type))
    return fail(" is not aligned to its elements of " + Twine(byteSize(type)) + " bytes");
  return llvm::Error::success();
}

/// The element type of an array on the CPU that has a shape. `expected` says what is wanted, for errors.
static llvm::Expected<DType> readType(const bnn_tensor &tensor, const Twine &what, StringRef expected) {
  auto fail = [&](const Twine &reason) { return llvm::createStringError(what + reason); };
  if (tensor.device_type != cpuDevice)
    return fail(" is on DLPack device " + Twine(tensor.device_type) + ":" + Twine(tensor.device_id) +
                "; models run on the CPU, device 1");
  if (tensor.ndim < 0 || (tensor.ndim && !tensor.shape))
    return fail(" has no shape");
  std::optional<DType> type = typeOf(tensor);
  if (!type)
    return fail(expected + " has an element type that no model has (code " +
                Twine(unsigned(tensor.type_code)) + ", " + Twine(unsigned(tensor.type_bits)) + " bits)");
  return *type;
}

static llvm::Error checkTensor(const ModelValue &value, const bnn_tensor &tensor, StringRef what) {
  std::string name = (what + " '" + value.name + "'").str();
  llvm::Expected<DType> type = readType(tensor, name, " must be " + value.describe() + " and");
  if (!type)
    return type.takeError();
  ArrayRef<int64_t> shape(tensor.shape, tensor.ndim);
  if (*type != value.type || shape != ArrayRef<int64_t>(value.shape))
    return llvm::createStringError(name + " must be " + value.describe() + " and is " +
                                   describe(*type, shape));
  return checkMemory(tensor, value.type, value.numElements(), name);
}

llvm::Expected<NpyArray> capi::readTensor(const bnn_tensor &tensor, const Twine &what) {
  llvm::Expected<DType> type = readType(tensor, what, "");
  if (!type)
    return type.takeError();
  ArrayRef<int64_t> shape(tensor.shape, tensor.ndim);
  std::optional<int64_t> count = countElements(*type, shape);
  if (!count)
    return llvm::createStringError(what + " has a shape that is none");
  if (llvm::Error error = checkMemory(tensor, *type, *count, what))
    return error;
  char *data = dataOf(tensor);
  return NpyArray{*type, SmallVector<int64_t>(shape), {data, data + *count * byteSize(*type)}};
}

llvm::Error capi::checkTensors(ArrayRef<ModelValue> values, const bnn_tensor *tensors, size_t count,
                               StringRef what) {
  if (count != values.size() || (count && !tensors))
    return llvm::createStringError("the model has " + Twine(values.size()) + " " + what + "s, and " +
                                   Twine(tensors ? count : 0) + " were given");
  for (auto [value, tensor] : llvm::zip_equal(values, ArrayRef<bnn_tensor>(tensors, count)))
    if (llvm::Error error = checkTensor(value, tensor, what))
      return error;
  return llvm::Error::success();
}

static json::Array toJson(ArrayRef<ValueComparison> comparisons) {
  json::Array list;
  for (const ValueComparison &comparison : comparisons) {
    json::Object entry{{"name", json::fixUTF8(comparison.name)},
                       {"what", comparison.what},
                       {"elements", comparison.numElements},
                       {"different", comparison.numDifferent},
                       {"ties", comparison.numTies},
                       {"max_error", comparison.maxError}};
    if (comparison.numDifferent) {
      entry["first_index"] = comparison.firstIndex;
      // JSON has no infinities and no NaN.
      entry["fast"] = llvm::formatv("{0:r}", comparison.fast).str();
      entry["reference"] = llvm::formatv("{0:r}", comparison.reference).str();
    }
    list.push_back(std::move(entry));
  }
  return list;
}

bnn_status bnn_module_verify(bnn_module handle, const bnn_compile_options *options, const bnn_tensor *inputs,
                             size_t num_inputs, uint64_t seed, char **json, char **error) {
  if (error)
    *error = nullptr;
  std::shared_ptr<Module> module = find<Module>(handle, error);
  if (!module)
    return BNN_INVALID_HANDLE;
  if (!json || (num_inputs && !inputs))
    return fail(error, BNN_INVALID_ARGUMENT, json ? "'inputs' is NULL" : "'json' is NULL");
  std::string invalid;
  std::optional<CompileOptions> compileOptions = readOptions(options, invalid);
  if (!compileOptions)
    return fail(error, BNN_INVALID_ARGUMENT, invalid);
  if (compileOptions->reference)
    return fail(error, BNN_INVALID_ARGUMENT, "the reference would be compared with itself");
  bnn_status wrongInputs = BNN_OK;
  bnn_status status = withDiagnostics(*module->context, error, [&](std::string &message) {
    OwningOpRef<ModuleOp> copy = module->op->clone();
    FailureOr<func::FuncOp> entry = findEntry(*copy);
    FailureOr<ModelSignature> signature = failed(entry) ? FailureOr<ModelSignature>() : readSignature(*entry);
    if (failed(signature))
      return false;
    std::vector<NpyArray> arrays;
    if (num_inputs) {
      if (llvm::Error wrong = checkTensors(signature->inputs, inputs, num_inputs, "input")) {
        message = llvm::toString(std::move(wrong));
        wrongInputs = BNN_INVALID_ARGUMENT;
        return false;
      }
      for (auto [value, tensor] : llvm::zip_equal(signature->inputs, ArrayRef(inputs, num_inputs)))
        arrays.push_back({value.type, value.shape, {dataOf(tensor), dataOf(tensor) + value.numBytes()}});
    } else {
      arrays = randomInputs(*signature, seed);
    }
    FailureOr<VerifyReport> report = verifyModel(*copy, *compileOptions, arrays);
    if (failed(report))
      return false;
    const ValueComparison *first = report->firstDifferent();
    std::string text;
    llvm::raw_string_ostream(text) << json::Value(json::Object{
        {"passed", report->passed()},
        {"first_different", first ? json::Value(json::fixUTF8(first->name)) : json::Value(nullptr)},
        {"ties", report->numTies()},
        {"layers", ::toJson(report->layers)},
        {"outputs", ::toJson(report->outputs)},
        {"quantizers", ::toJson(report->quantizers)}});
    *json = copyText(text);
    return true;
  });
  return status == BNN_INVALID_MODEL && wrongInputs != BNN_OK ? wrongInputs : status;
}
