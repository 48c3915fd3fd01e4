//===- Registry.cpp - Operators that can be imported ---------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

using namespace bnn::frontend;

bool bnn::frontend::isQonnxDomain(llvm::StringRef domain) {
  return domain == "qonnx.custom_op.general" || domain == "onnx.brevitas" ||
         domain == "finn.custom_op.general";
}

const Registry &Registry::get() {
  static const Registry registry = [] {
    Registry r;
    registerActivations(r);
    registerArithmetic(r);
    registerComparisons(r);
    registerContractions(r);
    registerConvolutions(r);
    registerDataMovement(r);
    registerIndexing(r);
    registerNormalization(r);
    registerPooling(r);
    registerQdq(r);
    registerQonnx(r);
    registerReductions(r);
    registerResizing(r);
    registerShapes(r);
    return r;
  }();
  return registry;
}

void Registry::add(llvm::StringRef op, Handler handler, int64_t minInputs, int64_t maxInputs,
                   int64_t firstOpset) {
  operators[("::" + op).str()] = Operator{handler, minInputs, maxInputs, firstOpset};
}

void Registry::addQuantizer(llvm::StringRef op, Handler handler, int64_t minInputs, int64_t maxInputs) {
  operators[("qonnx::" + op).str()] = Operator{handler, minInputs, maxInputs, 1};
}

const Operator *Registry::lookup(llvm::StringRef domain, llvm::StringRef op) const {
  domain = isQonnxDomain(domain) ? "qonnx" : canonicalDomain(domain);
  auto found = operators.find((domain + "::" + op).str());
  return found == operators.end() ? nullptr : &found->second;
}
