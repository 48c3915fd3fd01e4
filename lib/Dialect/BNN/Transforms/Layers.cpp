//===- Layers.cpp - The layers of an imported network ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/Transforms/Layers.h"

#include "Constants.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"

using namespace mlir;
using namespace bnn;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

static std::string nameOf(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc))
    return named.getName().str();
  if (auto file = dyn_cast<FileLineColLoc>(loc))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn()))
        .str();
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return nameOf(call.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (std::string name = nameOf(part); !name.empty())
        return name;
  return "";
}

/// Codes known at compile time, dequantized.
static std::optional<SmallVector<float>> dequantizedConstant(Value value) {
  auto dequantize = value.getDefiningOp<DequantizeOp>();
  return dequantize ? getDequantizedFloats(dequantize) : std::nullopt;
}

static bool isLayer(Operation *op) {
  if (!isa<tosa::Conv2DOp, tosa::DepthwiseConv2DOp, tosa::MatMulOp>(op) ||
      !getElementTypeOrSelf(op->getOperand(0).getType()).isF32())
    return false;
  Value weights = op->getOperand(1);
  if (isa<tosa::MatMulOp>(op) && shapeOf(weights)[0] != 1)
    return false; // a product of batches, which has no output channels
  return isConstantFloats(weights) || dequantizedConstant(weights);
}

std::vector<NetworkLayer> bnn::findLayers(Operation *root) {
  std::vector<NetworkLayer> layers;
  llvm::StringMap<unsigned> numSeen;
  root->walk([&](Operation *op) {
    if (!isLayer(op))
      return;
    std::string name = nameOf(op->getLoc());
    if (name.empty())
      name = "layer" + std::to_string(layers.size());
    // Parts of one node follow each other and read slices of one value.
    if (!layers.empty() && layers.back().name == name) {
      NetworkLayer part{name, {op}};
      if (part.getActivations() == layers.back().getActivations() &&
          part.getActivations() != op->getOperand(0)) {
        layers.back().ops.push_back(op);
        return;
      }
    }
    if (unsigned count = numSeen[name]++)
      name += "#" + std::to_string(count);
    layers.push_back({name, {op}});
  });
  return layers;
}

const NetworkLayer *bnn::findLayer(ArrayRef<NetworkLayer> layers, StringRef name) {
  for (const NetworkLayer &layer : layers)
    if (layer.name == name)
      return &layer;
  return nullptr;
}

Value NetworkLayer::getActivations() const {
  Value input = ops.front()->getOperand(0);
  auto slice = input.getDefiningOp<tosa::SliceOp>();
  return slice ? slice.getInput1() : input;
}

Value NetworkLayer::getFloatActivations() const {
  Value activations = getActivations();
  if (auto dequantize = activations.getDefiningOp<DequantizeOp>())
    if (auto quantize = dequantize.getInput().getDefiningOp<QuantizeOp>())
      return quantize.getInput();
  return activations;
}

int64_t NetworkLayer::getNumParameters() const {
  int64_t count = 0;
  for (Operation *op : ops)
    count += cast<RankedTensorType>(op->getOperand(1).getType()).getNumElements();
  return count;
}

int64_t NetworkLayer::getMacs() const {
  int64_t macs = 0;
  for (Operation *op : ops) {
    ArrayRef<int64_t> weights = shapeOf(op->getOperand(1));
    int64_t outputs = cast<RankedTensorType>(op->getResult(0).getType()).getNumElements();
    macs += outputs * (isa<tosa::Conv2DOp>(op)            ? weights[1] * weights[2] * weights[3]
                       : isa<tosa::DepthwiseConv2DOp>(op) ? weights[0] * weights[1]
                                                          : weights[1]);
  }
  return macs;
}

SmallVector<int64_t> NetworkLayer::getInputShape() const {
  return SmallVector<int64_t>(shapeOf(getActivations()));
}

SmallVector<int64_t> NetworkLayer::getOutputShape() const {
  SmallVector<int64_t> shape(shapeOf(ops.front()->getResult(0)));
  for (Operation *op : ArrayRef(ops).drop_front())
    shape.back() += shapeOf(op->getResult(0)).back();
  return shape;
}

std::optional<SmallVector<float>> bnn::getWeightFloats(Operation *op) {
  if (std::optional<SmallVector<float>> floats = getConstantFloats(op->getOperand(1)))
    return floats;
  return dequantizedConstant(op->getOperand(1));
}

unsigned bnn::getWeightChannelAxis(Operation *op) { return isa<tosa::Conv2DOp>(op) ? 0 : 2; }
