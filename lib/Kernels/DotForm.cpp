//===- DotForm.cpp - Which multiply-add serves two code types ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The choice of a form (see DotForm.h) and what it emits. Activations are staged once for a whole layer:
//
//   unsigned<4> codes [1, 2, 2, 3], a border of one zero, pairs      ->  bytes [4·4·3 + slack], border
//   written signed<8> codes, quads of unsigned bytes (vpdpbusd)              ->  code + 128 bipolar<2> codes
//   q, pad value 0 (an even value)                  ->  value + 3 = 2q

#include "DotForm.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace bnn;

static bool hasPad(GeometryAttr g) {
  return llvm::any_of(g.getPad(), [](int64_t p) { return p != 0; });
}

/// A form that multiplies units: codes of bipolar types where the pad value is one of theirs, which have half
/// the range of their values, and values otherwise. `low` and `high` are the least and the largest.
static DotForm unitsOf(CodeTypeInterface activations, GeometryAttr g, const TargetInfo &target, int64_t &low,
                       int64_t &high) {
  bool bipolar = isa<BipolarType>(activations), padded = hasPad(g);
  bool asCodes = bipolar && (!padded || activations.contains(g.getPadValue()));
  low = asCodes ? 0 : activations.getMinValue();
  high = asCodes ? activations.getNumValues() - 1 : activations.getMaxValue();
  if (padded && !asCodes) {
    low = std::min<int64_t>(low, g.getPadValue());
    high = std::max<int64_t>(high, g.getPadValue());
  }
  DotForm form;
  form.vectorBits = target.vectorBits();
  form.signExtended = isa<SignedType, TernaryType>(activations);
  form.signedBytes = target.isAArch64();
  form.stepsPerBlock = 1;
  form.multiplier = bipolar && !asCodes ? 2 : 1;
  form.addend = bipolar && !asCodes ? activations.getMinValue() : 0;
  form.factor = asCodes ? 2 : 1;
  form.offset = asCodes ? activations.getMinValue() : 0;
  return form;
}

/// Stores units moved by `bias`, the largest of which is then `largest`.
static void setBias(DotForm &form, int64_t bias, int64_t largest) {
  form.addend += bias;
  form.offset -= form.factor * bias;
  form.largest = largest;
}

DotForm DotForm::choose(CodeTypeInterface activations, CodeTypeInterface weights, GeometryAttr g,
                        const TargetInfo &target, bool tiled) {
  int64_t low, high;
  DotForm form = unitsOf(activations, g, target, low, high);
  int64_t weightLow = weights.getMinValue(), weightHigh = weights.getMaxValue();
  bool fitsBytes = high - low <= 255 && weightLow >= -128 && weightHigh <= 127;

  int64_t bias = 0;
  if (fitsBytes && form.signedBytes)
    bias = low >= -128 && high <= 127 ? 0 : -(low + 128);
  else if (fitsBytes)
    bias = low < 0 || high > 255 ? -low : 0;

  // The largest sum of two products of stored numbers and weights, and the smallest.
  int64_t most = 2 * (high + bias) * std::max<int64_t>(weightHigh, 0);
  int64_t least = 2 * (high + bias) * std::min<int64_t>(weightLow, 0);
  bool pairsFit = most <= 32767 && least >= -32768;

  if (fitsBytes && target.isX86() && (target.has("avx512vnni") || target.has("avxvnni"))) {
    form.kind = Quads;
  } else if (fitsBytes && target.has("ssse3") && pairsFit) {
    form.kind = Pairs;
    form.stepsPerBlock = std::min(most ? 32767 / most : 32767, least ? 32768 / -least : 32767);
  } else if (fitsBytes && target.has("i8mm") && tiled) {
    form.kind = Tiles;
  } else if (fitsBytes && target.has("dotprod")) {
    form.kind = Quads;
  } else {
    form.kind = target.isX86() ? Words : Single;
    bias = 0;
  }
  constexpr int64_t depths[] = {4, 8, 4, 2, 1};
  form.depth = depths[form.kind];
  setBias(form, bias, high + bias);
  return form;
}

DotForm DotForm::unsignedBytes(CodeTypeInterface activations, GeometryAttr g, const TargetInfo &target) {
  int64_t low, high;
  DotForm form = unitsOf(activations, g, target, low, high);
  form.kind = Pairs;
  form.depth = 4;
  int64_t bias = low < 0 ? -low : 0;
  setBias(form, bias, high + bias);
  return form;
}

double DotForm::operations() const {
  switch (kind) {
  case Quads:
  case Tiles:
    return 1;
  case Pairs:
    return stepsPerBlock > 1 ? 2 + 3.0 / stepsPerBlock : 3;
  case Words:
    return 2;
  case Single:
    return 1;
  }
  llvm_unreachable("a form");
}

double DotForm::multiplications() const {
  if (kind == Pairs)
    return stepsPerBlock > 1 ? 1 + 1.0 / stepsPerBlock : 2;
  return 1;
}

int64_t DotForm::encode(int64_t value) const {
  // Σ value·w = factor·Σ stored·w + offset·Σ w holds for each value.
  return (value - offset) / factor;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

Value DotForm::multiplyPairs(ImplicitLocOpBuilder &b, Value activations, Value weights) const {
  int64_t lanes = cast<VectorType>(weights.getType()).getNumElements();
  return MultiplyAddBytesOp::create(b, VectorType::get(lanes / 2, b.getI16Type()), activations, weights);
}

Value DotForm::addPairs(ImplicitLocOpBuilder &b, Value acc, Value sums) const {
  int64_t lanes = cast<VectorType>(sums.getType()).getNumElements();
  Value ones = splatConstant(b, b.getI16Type(), lanes, 1);
  return arith::AddIOp::create(b, acc, MultiplyAddWordsOp::create(b, acc.getType(), sums, ones));
}

Value DotForm::accumulate(ImplicitLocOpBuilder &b, Value acc, Value activations, Value weights) const {
  switch (kind) {
  case Quads:
    return DotBytesOp::create(b, activations, weights, acc, !signedBytes);
  case Tiles:
    return MatmulBytesOp::create(b, activations, weights, acc);
  case Pairs:
    return addPairs(b, acc, multiplyPairs(b, activations, weights));
  case Words:
    return arith::AddIOp::create(b, acc, MultiplyAddWordsOp::create(b, acc.getType(), activations, weights));
  case Single: {
    Value lhs = arith::ExtSIOp::create(b, acc.getType(), activations);
    Value rhs = arith::ExtSIOp::create(b, acc.getType(), weights);
    return arith::AddIOp::create(b, acc, arith::MulIOp::create(b, lhs, rhs));
  }
  }
  llvm_unreachable("a form");
}

//===----------------------------------------------------------------------===//
// Staging
//===----------------------------------------------------------------------===//

namespace {

/// Writes runs of the staged image, a register at a time.
struct StageWriter {
  ImplicitLocOpBuilder &b;
  const DotForm &form;
  Value source, target;

  Type storedType() const { return b.getIntegerType(form.storedBits()); }

  /// Applies `piece` to offsets and widths that cover `count` numbers.
  void cover(int64_t count, function_ref<void(Value, int64_t)> piece) {
    int64_t width = form.vectorBits / 8, full = count / width * width;
    emitLoop(b, 0, full, width, [&](Value at) { piece(at, width); });
    for (int64_t at = full; at < count; at += width) {
      width = llvm::bit_floor(uint64_t(count - at));
      piece(indexConstant(b, at), width);
    }
  }

  void fill(Value first, int64_t count, int64_t stored) {
    cover(count, [&](Value at, int64_t width) {
      vector::StoreOp::create(b, splatConstant(b, storedType(), width, stored), target,
                              ValueRange{arith::AddIOp::create(b, first, at)});
    });
  }

  void copy(Value from, Value to, int64_t count) {
    cover(count, [&](Value at, int64_t width) {
      Value codes = vector::LoadOp::create(b, VectorType::get(width, b.getI8Type()), source,
                                           ValueRange{arith::AddIOp::create(b, from, at)});
      vector::StoreOp::create(b, convert(codes, width), target, ValueRange{arith::AddIOp::create(b, to, at)});
    });
  }

  Value convert(Value codes, int64_t width) {
    Value stored = codes;
    auto type = VectorType::get(width, storedType());
    if (!form.hasBytes())
      stored = form.signExtended ? Value(arith::ExtSIOp::create(b, type, codes))
                                 : Value(arith::ExtUIOp::create(b, type, codes));
    if (form.multiplier == 2)
      stored = arith::AddIOp::create(b, stored, stored);
    // Bytes wrap around to the number meant.
    int64_t addend = form.hasBytes() ? int64_t(int8_t(form.addend)) : form.addend;
    if (addend != 0)
      stored = arith::AddIOp::create(b, stored, splatConstant(b, storedType(), width, addend));
    return stored;
  }
};

} // namespace

Value DotForm::stage(ImplicitLocOpBuilder &b, Value codes, GeometryAttr g, int64_t slack) const {
  Value flat = memref::CollapseShapeOp::create(
      b, codes,
      SmallVector<ReassociationIndices>{
          llvm::to_vector<2>(llvm::seq<int64_t>(0, cast<MemRefType>(codes.getType()).getRank()))});
  if (isIdentity() && slack == 0 && !hasPad(g))
    return flat;
  ArrayRef<int64_t> in = g.getInput(), pad = g.getPad();
  int64_t line = in[2] * in[3], paddedLine = (in[2] + pad[2] + pad[3]) * in[3];
  int64_t rows = in[1] + pad[0] + pad[1], numbers = in[0] * rows * paddedLine;
  Type type = b.getIntegerType(storedBits());
  Value image = memref::AllocOp::create(b, MemRefType::get({numbers + slack}, type));
  StageWriter writer{b, *this, flat, image};
  Value zero = indexConstant(b, 0);
  if (!hasPad(g)) {
    writer.copy(zero, zero, numbers);
    return image;
  }
  int64_t border = encode(g.getPadValue());
  if (hasBytes())
    border = int8_t(border);
  auto scaled = [&](Value index, int64_t factor) -> Value {
    return arith::MulIOp::create(b, index, indexConstant(b, factor));
  };
  emitParallelLoop(b, 0, in[0], 1, [&](Value n) {
    Value top = scaled(n, rows * paddedLine);
    auto rowAt = [&](Value y, int64_t offset) -> Value {
      Value first = arith::AddIOp::create(b, top, scaled(y, paddedLine));
      return arith::AddIOp::create(b, first, indexConstant(b, offset));
    };
    writer.fill(top, pad[0] * paddedLine, border);
    emitParallelLoop(b, 0, in[1], 1, [&](Value y) {
      Value from = arith::AddIOp::create(b, scaled(n, in[1] * line), scaled(y, line));
      writer.fill(rowAt(y, pad[0] * paddedLine), pad[2] * in[3], border);
      writer.copy(from, rowAt(y, pad[0] * paddedLine + pad[2] * in[3]), line);
      writer.fill(rowAt(y, pad[0] * paddedLine + pad[2] * in[3] + line), pad[3] * in[3], border);
    });
    writer.fill(rowAt(zero, (pad[0] + in[1]) * paddedLine), pad[1] * paddedLine, border);
  });
  return image;
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

void DotForm::appendWeight(std::vector<char> &storage, int64_t value) const {
  storage.push_back(char(value & 0xff));
  if (!hasBytes())
    storage.push_back(char((value >> 8) & 0xff));
}

DenseElementsAttr DotForm::weightStorage(MLIRContext *context, ArrayRef<int64_t> shape,
                                         ArrayRef<char> storage) const {
  return DenseElementsAttr::getFromRawBuffer(
      RankedTensorType::get(shape, IntegerType::get(context, storedBits())), storage);
}
