//===- ApplyBits.cpp - Quantize layers to the bits given --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Puts quantizers before both operands of each layer that has bits. bnn-optimize then computes the codes of
// the weights and makes an integer contraction of the layer, as it does for a model that came with
// quantizers.
//
//   %y = tosa.conv2d %x, %w, ... {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64,
//                                 bnn.activation_scale = 0.01 : f32}
// becomes
//   %qx = bnn.quantize %x scale %c : ... -> tensor<1x8x8x16x!bnn.unsigned<8>>
//   %dx = bnn.dequantize %qx scale %c
//   %qw = bnn.quantize %w scale %s {axis = 0} : ... -> tensor<4x3x3x16x!bnn.signed<4>>
//   %dw = bnn.dequantize %qw scale %s {axis = 0}
//   %y = tosa.conv2d %dx, %dw, ...
//
// Scales of weights are per output channel, the ones with the least squared error. A side that has codes of
// as few bits already stays as it is; one with more bits is quantized anew, its activations from the floats
// that its own quantizer read.

#include "Constants.h"

#include "bnn/Dialect/BNN/Transforms/Layers.h"
#include "bnn/Dialect/BNN/Transforms/Passes.h"
#include "bnn/Support/Clip.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace bnn {
#define GEN_PASS_DEF_APPLYBITS
#include "bnn/Dialect/BNN/Transforms/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

static Type getCodeType(MLIRContext *context, unsigned bits, CodeSpread spread) {
  switch (spread) {
  case CodeSpread::Unsigned:
    return UnsignedType::get(context, bits);
  case CodeSpread::Signed:
    return SignedType::get(context, bits);
  case CodeSpread::Bipolar:
    return BipolarType::get(context, bits);
  }
  llvm_unreachable("all spreads are covered");
}

/// dequantize(quantize(value)), to codes of `type`.
static Value createQuantizerPair(OpBuilder &builder, Location loc, Value value, Type type,
                                 ArrayRef<float> scale, int64_t axis) {
  auto floats = cast<RankedTensorType>(value.getType());
  Value factor = createFloats(builder, loc, {static_cast<int64_t>(scale.size())}, scale);
  OperationState state(loc, QuantizeOp::getOperationName(), {value, factor},
                       RankedTensorType::get(floats.getShape(), type), {});
  state.addAttribute("axis", builder.getI64IntegerAttr(axis));
  Value codes = builder.create(state)->getResult(0);
  return DequantizeOp::create(builder, loc, floats, codes, factor, builder.getDenseI64ArrayAttr({}),
                              builder.getI64IntegerAttr(axis));
}

/// Bits of the codes that `value` is the dequantization of; 32 for floats.
static unsigned bitsOf(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  return dequantize ? bnn::getCodeType(dequantize.getInput()).getBits() : 32;
}

/// A bits attribute, checked. 0 after an error.
static unsigned readBits(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<IntegerAttr>(name);
  if (!attr) {
    op->emitError() << "has bits for one side only; '" << name << "' is missing";
    return 0;
  }
  int64_t bits = attr.getInt();
  if (bits >= 1 && bits <= 8)
    return bits;
  op->emitError() << "'" << name << "' is " << bits << "; it must be 1 to 8";
  return 0;
}

static LogicalResult quantizeWeights(Operation *op, unsigned bits) {
  if (bitsOf(op->getOperand(1)) <= bits)
    return success();
  SmallVector<float> weights = *getWeightFloats(op);
  if (!allFinite(weights))
    return op->emitError() << "cannot be quantized: its weights are not all finite";
  auto type = cast<RankedTensorType>(op->getOperand(1).getType());
  unsigned axis = getWeightChannelAxis(op);
  int64_t channels = type.getDimSize(axis), inner = 1;
  for (int64_t size : type.getShape().drop_front(axis + 1))
    inner *= size;
  std::vector<SmallVector<float>> byChannel(channels);
  for (auto [i, weight] : llvm::enumerate(weights))
    byChannel[static_cast<int64_t>(i) / inner % channels].push_back(weight);
  CodeSpread spread = chooseSpread(bits, /*isSigned=*/true);
  SmallVector<float> scales;
  for (ArrayRef<float> channel : byChannel)
    scales.push_back(findScale(channel, bits, spread));
  OpBuilder builder(op);
  Value floats = createFloats(builder, op->getLoc(), type.getShape(), weights);
  op->setOperand(1, createQuantizerPair(builder, op->getLoc(), floats,
                                        getCodeType(op->getContext(), bits, spread), scales, axis));
  return success();
}

static LogicalResult quantizeActivations(const NetworkLayer &layer, unsigned bits) {
  Operation *first = layer.ops.front();
  Value activations = layer.getActivations();
  if (bitsOf(activations) <= bits)
    return success();
  auto scale = first->getAttrOfType<FloatAttr>(activationScaleAttr);
  float step = scale ? scale.getValue().convertToFloat() : 0;
  if (!scale || !std::isfinite(step) || step <= 0)
    return first->emitError() << "has bits and no '" << activationScaleAttr
                              << "', a positive number that calibration finds";
  Value source = layer.getFloatActivations();
  OpBuilder builder(first);
  CodeSpread spread = chooseSpread(bits, first->hasAttr(activationSignedAttr));
  Value quantized = createQuantizerPair(builder, first->getLoc(), source,
                                        getCodeType(first->getContext(), bits, spread), {step}, 0);
  for (Operation *op : layer.ops) {
    if (op->getOperand(0) == activations) {
      op->setOperand(0, quantized);
      continue;
    }
    builder.setInsertionPoint(op);
    Operation *slice = builder.clone(*op->getOperand(0).getDefiningOp());
    slice->setOperand(0, quantized);
    op->setOperand(0, slice->getResult(0));
  }
  return success();
}

namespace {

struct ApplyBits : bnn::impl::ApplyBitsBase<ApplyBits> {
  void runOnOperation() override {
    std::vector<NetworkLayer> layers = findLayers(getOperation());
    llvm::SmallPtrSet<Operation *, 16> known;
    for (const NetworkLayer &layer : layers)
      known.insert(layer.ops.begin(), layer.ops.end());
    WalkResult others = getOperation()->walk([&](Operation *op) {
      if (known.contains(op) || (!op->hasAttr(weightBitsAttr) && !op->hasAttr(activationBitsAttr)))
        return WalkResult::advance();
      op->emitError() << "has bits and is no convolution or matrix product with constant float weights";
      return WalkResult::interrupt();
    });
    if (others.wasInterrupted())
      return signalPassFailure();

    // Layers are found by their slices and constants, which quantizing changes; so all values are read
    // before.
    for (const NetworkLayer &layer : layers) {
      Operation *first = layer.ops.front();
      if (!first->hasAttr(weightBitsAttr) && !first->hasAttr(activationBitsAttr))
        continue;
      unsigned weightBits = readBits(first, weightBitsAttr);
      unsigned activationBits = weightBits ? readBits(first, activationBitsAttr) : 0;
      if (!activationBits || failed(quantizeActivations(layer, activationBits)))
        return signalPassFailure();
      for (Operation *op : layer.ops) {
        if (failed(quantizeWeights(op, weightBits)))
          return signalPassFailure();
        for (StringRef name : {weightBitsAttr, activationBitsAttr, activationScaleAttr, activationSignedAttr})
          op->removeAttr(name);
      }
      ++numLayers;
    }
  }
};

} // namespace
