//===- Padding.h - Zero padding of -1/+1 images -----------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_TRANSFORMS_PADDING_H
#define BNN_DIALECT_BNN_TRANSFORMS_PADDING_H

#include "bnn/Dialect/BNN/IR/BNN.h"

namespace bnn {

/// One bit that kernels of bits take: -1 and +1, or 0 and 1.
bool isBit(CodeTypeInterface type);

/// Whether a convolution pads codes of -1 and +1 with 0.
bool hasZeroPadding(Conv2DOp conv);

/// Whether `legalizePadding` can serve such a convolution; if not, `reason` says why.
bool canLegalizePadding(Conv2DOp conv, llvm::StringRef &reason);

/// Pads with -1 and adds back what that takes away, by a `bnn.border_correct` after the convolution if there
/// is anything to correct.
void legalizePadding(Conv2DOp conv);

} // namespace bnn

#endif // BNN_DIALECT_BNN_TRANSFORMS_PADDING_H
