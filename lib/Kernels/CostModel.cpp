//===- CostModel.cpp - What strategies cost on a target ---------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Kernels/CostModel.h"

#include <cmath>

using namespace mlir;
using namespace bnn;

FailureOr<CostModel> CostModel::of(ModuleOp module) {
  CostModel model(TargetInfo::of(module));
  if (Attribute attr = module->getAttr(getAttrName())) {
    auto text = dyn_cast<StringAttr>(attr);
    if (!text)
      return module.emitError() << "'" << getAttrName() << "' must be the text of a cost table";
    llvm::Expected<CostTable> table = CostTable::parse(text.getValue(), getAttrName());
    if (!table)
      return module.emitError() << llvm::toString(table.takeError());
    if (llvm::Error error = table->check(model.target, getAttrName()))
      return module.emitError() << llvm::toString(std::move(error));
    model.table = std::make_shared<CostTable>(std::move(*table));
    return model;
  }
  for (const CostTable &table : getBuiltinCostTables()) {
    llvm::Error error = table.check(model.target, "");
    bool serves = !error;
    llvm::consumeError(std::move(error));
    if (serves) {
      model.table = std::shared_ptr<const CostTable>(std::shared_ptr<void>(), &table); // not owned
      break;
    }
  }
  return model;
}

std::string CostModel::describe() const { return table ? "measured on " + table->describe() : ""; }

double CostModel::estimate(const Strategy &strategy, ContractionOpInterface op) const {
  return strategy.estimateCycles(op, target) * correction(strategy, op);
}

/// Distance of two shapes, in doublings.
static double squaredDistance(const ContractionCase &a, const ContractionCase &b) {
  auto doublings = [](double x, double y) {
    double difference = std::log2(x / y);
    return difference * difference;
  };
  auto positions = [](const ContractionCase &c) {
    return double(c.macs()) / (double(c.outputs) * double(c.channels / c.groups) *
                               double(std::max<int64_t>(1, c.kernel * c.kernel)));
  };
  auto depth = [](const ContractionCase &c) {
    return double(c.channels / c.groups) * double(std::max<int64_t>(1, c.kernel * c.kernel));
  };
  double sum =
      doublings(positions(a), positions(b)) + doublings(depth(a), depth(b)) + doublings(a.outputs, b.outputs);
  // A window moves through memory otherwise than a row, and a stride makes half of a row unused.
  sum += (std::max<int64_t>(1, a.kernel) == 1) != (std::max<int64_t>(1, b.kernel) == 1) ? 1 : 0;
  sum += a.stride != b.stride ? 0.25 : 0;
  return sum;
}

/// Mean of the logarithms of the nearest entries' ratios, weighted by their distance.
double CostModel::correction(const Strategy &strategy, ContractionOpInterface op) const {
  if (!table)
    return 1;
  constexpr size_t numNeighbours = 4;
  ContractionCase shape = describeCase(op);
  SmallVector<std::pair<double, size_t>> near;
  for (auto [index, entry] : llvm::enumerate(table->entries))
    if (entry.strategy == strategy.getName() && entry.shape.bits() == shape.bits() &&
        (entry.shape.groups == 1) == (shape.groups == 1))
      near.push_back({squaredDistance(shape, entry.shape), index});
  if (near.empty())
    return 1;
  llvm::sort(near);
  near.truncate(std::min(near.size(), numNeighbours));
  double sum = 0, weights = 0;
  for (auto [distance, index] : near) {
    double weight = 1 / (distance + 0.01);
    sum += weight * std::log(ratio(strategy, table->entries[index], op.getContext()));
    weights += weight;
  }
  return std::exp(sum / weights);
}

/// Measured cycles by those of the formula. A shape that the strategy no longer serves says nothing.
double CostModel::ratio(const Strategy &strategy, const CostEntry &entry, MLIRContext *context) const {
  std::string key = entry.strategy + " " + entry.shape.bits() + " " + entry.shape.name();
  auto [it, isNew] = ratios->try_emplace(key, 1);
  if (isNew) {
    OwningOpRef<ModuleOp> probe = buildCostProbe(context, entry.shape, target, nullptr);
    ContractionOpInterface op = findContraction(*probe);
    std::string reason;
    if (strategy.matches(op, target, reason))
      if (double estimated = strategy.estimateCycles(op, target); estimated > 0)
        it->second = entry.cycles / estimated;
  }
  return it->second;
}
