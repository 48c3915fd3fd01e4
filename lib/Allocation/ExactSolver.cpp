//===- ExactSolver.cpp - Integer programming with COIN-OR CBC -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One binary column per option of a variable, one row "exactly one" per
// variable, one row per limit. A term over members m has a column y with
// y <= x_m for each and y >= sum x_m - (n - 1).
//
// CBC works with tolerances, and the answer must be exact: the objective is
// scaled so that they do not matter, every solution is checked in full
// precision, and one that passes a limit by less than the tolerance is excluded
// by a row of its own before solving again.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include "llvm/ADT/STLExtras.h"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

using namespace llvm;
using namespace bnn;

namespace {

struct DeleteModel {
  void operator()(Cbc_Model *model) const { Cbc_deleteModel(model); }
};
using Model = std::unique_ptr<Cbc_Model, DeleteModel>;

/// The columns of a problem, and how its objective was scaled.
struct Columns {
  SmallVector<int> first; // of each variable
  double scale = 1;       // column's coefficient = value * scale
  double offset = 0;      // objective = (value of CBC) / scale + offset
};

} // namespace

static constexpr double infinity = std::numeric_limits<double>::max(); // as CBC writes it: COIN_DBL_MAX

/// What every solution has: the least option of each variable, taken out so that the numbers CBC adds up are
/// differences only.
static double leastValue(const Problem::Variable &variable) {
  double least = infinity;
  for (const Problem::Option &option : variable.options)
    least = std::min(least, option.value);
  return least;
}

static void addRow(Cbc_Model *model, ArrayRef<int> columns, ArrayRef<double> coefficients, char sense,
                   double rhs) {
  Cbc_addRow(model, "", columns.size(), columns.data(), coefficients.data(), sense, rhs);
}

static void addTerms(Cbc_Model *model, const Problem &problem, Columns &columns, bool integer, int next) {
  for (const Problem::Term &term : problem.terms) {
    Cbc_addCol(model, "", 0, 1, term.value * columns.scale, 0, 0, nullptr, nullptr);
    int y = next++;
    SmallVector<int> all{y};
    SmallVector<double> coefficients{1};
    for (auto [variable, option] : term.members) {
      int x = columns.first[variable] + option;
      addRow(model, {y, x}, {1, -1}, 'L', 0);
      all.push_back(x);
      coefficients.push_back(-1);
    }
    addRow(model, all, coefficients, 'G', 1 - static_cast<double>(term.members.size()));
  }
}

/// Relaxations of these problems have few fractional variables and good bounds: plain branching is done in a
/// second where CBC's default effort (cuts, heuristics that solve subproblems, strong branching) takes half a
/// minute. Its preprocessing has been seen to lose the optimum of small problems whose limits are met
/// exactly.
static void setParameters(Cbc_Model *model) {
  static constexpr const char *parameters[][2] = {
      {"log", "0"},          {"increment", "1e-7"}, {"allowableGap", "0"}, {"ratioGap", "0"},
      {"heuristics", "off"}, {"cuts", "off"},       {"preprocess", "off"}, {"strong", "0"}};
  for (auto [name, value] : parameters)
    Cbc_setParameter(model, name, value);
}

static Model build(const Problem &problem, bool integer, Columns &columns) {
  Model model(Cbc_newModel());
  Cbc_setParameter(model.get(), "log", "0");
  double spread = 0;
  for (const Problem::Variable &variable : problem.variables) {
    double least = leastValue(variable), most = least;
    for (const Problem::Option &option : variable.options)
      most = std::max(most, option.value);
    spread = std::max(spread, most - least);
    columns.offset += least;
  }
  for (const Problem::Term &term : problem.terms)
    spread = std::max(spread, std::abs(term.value));
  // Differences of 1e-12 of the largest one are still ten times CBC's tolerances.
  columns.scale = spread > 0 ? 1e6 / spread : 1;

  int next = 0;
  for (const Problem::Variable &variable : problem.variables) {
    columns.first.push_back(next);
    double least = leastValue(variable);
    for (const Problem::Option &option : variable.options)
      Cbc_addCol(model.get(), "", 0, 1, (option.value - least) * columns.scale, integer, 0, nullptr, nullptr);
    next += variable.options.size();
  }
  for (auto [variable, first] : zip_equal(problem.variables, columns.first)) {
    SmallVector<int> indices(variable.options.size());
    std::iota(indices.begin(), indices.end(), first);
    addRow(model.get(), indices, SmallVector<double>(indices.size(), 1), 'E', 1);
  }
  for (auto [r, row] : enumerate(problem.rows)) {
    SmallVector<int> indices;
    SmallVector<double> coefficients;
    double largest = 0;
    for (auto [variable, first] : zip_equal(problem.variables, columns.first))
      for (auto [o, option] : enumerate(variable.options))
        if (option.rows[r] != 0) {
          indices.push_back(first + o);
          coefficients.push_back(option.rows[r]);
          largest = std::max(largest, std::abs(option.rows[r]));
        }
    double scale = largest > 0 ? 1 / largest : 1;
    for (double &coefficient : coefficients)
      coefficient *= scale;
    // Sums that meet a limit exactly must not fail by their rounding; what passes it is found out later.
    double slack = 1e-9 * problem.variables.size();
    if (std::isfinite(row.upper))
      addRow(model.get(), indices, coefficients, 'L', row.upper * scale + slack);
    if (std::isfinite(row.lower))
      addRow(model.get(), indices, coefficients, 'G', row.lower * scale - slack);
  }
  addTerms(model.get(), problem, columns, integer, next);
  return model;
}

std::optional<double> bnn::relaxedBound(const Problem &problem) {
  Columns columns;
  Model model = build(problem, /*integer=*/false, columns);
  // Linear programs make CBC talk whatever its log level is; one integer, which is 0, makes it silent.
  Cbc_addCol(model.get(), "", 0, 0, 0, 1, 0, nullptr, nullptr);
  setParameters(model.get());
  Cbc_solve(model.get());
  if (!Cbc_isProvenOptimal(model.get()))
    return std::nullopt;
  return Cbc_getObjValue(model.get()) / columns.scale + columns.offset;
}

Expected<std::optional<Solution>> bnn::solveExactly(const Problem &problem) {
  Columns columns;
  Model base = build(problem, /*integer=*/true, columns);
  // Solutions that only CBC's tolerances allow are few; the bound is there for numbers without sense.
  for (unsigned attempt = 0; attempt < 1000; ++attempt) {
    Model model(Cbc_clone(base.get())); // a model cannot be solved twice
    setParameters(model.get());
    Cbc_solve(model.get());
    if (Cbc_isProvenInfeasible(model.get()) || Cbc_isInitialSolveProvenPrimalInfeasible(model.get()))
      return std::nullopt;
    const double *values = Cbc_isProvenOptimal(model.get()) ? Cbc_getColSolution(model.get()) : nullptr;
    if (!values)
      return createStringError("CBC stopped without an answer (status " + Twine(Cbc_status(model.get())) +
                               ")");
    Solution solution;
    SmallVector<int> taken;
    for (auto [variable, first] : zip_equal(problem.variables, columns.first)) {
      const double *begin = values + first;
      unsigned pick = std::max_element(begin, begin + variable.options.size()) - begin;
      solution.picks.push_back(pick);
      taken.push_back(first + pick);
    }
    if (problem.violation(solution.picks) > 0) {
      addRow(base.get(), taken, SmallVector<double>(taken.size(), 1), 'L', taken.size() - 1);
      continue;
    }
    solution.objective = problem.evaluate(solution.picks);
    // CBC's bound, of which it says itself that it has been reached, up to the rounding of its scaled sums.
    double bound = Cbc_getBestPossibleObjValue(model.get()) / columns.scale + columns.offset;
    double rounding = 1e-9 * std::max(std::abs(solution.objective), 1e3 / columns.scale);
    solution.bound = std::abs(solution.objective - bound) <= rounding ? solution.objective
                                                                      : std::min(bound, solution.objective);
    return solution;
  }
  return createStringError("the limits are so tight that rounding decides; loosen a budget a little");
}
