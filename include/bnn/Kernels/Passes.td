//===- Passes.td - Passes that choose and form kernels ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_KERNELS_PASSES_TD
#define BNN_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

def CompressWeights : Pass<"bnn-compress-weights", "::mlir::ModuleOp"> {
  let summary = "Store only those bits of weights that are in use";
  let description = [{
    Constant weights of kernels lie as the inner loop reads them: a binary weight
    may take a byte or a quarter of one, a weight of four bits a byte. The bits that
    are set anywhere are stored as planes of their own, those above the sign once, and
    a `bnn.map_kernel` puts the bytes together at run time, in the workspace. Where no
    bit is unused nothing changes.

    ```mlir
    %y = bnn.contract_kernel "integer" ins(%x, %w : tensor<1x4x4x8xi8>, tensor<1x8x32xi8>) …
    ```

    becomes

    ```mlir
    %w = bnn.map_kernel params(%plane : tensor<1x1x1x32xi8>) outs(%init : tensor<1x8x32xi8>) …
    %y = bnn.contract_kernel "integer" ins(%x, %w : tensor<1x4x4x8xi8>, tensor<1x8x32xi8>) …
    ```
  }];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [
    Statistic<"numCompressed", "compressed", "Weights compressed">,
    Statistic<"numBytesSaved", "bytes-saved", "Bytes that the object is smaller by">
  ];
}

def DecomposeToBinary : Pass<"bnn-decompose-to-binary", "::mlir::ModuleOp"> {
  let summary = "Compute contractions of several bits as sums of contractions of one bit";
  let description = [{
    A value is the sum of its bit planes, each times its weight, so a contraction
    is the sum over all pairs of planes of the product of the weights times the
    contraction of the planes. Planes of constant weights are split here, planes
    of activations are made once for all contractions that read them.

    ```mlir
    %acc = bnn.matmul %x, %w : tensor<5x64x!bnn.unsigned<2>>, tensor<64x9x!bnn.bipolar<1>> -> tensor<5x9xi32>
    ```

    becomes

    ```mlir
    %x0 = bnn.plane %x {index = 0 : i64} : tensor<5x64x!bnn.unsigned<2>> -> tensor<5x64x!bnn.unsigned<1>>
    %c0 = bnn.matmul %x0, %w : …
    %x1 = bnn.plane %x {index = 1 : i64} : tensor<5x64x!bnn.unsigned<2>> -> tensor<5x64x!bnn.unsigned<1>>
    %c1 = bnn.matmul %x1, %w : …
    %acc = tosa.add (tosa.mul %c1, 2), %c0
    ```

    With `mode=cost` an op stays whole where the cheapest strategy for the whole
    is estimated to take fewer cycles on the module's target than the planes do;
    a remark of this pass's category says so. Run `bnn-legalize-padding` after
    it: zero padding of bipolar codes becomes zero padding of their planes.
  }];
  let options = [
    Option<"mode", "mode", "::bnn::DecomposeMode", "::bnn::DecomposeMode::Cost",
           "Which contractions to decompose",
           [{::llvm::cl::values(
             clEnumValN(::bnn::DecomposeMode::Cost, "cost", "where planes are estimated to be faster"),
             clEnumValN(::bnn::DecomposeMode::All, "all", "all but those that name a kernel"),
             clEnumValN(::bnn::DecomposeMode::Never, "never", "none"))}]>,
  ];
  let statistics = [
    Statistic<"numDecomposed", "decomposed", "Contractions decomposed">,
    Statistic<"numPairs", "pairs", "Contractions of one bit by one bit made">
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::tosa::TosaDialect"];
}

def FormKernels : Pass<"bnn-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Make one kernel of each contraction and the elementwise ops after it";
  let description = [{
    Needs `bnn-select-kernels` before it, and TOSA lowered to linalg. A kernel
    has storage tensors for operands and a scalar region for its epilogue:

    ```mlir
    %acc = bnn.conv2d %p, %w {kernel = "popcount"} : …
    %bits = bnn.threshold %acc, %t : …
    %q = bnn.pack %bits : …
    ```

    becomes

    ```mlir
    %q = bnn.contract_kernel "popcount" ins(%p, %words : …) params(%t : …) outs(%empty : …) {
    ^bb0(%acc: i32, %limit: i32):
      %passed = arith.cmpi sge, %acc, %limit : i32
      bnn.yield %passed : i1
    }
    ```
  }];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [
    Statistic<"numKernels", "kernels", "Kernels formed">,
    Statistic<"numFused", "fused", "Elementwise ops fused into contractions">
  ];
}

def SelectKernels : Pass<"bnn-select-kernels", "::mlir::ModuleOp"> {
  let summary = "Choose a strategy and a layout for each contraction";
  let description = [{
    Every registered strategy that can compute a `bnn.conv2d` or `bnn.matmul` on
    the module's target (`bnn.target`) estimates its cycles; the least wins. A
    cost table in the module's attribute `bnn.cost_table` (`bnnc tune` makes one),
    or one that comes with the compiler, corrects the estimates. The
    choice and its reason become the op's `kernel` and `kernel_reason`, and its
    activations are packed with `bnn.pack`. An op whose `kernel` is already set
    keeps it if that strategy can compute it. Zero padding of -1 and +1 is made a
    padding with -1 and a correction, as `bnn-legalize-padding` does it, for
    strategies that cannot leave the pad out.

    ```mlir
    %acc = bnn.conv2d %x, %w : …
    ```

    becomes

    ```mlir
    %p = bnn.pack %x : … -> tensor<1x8x8x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
    %acc = bnn.conv2d %p, %w {kernel = "popcount", kernel_reason = "about 23 cycles; …"} : …
    ```
  }];
  let options = [
    ListOption<"prefer", "prefer", "std::string",
               "Strategies to use wherever they can compute an op, whatever they cost">
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect", "::mlir::tosa::TosaDialect"];
  let statistics = [
    Statistic<"numContractions", "contractions", "Contractions given a strategy">,
    Statistic<"numPacked", "packed", "Tensors packed for contractions">
  ];
}

#endif // BNN_KERNELS_PASSES_TD
