// RUN: bnn-opt %s --int-range-optimizations --canonicalize --split-input-file | FileCheck %s

// Each function asks whether an accumulator can pass a bound. Where the range
// says no, the comparison folds to true; one step inside, it stays.

// 3×3×16 products of -1 or +1.

// CHECK-LABEL: func.func @bipolar(
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant dense<true>
// CHECK:         %[[INSIDE:.*]] = arith.cmpi slt
// CHECK:         return %[[TRUE]], %[[TRUE]], %[[INSIDE]]
func.func @bipolar(%x: tensor<1x3x3x16x!bnn.bipolar<1>>, %w: tensor<1x3x3x16x!bnn.bipolar<1>>)
    -> (tensor<1x1x1x1xi1>, tensor<1x1x1x1xi1>, tensor<1x1x1x1xi1>) {
  %low = arith.constant dense<-144> : tensor<1x1x1x1xi32>
  %high = arith.constant dense<144> : tensor<1x1x1x1xi32>
  %acc = bnn.conv2d %x, %w : tensor<1x3x3x16x!bnn.bipolar<1>>, tensor<1x3x3x16x!bnn.bipolar<1>> -> tensor<1x1x1x1xi32>
  %0 = arith.cmpi sge, %acc, %low : tensor<1x1x1x1xi32>
  %1 = arith.cmpi sle, %acc, %high : tensor<1x1x1x1xi32>
  %2 = arith.cmpi slt, %acc, %high : tensor<1x1x1x1xi32>
  return %0, %1, %2 : tensor<1x1x1x1xi1>, tensor<1x1x1x1xi1>, tensor<1x1x1x1xi1>
}

// -----

// Bits times signed weights: 0 to 1 times -8 to 7, ten of them.

// CHECK-LABEL: func.func @corners(
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant dense<true>
// CHECK-DAG:     %[[LOW:.*]] = arith.cmpi sgt
// CHECK-DAG:     %[[HIGH:.*]] = arith.cmpi slt
// CHECK:         return %[[TRUE]], %[[TRUE]], %[[LOW]], %[[HIGH]]
func.func @corners(%x: tensor<1x10x!bnn.unsigned<1>>, %w: tensor<10x1x!bnn.signed<4>>)
    -> (tensor<1x1xi1>, tensor<1x1xi1>, tensor<1x1xi1>, tensor<1x1xi1>) {
  %low = arith.constant dense<-80> : tensor<1x1xi32>
  %high = arith.constant dense<70> : tensor<1x1xi32>
  %acc = bnn.matmul %x, %w : tensor<1x10x!bnn.unsigned<1>>, tensor<10x1x!bnn.signed<4>> -> tensor<1x1xi32>
  %0 = arith.cmpi sge, %acc, %low : tensor<1x1xi32>
  %1 = arith.cmpi sle, %acc, %high : tensor<1x1xi32>
  %2 = arith.cmpi sgt, %acc, %low : tensor<1x1xi32>
  %3 = arith.cmpi slt, %acc, %high : tensor<1x1xi32>
  return %0, %1, %2, %3 : tensor<1x1xi1>, tensor<1x1xi1>, tensor<1x1xi1>, tensor<1x1xi1>
}

// -----

// Two negative extremes multiply to the largest value: (-2)·(-2)·6.

// CHECK-LABEL: func.func @negative_extremes(
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant dense<true>
// CHECK:         %[[INSIDE:.*]] = arith.cmpi slt
// CHECK:         return %[[TRUE]], %[[INSIDE]]
func.func @negative_extremes(%x: tensor<1x6x!bnn.signed<2>>, %w: tensor<6x1x!bnn.signed<2>>) -> (tensor<1x1xi1>, tensor<1x1xi1>) {
  %high = arith.constant dense<24> : tensor<1x1xi32>
  %acc = bnn.matmul %x, %w : tensor<1x6x!bnn.signed<2>>, tensor<6x1x!bnn.signed<2>> -> tensor<1x1xi32>
  %0 = arith.cmpi sle, %acc, %high : tensor<1x1xi32>
  %1 = arith.cmpi slt, %acc, %high : tensor<1x1xi32>
  return %0, %1 : tensor<1x1xi1>, tensor<1x1xi1>
}

// -----

// Bits alone are not negative; a pad of -1 makes them so, one of 0 does not, nor
// does a pad value without a pad.

// CHECK-LABEL: func.func @padding(
// CHECK-DAG:     %[[TRUE1:.*]] = arith.constant dense<true> : tensor<1x1x1x1xi1>
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant dense<true> : tensor<1x1x2x1xi1>
// CHECK-DAG:     %[[BELOW:.*]] = arith.cmpi sge
// CHECK:         return %[[TRUE1]], %[[TRUE]], %[[BELOW]], %[[TRUE]]
func.func @padding(%x: tensor<1x1x1x4x!bnn.unsigned<1>>, %w: tensor<1x1x1x4x!bnn.unsigned<1>>)
    -> (tensor<1x1x1x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>) {
  %zero1 = arith.constant dense<0> : tensor<1x1x1x1xi32>
  %zero2 = arith.constant dense<0> : tensor<1x1x2x1xi32>
  %low = arith.constant dense<-4> : tensor<1x1x2x1xi32>
  %none = bnn.conv2d %x, %w {pad_value = -1} : tensor<1x1x1x4x!bnn.unsigned<1>>, tensor<1x1x1x4x!bnn.unsigned<1>> -> tensor<1x1x1x1xi32>
  %by0 = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 1, 0>} : tensor<1x1x1x4x!bnn.unsigned<1>>, tensor<1x1x1x4x!bnn.unsigned<1>> -> tensor<1x1x2x1xi32>
  %by1 = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 1, 0>, pad_value = -1} : tensor<1x1x1x4x!bnn.unsigned<1>>, tensor<1x1x1x4x!bnn.unsigned<1>> -> tensor<1x1x2x1xi32>
  %0 = arith.cmpi sge, %none, %zero1 : tensor<1x1x1x1xi32>
  %1 = arith.cmpi sge, %by0, %zero2 : tensor<1x1x2x1xi32>
  %2 = arith.cmpi sge, %by1, %zero2 : tensor<1x1x2x1xi32>
  %3 = arith.cmpi sge, %by1, %low : tensor<1x1x2x1xi32>
  return %0, %1, %2, %3 : tensor<1x1x1x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>
}

// -----

// The table's range is added: -8 to 8, and -1 to 5.

// CHECK-LABEL: func.func @border_correct(
// CHECK-DAG:     %[[TRUE:.*]] = arith.constant dense<true>
// CHECK-DAG:     %[[LOW:.*]] = arith.cmpi sgt
// CHECK-DAG:     %[[HIGH:.*]] = arith.cmpi slt
// CHECK:         return %[[TRUE]], %[[TRUE]], %[[LOW]], %[[HIGH]]
func.func @border_correct(%x: tensor<1x1x2x8x!bnn.bipolar<1>>, %w: tensor<1x1x1x8x!bnn.bipolar<1>>)
    -> (tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>) {
  %low = arith.constant dense<-9> : tensor<1x1x2x1xi32>
  %high = arith.constant dense<13> : tensor<1x1x2x1xi32>
  %table = arith.constant dense<[[[-1], [5]]]> : tensor<1x2x1xi32>
  %acc = bnn.conv2d %x, %w : tensor<1x1x2x8x!bnn.bipolar<1>>, tensor<1x1x1x8x!bnn.bipolar<1>> -> tensor<1x1x2x1xi32>
  %sum = bnn.border_correct %acc, %table {border = array<i64: 0, 0, 1, 0>} : tensor<1x1x2x1xi32>, tensor<1x2x1xi32> -> tensor<1x1x2x1xi32>
  %0 = arith.cmpi sge, %sum, %low : tensor<1x1x2x1xi32>
  %1 = arith.cmpi sle, %sum, %high : tensor<1x1x2x1xi32>
  %2 = arith.cmpi sgt, %sum, %low : tensor<1x1x2x1xi32>
  %3 = arith.cmpi slt, %sum, %high : tensor<1x1x2x1xi32>
  return %0, %1, %2, %3 : tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>, tensor<1x1x2x1xi1>
}
