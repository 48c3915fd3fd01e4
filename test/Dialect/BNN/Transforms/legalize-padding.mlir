// RUN: bnn-opt %s --bnn-legalize-padding --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-legalize-padding --verify-diagnostics | FileCheck %s

// One row of three taps with values 1 1 -1 in channel 0 and 1 -1 -1 in channel 1 (two input channels each).
// CHECK-LABEL: func @row
// CHECK-DAG: %[[T:.*]] = "tosa.const"() <{values = dense<{{\[\[\[}}2, 2], [0, 0], [-2, -2]]]> : tensor<1x3x2xi32>}>
// CHECK-DAG: %[[LOW:.*]] = bnn.conv2d %arg0, %{{.*}} {pad = array<i64: 0, 0, 1, 1>, pad_value = -1 : i64}
// CHECK: %[[ACC:.*]] = bnn.border_correct %[[LOW]], %[[T]] {border = array<i64: 0, 0, 1, 1>}
// CHECK: return %[[ACC]]
func.func @row(%x: tensor<1x1x5x2x!bnn.bipolar<1>>) -> tensor<1x1x5x2xi32> {
  %w = bnn.constant dense<[[[[1, 1], [1, 1], [0, 0]]], [[[1, 1], [0, 0], [0, 0]]]]> : tensor<2x1x3x2xi8> as tensor<2x1x3x2x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 1, 1>} : tensor<1x1x5x2x!bnn.bipolar<1>>, tensor<2x1x3x2x!bnn.bipolar<1>> -> tensor<1x1x5x2xi32>
  return %a : tensor<1x1x5x2xi32>
}

// Corners lose five taps, edges three. Stride 2 with a bottom pad that no window reaches: no class for it.
// CHECK-LABEL: func @stride
// CHECK-DAG: dense<{{\[\[\[}}5], [3]], {{\[\[}}3], [0]]]> : tensor<2x2x1xi32>
// CHECK: bnn.border_correct {{.*}} {border = array<i64: 1, 0, 1, 0>}
func.func @stride(%x: tensor<1x6x6x1x!bnn.bipolar<1>>) -> tensor<1x3x3x1xi32> {
  %w = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : tensor<1x6x6x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x3x3x1xi32>
  return %a : tensor<1x3x3x1xi32>
}

// Dilation 2 and pad 2: two rows and columns at each edge, and in between one.
// CHECK-LABEL: func @dilated
// CHECK: bnn.border_correct {{.*}} {border = array<i64: 2, 2, 2, 2>} : tensor<1x5x5x1xi32>, tensor<5x5x1xi32>
func.func @dilated(%x: tensor<1x5x5x1x!bnn.bipolar<1>>) -> tensor<1x5x5x1xi32> {
  %w = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 2, 2, 2, 2>, dilations = array<i64: 2, 2>} : tensor<1x5x5x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x5x5x1xi32>
  return %a : tensor<1x5x5x1xi32>
}

// The borders meet: every row and column has its own class.
// CHECK-LABEL: func @tiny
// CHECK: dense<5> : tensor<2x2x1xi32>
// CHECK: bnn.border_correct {{.*}} {border = array<i64: 1, 0, 1, 0>}
func.func @tiny(%x: tensor<1x2x2x1x!bnn.bipolar<1>>) -> tensor<1x2x2x1xi32> {
  %w = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>} : tensor<1x2x2x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  return %a : tensor<1x2x2x1xi32>
}

// The taps outside sum to zero everywhere.
// CHECK-LABEL: func @cancels
// CHECK: pad_value = -1
// CHECK-NOT: bnn.border_correct
func.func @cancels(%x: tensor<1x1x5x2x!bnn.bipolar<1>>) -> tensor<1x1x5x1xi32> {
  %w = bnn.constant dense<[[[[1, 0], [1, 1], [0, 1]]]]> : tensor<1x1x3x2xi8> as tensor<1x1x3x2x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 1, 1>} : tensor<1x1x5x2x!bnn.bipolar<1>>, tensor<1x1x3x2x!bnn.bipolar<1>> -> tensor<1x1x5x1xi32>
  return %a : tensor<1x1x5x1xi32>
}

// Left alone.

// CHECK-LABEL: func @other_types
// CHECK-NOT: pad_value
func.func @other_types(%x: tensor<1x5x5x1x!bnn.unsigned<1>>, %y: tensor<1x5x5x1x!bnn.bipolar<1>>) -> (tensor<1x5x5x1xi32>, tensor<1x5x5x1xi32>, tensor<1x3x3x1xi32>) {
  %w = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.bipolar<1>>
  %v = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.signed<8>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>} : tensor<1x5x5x1x!bnn.unsigned<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x5x5x1xi32>
  %b = bnn.conv2d %y, %v {pad = array<i64: 1, 1, 1, 1>} : tensor<1x5x5x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.signed<8>> -> tensor<1x5x5x1xi32>
  %c = bnn.conv2d %y, %w : tensor<1x5x5x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x3x3x1xi32>
  return %a, %b, %c : tensor<1x5x5x1xi32>, tensor<1x5x5x1xi32>, tensor<1x3x3x1xi32>
}

// Each output channel has the filter of its own group: rows of 1, 1, 1 and of -1, 1, -1.
// CHECK-LABEL: func @groups
// CHECK: bnn.conv2d {{.*}}groups = 2{{.*}}pad_value = -1
// CHECK: bnn.border_correct
func.func @groups(%x: tensor<1x5x5x2x!bnn.bipolar<1>>) -> tensor<1x5x5x2xi32> {
  %w = bnn.constant dense<[[[[1], [1], [1]], [[1], [1], [1]], [[1], [1], [1]]], [[[0], [1], [0]], [[0], [1], [0]], [[0], [1], [0]]]]> : tensor<2x3x3x1xi8> as tensor<2x3x3x1x!bnn.bipolar<1>>
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, groups = 2 : i64} : tensor<1x5x5x2x!bnn.bipolar<1>>, tensor<2x3x3x1x!bnn.bipolar<1>> -> tensor<1x5x5x2xi32>
  return %a : tensor<1x5x5x2xi32>
}

// CHECK-LABEL: func @variable_filter
// CHECK-NOT: pad_value
func.func @variable_filter(%x: tensor<1x5x5x1x!bnn.bipolar<1>>, %w: tensor<1x3x3x1x!bnn.bipolar<1>>) -> tensor<1x5x5x1xi32> {
  // expected-remark @below {{keeps its zero padding: its filter is not constant}}
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>} : tensor<1x5x5x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x5x5x1xi32>
  return %a : tensor<1x5x5x1xi32>
}
