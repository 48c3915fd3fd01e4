//===- BNNCodeOps.td - Codes to codes -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pooling, softmax, planes and packing.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNCODEOPS_TD
#define BNN_DIALECT_BNN_IR_BNNCODEOPS_TD

include "bnn/Dialect/BNN/IR/BNNOpBase.td"

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

#endif // BNN_DIALECT_BNN_IR_BNNCODEOPS_TD
