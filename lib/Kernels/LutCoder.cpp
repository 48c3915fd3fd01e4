//===- LutCoder.cpp - Activations as tables and their sums ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops are
//
//   for each pixel in [from, to)
//     for each register of its numbers
//       constant tables:  offsets[group] = the offset of the table of the group's numbers
//       other tables:     tables[group] = sums of the group's numbers
//       sum += numbers
//     sums[pixel] = the lanes of sum
//
// The sum is of bytes as long as they cannot overflow, which takes one operation for a register of numbers.

#include "LutCoder.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bnn;

LutCoder::LutCoder(ImplicitLocOpBuilder &b, const LutPlan &plan, Value image, int64_t channels,
                   int64_t imagePixels, int64_t mostPixels)
    : b(b), plan(plan), image(image), channels(channels) {
  int64_t groups = mostPixels * channels / plan.group;
  if (plan.constantTables)
    offsets = memref::AllocOp::create(b, MemRefType::get({groups}, b.getI16Type()));
  else
    tables = memref::AllocOp::create(b, MemRefType::get({16 * groups}, b.getI8Type()));
  if (plan.needsPixelSums())
    sums = memref::AllocOp::create(b, MemRefType::get({imagePixels}, b.getI32Type()));
  int64_t registers = channels / plan.channelsPerVector();
  sumBits = registers * plan.coding.largest <= 255         ? 8
            : registers * 2 * plan.coding.largest <= 32767 ? 16
                                                           : 32;
}

void LutCoder::deallocate() {
  for (Value buffer : {offsets, tables, sums})
    if (buffer)
      memref::DeallocOp::create(b, buffer);
}

void LutCoder::emit(Value from, Value to) {
  int64_t width = plan.channelsPerVector(), full = channels / width * width;
  auto add = [&](Value lhs, Value rhs) -> Value { return arith::AddIOp::create(b, lhs, rhs); };
  auto scaled = [&](Value index, int64_t factor) -> Value {
    return arith::MulIOp::create(b, index, indexConstant(b, factor));
  };
  auto load = [&](Value first, int64_t count) -> Value {
    return vector::LoadOp::create(b, VectorType::get(count, b.getI8Type()), image, first);
  };
  emitLoop(b, from, to, 1, ValueRange(), [&](Value pixel, ValueRange) {
    Value first = scaled(pixel, channels), sum;
    Value group = scaled(arith::SubIOp::create(b, pixel, from), channels / plan.group);
    if (full > 0) {
      SmallVector<Value> zeros;
      if (sums)
        zeros.push_back(splatConstant(b, b.getIntegerType(sumBits), 8 * width / sumBits, 0));
      SmallVector<Value> lanes = emitLoop(
          b, indexConstant(b, 0), indexConstant(b, full), width, zeros, [&](Value channel, ValueRange lanes) {
            Value numbers = load(add(first, channel), width);
            Value groups = arith::DivUIOp::create(b, channel, indexConstant(b, plan.group));
            emitPiece(numbers, width, add(first, channel), add(group, groups));
            SmallVector<Value> next;
            if (sums)
              next.push_back(emitSumStep(lanes[0], numbers));
            return next;
          });
      if (sums)
        sum = emitSumOfLanes(lanes[0]);
    }
    for (int64_t channel = full; channel < channels;) {
      int64_t count = llvm::bit_floor(uint64_t(channels - channel));
      Value start = add(first, indexConstant(b, channel)), numbers = load(start, count);
      emitPiece(numbers, count, start, add(group, indexConstant(b, channel / plan.group)));
      if (sums) {
        Value part = emitSumOfLanes(numbers);
        sum = sum ? add(sum, part) : part;
      }
      channel += count;
    }
    if (sums)
      memref::StoreOp::create(b, sum, sums, pixel);
    return SmallVector<Value>();
  });
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

static Value addPairsOfBytes(ImplicitLocOpBuilder &b, Value bytes) {
  int64_t count = cast<VectorType>(bytes.getType()).getNumElements();
  return MultiplyAddBytesOp::create(b, VectorType::get(count / 2, b.getI16Type()), bytes,
                                    splatConstant(b, b.getI8Type(), count, 1));
}

static Value addPairsOfWords(ImplicitLocOpBuilder &b, Value words) {
  int64_t count = cast<VectorType>(words.getType()).getNumElements();
  return MultiplyAddWordsOp::create(b, VectorType::get(count / 2, b.getI32Type()), words,
                                    splatConstant(b, b.getI16Type(), count, 1));
}

Value LutCoder::emitSumStep(Value sum, Value numbers) const {
  if (sumBits > 8)
    numbers = addPairsOfBytes(b, numbers);
  if (sumBits > 16)
    numbers = addPairsOfWords(b, numbers);
  return arith::AddIOp::create(b, sum, numbers);
}

/// One i32, of lanes of any size.
Value LutCoder::emitSumOfLanes(Value lanes) const {
  Type element = cast<VectorType>(lanes.getType()).getElementType();
  if (element.isInteger(8))
    lanes = addPairsOfBytes(b, lanes);
  if (!element.isInteger(32))
    lanes = addPairsOfWords(b, lanes);
  return vector::ReductionOp::create(b, vector::CombiningKind::ADD, lanes);
}

Value LutCoder::loadSum(Value pixel) const { return memref::LoadOp::create(b, sums, pixel); }

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// What look-ups need of `count` numbers, which are in the image from `first` on.
void LutCoder::emitPiece(Value numbers, int64_t count, Value first, Value group) {
  if (plan.constantTables) {
    vector::StoreOp::create(b, emitOffsets(numbers, count), offsets, group);
    return;
  }
  // Loaded again: parts of a register that are not its lowest take longer.
  for (int64_t at = 0; at < count; at += 8) {
    int64_t part = std::min<int64_t>(count - at, 8);
    Value some = numbers;
    if (part < count)
      some = vector::LoadOp::create(
          b, VectorType::get(part, b.getI8Type()), image,
          ValueRange{arith::AddIOp::create(b, first, indexConstant(b, at)).getResult()});
    Value next = arith::AddIOp::create(b, group, indexConstant(b, at / plan.group));
    Value byte = arith::MulIOp::create(b, next, indexConstant(b, 16));
    vector::StoreOp::create(b, emitTables(some, part), tables, byte);
  }
}

/// Offsets of constant tables: two multiply-adds make them of bytes.
Value LutCoder::emitOffsets(Value numbers, int64_t count) const {
  auto weights = [&](Type type, int64_t count, ArrayRef<int64_t> pattern) -> Value {
    SmallVector<Attribute> elements;
    for (int64_t i = 0; i < count; ++i)
      elements.push_back(b.getIntegerAttr(type, pattern[i % pattern.size()]));
    return arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get(count, type), elements));
  };
  bool pairs = plan.group == 2;
  Value result = MultiplyAddBytesOp::create(
      b, VectorType::get(count / 2, b.getI16Type()), numbers,
      weights(b.getI8Type(), count, pairs ? ArrayRef<int64_t>{16, 64} : ArrayRef<int64_t>{1, 4}));
  if (pairs)
    return result;
  Value wide = MultiplyAddWordsOp::create(b, VectorType::get(count / 4, b.getI32Type()), result,
                                          weights(b.getI16Type(), count / 2, {16, 256}));
  return arith::TruncIOp::create(b, VectorType::get(count / 4, b.getI16Type()), wide);
}

/// Tables of four or eight numbers: entry i of a group's is the sum of those numbers whose bit is set in i.
/// What a look-up must not add is read from the zeros behind the numbers.
Value LutCoder::emitTables(Value numbers, int64_t count) const {
  Value source = vector::InsertStridedSliceOp::create(b, numbers, splatConstant(b, b.getI8Type(), 16, 0),
                                                      ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
  Value entries;
  for (int64_t j = 0; j < 4; ++j) {
    SmallVector<int8_t> indices;
    for (int64_t i = 0; i < 4 * count; ++i)
      indices.push_back(i >> j & 1 ? i / 16 * 4 + j : 8);
    Value constant = arith::ConstantOp::create(
        b, DenseElementsAttr::get(VectorType::get(4 * count, b.getI8Type()), ArrayRef<int8_t>(indices)));
    Value part = TableLookupOp::create(b, source, constant);
    entries = entries ? Value(arith::AddIOp::create(b, entries, part)) : part;
  }
  return entries;
}

Value LutCoder::loadTable(Value weights, Value group) const {
  auto type = VectorType::get(16, b.getI8Type());
  if (!plan.constantTables)
    return vector::LoadOp::create(b, type, tables,
                                  arith::MulIOp::create(b, group, indexConstant(b, 16)).getResult());
  Value offset = memref::LoadOp::create(b, offsets, group);
  Value table = arith::IndexCastUIOp::create(b, b.getIndexType(), offset);
  return vector::LoadOp::create(
      b, type, weights, arith::AddIOp::create(b, table, indexConstant(b, plan.weightBytes())).getResult());
}
