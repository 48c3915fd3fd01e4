//===- Windows.h - Sliding windows of convolutions and poolings -----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_WINDOWS_H
#define BNN_LIB_IMPORT_WINDOWS_H

#include "Node.h"

namespace bnn::frontend {

/// Largest kernel, stride, dilation and padding, so that products of two of them and of one and a size fit
/// into 64 bits.
constexpr int64_t maxWindow = int64_t(1) << 24;

/// The window of a convolution or pooling over images, rows and columns; 1-D ones have one row.
struct Window {
  int64_t size[2]; ///< Of the image.
  int64_t kernel[2];
  int64_t stride[2];
  int64_t dilation[2];
  int64_t low[2];  ///< Padding at the top and left.
  int64_t high[2]; ///< At the bottom and right.
  int64_t out[2];  ///< Size of the result.

  int64_t extent(int d) const { return (kernel[d] - 1) * dilation[d] + 1; }
  /// Padding after the last element so that the last window ends with it; negative where elements are unused.
  /// TOSA wants windows to fit exactly.
  int64_t exactHigh(int d) const { return (out[d] - 1) * stride[d] + extent(d) - size[d] - low[d]; }
};

/// Reads kernel_shape (or takes `kernel`, the weights' one), strides, dilations, pads, auto_pad and ceil_mode
/// of a node whose input is N×C×L or N×C×H×W. An error if they do not fit together.
std::optional<Window> readWindow(Node &node, llvm::ArrayRef<int64_t> kernel);

/// Leaves out what the windows do not reach, so that `exactHigh` is at least 0 afterwards, and updates
/// `window`. Goes through a quantizer: cutting its input gives the contraction a dequantize of its own.
mlir::Value cutUnused(Node &node, mlir::Value image, Window &window);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_WINDOWS_H
