//===- PairLutKernel.h - The emitter of a pair look-up kernel -------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the files of the emitter share: sums of look-ups (PairLutSums.cpp), from sums to outputs
// (PairLutTiles.cpp), and the loops around them (PairLutEmitter.cpp).

#ifndef BNN_LIB_KERNELS_PAIRLUT_PAIRLUTKERNEL_H
#define BNN_LIB_KERNELS_PAIRLUT_PAIRLUTKERNEL_H

#include "PairLutEmitter.h"
#include "PairLutPlan.h"

#include "bnn/Kernels/KernelEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace bnn {

/// 16-bit accumulators of one vector of channels and two pixels.
constexpr int64_t kPairLutAccumulators = 2 * kPairLutLanes;

/// Emits one kernel in buffer form.
class PairLutKernel {
public:
  PairLutKernel(ContractKernelOp op, mlir::OpBuilder &builder)
      : op(op), b(op.getLoc(), builder), g(op.getGeometry()),
        layout(mlir::cast<BitPackedAttr>(op.getActivationLayout())), plan(g, layout.getPad().empty()),
        epilogue(op), product(mlir::cast<CodeTypeInterface>(op.getActivationType()),
                              mlir::cast<CodeTypeInterface>(op.getWeightType())),
        narrow(epilogue.isNarrow()) {
    bytes = mlir::VectorType::get(kPairLutLanes, b.getI8Type());
    words = mlir::VectorType::get(kPairLutLanes / 2, b.getI16Type());
    depth = g.getKernel()[0] * g.getKernel()[1] * plan.channels;
  }

  void emit();

private:
  struct Panel {
    mlir::Value weights, channel; ///< first byte of its weights, first output channel
    int64_t vectors;
    /// Channels of the last vector; whether it ends with the last channel of the output, and the static
    /// number of its first channel.
    int64_t valid;
    bool last;
    int64_t lastFirst;
  };
  /// Sums of some nibbles for each vector of a panel.
  struct Sums {
    llvm::SmallVector<mlir::Value> all, high;
  };
  enum class Part { First, Middle, Last, Only };

  void emitPanels(mlir::Value n, mlir::Value group, bool isLastGroup);
  void emitPanel(mlir::Value n, const Panel &panel);
  void emitPairs(mlir::Value n, const Panel &panel, mlir::Value block, Part part);
  void prefetchWeights(const Panel &panel, mlir::Value weights, mlir::Value pair);
  Sums emitBlock(const Panel &panel, mlir::Value codeIndex, mlir::Value weightIndex);
  void emitNibbles(const Panel &panel, Sums &sums, mlir::Value codeIndex, mlir::Value weightIndex,
                   int64_t count);
  void finish(const Panel &panel, const Sums &sums, mlir::Value accumulator, Part part, mlir::Value n,
              mlir::Value pixel, mlir::Value y, mlir::Value x);
  void emitTile(const Panel &panel, int64_t vector, mlir::Value even, mlir::Value odd, mlir::Value n,
                mlir::Value y, mlir::Value x);
  bool takesFloats() const;
  mlir::Value toFloats(mlir::Value counts, bool high);
  llvm::SmallVector<TilePiece> toPieces(mlir::Value even, mlir::Value odd);

  mlir::Value scaled(mlir::Value index, int64_t factor, int64_t offset = 0);
  mlir::Value sum(mlir::Value lhs, mlir::Value rhs) { return mlir::arith::AddIOp::create(b, lhs, rhs); }
  mlir::Value constant(mlir::Type vector, int64_t value) {
    auto type = mlir::cast<mlir::VectorType>(vector);
    return splatConstant(b, type.getElementType(), type.getNumElements(), value);
  }
  mlir::Value cast16(mlir::Value vector) { return mlir::vector::BitCastOp::create(b, words, vector); }
  mlir::Value shiftRight16(mlir::Value vector, int64_t bits) {
    return mlir::arith::ShRUIOp::create(b, cast16(vector), constant(words, bits));
  }
  mlir::DenseElementsAttr makeTables();

  ContractKernelOp op;
  mlir::ImplicitLocOpBuilder b;
  GeometryAttr g;
  BitPackedAttr layout;
  PairLutPlan plan;
  EpilogueEmitter epilogue;
  PairLutProduct product;
  bool narrow;
  mlir::VectorType bytes, words;
  int64_t depth;
  mlir::Value tables, codes, accumulators;
  mlir::Value firstPair, numPairs; ///< of the block of pairs
};

} // namespace bnn

#endif // BNN_LIB_KERNELS_PAIRLUT_PAIRLUTKERNEL_H
