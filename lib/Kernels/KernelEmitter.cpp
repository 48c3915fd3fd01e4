//===- KernelEmitter.cpp - Loops, epilogues and packed stores ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Kernels/KernelEmitter.h"
#include "bnn/Target/ParallelLoops.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace bnn;

//===----------------------------------------------------------------------===//
// Loops and constants
//===----------------------------------------------------------------------===//

void bnn::keepInside(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto licm = LLVM::LoopLICMAttr::get(context, /*disable=*/BoolAttr::get(context, true), {});
  loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, {}, {}, licm, {}, {},
                                                                 {}, {}, {}, {}, {}, {}, {}));
}

Value bnn::indexConstant(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value bnn::splat(ImplicitLocOpBuilder &b, Value value, int64_t lanes) {
  return vector::BroadcastOp::create(b, VectorType::get(lanes, value.getType()), value);
}

Value bnn::splatConstant(ImplicitLocOpBuilder &b, Type type, int64_t lanes, int64_t value) {
  auto vector = VectorType::get(lanes, type);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, b.getIntegerAttr(type, value)));
}

static void emitStaticLoop(ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
                           bool isParallel, function_ref<void(Value)> body) {
  if (lower >= upper)
    return;
  if (upper - lower <= step)
    return body(indexConstant(b, lower));
  auto loop = scf::ForOp::create(b, indexConstant(b, lower), indexConstant(b, upper), indexConstant(b, step));
  if (isParallel)
    markParallel(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void bnn::emitLoop(ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
                   function_ref<void(Value)> body) {
  emitStaticLoop(b, lower, upper, step, /*isParallel=*/false, body);
}

void bnn::emitParallelLoop(ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
                           function_ref<void(Value)> body) {
  emitStaticLoop(b, lower, upper, step, /*isParallel=*/true, body);
}

SmallVector<Value> bnn::emitLoop(ImplicitLocOpBuilder &b, Value lower, Value upper, int64_t step,
                                 ValueRange inits, function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, lower, upper, indexConstant(b, step), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next = body(loop.getInductionVar(), loop.getRegionIterArgs());
  // A loop that carries nothing has its terminator already.
  if (!inits.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(loop.getResults());
}

Value bnn::loadByteCodes(ImplicitLocOpBuilder &b, Value memref, ValueRange indices, int64_t lanes,
                         CodeTypeInterface type) {
  Value bytes = vector::LoadOp::create(b, VectorType::get(lanes, b.getI8Type()), memref, indices);
  auto wide = VectorType::get(lanes, b.getI32Type());
  if (isa<SignedType, TernaryType>(type))
    return arith::ExtSIOp::create(b, wide, bytes);
  Value code = arith::ExtUIOp::create(b, wide, bytes);
  if (!isa<BipolarType>(type))
    return code;
  Value twice = arith::AddIOp::create(b, code, code);
  return arith::AddIOp::create(b, twice, splatConstant(b, b.getI32Type(), lanes, type.getMinValue()));
}

void bnn::emitBorder(ImplicitLocOpBuilder &b, Value memref, Attribute attr, int64_t channels) {
  auto layout = dyn_cast<BitPackedAttr>(attr);
  if (!layout || layout.getPad().empty())
    return;
  ArrayRef<int64_t> shape = cast<MemRefType>(memref.getType()).getShape(), pad = layout.getPad();
  SmallVector<int8_t> pattern(shape[3], 0);
  for (int64_t c = 0; layout.getBorder() && c < channels; ++c)
    pattern[c / 8] |= 1 << (c % 8);
  Value bytes = arith::ConstantOp::create(
      b, DenseElementsAttr::get(VectorType::get(shape[3], b.getI8Type()), ArrayRef<int8_t>(pattern)));
  auto fill = [&](Value n, int64_t y0, int64_t y1, int64_t x0, int64_t x1) {
    emitLoop(b, y0, y1, 1, [&](Value y) {
      emitLoop(b, x0, x1, 1, [&](Value x) {
        vector::StoreOp::create(b, bytes, memref, ValueRange{n, y, x, indexConstant(b, 0)});
      });
    });
  };
  emitLoop(b, 0, shape[0], 1, [&](Value n) {
    fill(n, 0, pad[0], 0, shape[2]);
    fill(n, shape[1] - pad[1], shape[1], 0, shape[2]);
    fill(n, pad[0], shape[1] - pad[1], 0, pad[2]);
    fill(n, pad[0], shape[1] - pad[1], shape[2] - pad[3], shape[2]);
  });
}

WindowTap bnn::emitWindowTap(ImplicitLocOpBuilder &b, Value y, Value x, Value i, Value j,
                             ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<int64_t> pad,
                             int64_t height, int64_t width) {
  auto along = [&](Value position, Value tap, int64_t stride, int64_t dilation, int64_t before) -> Value {
    Value base = arith::MulIOp::create(b, position, indexConstant(b, stride));
    Value offset = arith::MulIOp::create(b, tap, indexConstant(b, dilation));
    Value sum = arith::AddIOp::create(b, base, offset);
    return arith::SubIOp::create(b, sum, indexConstant(b, before));
  };
  WindowTap tap;
  tap.y = along(y, i, strides[0], dilations[0], pad[0]);
  tap.x = along(x, j, strides[1], dilations[1], pad[2]);
  // Unsigned comparison: a negative index is a huge one.
  auto below = [&](Value index, int64_t extent) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, index, indexConstant(b, extent));
  };
  tap.inside = arith::AndIOp::create(b, below(tap.y, height), below(tap.x, width));
  return tap;
}

Value bnn::emitGlobalConstant(ImplicitLocOpBuilder &b, Operation *op, StringRef name,
                              DenseElementsAttr value) {
  auto module = op->getParentOfType<ModuleOp>();
  auto type = MemRefType::get(value.getType().getShape(), value.getElementType());
  if (!module.lookupSymbol(name)) {
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    memref::GlobalOp::create(builder, b.getLoc(), name, builder.getStringAttr("private"), type, value,
                             /*constant=*/true, builder.getI64IntegerAttr(64));
  }
  return memref::GetGlobalOp::create(b, type, name);
}
