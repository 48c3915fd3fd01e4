//===- BNNOps.td - Value ops of the bnn dialect ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops on tensors of floats, codes and accumulators. The kernels that the fast
// path forms from them are in BNNKernelOps.td, what those are made of in
// BNNTargetOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNOPS_TD
#define BNN_DIALECT_BNN_IR_BNNOPS_TD

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

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

def BNN_ConstantOp : BNN_Op<"constant", [ConstantLike, Pure]> {
  let summary = "Codes known at compile time";
  let description = [{
    `codes` holds one i8 per element: the code, sign-extended for signed and
    ternary types and zero-extended (read as unsigned) for the others.

    - (C1) `codes` is a dense array of i8 with the shape of the result.
    - (C2) Every entry is a code of the element type.

    Example:

    ```mlir
    %w = bnn.constant dense<[1, 0, 1]> : tensor<3xi8> as tensor<3x!bnn.bipolar<1>>
    ```
  }];
  let arguments = (ins ElementsAttr:$codes);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$codes `as` type($result) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Floats to codes and back
//===----------------------------------------------------------------------===//

def BNN_QuantizeOp : BNN_Op<"quantize", [Pure]> {
  let summary = "Floats to codes of any width";
  let description = [{
    With scale s and zero point z of the element's channel:

    value = clamp(round(x / s) + z, min, max), or, with `shift_before_round`
    (QONNX), value = round(clamp(x / s + z, min, max)).

    min and max are those of the element type; `narrow` raises min of a signed
    type by one and lowers max of an unsigned type by one. For a bipolar type of
    b bits z must be 0 and the value is 2·clamp(round((x / s + 2^b - 1) / 2),
    0, 2^b - 1) - (2^b - 1). All arithmetic is f32 and x / s is a true
    division. NaN becomes the value min.

    - (C1) `input` and `result` have the same shape.
    - (C2) `scale` has one element, or as many as the input has along `axis`.
    - (C3) `zero_points` is empty (0), has one entry, or as many as `scale`; each
      is within the range of i32.
    - (C4) `axis` is a dimension of the input.
    - (C5) The result is not ternary; bipolar results take no zero point and are
      not narrow.
    - (C6) A constant scale is positive and finite.

    Example:

    ```mlir
    %q = bnn.quantize %x scale %s {axis = 3 : i64, rounding = #bnn.rounding<half_even>}
        : tensor<1x2x2x3xf32>, tensor<3xf32> -> tensor<1x2x2x3x!bnn.signed<4>>
    ```
  }];
  let arguments = (ins
    BNN_F32Tensor:$input, BNN_F32Tensor:$scale,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$zero_points,
    DefaultValuedAttr<BNN_I64Attr, "0">:$axis,
    DefaultValuedAttr<BNN_RoundingAttr, "::bnn::Rounding::HalfEven">:$rounding,
    UnitAttr:$shift_before_round,
    UnitAttr:$narrow);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = [{
    $input `scale` $scale attr-dict `:` type($input) `,` type($scale) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_DequantizeOp : BNN_Op<"dequantize", [Pure]> {
  let summary = "Codes to floats";
  let description = [{
    y = (value - z)·s in f32, with scale s and zero point z of the element's
    channel.

    - (C1) `input` and `result` have the same shape.
    - (C2) `scale` has one element, or as many as the input has along `axis`.
    - (C3) `zero_points` is empty (0), has one entry, or as many as `scale`; each
      is within the range of i32.
    - (C4) `axis` is a dimension of the input.

    Example:

    ```mlir
    %y = bnn.dequantize %q scale %s : tensor<4x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<4xf32>
    ```
  }];
  let arguments = (ins
    BNN_CodeTensor:$input, BNN_F32Tensor:$scale,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$zero_points,
    DefaultValuedAttr<BNN_I64Attr, "0">:$axis);
  let results = (outs BNN_F32Tensor:$result);
  let assemblyFormat = [{
    $input `scale` $scale attr-dict `:` type($input) `,` type($scale) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_BinarizeOp : BNN_Op<"binarize", [Pure]> {
  let summary = "Floats to one bit by a threshold";
  let description = [{
    With threshold t (0 where it is absent), by `zero`:

    - `plus`: high if x >= t, else low. NaN is low.
    - `minus`: high if x > t, else low. NaN is low.
    - `signbit`: low if the sign bit of x (of x - t with a threshold) is set,
      else high; so -0.0 is low and NaN goes by its sign bit.
    - `ternary`: +1 if x > t, -1 if x < t, else 0 (`torch.sign`). NaN is 0.

    High and low are +1 and -1 of `!bnn.bipolar<1>`, or 1 and 0 of
    `!bnn.unsigned<1>`.

    - (C1) `input` and `result` have the same shape.
    - (C2) `threshold` has one element, or as many as the last dimension.
    - (C3) The result is `!bnn.ternary` if and only if `zero` is `ternary`;
      otherwise it is `!bnn.bipolar<1>` or `!bnn.unsigned<1>`.

    Example:

    ```mlir
    %b = bnn.binarize %x threshold %t : tensor<3xf32> {zero = #bnn.zero_mode<plus>}
        : tensor<1x8x8x3xf32> -> tensor<1x8x8x3x!bnn.bipolar<1>>
    ```
  }];
  let arguments = (ins
    BNN_F32Tensor:$input, Optional<BNN_F32Tensor>:$threshold,
    DefaultValuedAttr<BNN_ZeroModeAttr, "::bnn::ZeroMode::Plus">:$zero);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = [{
    $input (`threshold` $threshold^ `:` type($threshold))? attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def BNN_TernarizeOp : BNN_Op<"ternarize", [Pure]> {
  let summary = "Floats to -1, 0, +1 by a dead zone";
  let description = [{
    +1 if x > d, -1 if x < -d, else 0, with the dead zone d of the last
    dimension's channel (Ternary Weight Networks, arXiv:1605.04711). NaN is 0.

    - (C1) `input` and `result` have the same shape and the result is ternary.
    - (C2) `dead_zone` has one element, or as many as the last dimension.

    Example:

    ```mlir
    %t = bnn.ternarize %x dead_zone %d : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.ternary>
    ```
  }];
  let arguments = (ins BNN_F32Tensor:$input, BNN_F32Tensor:$dead_zone);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = [{
    $input `dead_zone` $dead_zone attr-dict `:` type($input) `,` type($dead_zone) `->` type($result)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Accumulators
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Codes to codes
//===----------------------------------------------------------------------===//

def BNN_MaxPool2DOp : BNN_Op<"max_pool2d", [Pure, BNN_InferType]> {
  let summary = "Largest value of a window of codes";
  let description = [{
    result[n,y,x,c] = max over i, j of input[n, y·sy + i·dy - top, x·sx + j·dx - left, c],
    positions outside the image left out. A window without any position in the
    image, which a dilation can bring about, gives the smallest value of the type.

    - (C1) `input` has rank 4 (N×H×W×C).
    - (C2) `kernel`, `strides` and `dilations` have two entries of 1 to 2^31 - 1.
    - (C3) `pad` = [top, bottom, left, right] has four entries, not negative and
      each less than the dilated kernel's extent.
    - (C4) The dilated kernel fits into the padded image.

    Example:

    ```mlir
    %p = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<1x8x8x16x!bnn.bipolar<1>> -> tensor<1x4x4x16x!bnn.bipolar<1>>
    ```
  }];
  let arguments = (ins
    BNN_CodeTensor:$input, DenseI64ArrayAttr:$kernel,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pad);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def BNN_SoftmaxOp : BNN_Op<"softmax", [Pure]> {
  let summary = "Softmax of the last dimension, as codes";
  let description = [{
    With logits l = f32(score)·`logit_scale` and P = softmax(l) along the last
    dimension, by `mode`:

    - `uniform_max`: value = clamp(rne(P / `output_scale`), 0, 2^b - 1).
    - `log2`: value = clamp(rne(-log2 P), 0, 2^b - 1); it stands for 2^-value.
    - `binary_ratio`: 1 where P >= max(P) / 4 (BiViT, arXiv:2211.07091), which is
      l >= max(l) - ln 4; computed without exp as score >= max(score) - m, with
      m = floor(ln 4 / logit_scale) for i32 scores and f32(ln 4 / logit_scale)
      for f32.
    - `bool`: 1 where score > 0 (BiBERT, arXiv:2203.06390).

    A NaN score makes its comparisons false and its code 0.

    - (C1) `input` and `result` have the same shape; the result is unsigned.
    - (C2) `binary_ratio` and `bool` give one bit.
    - (C3) `logit_scale` is positive and finite.
    - (C4) `output_scale`, positive and finite, is present exactly in mode
      `uniform_max`.

    Example:

    ```mlir
    %p = bnn.softmax %s {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 0.125 : f32}
        : tensor<2x16x16xi32> -> tensor<2x16x16x!bnn.unsigned<1>>
    ```
  }];
  let arguments = (ins
    BNN_I32OrF32Tensor:$input, BNN_SoftmaxModeAttr:$mode,
    DefaultValuedAttr<F32Attr, "1.0f">:$logit_scale,
    OptionalAttr<F32Attr>:$output_scale);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def BNN_PlaneOp : BNN_Op<"plane", [Pure, BNN_InferType]> {
  let summary = "One bit plane of a tensor of codes";
  let description = [{
    Bit `index` of each code, as `!bnn.bipolar<1>` for bipolar inputs and
    `!bnn.unsigned<1>` for the others, so that a value is the sum over its
    planes of 2^index times the plane's value, the top plane of a signed type
    and the sign plane (1) of a ternary type counted negative.

    - (C1) `index` is at least 0 and less than the bits of the input's type.

    Example:

    ```mlir
    %p = bnn.plane %x {index = 1 : i64} : tensor<4x!bnn.unsigned<2>> -> tensor<4x!bnn.unsigned<1>>
    ```
  }];
  let arguments = (ins BNN_CodeTensor:$input, BNN_I64Attr:$index);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def BNN_BitSwitchOp : BNN_Op<"bit_switch", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "Codes of which only the upper bits count, how many is known at run time";
  let description = [{
    With h the bits of the type and l = clamp(`bits`, 1, h):

    value = clamp(round(v / 2^(h-l)), -2^(l-1), 2^(l-1) - 1)·2^(h-l)

    the second rounding of Double-Rounding ("Nearly Lossless Adaptive Bit Switching"): one stored tensor of h bits
    serves every width below. The result has the input's type, its values being multiples of 2^(h-l), so that a
    scale of the input is the result's as well.

    - (C1) The codes are signed and have no storage layout.

    Example:

    ```mlir
    %l = bnn.bit_switch %w, %bits : tensor<4x3x3x16x!bnn.signed<8>>, tensor<i32>
    ```
  }];
  let arguments = (ins
    BNN_CodeTensor:$input, TensorRankOf<[I32], [0]>:$bits,
    DefaultValuedAttr<BNN_RoundingAttr, "::bnn::Rounding::HalfEven">:$rounding);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input `,` $bits attr-dict `:` type($input) `,` type($bits)";
  let hasVerifier = 1;
}

def BNN_PackOp : BNN_Op<"pack", [Pure]> {
  let summary = "Codes into a storage layout";
  let description = [{
    The same codes in the layout that the result's encoding names. Values do not
    change: the reference path compiles it to nothing.

    - (C1) `input` has no encoding, `result` has a storage layout.
    - (C2) Shape and element type are the same.

    Example:

    ```mlir
    %p = bnn.pack %x : tensor<1x8x8x40x!bnn.bipolar<1>>
        -> tensor<1x8x8x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
    ```
  }];
  let arguments = (ins BNN_CodeTensor:$input);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def BNN_UnpackOp : BNN_Op<"unpack", [Pure, BNN_InferType]> {
  let summary = "Codes out of a storage layout";
  let description = [{
    The inverse of `bnn.pack`.

    - (C1) `input` has a storage layout.

    Example:

    ```mlir
    %x = bnn.unpack %p : tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
        -> tensor<4x40x!bnn.bipolar<1>>
    ```
  }];
  let arguments = (ins BNN_CodeTensor:$input);
  let results = (outs BNN_CodeTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

include "bnn/Dialect/BNN/IR/BNNKernelOps.td"
include "bnn/Dialect/BNN/IR/BNNTargetOps.td"

#endif // BNN_DIALECT_BNN_IR_BNNOPS_TD
