//===- BenchPrinters.cpp - Times as a table and JSON -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Bench.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;

static std::string fixed(double value, int decimals) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, value);
  return text;
}

void bnn::printText(const BenchReport &report, llvm::raw_ostream &os) {
  auto milliseconds = [&](double seconds) { return fixed(seconds * 1e3, 3) + " ms"; };
  os << report.signature.name << " for " << report.target.triple().str() << ", cpu " << report.target.cpu()
     << ", " << report.threads << (report.threads == 1 ? " thread\n" : " threads\n");
  os << "median " << milliseconds(report.percentile(50)) << " of " << report.runs.size() << " runs after "
     << report.warmup << " for warm-up\n"
     << "  min " << milliseconds(report.percentile(0)) << ", mean " << milliseconds(report.mean()) << ", 90% "
     << milliseconds(report.percentile(90)) << ", 99% " << milliseconds(report.percentile(99)) << ", max "
     << milliseconds(report.percentile(100)) << "\n\n";

  std::vector<std::vector<std::string>> rows = {{"layer", "kernel", "time", "share", "MACs", "MAC/cycle"}};
  LayerTime total;
  for (const LayerTime &layer : report.layers) {
    rows.push_back({layer.name, layer.strategy, fixed(layer.seconds * 1e6, 1) + " us",
                    fixed(layer.share * 100, 1) + "%", layer.isContraction ? std::to_string(layer.macs) : "",
                    layer.isContraction ? fixed(layer.macsPerCycle, 1) : ""});
    total.seconds += layer.seconds;
    total.macs += layer.macs;
  }
  double cycles = total.seconds * report.hertz;
  rows.push_back({"total", "", fixed(total.seconds * 1e6, 1) + " us", "", std::to_string(total.macs),
                  cycles > 0 ? fixed(double(total.macs) / cycles, 1) : ""});
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto &row : rows)
    for (auto [i, cell] : llvm::enumerate(row))
      widths[i] = std::max(widths[i], cell.size());
  for (const auto &row : rows) {
    std::string line;
    for (auto [i, cell] : llvm::enumerate(row)) {
      std::string space(widths[i] - cell.size(), ' ');
      line += (i >= 2 ? space + cell : cell + space) + "  ";
    }
    os << StringRef(line).rtrim() << "\n";
  }
  os << "\nconvolutions and matrix products: " << fixed(report.contractionShare() * 100, 1)
     << "% of the time; clock " << fixed(report.hertz / 1e9, 2) << " GHz\n";
}

void bnn::printJson(const BenchReport &report, llvm::raw_ostream &os) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  auto microseconds = [](double seconds) { return seconds * 1e6; };
  json.object([&] {
    json.attribute("name", report.signature.name);
    json.attribute("triple", report.target.triple().str());
    json.attribute("cpu", report.target.cpu());
    json.attribute("threads", report.threads);
    json.attribute("warmup", report.warmup);
    json.attribute("runs", static_cast<int64_t>(report.runs.size()));
    json.attributeObject("time_us", [&] {
      json.attribute("median", microseconds(report.percentile(50)));
      json.attribute("min", microseconds(report.percentile(0)));
      json.attribute("mean", microseconds(report.mean()));
      json.attribute("p90", microseconds(report.percentile(90)));
      json.attribute("p99", microseconds(report.percentile(99)));
      json.attribute("max", microseconds(report.percentile(100)));
    });
    json.attribute("clock_hz", report.hertz);
    json.attribute("contraction_share", report.contractionShare());
    json.attributeArray("layers", [&] {
      for (const LayerTime &layer : report.layers)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(layer.name));
          json.attribute("time_us", microseconds(layer.seconds));
          json.attribute("share", layer.share);
          json.attribute("contraction", layer.isContraction);
          if (layer.isContraction) {
            json.attribute("macs", layer.macs);
            json.attribute("mac_per_cycle", layer.macsPerCycle);
            json.attribute("strategy", layer.strategy);
          }
        });
    });
  });
  os << "\n";
}
