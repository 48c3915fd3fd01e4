//===- Layers.h - The layers of an imported network -------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bits are given to layers by name, so all who speak of layers must mean the
// same: contractions of float tensors with constant weights, by the name of the
// ONNX node or the place in the file. A grouped convolution, which TOSA writes
// as one op per group, is one layer of several ops.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_TRANSFORMS_LAYERS_H
#define BNN_DIALECT_BNN_TRANSFORMS_LAYERS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>
#include <vector>

namespace bnn {

/// Attributes that carry bits from `bnn-allocate-bits` to `bnn-apply-bits`.
constexpr llvm::StringLiteral weightBitsAttr = "bnn.weight_bits";
constexpr llvm::StringLiteral activationBitsAttr = "bnn.activation_bits";
/// What calibration found: the step between neighbouring activations (f32), and whether they have a sign.
constexpr llvm::StringLiteral activationScaleAttr = "bnn.activation_scale";
constexpr llvm::StringLiteral activationSignedAttr = "bnn.activation_signed";

struct NetworkLayer {
  std::string name;
  llvm::SmallVector<mlir::Operation *, 1> ops;

  /// The activations that it reads, before groups are cut out of them.
  mlir::Value getActivations() const;
  /// The floats behind them: what their quantizer reads, if they are quantized already.
  mlir::Value getFloatActivations() const;
  int64_t getNumParameters() const;
  int64_t getMacs() const;
  llvm::SmallVector<int64_t> getInputShape() const;
  llvm::SmallVector<int64_t> getOutputShape() const;
};

/// In program order.
std::vector<NetworkLayer> findLayers(mlir::Operation *root);

/// The layer of the name given, or null.
const NetworkLayer *findLayer(llvm::ArrayRef<NetworkLayer> layers, llvm::StringRef name);

/// The constant float weights of a layer's op, or of codes that are dequantized right before it.
std::optional<llvm::SmallVector<float>> getWeightFloats(mlir::Operation *op);

/// Dimension of the weights that counts output channels.
unsigned getWeightChannelAxis(mlir::Operation *op);

} // namespace bnn

#endif // BNN_DIALECT_BNN_TRANSFORMS_LAYERS_H
