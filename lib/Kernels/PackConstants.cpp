//===- PackConstants.cpp - Weights of few bits stored at their width --------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Kernels that multiply read a byte for each weight, however few bits it has. This pass stores b bits each,
// and spreads them into bytes of the workspace before the kernel that reads them, at every call. Objects
// shrink to b / 8 of their weights; a call takes some cycles for every 16 to 64 weights longer. It looks at
// the bytes only, so it knows nothing of strategies and their layouts.
//
//   %w = arith.constant dense<…> : tensor<1x9x32xi8>                     every byte from -8 to 7
// becomes
//   %packed = arith.constant dense<…> : tensor<2x2x36xi8>
//   %bytes = linalg.generic … ins(%packed, %shifts) outs(tensor<2x2x2x36xi8>)
//   %w = tensor.expand_shape(tensor.collapse_shape %bytes) : tensor<1x9x32xi8>
//
// Bits are stored in parts of 4, 2 and 1, so that every width takes just its bits. The elements are seen as
// [2][2][2][n]: element (a, b, c, j) has its part of 1 bit in bit 4a + 2b + c of byte j, that of 2 bits in
// bits 2(2a + b) of byte (c, j), that of 4 bits in bits 4a of byte (b, c, j). Neighbouring elements have
// neighbouring bytes and equal shifts, which vectorises.

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Kernels/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

namespace bnn {
#define GEN_PASS_DEF_PACKCONSTANTS
#include "bnn/Kernels/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

/// How bytes fit into fewer bits.
struct ByteRange {
  unsigned bits = 8;
  bool isSigned = false;
};

static ByteRange rangeOf(ArrayRef<int8_t> bytes) {
  int least = 0, most = 0;
  for (int8_t byte : bytes) {
    least = std::min<int>(least, byte);
    most = std::max<int>(most, byte);
  }
  ByteRange range{1, least < 0};
  while (range.bits < 8 &&
         (range.isSigned ? least < -(1 << (range.bits - 1)) || most >= (1 << (range.bits - 1))
                         : most >= (1 << range.bits)))
    ++range.bits;
  return range;
}

namespace {

/// The part of `width` bits, and how far up in the code it belongs.
struct Part {
  int64_t width, offset;
};

class Packer {
public:
  Packer(ImplicitLocOpBuilder &builder, ArrayRef<int8_t> bytes, ByteRange range)
      : b(builder), bytes(bytes), range(range), blockSize(llvm::divideCeil(bytes.size(), 8)) {
    int64_t offset = 0;
    for (int64_t width : {4, 2, 1})
      if (range.bits & width) {
        parts.push_back({width, offset});
        offset += width;
      }
  }

  /// The bytes again, computed from packed constants: 8 × blockSize, of which the first are the given ones.
  Value emit() {
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    for (const Part &part : parts) {
      inputs.push_back(packedConstant(part));
      maps.push_back(byteMap(part));
      inputs.push_back(shiftConstant(part));
      maps.push_back(shiftMap(part));
    }
    auto type = RankedTensorType::get({2, 2, 2, blockSize}, b.getI8Type());
    Value init = tensor::EmptyOp::create(b, type.getShape(), b.getI8Type());
    maps.push_back(b.getMultiDimIdentityMap(4));
    SmallVector<utils::IteratorType> iterators(4, utils::IteratorType::parallel);
    auto generic = linalg::GenericOp::create(
        b, type, inputs, init, maps, iterators,
        [&](OpBuilder &builder, Location loc, ValueRange args) { emitBody(builder, loc, args); });
    SmallVector<ReassociationIndices> all = {{0, 1, 2, 3}};
    return tensor::CollapseShapeOp::create(b, generic.getResult(0), all);
  }

private:
  /// Dimensions of the bytes of a part that come before the last: c for two bits, b and c for four.
  static unsigned leading(const Part &part) { return part.width == 4 ? 2 : part.width == 2 ? 1 : 0; }

  AffineMap byteMap(const Part &part) {
    SmallVector<AffineExpr> dims;
    for (unsigned d = 3 - leading(part); d < 4; ++d)
      dims.push_back(b.getAffineDimExpr(d));
    return AffineMap::get(4, 0, dims, b.getContext());
  }

  AffineMap shiftMap(const Part &part) {
    SmallVector<AffineExpr> dims;
    for (unsigned d = 0; d < 3 - leading(part); ++d)
      dims.push_back(b.getAffineDimExpr(d));
    return AffineMap::get(4, 0, dims, b.getContext());
  }

  Value packedConstant(const Part &part) {
    int64_t perByte = 8 / part.width, numBytes = 8 / perByte * blockSize;
    std::vector<int8_t> packed(numBytes, 0);
    for (auto [i, byte] : llvm::enumerate(bytes)) {
      int64_t slot = static_cast<int64_t>(i) / numBytes, at = static_cast<int64_t>(i) % numBytes;
      unsigned code = (static_cast<uint8_t>(byte) >> part.offset) & ((1u << part.width) - 1);
      packed[at] = static_cast<int8_t>(static_cast<uint8_t>(packed[at]) | code << (slot * part.width));
    }
    SmallVector<int64_t> shape(leading(part), 2);
    shape.push_back(blockSize);
    return constant(shape, packed);
  }

  Value shiftConstant(const Part &part) {
    SmallVector<int64_t> shape(3 - leading(part), 2);
    std::vector<int8_t> shifts;
    for (int64_t slot = 0; slot < 8 / part.width; ++slot)
      shifts.push_back(static_cast<int8_t>(slot * part.width));
    return constant(shape, shifts);
  }

  Value constant(ArrayRef<int64_t> shape, ArrayRef<int8_t> values) {
    auto type = RankedTensorType::get(shape, b.getI8Type());
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values));
  }

  void emitBody(OpBuilder &builder, Location loc, ValueRange args) {
    ImplicitLocOpBuilder body(loc, builder);
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(body, body.getI8IntegerAttr(static_cast<int8_t>(value)));
    };
    Value code;
    for (auto [i, part] : llvm::enumerate(parts)) {
      Value bits = arith::ShRUIOp::create(body, args[2 * i], args[2 * i + 1]);
      bits = arith::AndIOp::create(body, bits, number((1 << part.width) - 1));
      if (part.offset)
        bits = arith::ShLIOp::create(body, bits, number(part.offset));
      code = code ? Value(arith::OrIOp::create(body, code, bits)) : bits;
    }
    if (range.isSigned) {
      code = arith::ShLIOp::create(body, code, number(8 - range.bits));
      code = arith::ShRSIOp::create(body, code, number(8 - range.bits));
    }
    linalg::YieldOp::create(body, code);
  }

  ImplicitLocOpBuilder &b;
  ArrayRef<int8_t> bytes;
  ByteRange range;
  int64_t blockSize;
  SmallVector<Part> parts;
};

struct PackConstants : bnn::impl::PackConstantsBase<PackConstants> {
  using PackConstantsBase::PackConstantsBase;

  void runOnOperation() override {
    SmallVector<ContractKernelOp> kernels;
    getOperation()->walk([&](ContractKernelOp op) { kernels.push_back(op); });
    for (ContractKernelOp kernel : kernels)
      pack(kernel);
  }

  void pack(ContractKernelOp kernel) {
    DenseElementsAttr weights;
    auto type = dyn_cast<RankedTensorType>(kernel.getWeights().getType());
    if (!type || !type.getElementType().isInteger(8) ||
        !matchPattern(kernel.getWeights(), m_Constant(&weights)))
      return;
    SmallVector<int8_t> bytes(weights.getValues<int8_t>());
    ByteRange range = rangeOf(bytes);
    if (range.bits == 8 || static_cast<int64_t>(bytes.size()) < minElements)
      return;
    ImplicitLocOpBuilder builder(kernel.getLoc(), kernel);
    Value unpacked = Packer(builder, bytes, range).emit();
    int64_t size = bytes.size();
    if (cast<RankedTensorType>(unpacked.getType()).getDimSize(0) != size)
      unpacked = tensor::ExtractSliceOp::create(builder, RankedTensorType::get({size}, builder.getI8Type()),
                                                unpacked, ArrayRef<OpFoldResult>{builder.getIndexAttr(0)},
                                                ArrayRef<OpFoldResult>{builder.getIndexAttr(size)},
                                                ArrayRef<OpFoldResult>{builder.getIndexAttr(1)});
    if (type.getRank() != 1) {
      ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(type.getRank()));
      unpacked = tensor::ExpandShapeOp::create(builder, type, unpacked, ArrayRef<ReassociationIndices>{all});
    }
    kernel.getWeightsMutable().assign(unpacked);
    ++numPacked;
    numBytesSaved += size - size * range.bits / 8;
  }
};

} // namespace
