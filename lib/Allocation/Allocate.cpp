//===- Allocate.cpp - Chooses bits for a budget ---------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a table and budgets to a Problem, to a solver, and back.
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Allocate.h"

#include "Problem.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>
#include <limits>

using namespace llvm;
using namespace bnn;

static constexpr double infinity = std::numeric_limits<double>::infinity();

double Allocation::gap() const { return std::abs(objective - bound) / std::max(std::abs(objective), 1e-300); }

static std::string digits(const AllocationTable &table, ArrayRef<unsigned> choices,
                          unsigned BitWidths::*width) {
  std::string text;
  for (auto [layer, choice] : zip_equal(table.layers, choices))
    text += static_cast<char>('0' + layer.choices[choice].bits.*width);
  return text;
}

std::string Allocation::weightDigits(const AllocationTable &table) const {
  return digits(table, choices, &BitWidths::weights);
}
std::string Allocation::activationDigits(const AllocationTable &table) const {
  return digits(table, choices, &BitWidths::activations);
}

namespace {

/// Builds the problem, row by row, and words what cannot be.
class Formulation {
public:
  Formulation(const AllocationTable &table, const AllocationOptions &options)
      : table(table), options(options) {}

  Error build();
  Expected<Allocation> solve();

private:
  Error addVariables();
  Error addBudget(const Budget &budget);
  Error addBand(ArrayRef<unsigned> layers, const MeanBitBand &band, const Twine &name);
  void addTerms();
  /// The bits that both the user and the layer's groups allow.
  bool allows(unsigned layer, unsigned bits) const;
  /// Sums of the least and the most that each variable can add to a row.
  std::pair<double, double> extent(unsigned row) const;
  /// Why there is no solution.
  Error explain();
  /// The least of row `r` while the rows before it hold.
  Expected<std::optional<double>> leastOf(unsigned r, unsigned numRows);

  const AllocationTable &table;
  const AllocationOptions &options;
  Problem problem;
  std::vector<ResolvedBudget> budgets;
  /// What each row of the problem is called; budgets come first.
  SmallVector<std::string> rowNames;
  /// The option of each layer's choice: variable and option, or nothing where the choice is not allowed.
  std::vector<SmallVector<std::optional<std::pair<unsigned, unsigned>>>> optionOf;
};

} // namespace

bool Formulation::allows(unsigned layer, unsigned bits) const {
  if (!options.bits.empty() && !is_contained(options.bits, bits))
    return false;
  return all_of(table.groups, [&](const TableGroup &group) {
    return group.bits.empty() || !is_contained(group.layers, layer) || is_contained(group.bits, bits);
  });
}

Error Formulation::addVariables() {
  EquivalenceClasses<unsigned> classes;
  for (unsigned layer = 0; layer < table.layers.size(); ++layer)
    classes.insert(layer);
  for (ArrayRef<unsigned> tie : table.ties)
    for (unsigned layer : tie.drop_front())
      classes.unionSets(tie.front(), layer);

  SmallVector<unsigned> leaders;
  for (const TableLayer &layer : table.layers)
    optionOf.emplace_back(layer.choices.size(), std::nullopt);
  for (unsigned layer = 0; layer < table.layers.size(); ++layer) {
    unsigned leader = classes.getLeaderValue(layer);
    auto it = llvm::find(leaders, leader);
    if (it != leaders.end()) {
      problem.variables[it - leaders.begin()].layers.push_back(layer);
      continue;
    }
    leaders.push_back(leader);
    problem.variables.push_back({{layer}, {}});
  }
  for (auto [v, variable] : enumerate(problem.variables)) {
    const TableLayer &first = table.layers[variable.layers.front()];
    for (unsigned c = 0; c < first.choices.size(); ++c) {
      if (!all_of(variable.layers,
                  [&](unsigned layer) { return allows(layer, first.choices[c].bits.weights); }))
        continue;
      Problem::Option option;
      for (unsigned layer : variable.layers) { // tied layers have the same choices, in the same order
        double value = table.layers[layer].choices[c].sensitivity;
        option.value += table.maximize ? -value : value;
        option.choices.push_back(c);
        optionOf[layer][c] = std::pair(v, variable.options.size());
      }
      variable.options.push_back(std::move(option));
    }
    if (variable.options.empty()) {
      auto offered = map_range(first.choices,
                               [](const BitChoice &choice) { return std::to_string(choice.bits.weights); });
      auto wanted = map_range(options.bits, [](unsigned bits) { return std::to_string(bits); });
      return createStringError("layer '" + first.name + "' has no choice left: the table offers " +
                               join(offered, ", ") + " bits" +
                               (options.bits.empty() ? "" : ", --bits allows " + join(wanted, ", ")) +
                               (table.groups.empty() ? "" : ", and groups may exclude some"));
    }
  }
  return Error::success();
}

std::pair<double, double> Formulation::extent(unsigned row) const {
  std::pair<double, double> sum(0, 0);
  for (const Problem::Variable &variable : problem.variables) {
    double least = infinity, most = -infinity;
    for (const Problem::Option &option : variable.options) {
      least = std::min(least, option.rows[row]);
      most = std::max(most, option.rows[row]);
    }
    sum.first += least;
    sum.second += most;
  }
  return sum;
}

Error Formulation::addBudget(const Budget &budget) {
  std::optional<unsigned> metric = table.findMetric(budget.metric);
  if (!metric)
    return createStringError("budget '" + budget.text + "': the table has no cost '" + budget.metric +
                             "'; it has " +
                             (table.metrics.empty() ? std::string("none") : join(table.metrics, ", ")));
  ResolvedBudget resolved;
  resolved.metric = *metric;
  resolved.text = budget.text;
  for (Problem::Variable &variable : problem.variables)
    for (Problem::Option &option : variable.options) {
      double cost = 0;
      for (auto [layer, choice] : zip_equal(variable.layers, option.choices))
        cost += table.layers[layer].choices[choice].costs[*metric];
      option.rows.push_back(cost);
    }
  std::tie(resolved.least, resolved.most) = extent(problem.rows.size());
  if (budget.isFraction) {
    resolved.limit = resolved.least + budget.value * (resolved.most - resolved.least);
  } else {
    std::string base;
    double factor = unitFactor(table.units[*metric], base).value_or(1);
    if (!budget.unit.empty() && budget.unit != base)
      return createStringError("budget '" + budget.text + "': the costs '" + budget.metric + "' are " +
                               (base.empty() ? "plain numbers" : "in " + table.units[*metric]));
    resolved.limit = budget.unit.empty() ? budget.value : budget.value / factor;
  }
  problem.rows.push_back({-infinity, resolved.limit});
  rowNames.push_back("budget '" + budget.text + "'");
  budgets.push_back(std::move(resolved));
  return Error::success();
}

Error Formulation::addBand(ArrayRef<unsigned> layers, const MeanBitBand &band, const Twine &name) {
  double total = 0;
  for (unsigned layer : layers) {
    if (!table.layers[layer].numParameters)
      return createStringError(name + ": layer '" + table.layers[layer].name +
                               "' has no 'parameters', by which bits are averaged");
    total += table.layers[layer].numParameters;
  }
  for (Problem::Variable &variable : problem.variables)
    for (Problem::Option &option : variable.options) {
      double bits = 0;
      for (auto [layer, choice] : zip_equal(variable.layers, option.choices))
        if (is_contained(layers, layer))
          bits += static_cast<double>(table.layers[layer].numParameters) *
                  table.layers[layer].choices[choice].bits.weights;
      option.rows.push_back(bits / total);
    }
  problem.rows.push_back({band.mean - band.slack, band.mean + band.slack});
  rowNames.push_back(name.str());
  return Error::success();
}

void Formulation::addTerms() {
  for (const InteractionTerm &interaction : table.interactions) {
    Problem::Term term{{}, table.maximize ? -interaction.sensitivity : interaction.sensitivity};
    bool possible = true;
    for (auto [layer, choice] : interaction.members) {
      auto option = optionOf[layer][choice];
      possible &= option.has_value();
      if (option && !is_contained(term.members, *option))
        term.members.push_back(*option);
    }
    // Two tied layers cannot have different bits.
    for (auto [i, member] : enumerate(term.members))
      for (auto other : ArrayRef(term.members).drop_front(i + 1))
        possible &= member.first != other.first;
    if (possible)
      problem.terms.push_back(std::move(term));
  }
}

Error Formulation::build() {
  if (Error error = addVariables())
    return error;
  for (const Budget &budget : options.budgets)
    if (Error error = addBudget(budget))
      return error;
  SmallVector<unsigned> all = llvm::to_vector(llvm::seq<unsigned>(table.layers.size()));
  for (const TableGroup &group : table.groups)
    if (group.meanBits)
      if (Error error = addBand(group.layers, *group.meanBits, "mean bits of group '" + group.name + "'"))
        return error;
  for (const MeanBitsOption &option : options.meanBits) {
    ArrayRef<unsigned> layers = all;
    if (!option.group.empty()) {
      auto it = llvm::find_if(table.groups, [&](const TableGroup &g) { return g.name == option.group; });
      if (it == table.groups.end())
        return createStringError("mean bits: the table has no group '" + option.group + "'");
      layers = it->layers;
    }
    if (Error error =
            addBand(layers, option.band,
                    option.group.empty() ? "mean bits" : "mean bits of group '" + option.group + "'"))
      return error;
  }
  addTerms();
  return Error::success();
}

Expected<std::optional<double>> Formulation::leastOf(unsigned r, unsigned numRows) {
  Problem other;
  other.variables = problem.variables;
  other.rows.assign(problem.rows.begin(), problem.rows.begin() + numRows);
  for (Problem::Variable &variable : other.variables)
    for (Problem::Option &option : variable.options) {
      option.value = option.rows[r];
      option.rows.truncate(numRows);
    }
  Expected<std::optional<Solution>> solution = solveExactly(other);
  if (!solution)
    return solution.takeError();
  return *solution ? std::optional<double>((*solution)->objective) : std::nullopt;
}

Error Formulation::explain() {
  auto show = [&](unsigned r, double value) {
    return r < budgets.size() ? formatCost(value, table.units[budgets[r].metric])
                              : formatv("{0:F3} bits", value).str();
  };
  // By itself first, then given those before it.
  for (unsigned r = 0; r < problem.rows.size(); ++r) {
    auto [least, most] = extent(r);
    if (problem.rows[r].upper < least * (1 - 1e-12))
      return createStringError(rowNames[r] + " cannot be met: it allows " + show(r, problem.rows[r].upper) +
                               ", and the least possible is " + show(r, least));
    if (problem.rows[r].lower > most * (1 + 1e-12))
      return createStringError(rowNames[r] + " cannot be met: it demands " + show(r, problem.rows[r].lower) +
                               ", and the most possible is " + show(r, most));
  }
  for (unsigned r = 0; r < problem.rows.size(); ++r) {
    Expected<std::optional<double>> within = leastOf(r, r + 1);
    if (!within)
      return within.takeError();
    if (*within)
      continue;
    SmallVector<std::string> others(rowNames.begin(), rowNames.begin() + r);
    std::string given = others.empty() ? std::string() : " together with " + join(others, " and ");
    if (std::isfinite(problem.rows[r].lower))
      return createStringError(rowNames[r] + " cannot be met" + given +
                               ": no assignment lies in the band; widen its slack");
    Expected<std::optional<double>> least = leastOf(r, r);
    if (!least)
      return least.takeError();
    return createStringError(rowNames[r] + " cannot be met" + given + ": it allows " +
                             show(r, problem.rows[r].upper) + ", and the least possible is then " +
                             show(r, least->value_or(0)));
  }
  return createStringError("the genetic search found no assignment within the limits; try --solver=exact");
}

Expected<Allocation> Formulation::solve() {
  Allocation allocation;
  allocation.solver = options.solver;
  if (allocation.solver == SolverKind::Automatic)
    allocation.solver = problem.terms.empty() ? SolverKind::Exact : SolverKind::Genetic;
  std::optional<Solution> solution;
  if (allocation.solver == SolverKind::Exact) {
    Expected<std::optional<Solution>> exact = solveExactly(problem);
    if (!exact)
      return exact.takeError();
    solution = std::move(*exact);
  } else if ((solution = searchGenetically(problem, options.seed))) {
    solution->bound = std::min(solution->objective, relaxedBound(problem).value_or(-infinity));
  }
  if (!solution)
    return explain();

  allocation.choices.assign(table.layers.size(), 0);
  for (auto [variable, pick] : zip_equal(problem.variables, solution->picks))
    for (auto [layer, choice] : zip_equal(variable.layers, variable.options[pick].choices))
      allocation.choices[layer] = choice;
  allocation.objective = table.maximize ? -solution->objective : solution->objective;
  allocation.bound = table.maximize ? -solution->bound : solution->bound;
  allocation.costs.assign(table.metrics.size(), 0);
  for (auto [layer, choice] : zip_equal(table.layers, allocation.choices))
    for (auto [cost, sum] : zip_equal(layer.choices[choice].costs, allocation.costs))
      sum += cost;
  allocation.budgets = budgets;
  return allocation;
}

Expected<Allocation> bnn::allocateBits(const AllocationTable &table, const AllocationOptions &options) {
  Formulation formulation(table, options);
  if (Error error = formulation.build())
    return error;
  return formulation.solve();
}
