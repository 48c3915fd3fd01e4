//===- Quantizers.h - Helpers of quantizer operators ------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_QUANTIZERS_H
#define BNN_LIB_IMPORT_QUANTIZERS_H

#include "Elementwise.h"

namespace bnn::frontend {

/// Reports an error unless all scales are positive and finite.
bool requireScales(Node &node, const HostTensor &scale);

/// The parameter's dimension that has several entries, when it is broadcast to `shape`: -1 if it is one
/// number, an error if there are two such dimensions or it does not fit.
std::optional<int64_t> channelAxis(Node &node, const HostTensor &parameter, llvm::ArrayRef<int64_t> shape,
                                   llvm::StringRef what);

/// Applies the quantizer to an f32 tensor: constants keep it for later, values get their ops.
Tensor quantized(Node &node, const Tensor &input, const Quantizer &quantizer);

/// `value` / `scale` for a constant scale that is broadcast to the tensor in `layout`. Exact for powers of
/// two, else within one unit in the last place of the quotient (TOSA cannot divide floats).
mlir::Value divide(Node &node, mlir::Value value, const HostTensor &scale, const Tensor &like);

/// An f32 value rounded to integers.
mlir::Value roundValue(Node &node, mlir::Value value, Rounding rounding);
/// Clamped to integers, which f32 must hold exactly.
mlir::Value clampValue(Node &node, mlir::Value value, double low, double high);

/// QONNX's name of a rounding, in any case; nothing if unknown.
std::optional<Rounding> parseRounding(llvm::StringRef name);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_QUANTIZERS_H
