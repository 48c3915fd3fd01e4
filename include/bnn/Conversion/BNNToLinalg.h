//===- BNNToLinalg.h - The bnn dialect as plain loops -----------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lowering that says what every value op of the dialect means. A tensor of
// codes becomes a tensor of i32 that holds the codes' values, whatever its type
// and its storage layout.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_CONVERSION_BNNTOLINALG_H
#define BNN_CONVERSION_BNNTOLINALG_H

#include "mlir/Transforms/DialectConversion.h"

namespace bnn {

/// Maps code types to i32, tensors of codes (with or without an encoding) to tensors of i32 without one,
/// and every other type to itself. At the edges it leaves builtin.unrealized_conversion_cast.
class ValueTypeConverter : public mlir::TypeConverter {
public:
  ValueTypeConverter();
};

/// Patterns for all value ops of the dialect. They create arith, linalg, math and tensor ops.
void populateBNNToLinalgPatterns(const ValueTypeConverter &converter, mlir::RewritePatternSet &patterns);

} // namespace bnn

#endif // BNN_CONVERSION_BNNTOLINALG_H
