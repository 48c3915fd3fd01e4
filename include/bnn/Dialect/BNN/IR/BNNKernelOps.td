//===- BNNKernelOps.td - Kernels on storage --------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the fast path runs: loops over an output image whose tiles a strategy
// computes and whose epilogue, a scalar region, is applied in registers. All
// operands are plain tensors or memrefs, so upstream bufferization serves them.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DIALECT_BNN_IR_BNNKERNELOPS_TD
#define BNN_DIALECT_BNN_IR_BNNKERNELOPS_TD

include "mlir/Interfaces/DestinationStyleOpInterface.td"

def BNN_StorageType : AnyTypeOf<[
  BNN_StaticTensorOf<[I8, I16, I32, I64, F32], "tensor">,
  ConfinedType<MemRefOf<[I8, I16, I32, I64, F32]>, [BNN_SupportedShapePred], "memref">],
  !strconcat("tensor or memref of i8, i16, i32, i64 or f32 ", BNN_SupportedShapeText), "::mlir::ShapedType">;

def BNN_GeometryAttr : AttrDef<BNN_Dialect, "Geometry"> {
  let mnemonic = "geometry";
  let summary = "Shape of a contraction as a convolution";
  let description = [{
    `input` is [N, H, W, C], `output` [N, OH, OW, O], `kernel` [KH, KW]; the rest
    as in `bnn.conv2d`. A matrix product of M rows is an image of one line and M
    columns. With `batched_weights`, each line of each image has weights of its own.

    - (C1) `input` and `output` have four entries, 1 to 2^31 - 1 elements, and the
      same N.
    - (C2) `kernel`, `strides` and `dilations` have two entries of 1 to 2^31 - 1.
    - (C3) `pad` has four entries that are not negative, and the padded image at
      most 2^31 - 1 elements; `pad_value` is -1, 0 or 1.
    - (C4) `groups` divides C and O.
    - (C5) OH and OW are what the other numbers give.
  }];
  let genVerifyDecl = 1;
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$input, ArrayRefParameter<"int64_t">:$output,
    ArrayRefParameter<"int64_t">:$kernel, ArrayRefParameter<"int64_t">:$strides,
    ArrayRefParameter<"int64_t">:$dilations, ArrayRefParameter<"int64_t">:$pad,
    "int64_t":$padValue, "int64_t":$groups, "bool":$batchedWeights);
  let assemblyFormat = [{
    `<` `input` `=` custom<IntList>($input) `,` `output` `=` custom<IntList>($output) `,`
    `kernel` `=` custom<IntList>($kernel) `,` `strides` `=` custom<IntList>($strides) `,`
    `dilations` `=` custom<IntList>($dilations) `,` `pad` `=` custom<IntList>($pad) `,`
    `pad_value` `=` $padValue `,` `groups` `=` $groups `,`
    `batched_weights` `=` $batchedWeights `>`
  }];
}

def BNN_YieldOp : BNN_Op<"yield", [
    Pure, Terminator, ParentOneOf<["ContractKernelOp", "MapKernelOp"]>]> {
  let summary = "Ends the epilogue of a kernel";
  let description = [{
    One scalar for each output of the kernel: the element itself for a plain
    output, i1 for a bit-packed one, i8 for one of byte codes.

    Example: see `bnn.map_kernel`.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let builders = [OpBuilder<(ins), [{ /* nothing to yield */ }]>];
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

class BNN_KernelOp<string mnemonic, list<Trait> traits = []>
    : BNN_Op<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<DestinationStyleOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
}

// The epilogue is verified once its own ops are known to be sound.
class BNN_EpilogueKernelOp<string mnemonic>
    : BNN_KernelOp<mnemonic, [AttrSizedOperandSegments, SingleBlockImplicitTerminator<"YieldOp">]> {
  let hasRegionVerifier = 1;
}

def BNN_ContractKernelOp : BNN_EpilogueKernelOp<"contract_kernel"> {
  let summary = "A contraction with its epilogue, in one pass over the output";
  let description = [{
    Computes the accumulators of `geometry` from packed activations and weights
    the way `strategy` does, adds the entry of the `border` table (as in
    `bnn.border_correct`, with `border_extent`), and applies the region to each.
    The region's arguments are the accumulator (i32, or i16 where a strategy
    takes it so) and one scalar for each parameter, read through its map from the output position (n, y, x, o); it
    yields one scalar for each output.

    - (C1) `strategy` is not empty.
    - (C2) There is one map for each parameter, from four dimensions to the
      parameter's rank, and it stays inside the parameter.
    - (C3) There is one output layout for each init: a storage layout, or unit
      for a plain array; the init has as many elements as N×OH×OW×O take in that
      layout, in any shape.
    - (C4) The region's arguments are the accumulator and the parameters' elements;
      the accumulator is i32, or i16 if there is no `border`.
    - (C5) The region yields one scalar for each init: i1 for bit-packed, i8 for
      byte codes, the element type for plain outputs.
    - (C6) `activation_type` and `weight_type` are code types, `activation_layout`
      is a storage layout, and `activations` has as many elements as `input` of
      the geometry takes in it.
    - (C7) `border_extent` has four entries where there is a `border`, which is an
      i32 table as in `bnn.border_correct`, and none otherwise.

    Example:

    ```mlir
    %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x1x2x4xi8>, tensor<8x4xi8>)
        params(%s : tensor<8xf32>) outs(%init : tensor<1x1x2x8xf32>)
        attributes {
          geometry = #bnn.geometry<input = [1, 1, 2, 32], output = [1, 1, 2, 8], kernel = [1, 1],
            strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1,
            batched_weights = false>,
          activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>,
          activation_layout = #bnn.bit_packed<pad = [], border = 0>,
          param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
    ^bb0(%acc: i32, %scale: f32):
      %f = arith.sitofp %acc : i32 to f32
      %r = arith.mulf %f, %scale : f32
      bnn.yield %r : f32
    } -> tensor<1x1x2x8xf32>
    ```
  }];
  let arguments = (ins
    BNN_StorageType:$activations, BNN_StorageType:$weights, Optional<BNN_StorageType>:$border,
    Variadic<BNN_StorageType>:$params, Variadic<BNN_StorageType>:$inits,
    StrAttr:$strategy, BNN_GeometryAttr:$geometry,
    TypeAttr:$activation_type, TypeAttr:$weight_type,
    AnyAttr:$activation_layout,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$border_extent,
    AffineMapArrayAttr:$param_maps, ArrayAttr:$output_layouts);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    $strategy `ins` `(` $activations `,` $weights `:` type($activations) `,` type($weights) `)`
    (`border` `(` $border^ `:` type($border) `)`)?
    (`params` `(` $params^ `:` type($params) `)`)?
    `outs` `(` $inits `:` type($inits) `)` attr-dict-with-keyword $epilogue
    (`->` type($results)^)?
  }];
}

def BNN_MapKernelOp : BNN_EpilogueKernelOp<"map_kernel"> {
  let summary = "An elementwise pass between plain arrays and packed codes";
  let description = [{
    Applies the region to each position of an N×H×W×C image: its arguments are
    one scalar for each parameter (i1 from a bit-packed one), its yields the
    outputs, as in `bnn.contract_kernel`.

    - (C1) `shape` has four entries and 1 to 2^31 - 1 elements.
    - (C2) There is one layout and one map for each parameter, from four
      dimensions to the parameter's rank; the map stays inside the parameter.
    - (C3) There is one output layout for each init, which has as many elements
      as `shape` takes in it.
    - (C4) The region's arguments match the parameters: i1 for bit-packed, i8 for
      byte codes, the element type for plain ones.
    - (C5) The region yields one scalar for each init, as in
      `bnn.contract_kernel`.

    Example:

    ```mlir
    %b = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x8xi8>)
        attributes {
          shape = array<i64: 1, 2, 2, 40>,
          param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit],
          output_layouts = [#bnn.bit_packed<pad = [], border = 0>]} {
    ^bb0(%v: f32):
      %zero = arith.constant 0.0 : f32
      %bit = arith.cmpf oge, %v, %zero : f32
      bnn.yield %bit : i1
    } -> tensor<1x2x2x8xi8>
    ```
  }];
  let arguments = (ins
    Variadic<BNN_StorageType>:$params, Variadic<BNN_StorageType>:$inits,
    DenseI64ArrayAttr:$shape, AffineMapArrayAttr:$param_maps,
    ArrayAttr:$param_layouts, ArrayAttr:$output_layouts);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    (`params` `(` $params^ `:` type($params) `)`)?
    `outs` `(` $inits `:` type($inits) `)` attr-dict-with-keyword $epilogue
    (`->` type($results)^)?
  }];
}

def BNN_PoolKernelOp : BNN_KernelOp<"pool_kernel"> {
  let summary = "Max pooling of packed codes";
  let description = [{
    `bnn.max_pool2d` on storage: a bitwise or of bit-packed codes, a maximum of
    byte codes.

    - (C1) `input_shape` and `output_shape` are [N, H, W, C] and [N, OH, OW, C], of
      1 to 2^31 - 1 elements, and there is one init.
    - (C2) Both layouts are storage layouts of the same kind; bit-packed codes are
      of type `!bnn.bipolar<1>` or `!bnn.unsigned<1>`, whose larger code is 1.
    - (C3) `kernel`, `strides`, `dilations` and `pad` are as in `bnn.max_pool2d`
      and give OH and OW.
    - (C4) `code_type` is a code type.
    - (C5) Input and init have as many elements as their shapes take in their
      layouts.

    Example:

    ```mlir
    %p = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
        {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>,
         kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
         pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>,
         input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
    ```
  }];
  let arguments = (ins
    BNN_StorageType:$input, Variadic<BNN_StorageType>:$inits,
    DenseI64ArrayAttr:$input_shape, DenseI64ArrayAttr:$output_shape,
    DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$pad, TypeAttr:$code_type, AnyAttr:$input_layout, AnyAttr:$output_layout);
  let assemblyFormat = [{
    `ins` `(` $input `:` type($input) `)` `outs` `(` $inits `:` type($inits) `)` attr-dict
    (`->` type($results)^)?
  }];
}

#endif // BNN_DIALECT_BNN_IR_BNNKERNELOPS_TD
