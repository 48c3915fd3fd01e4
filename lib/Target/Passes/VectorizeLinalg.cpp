//===- VectorizeLinalg.cpp - linalg on buffers to vector loops -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The float parts of a network (first convolution, pooling, dense layers, all
// elementwise work) as register-blocked vector loops:
//
//   linalg.matmul ins(%a, %b) outs(%c)
//     ->  scf.for %n step 16 { scf.for %m step 4 {
//           8 accumulators = scf.for %k iter_args { broadcast a[m+i, k] * b[k, n..n+7] + acc } } }
//
// One algorithm for every op instead of upstream's tile, pad, vectorise,
// unroll, hoist: shapes are static, so which loop becomes lanes and what a block
// shares follow from the strides alone (Vectorize/LoopNest.h); remainders need
// no masks, which SSE and NEON do not have; code size is bounded by the block;
// and each element is summed up in loop order, so that results do not depend on
// the width of the machine. linalg's own vectoriser has no such guarantee and
// covers convolutions only in one dimension.
//
//===----------------------------------------------------------------------===//

#include "../Vectorize/VectorEmitter.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/TargetInfo.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_VECTORIZELINALG
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

struct VectorizeLinalg : bnn::impl::VectorizeLinalgBase<VectorizeLinalg> {
  using VectorizeLinalgBase::VectorizeLinalgBase;

  bnn::VectorMachine getMachine() {
    bnn::TargetInfo target = bnn::TargetInfo::of(getOperation());
    bnn::VectorMachine machine;
    machine.vectorBits = vectorBits ? vectorBits : target.vectorBits();
    // 16 or 32 registers, of which operands and products take some.
    bool many = target.isAArch64() || machine.vectorBits >= 512;
    machine.accumulators = many ? 24 : 12;
    machine.fma = fma && (target.isAArch64() || target.has("fma"));
    return machine;
  }

  void runOnOperation() override {
    if (vectorBits != 0 && (vectorBits < 64 || !llvm::isPowerOf2_32(vectorBits))) {
      getOperation().emitError("vector-bits must be a power of two from 64 on, not ")
          << vectorBits.getValue();
      return signalPassFailure();
    }
    bnn::VectorMachine machine = getMachine();
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      FailureOr<bnn::LoopNest> nest = bnn::LoopNest::build(op);
      if (failed(nest)) {
        ++numScalar;
        continue;
      }
      FailureOr<bnn::VectorPlan> plan = bnn::planVectors(*nest, machine);
      if (failed(plan)) {
        ++numScalar;
        continue;
      }
      bnn::VectorEmitter(*nest, *plan, machine).emit();
      op.erase();
      ++numVectorized;
    }
  }
};

} // namespace
