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
  BNN_StaticTensorOf<[I8, I16, I32, F32, I1], "tensor">,
  ConfinedType<MemRefOf<[I8, I16, I32, F32, I1]>, [HasStaticShapePred], "memref">],
  "statically shaped tensor or memref of i1, i8, i16, i32 or f32", "::mlir::ShapedType">;

def BNN_GeometryAttr : AttrDef<BNN_Dialect, "Geometry"> {
  let mnemonic = "geometry";
  let summary = "Shape of a contraction as a convolution";
  let description = [{
    `input` is [N, H, W, C], `output` [N, OH, OW, O], `kernel` [KH, KW]; the rest
    as in `bnn.conv2d`. A matrix product of M rows is an image of one line and M
    columns. With `batched_weights`, image n has weights of its own.
  }];
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

def BNN_YieldOp : BNN_Op<"yield", [Pure, Terminator]> {
  let summary = "Ends the epilogue of a kernel";
  let description = [{
    One scalar for each output of the kernel: the element itself for a plain
    output, i1 for a bit-packed one, i8 for one of byte codes.
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

def BNN_ContractKernelOp : BNN_KernelOp<"contract_kernel", [
    AttrSizedOperandSegments, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "A contraction with its epilogue, in one pass over the output";
  let description = [{
    Computes the accumulators of `geometry` from packed activations and weights
    the way `strategy` does, adds the entry of the `border` table (as in
    `bnn.border_correct`, with `border_extent`), and applies the region to each.
    The region's arguments are the accumulator (i32) and one scalar for each
    parameter, read through its map from the output position (n, y, x, o); it
    yields one scalar for each output.

    - (C1) The strategy is registered.
    - (C2) There is one map for each parameter, from four dimensions to the
      parameter's rank.
    - (C3) There is one output layout for each init: a storage layout, or unit
      for a plain N×OH×OW×O array (of any rank with as many elements).
    - (C4) The region's arguments are i32 and the parameters' elements.
    - (C5) The region yields one scalar for each init: i1 for bit-packed, i8 for
      byte codes, the element type for plain outputs.
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

def BNN_MapKernelOp : BNN_KernelOp<"map_kernel", [
    AttrSizedOperandSegments, SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "An elementwise pass between plain arrays and packed codes";
  let description = [{
    Applies the region to each position of an N×H×W×C image: its arguments are
    one scalar for each parameter (i1 from a bit-packed one), its yields the
    outputs, as in `bnn.contract_kernel`.

    - (C1) `shape` has four positive entries.
    - (C2) There is one map and one layout for each parameter.
    - (C3) There is one output layout for each init.
    - (C4) The region's arguments match the parameters.
    - (C5) The region yields one scalar for each init.
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

    - (C1) `input_shape` and `output_shape` are [N, H, W, C] and [N, OH, OW, C].
    - (C2) Both layouts are of the same kind.
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
