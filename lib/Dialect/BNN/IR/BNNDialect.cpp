//===- BNNDialect.cpp - The bnn dialect
//-------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BNNBytecode.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace bnn;

#include "bnn/Dialect/BNN/IR/BNNDialect.cpp.inc"
#include "bnn/Dialect/BNN/IR/BNNOpInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "bnn/Dialect/BNN/IR/BNNOps.cpp.inc"

#define GET_OP_CLASSES
#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.cpp.inc"

void BNNDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "bnn/Dialect/BNN/IR/BNNOps.cpp.inc"
      ,
#define GET_OP_LIST
#include "bnn/Dialect/BNN/IR/BNNMultiplyAddOps.cpp.inc"
      >();
  detail::addBytecodeInterface(this);
}

Operation *BNNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  if (isCodeTensor(type))
    if (auto codes = dyn_cast<ElementsAttr>(value))
      return ConstantOp::create(builder, loc, type, codes);
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
