//===- Pipelines.h - The project's pass pipelines ---------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_PIPELINES_PIPELINES_H
#define BNN_PIPELINES_PIPELINES_H

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace bnn {

/// `bnn-reference`: a module of TOSA and bnn value ops, optimized or not, to the LLVM dialect as plain scalar
/// loops over unpacked values. Slow on purpose: it is what every other path is compared with.
void buildReferencePipeline(mlir::OpPassManager &pm);

} // namespace bnn

#endif // BNN_PIPELINES_PIPELINES_H
