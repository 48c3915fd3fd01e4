//===- MultiplyAdd.cpp - Sums of products of small integers as instructions -===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The four ops that add neighbouring products. They differ in the instructions that targets have for them and
// in which products go into which sum; the generic code is the same for all: one widening multiplication for
// each product of a sum, on elements picked out of the operands.
//
//   %r = bnn.dot_bytes %a, %b, %acc {unsigned_lhs} : vector<32xi8>, vector<8xi32>
//     ->  %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%acc, %a, %b)        with AVX-VNNI
//     ->  %a0 = vector.shuffle %a, %a [0, 4, 8, …], %b0 = …
//         %r0 = arith.addi %acc, (arith.muli (arith.extui %a0), (arith.extsi %b0)), …  without
//
// The ArmNeon and X86Vector dialects have ops for some of these instructions. They stand for one register of
// one target, so going through them would add a second step and no generic code.

#include "TargetOps.h"

#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

static constexpr Instruction kMultiplyAddBytes[] = {
    {"avx512bw", 64, "llvm.x86.avx512.pmaddubs.w.512"},
    {"avx2", 32, "llvm.x86.avx2.pmadd.ub.sw"},
    {"ssse3", 16, "llvm.x86.ssse3.pmadd.ub.sw.128"},
};

static constexpr Instruction kMultiplyAddWords[] = {
    {"avx512bw", 32, "llvm.x86.avx512.pmaddw.d.512"},
    {"avx2", 16, "llvm.x86.avx2.pmadd.wd"},
    {"sse2", 8, "llvm.x86.sse2.pmadd.wd"},
};

// The shorter forms of AVX512-VNNI need AVX512-VL, which every CPU with VNNI has but a feature list may lack.
static constexpr Instruction kDotUnsignedBytes[] = {
    {"avx512vnni", 64, "llvm.x86.avx512.vpdpbusd.512"},
    {"avxvnni", 32, "llvm.x86.avx512.vpdpbusd.256"},
    {"avxvnni", 16, "llvm.x86.avx512.vpdpbusd.128"},
    {"i8mm", 16, "llvm.aarch64.neon.usdot.v4i32.v16i8"},
};

static constexpr Instruction kDotUnsignedBytesVL[] = {
    {"avx512vnni", 64, "llvm.x86.avx512.vpdpbusd.512"},
    {"avx512vnni", 32, "llvm.x86.avx512.vpdpbusd.256"},
    {"avx512vnni", 16, "llvm.x86.avx512.vpdpbusd.128"},
};

static constexpr Instruction kDotSignedBytes[] = {
    {"dotprod", 16, "llvm.aarch64.neon.sdot.v4i32.v16i8"},
};

static constexpr Instruction kMatmulBytes[] = {
    {"i8mm", 16, "llvm.aarch64.neon.smmla.v4i32.v16i8"},
};

namespace {

/// Elements of the operands whose product is the `term`-th of sum `i`.
using IndexFn = llvm::function_ref<std::pair<int64_t, int64_t>(int64_t i, int64_t term)>;

/// acc + `terms` products for each element of `type`; `acc` may be null.
Value emitGeneric(ImplicitLocOpBuilder &b, VectorType type, Value lhs, Value rhs, Value acc, bool unsignedLhs,
                  int64_t terms, IndexFn indices) {
  for (int64_t term = 0; term < terms; ++term) {
    SmallVector<int64_t> fromLhs, fromRhs;
    for (int64_t i = 0; i < type.getNumElements(); ++i) {
      auto [l, r] = indices(i, term);
      fromLhs.push_back(l);
      fromRhs.push_back(r);
    }
    Value x = vector::ShuffleOp::create(b, lhs, lhs, fromLhs);
    Value y = vector::ShuffleOp::create(b, rhs, rhs, fromRhs);
    x = unsignedLhs ? Value(arith::ExtUIOp::create(b, type, x)) : Value(arith::ExtSIOp::create(b, type, x));
    y = arith::ExtSIOp::create(b, type, y);
    Value product = arith::MulIOp::create(b, x, y);
    acc = acc ? Value(arith::AddIOp::create(b, acc, product)) : product;
  }
  return acc;
}

/// The instructions for `op` and its generic form.
ArrayRef<Instruction> instructionsOf(MultiplyAddBytesOp, const TargetInfo &) { return kMultiplyAddBytes; }
ArrayRef<Instruction> instructionsOf(MultiplyAddWordsOp, const TargetInfo &) { return kMultiplyAddWords; }
ArrayRef<Instruction> instructionsOf(MatmulBytesOp, const TargetInfo &) { return kMatmulBytes; }
ArrayRef<Instruction> instructionsOf(DotBytesOp op, const TargetInfo &target) {
  if (!op.getUnsignedLhs())
    return kDotSignedBytes;
  if (target.has("avx512vnni") && target.has("avx512vl"))
    return kDotUnsignedBytesVL;
  return kDotUnsignedBytes;
}

Value emitGeneric(ImplicitLocOpBuilder &b, MultiplyAddBytesOp op) {
  return emitGeneric(b, op.getType(), op.getLhs(), op.getRhs(), {}, /*unsignedLhs=*/true, 2,
                     [](int64_t i, int64_t j) { return std::pair(2 * i + j, 2 * i + j); });
}

Value emitGeneric(ImplicitLocOpBuilder &b, MultiplyAddWordsOp op) {
  return emitGeneric(b, op.getType(), op.getLhs(), op.getRhs(), {}, /*unsignedLhs=*/false, 2,
                     [](int64_t i, int64_t j) { return std::pair(2 * i + j, 2 * i + j); });
}

Value emitGeneric(ImplicitLocOpBuilder &b, DotBytesOp op) {
  return emitGeneric(b, op.getType(), op.getLhs(), op.getRhs(), op.getAcc(), op.getUnsignedLhs(), 4,
                     [](int64_t i, int64_t j) { return std::pair(4 * i + j, 4 * i + j); });
}

Value emitGeneric(ImplicitLocOpBuilder &b, MatmulBytesOp op) {
  return emitGeneric(b, op.getType(), op.getLhs(), op.getRhs(), op.getAcc(), /*unsignedLhs=*/false, 8,
                     [](int64_t i, int64_t k) {
                       int64_t matrix = i / 4 * 16;
                       return std::pair(matrix + i / 2 % 2 * 8 + k, matrix + i % 2 * 8 + k);
                     });
}

template <typename OpTy>
struct LowerMultiplyAdd : OpRewritePattern<OpTy> {
  LowerMultiplyAdd(MLIRContext *context, const TargetInfo &target, LoweringCounts &counts)
      : OpRewritePattern<OpTy>(context), target(target), counts(counts) {}

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Instruction> instructions = availableOn(target, instructionsOf(op, target));
    if (instructions.empty()) {
      ++counts.generic;
      rewriter.replaceOp(op, emitGeneric(b, op));
      return success();
    }
    ++counts.instructions;
    rewriter.replaceOp(op, emitInPieces(b, op->getOperands(), op.getType(), instructions,
                                        [&](const Instruction &instruction, ArrayRef<Value> pieces) {
                                          // Intrinsics take the accumulator first.
                                          SmallVector<Value> operands(pieces.take_front(2));
                                          operands.insert(operands.begin(), pieces.begin() + 2, pieces.end());
                                          auto type = VectorType::get(
                                              instruction.lanes * op.getType().getNumElements() /
                                                  op.getLhs().getType().getNumElements(),
                                              op.getType().getElementType());
                                          return callIntrinsic(b, instruction, type, operands);
                                        }));
    return success();
  }

  const TargetInfo &target;
  LoweringCounts &counts;
};

} // namespace

void bnn::populateMultiplyAdd(RewritePatternSet &patterns, const TargetInfo &target, LoweringCounts &counts) {
  patterns.add<LowerMultiplyAdd<MultiplyAddBytesOp>, LowerMultiplyAdd<MultiplyAddWordsOp>,
               LowerMultiplyAdd<DotBytesOp>, LowerMultiplyAdd<MatmulBytesOp>>(patterns.getContext(), target,
                                                                              counts);
}
