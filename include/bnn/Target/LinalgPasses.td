//===- LinalgPasses.td - From linalg on buffers to loops ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_LINALGPASSES_TD
#define BNN_TARGET_LINALGPASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

def ExpandCopies : Pass<"bnn-expand-copies", "::mlir::func::FuncOp"> {
  let summary = "Turn copies of strided buffers into loops over contiguous ones";
  let description = [{
    The LLVM lowering of `memref.copy` calls a runtime library unless both sides
    are contiguous. This pass emits loops over the outer dimensions around a
    copy of the longest contiguous part, which becomes a memcpy of known size.

    ```mlir
    memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[10, 1]>>
    ```

    becomes

    ```mlir
    scf.for %i = %c0 to %c4 step %c1 {
      %0 = memref.subview %x[%i, 0] [1, 8] [1, 1] : ...
      %1 = memref.subview %y[%i, 0] [1, 8] [1, 1] : ...
      memref.copy %0, %1 : memref<8xf32, strided<[1], offset: ?>> to ...
    }
    ```
  }];
  let statistics = [Statistic<"numExpanded", "num-expanded", "Copies turned into loops">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def PadInPlace : Pass<"bnn-pad-in-place", "::mlir::func::FuncOp"> {
  let summary = "Pad tensors by filling borders only, so that images are computed in place";
  let description = [{
    A `tensor.pad` of static amounts with one value becomes fills of the border
    and an insertion of the image into an empty tensor; followed by upstream's
    `eliminate-empty-tensors`, no copy of the image is left where the op that
    computes it can write to the padded buffer.

    ```mlir
    %p = tensor.pad %x low[1] high[0] { ... tensor.yield %zero } : tensor<4xf32> to tensor<5xf32>
    ```

    becomes

    ```mlir
    %0 = tensor.empty() : tensor<5xf32>
    %1 = linalg.fill ins(%zero : f32) outs(%empty : tensor<1xf32>) -> tensor<1xf32>
    %2 = tensor.insert_slice %1 into %0[0] [1] [1] : tensor<1xf32> into tensor<5xf32>
    %p = tensor.insert_slice %x into %2[1] [4] [1] : tensor<4xf32> into tensor<5xf32>
    ```
  }];
  let statistics = [Statistic<"numPads", "num-pads", "Pads taken apart">];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def PrepareLinalg : Pass<"bnn-prepare-linalg", "::mlir::func::FuncOp"> {
  let summary = "Bring linalg on tensors into the layouts and forms that vectorise";
  let description = [{
    Convolutions get filters with the output channel last, transpositions of
    constants are computed, named elementwise ops become `linalg.generic` for
    upstream's fusion, and a comparison with several elementwise readers is
    repeated for each, so that no array of i1 remains. A convolution of a few
    channels reads an image N×C×H×W as it is: no transposed copy is made.

    ```mlir
    %f = arith.constant dense<...> : tensor<64x3x3x1xf32>
    %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %f : ...) outs(%init : ...) -> tensor<1x26x26x64xf32>
    ```

    becomes

    ```mlir
    %f = arith.constant dense<...> : tensor<3x3x1x64xf32>
    %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %f : ...) outs(%init : ...) -> tensor<1x26x26x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def VectorizeLinalg : Pass<"bnn-vectorize-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower linalg on buffers to register-blocked vector loops";
  let description = [{
    Turns every linalg op on static buffers whose body has vector forms into
    loops over vectors. The lanes are the iterations of the loop along which
    outputs are contiguous (or, for a reduction of the innermost dimension, that
    loop); two to four vectors times several iterations of a second loop are
    accumulated in registers throughout the reduction. Remainders are separate
    code on shorter vectors. The elementwise op that initialises a reduction's
    output (a bias) and the one that reads its result (an activation) are
    computed in the same registers. Constants that a register block reads in
    pieces far apart are stored anew, in the order of the loops. Anything else is left for
    `convert-linalg-to-loops`, with a remark (missed).

    ```mlir
    linalg.matmul ins(%a, %b : memref<4x9xf32>, memref<9x8xf32>) outs(%c : memref<4x8xf32>)
    ```

    becomes, for vectors of 256 bits,

    ```mlir
    %0 = vector.load %c[...] : memref<32xf32>, vector<8xf32>  // and three more
    %4:4 = scf.for %k = %c0 to %c9 step %c1 iter_args(%acc0 = %0, ...) {
      %5 = memref.load %a[...] : memref<36xf32>
      %6 = vector.load %b[...] : memref<72xf32>, vector<8xf32>
      %7 = vector.broadcast %5 : f32 to vector<8xf32>
      %8 = arith.mulf %7, %6 : vector<8xf32>
      %9 = arith.addf %acc0, %8 : vector<8xf32>
      ...
    }
    vector.store %4#0, %c[...] : memref<32xf32>, vector<8xf32>
    ```

    On x86 with vectors of up to 256 bits, the products of two neighbouring vectors go
    through `bnn.compute_together`, for the order of instructions.

    Each element's reduction keeps the order of the loops, so results equal
    those of plain loops bit for bit, whatever the target; only reductions of
    the innermost dimension are reordered, alike on all targets. `fma` gives
    that up for up to twice the speed.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "0",
           "Bits of a vector register; 0: what the module's target has">,
    Option<"fma", "fma", "bool", "false",
           "Fuse multiplications and additions of reductions where the target can; rounds differently">
  ];
  let statistics = [
    Statistic<"numVectorized", "num-vectorized", "Ops lowered to vector loops">,
    Statistic<"numFused", "num-fused", "Elementwise ops computed in the registers of a reduction">,
    Statistic<"numScalar", "num-scalar", "Ops left for scalar loops">
  ];
  let dependentDialects = ["::bnn::BNNDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif // BNN_TARGET_LINALGPASSES_TD
