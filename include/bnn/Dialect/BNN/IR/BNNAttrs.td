//===- BNNAttrs.td - Enums and attributes ----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNATTRS_TD
#define BNN_DIALECT_BNN_IR_BNNATTRS_TD

include "bnn/Dialect/BNN/IR/BNNDialect.td"
include "bnn/Dialect/BNN/IR/BNNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"

class BNN_Enum<string name, string text, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, text, cases> {
  let cppNamespace = "::bnn";
  let genSpecializedAttr = 0;
}

class BNN_EnumAttr<EnumInfo enum, string attrMnemonic>
    : EnumAttr<BNN_Dialect, enum, attrMnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def BNN_ZeroMode : BNN_Enum<"ZeroMode", "what binarize makes of its threshold itself", [
  I32EnumAttrCase<"Plus", 0, "plus">,
  I32EnumAttrCase<"Minus", 1, "minus">,
  I32EnumAttrCase<"SignBit", 2, "signbit">,
  I32EnumAttrCase<"Ternary", 3, "ternary">]>;
def BNN_ZeroModeAttr : BNN_EnumAttr<BNN_ZeroMode, "zero_mode">;

def BNN_Rounding : BNN_Enum<"Rounding", "how a real number becomes an integer", [
  I32EnumAttrCase<"HalfEven", 0, "half_even">,
  I32EnumAttrCase<"HalfAway", 1, "half_away">,
  I32EnumAttrCase<"HalfToZero", 2, "half_to_zero">,
  I32EnumAttrCase<"HalfUp", 3, "half_up">,
  I32EnumAttrCase<"Floor", 4, "floor">,
  I32EnumAttrCase<"Ceil", 5, "ceil">,
  I32EnumAttrCase<"ToZero", 6, "to_zero">,
  I32EnumAttrCase<"AwayFromZero", 7, "away_from_zero">]>;
def BNN_RoundingAttr : BNN_EnumAttr<BNN_Rounding, "rounding">;

def BNN_SoftmaxMode : BNN_Enum<"SoftmaxMode", "how attention probabilities become codes", [
  I32EnumAttrCase<"UniformMax", 0, "uniform_max">,
  I32EnumAttrCase<"Log2", 1, "log2">,
  I32EnumAttrCase<"BinaryRatio", 2, "binary_ratio">,
  I32EnumAttrCase<"Bool", 3, "bool">]>;
def BNN_SoftmaxModeAttr : BNN_EnumAttr<BNN_SoftmaxMode, "softmax_mode">;

class BNN_Layout<string name, string attrMnemonic>
    : AttrDef<BNN_Dialect, name, [
        DeclareAttrInterfaceMethods<BNN_StorageLayoutInterface>,
        DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = attrMnemonic;
}

def BNN_BitPackedAttr : BNN_Layout<"BitPacked", "bit_packed"> {
  let summary = "One bit per code, 32 codes to a little-endian word, bytes in memory";
  let description = [{
    The codes of the last dimension, C of them, lie in 4·ceil(C/32) bytes, the
    code of channel c in bit c mod 8 of byte c / 8; bits past C are zero. A
    rank-4 image may carry a border of `pad` = [top, bottom, left, right] extra
    positions whose valid codes are all `border`.

    - (C1) The element type has one bit per code.
    - (C2) `pad` is empty or has four entries of 0 to 2^31 - 1, all zero unless
      the rank is 4.
    - (C3) `border` is 0 or 1.
    - (C4) The rank is at least 1, the shape static, and the storage has 1 to
      2^31 - 1 bytes.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins
    OptionalArrayRefParameter<"int64_t">:$pad,
    "unsigned":$border);
  let assemblyFormat = "`<` `pad` `=` custom<IntList>($pad) `,` `border` `=` $border `>`";
}

def BNN_ByteCodesAttr : BNN_Layout<"ByteCodes", "byte_codes"> {
  let summary = "One byte per code";
  let description = [{
    Each code in the low bits of a byte, sign-extended for signed and ternary
    codes and zero-extended for the others.

    - (C1) The elements are codes.
    - (C2) The shape is static, of 1 to 2^31 - 1 elements.
  }];
}

#endif // BNN_DIALECT_BNN_IR_BNNATTRS_TD
