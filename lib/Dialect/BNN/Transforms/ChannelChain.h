//===- ChannelChain.h - Float ops per channel above a quantizer --*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Batch norm, bias, activation and scale between an accumulator and the next quantizer are functions of one
// element and its channel. A chain of them can be evaluated at compile time, with the same f32 operations in
// the same order as at run time.
//
// Order: everything here is monotone in the total order of floats, in which -0 is less than +0. That holds
// for rounding itself, so a chain of rounded monotone steps is monotone exactly, not just nearly.

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_CHANNELCHAIN_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_CHANNELCHAIN_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace bnn {

/// One op of a chain. Constants have one entry, or one per channel.
struct ChannelStep {
  enum Kind {
    Scale,        // f32(x)·a, then + b unless b is empty: bnn.scale
    Multiply,     // x·a
    Add,          // x + a
    Subtract,     // x - a
    SubtractFrom, // a - x
    Minimum,      // min(x, a)
    Maximum,      // max(x, a)
    Negate,       // -x
    PRelu,        // x >= 0 ? x : x·a
    PReluStrict   // x > 0 ? x : x·a
  };
  Kind kind;
  llvm::SmallVector<float> a, b;

  float apply(float x, int64_t channel) const;
  /// +1 or -1 as the step keeps or turns the order of its inputs, 0 if it does neither.
  int direction(int64_t channel) const;
};

/// The steps between `source` and a value, first to last.
struct ChannelChain {
  /// What the chain starts from: an i32 accumulator if `steps` begins with Scale, else floats. Reshapes that
  /// keep the last dimension are looked through, so its shape may be another than that of the chain's end.
  mlir::Value source;
  llvm::SmallVector<ChannelStep> steps;
  /// True if nothing but the chain uses `source`.
  bool isOnlyUse = true;

  bool startsAtAccumulator() const { return !steps.empty() && steps.front().kind == ChannelStep::Scale; }
  float apply(float x, int64_t channel) const;
  /// The product of the directions of the steps.
  int direction(int64_t channel) const;

  /// Follows `value` upwards as long as it has no other use and is made by a step. Stops at the first that is
  /// not; `stoppedAt` is the op that made it, if any.
  static ChannelChain above(mlir::Value value, int64_t channels);
};

/// Matches x >= 0 ? x : x·slope (or with >) whose parts have no other use, and no use of x is outside.
struct PReluMatch {
  mlir::Value input;
  llvm::SmallVector<float> slope;
  bool strict;
};
std::optional<PReluMatch> matchPRelu(mlir::tosa::SelectOp select, int64_t channels);

/// Smallest and largest value an accumulator can have.
struct AccumulatorRange {
  int64_t low, high;
};
AccumulatorRange accumulatorRange(mlir::Value accumulator);

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_CHANNELCHAIN_H
