//===- SolversTest.cpp - The solvers against every assignment -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The expected optimum comes from trying all assignments of the table itself,
// with no code of the solvers.
//
//===----------------------------------------------------------------------===//

#include "RandomTable.h"

#include "gtest/gtest.h"

#include <cmath>
#include <ctime>

using namespace llvm;
using namespace bnn;

namespace {

struct Optimum {
  bool exists = false;
  double objective = INFINITY;
};

/// Calls `visit` with the choices of every assignment that respects the ties.
template <typename Visit>
void forEachAssignment(const AllocationTable &table, Visit visit) {
  SmallVector<unsigned> choices(table.layers.size(), 0);
  for (;;) {
    bool tied = true;
    for (ArrayRef<unsigned> tie : table.ties)
      for (unsigned layer : tie)
        tied &= choices[layer] == choices[tie.front()];
    if (tied)
      visit(ArrayRef<unsigned>(choices));
    size_t i = 0;
    while (i < choices.size() && ++choices[i] == table.layers[i].choices.size())
      choices[i++] = 0;
    if (i == choices.size())
      return;
  }
}

double costOf(const AllocationTable &table, ArrayRef<unsigned> choices, unsigned metric) {
  double sum = 0;
  for (auto [layer, choice] : zip_equal(table.layers, choices))
    sum += layer.choices[choice].costs[metric];
  return sum;
}

double objectiveOf(const AllocationTable &table, ArrayRef<unsigned> choices) {
  double sum = 0;
  for (auto [layer, choice] : zip_equal(table.layers, choices))
    sum += layer.choices[choice].sensitivity;
  for (const InteractionTerm &term : table.interactions) {
    bool all = true;
    for (auto [layer, choice] : term.members)
      all &= choices[layer] == choice;
    sum += all ? term.sensitivity : 0;
  }
  return sum;
}

Optimum bruteForce(const AllocationTable &table, ArrayRef<Budget> budgets) {
  SmallVector<double> limits;
  for (const Budget &budget : budgets) {
    double least = INFINITY, most = 0;
    forEachAssignment(table, [&](ArrayRef<unsigned> choices) {
      double cost = costOf(table, choices, *table.findMetric(budget.metric));
      least = std::min(least, cost);
      most = std::max(most, cost);
    });
    limits.push_back(least + budget.value * (most - least));
  }
  Optimum best;
  forEachAssignment(table, [&](ArrayRef<unsigned> choices) {
    for (auto [budget, limit] : zip_equal(budgets, limits))
      if (costOf(table, choices, *table.findMetric(budget.metric)) > limit * (1 + 1e-12))
        return;
    best.exists = true;
    best.objective = std::min(best.objective, objectiveOf(table, choices));
  });
  return best;
}

void expectWithin(const AllocationTable &table, const Allocation &allocation) {
  for (const ResolvedBudget &budget : allocation.budgets)
    EXPECT_LE(costOf(table, allocation.choices, budget.metric), budget.limit * (1 + 1e-12));
  for (ArrayRef<unsigned> tie : table.ties)
    for (unsigned layer : tie)
      EXPECT_EQ(allocation.choices[layer], allocation.choices[tie.front()]);
}

} // namespace

TEST(Solvers, ExactEqualsBruteForce) {
  constexpr uint64_t seed = 20240611;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  unsigned numInfeasible = 0;
  for (unsigned i = 0; i < 200; ++i) {
    SCOPED_TRACE("table " + std::to_string(i));
    RandomTableOptions shape;
    shape.numLayers = i < 5 ? 10 : 1 + random() % 8;
    shape.ties = i % 2;
    AllocationTable table = makeRandomTable(random, shape);
    AllocationOptions options;
    for (const char *metric : {"size", "latency"})
      options.budgets.push_back(fractionBudget(metric, (random() % 101) / 100.0));
    Optimum expected = bruteForce(table, options.budgets);
    Expected<Allocation> allocation = allocateBits(table, options);
    ASSERT_EQ(static_cast<bool>(allocation), expected.exists);
    if (!allocation) {
      ++numInfeasible;
      EXPECT_NE(toString(allocation.takeError()).find("least possible"), std::string::npos);
      continue;
    }
    EXPECT_NEAR(allocation->objective, expected.objective, 1e-12 * expected.objective);
    EXPECT_EQ(allocation->gap(), 0);
    expectWithin(table, *allocation);
  }
  EXPECT_LT(numInfeasible, 100u);
  EXPECT_GT(numInfeasible, 0u);
}

TEST(Solvers, GeneticEqualsBruteForce) {
  constexpr uint64_t seed = 20240612;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (unsigned i = 0; i < 50; ++i) {
    SCOPED_TRACE("table " + std::to_string(i));
    RandomTableOptions shape;
    shape.numLayers = i < 3 ? 8 : 2 + random() % 7;
    shape.ties = i % 3 == 0;
    shape.pairs = true;
    AllocationTable table = makeRandomTable(random, shape);
    AllocationOptions options;
    options.budgets.push_back(fractionBudget("size", (10 + random() % 90) / 100.0));
    Optimum expected = bruteForce(table, options.budgets);
    ASSERT_TRUE(expected.exists);
    Expected<Allocation> genetic = allocateBits(table, options);
    ASSERT_TRUE(static_cast<bool>(genetic)) << toString(genetic.takeError());
    EXPECT_EQ(genetic->solver, SolverKind::Genetic);
    EXPECT_NEAR(genetic->objective, expected.objective, 1e-12 * std::abs(expected.objective));
    EXPECT_LE(genetic->bound, expected.objective + 1e-9 * std::abs(expected.objective));
    expectWithin(table, *genetic);

    // Interactions made linear give the same, proven.
    options.solver = SolverKind::Exact;
    Expected<Allocation> exact = allocateBits(table, options);
    ASSERT_TRUE(static_cast<bool>(exact)) << toString(exact.takeError());
    EXPECT_NEAR(exact->objective, expected.objective, 1e-12 * std::abs(expected.objective));
    EXPECT_EQ(exact->gap(), 0);
  }
}

TEST(Solvers, MeanBitBandEqualsBruteForce) {
  constexpr uint64_t seed = 20240613;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  unsigned numFeasible = 0;
  for (unsigned i = 0; i < 40; ++i) {
    SCOPED_TRACE("table " + std::to_string(i));
    RandomTableOptions shape;
    shape.numLayers = 4 + random() % 4;
    shape.ties = i % 2;
    AllocationTable table = makeRandomTable(random, shape);
    AllocationOptions options;
    options.meanBits.push_back({"", {2.0 + (random() % 50) / 10.0, 0.1}});
    const MeanBitBand &band = options.meanBits.front().band;
    double total = 0;
    for (const TableLayer &layer : table.layers)
      total += layer.numParameters;
    Optimum expected;
    forEachAssignment(table, [&](ArrayRef<unsigned> choices) {
      double bits = 0;
      for (auto [layer, choice] : zip_equal(table.layers, choices))
        bits += layer.numParameters * static_cast<double>(layer.choices[choice].bits.weights);
      if (std::abs(bits / total - band.mean) > band.slack + 1e-12)
        return;
      expected.exists = true;
      expected.objective = std::min(expected.objective, objectiveOf(table, choices));
    });
    Expected<Allocation> allocation = allocateBits(table, options);
    ASSERT_EQ(static_cast<bool>(allocation), expected.exists);
    if (!allocation) {
      consumeError(allocation.takeError());
      continue;
    }
    ++numFeasible;
    EXPECT_NEAR(allocation->objective, expected.objective, 1e-12 * expected.objective);
  }
  EXPECT_GT(numFeasible, 20u);
}

TEST(Solvers, LargeTableIsProvenOptimalQuickly) {
  constexpr uint64_t seed = 20240614;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  RandomTableOptions shape;
  shape.numLayers = 200;
  shape.ties = true; // four choices for every layer
  AllocationTable table = makeRandomTable(random, shape);
  AllocationOptions options;
  options.budgets = {fractionBudget("size", 0.4), fractionBudget("latency", 0.45)};
  std::clock_t begin = std::clock(); // of the processor: other programs do not count
  Expected<Allocation> allocation = allocateBits(table, options);
  double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  ASSERT_TRUE(static_cast<bool>(allocation)) << toString(allocation.takeError());
  std::printf("%.2f s\n", seconds);
  EXPECT_EQ(allocation->gap(), 0);
  expectWithin(table, *allocation);
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(seconds, 2);
#endif
}

TEST(Solvers, AreDeterministic) {
  std::mt19937_64 random(7);
  RandomTableOptions shape;
  shape.numLayers = 12;
  shape.pairs = true;
  AllocationTable table = makeRandomTable(random, shape);
  AllocationOptions options;
  options.budgets = {fractionBudget("size", 0.3)};
  for (SolverKind solver : {SolverKind::Exact, SolverKind::Genetic}) {
    options.solver = solver;
    Expected<Allocation> first = allocateBits(table, options), second = allocateBits(table, options);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->choices, second->choices);
  }
}
