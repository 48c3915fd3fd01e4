//===- BNNTypes.td - Code types --------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNTYPES_TD
#define BNN_DIALECT_BNN_IR_BNNTYPES_TD

include "bnn/Dialect/BNN/IR/BNNDialect.td"
include "bnn/Dialect/BNN/IR/BNNInterfaces.td"
include "mlir/IR/AttrTypeBase.td"

class BNN_CodeTypeDef<string name, string typeMnemonic>
    : TypeDef<BNN_Dialect, name, [DeclareTypeInterfaceMethods<BNN_CodeTypeInterface>]> {
  let mnemonic = typeMnemonic;
}

class BNN_WidthTypeDef<string name, string typeMnemonic>
    : BNN_CodeTypeDef<name, typeMnemonic> {
  let parameters = (ins "unsigned":$width);
  let assemblyFormat = "`<` $width `>`";
  let genVerifyDecl = 1;
}

def BNN_BipolarType : BNN_WidthTypeDef<"Bipolar", "bipolar"> {
  let summary = "Odd integers around zero; one bit is -1 and +1";
  let description = [{
    Code q of b bits stands for 2q - (2^b - 1). `!bnn.bipolar<1>` is the type of
    binary networks: code 0 is -1, code 1 is +1.

    - (C1) 1 <= b <= 8.
  }];
}

def BNN_UnsignedType : BNN_WidthTypeDef<"Unsigned", "unsigned"> {
  let summary = "The integers 0 to 2^b - 1";
  let description = [{
    Code q of b bits stands for q.

    - (C1) 1 <= b <= 8.
  }];
}

def BNN_SignedType : BNN_WidthTypeDef<"Signed", "signed"> {
  let summary = "Two's complement integers of b bits";
  let description = [{
    Code q of b bits stands for its two's complement value, -2^(b-1) to
    2^(b-1) - 1.

    - (C1) 1 <= b <= 8.
  }];
}

def BNN_TernaryType : BNN_CodeTypeDef<"Ternary", "ternary"> {
  let summary = "The integers -1, 0 and +1";
  let description = [{
    Two planes, nonzero (bit 0, weight 1) and sign (bit 1, weight -2), so that
    codes are those of `!bnn.signed<2>` without -2.
  }];
}

def BNN_CodeType : Type<CPred<"::llvm::isa<::bnn::CodeTypeInterface>($_self)">,
                        "code type", "::bnn::CodeTypeInterface">;

// A bound on sizes keeps every product of two of them within 64 bits, and a
// shape without zeros keeps divisions by an extent safe.
defvar BNN_SupportedShapePred =
    CPred<"::bnn::isSupportedShape(::llvm::cast<::mlir::ShapedType>($_self).getShape())">;
defvar BNN_SupportedShapeText = "of static shape with 1 to 2^31 - 1 elements";

class BNN_StaticTensorOf<list<Type> types, string text>
    : ConfinedType<RankedTensorOf<types>, [BNN_SupportedShapePred],
                   !strconcat(text, " ", BNN_SupportedShapeText), "::mlir::RankedTensorType">;

def BNN_CodeTensor : BNN_StaticTensorOf<[BNN_CodeType], "tensor of codes">;
def BNN_F32Tensor : BNN_StaticTensorOf<[F32], "tensor of f32">;
def BNN_I32Tensor : BNN_StaticTensorOf<[I32], "tensor of i32">;
def BNN_I32OrCodeTensor : BNN_StaticTensorOf<[I32, BNN_CodeType], "tensor of i32 or codes">;
def BNN_I32OrF32Tensor : BNN_StaticTensorOf<[I32, F32], "tensor of i32 or f32">;

#endif // BNN_DIALECT_BNN_IR_BNNTYPES_TD
