//===- IntegerForm.h - Float expressions of integers -------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A float value that is made of accumulators and codes by factors, offsets, sums, clamps, averages and data
// movement can be computed in integers, up to the rounding of dyadic numbers. An IntegerForm is such an
// expression; it is read without changing anything, and then emitted for a scale of the reader's choice.

#ifndef BNN_LIB_DIALECT_BNN_TRANSFORMS_INTEGERFORM_H
#define BNN_LIB_DIALECT_BNN_TRANSFORMS_INTEGERFORM_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <memory>

namespace bnn {

/// One number for all channels of the last dimension, or one for each.
using Factors = llvm::SmallVector<double>;

/// A real number r as m·2^-e, as HAWQ-V3 (arXiv:2011.10680) rounds it: 31 significant bits, halves up.
struct Dyadic {
  int32_t multiplier;
  int32_t shift;
  /// Fails if |r| is 2^31 or more, which has no shift.
  static std::optional<Dyadic> of(double r);
};

class IntegerForm {
public:
  /// Reads the expression behind the floats `value`. Null if it has another kind of op; `why` then names it.
  static std::unique_ptr<IntegerForm> read(mlir::Value value, std::string &why);

  ~IntegerForm();

  /// The number of accumulators and code tensors in it.
  int64_t getNumLeaves() const;

  /// True if some op in it moves elements to another channel, so that numbers per channel of the value are
  /// not numbers per channel of its leaves.
  bool movesChannels() const;

  /// The largest magnitude of value·gain + offset, in the whole and in each part that is emitted.
  double getBound(const Factors &gain, const Factors &offset) const;

  /// Leaves out a clamp at the end that only cuts what lies outside [low, high], in units of
  /// value·gain + offset.
  static std::unique_ptr<IntegerForm> withoutClamp(std::unique_ptr<IntegerForm> form, const Factors &gain,
                                                   const Factors &offset, double low, double high);

  /// Emits i32 tensors for round(value·gain + offset), with rounding errors of one at most for each leaf.
  mlir::Value emit(mlir::ImplicitLocOpBuilder &b, const Factors &gain, const Factors &offset) const;

  /// Emits codes of `type` for clamp(round(value·gain + offset) + zeroPoint) with one op; null unless it is
  /// one leaf behind factors and offsets, with an offset that is a whole number of steps of the leaf, nearly.
  mlir::Value emitCodes(mlir::ImplicitLocOpBuilder &b, const Factors &gain, const Factors &offset,
                        mlir::RankedTensorType type, int64_t zeroPoint, Rounding rounding) const;

private:
  enum Kind {
    Leaf,   ///< (integer - zeroPoint)·factor + offset
    Affine, ///< child·factor + offset
    Clamp,  ///< child, at least low and at most high
    Sum,    ///< of two children
    Move    ///< the elements of the children in other places
  };

  explicit IntegerForm(Kind kind) : kind(kind) {}
  static std::unique_ptr<IntegerForm> readLeaf(mlir::Operation *op, std::string &why);
  static std::unique_ptr<IntegerForm> readCodes(DequantizeOp op, std::string &why);
  static std::unique_ptr<IntegerForm> readPool(mlir::Operation *op, std::string &why);
  static std::unique_ptr<IntegerForm> readAffine(mlir::Operation *op, std::string &why);
  static std::unique_ptr<IntegerForm> readClamp(mlir::Operation *op, std::string &why);
  static std::unique_ptr<IntegerForm> readParts(mlir::Operation *op, std::string &why);

  bool holdsCodes() const;
  int64_t getLargestInteger() const;
  mlir::Value emitInteger(mlir::ImplicitLocOpBuilder &b) const;
  /// Whether an offset of `offset` / `gain` steps can be added to the integer, losing at most `tolerance`.
  bool takesOffset(const Factors &gain, const Factors &offset, double tolerance) const;
  mlir::Value emitLeaf(mlir::ImplicitLocOpBuilder &b, const Factors &gain, const Factors &offset,
                       mlir::RankedTensorType type, int64_t zeroPoint, Rounding rounding) const;

  Kind kind;
  mlir::Value value;             ///< Leaf: accumulators or codes
  mlir::Operation *op = nullptr; ///< Move, and the pool between a leaf's codes and its value
  int64_t zeroPoint = 0;
  Factors factor, offset, low, high;
  llvm::SmallVector<std::unique_ptr<IntegerForm>, 2> children;
};

} // namespace bnn

#endif // BNN_LIB_DIALECT_BNN_TRANSFORMS_INTEGERFORM_H
