//===- Probes.h - Programs that show what is between kernels ----*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_DRIVER_PROBES_H
#define BNN_LIB_DRIVER_PROBES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace bnn {

/// A value that both paths keep in memory.
struct Probe {
  mlir::Value value;
  std::string name;
  bool isCodes;
  /// The float that a quantizer made the codes of, or null.
  mlir::Value source;
};

/// The values of an entry function that a kernel writes and another op reads: codes that feed
/// contractions and pools, floats and accumulators with several readers. In program order; the function's
/// results are not among them.
llvm::SmallVector<Probe> findProbes(mlir::func::FuncOp entry);

/// For the reference path: makes every probe's value a result. Codes become f32 numbers; those made of floats
/// bring two more results, the codes of the float less and plus `tolerance`, between which a tie may lie.
void returnProbes(mlir::func::FuncOp entry, double tolerance);

/// For the fast path: makes every probe's value a result, and an argument from which its readers take it.
void cutAtProbes(mlir::func::FuncOp entry);

} // namespace bnn

#endif // BNN_LIB_DRIVER_PROBES_H
