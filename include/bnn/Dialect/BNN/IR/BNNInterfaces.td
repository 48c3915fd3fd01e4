//===- BNNInterfaces.td - Interfaces of the bnn dialect --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNINTERFACES_TD
#define BNN_DIALECT_BNN_IR_BNNINTERFACES_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"

def BNN_CodeTypeInterface : TypeInterface<"CodeTypeInterface"> {
  let cppNamespace = "::bnn";
  let description = [{
    An element type whose values are b-bit codes. `decode` maps a code to the
    integer it stands for. Codes are compared and counted in the order of their
    values: the `index` of a value is its rank among all values of the type.
  }];
  let methods = [
    InterfaceMethod<"Bits that one code takes in storage.",
                    "unsigned", "getBits">,
    InterfaceMethod<"Number of different values.", "int64_t", "getNumValues">,
    InterfaceMethod<"Smallest value.", "int64_t", "getMinValue">,
    InterfaceMethod<"Distance between neighbouring values (2 for bipolar).",
                    "int64_t", "getStep">,
    InterfaceMethod<[{
        The value that the low `getBits()` bits of `code` stand for, or
        std::nullopt for a bit pattern that means nothing (ternary 0b10).
      }], "::std::optional<int64_t>", "decode", (ins "uint64_t":$code)>,
    InterfaceMethod<"The code of a value, which must be one of the type.",
                    "uint64_t", "encode", (ins "int64_t":$value)>,
    InterfaceMethod<[{
        Weight of bit plane `p`: value = sum over planes of weight * (value of
        the plane's 1-bit code, whose type is `getPlaneType`).
      }], "int64_t", "getPlaneWeight", (ins "unsigned":$p)>,
    InterfaceMethod<"Element type of one bit plane: bipolar<1> or unsigned<1>.",
                    "::mlir::Type", "getPlaneType">
  ];
  let extraSharedClassDeclaration = [{
    int64_t getMaxValue() {
      return $_type.getMinValue() + ($_type.getNumValues() - 1) * $_type.getStep();
    }
    /// True if `value` is one of the values of this type.
    bool contains(int64_t value) {
      return value >= $_type.getMinValue() && value <= getMaxValue() &&
             (value - $_type.getMinValue()) % $_type.getStep() == 0;
    }
  }];
}

def BNN_StorageLayoutInterface : AttrInterface<"StorageLayoutInterface"> {
  let cppNamespace = "::bnn";
  let description = [{
    A tensor encoding that says how the codes of a logical tensor lie in memory.
  }];
  let methods = [
    InterfaceMethod<[{
        The plain tensor that holds the codes of `logical`, whose last dimension
        is the one that is packed.
      }], "::mlir::RankedTensorType", "getStorageType",
      (ins "::mlir::RankedTensorType":$logical)>
  ];
}

def BNN_ContractionOpInterface : OpInterface<"ContractionOpInterface"> {
  let cppNamespace = "::bnn";
  let description = [{
    A sum of products of codes with an i32 result: `bnn.conv2d`, `bnn.matmul`.
    `getActivations` are the codes computed at run time, `getWeights` the other
    operand, constant in most networks.
  }];
  let methods = [
    InterfaceMethod<"Left operand: activations.",
      "::mlir::TypedValue<::mlir::RankedTensorType>", "getActivations">,
    InterfaceMethod<"Right operand: weights.",
      "::mlir::TypedValue<::mlir::RankedTensorType>", "getWeights">,
    InterfaceMethod<"The i32 result.",
      "::mlir::TypedValue<::mlir::RankedTensorType>", "getAccumulator">,
    InterfaceMethod<"Number of products summed into one result element.",
                    "int64_t", "getDepth">
  ];
  let extraSharedClassDeclaration = [{
    ::bnn::CodeTypeInterface getActivationType() {
      return ::llvm::cast<::bnn::CodeTypeInterface>(
          $_op.getActivations().getType().getElementType());
    }
    ::bnn::CodeTypeInterface getWeightType() {
      return ::llvm::cast<::bnn::CodeTypeInterface>(
          $_op.getWeights().getType().getElementType());
    }
    /// Multiply-accumulates in the whole op.
    int64_t getMacs() {
      return $_op.getAccumulator().getType().getNumElements() * $_op.getDepth();
    }
  }];
}

#endif // BNN_DIALECT_BNN_IR_BNNINTERFACES_TD
