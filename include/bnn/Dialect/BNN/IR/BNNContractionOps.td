//===- BNNContractionOps.td - Convolutions and products of codes ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Codes to accumulators.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNCONTRACTIONOPS_TD
#define BNN_DIALECT_BNN_IR_BNNCONTRACTIONOPS_TD

include "bnn/Dialect/BNN/IR/BNNOpBase.td"

def BNN_Conv2DOp : BNN_Op<"conv2d", [Pure, BNN_InferType, BNN_InferRange, BNN_Contraction]> {
  let summary = "Convolution of codes, exact in i32";
  let description = [{
    acc[n,y,x,o] = sum over i, j, c of
      v(input[n, y·sy + i·dy - top, x·sx + j·dx - left, g·C/groups + c]) · v(filter[o,i,j,c])

    where g = o / (O / groups), v is the value of a code, and v of a position
    outside the image is `pad_value`, whether or not the input's type has that
    value. A linear layer over images is a 1×1 convolution.

    - (C1) `input` is N×H×W×C, `filter` O×KH×KW×(C / groups).
    - (C2) `groups` divides C and O.
    - (C3) `strides` and `dilations` have two entries of 1 to 2^31 - 1.
    - (C4) `pad` = [top, bottom, left, right] has four entries that are not
      negative, and the padded image has at most 2^31 - 1 elements.
    - (C5) `pad_value` is -1, 0 or 1.
    - (C6) The filter, dilated, fits into the padded image.
    - (C7) No accumulator can pass the range of i32.

    Example:

    ```mlir
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
        : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<32x3x3x16x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
    ```
  }];
  let arguments = (ins
    BNN_CodeTensor:$input, BNN_CodeTensor:$filter,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad,
    DefaultValuedAttr<BNN_I64Attr, "0">:$pad_value,
    DefaultValuedAttr<BNN_I64Attr, "1">:$groups,
    OptionalAttr<StrAttr>:$kernel,
    OptionalAttr<StrAttr>:$kernel_reason);
  let results = (outs BNN_I32Tensor:$result);
  let assemblyFormat = [{
    $input `,` $filter attr-dict `:` type($input) `,` type($filter) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_MatmulOp : BNN_Op<"matmul", [Pure, BNN_InferType, BNN_InferRange, BNN_Contraction]> {
  let summary = "Matrix product of codes, exact in i32";
  let description = [{
    acc[b...,m,n] = sum over k of v(lhs[b...,m,k]) · v(rhs[b...,k,n]), the last
    two dimensions of an operand swapped where `transpose_lhs` or
    `transpose_rhs` says so. A rank-2 rhs serves every batch.

    - (C1) Both operands have rank 2 or more.
    - (C2) The batch dimensions of lhs and rhs are equal, or rhs has rank 2.
    - (C3) The two depths K are equal.
    - (C4) No accumulator can pass the range of i32.

    Example:

    ```mlir
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<5x64x!bnn.bipolar<1>>, tensor<10x64x!bnn.bipolar<1>> -> tensor<5x10xi32>
    ```
  }];
  let arguments = (ins
    BNN_CodeTensor:$lhs, BNN_CodeTensor:$rhs,
    UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs,
    OptionalAttr<StrAttr>:$kernel,
    OptionalAttr<StrAttr>:$kernel_reason);
  let results = (outs BNN_I32Tensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // BNN_DIALECT_BNN_IR_BNNCONTRACTIONOPS_TD
