// RUN: bnn-opt %s --bnn-quantize-constants | FileCheck %s

// CHECK-LABEL: func @binarize_modes
// -1, -0, +0, 1, NaN, -NaN
// CHECK-DAG: bnn.constant dense<[0, 1, 1, 1, 0, 0]> : tensor<6xi8> as tensor<6x!bnn.bipolar<1>>
// CHECK-DAG: bnn.constant dense<[0, 0, 0, 1, 0, 0]> : tensor<6xi8> as tensor<6x!bnn.unsigned<1>>
// CHECK-DAG: bnn.constant dense<[0, 0, 1, 1, 1, 0]> : tensor<6xi8> as tensor<6x!bnn.bipolar<1>>
// CHECK-DAG: bnn.constant dense<[-1, 0, 0, 1, 0, 0]> : tensor<6xi8> as tensor<6x!bnn.ternary>
// CHECK-NOT: bnn.binarize
func.func @binarize_modes() -> (tensor<6x!bnn.bipolar<1>>, tensor<6x!bnn.unsigned<1>>, tensor<6x!bnn.bipolar<1>>,
                                tensor<6x!bnn.ternary>) {
  %x = arith.constant dense<[-1.0, -0.0, 0.0, 1.0, 0x7FC00000, 0xFFC00000]> : tensor<6xf32>
  %0 = bnn.binarize %x {zero = #bnn.zero_mode<plus>} : tensor<6xf32> -> tensor<6x!bnn.bipolar<1>>
  %1 = bnn.binarize %x {zero = #bnn.zero_mode<minus>} : tensor<6xf32> -> tensor<6x!bnn.unsigned<1>>
  %2 = bnn.binarize %x {zero = #bnn.zero_mode<signbit>} : tensor<6xf32> -> tensor<6x!bnn.bipolar<1>>
  %3 = bnn.binarize %x {zero = #bnn.zero_mode<ternary>} : tensor<6xf32> -> tensor<6x!bnn.ternary>
  return %0, %1, %2, %3 : tensor<6x!bnn.bipolar<1>>, tensor<6x!bnn.unsigned<1>>, tensor<6x!bnn.bipolar<1>>,
      tensor<6x!bnn.ternary>
}

// CHECK-LABEL: func @binarize_threshold_per_channel
// CHECK: bnn.constant dense<{{\[\[}}1, 0], [1, 1]]> : tensor<2x2xi8> as tensor<2x2x!bnn.bipolar<1>>
func.func @binarize_threshold_per_channel() -> tensor<2x2x!bnn.bipolar<1>> {
  %x = arith.constant dense<[[0.5, 0.5], [1.0, 1.0]]> : tensor<2x2xf32>
  %t = arith.constant dense<[0.5, 0.75]> : tensor<2xf32>
  %0 = bnn.binarize %x threshold %t : tensor<2xf32> : tensor<2x2xf32> -> tensor<2x2x!bnn.bipolar<1>>
  return %0 : tensor<2x2x!bnn.bipolar<1>>
}

// The threshold equals the input: x - t is +0, whose sign bit is clear.
// CHECK-LABEL: func @signbit_threshold
// CHECK: bnn.constant dense<1> : tensor<1xi8>
func.func @signbit_threshold() -> tensor<1x!bnn.bipolar<1>> {
  %x = arith.constant dense<-2.0> : tensor<1xf32>
  %0 = bnn.binarize %x threshold %x : tensor<1xf32> {zero = #bnn.zero_mode<signbit>} : tensor<1xf32> -> tensor<1x!bnn.bipolar<1>>
  return %0 : tensor<1x!bnn.bipolar<1>>
}

// -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, and the largest float below one half, whose sum with 0.5 rounds to 1.
// CHECK-LABEL: func @roundings
// CHECK-DAG: %[[EVEN:.*]] = bnn.constant dense<[-2, -2, 0, 0, 2, 2, 0]>
// CHECK-DAG: %[[AWAY:.*]] = bnn.constant dense<[-3, -2, -1, 1, 2, 3, 0]>
// CHECK-DAG: %[[ZERO:.*]] = bnn.constant dense<[-2, -1, 0, 0, 1, 2, 0]>
// CHECK-DAG: %[[UP:.*]] = bnn.constant dense<[-2, -1, 0, 1, 2, 3, 0]>
// CHECK-DAG: %[[FLOOR:.*]] = bnn.constant dense<[-3, -2, -1, 0, 1, 2, 0]>
// CHECK-DAG: %[[CEIL:.*]] = bnn.constant dense<[-2, -1, 0, 1, 2, 3, 1]>
// CHECK-DAG: %[[TRUNC:.*]] = bnn.constant dense<[-2, -1, 0, 0, 1, 2, 0]>
// CHECK-DAG: %[[OUT:.*]] = bnn.constant dense<[-3, -2, -1, 1, 2, 3, 1]>
// CHECK: call @use8(%[[EVEN]], %[[AWAY]], %[[ZERO]], %[[UP]], %[[FLOOR]], %[[CEIL]], %[[TRUNC]], %[[OUT]])
func.func private @use8(tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>,
                        tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>,
                        tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>)
func.func @roundings() {
  %x = arith.constant dense<[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0x3EFFFFFF]> : tensor<7xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %0 = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_even>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %1 = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_away>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %2 = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_to_zero>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %3 = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_up>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %4 = bnn.quantize %x scale %s {rounding = #bnn.rounding<floor>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %5 = bnn.quantize %x scale %s {rounding = #bnn.rounding<ceil>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %6 = bnn.quantize %x scale %s {rounding = #bnn.rounding<to_zero>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  %7 = bnn.quantize %x scale %s {rounding = #bnn.rounding<away_from_zero>} : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.signed<4>>
  call @use8(%0, %1, %2, %3, %4, %5, %6, %7) : (tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>,
      tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>,
      tensor<7x!bnn.signed<4>>, tensor<7x!bnn.signed<4>>) -> ()
  return
}

// ONNX rounds, then adds the zero point; QONNX adds first. They differ at ties when it is odd.
// CHECK-LABEL: func @zero_point_order
// CHECK: bnn.constant dense<1>
// CHECK: bnn.constant dense<2>
func.func @zero_point_order() -> (tensor<1x!bnn.unsigned<4>>, tensor<1x!bnn.unsigned<4>>) {
  %x = arith.constant dense<0.5> : tensor<1xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %0 = bnn.quantize %x scale %s {zero_points = array<i64: 1>} : tensor<1xf32>, tensor<1xf32> -> tensor<1x!bnn.unsigned<4>>
  %1 = bnn.quantize %x scale %s {zero_points = array<i64: 1>, shift_before_round} : tensor<1xf32>, tensor<1xf32> -> tensor<1x!bnn.unsigned<4>>
  return %0, %1 : tensor<1x!bnn.unsigned<4>>, tensor<1x!bnn.unsigned<4>>
}

// Clamps, NaN (the smallest value), infinities, and the two ways of being narrow.
// CHECK-LABEL: func @clamp
// CHECK: bnn.constant dense<[-8, 7, -8, -8, 7]>
// CHECK: bnn.constant dense<[-7, 7, -7, -7, 7]>
// CHECK: bnn.constant dense<[0, 14, 0, 0, 14]>
// CHECK: bnn.constant dense<[0, -1, 0, 0, -1]> : tensor<5xi8> as tensor<5x!bnn.unsigned<8>>
func.func @clamp() -> (tensor<5x!bnn.signed<4>>, tensor<5x!bnn.signed<4>>, tensor<5x!bnn.unsigned<4>>, tensor<5x!bnn.unsigned<8>>) {
  %x = arith.constant dense<[-1.0e6, 1.0e6, 0x7FC00000, 0xFF800000, 0x7F800000]> : tensor<5xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %0 = bnn.quantize %x scale %s : tensor<5xf32>, tensor<1xf32> -> tensor<5x!bnn.signed<4>>
  %1 = bnn.quantize %x scale %s {narrow} : tensor<5xf32>, tensor<1xf32> -> tensor<5x!bnn.signed<4>>
  %2 = bnn.quantize %x scale %s {narrow} : tensor<5xf32>, tensor<1xf32> -> tensor<5x!bnn.unsigned<4>>
  %3 = bnn.quantize %x scale %s : tensor<5xf32>, tensor<1xf32> -> tensor<5x!bnn.unsigned<8>>
  return %0, %1, %2, %3 : tensor<5x!bnn.signed<4>>, tensor<5x!bnn.signed<4>>, tensor<5x!bnn.unsigned<4>>, tensor<5x!bnn.unsigned<8>>
}

// Values -3, -1, 1, 3 have codes 0 to 3.
// CHECK-LABEL: func @bipolar2
// CHECK: bnn.constant dense<[0, 0, 1, 2, 3, 3, 0]>
func.func @bipolar2() -> tensor<7x!bnn.bipolar<2>> {
  %x = arith.constant dense<[-9.0, -3.0, -1.0, 1.0, 3.0, 9.0, 0x7FC00000]> : tensor<7xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %0 = bnn.quantize %x scale %s : tensor<7xf32>, tensor<1xf32> -> tensor<7x!bnn.bipolar<2>>
  return %0 : tensor<7x!bnn.bipolar<2>>
}

// Scales and zero points of the first dimension.
// CHECK-LABEL: func @per_axis
// CHECK: bnn.constant dense<{{\[\[}}2, 4], [2, 3]]>
func.func @per_axis() -> tensor<2x2x!bnn.unsigned<4>> {
  %x = arith.constant dense<[[1.0, 2.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %s = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %0 = bnn.quantize %x scale %s {axis = 0 : i64, zero_points = array<i64: 0, 1>} : tensor<2x2xf32>, tensor<2xf32> -> tensor<2x2x!bnn.unsigned<4>>
  return %0 : tensor<2x2x!bnn.unsigned<4>>
}

// CHECK-LABEL: func @ternarize
// CHECK: bnn.constant dense<[-1, 0, 0, 1, 0]>
func.func @ternarize() -> tensor<5x!bnn.ternary> {
  %x = arith.constant dense<[-0.6, -0.5, 0.5, 0.6, 0x7FC00000]> : tensor<5xf32>
  %d = arith.constant dense<0.5> : tensor<1xf32>
  %0 = bnn.ternarize %x dead_zone %d : tensor<5xf32>, tensor<1xf32> -> tensor<5x!bnn.ternary>
  return %0 : tensor<5x!bnn.ternary>
}

// CHECK-LABEL: func @behind_moves
// CHECK-NEXT: bnn.constant dense<{{\[\[\[}}1, 0], [0, 1], [0, 0]]]> : tensor<1x3x2xi8>
// CHECK-NEXT: return
func.func @behind_moves() -> tensor<1x3x2x!bnn.bipolar<1>> {
  %x = "tosa.const"() <{values = dense<[[1.0, -1.0, -1.0], [-1.0, 1.0, -1.0]]> : tensor<2x3xf32>}> : () -> tensor<2x3xf32>
  %s = tosa.const_shape {values = dense<[1, 3, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %t = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %r = tosa.reshape %t, %s : (tensor<3x2xf32>, !tosa.shape<3>) -> tensor<1x3x2xf32>
  %0 = bnn.binarize %r : tensor<1x3x2xf32> -> tensor<1x3x2x!bnn.bipolar<1>>
  return %0 : tensor<1x3x2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @resource
// CHECK: bnn.constant dense<[0, 1]>
func.func @resource() -> tensor<2x!bnn.bipolar<1>> {
  %x = "tosa.const"() <{values = dense_resource<weights> : tensor<2xf32>}> : () -> tensor<2xf32>
  %0 = bnn.binarize %x : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  return %0 : tensor<2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @not_constant
// CHECK: bnn.binarize
// CHECK: bnn.quantize
func.func @not_constant(%x: tensor<2xf32>, %s: tensor<1xf32>) -> (tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.signed<2>>) {
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %0 = bnn.binarize %x : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  %1 = bnn.quantize %c scale %s : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<2>>
  return %0, %1 : tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.signed<2>>
}

{-# dialect_resources: { builtin: { weights: "0x04000000000080BF0000003F" } } #-}
