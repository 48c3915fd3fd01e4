//===- KernelWeights.h - Weights on their way into a kernel -----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights of a contraction are constants, which the chosen strategy lays out at
// compile time; constants with fewer bits chosen at run time; or computed.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_KERNELS_KERNELWEIGHTS_H
#define BNN_LIB_KERNELS_KERNELWEIGHTS_H

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/IR/Builders.h"

#include <optional>

namespace bnn {

/// The storage of a packed tensor. The cast goes away when its producer becomes a kernel.
mlir::Value getPackedStorage(mlir::OpBuilder &builder, mlir::Value packed);

/// Constant weights as O×KH×KW×C, or nothing for weights that are computed.
std::optional<WeightCodes> getConstantWeights(ContractionOpInterface op);

/// The switch of bits between constant weights and `op`, where a kernel can apply it to bytes.
BitSwitchOp getBitSwitch(ContractionOpInterface op);

/// `bnn.bit_switch` on bytes that hold signed codes, in any order.
mlir::Value switchBytes(mlir::OpBuilder &builder, mlir::Value bytes, BitSwitchOp op);

/// Weights computed at run time: byte codes [slab][depth][column].
mlir::Value packWeightsAtRunTime(mlir::OpBuilder &builder, ContractionOpInterface op);

} // namespace bnn

#endif // BNN_LIB_KERNELS_KERNELWEIGHTS_H
