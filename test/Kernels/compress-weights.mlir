// RUN: bnn-opt %s -split-input-file -bnn-compress-weights | FileCheck %s

#g = #bnn.geometry<input = [1, 1, 2, 2], output = [1, 1, 2, 9], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>

// 18 bytes that use bits 0 and 2: two planes of a word each. Byte 0 has bit 2, byte 1 bit 0, the last one both.
// CHECK-LABEL: func @two_bits
// CHECK-DAG: %[[LOW:.*]] = arith.constant dense<{{\[\[\[\[}}2, 0, 2, 0]]]]> : tensor<1x1x1x4xi8>
// CHECK-DAG: %[[HIGH:.*]] = arith.constant dense<{{\[\[\[\[}}1, 0, 2, 0]]]]> : tensor<1x1x1x4xi8>
// CHECK: %[[W:.*]] = bnn.map_kernel params(%[[LOW]], %[[HIGH]] : tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>) outs(%{{.*}} : tensor<1x2x9xi8>)
// CHECK-SAME: output_layouts = [#bnn.byte_codes]
// CHECK-SAME: shape = array<i64: 1, 1, 1, 18>
// CHECK: ^bb0(%[[A:.*]]: i1, %[[B:.*]]: i1):
// CHECK: arith.extui %[[A]] : i1 to i8
// CHECK: arith.extui %[[B]] : i1 to i8
// CHECK: arith.shli
// CHECK: arith.ori
// CHECK: bnn.contract_kernel "integer" ins(%{{.*}}, %[[W]] :
func.func @two_bits(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x2x9xi32> {
  %w = arith.constant dense<[[[4, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 5]]]> : tensor<1x2x9xi8>
  %e = tensor.empty() : tensor<1x1x2x9xi32>
  %y = bnn.contract_kernel "integer" ins(%x, %w : tensor<1x1x2x2xi8>, tensor<1x2x9xi8>) outs(%e : tensor<1x1x2x9xi32>)
      attributes {geometry = #g, activation_type = !bnn.unsigned<3>, weight_type = !bnn.unsigned<3>,
        activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  } -> tensor<1x1x2x9xi32>
  return %y : tensor<1x1x2x9xi32>
}

// -----

#g = #bnn.geometry<input = [1, 1, 2, 2], output = [1, 1, 2, 9], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>

// All bits in use: nothing to win. The same for zeros, and for weights that are computed.
// CHECK-LABEL: func @eight_bits
// CHECK-NOT: bnn.map_kernel
// CHECK: return
func.func @eight_bits(%x: tensor<1x1x2x2xi8>, %v: tensor<1x2x9xi8>) -> tensor<1x1x2x9xi32> {
  %w = arith.constant dense<[[[-128, 127, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 5]]]> : tensor<1x2x9xi8>
  %z = arith.constant dense<0> : tensor<1x2x9xi8>
  %e = tensor.empty() : tensor<1x1x2x9xi32>
  %y = bnn.contract_kernel "integer" ins(%x, %w : tensor<1x1x2x2xi8>, tensor<1x2x9xi8>) outs(%e : tensor<1x1x2x9xi32>)
      attributes {geometry = #g, activation_type = !bnn.signed<8>, weight_type = !bnn.signed<8>,
        activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  } -> tensor<1x1x2x9xi32>
  %y2 = bnn.contract_kernel "integer" ins(%x, %z : tensor<1x1x2x2xi8>, tensor<1x2x9xi8>) outs(%y : tensor<1x1x2x9xi32>)
      attributes {geometry = #g, activation_type = !bnn.signed<8>, weight_type = !bnn.signed<8>,
        activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  } -> tensor<1x1x2x9xi32>
  %y3 = bnn.contract_kernel "integer" ins(%x, %v : tensor<1x1x2x2xi8>, tensor<1x2x9xi8>) outs(%y2 : tensor<1x1x2x9xi32>)
      attributes {geometry = #g, activation_type = !bnn.signed<8>, weight_type = !bnn.signed<8>,
        activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  } -> tensor<1x1x2x9xi32>
  return %y3 : tensor<1x1x2x9xi32>
}

// -----

#g = #bnn.geometry<input = [1, 1, 2, 2], output = [1, 1, 2, 9], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>

// From -2 to 1: bits 1 to 7 of a byte are its sign, which is stored once. Byte 0 is -2, byte 1 is 1, byte 2 is -1.
// CHECK-LABEL: func @two_signed_bits
// CHECK-DAG: %[[LOW:.*]] = arith.constant dense<{{\[\[\[\[}}6, 0, 0, 0]]]]> : tensor<1x1x1x4xi8>
// CHECK-DAG: %[[SIGN:.*]] = arith.constant dense<{{\[\[\[\[}}5, 0, 0, 0]]]]> : tensor<1x1x1x4xi8>
// CHECK: bnn.map_kernel params(%[[LOW]], %[[SIGN]] :
// CHECK: ^bb0(%[[A:.*]]: i1, %[[B:.*]]: i1):
// CHECK: arith.extui %[[A]] : i1 to i8
// CHECK: arith.extsi %[[B]] : i1 to i8
func.func @two_signed_bits(%x: tensor<1x1x2x2xi8>) -> tensor<1x1x2x9xi32> {
  %w = arith.constant dense<[[[-2, 1, -1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]]]> : tensor<1x2x9xi8>
  %e = tensor.empty() : tensor<1x1x2x9xi32>
  %y = bnn.contract_kernel "integer" ins(%x, %w : tensor<1x1x2x2xi8>, tensor<1x2x9xi8>) outs(%e : tensor<1x1x2x9xi32>)
      attributes {geometry = #g, activation_type = !bnn.unsigned<3>, weight_type = !bnn.signed<2>,
        activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  } -> tensor<1x1x2x9xi32>
  return %y : tensor<1x1x2x9xi32>
}
