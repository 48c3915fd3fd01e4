//===- EpilogueEmitter.cpp - Epilogues in registers -------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Clones the scalar region of a kernel with vectors of channels, loads its parameters and stores its outputs.
//
//   ^bb0(%acc: i32, %limit: i32):                 %t = vector.load %limits[%c] : vector<32xi32>
//     %bit = arith.cmpi sge, %acc, %limit   ->    %bit = arith.cmpi sge, %accumulators, %t : vector<32xi32>
//     bnn.yield %bit : i1                         %bytes = vector.bitcast %bit, then stored

#include "bnn/Kernels/KernelEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

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

bool EpilogueEmitter::isPerChannel(unsigned index) const {
  return isa<BitPackedAttr>(paramLayouts[index]) || maps[index].isFunctionOfDim(3);
}

bool EpilogueEmitter::isNarrow() const {
  return hasAccumulator && region->getArgument(0).getType().isInteger(16);
}

bool EpilogueEmitter::takesFloats() const {
  return hasAccumulator && !border && !isNarrow() &&
         llvm::all_of(region->getArgument(0).getUsers(), [](Operation *user) {
           return isa<arith::SIToFPOp>(user) && user->getResult(0).getType().isF32();
         });
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
  for (AffineExpr expr : maps[index].getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      indices.push_back(dims[dim.getPosition()]);
    else
      indices.push_back(indexConstant(b, cast<AffineConstantExpr>(expr).getValue()));
  }
  if (isPerChannel(index))
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

Value EpilogueEmitter::loadBorder(ImplicitLocOpBuilder &b, const TilePosition &position,
                                  int64_t lanes) const {
  auto classOf = [&](Value index, int64_t low, int64_t high, int64_t extent) -> Value {
    if (low + high == 0)
      return indexConstant(b, 0);
    Value lower = arith::MinSIOp::create(b, index, indexConstant(b, low));
    Value past = arith::SubIOp::create(b, index, indexConstant(b, extent - 1 - high));
    return arith::AddIOp::create(b, lower, arith::MaxSIOp::create(b, past, indexConstant(b, 0)));
  };
  Value row = classOf(position.y, borderExtent[0], borderExtent[1], imageShape[1]);
  Value column = classOf(position.x, borderExtent[2], borderExtent[3], imageShape[2]);
  return vector::LoadOp::create(b, VectorType::get(lanes, b.getI32Type()), border,
                                ValueRange{row, column, position.channel});
}

/// Those lanes of a tile's vector that a piece has.
static Value select(ImplicitLocOpBuilder &b, Value vector, ArrayRef<int64_t> channels) {
  for (auto [lane, channel] : llvm::enumerate(channels))
    if (channel != channels[0] + int64_t(lane))
      return vector::ShuffleOp::create(b, vector, vector, channels);
  return slice(b, vector, channels[0], channels.size());
}

SmallVector<IRMapping> EpilogueEmitter::mapArguments(ImplicitLocOpBuilder &b, const TilePosition &position,
                                                     int64_t lanes, ArrayRef<TilePiece> pieces) const {
  Block &body = region->front();
  SmallVector<IRMapping> mappings(pieces.size());
  if (hasAccumulator) {
    Value correction = border ? loadBorder(b, position, lanes) : Value();
    for (auto [piece, mapping] : llvm::zip(pieces, mappings)) {
      Value accumulator = piece.accumulator;
      if (correction)
        accumulator = arith::AddIOp::create(b, accumulator, select(b, correction, piece.channels));
      mapping.map(body.getArgument(0), accumulator);
    }
  }
  for (auto [index, argument] : llvm::enumerate(body.getArguments().drop_front(hasAccumulator))) {
    if (argument.use_empty())
      continue;
    // One number for all channels is repeated for the longest piece.
    bool perChannel = isPerChannel(index);
    int64_t longest = 0;
    for (const TilePiece &piece : pieces)
      longest = std::max<int64_t>(longest, piece.channels.size());
    Value param = loadParam(b, index, position, perChannel ? lanes : longest);
    for (auto [piece, mapping] : llvm::zip(pieces, mappings))
      mapping.map(argument,
                  perChannel ? select(b, param, piece.channels) : slice(b, param, 0, piece.channels.size()));
  }
  return mappings;
}

SmallVector<Value> EpilogueEmitter::emitRegion(ImplicitLocOpBuilder &b, IRMapping &mapping,
                                               int64_t lanes) const {
  // Values from outside the region are scalars too, mostly constants that a canonicalizer hoisted.
  auto lookup = [&](Value value) -> Value {
    if (Value mapped = mapping.lookupOrNull(value))
      return mapped;
    Value vector = splat(b, value, lanes);
    mapping.map(value, vector);
    return vector;
  };
  Block &body = region->front();
  for (Operation &op : body.without_terminator()) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto type = VectorType::get(lanes, constant.getType());
      mapping.map(
          constant.getResult(),
          arith::ConstantOp::create(b, DenseElementsAttr::get(type, constant.getValue())).getResult());
      continue;
    }
    SmallVector<Value> operands = llvm::map_to_vector(op.getOperands(), lookup);
    if (isa<arith::SIToFPOp>(op) && isa<FloatType>(getElementTypeOrSelf(operands[0]))) {
      mapping.map(op.getResult(0), operands[0]);
      continue;
    }
    SmallVector<Type> types = llvm::map_to_vector(
        op.getResultTypes(), [&](Type type) -> Type { return VectorType::get(lanes, type); });
    Operation *vectorOp = b.create(op.getLoc(), op.getName().getIdentifier(), operands, types, op.getAttrs());
    mapping.map(op.getResults(), vectorOp->getResults());
  }
  return llvm::map_to_vector(body.getTerminator()->getOperands(), lookup);
}

void EpilogueEmitter::store(ImplicitLocOpBuilder &b, const TilePosition &position, int64_t lanes, bool last,
                            int64_t firstChannel, ValueRange vectors) const {
  for (auto [vector, memref, layout] : llvm::zip(vectors, inits, outputLayouts)) {
    if (auto packed = dyn_cast<BitPackedAttr>(layout))
      storeBits(b, memref, packed, position, lanes, last, firstChannel, vector);
    else
      storePlain(b, memref, position, lanes, vector);
  }
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
  TilePiece whole = {llvm::to_vector(llvm::seq<int64_t>(0, lanes)),
                     accumulator ? slice(b, accumulator, 0, lanes) : Value()};
  IRMapping mapping = mapArguments(b, position, lanes, whole).front();
  store(b, position, lanes, last, firstChannel, emitRegion(b, mapping, lanes));
}

/// Whether the lanes of `piece` are runs of eight neighbouring channels that start with `runs`.
static bool hasRuns(const TilePiece &piece, ArrayRef<int64_t> runs) {
  return piece.channels.size() == 8 * runs.size() &&
         llvm::all_of(llvm::seq<int64_t>(0, piece.channels.size()),
                      [&](int64_t i) { return piece.channels[i] == runs[i / 8] + i % 8; });
}

/// Bits of channels 0-7 and 16-23 in `lhs`, 8-15 and 24-31 in `rhs`: the low halves of masks of 16 bits,
/// eight of each vector in turn, are what packsswb makes.
static Value interleaveBits(ImplicitLocOpBuilder &b, Value lhs, Value rhs) {
  auto bytes = VectorType::get(32, b.getI8Type());
  auto asMasks = [&](Value bits) {
    Value masks = arith::ExtSIOp::create(b, VectorType::get(16, b.getI16Type()), bits);
    return vector::BitCastOp::create(b, bytes, masks);
  };
  SmallVector<int64_t> order;
  for (int64_t first : {0, 16})
    for (int64_t operand : {0, 32})
      for (int64_t i = 0; i < 8; ++i)
        order.push_back(operand + first + 2 * i);
  Value masks = vector::ShuffleOp::create(b, asMasks(lhs), asMasks(rhs), order);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, masks, splatConstant(b, b.getI8Type(), 32, 0));
}

/// Four times eight bits, each brought to a byte by itself: x86 has an instruction for that (movmskps), and
/// the joining of bytes needs no vector unit.
static Value concatenateBits(ImplicitLocOpBuilder &b, ArrayRef<Value> bits) {
  Value word;
  for (auto [i, eight] : llvm::enumerate(bits)) {
    Value byte = vector::BitCastOp::create(b, VectorType::get(1, b.getI8Type()), eight);
    Value wide =
        arith::ExtUIOp::create(b, b.getI32Type(), vector::ExtractOp::create(b, byte, ArrayRef<int64_t>{0}));
    Value distance = arith::ConstantOp::create(b, b.getI32IntegerAttr(8 * i));
    word = i == 0 ? wide : Value(arith::OrIOp::create(b, word, arith::ShLIOp::create(b, wide, distance)));
  }
  Value words = vector::BroadcastOp::create(b, VectorType::get(1, b.getI32Type()), word);
  return vector::BitCastOp::create(b, VectorType::get(32, b.getI1Type()), words);
}

/// Joins the bits of 32 channels in pieces that take few instructions on x86; null for other pieces.
static Value packBits(ImplicitLocOpBuilder &b, ArrayRef<TilePiece> pieces, ArrayRef<Value> bits) {
  if (pieces.size() == 2 && hasRuns(pieces[0], {0, 16}) && hasRuns(pieces[1], {8, 24}))
    return interleaveBits(b, bits[0], bits[1]);
  if (pieces.size() == 4 && hasRuns(pieces[0], {0}) && hasRuns(pieces[1], {8}) && hasRuns(pieces[2], {16}) &&
      hasRuns(pieces[3], {24}))
    return concatenateBits(b, bits);
  return {};
}

/// One vector of the tile's channels in their order.
static Value joinPieces(ImplicitLocOpBuilder &b, ArrayRef<TilePiece> pieces, ArrayRef<Value> vectors,
                        int64_t lanes) {
  if (pieces.size() == 1 && vectors[0] == select(b, vectors[0], pieces[0].channels))
    return vectors[0];
  Type element = cast<VectorType>(vectors[0].getType()).getElementType();
  if (element.isInteger(1))
    if (Value packed = packBits(b, pieces, vectors))
      return packed;
  Value all = arith::ConstantOp::create(b, b.getZeroAttr(VectorType::get(lanes, element)));
  SmallVector<int64_t> order(lanes);
  int64_t offset = 0;
  for (auto [piece, vector] : llvm::zip(pieces, vectors)) {
    all =
        vector::InsertStridedSliceOp::create(b, vector, all, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{1});
    for (auto [lane, channel] : llvm::enumerate(piece.channels))
      order[channel] = offset + lane;
    offset += piece.channels.size();
  }
  return select(b, all, order);
}

void EpilogueEmitter::emit(ImplicitLocOpBuilder &b, const TilePosition &position,
                           ArrayRef<TilePiece> pieces) const {
  int64_t lanes = 0;
  for (const TilePiece &piece : pieces)
    lanes += piece.channels.size();
  SmallVector<IRMapping> mappings = mapArguments(b, position, lanes, pieces);
  SmallVector<SmallVector<Value>> yields;
  for (auto [piece, mapping] : llvm::zip(pieces, mappings))
    yields.push_back(emitRegion(b, mapping, piece.channels.size()));
  SmallVector<Value> outputs;
  for (unsigned output : llvm::seq<unsigned>(0, inits.size())) {
    SmallVector<Value> vectors;
    for (ArrayRef<Value> yielded : yields)
      vectors.push_back(yielded[output]);
    outputs.push_back(joinPieces(b, pieces, vectors, lanes));
  }
  store(b, position, lanes, /*last=*/false, /*firstChannel=*/0, outputs);
}

void EpilogueEmitter::emitBorders(ImplicitLocOpBuilder &b) const {
  for (auto [memref, layout] : llvm::zip(inits, outputLayouts))
    emitBorder(b, memref, layout, imageShape[3]);
}
