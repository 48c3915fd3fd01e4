//===- BNNFolds.cpp - Folders
//-----------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"

using namespace mlir;
using namespace bnn;

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getCodes(); }

OpFoldResult PackOp::fold(FoldAdaptor) {
  // Back into the layout it came from.
  if (auto unpack = getInput().getDefiningOp<UnpackOp>())
    if (unpack.getInput().getType() == getType())
      return unpack.getInput();
  return {};
}

OpFoldResult UnpackOp::fold(FoldAdaptor) {
  if (auto pack = getInput().getDefiningOp<PackOp>())
    return pack.getInput();
  return {};
}
