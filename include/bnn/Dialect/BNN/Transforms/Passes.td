//===- Passes.td - Passes on the bnn dialect ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_TRANSFORMS_PASSES_TD
#define BNN_DIALECT_BNN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order. Every pass says why it left something alone in a missed-optimization remark whose
// category is the name of the pass: --remark-format=emitRemark --remarks-filter-missed=<pass>.

def AllocateBits : Pass<"bnn-allocate-bits"> {
  let summary = "Choose the bits of each layer for a budget";
  let description = [{
    Reads a table of sensitivities and costs, or an assignment of bits (docs/allocation.md), chooses bits within the
    budgets, and writes them into the layers, which are found by the names of their ONNX nodes.

    ```mlir
    %y = tosa.conv2d %x, %w, %b, %zero, %zero {…} loc("conv1")
    // becomes, with {"assignment": {"conv1": 4}}
    %y = tosa.conv2d %x, %w, %b, %zero, %zero {…, bnn.activation_bits = 8 : i64, bnn.weight_bits = 4 : i64} loc("conv1")
    ```

    Nothing is quantized yet: calibration adds the scale of the activations (`bnn.activation_scale`, and
    `bnn.activation_signed` where they may be negative), and `bnn-apply-bits` puts the quantizers in.
  }];
  let options = [
    Option<"table", "table", "std::string", "", "Table or assignment, a JSON file">,
    ListOption<"budgets", "budgets", "std::string", "Limits on costs, such as size:200KB or bops:0.5">,
    ListOption<"bits", "bits", "unsigned", "Bits of weights to choose from">,
    ListOption<"meanBits", "mean-bits", "std::string", "Bands for the mean of bits: [GROUP=]BITS[:SLACK]">,
  ];
  let statistics = [
    Statistic<"numLayers", "num-layers", "Number of layers that got bits">,
  ];
}

def ApplyBits : Pass<"bnn-apply-bits"> {
  let summary = "Quantize layers to the bits that they were given";
  let description = [{
    Puts a quantizer and a dequantization before the activations and the weights of each layer with bits. The scales
    of weights, one per output channel, have the least squared error; that of the activations comes from calibration.

    ```mlir
    %y = tosa.conv2d %x, %w, %b, %zero, %zero {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64,
                                               bnn.activation_scale = 0.01 : f32, …}
    // becomes
    %qx = bnn.quantize %x scale %c : tensor<1x8x8x16xf32>, tensor<1xf32> -> tensor<1x8x8x16x!bnn.unsigned<8>>
    %dx = bnn.dequantize %qx scale %c : tensor<1x8x8x16x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x8x8x16xf32>
    %qw = bnn.quantize %w scale %s : tensor<4x3x3x16xf32>, tensor<4xf32> -> tensor<4x3x3x16x!bnn.signed<4>>
    %dw = bnn.dequantize %qw scale %s : tensor<4x3x3x16x!bnn.signed<4>>, tensor<4xf32> -> tensor<4x3x3x16xf32>
    %y = tosa.conv2d %dx, %dw, %b, %zero, %zero {…}
    ```

    Weights of one or two bits, and activations of as few bits that may be negative, are bipolar. A side that is
    quantized to as few bits already stays as it is.
  }];
  let statistics = [
    Statistic<"numLayers", "num-layers", "Number of layers quantized">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def CheckIntegerOnly : Pass<"bnn-check-integer-only"> {
  let summary = "Make floats between quantized layers an error";
  let description = [{
    An error names every op that computes with floats and lies between contractions: it depends on the result of
    one, and another one depends on it. Before the first and after the last there may be floats. Run it after
    `bnn-form-requantize` and `bnn-form-thresholds`, which remove them.
  }];
}

def CommuteBinarizeMaxPool : Pass<"bnn-commute-binarize-max-pool"> {
  let summary = "Exchange a max-pool and the quantizer after it";
  let description = [{
    Quantizers do not decrease, so the code of a window's maximum is the maximum of its codes. Pooling codes is
    cheaper, and the quantizer comes next to the accumulator it can be folded into. Ops per channel between the two
    move along if they are increasing.

    ```mlir
    %m = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
        : (tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32>
    %q = bnn.binarize %m : tensor<1x2x2x8xf32> -> tensor<1x2x2x8x!bnn.bipolar<1>>
    // becomes
    %b = bnn.binarize %x : tensor<1x4x4x8xf32> -> tensor<1x4x4x8x!bnn.bipolar<1>>
    %q = bnn.max_pool2d %b {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
    ```

    A window with a NaN would give another code, so the input must be provably finite (from integer accumulators by
    way of finite constants), the pool must ignore NaN, or `assume-finite` must say so.
  }];
  let options = [
    Option<"assumeFinite", "assume-finite", "bool", "false", "Take it that no float is infinite or NaN">,
  ];
  let statistics = [
    Statistic<"numPools", "num-pools", "Number of max-pools moved below a quantizer">,
  ];
  let dependentDialects = ["::bnn::BNNDialect"];
}

def DequantizeConstants : Pass<"bnn-dequantize-constants"> {
  let summary = "Turn dequantized constant codes into float constants";
  let description = [{
    Codes that no contraction took are plain floats to what reads them. Run it after `bnn-fuse-dequantize`.

    ```mlir
    %q = bnn.constant dense<[1, 0]> : tensor<2xi8> as tensor<2x!bnn.bipolar<1>>
    %y = bnn.dequantize %q scale %half : tensor<2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2xf32>
    // becomes
    %y = "tosa.const"() <{values = dense<[0.5, -0.5]> : tensor<2xf32>}> : () -> tensor<2xf32>
    ```
  }];
  let statistics = [
    Statistic<"numConstants", "num-constants", "Number of constants dequantized">,
  ];
  let dependentDialects = ["::mlir::tosa::TosaDialect"];
}

def FoldBatchNorm : Pass<"bnn-fold-batch-norm"> {
  let summary = "Fold factors and offsets per channel into scales, weights and biases";
  let description = [{
    A multiplication or addition with a constant per channel of the last dimension folds into a `bnn.scale` before
    it, or into the constant weights and bias of a float contraction before it.

    ```mlir
    %y = bnn.scale %acc by %s : tensor<1x4x4x8xi32>, tensor<1xf32> -> tensor<1x4x4x8xf32>
    %z = tosa.mul %y, %gamma, %shift : (tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>, tensor<1xi8>) -> tensor<1x4x4x8xf32>
    %n = tosa.add %z, %beta : (tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xf32>
    // becomes
    %n = bnn.scale %acc by %sgamma bias %beta1 : tensor<1x4x4x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x4x4x8xf32>
    ```

    A fold that rounds differently is refused where the result reaches a quantizer, because another last bit there
    can become another code.
  }];
  let options = [
    Option<"allowCodeChanges", "allow-code-changes", "bool", "false",
           "Fold even where different rounding can reach a quantizer">,
  ];
  let statistics = [
    Statistic<"numFolded", "num-folded", "Number of factors and offsets folded">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def FormRequantize : Pass<"bnn-form-requantize"> {
  let summary = "Compute codes from accumulators and codes in integers, by dyadic multipliers";
  let description = [{
    What lies between integers and a `bnn.quantize` (factors and offsets per channel, clamps, sums, averages and
    data movement) is computed in integers, each factor replaced by a number m·2^-e of 31 bits (HAWQ-V3,
    arXiv:2011.10680).

    ```mlir
    %y = bnn.scale %acc by %s bias %b : tensor<1x4x4x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x4x4x8xf32>
    %q = bnn.quantize %y scale %t : tensor<1x4x4x8xf32>, tensor<1xf32> -> tensor<1x4x4x8x!bnn.signed<8>>
    // becomes
    %sum = tosa.add %acc, %bias : (tensor<1x4x4x8xi32>, tensor<1x1x1x8xi32>) -> tensor<1x4x4x8xi32>
    %q = bnn.requantize %sum {multipliers = array<i32: …>, shifts = array<i32: …>}
        : tensor<1x4x4x8xi32> -> tensor<1x4x4x8x!bnn.signed<8>>
    ```

    A sum of several such values is taken at up to 2^-12 of the quantizer's step. A code may differ from that of
    the float ops by one where the value lies next to a tie, so this pass is not part of the default pipeline but
    of `bnn-optimize{integer-only}`.

    Refused, with a remark: other ops, parameters that are not constant, codes that are neither unsigned nor signed,
    sums that may pass the range of i32.
  }];
  let statistics = [
    Statistic<"numRequantized", "num-requantized", "Number of quantizers that compute in integers">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def FormThresholds : Pass<"bnn-form-thresholds"> {
  let summary = "Turn the float ops between an accumulator and a quantizer into integer compares";
  let description = [{
    The ops per channel between a `bnn.scale` and a quantizer (factors, offsets, clamps, minimum, maximum, PRelu) are
    monotone, so comparing the accumulator with integers gives the same code. The integers are found by binary search
    over all values of the accumulator, evaluating the very same f32 operations, so the result is equal for every
    input. Negative factors give descending channels; channels that do not depend on their input get a threshold just
    outside the accumulator's range.

    ```mlir
    %y = bnn.scale %acc by %s bias %b : tensor<1x4x4x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x4x4x8xf32>
    %q = bnn.binarize %y : tensor<1x4x4x8xf32> -> tensor<1x4x4x8x!bnn.bipolar<1>>
    // becomes
    %q = bnn.threshold %acc, %t : tensor<1x4x4x8xi32>, tensor<8x1xi32> -> tensor<1x4x4x8x!bnn.bipolar<1>>
    ```

    In the same way the ops between any float and a `bnn.binarize` become its threshold: binarize(x + c) compares x
    with -c.

    Refused, with a remark: activations with negative slopes (not monotone), chains that may overflow, parameters
    that are not constant.
  }];
  let options = [
    Option<"maxBits", "max-bits", "unsigned", "4",
           "Widest codes to form thresholds for; b bits need 2^b - 1 compares per element">,
  ];
  let statistics = [
    Statistic<"numThresholds", "num-thresholds", "Number of quantizers that became thresholds on accumulators">,
    Statistic<"numAbsorbed", "num-absorbed", "Number of float binarizations that took the ops before them in">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def FuseDequantize : Pass<"bnn-fuse-dequantize"> {
  let summary = "Turn float contractions of dequantized codes into integer ones";
  let description = [{
    `tosa.conv2d`, `tosa.depthwise_conv2d` and `tosa.matmul` of dequantized operands become `bnn.conv2d` and
    `bnn.matmul` on the codes, followed by one `bnn.scale`.

    ```mlir
    %x = bnn.dequantize %qx scale %sx : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x8x8x16xf32>
    %w = bnn.dequantize %qw scale %sw : tensor<4x3x3x16x!bnn.bipolar<1>>, tensor<4xf32> -> tensor<4x3x3x16xf32>
    %y = tosa.conv2d %x, %w, %bias, %zero, %zero {acc_type = f32, pad = array<i64: 1, 1, 1, 1>, …}
    // becomes
    %acc = bnn.conv2d %qx, %qw {pad = array<i64: 1, 1, 1, 1>}
        : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<4x3x3x16x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
    %y = bnn.scale %acc by %s bias %bias : tensor<1x8x8x4xi32>, tensor<4xf32>, tensor<4xf32> -> tensor<1x8x8x4xf32>
    ```

    Constant weights of a matrix product are stored transposed, one row per output. A zero point of the activations
    is subtracted exactly from the accumulators. Constant factors beside a dequantization join its scale.

    Refused, with a remark: a float operand, scales along a summed dimension, scales that are not constant, zero
    points of weights, sums that may pass the range of i32.
  }];
  let statistics = [
    Statistic<"numFused", "num-fused", "Number of contractions that became integer">,
    Statistic<"numScales", "num-scales", "Number of factors that joined a dequantization">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def HoistDataMovement : Pass<"bnn-hoist-data-movement"> {
  let summary = "Move data before it is quantized instead of after it is dequantized";
  let description = [{
    Transposes, reshapes, slices, reversals and concatenations of dequantized codes go above the quantizer, so that
    contractions see the dequantization. Parameters per channel follow their dimension.

    ```mlir
    %q = bnn.binarize %w : tensor<4x2x3x3xf32> -> tensor<4x2x3x3x!bnn.bipolar<1>>
    %f = bnn.dequantize %q scale %s : tensor<4x2x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x2x3x3xf32>
    %t = tosa.transpose %f {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x2x3x3xf32>) -> tensor<4x3x3x2xf32>
    // becomes
    %m = tosa.transpose %w {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x2x3x3xf32>) -> tensor<4x3x3x2xf32>
    %q = bnn.binarize %m : tensor<4x3x3x2xf32> -> tensor<4x3x3x2x!bnn.bipolar<1>>
    %t = bnn.dequantize %q scale %s : tensor<4x3x3x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x3x3x2xf32>
    ```

    A zero pad of the height and width becomes padding of the convolution that reads it.
  }];
  let statistics = [
    Statistic<"numMoved", "num-moved", "Number of ops moved above a quantizer">,
    Statistic<"numPads", "num-pads", "Number of pads that became padding of a convolution">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def LegalizePadding : Pass<"bnn-legalize-padding"> {
  let summary = "Pad images of -1 and +1 with -1 and correct the border";
  let description = [{
    A convolution of one-bit images that pads with 0 becomes one that pads with -1, plus the sums of the filter taps
    that fall outside, which depend on the distance to the border only. The result is the same integer.

    ```mlir
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
        : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<4x3x3x16x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
    // becomes
    %low = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
        : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<4x3x3x16x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
    %acc = bnn.border_correct %low, %table {border = array<i64: 1, 1, 1, 1>}
        : tensor<1x8x8x4xi32>, tensor<3x3x4xi32> -> tensor<1x8x8x4xi32>
    ```

    Left alone: other code types, filters that are not constant, and groups, for which no kernel of bits exists.
  }];
  let statistics = [
    Statistic<"numConvolutions", "num-convolutions", "Number of convolutions that pad with -1 now">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def MakeBitsSwitchable : Pass<"bnn-make-bits-switchable", "::mlir::ModuleOp"> {
  let summary = "Let the caller choose the bits of the weights";
  let description = [{
    Gives the entry function one more argument, the i32 `bits`, and sends all weights of 8 bits through a
    `bnn.bit_switch`: the same object then serves 8, 6, 4 and 2 bits from one copy of the weights. For modules as
    imported, after `bnn-quantize-constants` and before `bnn-fuse-dequantize`.

    ```mlir
    func.func @network(%x: tensor<…>) -> … attributes {bnn.entry} {
      %w = bnn.dequantize %codes scale %s : tensor<4x3x3x16x!bnn.signed<8>>, tensor<4xf32> -> tensor<4x3x3x16xf32>
      %y = tosa.conv2d %x, %w, …
    // becomes
    func.func @network(%x: tensor<…>, %bits: tensor<i32> {bnn.name = "bits"}) -> … attributes {bnn.entry} {
      %l = bnn.bit_switch %codes, %bits : tensor<4x3x3x16x!bnn.signed<8>>, tensor<i32>
      %w = bnn.dequantize %l scale %s : tensor<4x3x3x16x!bnn.signed<8>>, tensor<4xf32> -> tensor<4x3x3x16xf32>
      %y = tosa.conv2d %x, %w, …
    ```

    A model without such weights is an error.
  }];
  let statistics = [
    Statistic<"numSwitches", "num-switches", "Number of weights whose bits can be switched">,
  ];
  let dependentDialects = ["::bnn::BNNDialect"];
}

def MergeGroups : Pass<"bnn-merge-groups"> {
  let summary = "Join the parts of a grouped convolution of codes";
  let description = [{
    TOSA expresses a grouped convolution as one per group, on slices of the channels, and a concatenation. Where the
    image and the constant weights are dequantized codes, it becomes one `bnn.conv2d` with groups and one `bnn.scale`.
    Run it after `bnn-quantize-constants` and before `bnn-hoist-data-movement`, which would take the slices apart.

    ```mlir
    %x0 = tosa.slice %x, %start0, %size : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
    %y0 = tosa.conv2d %x0, %w0, %b0, %zero, %zero {…}
    %x1 = tosa.slice %x, %start1, %size : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
    %y1 = tosa.conv2d %x1, %w1, %b1, %zero, %zero {…}
    %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x4x4x3xf32>, tensor<1x4x4x3xf32>) -> tensor<1x4x4x6xf32>
    // becomes
    %acc = bnn.conv2d %qx, %qw {groups = 2 : i64}
        : tensor<1x4x4x4x!bnn.bipolar<1>>, tensor<6x1x1x2x!bnn.bipolar<1>> -> tensor<1x4x4x6xi32>
    %y = bnn.scale %acc by %s bias %b : tensor<1x4x4x6xi32>, tensor<6xf32>, tensor<6xf32> -> tensor<1x4x4x6xf32>
    ```
  }];
  let statistics = [
    Statistic<"numMerged", "num-merged", "Number of grouped convolutions joined">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def QuantizeConstants : Pass<"bnn-quantize-constants"> {
  let summary = "Compute the codes of constants at compile time";
  let description = [{
    A quantizer of a constant, also of one behind transposes and reshapes, becomes a `bnn.constant`, with exactly the
    f32 arithmetic that defines the quantizer.

    ```mlir
    %w = "tosa.const"() <{values = dense<[0.5, -0.1]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %q = bnn.binarize %w : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
    // becomes
    %q = bnn.constant dense<[1, 0]> : tensor<2xi8> as tensor<2x!bnn.bipolar<1>>
    ```
  }];
  let statistics = [
    Statistic<"numConstants", "num-constants", "Number of constants quantized">,
  ];
  let dependentDialects = ["::bnn::BNNDialect"];
}

def RaiseSign : Pass<"bnn-raise-sign"> {
  let summary = "Recognize sign functions that are written as comparisons";
  let description = [{
    A choice between c and -c, or c and 0, by comparing with a constant is a binarization.

    ```mlir
    %p = tosa.greater_equal %x, %zero : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
    %y = tosa.select %p, %plus, %minus : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
    // becomes
    %b = bnn.binarize %x : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
    %y = bnn.dequantize %b scale %c : tensor<2x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x4xf32>
    ```
  }];
  let statistics = [
    Statistic<"numSigns", "num-signs", "Number of sign functions found">,
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

#endif // BNN_DIALECT_BNN_TRANSFORMS_PASSES_TD
