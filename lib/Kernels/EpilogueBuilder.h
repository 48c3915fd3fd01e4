//===- EpilogueBuilder.h - From tensor ops to a scalar region ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Turns a group of elementwise tensor ops into the scalar region of one kernel. The group grows from a root
// (a contraction's accumulator, or one elementwise op) by ops that read what the group computes and nothing
// that depends on it from outside; other operands become parameters of the kernel.

#ifndef BNN_LIB_KERNELS_EPILOGUEBUILDER_H
#define BNN_LIB_KERNELS_EPILOGUEBUILDER_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace bnn {

class EpilogueBuilder {
public:
  /// A group over images of `shape` (of rank 1 to 4).
  EpilogueBuilder(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape);

  /// Starts the group from a contraction; `accumulator` is its result.
  void addAccumulator(mlir::Value accumulator);

  /// Starts a group without a contraction from an elementwise op. False if the op is not one.
  bool addRoot(mlir::Operation *op);

  /// Starts a group from a tensor that is read as it is. Packed codes come as their storage and layout.
  void addInput(mlir::Value value, mlir::Value storage, mlir::Attribute layout);

  /// Adds every op of the block that can join; `root` is what the group depends on.
  void grow(mlir::Operation *root);

  /// Replaces packs and remaining uses of the group's values by outputs: creates the yield and returns the
  /// init tensors. Call once, when the group is complete.
  void finish();

  bool hasOutputs() const { return !outputs.empty(); }
  unsigned getNumFused() const { return ops.size(); }

  /// What a kernel op is made of.
  llvm::SmallVector<mlir::Value> params;
  llvm::SmallVector<mlir::AffineMap> paramMaps;
  llvm::SmallVector<mlir::Attribute> paramLayouts;
  std::unique_ptr<mlir::Region> region;
  struct Output {
    mlir::RankedTensorType type;     ///< of the init and the result
    mlir::Attribute layout;          ///< a storage layout, or unit
    mlir::Value value;               ///< a value of the group; its outside uses read the result
    llvm::SmallVector<PackOp> packs; ///< or these packs, for packed outputs
  };
  llvm::SmallVector<Output> outputs;

  /// Makes the users of the outputs read `results`, and erases the group's ops.
  void replaceUses(mlir::OpBuilder &builder, mlir::ValueRange results);

  /// After which the kernel may stand: the last op of the group.
  mlir::Operation *getLastOp() const { return ops.back(); }

private:
  mlir::OpBuilder atEnd();
  bool canAdd(mlir::Operation *op) const;
  void add(mlir::Operation *op);
  void addGeneric(mlir::Operation *op);
  /// `high` where the bit is set, else `low`, as i32.
  mlir::Value selectValue(mlir::Location loc, mlir::Value bit, int64_t high, int64_t low);
  void addThreshold(ThresholdOp op);
  /// The scalar of an operand that is read through `map` (from the group's own dimensions).
  mlir::Value scalarOf(mlir::Value tensor, mlir::AffineMap map);
  /// The map from (n, y, x, c), or null if a kernel cannot read a parameter this way.
  mlir::AffineMap toImageMap(mlir::AffineMap map, mlir::Value tensor) const;
  mlir::Value parameter(mlir::Value tensor, mlir::AffineMap imageMap, mlir::Attribute layout);
  mlir::Value encode(mlir::Value code, CodeTypeInterface type, bool packed);

  mlir::MLIRContext *context;
  llvm::SmallVector<int64_t> shape;
  llvm::SetVector<mlir::Operation *> ops;
  /// Tensors of the group and their scalars: elements, i32 values of codes, or the bit of a 1-bit code (i1).
  llvm::MapVector<mlir::Value, mlir::Value> scalars;
  llvm::DenseSet<mlir::Operation *> dependents;
};

} // namespace bnn

#endif // BNN_LIB_KERNELS_EPILOGUEBUILDER_H
