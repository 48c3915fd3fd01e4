//===- BNNDialect.td - The bnn dialect -------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNDIALECT_TD
#define BNN_DIALECT_BNN_IR_BNNDIALECT_TD

include "mlir/IR/OpBase.td"

def BNN_Dialect : Dialect {
  let name = "bnn";
  let cppNamespace = "::bnn";
  let summary = "Binary and low-bit neural networks";
  let description = [{
    The dialect of quantized inference. The element type of a tensor says which
    integer a stored code stands for, scales are separate ops, and every
    contraction (`bnn.conv2d`, `bnn.matmul`) is exact integer arithmetic with an
    i32 result. Float work around the quantized layers is upstream TOSA.

    Tensors have static shapes without a zero and at most 2^31 - 1 elements.
    Images are NHWC, filters OHWI.

    The ops fall into four groups: between float values and codes (`quantize`,
    `dequantize`, `binarize`, `ternarize`), on codes and accumulators
    (`conv2d`, `matmul`, `scale`, `threshold`, `requantize`, `max_pool2d`,
    `softmax`, `plane`, `border_correct`), kernels on storage tensors
    (`contract_kernel`, `map_kernel`, `pool_kernel`), which the fast path forms
    and lowers to the vector dialect, and operations on vectors that targets have
    instructions for (`table_lookup`, `rounding_average`), of which the fastest
    kernels are made.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();

  public:
    /// Unit attribute of the functions that become C functions.
    static ::llvm::StringRef getEntryAttrName() { return "bnn.entry"; }
    static bool isEntry(::mlir::Operation *function) { return function->hasAttr(getEntryAttrName()); }
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

class BNN_Op<string mnemonic, list<Trait> traits = []>
    : Op<BNN_Dialect, mnemonic, traits>;

#endif // BNN_DIALECT_BNN_IR_BNNDIALECT_TD
