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

#include "../Vectorize/Fusion.h"
#include "../Vectorize/VectorEmitter.h"
#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/KernelKinds.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/TargetInfo.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"

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
    // A Zen 4 does 512 bits in two halves, and halves by themselves, in pairs, keep more of its pipelines
    // busy.
    if (!vectorBits && target.cpu() == "znver4")
      machine.vectorBits = std::min(machine.vectorBits, 256u);
    machine.fma = fma && (target.isAArch64() || target.has("fma"));
    // Of 32 registers, operands and products take some. Of 16, products and sums in pairs need half for the
    // eight accumulators that hide the latency of additions; four vectors of 512 bits run slower in pairs.
    bool many = target.isAArch64() || machine.vectorBits >= 512;
    machine.pairsProducts = target.isX86() && !many && !machine.fma;
    machine.accumulators = many ? 24 : machine.pairsProducts ? 8 : 12;
    return machine;
  }

  /// The op in a word that may be part of a symbol.
  static StringRef getKind(linalg::LinalgOp op) {
    if (isa<linalg::GenericOp>(op))
      return op.getNumReductionLoops() == 0 ? "elementwise" : "reduction";
    return op->getName().stripDialect();
  }

  bool tryVectorize(linalg::LinalgOp op, linalg::LinalgOp prologue, linalg::LinalgOp epilogue) {
    FailureOr<bnn::LoopNest> nest = bnn::LoopNest::build(op, prologue, epilogue);
    if (failed(nest))
      return false;
    FailureOr<bnn::VectorPlan> plan = bnn::planVectors(*nest, machine);
    if (failed(plan))
      return false;
    Operation *last = epilogue ? epilogue : op, *before = last->getPrevNode();
    bnn::VectorEmitter(*nest, *plan, machine, *symbols).emit();
    bnn::markKind(before, last, getKind(op));
    return true;
  }

  /// Emits `op` with as much of its surroundings as goes with it; adds what was emitted to `done`.
  void vectorize(linalg::LinalgOp op, DenseSet<Operation *> &done) {
    linalg::LinalgOp prologue = bnn::findPrologue(op);
    if (prologue && done.contains(prologue))
      prologue = {};
    linalg::LinalgOp epilogue = bnn::findEpilogue(op, prologue);
    if (epilogue && done.contains(epilogue))
      epilogue = {};
    for (auto [before, after] : {std::pair(prologue, epilogue), std::pair(prologue, linalg::LinalgOp()),
                                 std::pair(linalg::LinalgOp(), linalg::LinalgOp())}) {
      if (!tryVectorize(op, before, after))
        continue;
      for (linalg::LinalgOp stage : {op, before, after}) {
        if (!stage)
          continue;
        done.insert(stage);
        ++(stage == op ? numVectorized : numFused);
      }
      return;
    }
    ++numScalar;
    remark::missed(op.getLoc(), remark::RemarkOpts::name("bnn-vectorize-linalg")
                                    .category("bnn-vectorize-linalg")
                                    .function(op->getParentOfType<func::FuncOp>().getName()))
        << (op->getName().getStringRef() + " becomes scalar loops: its sizes, accesses or elements have no "
                                           "vector form, or it is a single element")
               .str();
  }

  void runOnOperation() override {
    if (vectorBits != 0 && (vectorBits < 64 || !llvm::isPowerOf2_32(vectorBits))) {
      getOperation().emitError("vector-bits must be a power of two from 64 on, not ")
          << vectorBits.getValue();
      return signalPassFailure();
    }
    machine = getMachine();
    SymbolTableCollection tables;
    symbols = &tables;
    for (auto func : getOperation().getOps<func::FuncOp>())
      vectorize(func);
  }

  void vectorize(func::FuncOp func) {
    SmallVector<linalg::LinalgOp> ops;
    func.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    // Reductions first: what they take with them is gone then.
    DenseSet<Operation *> done;
    for (linalg::LinalgOp op : ops)
      if (op.getNumReductionLoops() != 0)
        vectorize(op, done);
    for (linalg::LinalgOp op : ops)
      if (!done.contains(op) && op.getNumReductionLoops() == 0)
        vectorize(op, done);
    for (Operation *op : done)
      op->erase();
  }

  bnn::VectorMachine machine;
  SymbolTableCollection *symbols = nullptr;
};

} // namespace
