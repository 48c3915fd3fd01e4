// RUN: bnn-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --split-input-file | FileCheck %s

#geometry = #bnn.geometry<input = [1, 1, 2, 32], output = [1, 1, 2, 8], kernel = [1, 1],
  strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>
#channel = affine_map<(n, y, x, o) -> (o)>

// The kernel on memrefs keeps its attributes and its region, writes into the one
// buffer allocated for its init and needs no copy.

// CHECK-LABEL: func.func @contract(
// CHECK-SAME:    %[[X:.*]]: memref<1x1x2x4xi8>, %[[S:.*]]: memref<8xf32>
// CHECK:         %[[W:.*]] = memref.get_global
// CHECK:         %[[OUT:.*]] = memref.alloc() {{.*}} : memref<1x1x2x8xf32>
// CHECK-NOT:     memref.copy
// CHECK:         bnn.contract_kernel "popcount" ins(%[[X]], %[[W]] : memref<1x1x2x4xi8>, memref<8x4xi8>)
// CHECK-SAME:      params(%[[S]] : memref<8xf32>) outs(%[[OUT]] : memref<1x1x2x8xf32>)
// CHECK-SAME:      param_maps = [
// CHECK:         ^bb0(%[[ACC:.*]]: i32, %[[SCALE:.*]]: f32):
// CHECK:           arith.sitofp %[[ACC]]
// CHECK:           bnn.yield %{{.*}} : f32
// CHECK-NEXT:    }
// CHECK-NOT:     memref.copy
// CHECK:         return %[[OUT]]
func.func @contract(%x: tensor<1x1x2x4xi8>, %scale: tensor<8xf32>) -> tensor<1x1x2x8xf32> {
  %w = arith.constant dense<5> : tensor<8x4xi8>
  %init = tensor.empty() : tensor<1x1x2x8xf32>
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x1x2x4xi8>, tensor<8x4xi8>)
      params(%scale : tensor<8xf32>) outs(%init : tensor<1x1x2x8xf32>)
      attributes {geometry = #geometry, activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>,
                  activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [#channel], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %f = arith.sitofp %acc : i32 to f32
    %r = arith.mulf %f, %s : f32
    bnn.yield %r : f32
  } -> tensor<1x1x2x8xf32>
  return %y : tensor<1x1x2x8xf32>
}

// -----

#position = affine_map<(n, y, x, c) -> (n, y, x, c)>

// Two outputs of one pass; the second is packed.

// CHECK-LABEL: func.func @map(
// CHECK-SAME:    %[[X:.*]]: memref<1x2x2x8xf32>
// CHECK-DAG:     %[[F:.*]] = memref.alloc() {{.*}} : memref<1x2x2x8xf32>
// CHECK-DAG:     %[[B:.*]] = memref.alloc() {{.*}} : memref<1x2x2x4xi8>
// CHECK:         bnn.map_kernel params(%[[X]] : memref<1x2x2x8xf32>)
// CHECK-SAME:      outs(%[[F]], %[[B]] : memref<1x2x2x8xf32>, memref<1x2x2x4xi8>)
// CHECK:           bnn.yield %{{.*}}, %{{.*}} : f32, i1
// CHECK:         return %[[F]], %[[B]]
func.func @map(%x: tensor<1x2x2x8xf32>) -> (tensor<1x2x2x8xf32>, tensor<1x2x2x4xi8>) {
  %f = tensor.empty() : tensor<1x2x2x8xf32>
  %b = tensor.empty() : tensor<1x2x2x4xi8>
  %y:2 = bnn.map_kernel params(%x : tensor<1x2x2x8xf32>)
      outs(%f, %b : tensor<1x2x2x8xf32>, tensor<1x2x2x4xi8>)
      attributes {shape = array<i64: 1, 2, 2, 8>, param_maps = [#position], param_layouts = [unit],
                  output_layouts = [unit, #bnn.bit_packed<pad = [], border = 0>]} {
  ^bb0(%v: f32):
    %zero = arith.constant 0.0 : f32
    %sum = arith.addf %v, %v : f32
    %bit = arith.cmpf oge, %sum, %zero : f32
    bnn.yield %sum, %bit : f32, i1
  } -> tensor<1x2x2x8xf32>, tensor<1x2x2x4xi8>
  return %y#0, %y#1 : tensor<1x2x2x8xf32>, tensor<1x2x2x4xi8>
}

// -----

// An init that is dead afterwards is written in place.

// CHECK-LABEL: func.func @pool(
// CHECK-SAME:    %[[X:.*]]: memref<1x4x4x8xi8>, %[[OUT:.*]]: memref<1x2x2x8xi8>
// CHECK-NOT:     memref.alloc
// CHECK:         bnn.pool_kernel ins(%[[X]] : memref<1x4x4x8xi8>) outs(%[[OUT]] : memref<1x2x2x8xi8>)
// CHECK:         return %[[OUT]]
func.func @pool(%x: tensor<1x4x4x8xi8>, %out: tensor<1x2x2x8xi8>) -> tensor<1x2x2x8xi8> {
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%out : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>,
       kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
       pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<8>,
       input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return %y : tensor<1x2x2x8xi8>
}

// -----

#position = affine_map<(n, y, x, c) -> (n, y, x, c)>

// An input that is read where the output is written becomes it: here both are the same tensor.

// CHECK-LABEL: func.func @input_becomes_init(
// CHECK-SAME:    %[[X:.*]]: memref<1x1x1x4xi32>
// CHECK-NOT:     memref.alloc
// CHECK:         bnn.map_kernel params(%[[X]] : {{.*}}) outs(%[[X]] : {{.*}})
func.func @input_becomes_init(%x: tensor<1x1x1x4xi32>) -> tensor<1x1x1x4xi32> {
  %y = bnn.map_kernel params(%x : tensor<1x1x1x4xi32>) outs(%x : tensor<1x1x1x4xi32>)
      attributes {shape = array<i64: 1, 1, 1, 4>, param_maps = [#position], param_layouts = [unit],
                  output_layouts = [unit]} {
  ^bb0(%v: i32):
    bnn.yield %v : i32
  } -> tensor<1x1x1x4xi32>
  return %y : tensor<1x1x1x4xi32>
}

// -----

#first = affine_map<(n, y, x, c) -> (n, y, x, 0)>

// One that is read elsewhere is not overwritten.

// CHECK-LABEL: func.func @input_is_init(
// CHECK-SAME:    %[[X:.*]]: memref<1x1x1x4xi32>
// CHECK:         %[[OUT:.*]] = memref.alloc()
// CHECK-NOT:     memref.copy
// CHECK:         bnn.map_kernel params(%[[X]] : {{.*}}) outs(%[[OUT]] : {{.*}})
func.func @input_is_init(%x: tensor<1x1x1x4xi32>) -> tensor<1x1x1x4xi32> {
  %y = bnn.map_kernel params(%x : tensor<1x1x1x4xi32>) outs(%x : tensor<1x1x1x4xi32>)
      attributes {shape = array<i64: 1, 1, 1, 4>, param_maps = [#first], param_layouts = [unit],
                  output_layouts = [unit]} {
  ^bb0(%v: i32):
    bnn.yield %v : i32
  } -> tensor<1x1x1x4xi32>
  return %y : tensor<1x1x1x4xi32>
}
