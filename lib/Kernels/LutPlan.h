//===- LutPlan.h - How table look-ups serve a contraction --------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the files of the strategy `lut` share: LutStrategy.cpp chooses tables and blocking and packs weights,
// LutCoder.cpp makes tables of activations, LutEmitter.cpp emits the loops.

#ifndef BNN_LIB_KERNELS_LUTPLAN_H
#define BNN_LIB_KERNELS_LUTPLAN_H

#include "DotForm.h"

#include <optional>

namespace bnn {

/// What the tables hold and how the loops are blocked.
struct LutPlan {
  DotForm coding; ///< of activations as unsigned numbers u
  int64_t group;  ///< numbers that share a table
  bool constantTables;
  int64_t largestEntry; ///< of a table
  int64_t weightStep, weightLow;
  int64_t lanes;   ///< of i32 in a register
  int64_t vectors; ///< registers of channels in a panel
  int64_t pixels;  ///< neighbouring output columns in a tile
  int64_t panels, runs, steps;

  /// Empty with a reason if tables do not serve the types.
  static std::optional<LutPlan> make(CodeTypeInterface activations, CodeTypeInterface weights,
                                     GeometryAttr geometry, const TargetInfo &target, std::string &reason);

  int64_t channelsPerVector() const { return 4 * lanes; }
  int64_t panel() const { return vectors * channelsPerVector(); }
  /// Of tables, or of offsets of tables, that are made before they are used, where blocks do not overlap.
  /// With one panel, what is made is read once: the shorter the blocks are, the more of the activations have
  /// come while the block before was multiplied.
  int64_t blockBytes() const { return (constantTables ? 2 : 16) * 1024 * (panels == 1 ? 1 : 8); }
  bool needsPixelSums() const { return weightLow != 0; }
  /// Bytes of weights; constant tables follow.
  int64_t weightBytes() const { return panels * runs * steps * panel(); }
};

/// Emits the loops of one kernel.
void emitLut(ContractKernelOp op, mlir::OpBuilder &builder, const LutPlan &plan);

} // namespace bnn

#endif // BNN_LIB_KERNELS_LUTPLAN_H
