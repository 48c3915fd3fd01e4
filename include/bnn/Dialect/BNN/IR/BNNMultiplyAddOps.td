//===- BNNMultiplyAddOps.td - Sums of products of small integers ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector operations as in BNNTargetOps.td, for the strategies that multiply. They
// have a header of their own: few files make or lower them.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_TD
#define BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_TD

include "bnn/Dialect/BNN/IR/BNNDialect.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class BNN_MultiplyAddOf<list<Type> elements> : VectorOfRankAndType<[1], elements>;

class BNN_MultiplyAddOp<string mnemonic, list<Trait> traits> : BNN_Op<mnemonic, !listconcat([Pure], traits)>;

// The vector `result` has 1/count of the elements of `operand`.
class BNN_SumsInGroups<string operand, string result, int count>
    : PredOpTrait<"each element of '" # result # "' is a sum of " # count # " products", CPred<
        "::llvm::cast<::mlir::VectorType>($" # operand # ".getType()).getNumElements() == " # count #
        " * ::llvm::cast<::mlir::VectorType>($" # result # ".getType()).getNumElements()">>;

def BNN_MultiplyAddBytesOp : BNN_MultiplyAddOp<"multiply_add_bytes", [
    AllTypesMatch<["lhs", "rhs"]>, BNN_SumsInGroups<"lhs", "result", 2>]> {
  let summary = "Products of unsigned and signed bytes, added in pairs";
  let description = [{
    result\[i\] = lhs\[2i\] · rhs\[2i\] + lhs\[2i + 1\] · rhs\[2i + 1\]

    Bytes of `lhs` are unsigned, those of `rhs` signed. The sum must fit into 16
    bits; what another gives is not specified. `pmaddubsw` on x86, which
    saturates.

    - (C1) Operands are vectors of bytes of the same, even length, and the result
      has half as many elements, of i16.

    Example:

    ```mlir
    %r = bnn.multiply_add_bytes %a, %b : vector<32xi8> -> vector<16xi16>
    ```
  }];
  let arguments = (ins BNN_MultiplyAddOf<[I8]>:$lhs, BNN_MultiplyAddOf<[I8]>:$rhs);
  let results = (outs BNN_MultiplyAddOf<[I16]>:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
}

def BNN_MultiplyAddWordsOp : BNN_MultiplyAddOp<"multiply_add_words", [
    AllTypesMatch<["lhs", "rhs"]>, BNN_SumsInGroups<"lhs", "result", 2>]> {
  let summary = "Products of signed i16, added in pairs";
  let description = [{
    result\[i\] = lhs\[2i\] · rhs\[2i\] + lhs\[2i + 1\] · rhs\[2i + 1\] modulo 2^32

    `pmaddwd` on x86.

    - (C1) Operands are vectors of i16 of the same, even length, and the result
      has half as many elements, of i32.

    Example:

    ```mlir
    %r = bnn.multiply_add_words %a, %b : vector<16xi16> -> vector<8xi32>
    ```
  }];
  let arguments = (ins BNN_MultiplyAddOf<[I16]>:$lhs, BNN_MultiplyAddOf<[I16]>:$rhs);
  let results = (outs BNN_MultiplyAddOf<[I32]>:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
}

def BNN_DotBytesOp : BNN_MultiplyAddOp<"dot_bytes", [
    AllTypesMatch<["lhs", "rhs"]>, AllTypesMatch<["acc", "result"]>,
    BNN_SumsInGroups<"lhs", "result", 4>]> {
  let summary = "Products of bytes, four added to each i32";
  let description = [{
    result\[i\] = acc\[i\] + Σ lhs\[4i + j\] · rhs\[4i + j\], j < 4, modulo 2^32

    Bytes are signed; with `unsigned_lhs`, those of `lhs` are not. `vpdpbusd` on
    x86 with VNNI, `sdot` and `usdot` on AArch64.

    - (C1) `lhs` and `rhs` are vectors of bytes of the same length, `acc` and the
      result have a quarter as many elements, of i32.

    Example:

    ```mlir
    %r = bnn.dot_bytes %a, %b, %acc {unsigned_lhs} : vector<32xi8>, vector<8xi32>
    ```
  }];
  let arguments = (ins BNN_MultiplyAddOf<[I8]>:$lhs, BNN_MultiplyAddOf<[I8]>:$rhs, BNN_MultiplyAddOf<[I32]>:$acc,
                       UnitAttr:$unsigned_lhs);
  let results = (outs BNN_MultiplyAddOf<[I32]>:$result);
  let assemblyFormat = "$lhs `,` $rhs `,` $acc attr-dict `:` type($lhs) `,` type($acc)";
}

def BNN_MatmulBytesOp : BNN_MultiplyAddOp<"matmul_bytes", [
    AllTypesMatch<["lhs", "rhs"]>, AllTypesMatch<["acc", "result"]>,
    BNN_SumsInGroups<"lhs", "result", 4>,
    PredOpTrait<"'lhs' is whole matrices of sixteen bytes", CPred<
        "::llvm::cast<::mlir::VectorType>($lhs.getType()).getNumElements() % 16 == 0">>]> {
  let summary = "Products of 2×8 by 8×2 matrices of bytes";
  let description = [{
    result\[4m + 2i + j\] = acc\[4m + 2i + j\] + Σ lhs\[16m + 8i + k\] · rhs\[16m + 8j + k\],
    i, j < 2, k < 8, modulo 2^32

    Bytes are signed. Each sixteen of them are a matrix, that of `rhs` transposed.
    `smmla` on AArch64.

    - (C1) `lhs` and `rhs` are vectors of bytes of the same length, a multiple of
      sixteen; `acc` and the result have a quarter as many elements, of i32.

    Example:

    ```mlir
    %r = bnn.matmul_bytes %a, %b, %acc : vector<16xi8>, vector<4xi32>
    ```
  }];
  let arguments = (ins BNN_MultiplyAddOf<[I8]>:$lhs, BNN_MultiplyAddOf<[I8]>:$rhs, BNN_MultiplyAddOf<[I32]>:$acc);
  let results = (outs BNN_MultiplyAddOf<[I32]>:$result);
  let assemblyFormat = "$lhs `,` $rhs `,` $acc attr-dict `:` type($lhs) `,` type($acc)";
}

#endif // BNN_DIALECT_BNN_IR_BNNMULTIPLYADDOPS_TD
