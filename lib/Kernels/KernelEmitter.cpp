//===- KernelEmitter.cpp - Loops, epilogues and packed stores ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Kernels/KernelEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

//===----------------------------------------------------------------------===//
// Loops and constants
//===----------------------------------------------------------------------===//

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

void bnn::emitLoop(ImplicitLocOpBuilder &b, int64_t lower, int64_t upper, int64_t step,
                   function_ref<void(Value)> body) {
  if (lower >= upper)
    return;
  if (upper - lower <= step)
    return body(indexConstant(b, lower));
  auto loop = scf::ForOp::create(b, indexConstant(b, lower), indexConstant(b, upper), indexConstant(b, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

SmallVector<Value> bnn::emitLoop(ImplicitLocOpBuilder &b, Value lower, Value upper, int64_t step,
                                 ValueRange inits, function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loop = scf::ForOp::create(b, lower, upper, indexConstant(b, step), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  scf::YieldOp::create(b, body(loop.getInductionVar(), loop.getRegionIterArgs()));
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

//===----------------------------------------------------------------------===//
// EpilogueEmitter
//===----------------------------------------------------------------------===//

static SmallVector<AffineMap> mapsOf(ArrayAttr maps) {
  return llvm::to_vector(maps.getAsValueRange<AffineMapAttr>());
}

static bool isPacked(Attribute layout) { return isa<BitPackedAttr>(layout); }

EpilogueEmitter::EpilogueEmitter(ContractKernelOp op)
    : region(&op.getEpilogue()), params(op.getParams()), inits(op.getInits()),
      maps(mapsOf(op.getParamMaps())), paramLayouts(op.getParams().size(), UnitAttr::get(op.getContext())),
      outputLayouts(op.getOutputLayouts().getValue()), imageShape(op.getGeometry().getOutput()),
      border(op.getBorder()), borderExtent(op.getBorderExtent()), hasAccumulator(true) {
  hasPackedOutput = llvm::any_of(outputLayouts, isPacked);
}

EpilogueEmitter::EpilogueEmitter(MapKernelOp op)
    : region(&op.getEpilogue()), params(op.getParams()), inits(op.getInits()),
      maps(mapsOf(op.getParamMaps())), paramLayouts(op.getParamLayouts().getValue()),
      outputLayouts(op.getOutputLayouts().getValue()), imageShape(op.getShape()), hasAccumulator(false) {
  hasPackedOutput = llvm::any_of(outputLayouts, isPacked) || llvm::any_of(paramLayouts, isPacked);
}

bool EpilogueEmitter::needsLastTile(int64_t channels, int64_t tile) const {
  return channels % tile != 0 || (hasPackedOutput && channels % 32 != 0);
}

static Value slice(ImplicitLocOpBuilder &b, Value vector, int64_t offset, int64_t lanes) {
  if (cast<VectorType>(vector.getType()).getNumElements() == lanes)
    return vector;
  return vector::ExtractStridedSliceOp::create(b, vector, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{lanes},
                                               ArrayRef<int64_t>{1});
}

static Value shifted(ImplicitLocOpBuilder &b, Value index, int64_t offset) {
  return offset == 0 ? index : Value(arith::AddIOp::create(b, index, indexConstant(b, offset)));
}

/// Offsets and widths that cover `lanes` with powers of two. LLVM 22 stores a <3 x i64> truncated to <3 x i8>
/// as two bytes on AArch64, so vectors of other lengths are never stored.
static SmallVector<std::pair<int64_t, int64_t>> powerOfTwoPieces(int64_t lanes) {
  SmallVector<std::pair<int64_t, int64_t>> pieces;
  for (int64_t offset = 0; offset < lanes;) {
    int64_t width = llvm::bit_floor(uint64_t(lanes - offset));
    pieces.emplace_back(offset, width);
    offset += width;
  }
  return pieces;
}

/// Position in a padded bit-packed image, in bytes along the last dimension.
static SmallVector<Value> packedIndices(ImplicitLocOpBuilder &b, BitPackedAttr layout,
                                        const TilePosition &position) {
  Value y = position.y, x = position.x;
  if (!layout.getPad().empty()) {
    y = arith::AddIOp::create(b, y, indexConstant(b, layout.getPad()[0]));
    x = arith::AddIOp::create(b, x, indexConstant(b, layout.getPad()[2]));
  }
  Value byte = arith::DivUIOp::create(b, position.channel, indexConstant(b, 8));
  return {position.n, y, x, byte};
}

Value EpilogueEmitter::loadParam(ImplicitLocOpBuilder &b, unsigned index, const TilePosition &position,
                                 int64_t lanes) const {
  Value param = params[index];
  Type element = cast<MemRefType>(param.getType()).getElementType();
  if (auto layout = dyn_cast<BitPackedAttr>(paramLayouts[index])) {
    int64_t bytes = llvm::divideCeil(lanes, 8);
    Value packed =
        vector::LoadOp::create(b, VectorType::get(bytes, element), param, packedIndices(b, layout, position));
    Value bits = vector::BitCastOp::create(b, VectorType::get(8 * bytes, b.getI1Type()), packed);
    return slice(b, bits, 0, lanes);
  }
  const Value dims[] = {position.n, position.y, position.x, position.channel};
  SmallVector<Value> indices;
  bool perChannel = false;
  for (AffineExpr expr : maps[index].getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      perChannel |= dim.getPosition() == 3;
      indices.push_back(dims[dim.getPosition()]);
    } else {
      indices.push_back(indexConstant(b, cast<AffineConstantExpr>(expr).getValue()));
    }
  }
  if (perChannel)
    return vector::LoadOp::create(b, VectorType::get(lanes, element), param, indices);
  return splat(b, memref::LoadOp::create(b, param, indices), lanes);
}

void EpilogueEmitter::storePlain(ImplicitLocOpBuilder &b, Value memref, const TilePosition &position,
                                 int64_t lanes, Value vector) const {
  SmallVector<Value> indices;
  switch (cast<MemRefType>(memref.getType()).getRank()) {
  case 4:
    indices = {position.n, position.y, position.x, position.channel};
    break;
  case 3:
    indices = {position.n, position.x, position.channel};
    break;
  case 2:
    indices = {position.x, position.channel};
    break;
  default:
    indices = {position.channel};
  }
  for (auto [offset, width] : powerOfTwoPieces(lanes)) {
    SmallVector<Value> at(indices);
    at.back() = shifted(b, indices.back(), offset);
    vector::StoreOp::create(b, slice(b, vector, offset, width), memref, at);
  }
}

void EpilogueEmitter::storeBits(ImplicitLocOpBuilder &b, Value memref, BitPackedAttr layout,
                                const TilePosition &position, int64_t lanes, bool last, int64_t firstChannel,
                                Value bits) const {
  // The last tile also writes the zero bits up to the end of the last word.
  int64_t rowBytes = cast<MemRefType>(memref.getType()).getShape().back();
  int64_t bytes = last ? rowBytes - firstChannel / 8 : lanes / 8;
  if (bytes * 8 != lanes) {
    Value zero = splatConstant(b, b.getI1Type(), bytes * 8, 0);
    bits = vector::InsertStridedSliceOp::create(b, bits, zero, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
  }
  Value packed = vector::BitCastOp::create(b, VectorType::get(bytes, b.getI8Type()), bits);
  vector::StoreOp::create(b, packed, memref, packedIndices(b, layout, position));
}

void EpilogueEmitter::emit(ImplicitLocOpBuilder &b, const TilePosition &position, int64_t lanes, bool last,
                           int64_t firstChannel, Value accumulator) const {
  // Bits are stored by the byte, so a tile of them stays whole.
  if (!hasPackedOutput && !llvm::isPowerOf2_64(lanes)) {
    for (auto [offset, width] : powerOfTwoPieces(lanes)) {
      TilePosition piece = position;
      piece.channel = shifted(b, position.channel, offset);
      emit(b, piece, width, last, firstChannel + offset,
           accumulator ? slice(b, accumulator, offset, width) : Value());
    }
    return;
  }
  Block &body = region->front();
  IRMapping mapping;
  if (hasAccumulator) {
    accumulator = slice(b, accumulator, 0, lanes);
    if (border) {
      auto classOf = [&](Value index, int64_t low, int64_t high, int64_t extent) -> Value {
        Value lower = arith::MinSIOp::create(b, index, indexConstant(b, low));
        Value past = arith::SubIOp::create(b, index, indexConstant(b, extent - 1 - high));
        return arith::AddIOp::create(b, lower, arith::MaxSIOp::create(b, past, indexConstant(b, 0)));
      };
      Value row = classOf(position.y, borderExtent[0], borderExtent[1], imageShape[1]);
      Value column = classOf(position.x, borderExtent[2], borderExtent[3], imageShape[2]);
      Value correction = vector::LoadOp::create(b, VectorType::get(lanes, b.getI32Type()), border,
                                                ValueRange{row, column, position.channel});
      accumulator = arith::AddIOp::create(b, accumulator, correction);
    }
    mapping.map(body.getArgument(0), accumulator);
  }
  for (auto [index, argument] : llvm::enumerate(body.getArguments().drop_front(hasAccumulator)))
    if (!argument.use_empty())
      mapping.map(argument, loadParam(b, index, position, lanes));

  // Values from outside the region are scalars too, mostly constants that a canonicalizer hoisted.
  auto lookup = [&](Value value) -> Value {
    if (Value mapped = mapping.lookupOrNull(value))
      return mapped;
    Value vector = splat(b, value, lanes);
    mapping.map(value, vector);
    return vector;
  };
  for (Operation &op : body.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto type = VectorType::get(lanes, constant.getType());
      mapping.map(
          constant.getResult(),
          arith::ConstantOp::create(b, DenseElementsAttr::get(type, constant.getValue())).getResult());
      continue;
    }
    SmallVector<Value> operands = llvm::map_to_vector(op.getOperands(), lookup);
    SmallVector<Type> types = llvm::map_to_vector(
        op.getResultTypes(), [&](Type type) -> Type { return VectorType::get(lanes, type); });
    Operation *vectorOp = b.create(op.getLoc(), op.getName().getIdentifier(), operands, types, op.getAttrs());
    mapping.map(op.getResults(), vectorOp->getResults());
  }
  auto yield = cast<YieldOp>(body.getTerminator());
  for (auto [value, memref, layout] : llvm::zip(yield.getOperands(), inits, outputLayouts)) {
    Value vector = lookup(value);
    if (auto packed = dyn_cast<BitPackedAttr>(layout))
      storeBits(b, memref, packed, position, lanes, last, firstChannel, vector);
    else
      storePlain(b, memref, position, lanes, vector);
  }
}

void EpilogueEmitter::emitBorders(ImplicitLocOpBuilder &b) const {
  for (auto [memref, layout] : llvm::zip(inits, outputLayouts))
    emitBorder(b, memref, layout, imageShape[3]);
}
