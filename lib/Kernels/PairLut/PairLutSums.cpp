//===- PairLutSums.cpp - Sums of look-ups of a K-block ------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A look-up adds the counts of one nibble of both pixels, one in each half of a byte. Three of them, at most
// 12 in a half, are summed before the halves must be told apart:
//
//   x = table[c0][w0] + table[c1][w1] + table[c2][w2];  all += x;  h = x & 0xf0       and again for h'
//   high += avg(h, h') >> 3
//
// `all` overflows, and need not be more than right modulo 256: the first pixel's count is all - 16·high.
// Bytes become 16-bit sums at the end of a K-block. These keep even bytes with 256 times the odd ones, modulo
// 2^16, and odd bytes by themselves, so that one shift and two additions suffice; the last K-block takes them
// apart.

#include "PairLutCoder.h"
#include "PairLutKernel.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bnn;

/// Sixteen bytes for each code.
DenseElementsAttr PairLutKernel::makeTables() {
  auto count = [&](int64_t a, int64_t w) { return llvm::popcount(uint64_t(product.both ? a & w : a ^ w)); };
  SmallVector<int8_t> entries;
  for (int64_t code = 0; code < kPairLutTables; ++code)
    for (int64_t w = 0; w < 16; ++w) {
      int64_t first = code >= kSecondPadTable ? 2 : count(code % 16, w);
      int64_t second = code >= kBothPadTable     ? 2
                       : code >= kSecondPadTable ? count(code - kSecondPadTable, w)
                       : code >= kFirstPadTable  ? 2
                                                 : count(code / 16, w);
      entries.push_back(first + 16 * second);
    }
  return DenseElementsAttr::get(RankedTensorType::get({16 * kPairLutTables}, b.getI8Type()),
                                ArrayRef<int8_t>(entries));
}

/// Adds `count` nibbles, six at most.
void PairLutKernel::emitNibbles(const Panel &panel, Sums &sums, Value codeIndex, Value weightIndex,
                                int64_t count) {
  SmallVector<Value> firstHigh;
  for (int64_t first = 0; first < count; first += 3) {
    SmallVector<Value> rows;
    int64_t number = std::min<int64_t>(3, count - first);
    for (int64_t i = 0; i < number; ++i) {
      Value code = memref::LoadOp::create(b, codes, ValueRange{scaled(codeIndex, 1, first + i)});
      Value at = arith::IndexCastUIOp::create(b, b.getIndexType(), code);
      rows.push_back(vector::LoadOp::create(b, VectorType::get(16, b.getI8Type()), tables, at));
    }
    for (int64_t v = 0; v < panel.vectors; ++v) {
      Value x;
      for (int64_t i = 0; i < number; ++i) {
        Value at = scaled(weightIndex, 1, ((first + i) * panel.vectors + v) * kPairLutLanes);
        Value weights = vector::LoadOp::create(b, bytes, op.getWeights(), at);
        Value counts = TableLookupOp::create(b, bytes, rows[i], weights);
        x = x ? sum(x, counts) : counts;
      }
      sums.all[v] = sum(sums.all[v], x);
      Value high = arith::AndIOp::create(b, x, constant(bytes, -16));
      if (first == 0) {
        firstHigh.push_back(high);
        continue;
      }
      // Multiples of 16, so the average is exact and nothing is shifted from one byte into the next.
      Value average = RoundingAverageOp::create(b, firstHigh[v], high);
      sums.high[v] = sum(sums.high[v], vector::BitCastOp::create(b, bytes, shiftRight16(average, 3)));
    }
  }
  if (count <= 3)
    for (int64_t v = 0; v < panel.vectors; ++v)
      sums.high[v] = sum(sums.high[v], vector::BitCastOp::create(b, bytes, shiftRight16(firstHigh[v], 4)));
}

/// Sums of a K-block for the pair whose first code is `codeIndex`.
PairLutKernel::Sums PairLutKernel::emitBlock(const Panel &panel, Value codeIndex, Value weightIndex) {
  SmallVector<Value> zeros(panel.vectors, constant(bytes, 0));
  Sums sums = {zeros, zeros};
  int64_t nibbleBytes = panel.vectors * kPairLutLanes;
  for (int64_t run = 0; run < plan.runsPerBlock; ++run) {
    ArrayRef<int64_t> dilations = g.getDilations();
    int64_t row = plan.contiguousTaps ? run : run / g.getKernel()[1];
    int64_t tap = plan.contiguousTaps ? 0 : run % g.getKernel()[1];
    int64_t distance = (row * dilations[0] * plan.slots + tap * dilations[1]) * plan.chunkNibbles;
    Value codeBase = scaled(codeIndex, 1, distance);
    Value weightBase = scaled(weightIndex, 1, run * plan.runNibbles * nibbleBytes);
    int64_t whole = plan.runNibbles - plan.runNibbles % 6;
    if (whole == 6) {
      emitNibbles(panel, sums, codeBase, weightBase, 6);
    } else if (whole > 0) {
      SmallVector<Value> carried(sums.all);
      carried.append(sums.high);
      auto loop =
          scf::ForOp::create(b, indexConstant(b, 0), indexConstant(b, whole), indexConstant(b, 6), carried);
      // Unrolled further, LLVM mixes the sixes and runs out of registers.
      auto unroll =
          LLVM::LoopUnrollAttr::get(b.getContext(), /*disable=*/b.getBoolAttr(true), {}, {}, {}, {}, {}, {});
      loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(b.getContext(), {}, {}, {}, unroll, {},
                                                                     {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      auto arguments = loop.getRegionIterArgs();
      Sums inner = {SmallVector<Value>(arguments.take_front(panel.vectors)),
                    SmallVector<Value>(arguments.drop_front(panel.vectors))};
      Value nibble = loop.getInductionVar();
      emitNibbles(panel, inner, sum(codeBase, nibble), sum(weightBase, scaled(nibble, nibbleBytes)), 6);
      SmallVector<Value> next(inner.all);
      next.append(inner.high);
      scf::YieldOp::create(b, next);
      ValueRange results = loop.getResults();
      sums = {SmallVector<Value>(results.take_front(panel.vectors)),
              SmallVector<Value>(results.drop_front(panel.vectors))};
    }
    if (whole < plan.runNibbles)
      emitNibbles(panel, sums, scaled(codeBase, 1, whole), scaled(weightBase, 1, whole * nibbleBytes),
                  plan.runNibbles - whole);
  }
  return sums;
}
