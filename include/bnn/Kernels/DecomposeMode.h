//===- DecomposeMode.h - Which contractions become bit planes ---*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_KERNELS_DECOMPOSEMODE_H
#define BNN_KERNELS_DECOMPOSEMODE_H

namespace bnn {

/// Which contractions of several bits `bnn-decompose-to-binary` turns into sums of contractions of one bit.
enum class DecomposeMode {
  Cost, ///< where the planes are estimated to be faster
  All,  ///< all but those that name a kernel
  Never
};

} // namespace bnn

#endif // BNN_KERNELS_DECOMPOSEMODE_H
