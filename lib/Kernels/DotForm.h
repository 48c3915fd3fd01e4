//===- DotForm.h - Which multiply-add serves two code types ------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Targets multiply and add small integers in steps of different shape. A form is one such step, chosen so
// that no intermediate sum can overflow for any codes of the two types, with the numbers that stand for the
// codes:
//
//   form    step (per i32 lane)                                            instructions
//   quads   4 products of bytes                                            vpdpbusd; sdot
//   tiles   8 products of bytes for 2 pixels by 2 channels in 4 lanes      smmla
//   pairs   4 products of bytes through i16 sums, proved to fit            vpmaddubsw + vpaddw or vpmaddwd
//   words   2 products of i16                                              vpmaddwd
//   single  1 product of i16                                               smlal
//
// Stored activations are an affine function of codes, stored = code·multiplier + addend, which makes them
// unsigned bytes, signed bytes or i16 as the form wants, and holds the pad value as well. What is left is one
// constant for each output channel:
//
//   Σ value·w = factor·Σ stored·w + offset·Σ w

#ifndef BNN_LIB_KERNELS_DOTFORM_H
#define BNN_LIB_KERNELS_DOTFORM_H

#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.h"
#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Kernels/Strategy.h"

namespace bnn {

struct DotForm {
  enum Kind { Quads, Tiles, Pairs, Words, Single };

  Kind kind;
  int64_t depth;         ///< products that one step adds for one pixel and channel
  bool signedBytes;      ///< of the activations, in quads and tiles
  int64_t stepsPerBlock; ///< of pairs: steps whose i16 sums fit
  int64_t multiplier, addend;
  int64_t factor, offset;
  int64_t largest; ///< stored number
  int64_t vectorBits;
  bool signExtended; ///< whether the codes in memory are

  /// The fastest form for `geometry` on `target`. `tiled` allows pixels to be taken two by two.
  static DotForm choose(CodeTypeInterface activations, CodeTypeInterface weights, GeometryAttr geometry,
                        const TargetInfo &target, bool tiled);

  /// Activations as numbers from 0 to `largest`, for uses other than the steps of a form.
  static DotForm unsignedBytes(CodeTypeInterface activations, GeometryAttr geometry,
                               const TargetInfo &target);

  bool hasBytes() const { return kind <= Pairs; }
  unsigned storedBits() const { return hasBytes() ? 8 : 16; }
  /// Stored numbers in a vector register of weights.
  int64_t vectorLength() const { return kind == Single ? vectorBits / 32 : vectorBits / storedBits(); }
  /// Channels whose weights share a vector register.
  int64_t channelsPerVector() const { return vectorLength() / depth; }
  /// Vector operations of a step on one register of weights, and how many of them multiply.
  double operations() const;
  double multiplications() const;
  /// Whether codes are read as they lie in memory.
  bool isIdentity() const { return hasBytes() && multiplier == 1 && addend == 0; }
  /// What stands for an activation of `value`.
  int64_t encode(int64_t value) const;

  /// acc + one step; `activations` has the length of `weights`.
  mlir::Value accumulate(mlir::ImplicitLocOpBuilder &b, mlir::Value acc, mlir::Value activations,
                         mlir::Value weights) const;
  /// The i16 sums of one step of pairs.
  mlir::Value multiplyPairs(mlir::ImplicitLocOpBuilder &b, mlir::Value activations,
                            mlir::Value weights) const;
  /// acc + i16 sums of pairs.
  mlir::Value addPairs(mlir::ImplicitLocOpBuilder &b, mlir::Value acc, mlir::Value sums) const;

  /// The image as one dimension of stored numbers, with the border that `geometry` pads with and `slack` more
  /// numbers at the end. Codes that can be read as they lie are not copied.
  mlir::Value stage(mlir::ImplicitLocOpBuilder &b, mlir::Value codes, GeometryAttr geometry,
                    int64_t slack) const;

  /// Appends to `storage` what stands for the weight `value`.
  void appendWeight(std::vector<char> &storage, int64_t value) const;
  /// A constant of that storage.
  mlir::DenseElementsAttr weightStorage(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                                        llvm::ArrayRef<char> storage) const;
};

/// Whether every output channel reads one input channel of its own, through a window that fits into unrolled
/// code.
bool isDepthwise(GeometryAttr geometry);

/// The depthwise part of the strategy, which lives in a file of its own.
PackedWeights packDepthwiseWeights(const WeightCodes &weights, GeometryAttr geometry, const DotForm &form);
void emitDepthwise(ContractKernelOp op, mlir::OpBuilder &builder, const DotForm &form);

} // namespace bnn

#endif // BNN_LIB_KERNELS_DOTFORM_H
