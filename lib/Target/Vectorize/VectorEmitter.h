//===- VectorEmitter.h - Vector loops for a linalg op -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_TARGET_VECTORIZE_VECTOREMITTER_H
#define BNN_LIB_TARGET_VECTORIZE_VECTOREMITTER_H

#include "PackedConstant.h"
#include "VectorBody.h"

#include "mlir/IR/Builders.h"

namespace bnn {

/// Emits the loops of one nest as `plan` says, at the last of its ops, which it leaves to its caller to
/// erase.
class VectorEmitter {
public:
  /// Constants that are read panel by panel are packed into globals, which go into `symbols`.
  VectorEmitter(const LoopNest &nest, const VectorPlan &plan, const VectorMachine &machine,
                mlir::SymbolTableCollection &symbols);
  void emit();

private:
  /// `width` neighbouring iterations of the lanes loop, `offset` from the loop variable.
  struct Lanes {
    int64_t offset, width;
  };
  /// A register block: `size` iterations of the block loop times vectors.
  struct Block {
    llvm::SmallVector<Lanes> lanes;
    int64_t size = 1;
  };
  using Values = llvm::SmallVector<mlir::Value>;

  static llvm::SmallVector<Lanes> getLanes(int64_t extent, int64_t width);
  mlir::Value constant(int64_t value);
  /// Calls `emitBody` in a loop over [begin, end), or once where one step covers it.
  void emitLoop(unsigned loop, int64_t begin, int64_t end, int64_t step, llvm::function_ref<void()> emitBody);
  void emitParallel(llvm::ArrayRef<unsigned> loops, llvm::function_ref<void()> emitBody);
  /// Loops over `loops` with loop-carried values.
  Values emitReduction(llvm::ArrayRef<unsigned> loops, Values carried,
                       llvm::function_ref<Values(Values)> emitBody);

  void emitLaneSegments();
  void emitBlockSegments(llvm::ArrayRef<Lanes> lanes);
  void emitBlock(const Block &block);
  void computeProductsTogether(llvm::ArrayRef<mlir::Value> sums);
  void emitHorizontal();

  mlir::Value getAddress(unsigned access, int64_t blockOffset, int64_t laneOffset);
  mlir::Value load(unsigned access, int64_t blockOffset, const Lanes &lanes);
  void store(unsigned access, int64_t blockOffset, const Lanes &lanes, mlir::Value value);
  /// Body arguments of one of the nest's ops at one position; what is in registers comes from `registers`:
  /// accumulators, or what is fused.
  Values getArguments(mlir::linalg::LinalgOp op, int64_t blockOffset, const Lanes &lanes,
                      mlir::ValueRange registers);
  Values getIndices(int64_t blockOffset, const Lanes &lanes);
  /// The values that the op yields at one position.
  Values emitBodyAt(mlir::linalg::LinalgOp op, int64_t blockOffset, const Lanes &lanes,
                    mlir::ValueRange registers);
  mlir::Value reduceLanes(mlir::Operation *combiner, mlir::Value value);

  const LoopNest &nest;
  const VectorPlan &plan;
  const VectorMachine &machine;
  mlir::ImplicitLocOpBuilder builder;
  /// Outputs of the op, and those that are stored: of the epilogue if there is one.
  llvm::SmallVector<unsigned> outputs, stored;
  Values buffers;
  /// By access, where its constant is packed.
  llvm::SmallVector<std::optional<PackedConstant>> packed;
  /// Lanes of the segment that is emitted: the width of a packed constant's panel.
  int64_t segmentLanes = 0;
  /// The variable of each loop, where it is open.
  Values variables;
  /// Loads of the current block, by access and offsets.
  llvm::DenseMap<std::tuple<unsigned, int64_t, int64_t, int64_t>, mlir::Value> loads;
};

} // namespace bnn

#endif // BNN_LIB_TARGET_VECTORIZE_VECTOREMITTER_H
