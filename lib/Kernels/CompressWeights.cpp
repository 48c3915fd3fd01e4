//===- CompressWeights.cpp - Weights at their bits in the object ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Strategies store weights as their inner loops read them, one code or a few in each byte, whose other bits
// are zero. Where size matters more than time, only the bits in use are stored, each as a plane of its own,
// and put together in the workspace before the kernel runs:
//
//   %w = arith.constant dense<…> : tensor<2x9x64xi8>            every byte is 0 or 1
//   %y = bnn.contract_kernel "integer" ins(%x, %w : …)
//
// becomes
//
//   %plane = arith.constant dense<…> : tensor<144xi8>
//   %w = bnn.map_kernel params(%plane : tensor<144xi8>) outs(%init : tensor<2x9x64xi8>) {
//   ^bb0(%bit: i1):
//     %byte = arith.extui %bit : i1 to i8
//     bnn.yield %byte : i8
//   }
//   %y = bnn.contract_kernel "integer" ins(%x, %w : …)
//
// Bits above the sign are copies of it and not stored: the topmost plane is extended with its sign instead.
// No strategy has to know of this, nor does it matter which one was chosen: a weight of b bits takes b bits.

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Kernels/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/bit.h"

namespace bnn {
#define GEN_PASS_DEF_COMPRESSWEIGHTS
#include "bnn/Kernels/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

struct CompressWeights : bnn::impl::CompressWeightsBase<CompressWeights> {
  /// One bit of every byte, from bit 0 of the first byte on, in whole words.
  static DenseElementsAttr extractPlane(ArrayRef<char> bytes, unsigned bit, RankedTensorType type) {
    std::vector<char> plane(type.getNumElements(), 0);
    for (auto [i, byte] : llvm::enumerate(bytes))
      plane[i / 8] |= ((static_cast<unsigned char>(byte) >> bit) & 1) << (i % 8);
    return DenseElementsAttr::getFromRawBuffer(type, plane);
  }

  void compress(OpOperand &weights, DenseElementsAttr value) {
    SmallVector<char> bytes(value.getRawData());
    if (value.isSplat())
      bytes.assign(value.getNumElements(), value.getRawData().front());
    unsigned used = 0, signBit = 7;
    for (char byte : bytes)
      used |= static_cast<unsigned char>(byte);
    // Where all bytes have the same value in the bits from some bit on, these are signs.
    auto isSign = [&](unsigned bit) {
      return llvm::all_of(bytes, [&](char byte) { return ((byte >> bit ^ byte >> 7) & 1) == 0; });
    };
    while (signBit > 0 && isSign(signBit - 1))
      --signBit;
    used &= (2u << signBit) - 1;
    int64_t count = bytes.size();
    int64_t before = count, after = llvm::popcount(used) * 4 * llvm::divideCeil(count, 32);
    if (used == 0 || after >= before)
      return;

    ImplicitLocOpBuilder b(weights.getOwner()->getLoc(), weights.getOwner());
    MLIRContext *context = &getContext();
    auto layout = BitPackedAttr::get(context, {}, 0);
    Type i8 = b.getI8Type();
    auto planeType = RankedTensorType::get({1, 1, 1, 4 * int64_t(llvm::divideCeil(count, 32))}, i8);
    SmallVector<Value> planes;
    SmallVector<unsigned> positions;
    for (unsigned bit = 0; bit < 8; ++bit)
      if (used >> bit & 1) {
        planes.push_back(arith::ConstantOp::create(b, extractPlane(bytes, bit, planeType)));
        positions.push_back(bit);
      }
    auto type = cast<RankedTensorType>(value.getType());
    Value init = tensor::EmptyOp::create(b, type.getShape(), i8);
    SmallVector<AffineMap> maps(planes.size(), b.getMultiDimIdentityMap(4));
    SmallVector<Attribute> layouts(planes.size(), layout);
    auto kernel = MapKernelOp::create(b, TypeRange(type), planes, init,
                                      b.getDenseI64ArrayAttr({1, 1, 1, count}), b.getAffineMapArrayAttr(maps),
                                      b.getArrayAttr(layouts), b.getArrayAttr(ByteCodesAttr::get(context)));
    weights.set(kernel.getResults()[0]);

    Block &body = kernel.getEpilogue().emplaceBlock();
    b.setInsertionPointToStart(&body);
    Value sum;
    for (unsigned position : positions) {
      Value argument = body.addArgument(b.getI1Type(), b.getLoc());
      Value bit = position == signBit ? Value(arith::ExtSIOp::create(b, i8, argument))
                                      : Value(arith::ExtUIOp::create(b, i8, argument));
      if (position != 0)
        bit = arith::ShLIOp::create(b, bit, arith::ConstantOp::create(b, b.getI8IntegerAttr(position)));
      sum = sum ? Value(arith::OrIOp::create(b, sum, bit)) : bit;
    }
    YieldOp::create(b, sum);
    ++numCompressed;
    numBytesSaved += before - after;
  }

  void runOnOperation() override {
    getOperation()->walk([&](ContractKernelOp kernel) {
      DenseElementsAttr value;
      OpOperand &weights = kernel.getWeightsMutable();
      if (matchPattern(weights.get(), m_Constant(&value)) && value.getElementType().isInteger(8))
        compress(weights, value);
    });
  }
};

} // namespace
