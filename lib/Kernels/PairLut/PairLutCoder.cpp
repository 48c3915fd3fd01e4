//===- PairLutCoder.cpp - Activations as numbers of tables ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Each code is the nibble of one pixel in the low half and that of its partner in the high half. Bytes of
// packed activations hold two nibbles each, so codes are made 2·w at a time from w bytes of both pixels:
//
//   low  = (a & 15) | (b << 4)        the even nibbles
//   high = (a >> 4) | (b & 240)       the odd ones
//   codes = zext(interleave(low, high)) << 4
//
// Inner slots, whose pixels both lie in the image, are coded by loops over rows; if a pixel's codes follow
// those of the pixel before without a gap, a row is one stream of bytes. Slots that touch the pad take a
// slower way. A pad of -1 or 1 is the bits it consists of. A pad of 0 is coded as tables of its own, which
// count half a nibble.

#include "PairLutCoder.h"

#include "bnn/Kernels/KernelEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace bnn;

/// Bytes that are coded at once at most: a register of AVX2.
static constexpr int64_t kPieceBytes = 32;

PairLutCoder::PairLutCoder(ImplicitLocOpBuilder &b, const PairLutPlan &plan, CodeTypeInterface type,
                           BitPackedAttr layout, Value packed, Value codes)
    : b(b), plan(plan), packed(packed), codes(codes) {
  GeometryAttr g = plan.geometry;
  ArrayRef<int64_t> pad = layout.getPad();
  originRow = pad.empty() ? 0 : pad[0];
  originColumn = pad.empty() ? 0 : pad[2];
  storedRows = plan.height + (pad.empty() ? 0 : pad[0] + pad[1]);
  storedWidth = plan.width + (pad.empty() ? 0 : pad[2] + pad[3]);
  pixelBytes = 4 * llvm::divideCeil(g.getInput()[3], 32);
  groupBytes = llvm::divideCeil(plan.channels, 8);
  periodBytes = std::lcm(kPieceBytes, plan.chunkNibbles / 2);
  stride = g.getStrides()[1], dilation = g.getDilations()[1], taps = g.getKernel()[1];
  // Columns of the padded image: a slot's first pixel is in the image and so is its partner.
  int64_t end = plan.left + plan.width - stride;
  if (plan.compact) {
    int64_t reach = (taps - 1) * dilation;
    innerFirst = taps * llvm::divideCeil(plan.left, 2 * stride);
    innerEnd = end - reach <= 0 ? 0 : taps * ((end - reach - 1) / (2 * stride) + 1);
  } else {
    innerFirst = plan.left;
    innerEnd = end;
  }
  innerEnd = std::clamp<int64_t>(innerEnd, 0, plan.plainSlots);
  innerFirst = std::min(innerFirst, innerEnd);
  padsWithZero = !type.contains(g.getPadValue());
  padIsOne = !padsWithZero && type.encode(g.getPadValue()) == 1;
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

Value PairLutCoder::scaled(Value index, int64_t factor, int64_t offset) {
  Value product = factor == 1 ? index : Value(arith::MulIOp::create(b, index, indexConstant(b, factor)));
  return offset == 0 ? product : sum(product, indexConstant(b, offset));
}

Value PairLutCoder::sum(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }

/// Its byte is that of the first pixel if it is outside, so that reading it does no harm.
PairLutCoder::Pixel PairLutCoder::pixelAt(Value row, Value column) {
  Value y = scaled(row, 1, -plan.top), x = scaled(column, 1, -plan.left);
  auto below = [&](Value index, int64_t extent) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, index, indexConstant(b, extent));
  };
  Value inside = arith::AndIOp::create(b, below(y, plan.height), below(x, plan.width));
  Value byte = scaled(sum(scaled(y, storedWidth), x), pixelBytes);
  return {sum(imageByte, arith::SelectOp::create(b, inside, byte, indexConstant(b, 0))), inside};
}

/// Where the codes of a slot are in the first chunk.
Value PairLutCoder::slotCode(Value row, Value slot) {
  return scaled(sum(scaled(row, plan.slots), slot), plan.chunkNibbles);
}

//===----------------------------------------------------------------------===//
// Codes of a few bytes
//===----------------------------------------------------------------------===//

void PairLutCoder::forPieces(function_ref<void(const Piece &)> body) {
  // Unrolled as far as that stays small.
  int64_t periods =
      groupBytes >= 2 * periodBytes && periodBytes <= 8 * kPieceBytes ? groupBytes / periodBytes : 0;
  if (periods > 0)
    emitLoop(b, 0, periods, 1, [&](Value period) {
      for (int64_t offset = 0; offset < periodBytes; offset += kPieceBytes)
        body({period, offset, kPieceBytes});
    });
  for (int64_t offset = periods * periodBytes; offset < groupBytes;) {
    int64_t width = std::min<int64_t>(kPieceBytes, llvm::bit_floor(uint64_t(groupBytes - offset)));
    body({Value(), offset, width});
    offset += width;
  }
}

Value PairLutCoder::loadBytes(Value byte, const Piece &piece) {
  Value at = scaled(byte, 1, piece.offset);
  if (piece.period)
    at = sum(at, scaled(piece.period, periodBytes));
  return vector::LoadOp::create(b, VectorType::get(piece.width, b.getI8Type()), packed, at);
}

Value PairLutCoder::combine(Value first, Value second) {
  int64_t width = cast<VectorType>(first.getType()).getNumElements();
  auto constant = [&](int64_t value) { return splatConstant(b, b.getI8Type(), width, value); };
  Value low = arith::OrIOp::create(b, arith::AndIOp::create(b, first, constant(15)),
                                   arith::ShLIOp::create(b, second, constant(4)));
  Value high = arith::OrIOp::create(b, arith::ShRUIOp::create(b, first, constant(4)),
                                    arith::AndIOp::create(b, second, constant(-16)));
  Value both = vector::InterleaveOp::create(b, low, high);
  return arith::ExtUIOp::create(b, VectorType::get(2 * width, b.getI16Type()), both);
}

void PairLutCoder::storeCodes(Value first, const Piece &piece, Value numbers) {
  Value offsets = arith::ShLIOp::create(b, numbers, splatConstant(b, b.getI16Type(), 2 * piece.width, 4));
  if (piece.period) {
    int64_t chunks = 2 * periodBytes / plan.chunkNibbles;
    first = sum(first, scaled(piece.period, chunks * plan.planeCodes()));
  }
  // Up to the end of a chunk, and in powers of two.
  for (int64_t nibble = 2 * piece.offset, end = nibble + 2 * piece.width; nibble < end;) {
    int64_t chunk = nibble / plan.chunkNibbles, place = nibble % plan.chunkNibbles;
    int64_t count = llvm::bit_floor(uint64_t(std::min(end - nibble, plan.chunkNibbles - place)));
    Value part = offsets;
    if (count != 2 * piece.width)
      part = vector::ExtractStridedSliceOp::create(b, offsets, ArrayRef<int64_t>{nibble - 2 * piece.offset},
                                                   ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
    vector::StoreOp::create(b, part, codes, scaled(first, 1, chunk * plan.planeCodes() + place));
    nibble += count;
  }
}

/// Codes past the channels are those of no bits.
void PairLutCoder::storeZeros(Value first) {
  for (int64_t nibble = 2 * groupBytes; nibble < plan.chunks * plan.chunkNibbles;) {
    int64_t chunk = nibble / plan.chunkNibbles, place = nibble % plan.chunkNibbles;
    int64_t count = llvm::bit_floor(uint64_t(plan.chunkNibbles - place));
    vector::StoreOp::create(b, splatConstant(b, b.getI16Type(), count, 0), codes,
                            scaled(first, 1, chunk * plan.planeCodes() + place));
    nibble += count;
  }
}

SmallVector<int16_t> PairLutCoder::validNibbles(const Piece &piece) const {
  SmallVector<int16_t> valid(2 * piece.width, 1);
  for (auto [i, v] : llvm::enumerate(valid))
    v = piece.period || 2 * piece.offset + int64_t(i) < plan.nibbles;
  return valid;
}

Value PairLutCoder::padBytes(const Piece &piece) {
  SmallVector<int8_t> bytes(piece.width, 0);
  for (int64_t bit = 0; padIsOne && bit < 8 * piece.width; ++bit)
    if (piece.period || 8 * piece.offset + bit < plan.channels)
      bytes[bit / 8] |= 1 << (bit % 8);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(VectorType::get(piece.width, b.getI8Type()), ArrayRef<int8_t>(bytes)));
}

/// `value` for each valid nibble.
Value PairLutCoder::padded(int64_t value, ArrayRef<int16_t> valid) {
  SmallVector<int16_t> values;
  for (int16_t v : valid)
    values.push_back(v * value);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(VectorType::get(values.size(), b.getI16Type()), ArrayRef<int16_t>(values)));
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

/// Codes of two pixels, in the image or not.
void PairLutCoder::emitSlot(Value at, const Pixel &first, const Pixel &second) {
  forPieces([&](const Piece &piece) {
    auto bytesOf = [&](const Pixel &pixel) -> Value {
      return arith::SelectOp::create(b, pixel.inside, loadBytes(pixel.byte, piece), padBytes(piece));
    };
    Value numbers = combine(bytesOf(first), bytesOf(second));
    if (padsWithZero) {
      SmallVector<int16_t> valid = validNibbles(piece);
      auto choose = [&](const Pixel &pixel, Value yes, Value no) -> Value {
        return arith::SelectOp::create(b, pixel.inside, yes, no);
      };
      Value upper = arith::ShRUIOp::create(b, numbers, splatConstant(b, b.getI16Type(), 2 * piece.width, 4));
      Value tables = choose(first, choose(second, padded(0, valid), padded(kFirstPadTable, valid)),
                            choose(second, padded(kSecondPadTable, valid), padded(kBothPadTable, valid)));
      numbers = arith::AddIOp::create(b, choose(first, numbers, upper), tables);
    }
    storeCodes(at, piece, numbers);
  });
  storeZeros(at);
}

/// Slots [first, end) of a row, which may read the pad.
void PairLutCoder::emitOuterSlots(Value row, int64_t first, int64_t end) {
  emitLoop(b, first, end, 1, [&](Value slot) {
    Value column = slot;
    if (plan.compact) {
      Value pair = arith::DivUIOp::create(b, slot, indexConstant(b, taps));
      Value tap = arith::RemUIOp::create(b, slot, indexConstant(b, taps));
      column = sum(scaled(pair, 2 * stride), scaled(tap, dilation));
    }
    emitSlot(slotCode(row, slot), pixelAt(row, column), pixelAt(row, scaled(column, 1, stride)));
  });
}

/// Pairs of the last pixel of a row of outputs and the first of the next.
void PairLutCoder::emitCrossingSlots(Value row) {
  emitLoop(b, 0, plan.slots - plan.plainSlots, 1, [&](Value tap) {
    Value at = slotCode(row, scaled(tap, 1, plan.plainSlots));
    emitSlot(at, pixelAt(row, scaled(tap, 1, (plan.outWidth - 1) * stride)),
             pixelAt(scaled(row, 1, plan.geometry.getStrides()[0]), tap));
  });
}

/// Inner slots of a row above or below the image.
void PairLutCoder::emitPadRow(Value row) {
  emitLoop(b, innerFirst, innerEnd, 1, [&](Value slot) {
    Value at = slotCode(row, slot);
    forPieces([&](const Piece &piece) {
      Value pad = padBytes(piece);
      storeCodes(at, piece, padsWithZero ? padded(kBothPadTable, validNibbles(piece)) : combine(pad, pad));
    });
    storeZeros(at);
  });
}

/// Inner slots of a row of the image.
void PairLutCoder::emitInnerSlots(Value row) {
  Value line = scaled(scaled(row, 1, -plan.top), storedWidth);
  auto emitAt = [&](Value slot, Value column) {
    Value first = sum(imageByte, scaled(sum(line, scaled(column, 1, -plan.left)), pixelBytes));
    Value at = slotCode(row, slot);
    forPieces([&](const Piece &piece) {
      Value second = scaled(first, 1, stride * pixelBytes);
      storeCodes(at, piece, combine(loadBytes(first, piece), loadBytes(second, piece)));
    });
    storeZeros(at);
  };
  if (!plan.compact)
    return emitLoop(b, innerFirst, innerEnd, 1, [&](Value slot) { emitAt(slot, slot); });
  emitLoop(b, innerFirst / taps, innerEnd / taps, 1, [&](Value pair) {
    for (int64_t tap = 0; tap < taps; ++tap)
      emitAt(scaled(pair, taps, tap), scaled(pair, 2 * stride, tap * dilation));
  });
}

/// The same where the codes of a row follow each other as the bytes of its pixels do.
void PairLutCoder::emitStream(Value row) {
  int64_t bytes = (innerEnd - innerFirst) * pixelBytes, full = bytes - bytes % kPieceBytes;
  Value line = scaled(scaled(row, 1, -plan.top), storedWidth, innerFirst - plan.left);
  Value first = sum(imageByte, scaled(line, pixelBytes));
  Value at = slotCode(row, indexConstant(b, innerFirst));
  auto emitAt = [&](Value byte, int64_t width) {
    Piece piece = {Value(), 0, width};
    Value from = sum(first, byte);
    Value numbers = combine(loadBytes(from, piece), loadBytes(scaled(from, 1, stride * pixelBytes), piece));
    Value offsets = arith::ShLIOp::create(b, numbers, splatConstant(b, b.getI16Type(), 2 * width, 4));
    vector::StoreOp::create(b, offsets, codes, sum(at, scaled(byte, 2)));
  };
  emitLoop(b, 0, full, kPieceBytes, [&](Value byte) { emitAt(byte, kPieceBytes); });
  for (int64_t byte = full; byte < bytes;) {
    int64_t width = llvm::bit_floor(uint64_t(bytes - byte));
    emitAt(indexConstant(b, byte), width);
    byte += width;
  }
}

void PairLutCoder::emit(Value n, Value group) {
  Value origin = scaled(n, storedRows * storedWidth, originRow * storedWidth + originColumn);
  imageByte = sum(scaled(origin, pixelBytes), scaled(group, plan.channels / 8));
  bool stream = !plan.compact && plan.chunks == 1 && plan.geometry.getGroups() == 1 &&
                plan.chunkNibbles == 2 * pixelBytes && groupBytes == pixelBytes;
  int64_t firstRow = std::min(plan.top, plan.rows), endRow = std::min(plan.top + plan.height, plan.rows);
  emitParallelLoop(b, firstRow, endRow, 1,
                   [&](Value row) { stream ? emitStream(row) : emitInnerSlots(row); });
  emitLoop(b, 0, firstRow, 1, [&](Value row) { emitPadRow(row); });
  emitLoop(b, endRow, plan.rows, 1, [&](Value row) { emitPadRow(row); });
  emitLoop(b, 0, plan.rows, 1, [&](Value row) {
    emitOuterSlots(row, 0, innerFirst);
    emitOuterSlots(row, innerEnd, plan.plainSlots);
    emitCrossingSlots(row);
  });
}
