//===- TableLookup.cpp - bnn.table_lookup as instructions -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// pshufb looks up in each 128 bits of a register by themselves, so its table is repeated. LLVM does not form
// it from a gather of elements for two halves with one table, hence the intrinsics.
//
//   %r = bnn.table_lookup %table[%indices] : vector<16xi8>, vector<32xi8>
//     ->  %tables = vector.shuffle %table, %table [0, …, 15, 0, …, 15]
//         %r = llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"(%tables, %indices)
//
// Without an instruction, a loop reads one element after the other: such targets have faster kernels without
// tables, so this has to be right and small.

#include "TargetOps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

static constexpr Instruction kInstructions[] = {
    {"avx512bw", 64, "llvm.x86.avx512.pshuf.b.512"},
    {"avx2", 32, "llvm.x86.avx2.pshuf.b"},
    {"ssse3", 16, "llvm.x86.ssse3.pshuf.b.128"},
    {"neon", 16, "llvm.aarch64.neon.tbl1.v16i8"},
};

/// `table` once for each 16 of `lanes`.
static Value repeat(ImplicitLocOpBuilder &b, Value table, int64_t lanes) {
  if (lanes == 16)
    return table;
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < lanes; ++i)
    order.push_back(i % 16);
  return vector::ShuffleOp::create(b, table, table, order);
}

static Value lookUpElements(ImplicitLocOpBuilder &b, Value table, Value indices) {
  auto type = cast<VectorType>(indices.getType());
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, value); };
  Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI8IntegerAttr(15)));
  Value masked = arith::AndIOp::create(b, indices, mask);
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  auto loop = scf::ForOp::create(b, index(0), index(type.getNumElements()), index(1), zeros);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  OpFoldResult lane = loop.getInductionVar();
  Value entry = arith::IndexCastUIOp::create(b, b.getIndexType(), vector::ExtractOp::create(b, masked, lane));
  Value byte = vector::ExtractOp::create(b, table, OpFoldResult(entry));
  scf::YieldOp::create(
      b, ValueRange(vector::InsertOp::create(b, byte, loop.getRegionIterArg(0), lane).getResult()));
  return loop.getResult(0);
}

namespace {

struct LowerTableLookup : OpRewritePattern<TableLookupOp> {
  LowerTableLookup(MLIRContext *context, const TargetInfo &target, LoweringCounts &counts)
      : OpRewritePattern(context), instructions(availableOn(target, kInstructions)), counts(counts) {}

  LogicalResult matchAndRewrite(TableLookupOp op, PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    if (instructions.empty()) {
      ++counts.generic;
      rewriter.replaceOp(op, lookUpElements(b, op.getTable(), op.getIndices()));
      return success();
    }
    ++counts.instructions;
    rewriter.replaceOp(op, emitInPieces(b, op.getIndices(), op.getType(), instructions,
                                        [&](const Instruction &instruction, ArrayRef<Value> pieces) {
                                          Value tables = repeat(b, op.getTable(), instruction.lanes);
                                          return callIntrinsic(b, instruction, pieces[0].getType(),
                                                               {tables, pieces[0]});
                                        }));
    return success();
  }

  SmallVector<Instruction> instructions;
  LoweringCounts &counts;
};

} // namespace

void bnn::populateTableLookup(RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts) {
  patterns.add<LowerTableLookup>(patterns.getContext(), target, counts);
}
