//===- BNNAccumulatorOps.td - What becomes of accumulators ----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accumulators to floats or codes.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNACCUMULATOROPS_TD
#define BNN_DIALECT_BNN_IR_BNNACCUMULATOROPS_TD

include "bnn/Dialect/BNN/IR/BNNOpBase.td"

def BNN_ScaleOp : BNN_Op<"scale", [Pure, BNN_InferType, AttrSizedOperandSegments]> {
  let summary = "Accumulators to floats";
  let description = [{
    y = ((f32(acc)·s)·r)·l + b, each step rounded to f32, with s and b of the
    last dimension's channel, r of the row (dimension 1) and l of the column
    (dimension 2). Factors that are absent take no step. XNOR-Net++
    (arXiv:1909.13863) has all three factors, most networks only s and b.

    - (C1) `scale` and `bias` have one element, or as many as the last dimension.
    - (C2) `row` and `column` need a rank-4 input, and have as many elements as
      its dimensions 1 and 2.

    Example:

    ```mlir
    %y = bnn.scale %acc by %s bias %b : tensor<1x4x4x8xi32>, tensor<8xf32>, tensor<8xf32>
        -> tensor<1x4x4x8xf32>
    ```
  }];
  let arguments = (ins
    BNN_I32Tensor:$input, BNN_F32Tensor:$scale,
    Optional<BNN_F32Tensor>:$row, Optional<BNN_F32Tensor>:$column, Optional<BNN_F32Tensor>:$bias);
  let results = (outs BNN_F32Tensor:$result);
  let assemblyFormat = [{
    $input `by` $scale (`row` $row^)? (`column` $column^)? (`bias` $bias^)? attr-dict
    `:` type($input) `,` type($scale) (`row` type($row)^)? (`column` type($column)^)?
    (`,` type($bias)^)? `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_ThresholdOp : BNN_Op<"threshold", [Pure]> {
  let summary = "Counts thresholds passed: batch norm, activation and quantizer in one";
  let description = [{
    Of the T thresholds of the last dimension's channel, the result counts those
    with x >= t, or, where `descending` is true for the channel, those with
    x <= t; the count is the index of the result's value among the values of its
    type in rising order. A comparison with NaN is false.

    - (C1) `input` and `result` have the same shape; `thresholds` have the
      element type of the input.
    - (C2) `thresholds` is 1×T or (last dimension)×T, T one less than the number
      of values of the result's type.
    - (C3) `descending` is empty (all false) or has one entry per row of
      `thresholds`.

    Example:

    ```mlir
    %b = bnn.threshold %acc, %t {descending = array<i1: false, true>}
        : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<5x2x!bnn.bipolar<1>>
    ```
  }];
  let arguments = (ins
    BNN_I32OrF32Tensor:$input, BNN_I32OrF32Tensor:$thresholds,
    DefaultValuedAttr<DenseBoolArrayAttr, "{}">:$descending);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = [{
    $input `,` $thresholds attr-dict `:` type($input) `,` type($thresholds) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_RequantizeOp : BNN_Op<"requantize", [Pure]> {
  let summary = "Integers to integers of another scale, by a dyadic multiplier";
  let description = [{
    With the multiplier m and the shift e of the last dimension's channel, for
    accumulators v or the values v of codes:

    value = clamp(round((v - `input_zero_point`)·m / 2^e) + `zero_point`, min, max)

    where min and max are those of the result's type, codes or i32. The product
    and the rounding are exact in 64 bits (HAWQ-V3, arXiv:2011.10680).

    - (C1) `input` and `result` have the same shape; the result is unsigned,
      signed or i32.
    - (C2) `multipliers` and `shifts` have the same length: one, or the last
      dimension.
    - (C3) Shifts are 0 to 62.
    - (C4) `zero_point` is within the range of i32.
    - (C5) `input_zero_point` is 0 for accumulators and within ±65535 for codes.

    Example:

    ```mlir
    %q = bnn.requantize %acc {multipliers = array<i32: 1518500250>, shifts = array<i32: 36>}
        : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
    ```
  }];
  let arguments = (ins
    BNN_I32OrCodeTensor:$input,
    DenseI32ArrayAttr:$multipliers, DenseI32ArrayAttr:$shifts,
    DefaultValuedAttr<BNN_I64Attr, "0">:$input_zero_point,
    DefaultValuedAttr<BNN_I64Attr, "0">:$zero_point,
    DefaultValuedAttr<BNN_RoundingAttr, "::bnn::Rounding::HalfEven">:$rounding);
  let results = (outs BNN_I32OrCodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def BNN_BorderCorrectOp : BNN_Op<"border_correct", [Pure, BNN_InferType, BNN_InferRange]> {
  let summary = "Adds a constant that depends on the distance to the border";
  let description = [{
    result[n,y,x,c] = input[n,y,x,c] + table[row(y), column(x), c], where
    row(y) = min(y, top) + max(y - (H - 1 - bottom), 0) gives each of the first
    `top` and last `bottom` rows a class of its own and all rows between one
    class, and column(x) likewise with `left` and `right`. A convolution that
    pads with -1 becomes one that pads with 0 by adding the sums of the filter
    taps that fell outside.

    - (C1) `border` = [top, bottom, left, right] has four non-negative entries
      with top + bottom < H and left + right < W.
    - (C2) `input` is N×H×W×C and `table` (top+bottom+1)×(left+right+1)×C.

    Example:

    ```mlir
    %r = bnn.border_correct %acc, %table {border = array<i64: 1, 1, 1, 1>}
        : tensor<1x8x8x4xi32>, tensor<3x3x4xi32> -> tensor<1x8x8x4xi32>
    ```
  }];
  let arguments = (ins BNN_I32Tensor:$input, BNN_I32Tensor:$table, DenseI64ArrayAttr:$border);
  let results = (outs BNN_I32Tensor:$result);
  let assemblyFormat = [{
    $input `,` $table attr-dict `:` type($input) `,` type($table) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // BNN_DIALECT_BNN_IR_BNNACCUMULATOROPS_TD
