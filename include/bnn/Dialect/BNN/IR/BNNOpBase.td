//===- BNNOpBase.td - What definitions of value ops share -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interfaces, types and traits for the files that BNNOps.td includes.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNOPBASE_TD
#define BNN_DIALECT_BNN_IR_BNNOPBASE_TD

include "bnn/Dialect/BNN/IR/BNNDialect.td"
include "bnn/Dialect/BNN/IR/BNNInterfaces.td"
include "bnn/Dialect/BNN/IR/BNNTypes.td"
include "bnn/Dialect/BNN/IR/BNNAttrs.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferIntRangeInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Result types follow from operands and attributes; inferReturnTypes is in
// BNNInferTypes.cpp.
defvar BNN_InferType = InferTypeOpAdaptor;
defvar BNN_InferRange = DeclareOpInterfaceMethods<InferIntRangeInterface, ["inferResultRanges"]>;
defvar BNN_Contraction = DeclareOpInterfaceMethods<BNN_ContractionOpInterface>;

// Like I64Attr, whose accessor is unsigned.
def BNN_I64Attr : TypedSignlessIntegerAttrBase<I64, "int64_t", "64-bit integer attribute"> {
  let convertFromStorage = "$_self.getInt()";
}

#endif // BNN_DIALECT_BNN_IR_BNNOPBASE_TD
