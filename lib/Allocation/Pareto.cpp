//===- Pareto.cpp - What more of a budget buys ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Assignment.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace bnn;

Expected<std::vector<Allocation>> bnn::sweepBudget(const AllocationTable &table,
                                                   const AllocationOptions &options, StringRef metric,
                                                   unsigned numPoints, function_ref<void(unsigned)> onPoint) {
  std::optional<unsigned> index = table.findMetric(metric);
  if (!index)
    return createStringError("the table has no cost '" + metric + "' to sweep");
  std::vector<Allocation> points;
  for (unsigned i = 0; i < numPoints; ++i) {
    if (onPoint)
      onPoint(i);
    AllocationOptions at = options;
    llvm::erase_if(at.budgets, [&](const Budget &budget) { return budget.metric == metric; });
    bool alone = at.budgets.empty() && at.meanBits.empty() &&
                 none_of(table.groups, [](const TableGroup &group) { return group.meanBits.has_value(); });
    Budget budget;
    budget.metric = metric.str();
    budget.isFraction = true;
    budget.value = numPoints > 1 ? static_cast<double>(i) / (numPoints - 1) : 1;
    budget.text = formatv("{0}:{1:F4}", metric, budget.value).str();
    at.budgets.push_back(budget);
    Expected<Allocation> allocation = allocateBits(table, at);
    if (allocation) {
      points.push_back(std::move(*allocation));
      continue;
    }
    // With other limits, the smallest budgets need not be possible; the largest must be.
    if (alone || i + 1 == numPoints)
      return allocation.takeError();
    consumeError(allocation.takeError());
  }
  // From the cheapest on, each must be better than all before.
  llvm::sort(points, [&](const Allocation &a, const Allocation &b) {
    double x = table.maximize ? -a.objective : a.objective, y = table.maximize ? -b.objective : b.objective;
    return std::tie(a.costs[*index], x, a.choices) < std::tie(b.costs[*index], y, b.choices);
  });
  std::vector<Allocation> front;
  for (Allocation &point : points)
    if (front.empty() || (table.maximize ? point.objective > front.back().objective
                                         : point.objective < front.back().objective))
      front.push_back(std::move(point));
  return front;
}

void bnn::printParetoCsv(const AllocationTable &table, ArrayRef<Allocation> points, raw_ostream &os) {
  for (const std::string &metric : table.metrics)
    os << metric << ",";
  os << "objective,gap,bits,activation_bits\n";
  for (const Allocation &point : points) {
    for (double cost : point.costs)
      os << format("%.17g", cost) << ",";
    os << format("%.17g,%.6g,", point.objective, point.gap()) << point.weightDigits(table) << ","
       << point.activationDigits(table) << "\n";
  }
}

namespace {

/// One axis of a picture: from values to pixels, with round numbers on it.
struct Axis {
  double low, high, from, to;
  bool logarithmic = false;

  double place(double value) const {
    auto f = [&](double x) { return logarithmic ? std::log10(x) : x; };
    double span = f(high) - f(low);
    return from + (span > 0 ? (f(value) - f(low)) / span : 0.5) * (to - from);
  }

  SmallVector<double> ticks() const {
    SmallVector<double> result;
    if (logarithmic) {
      for (double decade = std::pow(10, std::floor(std::log10(low))); decade <= high * 1.0001; decade *= 10)
        if (decade >= low * 0.9999)
          result.push_back(decade);
      return result;
    }
    double step = std::pow(10, std::floor(std::log10(std::max((high - low) / 4, 1e-300))));
    while ((high - low) / step > 8)
      step *= 2.5;
    for (double tick = std::ceil(low / step) * step; tick <= high + step * 1e-9; tick += step)
      result.push_back(tick);
    return result;
  }
};

} // namespace

static void escape(raw_ostream &os, StringRef text) {
  for (char c : text)
    if (c == '&')
      os << "&amp;";
    else if (c == '<')
      os << "&lt;";
    else
      os << c;
}

void bnn::printParetoSvg(const AllocationTable &table, ArrayRef<Allocation> points, unsigned metric,
                         raw_ostream &os) {
  constexpr int width = 640, height = 400, left = 80, right = 20, top = 20, bottom = 60;
  Axis x{INFINITY, -INFINITY, left, width - right}, y{INFINITY, -INFINITY, height - bottom, top};
  for (const Allocation &point : points) {
    x.low = std::min(x.low, point.costs[metric]);
    x.high = std::max(x.high, point.costs[metric]);
    y.low = std::min(y.low, point.objective);
    y.high = std::max(y.high, point.objective);
  }
  y.logarithmic = y.low > 0 && y.high / y.low > 20;
  os << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height
     << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
     << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  auto line = [&](double x1, double y1, double x2, double y2) {
    os << format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n", x1, y1, x2, y2);
  };
  for (double tick : x.ticks()) {
    line(x.place(tick), top, x.place(tick), height - bottom);
    os << format("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x.place(tick), height - bottom + 18)
       << formatCost(tick, table.units[metric]) << "</text>\n";
  }
  for (double tick : y.ticks()) {
    line(left, y.place(tick), width - right, y.place(tick));
    os << format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>\n", left - 6, y.place(tick) + 4,
                 tick);
  }
  // What a budget buys is a step: up to the next point, the last one is the best.
  os << "<path fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.5\" d=\"";
  for (auto [i, point] : enumerate(points)) {
    double px = x.place(point.costs[metric]), py = y.place(point.objective);
    if (i == 0)
      os << format("M%.1f %.1f", px, py);
    else
      os << format("H%.1fV%.1f", px, py);
  }
  os << "\"/>\n";
  for (const Allocation &point : points) {
    os << format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"#1f5fa8\"><title>",
                 x.place(point.costs[metric]), y.place(point.objective))
       << point.weightDigits(table) << "</title></circle>\n";
  }
  os << format("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", (left + width - right) / 2, height - 14);
  escape(os, table.metrics[metric]);
  os << "</text>\n<text transform=\"translate(16 " << (top + height - bottom) / 2
     << ") rotate(-90)\" text-anchor=\"middle\">" << (table.maximize ? "quality" : "sensitivity")
     << "</text>\n</svg>\n";
}
