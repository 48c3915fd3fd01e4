//===- Popcount.h - What the forms of the popcount strategy share -*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A contraction of one bit by one bit counts bits: acc = base + scale · popcount(a op w), plus a constant for
// each output channel that the packed weights bring along.
//
//   values           acc                                    op
//   ±1  · ±1         depth - 2·popcount(a ^ w)              xor
//   0,1 · 0,1        popcount(a & w)                        and
//   ±1  · 0,1        2·popcount(a & w) - popcount(w)        and
//   0,1 · ±1         popcount(w) - popcount(a ^ w)          xor
//
// Two forms emit the loops: PopcountLanes.cpp keeps a channel in each 32-bit lane, PopcountTree.cpp sums the
// bytes of eight channels by pairs. Both walk panels of output channels over tiles of neighbouring output
// columns, and both read the activations as runs of bytes of the bit-packed NHWC image.

#ifndef BNN_LIB_KERNELS_POPCOUNT_H
#define BNN_LIB_KERNELS_POPCOUNT_H

#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Kernels/Strategy.h"

namespace bnn {

/// How a count of bits becomes a sum of products; see the table above.
struct BitProduct {
  bool isXor;
  int64_t base, scale;
  /// popcount(w) of a channel enters its sum this often.
  int64_t onesScale;

  BitProduct(mlir::Type activations, mlir::Type weights, GeometryAttr g);
  /// base + scale · count, for counts of i16 or i32 that are small enough for it.
  mlir::Value emitSum(mlir::ImplicitLocOpBuilder &b, mlir::Value count) const;
};

/// The bytes of the image that a panel of output channels reads for one output position, as `runs` runs of
/// `runBytes`. Without groups and without dilation along a row, the taps of a filter row are one run. With
/// groups, a run is the part of one tap's pixel that holds the input channels of all groups in the panel;
/// where that part has other channels as well, the weights come with masks.
struct BitField {
  GeometryAttr g;
  int64_t panel;      ///< output channels in a panel
  int64_t panels;     ///< number of panels
  int64_t pixelBytes; ///< bytes of a pixel
  int64_t sliceBytes; ///< bytes of a pixel that a panel reads
  int64_t runs, runBytes;
  bool masked;

  BitField(GeometryAttr g, int64_t panel, bool isXor);
  /// The first byte of a pixel that panel `p` reads.
  int64_t sliceStart(int64_t p) const;
  mlir::Value emitSliceStart(mlir::ImplicitLocOpBuilder &b, mlir::Value p) const;
  /// Bytes of weights (and masks) of a panel.
  int64_t panelBytes() const { return panel * runs * runBytes * (masked ? 2 : 1); }
  /// Row and column of a run's tap; the column is 0 where a run is a filter row.
  bool joinsRow() const { return runs == g.getKernel()[0]; }

  /// The bits of output channel `o` in the order in which they meet the activations, and where it has inputs.
  struct ChannelBits {
    std::vector<uint8_t> weights, mask;
  };
  ChannelBits bitsOf(const WeightCodes &weights, int64_t o) const;
};

/// The loops around the tiles of a kernel.
class PopcountEmitter {
public:
  PopcountEmitter(ContractKernelOp op, mlir::OpBuilder &builder, int64_t panel);
  virtual ~PopcountEmitter() = default;

  /// Emits the kernel in tiles of `columns` output columns.
  void emit(int64_t columns);

protected:
  /// One panel at `columns` neighbouring output positions.
  struct Tile {
    mlir::Value panel, n, y, x;
    int64_t columns;
    /// Image row of the first tap and byte in the row of what the panel reads there.
    mlir::Value top, left;
  };
  /// The accumulators of a tile, one vector of `field.panel` i32 for each column.
  virtual llvm::SmallVector<mlir::Value> emitTile(const Tile &tile) = 0;

  /// Row of the image and byte in it where a run of `tile` starts.
  std::pair<mlir::Value, mlir::Value> emitRunStart(const Tile &tile, mlir::Value run);
  /// Asks for the weights of a later step where each weight is read once: `bytes` from `indices` on.
  void emitPrefetch(mlir::ValueRange indices, int64_t bytes);
  /// Bytes between neighbouring output columns.
  int64_t columnBytes() const { return g.getStrides()[1] * field.pixelBytes; }
  /// index·factor + offset
  mlir::Value scaled(mlir::Value index, int64_t factor, int64_t offset = 0);
  /// A loop with carried values and static bounds; one iteration becomes straight-line code.
  llvm::SmallVector<mlir::Value>
  carry(int64_t lower, int64_t upper, int64_t step, mlir::ValueRange inits,
        llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);

  ContractKernelOp op;
  mlir::ImplicitLocOpBuilder b;
  GeometryAttr g;
  BitProduct product;
  BitField field;
  EpilogueEmitter epilogue;
  BitPackedAttr layout;
  /// The image as rows of bytes, so that a filter row may run across pixels.
  mlir::Value image;

private:
  void emitPanels(int64_t columns, int64_t first, int64_t end, int64_t valid, bool last);
};

/// One form of the strategy.
struct PopcountForm {
  /// Output channels in a panel.
  int64_t (*panel)(GeometryAttr g, const TargetInfo &target);
  /// Channels that are computed together: what the last panel has beyond the last of them is dead code.
  int64_t (*granularity)(const TargetInfo &target);
  /// Whether several steps share a count of bits.
  bool (*sharesCounts)(GeometryAttr g, const TargetInfo &target);
  mlir::DenseElementsAttr (*pack)(const WeightCodes &weights, CodeTypeInterface activationType,
                                  GeometryAttr g, const TargetInfo &target);
  void (*emit)(ContractKernelOp op, mlir::OpBuilder &builder, const TargetInfo &target);
};

/// Lanes are channels.
extern const PopcountForm popcountLanes;
/// Trees of pairwise additions of bytes, eight channels wide.
extern const PopcountForm popcountTree;

} // namespace bnn

#endif // BNN_LIB_KERNELS_POPCOUNT_H
