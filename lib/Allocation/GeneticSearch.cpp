//===- GeneticSearch.cpp - Evolution of assignments -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search of BRECQ (arXiv:2102.05426), as far as its paper describes it: a
// population of 50 assignments, crossover of two good ones, mutation of one gene
// in ten, 100 generations. Each child is then improved by changing one or two
// variables at a time as long as that helps, which makes the small populations
// of the paper reliable. Assignments that pass a limit are ranked behind all
// that do not, by how far they pass it.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <random>

using namespace llvm;
using namespace bnn;

namespace {

struct Individual {
  SmallVector<unsigned> picks;
  double violation = 0, objective = 0;

  bool operator<(const Individual &other) const {
    return std::tie(violation, objective, picks) < std::tie(other.violation, other.objective, other.picks);
  }
  /// Better in what counts; the picks only make an order.
  bool betterThan(const Individual &other) const {
    return std::tie(violation, objective) < std::tie(other.violation, other.objective);
  }
};

class Search {
public:
  Search(const Problem &problem, uint64_t seed) : problem(problem), random(seed) {}

  Individual run();

private:
  static constexpr unsigned populationSize = 50, numParents = 25, numGenerations = 100;
  /// Without a better assignment in so many generations the search ends.
  static constexpr unsigned patience = 25;

  // std::uniform_int_distribution differs between standard libraries.
  unsigned below(unsigned bound) { return random() % bound; }

  Individual evaluate(SmallVector<unsigned> picks) const {
    double violation = problem.violation(picks), objective = problem.evaluate(picks);
    return {std::move(picks), violation, objective};
  }
  Individual makeRandom();
  Individual cross(const Individual &a, const Individual &b);
  void mutate(Individual &individual);
  /// Takes the best change of one variable until none helps.
  void improve(Individual &individual) const;
  /// The same with changes of two variables; true if one helped.
  bool improvePairs(Individual &individual) const;

  const Problem &problem;
  std::mt19937_64 random;
};

} // namespace

Individual Search::makeRandom() {
  SmallVector<unsigned> picks;
  for (const Problem::Variable &variable : problem.variables)
    picks.push_back(below(variable.options.size()));
  return evaluate(std::move(picks));
}

Individual Search::cross(const Individual &a, const Individual &b) {
  SmallVector<unsigned> picks;
  for (auto [x, y] : zip_equal(a.picks, b.picks))
    picks.push_back(below(2) ? x : y);
  return evaluate(std::move(picks));
}

void Search::mutate(Individual &individual) {
  for (auto [variable, pick] : zip_equal(problem.variables, individual.picks))
    if (below(10) == 0)
      pick = below(variable.options.size());
  individual = evaluate(individual.picks);
}

void Search::improve(Individual &individual) const {
  for (;;) {
    Individual best = individual;
    for (unsigned v = 0, e = problem.variables.size(); v < e; ++v)
      for (unsigned o = 0, n = problem.variables[v].options.size(); o < n; ++o) {
        if (o == individual.picks[v])
          continue;
        SmallVector<unsigned> picks = individual.picks;
        picks[v] = o;
        Individual changed = evaluate(std::move(picks));
        if (changed.betterThan(best))
          best = std::move(changed);
      }
    if (!best.betterThan(individual))
      return;
    individual = std::move(best);
  }
}

bool Search::improvePairs(Individual &individual) const {
  Individual best = individual;
  for (unsigned v = 0, e = problem.variables.size(); v < e; ++v)
    for (unsigned w = v + 1; w < e; ++w)
      for (unsigned o = 0, n = problem.variables[v].options.size(); o < n; ++o)
        for (unsigned p = 0, m = problem.variables[w].options.size(); p < m; ++p) {
          if (o == individual.picks[v] || p == individual.picks[w])
            continue; // a change of one variable
          SmallVector<unsigned> picks = individual.picks;
          picks[v] = o;
          picks[w] = p;
          Individual changed = evaluate(std::move(picks));
          if (changed.betterThan(best))
            best = std::move(changed);
        }
  if (!best.betterThan(individual))
    return false;
  individual = std::move(best);
  return true;
}

Individual Search::run() {
  std::vector<Individual> population;
  for (unsigned i = 0; i < populationSize; ++i) {
    population.push_back(makeRandom());
    improve(population.back());
  }
  llvm::sort(population);
  unsigned unchanged = 0;
  for (unsigned generation = 0; generation < numGenerations && unchanged < patience; ++generation) {
    double violation = population.front().violation, objective = population.front().objective;
    // Twins would let the population collapse.
    population.erase(std::unique(population.begin(), population.end(),
                                 [](const Individual &a, const Individual &b) { return a.picks == b.picks; }),
                     population.end());
    population.resize(std::min<size_t>(population.size(), numParents));
    unsigned numKept = population.size();
    while (population.size() < populationSize) {
      // Half of the children have two parents, half are mutants of one.
      Individual child = below(2) ? cross(population[below(numKept)], population[below(numKept)])
                                  : population[below(numKept)];
      mutate(child);
      improve(child);
      population.push_back(std::move(child));
    }
    llvm::sort(population);
    bool better =
        std::tie(population.front().violation, population.front().objective) < std::tie(violation, objective);
    unchanged = better ? 0 : unchanged + 1;
  }
  Individual best = population.front();
  while (improvePairs(best))
    improve(best);
  return best;
}

std::optional<Solution> bnn::searchGenetically(const Problem &problem, uint64_t seed) {
  Individual best = Search(problem, seed).run();
  if (best.violation > 0)
    return std::nullopt;
  return Solution{best.picks, best.objective, best.objective};
}
