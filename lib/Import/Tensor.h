//===- Tensor.h - Values of the graph being imported --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_TENSOR_H
#define BNN_LIB_IMPORT_TENSOR_H

#include "HostTensor.h"

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn::frontend {

/// A quantizer with constant parameters, or the meaning of constant codes.
struct Quantizer {
  enum Kind {
    Binarize, ///< x >= 0 to the two values of `type`.
    Quantize, ///< As bnn.quantize.
    Codes     ///< The elements are integers, the values of codes already.
  };
  Kind kind = Quantize;
  CodeTypeInterface type;
  llvm::SmallVector<float> scale = {1.0f};
  llvm::SmallVector<int64_t> zeroPoints; ///< Empty, one, or one per scale.
  int64_t axis = 0;                      ///< Dimension, in ONNX's order, that several scales go with.
  Rounding rounding = Rounding::HalfEven;
  bool shiftBeforeRound = false;
  bool narrow = false;

  bool perChannel() const { return scale.size() > 1; }
};

/// How a value lies in MLIR.
enum class Layout {
  Logical,     ///< In ONNX's order of dimensions.
  ChannelsLast ///< N×H×W×C for N×C×H×W, N×1×L×C for N×C×L.
};

/// A value of the graph: an MLIR value, or a constant that becomes one where an operator needs it.
struct Tensor {
  DType type = DType::Undefined;
  Shape shape; ///< ONNX's.
  Layout layout = Layout::Logical;
  mlir::Value value;
  std::optional<HostTensor> host;
  /// For a constant: the values are those of `host`, quantized and dequantized by this.
  std::optional<Quantizer> quantizer;

  int64_t rank() const { return shape.size(); }
  bool isConstant() const { return host.has_value(); }
  /// A constant as plain numbers.
  bool isPlain() const { return host && !quantizer; }
  /// True for the result of QuantizeLinear: codes with the values of integers.
  bool isCodes() const { return value && isCodeTensor(value.getType()); }

  static Tensor constant(HostTensor host) {
    Tensor tensor;
    tensor.type = host.getType();
    tensor.shape = host.getShape();
    tensor.host = std::move(host);
    return tensor;
  }
};

/// Dimensions of `shape` in the order of the layout.
inline Shape physicalShape(llvm::ArrayRef<int64_t> s, Layout layout) {
  if (layout == Layout::Logical)
    return Shape(s.begin(), s.end());
  return s.size() == 3 ? Shape{s[0], 1, s[2], s[1]} : Shape{s[0], s[2], s[3], s[1]};
}

/// Where dimension `axis` of ONNX's shape is in the MLIR value.
inline int64_t physicalAxis(int64_t axis, int64_t rank, Layout layout) {
  if (layout == Layout::Logical || axis == 0)
    return axis;
  return axis == 1 ? 3 : rank == 3 ? 2 : axis - 1;
}

/// The quantizer applied to constant elements on the host, exactly as the ops compute it, in f32.
HostTensor evaluate(const HostTensor &host, const Quantizer &quantizer);
/// Only the integer values that `evaluate` multiplies by the scale.
std::vector<int64_t> evaluateCodes(const HostTensor &host, const Quantizer &quantizer);

/// A true division and a rounding as the modes say; shared by `evaluate` and the folding of QuantizeLinear.
float roundTo(float value, Rounding rounding);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_TENSOR_H
