//===- CostTable.cpp - Measured cycles of strategies ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Kernels/CostTable.h"

#include "bnn/Kernels/Strategy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace bnn;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

/// Shapes of tables are small enough that products of their extents fit.
static constexpr int64_t kMaxCaseExtent = 1 << 20;

std::string ContractionCase::name() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!kernel) {
    os << width << "x" << channels << "x" << outputs;
    return text;
  }
  os << height << "x" << width << "x" << channels << "-" << outputs << "-" << kernel << "x" << kernel << "-s"
     << stride;
  if (groups != 1)
    os << "-g" << groups;
  return text;
}

std::string ContractionCase::bits() const { return (Twine(weightBits) + "x" + Twine(activationBits)).str(); }

int64_t ContractionCase::macs() const {
  if (!kernel)
    return width * channels * outputs;
  int64_t positions = llvm::divideCeil(height, stride) * llvm::divideCeil(width, stride);
  return positions * outputs * kernel * kernel * (channels / groups);
}

/// Reads `text` as numbers from 1 to kMaxCaseExtent with 'x' between them.
static bool readExtents(StringRef text, llvm::ArrayRef<int64_t *> extents) {
  SmallVector<StringRef> parts;
  text.split(parts, 'x');
  if (parts.size() != extents.size())
    return false;
  for (auto [part, extent] : llvm::zip_equal(parts, extents))
    if (part.getAsInteger(10, *extent) || *extent < 1 || *extent > kMaxCaseExtent)
      return false;
  return true;
}

llvm::Expected<ContractionCase> ContractionCase::parse(StringRef name, StringRef bits) {
  ContractionCase shape;
  int64_t weightBits, activationBits;
  if (!readExtents(bits, {&weightBits, &activationBits}) || weightBits > 8 || activationBits > 8)
    return llvm::createStringError("'" + bits + "' are no bits of weights and activations, such as 1x2");
  shape.weightBits = unsigned(weightBits);
  shape.activationBits = unsigned(activationBits);

  SmallVector<StringRef> parts;
  name.split(parts, '-');
  auto fail = [&] {
    return llvm::createStringError("'" + name + "' is no case, such as 784x1152x128 or 28x28x128-128-3x3-s1");
  };
  if (parts.size() == 1) {
    if (!readExtents(parts[0], {&shape.width, &shape.channels, &shape.outputs}))
      return fail();
    return shape;
  }
  int64_t kernelWidth = 0;
  if (parts.size() < 4 || parts.size() > 5 ||
      !readExtents(parts[0], {&shape.height, &shape.width, &shape.channels}) ||
      !readExtents(parts[1], {&shape.outputs}) || !readExtents(parts[2], {&shape.kernel, &kernelWidth}) ||
      shape.kernel != kernelWidth || !parts[3].consume_front("s") || !readExtents(parts[3], {&shape.stride}))
    return fail();
  if (parts.size() == 5 && (!parts[4].consume_front("g") || !readExtents(parts[4], {&shape.groups})))
    return fail();
  if (shape.kernel % 2 == 0 || shape.kernel > std::min(shape.height, shape.width) || shape.stride > 2 ||
      shape.channels % shape.groups || shape.outputs % shape.groups)
    return fail();
  return shape;
}

llvm::Expected<CostTable> CostTable::parse(StringRef text, StringRef name) {
  CostTable table;
  llvm::StringSet<> seen;
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  bool sawVersion = false;
  for (auto [index, line] : llvm::enumerate(lines)) {
    auto fail = [&, number = index + 1](const Twine &message) {
      return llvm::createStringError(name + ":" + Twine(number) + ": " + message);
    };
    SmallVector<StringRef> words;
    llvm::SplitString(line.split('#').first, words, " \t\r");
    if (words.empty())
      continue;
    if (!sawVersion) {
      if (words.size() != 2 || words[0] != "bnn-cost-table")
        return fail("is no cost table: it does not begin with 'bnn-cost-table 1'");
      if (words[1] != "1")
        return fail("cost table of version " + words[1] + "; this compiler reads version 1");
      sawVersion = true;
      continue;
    }
    if (table.cpu.empty() && table.family.empty()) {
      if (words[0] == "cpu" && (words.size() == 2 || words.size() == 3)) {
        table.cpu = words[1].str();
        table.features = words.size() == 3 ? words[2].str() : "";
      } else if (words[0] == "any" && words.size() > 1) {
        for (StringRef feature : llvm::ArrayRef(words).drop_front())
          table.family.push_back(feature.str());
      } else {
        return fail("expected 'cpu NAME' before the costs");
      }
      continue;
    }
    if (words.size() != 4)
      return fail("expected STRATEGY BITS CASE CYCLES");
    if (!lookupStrategy(words[0])) {
      std::string known = llvm::join(
          llvm::map_range(getStrategies(), [](const auto &strategy) { return strategy->getName().str(); }),
          ", ");
      return fail("unknown strategy '" + words[0] + "'; there are " + known);
    }
    llvm::Expected<ContractionCase> shape = ContractionCase::parse(words[2], words[1]);
    if (!shape)
      return fail(llvm::toString(shape.takeError()));
    CostEntry entry{words[0].str(), *shape, 0};
    if (words[3].getAsDouble(entry.cycles) || !std::isfinite(entry.cycles) || entry.cycles <= 0)
      return fail("'" + words[3] + "' are no cycles: a positive number is needed");
    if (!seen.insert((words[0] + " " + words[1] + " " + words[2]).str()).second)
      return fail("the costs of " + words[0] + " " + words[1] + " " + words[2] + " are given twice");
    table.entries.push_back(std::move(entry));
  }
  if (!sawVersion || (table.cpu.empty() && table.family.empty()))
    return llvm::createStringError(name + ": is no cost table: it ends before 'cpu NAME'");
  return table;
}

std::string CostTable::print() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "bnn-cost-table 1\n";
  if (family.empty())
    os << "cpu " << cpu << (features.empty() ? "" : " ") << features << "\n";
  else
    os << "any " << llvm::join(family, " ") << "\n";
  os << "# strategy bits case cycles\n";
  for (const CostEntry &entry : entries)
    os << entry.strategy << " " << entry.shape.bits() << " " << entry.shape.name() << " "
       << llvm::format("%.0f", std::max(1.0, entry.cycles)) << "\n";
  return text;
}

llvm::Error CostTable::check(const TargetInfo &target, StringRef name) const {
  if (family.empty()) {
    if (cpu == target.cpu() && features == target.features())
      return llvm::Error::success();
    auto describe = [](StringRef cpu, StringRef features) {
      return "'" + cpu.str() + (features.empty() ? "" : " ") + features.str() + "'";
    };
    return llvm::createStringError(name + ": was measured for the CPU " + describe(cpu, features) +
                                   "; the target's is " + describe(target.cpu(), target.features()) +
                                   ", for which 'bnnc tune' makes a table");
  }
  for (StringRef feature : family) {
    bool wanted = !feature.consume_front("!");
    bool has = feature == "x86-64"    ? target.isX86()
               : feature == "aarch64" ? target.isAArch64()
                                      : target.has(feature);
    if (has != wanted)
      return llvm::createStringError(name + ": is for CPUs " + (wanted ? "with " : "without ") + feature +
                                     ", unlike the target's '" + target.cpu() + "'");
  }
  return llvm::Error::success();
}

std::string CostTable::describe() const { return family.empty() ? cpu : llvm::join(family, " "); }

namespace {
/// Generated from CostTables/*.costs.
constexpr struct {
  llvm::StringLiteral name, text;
} builtinTables[] = {
#include "BuiltinCostTables.inc"
    {"", ""}};
} // namespace

llvm::ArrayRef<CostTable> bnn::getBuiltinCostTables() {
  static const std::vector<CostTable> tables = [] {
    std::vector<CostTable> result;
    for (const auto &[name, text] : llvm::ArrayRef(builtinTables).drop_back())
      result.push_back(llvm::cantFail(CostTable::parse(text, name)));
    return result;
  }();
  return tables;
}
