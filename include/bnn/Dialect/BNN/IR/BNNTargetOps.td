//===- BNNTargetOps.td - Vector operations that targets have instructions for ===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The few operations on vectors that kernels need and that LLVM does not find
// by itself in plain arithmetic. Each has a lowering to the instruction of the
// targets that have it and a generic one for all others, in one file of
// lib/Target/TargetOps; `bnn-lower-target-ops` chooses. An op takes vectors of
// any length: the lowering cuts them into registers.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNTARGETOPS_TD
#define BNN_DIALECT_BNN_IR_BNNTARGETOPS_TD

include "bnn/Dialect/BNN/IR/BNNDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def BNN_ByteVector : VectorOfRankAndType<[1], [I8]>;

class BNN_TargetOp<string mnemonic, list<Trait> traits = []>
    : BNN_Op<mnemonic, !listconcat([Pure], traits)>;

def BNN_TableLookupOp : BNN_TargetOp<"table_lookup", [AllTypesMatch<["indices", "result"]>]> {
  let summary = "Bytes of a table of sixteen, one for each index";
  let description = [{
    result\[i\] = table\[indices\[i\]\]

    Indices are less than 16; what another index gives is not specified.
    `pshufb` on x86, `tbl` on AArch64.

    - (C1) The table has sixteen bytes.
    - (C2) Indices and result are vectors of bytes of the same length.

    Example:

    ```mlir
    %r = bnn.table_lookup %table[%indices] : vector<16xi8>, vector<32xi8>
    ```
  }];
  let arguments = (ins VectorOfLengthAndType<[16], [I8]>:$table, BNN_ByteVector:$indices);
  let results = (outs BNN_ByteVector:$result);
  let assemblyFormat = "$table `[` $indices `]` attr-dict `:` type($table) `,` type($indices)";
}

def BNN_RoundingAverageOp : BNN_TargetOp<"rounding_average", [SameOperandsAndResultType]> {
  let summary = "Average of unsigned bytes, rounded up";
  let description = [{
    result\[i\] = (lhs\[i\] + rhs\[i\] + 1) / 2, in more than eight bits

    `pavgb` on x86, `urhadd` on AArch64.

    - (C1) Operands and result are vectors of bytes of the same length.

    Example:

    ```mlir
    %r = bnn.rounding_average %a, %b : vector<32xi8>
    ```
  }];
  let arguments = (ins BNN_ByteVector:$lhs, BNN_ByteVector:$rhs);
  let results = (outs BNN_ByteVector:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

def BNN_PairwiseSumOp : BNN_TargetOp<"pairwise_sum", [
    PredOpTrait<"the result has half as many elements as the input",
                CPred<"2 * ::llvm::cast<::mlir::VectorType>($result.getType()).getNumElements() == "
                      "::llvm::cast<::mlir::VectorType>($input.getType()).getNumElements()">>]> {
  let summary = "Sums of neighbouring unsigned bytes, in 16 bits";
  let description = [{
    result\[i\] = input\[2·i\] + input\[2·i + 1\]

    `uaddlp` on AArch64; added to a vector of 16-bit sums, `uadalp`.

    - (C1) The input is a vector of bytes and the result one of i16.
    - (C2) The result has half as many elements as the input.

    Example:

    ```mlir
    %r = bnn.pairwise_sum %bytes : vector<16xi8> -> vector<8xi16>
    ```
  }];
  let arguments = (ins BNN_ByteVector:$input);
  let results = (outs VectorOfRankAndType<[1], [I16]>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def BNN_ComputeTogetherOp : BNN_TargetOp<"compute_together", [
    AllTypesMatch<["inputs", "results"]>]> {
  let summary = "Vectors that are all there before one of them is used";
  let description = [{
    results\[i\] = inputs\[i\]

    A statement about the order of instructions, not about values. Products and sums of two accumulators that
    alternate, `mul add mul add`, leave a Zen 4 with an eighth of its rate unused; `mul mul add add` does not,
    and this op keeps LLVM's schedulers from changing one into the other. An empty piece of inline assembly on
    x86, nothing elsewhere.

    - (C1) There are as many results as inputs, of the same types.

    Example:

    ```mlir
    %p:2 = bnn.compute_together %a, %b : vector<8xf32>, vector<8xf32>
    ```
  }];
  let arguments = (ins Variadic<VectorOfAnyRankOf<[AnyFloat]>>:$inputs);
  let results = (outs Variadic<VectorOfAnyRankOf<[AnyFloat]>>:$results);
  let assemblyFormat = "$inputs attr-dict `:` type($inputs)";
}

#endif // BNN_DIALECT_BNN_IR_BNNTARGETOPS_TD
