//===- BNNToVector.cpp - Kernels on memrefs to loops on vectors -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowers the kernels, in buffer form, to scf, vector, arith and math. A contraction is emitted by its
// strategy, elementwise and pooling kernels here.
//
//   bnn.map_kernel params(%x : memref<1x4x4x32xf32>) outs(%bits : memref<1x4x4x4xi8>) ... {
//   ^bb0(%v: f32):
//     %bit = arith.cmpf oge, %v, %zero : f32
//     bnn.yield %bit : i1
//   }
//
// becomes
//
//   scf.for %y ... { scf.for %x ... {
//     %v = vector.load %x[%c0, %y, %x, %c0] : memref<1x4x4x32xf32>, vector<32xf32>
//     %bit = arith.cmpf oge, %v, %zeros : vector<32xf32>
//     %bytes = vector.bitcast %bit : vector<32xi1> to vector<4xi8>
//     vector.store %bytes, %bits[%c0, %y, %x, %c0] : memref<1x4x4x4xi8>, vector<4xi8>
//   } }

#include "bnn/Conversion/Passes.h"
#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Kernels/Strategy.h"
#include "bnn/Target/KernelKinds.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace bnn {
#define GEN_PASS_DEF_CONVERTBNNTOVECTOR
#include "bnn/Conversion/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

static void emitMapKernel(MapKernelOp op, const TargetInfo &target) {
  OpBuilder builder(op);
  ImplicitLocOpBuilder b(op.getLoc(), builder);
  EpilogueEmitter epilogue(op);
  epilogue.emitBorders(b);
  ArrayRef<int64_t> shape = op.getShape();
  // A word of output bits, or two registers of i32.
  int64_t tile = epilogue.getTileGranularity() > 1 ? 32 : int64_t(target.vectorBits() / 16);
  int64_t channels = shape[3];
  int64_t full = epilogue.needsLastTile(channels, tile) ? (channels - 1) / tile * tile : channels;
  emitParallelLoop(b, 0, shape[0], 1, [&](Value n) {
    emitParallelLoop(b, 0, shape[1], 1, [&](Value y) {
      emitLoop(b, 0, shape[2], 1, [&](Value x) {
        emitParallelLoop(b, 0, full, tile,
                         [&](Value c) { epilogue.emit(b, {n, y, x, c}, tile, /*last=*/false, 0, Value()); });
        if (full < channels)
          epilogue.emit(b, {n, y, x, indexConstant(b, full)}, channels - full, /*last=*/true, full, Value());
      });
    });
  });
}

/// The maximum of codes as they are stored.
static Value emitMaximum(ImplicitLocOpBuilder &b, PoolKernelOp op, Value lhs, Value rhs) {
  if (isa<BitPackedAttr>(op.getInputLayout()))
    return arith::OrIOp::create(b, lhs, rhs);
  if (isa<SignedType, TernaryType>(op.getCodeType()))
    return arith::MaxSIOp::create(b, lhs, rhs);
  return arith::MaxUIOp::create(b, lhs, rhs);
}

static void emitPoolKernel(PoolKernelOp op, const TargetInfo &target) {
  OpBuilder builder(op);
  ImplicitLocOpBuilder b(op.getLoc(), builder);
  Value input = op.getInput(), output = op.getInits()[0];
  emitBorder(b, output, op.getOutputLayout(), op.getOutputShape()[3]);
  auto originOf = [](Attribute layout, unsigned side) -> int64_t {
    auto packed = dyn_cast<BitPackedAttr>(layout);
    return packed && !packed.getPad().empty() ? packed.getPad()[side] : 0;
  };
  auto shifted = [&](Value index, Attribute layout, unsigned side) -> Value {
    return arith::AddIOp::create(b, index, indexConstant(b, originOf(layout, side)));
  };
  ArrayRef<int64_t> in = op.getInputShape(), out = op.getOutputShape(), kernel = op.getKernel();
  bool isSigned = isa<ByteCodesAttr>(op.getInputLayout()) && isa<SignedType, TernaryType>(op.getCodeType());
  auto code = cast<CodeTypeInterface>(op.getCodeType());
  int64_t rowBytes = cast<MemRefType>(output.getType()).getShape()[3], tile = target.vectorBits() / 8;

  auto emitTile = [&](Value n, Value y, Value x, Value byte, int64_t lanes) {
    auto type = VectorType::get(lanes, b.getI8Type());
    // What a window without any position in the image gives.
    Value lowest = splatConstant(b, b.getI8Type(), lanes, isSigned ? code.getMinValue() : 0);
    auto bound = [&](int64_t extent) { return indexConstant(b, extent); };
    Value best = emitLoop(b, bound(0), bound(kernel[0]), 1, lowest, [&](Value i, ValueRange outer) {
      return emitLoop(b, bound(0), bound(kernel[1]), 1, outer, [&](Value j, ValueRange inner) {
        WindowTap tap =
            emitWindowTap(b, y, x, i, j, op.getStrides(), op.getDilations(), op.getPad(), in[1], in[2]);
        auto branch = scf::IfOp::create(b, TypeRange(type), tap.inside, /*withElseRegion=*/true);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToStart(branch.thenBlock());
        Value codes = vector::LoadOp::create(b, type, input,
                                             ValueRange{n, shifted(tap.y, op.getInputLayout(), 0),
                                                        shifted(tap.x, op.getInputLayout(), 2), byte});
        scf::YieldOp::create(b, emitMaximum(b, op, inner[0], codes));
        b.setInsertionPointToStart(branch.elseBlock());
        scf::YieldOp::create(b, inner[0]);
        return SmallVector<Value>{branch.getResult(0)};
      });
    })[0];
    vector::StoreOp::create(
        b, best, output,
        ValueRange{n, shifted(y, op.getOutputLayout(), 0), shifted(x, op.getOutputLayout(), 2), byte});
  };
  int64_t full = rowBytes - rowBytes % tile;
  emitParallelLoop(b, 0, out[0], 1, [&](Value n) {
    emitParallelLoop(b, 0, out[1], 1, [&](Value y) {
      emitLoop(b, 0, out[2], 1, [&](Value x) {
        emitLoop(b, 0, full, tile, [&](Value byte) { emitTile(n, y, x, byte, tile); });
        if (full < rowBytes)
          emitTile(n, y, x, indexConstant(b, full), rowBytes - full);
      });
    });
  });
}

/// Kernels read vectors along the last dimension. A view without a unit stride there, such as a channel cut
/// out and reshaped into a row, is copied first.
static void copyStridedInputs(DestinationStyleOpInterface op) {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto type = dyn_cast<MemRefType>(operand->get().getType());
    if (!type || type.isLastDimUnitStride())
      continue;
    OpBuilder builder(op);
    Value copy = memref::AllocOp::create(builder, op.getLoc(),
                                         MemRefType::get(type.getShape(), type.getElementType()));
    memref::CopyOp::create(builder, op.getLoc(), operand->get(), copy);
    operand->set(copy);
    builder.setInsertionPointAfter(op);
    memref::DeallocOp::create(builder, op.getLoc(), copy);
  }
}

/// The kernel in a word that may be part of a symbol: `pair_lut`, `map`, `pool`.
static std::string getKind(Operation *op) {
  auto contraction = dyn_cast<ContractKernelOp>(op);
  if (!contraction)
    return isa<MapKernelOp>(op) ? "map" : "pool";
  std::string kind = contraction.getStrategy().str();
  llvm::replace(kind, '-', '_');
  return kind;
}

namespace {

struct ConvertBNNToVector : bnn::impl::ConvertBNNToVectorBase<ConvertBNNToVector> {
  void runOnOperation() override {
    TargetInfo target = TargetInfo::of(getOperation());
    WalkResult result = getOperation()->walk([&](DestinationStyleOpInterface op) {
      if (!isa<ContractKernelOp, MapKernelOp, PoolKernelOp>(op))
        return WalkResult::advance();
      if (!op.hasPureBufferSemantics()) {
        op.emitError("must be bufferized before it is converted to the vector dialect");
        return WalkResult::interrupt();
      }
      copyStridedInputs(op);
      Operation *before = op->getPrevNode();
      if (auto kernel = dyn_cast<ContractKernelOp>(op.getOperation())) {
        const Strategy *strategy = lookupStrategy(kernel.getStrategy());
        OpBuilder builder(kernel);
        if (!strategy) {
          kernel.emitError() << "names the strategy '" << kernel.getStrategy() << "', which does not exist";
          return WalkResult::interrupt();
        }
        if (failed(strategy->emit(kernel, builder, target)))
          return WalkResult::interrupt();
      } else if (auto kernel = dyn_cast<MapKernelOp>(op.getOperation())) {
        emitMapKernel(kernel, target);
      } else {
        emitPoolKernel(cast<PoolKernelOp>(op.getOperation()), target);
      }
      markKind(before, op, getKind(op));
      op->erase();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
