//===- Compare.cpp - Do two records agree? -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "llvm/Support/Format.h"

#include <cmath>
#include <cstring>

using namespace bnn::fuzz;
using namespace llvm;

size_t bnn::fuzz::readRecords(StringRef bytes, ArrayRef<Program> batch, size_t start,
                              std::vector<std::vector<Record>> &records) {
  while (bytes.size() >= 12) {
    uint32_t header[3];
    std::memcpy(header, bytes.data(), sizeof header);
    if (header[0] >= batch.size() || header[1] >= numInputSets)
      break;
    size_t size = outputBytes(batch[header[0]]);
    if (bytes.size() < 12 + size)
      break;
    records[header[0]].push_back({header[2], bytes.substr(12, size).str()});
    bytes = bytes.drop_front(12 + size);
  }
  size_t index = start;
  while (index < batch.size() && records[index].size() >= numInputSets)
    ++index;
  return index;
}

static std::string describeFaults(uint32_t faults) {
  std::string text;
  auto add = [&](uint32_t fault, const char *what) {
    if (faults & fault)
      text += (text.empty() ? "" : ", ") + std::string(what);
  };
  add(ReturnedNonZero, "returned an error");
  add(WroteBeyondOutput, "wrote beyond an output");
  add(WroteBeyondWorkspace, "wrote beyond its workspace");
  add(ChangedInput, "changed an input");
  add(DependsOnWorkspace, "depends on what the workspace or the outputs held before");
  return text;
}

static bool agree(float a, float b, Agreement agreement, double magnitude) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b);
  if (agreement == Agreement::Exact)
    return a == b;
  if (std::isinf(a) || std::isinf(b))
    return a == b;
  return std::abs(double(a) - double(b)) <= 1e-4 * std::max(1.0, magnitude);
}

/// Index of the first element that differs, or -1.
static int64_t firstDifference(const Output &output, const char *a, const char *b) {
  int64_t count = product(output.shape);
  if (!output.isFloat || std::memcmp(a, b, 4 * count) == 0) {
    for (int64_t i = 0; i < count; ++i)
      if (std::memcmp(a + 4 * i, b + 4 * i, 4) != 0)
        return i;
    return -1;
  }
  auto load = [](const char *p, int64_t i) {
    float x;
    std::memcpy(&x, p + 4 * i, 4);
    return x;
  };
  double magnitude = 0;
  for (int64_t i = 0; i < count; ++i)
    if (std::isfinite(load(a, i)))
      magnitude = std::max(magnitude, std::abs(double(load(a, i))));
  for (int64_t i = 0; i < count; ++i)
    if (!agree(load(a, i), load(b, i), output.agreement, magnitude))
      return i;
  return -1;
}

static std::string describeElement(const Output &output, const char *data, int64_t index) {
  uint32_t bits;
  std::memcpy(&bits, data + 4 * index, 4);
  float number;
  std::memcpy(&number, &bits, 4);
  std::string text;
  raw_string_ostream out(text);
  if (output.isFloat)
    out << format("%.9g (0x%08X)", number, bits);
  else
    out << int32_t(bits);
  return text;
}

std::string bnn::fuzz::compareRecords(const Program &program, ArrayRef<Record> reference,
                                      ArrayRef<Record> fast) {
  std::string text;
  raw_string_ostream out(text);
  for (size_t set = 0; set < fast.size(); ++set) {
    if (fast[set].faults) {
      out << "input set " << set << ": the compiled function " << describeFaults(fast[set].faults);
      return text;
    }
    const char *a = reference[set].outputs.data(), *b = fast[set].outputs.data();
    for (auto [number, output] : llvm::enumerate(program.outputs)) {
      int64_t index = firstDifference(output, a, b);
      if (index >= 0) {
        out << "input set " << set << ", output " << number << " ("
            << tensorType(output.shape, output.isFloat ? "f32" : "i32");
        if (!program.pairs.empty())
          out << ", " << program.pairs[number];
        out << "), element " << index << ": reference " << describeElement(output, a, index) << ", fast path "
            << describeElement(output, b, index);
        return text;
      }
      a += 4 * product(output.shape);
      b += 4 * product(output.shape);
    }
  }
  return text;
}
