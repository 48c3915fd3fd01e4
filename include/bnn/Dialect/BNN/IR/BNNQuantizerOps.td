//===- BNNQuantizerOps.td - Constants, and floats to codes and back -------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where codes come from: constants and quantizers.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNQUANTIZEROPS_TD
#define BNN_DIALECT_BNN_IR_BNNQUANTIZEROPS_TD

include "bnn/Dialect/BNN/IR/BNNOpBase.td"

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

#endif // BNN_DIALECT_BNN_IR_BNNQUANTIZEROPS_TD
