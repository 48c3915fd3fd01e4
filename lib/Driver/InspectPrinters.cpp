//===- InspectPrinters.cpp - Reports as tables and JSON -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Inspect.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;

namespace {
struct Totals {
  int64_t macs = 0, binaryMacs = 0, packedBytes = 0, storedBytes = 0, floatBytes = 0;

  explicit Totals(const ModelReport &report) {
    for (const LayerReport &layer : report.layers) {
      macs += layer.macs;
      if (layer.weightBits == 1 && layer.activationBits == 1)
        binaryMacs += layer.macs;
      packedBytes += layer.packedBytes;
      storedBytes += layer.storedBytes;
      floatBytes += layer.floatBytes;
    }
  }
};
} // namespace

static std::string joinShape(ArrayRef<int64_t> shape) {
  return llvm::join(llvm::map_range(shape, [](int64_t extent) { return std::to_string(extent); }), "x");
}

/// `1x1` bits, or `f32xf32`.
static std::string bits(const LayerReport &layer) {
  std::string prefix = layer.isFloat ? "f" : "";
  return prefix + std::to_string(layer.weightBits) + "x" + prefix + std::to_string(layer.activationBits);
}

void bnn::printText(const ModelReport &report, llvm::raw_ostream &os) {
  os << report.signature.name << " for " << report.target.triple().str() << ", cpu " << report.target.cpu()
     << "\n";
  for (const ModelValue &value : report.signature.inputs)
    os << "  input  " << value.name << ": " << value.describe() << "\n";
  for (const ModelValue &value : report.signature.outputs)
    os << "  output " << value.name << ": " << value.describe() << "\n";
  os << "\n";

  // The last column is as wide as it likes.
  Totals totals(report);
  std::vector<std::vector<std::string>> rows = {
      {"layer", "op", "input", "weights", "output", "bits", "MACs", "packed", "stored", "float", "strategy"}};
  for (const LayerReport &layer : report.layers)
    rows.push_back({layer.name, layer.op, joinShape(layer.inputShape), joinShape(layer.weightShape),
                    joinShape(layer.outputShape), bits(layer), std::to_string(layer.macs),
                    std::to_string(layer.packedBytes), std::to_string(layer.storedBytes),
                    std::to_string(layer.floatBytes), layer.strategy});
  rows.push_back({"total", "", "", "", "", "", std::to_string(totals.macs),
                  std::to_string(totals.packedBytes), std::to_string(totals.storedBytes),
                  std::to_string(totals.floatBytes), ""});
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto &row : rows)
    for (auto [i, cell] : llvm::enumerate(row))
      widths[i] = std::max(widths[i], cell.size());
  for (const auto &row : rows) {
    std::string line;
    for (auto [i, cell] : llvm::enumerate(row)) {
      bool number = i >= 6 && i <= 9;
      std::string space(widths[i] - cell.size(), ' ');
      line += (number ? space + cell : cell + space) + (i + 1 < row.size() ? "  " : "");
    }
    os << StringRef(line).rtrim() << "\n";
  }

  os << "\n";
  for (const LayerReport &layer : report.layers)
    if (!layer.isFloat && !layer.reason.empty())
      os << layer.name << ": " << layer.strategy << ", " << layer.reason << "\n";
  os << "\nbinary MACs: " << totals.binaryMacs;
  if (totals.macs)
    os << llvm::format(" (%.1f%%)", 100.0 * totals.binaryMacs / totals.macs);
  os << "\nobject: " << report.constantBytes << " bytes of constants, " << report.codeBytes << " of code\n"
     << "workspace: " << report.workspaceBytes << " bytes, of which at least " << report.workspaceBound
     << " are in use at one time\n";
}

void bnn::printJson(const ModelReport &report, llvm::raw_ostream &os) {
  Totals totals(report);
  llvm::json::OStream json(os, /*IndentSize=*/2);
  auto shape = [&](StringRef key, ArrayRef<int64_t> extents) {
    json.attributeArray(key, [&] {
      for (int64_t extent : extents)
        json.value(extent);
    });
  };
  auto values = [&](StringRef key, ArrayRef<ModelValue> list) {
    json.attributeArray(key, [&] {
      for (const ModelValue &value : list)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(value.name));
          json.attribute("type", bnn::name(value.type));
          shape("shape", value.shape);
        });
    });
  };
  json.object([&] {
    json.attribute("name", report.signature.name);
    json.attribute("triple", report.target.triple().str());
    json.attribute("cpu", report.target.cpu());
    json.attribute("features", report.target.features());
    values("inputs", report.signature.inputs);
    values("outputs", report.signature.outputs);
    json.attributeArray("layers", [&] {
      for (const LayerReport &layer : report.layers)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(layer.name));
          json.attribute("op", layer.op);
          shape("input_shape", layer.inputShape);
          shape("weight_shape", layer.weightShape);
          shape("output_shape", layer.outputShape);
          json.attribute("weight_bits", layer.weightBits);
          json.attribute("activation_bits", layer.activationBits);
          json.attribute("float", layer.isFloat);
          json.attribute("macs", layer.macs);
          json.attribute("weight_bytes_packed", layer.packedBytes);
          json.attribute("weight_bytes_stored", layer.storedBytes);
          json.attribute("weight_bytes_float", layer.floatBytes);
          json.attribute("strategy", layer.strategy);
          json.attribute("reason", llvm::json::fixUTF8(layer.reason));
        });
    });
    json.attributeObject("totals", [&] {
      json.attribute("macs", totals.macs);
      json.attribute("binary_macs", totals.binaryMacs);
      json.attribute("weight_bytes_packed", totals.packedBytes);
      json.attribute("weight_bytes_stored", totals.storedBytes);
      json.attribute("weight_bytes_float", totals.floatBytes);
    });
    json.attribute("constant_bytes", static_cast<int64_t>(report.constantBytes));
    json.attribute("code_bytes", static_cast<int64_t>(report.codeBytes));
    json.attribute("workspace_bytes", static_cast<int64_t>(report.workspaceBytes));
    json.attribute("workspace_lower_bound", static_cast<int64_t>(report.workspaceBound));
  });
  os << "\n";
}
