// RUN: bnn-opt %s --convert-bnn-to-linalg | FileCheck %s

// One nest over n, y, x, o, i, j, c; strides and dilations are in the indexing.
// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4 * 3, d2 + d5 * 2, d6)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d4, d5, d6)>
// CHECK-DAG: #[[RESULT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[GROUPED:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 + d4, d2 + d5, (d3 floordiv 3) * 2 + d6)>
// CHECK-DAG: #[[DEPTHWISE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 + d4, d2 + d5, d3 + d6)>

// CHECK-LABEL: func.func @conv2d(
// CHECK-SAME:    %[[X:.*]]: tensor<1x8x8x5xi32>, %[[W:.*]]: tensor<7x3x3x5xi32>) -> tensor<1x1x4x7xi32>
func.func @conv2d(%x: tensor<1x8x8x5x!bnn.bipolar<1>>, %w: tensor<7x3x3x5x!bnn.unsigned<2>>) -> tensor<1x1x4x7xi32> {
  // CHECK-NOT: tensor.pad
  // CHECK: %[[ZERO:.*]] = linalg.fill
  // CHECK: linalg.generic {indexing_maps = [#[[IMAGE]], #[[FILTER]], #[[RESULT]]],
  // CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
  // CHECK-SAME: ins(%[[X]], %[[W]] : {{.*}}) outs(%[[ZERO]] :
  // CHECK: ^bb0(%[[A:.*]]: i32, %[[B:.*]]: i32, %[[SUM:.*]]: i32):
  // CHECK: %[[PRODUCT:.*]] = arith.muli %[[A]], %[[B]] : i32
  // CHECK: %[[NEXT:.*]] = arith.addi %[[SUM]], %[[PRODUCT]] : i32
  // CHECK: linalg.yield %[[NEXT]]
  %acc = bnn.conv2d %x, %w {strides = array<i64: 2, 1>, dilations = array<i64: 3, 2>}
      : tensor<1x8x8x5x!bnn.bipolar<1>>, tensor<7x3x3x5x!bnn.unsigned<2>> -> tensor<1x1x4x7xi32>
  return %acc : tensor<1x1x4x7xi32>
}

// CHECK-LABEL: func.func @groups_and_pad
func.func @groups_and_pad(%x: tensor<1x4x4x4x!bnn.bipolar<1>>, %w: tensor<6x3x3x2x!bnn.bipolar<1>>) -> tensor<1x4x5x6xi32> {
  // CHECK: %[[PADDED:.*]] = tensor.pad %{{.*}} low[0, 0, 1, 0] high[0, 2, 2, 0]
  // CHECK: tensor.yield %c-1_i32
  // CHECK: tensor<1x4x4x4xi32> to tensor<1x6x7x4xi32>
  // CHECK: linalg.generic {indexing_maps = [#[[GROUPED]], #[[FILTER]], #[[RESULT]]]
  // CHECK-SAME: ins(%[[PADDED]],
  %acc = bnn.conv2d %x, %w {pad = array<i64: 0, 2, 1, 2>, pad_value = -1 : i64, groups = 2 : i64}
      : tensor<1x4x4x4x!bnn.bipolar<1>>, tensor<6x3x3x2x!bnn.bipolar<1>> -> tensor<1x4x5x6xi32>
  return %acc : tensor<1x4x5x6xi32>
}

// CHECK-LABEL: func.func @depthwise
func.func @depthwise(%x: tensor<1x4x4x6x!bnn.bipolar<1>>, %w: tensor<6x3x3x1x!bnn.bipolar<1>>) -> tensor<1x2x2x6xi32> {
  // CHECK: linalg.generic {indexing_maps = [#[[DEPTHWISE]], #[[FILTER]], #[[RESULT]]]
  %acc = bnn.conv2d %x, %w {groups = 6 : i64}
      : tensor<1x4x4x6x!bnn.bipolar<1>>, tensor<6x3x3x1x!bnn.bipolar<1>> -> tensor<1x2x2x6xi32>
  return %acc : tensor<1x2x2x6xi32>
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%l: tensor<2x3x5x!bnn.ternary>, %r: tensor<7x5x!bnn.signed<8>>) -> tensor<2x3x7xi32> {
  // CHECK: linalg.generic
  // CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "reduction"]
  %acc = bnn.matmul %l, %r {transpose_rhs}
      : tensor<2x3x5x!bnn.ternary>, tensor<7x5x!bnn.signed<8>> -> tensor<2x3x7xi32>
  return %acc : tensor<2x3x7xi32>
}
