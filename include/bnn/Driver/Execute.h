//===- Execute.h - Runs models on arrays ------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_EXECUTE_H
#define BNN_DRIVER_EXECUTE_H

#include "bnn/Driver/Compiler.h"
#include "bnn/Support/Npy.h"
#include "bnn/Target/HostModel.h"

namespace bnn {

/// Compiles `module` (which is changed) and loads it into this process. Null after a diagnostic.
std::unique_ptr<HostModel> loadOnHost(mlir::ModuleOp module, const CompileOptions &options);

/// Arrays that a user gave, in the order given; an empty name means that only the position counts.
/// Gives one array for each input of the signature. Errors name the input and what was expected.
llvm::Expected<std::vector<NpyArray>> matchInputs(const ModelSignature &signature, NpzArrays arrays);

/// Inputs from a random generator, the same for the same seed: floats are normally distributed, integers and
/// booleans uniform over -8..7, 0..15 or 0..1.
std::vector<NpyArray> randomInputs(const ModelSignature &signature, uint64_t seed);

/// Runs once on inputs that match the signature. Gives the outputs under their names.
NpzArrays runModel(const HostModel &model, llvm::ArrayRef<NpyArray> inputs);

} // namespace bnn

#endif // BNN_DRIVER_EXECUTE_H
