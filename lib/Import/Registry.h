//===- Registry.h - Operators that can be imported -----------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_REGISTRY_H
#define BNN_LIB_IMPORT_REGISTRY_H

#include "Node.h"

namespace bnn::frontend {

/// Turns a node into ops and sets its outputs, or reports an error.
using Handler = void (*)(Node &node);

struct Operator {
  Handler handler;
  int64_t minInputs, maxInputs; ///< maxInputs < 0: any number.
  int64_t firstOpset;           ///< Of the operator set that it belongs to.
};

/// Operators by "domain::op"; the default domain is "". The three domains that QONNX's quantizers have had
/// share the name "qonnx".
class Registry {
public:
  static const Registry &get();

  const Operator *lookup(llvm::StringRef domain, llvm::StringRef op) const;
  void add(llvm::StringRef op, Handler handler, int64_t minInputs, int64_t maxInputs, int64_t firstOpset = 1);
  void addQuantizer(llvm::StringRef op, Handler handler, int64_t minInputs, int64_t maxInputs);

private:
  llvm::StringMap<Operator> operators;
};

bool isQonnxDomain(llvm::StringRef domain);

// One function per file of operators.
void registerActivations(Registry &registry);
void registerArithmetic(Registry &registry);
void registerComparisons(Registry &registry);
void registerContractions(Registry &registry);
void registerConvolutions(Registry &registry);
void registerDataMovement(Registry &registry);
void registerIndexing(Registry &registry);
void registerNormalization(Registry &registry);
void registerPooling(Registry &registry);
void registerQdq(Registry &registry);
void registerQonnx(Registry &registry);
void registerReductions(Registry &registry);
void registerResizing(Registry &registry);
void registerShapes(Registry &registry);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_REGISTRY_H
