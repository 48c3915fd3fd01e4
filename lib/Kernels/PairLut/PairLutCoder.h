//===- PairLutCoder.h - Activations as numbers of tables --------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_KERNELS_PAIRLUT_PAIRLUTCODER_H
#define BNN_LIB_KERNELS_PAIRLUT_PAIRLUTCODER_H

#include "PairLutPlan.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace bnn {

/// Tables behind the 256 of two nibbles, where one pixel of a pair or both are a pad of 0: those of (a, pad),
/// (pad, b) and (pad, pad).
constexpr int64_t kFirstPadTable = 256, kSecondPadTable = 272, kBothPadTable = 288, kPairLutTables = 289;

/// Emits loops that code one group of channels of one image.
class PairLutCoder {
public:
  /// `packed` are the bit-packed activations as one row of bytes, in `layout`; `codes` as in PairLutPlan.h.
  PairLutCoder(mlir::ImplicitLocOpBuilder &b, const PairLutPlan &plan, CodeTypeInterface type,
               BitPackedAttr layout, mlir::Value packed, mlir::Value codes);

  void emit(mlir::Value n, mlir::Value group);

private:
  /// A pixel of the padded image, in its coordinates, and whether it is in the image.
  struct Pixel {
    mlir::Value byte, inside;
  };
  /// Bytes of a pixel that are coded together. Those of a loop have the loop's variable, in periods.
  struct Piece {
    mlir::Value period;
    int64_t offset, width;
  };

  Pixel pixelAt(mlir::Value row, mlir::Value column);
  mlir::Value slotCode(mlir::Value row, mlir::Value slot);
  void forPieces(llvm::function_ref<void(const Piece &)> body);
  mlir::Value loadBytes(mlir::Value byte, const Piece &piece);
  mlir::Value combine(mlir::Value first, mlir::Value second);
  void storeCodes(mlir::Value first, const Piece &piece, mlir::Value codes);
  void storeZeros(mlir::Value first);
  /// 1 for each nibble of a piece that holds channels.
  llvm::SmallVector<int16_t> validNibbles(const Piece &piece) const;
  mlir::Value padBytes(const Piece &piece);

  void emitStream(mlir::Value row);
  void emitInnerSlots(mlir::Value row);
  void emitSlot(mlir::Value at, const Pixel &first, const Pixel &second);
  void emitPadRow(mlir::Value row);
  void emitOuterSlots(mlir::Value row, int64_t first, int64_t end);
  void emitCrossingSlots(mlir::Value row);

  mlir::Value padded(int64_t value, llvm::ArrayRef<int16_t> valid);
  mlir::Value scaled(mlir::Value index, int64_t factor, int64_t offset = 0);
  mlir::Value sum(mlir::Value lhs, mlir::Value rhs);

  mlir::ImplicitLocOpBuilder &b;
  const PairLutPlan &plan;
  mlir::Value packed, codes;
  /// Rows, pixels and bytes of the stored image, and where it starts behind its border.
  int64_t storedRows, storedWidth, pixelBytes, originRow, originColumn;
  /// Bytes of a group's channels, and those after which chunks are at the same places again.
  int64_t groupBytes, periodBytes;
  int64_t stride, dilation, taps;
  /// Slots whose pixels are all in the image.
  int64_t innerFirst, innerEnd;
  bool padsWithZero, padIsOne;
  mlir::Value imageByte;
};

} // namespace bnn

#endif // BNN_LIB_KERNELS_PAIRLUT_PAIRLUTCODER_H
