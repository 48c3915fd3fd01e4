//===- Strategy.h - How a contraction is computed ---------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A strategy is one way to compute contractions of codes fast: which ops and targets it serves, what it
// costs, how it wants activations and weights to lie in memory, and how it emits its loops. Strategies are
// registered by name; `bnn-select-kernels` asks all of them and takes the cheapest that matches.

#ifndef BNN_KERNELS_STRATEGY_H
#define BNN_KERNELS_STRATEGY_H

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/TargetInfo.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/PatternMatch.h"

#include <memory>
#include <string>

namespace bnn {

/// Constant weights as O×KH×KW×C codes, C the input channels of one group. A matrix K×N is N×1×1×K.
struct WeightCodes {
  int64_t outputs, height, width, channels;
  CodeTypeInterface type;
  /// Row-major codes, each in the low bits of its byte.
  std::vector<uint8_t> codes;

  uint64_t at(int64_t o, int64_t i, int64_t j, int64_t c) const {
    return codes[((o * height + i) * width + j) * channels + c];
  }
};

/// What a strategy wants in place of the weights.
struct PackedWeights {
  mlir::DenseElementsAttr storage;
  /// One i32 per output channel to add to each accumulator; empty if there is none.
  std::vector<int32_t> offsets;
};

class Strategy {
public:
  virtual ~Strategy() = default;

  /// The name in `kernel` attributes and in `bnnc inspect`.
  virtual llvm::StringRef getName() const = 0;

  /// Whether this strategy can compute `op` on `target`; if not, `reason` says why.
  virtual bool matches(ContractionOpInterface op, const TargetInfo &target, std::string &reason) const = 0;

  /// Estimated cycles of the whole op on one core of `target`, by a formula. `CostModel` corrects it by what
  /// was measured: ask that one.
  virtual double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const = 0;

  /// Layout of the activations, including the border that `op` pads with.
  virtual mlir::Attribute getActivationLayout(ContractionOpInterface op) const = 0;

  /// Whether the kernel leaves out what lies outside the image by itself, for a pad of 0 around codes that
  /// have no 0. Otherwise such an op reaches the strategy with a pad that is a code, and a correction after
  /// it.
  virtual bool padsWithZero(ContractionOpInterface op) const { return false; }

  /// Whether epilogues should take i16 accumulators where that is possible (see `ContractKernelOp`).
  virtual bool prefersNarrowAccumulators(ContractionOpInterface op) const { return false; }

  /// Lays out constant weights for kernels of `geometry`.
  virtual PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                                    GeometryAttr geometry, const TargetInfo &target) const = 0;

  /// The same for kernels whose epilogue takes i16 accumulators.
  virtual PackedWeights packNarrowWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                                          GeometryAttr geometry, const TargetInfo &target) const {
    return packWeights(weights, activationType, geometry, target);
  }

  /// Emits loops on memrefs before `op`, which has buffer form. The caller erases `op`.
  virtual mlir::LogicalResult emit(ContractKernelOp op, mlir::OpBuilder &builder,
                                   const TargetInfo &target) const = 0;
};

/// All strategies, in the order in which ties are decided.
llvm::ArrayRef<std::unique_ptr<Strategy>> getStrategies();

/// The strategy of that name, or null.
const Strategy *lookupStrategy(llvm::StringRef name);

std::unique_ptr<Strategy> createPairLutStrategy();
std::unique_ptr<Strategy> createPopcountStrategy();
std::unique_ptr<Strategy> createDotStrategy();
std::unique_ptr<Strategy> createLutStrategy();
std::unique_ptr<Strategy> createIntegerStrategy();

/// Whether the weights can be laid out at compile time: constant, and the same for all batches. If not,
/// `reason` says why.
bool canPackWeights(ContractionOpInterface op, std::string &reason);

/// Whether each product is one of two bits, -1 and +1 or 0 and 1. If not, `reason` says so.
bool isBitByBit(ContractionOpInterface op, std::string &reason);

/// Whether a border of codes can serve `op`: it pads with one, or with a 0 that `bnn-legalize-padding` takes.
bool canPadWithCodes(ContractionOpInterface op);

/// The contraction as a convolution over an image; see `bnn.geometry`.
GeometryAttr getGeometry(ContractionOpInterface op);

/// A tensor's shape (of rank 4 at most) as N×H×W×C: [M, C] is [1, 1, M, C] and [B, M, C] is [B, 1, M, C].
llvm::SmallVector<int64_t> getImageShape(llvm::ArrayRef<int64_t> shape);

} // namespace bnn

#endif // BNN_KERNELS_STRATEGY_H
