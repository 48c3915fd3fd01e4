//===- PairLutTiles.cpp - From sums of look-ups to outputs --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Bytes become 16-bit accumulators, and these the accumulators of the epilogue.

#include "PairLutKernel.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bnn;

/// Whether the epilogue wants floats and they can be made exactly.
bool PairLutKernel::takesFloats() const {
  bool isWhole = std::abs(product.factor) == 1 || product.base(depth) % 2 == 0;
  return epilogue.takesFloats() && isWhole && depth <= std::numeric_limits<uint16_t>::max();
}

/// f32 accumulators from the 16-bit counts in the low or the high halves of 32 bits. The upper half of the
/// bits of 2^23 with a count below them is the float 2^23 + count; for 2^24 it is 2^24 + 2·count. What is
/// left is one subtraction of numbers that f32 holds, and no conversion.
Value PairLutKernel::toFloats(Value counts, bool high) {
  float power = std::abs(product.factor) == 2 ? 0x1p24f : 0x1p23f;
  uint32_t pattern = llvm::bit_cast<uint32_t>(power);
  auto wide = VectorType::get(kPairLutLanes / 4, b.getI32Type());
  auto floats = VectorType::get(kPairLutLanes / 4, b.getF32Type());
  auto constantFloat = [&](float value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(floats, value));
  };
  Value bits;
  if (high) {
    Value low = arith::ShRUIOp::create(b, vector::BitCastOp::create(b, wide, counts), constant(wide, 16));
    bits = arith::OrIOp::create(b, low, constant(wide, pattern));
  } else {
    SmallVector<int64_t> lanes = llvm::to_vector(llvm::seq<int64_t>(0, kPairLutLanes / 2));
    for (size_t odd = 1; odd < lanes.size(); odd += 2)
      lanes[odd] += kPairLutLanes / 2;
    bits = vector::ShuffleOp::create(b, counts, constant(words, pattern >> 16), lanes);
  }
  Value sum = vector::BitCastOp::create(b, floats, bits);
  return product.factor > 0
             ? arith::SubFOp::create(b, sum, constantFloat(power))
             : arith::SubFOp::create(b, constantFloat(power + float(product.base(depth))), sum);
}

/// Accumulators of 32 channels from counts in 16 bits, those of even and those of odd bytes.
SmallVector<TilePiece> PairLutKernel::toPieces(Value even, Value odd) {
  auto channels = [](ArrayRef<int64_t> runs) {
    SmallVector<int64_t> result;
    for (int64_t first : runs)
      for (int64_t i = 0; i < 8; ++i)
        result.push_back(first + i);
    return result;
  };
  int64_t base = product.base(depth);
  // In 16 bits if they hold the accumulators, else after widening.
  bool floats = takesFloats();
  bool small = !floats && depth < std::numeric_limits<int16_t>::max();
  auto accumulate = [&](Value count) -> Value {
    Type type = count.getType();
    if (product.factor == 1)
      return count;
    Value times = product.factor == -1 ? count : sum(count, count);
    return product.factor > 0 ? times : Value(arith::SubIOp::create(b, constant(type, base), times));
  };
  if (small) {
    even = accumulate(even);
    odd = accumulate(odd);
  }
  if (narrow)
    return {{channels({0, 16}), even}, {channels({8, 24}), odd}};
  auto wide = VectorType::get(kPairLutLanes / 4, b.getI32Type());
  if (floats) {
    SmallVector<TilePiece> pieces;
    for (int64_t half : {0, 1})
      for (Value counts : {even, odd})
        pieces.push_back({channels(8 * int64_t(pieces.size())), toFloats(counts, half)});
    return pieces;
  }
  Value sixteen = constant(wide, 16);
  SmallVector<TilePiece> pieces;
  for (int64_t half : {0, 1})
    for (Value lanes : {even, odd}) {
      Value both = vector::BitCastOp::create(b, wide, lanes), value = both;
      if (half == 0)
        value = arith::ShLIOp::create(b, both, sixteen);
      value = small ? Value(arith::ShRSIOp::create(b, value, sixteen))
                    : accumulate(arith::ShRUIOp::create(b, value, sixteen));
      pieces.push_back({channels(8 * int64_t(pieces.size())), value});
    }
  return pieces;
}

/// The epilogue for one pixel and one vector of channels.
void PairLutKernel::emitTile(const Panel &panel, int64_t vector, Value even, Value odd, Value n, Value y,
                             Value x) {
  Value high = arith::ShLIOp::create(b, odd, constant(words, 8));
  SmallVector<TilePiece> pieces = toPieces(arith::SubIOp::create(b, even, high), odd);
  TilePosition position = {n, y, x, scaled(panel.channel, 1, vector * kPairLutLanes)};
  if (vector + 1 < panel.vectors || (panel.valid == kPairLutLanes && !panel.last))
    return epilogue.emit(b, position, pieces);
  // A tile with fewer channels is one vector of them.
  Type element = cast<VectorType>(pieces[0].accumulator.getType()).getElementType();
  Value all = arith::ConstantOp::create(b, b.getZeroAttr(VectorType::get(kPairLutLanes, element)));
  SmallVector<int64_t> order(kPairLutLanes);
  int64_t offset = 0;
  for (const TilePiece &piece : pieces) {
    all = vector::InsertStridedSliceOp::create(b, piece.accumulator, all, ArrayRef<int64_t>{offset},
                                               ArrayRef<int64_t>{1});
    for (auto [lane, channel] : llvm::enumerate(piece.channels))
      order[channel] = offset + lane;
    offset += piece.channels.size();
  }
  all = vector::ShuffleOp::create(b, all, all, order);
  epilogue.emit(b, position, panel.valid, panel.last, panel.lastFirst, all);
}

/// Adds a K-block's sums to the accumulators of a pair, at `accumulator`, or runs the epilogue.
void PairLutKernel::finish(const Panel &panel, const Sums &sums, Value accumulator, Part part, Value n,
                           Value pixel, Value y, Value x) {
  // Counts of both pixels, as even bytes with 256 times the odd ones and as odd bytes, in 16 bits.
  SmallVector<Value> even[2], odd[2];
  for (int64_t v = 0; v < panel.vectors; ++v) {
    Value times = arith::ShLIOp::create(b, sums.high[v], constant(bytes, 4));
    Value pixels[2] = {arith::SubIOp::create(b, sums.all[v], times), sums.high[v]};
    for (int64_t p : {0, 1}) {
      Value whole = cast16(pixels[p]), upper = shiftRight16(pixels[p], 8);
      Value at = accumulator ? scaled(accumulator, 1, v * kPairLutAccumulators + p * kPairLutLanes) : Value();
      if (part == Part::Middle || part == Part::Last) {
        whole = sum(whole, vector::LoadOp::create(b, words, accumulators, at));
        upper = sum(upper, vector::LoadOp::create(b, words, accumulators, scaled(at, 1, 16)));
      }
      if (part == Part::First || part == Part::Middle) {
        vector::StoreOp::create(b, whole, accumulators, at);
        vector::StoreOp::create(b, upper, accumulators, scaled(at, 1, 16));
      }
      even[p].push_back(whole);
      odd[p].push_back(upper);
    }
  }
  if (part == Part::First || part == Part::Middle)
    return;
  for (int64_t v = 0; v < panel.vectors; ++v)
    emitTile(panel, v, even[0][v], odd[0][v], n, y, x);
  // The second pixel: the next of the row, or the first of the next row, or none.
  ArrayRef<int64_t> output = g.getOutput();
  Value nextX = scaled(x, 1, 1), nextY = y;
  if (output[2] % 2 != 0 && output[1] > 1) {
    Value wraps = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, nextX, indexConstant(b, output[2]));
    nextX = arith::SelectOp::create(b, wraps, indexConstant(b, 0), nextX);
    nextY = arith::SelectOp::create(b, wraps, scaled(y, 1, 1), y);
  }
  auto emitSecond = [&] {
    for (int64_t v = 0; v < panel.vectors; ++v)
      emitTile(panel, v, even[1][v], odd[1][v], n, nextY, nextX);
  };
  if (plan.pixels() % 2 == 0)
    return emitSecond();
  Value exists = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, scaled(pixel, 1, 1),
                                       indexConstant(b, plan.pixels()));
  auto branch = scf::IfOp::create(b, exists, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  emitSecond();
}
