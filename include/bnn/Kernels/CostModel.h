//===- CostModel.h - What strategies cost on a target -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Estimates of cycles: a strategy's own formula, which knows its tiles and tails, corrected by what was
// measured. For the shapes of a cost table the ratio of measured to estimated cycles is known; other shapes
// take the ratio of those nearby. The ratios hold what a formula leaves out, memory traffic above all.

#ifndef BNN_KERNELS_COSTMODEL_H
#define BNN_KERNELS_COSTMODEL_H

#include "bnn/Kernels/CostTable.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <optional>

namespace bnn {

class CostModel {
public:
  /// The module attribute that holds the text of a cost table.
  static constexpr llvm::StringLiteral getAttrName() { return "bnn.cost_table"; }

  /// The model for `module`: by the table in its attribute, else by the one that comes with the compiler for
  /// its target, else by formulas alone. Emits an error if the table is not one or not for the target.
  static mlir::FailureOr<CostModel> of(mlir::ModuleOp module);

  /// Cycles of `op` by `strategy`, which matches it.
  double estimate(const Strategy &strategy, ContractionOpInterface op) const;

  /// What the estimates rest on, for people: `measured on znver3`, or nothing for formulas alone.
  std::string describe() const;

private:
  explicit CostModel(TargetInfo target) : target(std::move(target)) {}

  double correction(const Strategy &strategy, ContractionOpInterface op) const;
  double ratio(const Strategy &strategy, const CostEntry &entry, mlir::MLIRContext *context) const;

  TargetInfo target;
  std::shared_ptr<const CostTable> table;
  /// Ratios of entries, computed when they are first needed.
  std::shared_ptr<llvm::StringMap<double>> ratios = std::make_shared<llvm::StringMap<double>>();
};

/// A module whose function `probe` is one contraction of `shape` with constant weights. Its argument is what
/// stores the activations: in the layout that `strategy` reads, which is then named as the kernel, or without
/// a strategy in a plain one. ±1 by ±1 at one bit; other activations are unsigned, other weights signed.
mlir::OwningOpRef<mlir::ModuleOp> buildCostProbe(mlir::MLIRContext *context, const ContractionCase &shape,
                                                 const TargetInfo &target, const Strategy *strategy);

/// The only contraction of a probe.
ContractionOpInterface findContraction(mlir::ModuleOp module);

/// `op` as a case of a cost table.
ContractionCase describeCase(ContractionOpInterface op);

} // namespace bnn

#endif // BNN_KERNELS_COSTMODEL_H
