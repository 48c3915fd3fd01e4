//===- Budget.cpp - Limits on the cost of a network -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Budget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;
using namespace bnn;

std::optional<double> bnn::unitFactor(StringRef unit, std::string &base) {
  struct Known {
    StringLiteral name, base;
    double factor;
  };
  static constexpr Known known[] = {{"B", "B", 1},         {"KB", "B", 1e3},  {"kB", "B", 1e3},
                                    {"MB", "B", 1e6},      {"GB", "B", 1e9},  {"KiB", "B", 1024},
                                    {"MiB", "B", 1 << 20}, {"s", "s", 1},     {"ms", "s", 1e-3},
                                    {"us", "s", 1e-6},     {"ns", "s", 1e-9}, {"K", "", 1e3},
                                    {"k", "", 1e3},        {"M", "", 1e6},    {"G", "", 1e9},
                                    {"T", "", 1e12},       {"", "", 1}};
  for (const Known &entry : known)
    if (entry.name == unit) {
      base = entry.base.str();
      return entry.factor;
    }
  return std::nullopt;
}

Expected<Budget> bnn::parseBudget(StringRef text) {
  Budget budget;
  budget.text = text.str();
  auto fail = [&](const Twine &reason) {
    return createStringError("budget '" + text + "': " + reason +
                             "; write METRIC:VALUE, such as size:200KB, latency:1.5ms or bops:0.5");
  };
  if (!text.contains(':'))
    return fail("there is no ':'");
  auto [metric, value] = text.rsplit(':');
  if (metric.empty())
    return fail("the metric is missing");
  budget.metric = metric.str();
  size_t end = value.find_last_of("0123456789.");
  StringRef number = value.substr(0, end == StringRef::npos ? 0 : end + 1);
  StringRef unit = value.drop_front(number.size()).trim();
  if (number.getAsDouble(budget.value) || !std::isfinite(budget.value))
    return fail("'" + value + "' does not begin with a number");
  if (budget.value < 0)
    return fail("the value is negative");
  if (unit == "%") {
    budget.isFraction = true;
    budget.value /= 100;
  } else {
    std::optional<double> factor = unitFactor(unit, budget.unit);
    if (!factor)
      return fail("the unit '" + unit + "' is not known");
    budget.isFraction = unit.empty() && budget.value <= 1;
    budget.value *= *factor;
  }
  if (budget.isFraction && budget.value > 1)
    return fail("a fraction is at most 1");
  return budget;
}

Expected<MeanBitsOption> bnn::parseMeanBits(StringRef text) {
  MeanBitsOption option;
  StringRef numbers = text;
  if (text.contains('=')) {
    auto [group, rest] = text.rsplit('=');
    option.group = group.str();
    numbers = rest;
  }
  auto [mean, slack] = numbers.split(':');
  if (mean.getAsDouble(option.band.mean) || !std::isfinite(option.band.mean) ||
      (numbers.contains(':') &&
       (slack.getAsDouble(option.band.slack) || !(option.band.slack >= 0) || std::isinf(option.band.slack))))
    return createStringError("mean bits '" + text + "': write BITS, BITS:SLACK or GROUP=BITS:SLACK");
  return option;
}

Expected<SmallVector<unsigned>> bnn::parseBitList(StringRef text) {
  SmallVector<unsigned> bits;
  SmallVector<StringRef> parts;
  if (!text.empty())
    text.split(parts, ',');
  for (StringRef part : parts) {
    unsigned number;
    if (part.trim().getAsInteger(10, number) || number < 1 || number > 8 || is_contained(bits, number))
      return createStringError("bits '" + text + "': write different numbers from 1 to 8, such as 1,2,4,8");
    bits.push_back(number);
  }
  return bits;
}

std::string bnn::formatCost(double cost, StringRef unit) {
  std::string base, text;
  double value = cost * unitFactor(unit, base).value_or(1);
  struct Prefix {
    double factor;
    StringLiteral name;
  };
  static constexpr Prefix large[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "K"}, {1, ""}};
  static constexpr Prefix small[] = {{1, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}};
  ArrayRef<Prefix> prefixes = base == "s" ? ArrayRef<Prefix>(small) : ArrayRef<Prefix>(large);
  const Prefix *best = nullptr;
  for (const Prefix &prefix : prefixes)
    if (!best && std::abs(value) >= prefix.factor)
      best = &prefix;
  raw_string_ostream stream(text);
  if (!best)
    stream << format("%.6g", value) << (base.empty() ? "" : " ") << base;
  else
    stream << format("%.6g", value / best->factor) << (base.empty() && best->name.empty() ? "" : " ")
           << best->name << base;
  return text;
}
