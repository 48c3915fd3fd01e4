//===- Passes.td - Conversions from the bnn dialect ------------------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_CONVERSION_PASSES_TD
#define BNN_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

// Keep in alphabetical order.

def ConvertBNNToLinalg : Pass<"convert-bnn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "The value ops of the dialect as plain loops over values";
  let description = [{
    Turns every value op into `linalg.generic`, `tensor`, `arith` and `math` ops,
    and every tensor of codes, in function signatures too, into a tensor of i32
    that holds the codes' values, one element each. The loops follow the formulas
    in the ops' descriptions as closely as they can: this is what the fast path
    is compared with. `bnn.pack` and `bnn.unpack` disappear.

    The conversion is partial. Kernel ops and ops of other dialects that are not
    about codes stay, `builtin.unrealized_conversion_cast` marks the places where
    another op still uses a tensor of codes, and reshapes and slices of the
    `tensor` dialect change their types.

    ```mlir
    %q = bnn.pack %x : tensor<5x64x!bnn.bipolar<1>> -> tensor<5x64x!bnn.bipolar<1>, #layout>
    %acc = bnn.matmul %q, %w {transpose_rhs}
        : tensor<5x64x!bnn.bipolar<1>, #layout>, tensor<10x64x!bnn.bipolar<1>> -> tensor<5x10xi32>
    ```

    becomes

    ```mlir
    %zero = linalg.fill ins(%c0 : i32) outs(%empty : tensor<5x10xi32>) -> tensor<5x10xi32>
    %acc = linalg.generic {
        indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                         affine_map<(m, n, k) -> (m, n)>],
        iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%x, %w : tensor<5x64xi32>, tensor<10x64xi32>) outs(%zero : tensor<5x10xi32>) {
    ^bb0(%a: i32, %b: i32, %sum: i32):
      %product = arith.muli %a, %b : i32
      %next = arith.addi %sum, %product : i32
      linalg.yield %next : i32
    } -> tensor<5x10xi32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numConverted", "num-converted", "Ops turned into loops">];
}

def ConvertBNNToVector : Pass<"convert-bnn-to-vector", "::mlir::ModuleOp"> {
  let summary = "Kernels on memrefs as loops on vectors";
  let description = [{
    Emits each `bnn.contract_kernel` the way its strategy does, and
    `bnn.map_kernel` and `bnn.pool_kernel` as loops over pixels with vectors of
    channels. The kernels must be bufferized.

    ```mlir
    bnn.map_kernel params(%x : memref<1x4x4x32xf32>) outs(%bits : memref<1x4x4x4xi8>) … {
    ^bb0(%v: f32):
      %bit = arith.cmpf oge, %v, %zero : f32
      bnn.yield %bit : i1
    }
    ```

    becomes

    ```mlir
    scf.for %y = … { scf.for %x = … {
      %v = vector.load %x[%c0, %y, %x, %c0] : memref<1x4x4x32xf32>, vector<32xf32>
      %bit = arith.cmpf oge, %v, %zeros : vector<32xf32>
      %bytes = vector.bitcast %bit : vector<32xi1> to vector<4xi8>
      vector.store %bytes, %bits[%c0, %y, %x, %c0] : memref<1x4x4x4xi8>, vector<4xi8>
    } }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif // BNN_CONVERSION_PASSES_TD
