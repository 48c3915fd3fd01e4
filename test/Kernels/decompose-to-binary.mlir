// RUN: bnn-opt %s --bnn-decompose-to-binary=mode=all --split-input-file | FileCheck %s
// RUN: bnn-opt %s --bnn-decompose-to-binary=mode=never --split-input-file | FileCheck %s --check-prefix=NEVER

// Two planes of 0 and 1 times one of -1 and +1. The first contraction closes the chain.

// NEVER-LABEL: @unsigned_bipolar
// NEVER: bnn.matmul %{{.*}} : tensor<5x64x!bnn.unsigned<2>>, tensor<9x64x!bnn.bipolar<1>>

// CHECK-LABEL: @unsigned_bipolar
func.func @unsigned_bipolar(%x: tensor<5x64x!bnn.unsigned<2>>) -> tensor<5x9xi32> {
  %w = bnn.constant dense<1> : tensor<9x64xi8> as tensor<9x64x!bnn.bipolar<1>>
  // CHECK-DAG: %[[X0:.*]] = bnn.plane %arg0 {index = 0 : i64}
  // CHECK-DAG: %[[X1:.*]] = bnn.plane %arg0 {index = 1 : i64}
  // CHECK-DAG: %[[C0:.*]] = bnn.matmul %[[X0]], %[[W:.*]] {transpose_rhs} : tensor<5x64x!bnn.unsigned<1>>, tensor<9x64x!bnn.bipolar<1>>
  // CHECK-DAG: %[[C1:.*]] = bnn.matmul %[[X1]], %[[W]] {transpose_rhs}
  // CHECK-DAG: %[[TWO:.*]] = "tosa.const"() <{values = dense<2> : tensor<1x1xi32>}>
  // CHECK: %[[HIGH:.*]] = tosa.mul %[[C1]], %[[TWO]]
  // CHECK: %[[SUM:.*]] = tosa.add %[[HIGH]], %[[C0]]
  // CHECK: return %[[SUM]]
  %acc = bnn.matmul %x, %w {transpose_rhs} : tensor<5x64x!bnn.unsigned<2>>, tensor<9x64x!bnn.bipolar<1>> -> tensor<5x9xi32>
  return %acc : tensor<5x9xi32>
}

// -----

// The planes of constants are constants; the top plane of a signed type is negative.

// CHECK-LABEL: @signed_weights
func.func @signed_weights(%x: tensor<1x2x!bnn.unsigned<1>>) -> tensor<1x2xi32> {
  // -2 is 0b10, 1 is 0b01, -1 is 0b11.
  %w = bnn.constant dense<[[-2, 1], [-1, 0]]> : tensor<2x2xi8> as tensor<2x2x!bnn.signed<2>>
  // CHECK: %[[LOW:.*]] = bnn.constant dense<{{\[}}[0, 1], [1, 0]]> : tensor<2x2xi8> as tensor<2x2x!bnn.unsigned<1>>
  // CHECK: %[[HIGH:.*]] = bnn.constant dense<{{\[}}[1, 0], [1, 0]]> : tensor<2x2xi8> as tensor<2x2x!bnn.unsigned<1>>
  // CHECK: %[[C0:.*]] = bnn.matmul %arg0, %[[LOW]]
  // CHECK: %[[C1:.*]] = bnn.matmul %arg0, %[[HIGH]]
  // CHECK: %[[MINUS:.*]] = "tosa.const"() <{values = dense<-2>
  // CHECK: %[[M:.*]] = tosa.mul %[[C1]], %[[MINUS]]
  // CHECK: tosa.add %[[M]], %[[C0]]
  %acc = bnn.matmul %x, %w : tensor<1x2x!bnn.unsigned<1>>, tensor<2x2x!bnn.signed<2>> -> tensor<1x2xi32>
  return %acc : tensor<1x2xi32>
}

// -----

// Ternary is nonzero and sign. Planes of weights that are zero everywhere are left out: 3 needs two of four.

// CHECK-LABEL: @ternary_by_unsigned
func.func @ternary_by_unsigned(%x: tensor<1x2x!bnn.ternary>) -> tensor<1x2xi32> {
  %w = bnn.constant dense<[[3, 1], [0, 2]]> : tensor<2x2xi8> as tensor<2x2x!bnn.unsigned<4>>
  // CHECK-COUNT-4: bnn.matmul
  // CHECK-NOT: bnn.matmul
  // CHECK-DAG: values = dense<-4> : tensor<1x1xi32>
  // CHECK-DAG: values = dense<-2> : tensor<1x1xi32>
  // CHECK-DAG: values = dense<2> : tensor<1x1xi32>
  %acc = bnn.matmul %x, %w : tensor<1x2x!bnn.ternary>, tensor<2x2x!bnn.unsigned<4>> -> tensor<1x2xi32>
  return %acc : tensor<1x2xi32>
}

// -----

// The pad value is split like all values: -1 of three bits of -7, -5, ..., 7 is 0b011.

// CHECK-LABEL: @bipolar_pad
func.func @bipolar_pad(%x: tensor<1x4x4x8x!bnn.bipolar<3>>) -> tensor<1x4x4x2xi32> {
  %w = bnn.constant dense<1> : tensor<2x3x3x8xi8> as tensor<2x3x3x8x!bnn.bipolar<1>>
  // CHECK: bnn.plane %arg0 {index = 0 : i64}
  // CHECK: bnn.conv2d {{.*}} pad_value = 1 : i64
  // CHECK: bnn.plane %arg0 {index = 1 : i64}
  // CHECK: bnn.conv2d {{.*}} pad_value = 1 : i64
  // CHECK: bnn.plane %arg0 {index = 2 : i64}
  // CHECK: bnn.conv2d {{.*}} pad_value = -1 : i64
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x4x4x8x!bnn.bipolar<3>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x4x4x2xi32>
  return %acc : tensor<1x4x4x2xi32>
}

// -----

// No unsigned value is -1: plane 0 alone pads with it. Strides, dilations and groups stay.

// CHECK-LABEL: @foreign_pad
func.func @foreign_pad(%x: tensor<1x9x9x4x!bnn.unsigned<2>>) -> tensor<1x4x4x2xi32> {
  %w = bnn.constant dense<1> : tensor<2x3x3x2xi8> as tensor<2x3x3x2x!bnn.bipolar<1>>
  // CHECK: bnn.conv2d {{.*}} {dilations = array<i64: 2, 2>, groups = 2 : i64, pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64, strides = array<i64: 2, 2>}
  // CHECK: bnn.conv2d {{.*}} {dilations = array<i64: 2, 2>, groups = 2 : i64, pad = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64, strides = array<i64: 2, 2>, dilations = array<i64: 2, 2>, groups = 2 : i64}
      : tensor<1x9x9x4x!bnn.unsigned<2>>, tensor<2x3x3x2x!bnn.bipolar<1>> -> tensor<1x4x4x2xi32>
  return %acc : tensor<1x4x4x2xi32>
}

// -----

// A border correction, of a zero point, goes to the pair that weighs 1, whose kernel holds it.

// CHECK-LABEL: @border
func.func @border(%x: tensor<1x4x4x8x!bnn.unsigned<2>>) -> tensor<1x4x4x2xi32> {
  %w = bnn.constant dense<1> : tensor<2x3x3x8xi8> as tensor<2x3x3x8x!bnn.bipolar<1>>
  %t = "tosa.const"() <{values = dense<7> : tensor<3x3x2xi32>}> : () -> tensor<3x3x2xi32>
  // CHECK: %[[X0:.*]] = bnn.plane %arg0 {index = 0 : i64}
  // CHECK: %[[C0:.*]] = bnn.conv2d %[[X0]]
  // CHECK: %[[B:.*]] = bnn.border_correct %[[C0]]
  // CHECK: %[[SUM:.*]] = tosa.add %{{.*}}, %[[B]]
  // CHECK: return %[[SUM]]
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
      : tensor<1x4x4x8x!bnn.unsigned<2>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x4x4x2xi32>
  %r = bnn.border_correct %acc, %t {border = array<i64: 1, 1, 1, 1>} : tensor<1x4x4x2xi32>, tensor<3x3x2xi32> -> tensor<1x4x4x2xi32>
  return %r : tensor<1x4x4x2xi32>
}

// -----

// One bit already, and an op that names its kernel.

// CHECK-LABEL: @left_alone
func.func @left_alone(%x: tensor<5x64x!bnn.bipolar<1>>, %y: tensor<5x64x!bnn.signed<4>>) -> (tensor<5x9xi32>, tensor<5x9xi32>) {
  %w = bnn.constant dense<1> : tensor<9x64xi8> as tensor<9x64x!bnn.unsigned<1>>
  // CHECK-NOT: bnn.plane
  %0 = bnn.matmul %x, %w {transpose_rhs} : tensor<5x64x!bnn.bipolar<1>>, tensor<9x64x!bnn.unsigned<1>> -> tensor<5x9xi32>
  %1 = bnn.matmul %y, %w {transpose_rhs, kernel = "integer"} : tensor<5x64x!bnn.signed<4>>, tensor<9x64x!bnn.unsigned<1>> -> tensor<5x9xi32>
  return %0, %1 : tensor<5x9xi32>, tensor<5x9xi32>
}
