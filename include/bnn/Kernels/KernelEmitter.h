//===- KernelEmitter.h - Loops, epilogues and packed stores -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What every strategy shares when it emits a kernel in buffer form: loop nests, reading parameters for a tile
// of output channels, running the epilogue region on vectors, and writing plain or packed outputs.
//
// The region of a kernel is scalar. Its ops are all elementwise, so a tile of V channels at one output
// position is computed by cloning each op with vector<V> types; parameters whose map does not read the
// channel are loaded once and broadcast.

#ifndef BNN_KERNELS_KERNELEMITTER_H
#define BNN_KERNELS_KERNELEMITTER_H

#include "bnn/Dialect/BNN/IR/BNN.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace bnn {

/// One output position (n, y, x) and the first channel of a tile; all of type index. `channel` is
/// `channelBase + staticChannel` so that full tiles and tails share code.
struct TilePosition {
  mlir::Value n, y, x, channel;
};

/// Emits `for iv = lower to upper step step`, both static, calling `body` with the induction variable; a loop
/// of one iteration becomes straight-line code.
void emitLoop(mlir::ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
              llvm::function_ref<void(mlir::Value)> body);

/// The same for a loop whose iterations are independent, so that threads may share them.
void emitParallelLoop(mlir::ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
                      llvm::function_ref<void(mlir::Value)> body);

/// A loop with loop-carried values; returns their final values.
llvm::SmallVector<mlir::Value>
emitLoop(mlir::ImplicitLocOpBuilder &b, mlir::Value lower, mlir::Value upper, int64_t step,
         mlir::ValueRange inits,
         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);

/// Has LLVM leave in `loop` what does not change in it: outside, it would take registers that the loop needs.
void keepInside(mlir::scf::ForOp loop);

mlir::Value indexConstant(mlir::ImplicitLocOpBuilder &b, int64_t value);

/// `value` in every lane.
mlir::Value splat(mlir::ImplicitLocOpBuilder &b, mlir::Value value, int64_t lanes);

/// A dense constant vector<lanes x type> of `value`.
mlir::Value splatConstant(mlir::ImplicitLocOpBuilder &b, mlir::Type type, int64_t lanes, int64_t value);

/// Loads `lanes` codes that lie as bytes and widens them to the i32 values of their type.
mlir::Value loadByteCodes(mlir::ImplicitLocOpBuilder &b, mlir::Value memref, mlir::ValueRange indices,
                          int64_t lanes, CodeTypeInterface type);

/// Writes the border of a padded bit-packed image of `channels` channels; nothing for other layouts.
void emitBorder(mlir::ImplicitLocOpBuilder &b, mlir::Value memref, mlir::Attribute layout, int64_t channels);

/// Row and column of a window's tap, and whether it lies in the image: position·stride + tap·dilation - pad.
struct WindowTap {
  mlir::Value y, x, inside;
};
WindowTap emitWindowTap(mlir::ImplicitLocOpBuilder &b, mlir::Value y, mlir::Value x, mlir::Value i,
                        mlir::Value j, llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> dilations,
                        llvm::ArrayRef<int64_t> pad, int64_t height, int64_t width);

/// A constant array of the module `op` is in, made once under `name`; to be read through the result, which
/// has the shape and elements of `value`.
mlir::Value emitGlobalConstant(mlir::ImplicitLocOpBuilder &b, mlir::Operation *op, llvm::StringRef name,
                               mlir::DenseElementsAttr value);

/// Some channels of a tile in the lanes of one vector. A kernel whose registers do not end up with
/// neighbouring channels in neighbouring lanes hands its tile over in pieces.
struct TilePiece {
  /// For each lane its channel in the tile.
  llvm::SmallVector<int64_t> channels;
  /// i32, or i16 where the kernel's accumulators are narrow, or f32 where the epilogue converts them first.
  mlir::Value accumulator;
};

/// Runs a kernel's epilogue on a tile and writes its outputs.
class EpilogueEmitter {
public:
  /// For a kernel whose region starts with an accumulator.
  EpilogueEmitter(ContractKernelOp op);
  /// For a kernel without one.
  EpilogueEmitter(MapKernelOp op);

  /// Channels of a tile must be a multiple of this, but for the last tile.
  int64_t getTileGranularity() const { return hasPackedOutput ? 8 : 1; }

  /// Whether the epilogue takes i16 accumulators.
  bool isNarrow() const;

  /// Whether all that the epilogue does with accumulators of i32 is to convert them to f32, so that a kernel
  /// which has them in f32 for less may hand those over.
  bool takesFloats() const;

  /// Emits the epilogue for `lanes` channels at `position`. `accumulator` is vector<lanes x i32>, null for a
  /// map kernel. `last` says that the tile ends with the last channel: packed outputs then fill their last
  /// word. `firstChannel` is the static channel of the tile if it is the last one.
  void emit(mlir::ImplicitLocOpBuilder &b, const TilePosition &position, int64_t lanes, bool last,
            int64_t firstChannel, mlir::Value accumulator) const;

  /// The same for a whole tile in pieces, which hold each of its channels once. Not for the last tile of
  /// packed outputs: that fills its last word.
  void emit(mlir::ImplicitLocOpBuilder &b, const TilePosition &position,
            llvm::ArrayRef<TilePiece> pieces) const;

  /// Writes the borders of padded packed outputs; called once per kernel.
  void emitBorders(mlir::ImplicitLocOpBuilder &b) const;

  /// True if tiling `channels` by `tile` needs a last tile of its own.
  bool needsLastTile(int64_t channels, int64_t tile) const;

private:
  /// The values of the region's block arguments for each of the pieces.
  llvm::SmallVector<mlir::IRMapping> mapArguments(mlir::ImplicitLocOpBuilder &b, const TilePosition &position,
                                                  int64_t lanes, llvm::ArrayRef<TilePiece> pieces) const;
  mlir::Value loadParam(mlir::ImplicitLocOpBuilder &b, unsigned index, const TilePosition &position,
                        int64_t lanes) const;
  /// Whether the parameter has a value of its own for each channel.
  bool isPerChannel(unsigned index) const;
  mlir::Value loadBorder(mlir::ImplicitLocOpBuilder &b, const TilePosition &position, int64_t lanes) const;
  /// Clones the region's ops with vectors of `lanes`; returns what it yields.
  llvm::SmallVector<mlir::Value> emitRegion(mlir::ImplicitLocOpBuilder &b, mlir::IRMapping &mapping,
                                            int64_t lanes) const;
  void store(mlir::ImplicitLocOpBuilder &b, const TilePosition &position, int64_t lanes, bool last,
             int64_t firstChannel, mlir::ValueRange vectors) const;
  void storePlain(mlir::ImplicitLocOpBuilder &b, mlir::Value memref, const TilePosition &position,
                  int64_t lanes, mlir::Value vector) const;
  void storeBits(mlir::ImplicitLocOpBuilder &b, mlir::Value memref, BitPackedAttr layout,
                 const TilePosition &position, int64_t lanes, bool last, int64_t firstChannel,
                 mlir::Value vector) const;

  mlir::Region *region;
  mlir::ValueRange params, inits;
  llvm::SmallVector<mlir::AffineMap> maps;
  llvm::SmallVector<mlir::Attribute> paramLayouts, outputLayouts;
  llvm::SmallVector<int64_t> imageShape;
  mlir::Value border;
  llvm::SmallVector<int64_t> borderExtent;
  bool hasAccumulator, hasPackedOutput;
};

} // namespace bnn

#endif // BNN_KERNELS_KERNELEMITTER_H
