//===- Remarks.cpp - Why an optimization was not applied -------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "mlir/IR/Location.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

StringRef bnn::getNodeName(Location loc) {
  StringRef name;
  loc->walk([&](Location part) {
    auto named = dyn_cast<NameLoc>(part);
    if (!named)
      return WalkResult::advance();
    name = named.getName();
    return WalkResult::interrupt();
  });
  return name;
}

void bnn::remarkMissed(Operation *op, StringRef pass, const Twine &reason) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  StringRef node = getNodeName(op->getLoc());
  std::string text = node.empty() ? "" : ("node '" + node + "' ").str();
  text += ("(" + op->getName().getStringRef() + "): " + reason).str();
  remark::missed(op->getLoc(), remark::RemarkOpts::name(pass).category(pass).function(
                                   function ? function.getName() : StringRef("")))
      << text;
}
