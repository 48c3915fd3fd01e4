// RUN: bnn-opt %s --bnn-raise-sign --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-raise-sign --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @greater_equal
// CHECK-DAG: %[[C:.*]] = "tosa.const"() <{values = dense<2.000000e+00> : tensor<1xf32>}>
// CHECK-DAG: %[[B:.*]] = bnn.binarize %arg0 : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
// CHECK: bnn.dequantize %[[B]] scale %[[C]]
// CHECK-NOT: tosa.select
func.func @greater_equal(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %h = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %l = "tosa.const"() <{values = dense<-2.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
  %p = tosa.greater_equal %x, %z : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
  %y = tosa.select %p, %h, %l : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// Thresholds per channel, strict, and one zero.
// CHECK-LABEL: func @greater_than_threshold
// CHECK-DAG: %[[T:.*]] = "tosa.const"() <{values = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>}>
// CHECK-DAG: bnn.binarize %arg0 threshold %[[T]] : tensor<4xf32> {zero = #bnn.zero_mode<minus>} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
func.func @greater_than_threshold(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %t = "tosa.const"() <{values = dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>}> : () -> tensor<1x4xf32>
  %h = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %l = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %p = tosa.greater %x, %t : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xi1>
  %y = tosa.select %p, %h, %l : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// x < 0 ? -1 : 1. NaN is not less and gives 1: low of -x times -1.
// CHECK-LABEL: func @less
// CHECK-DAG: %[[C:.*]] = "tosa.const"() <{values = dense<-1.000000e+00> : tensor<1xf32>}>
// CHECK-DAG: %[[N:.*]] = tosa.negate %arg0
// CHECK-DAG: %[[B:.*]] = bnn.binarize %[[N]] {zero = #bnn.zero_mode<minus>} : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
// CHECK: bnn.dequantize %[[B]] scale %[[C]]
func.func @less(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %h = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %l = "tosa.const"() <{values = dense<-1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %p = tosa.greater %z, %x : (tensor<1x1xf32>, tensor<2x4xf32>) -> tensor<2x4xi1>
  %y = tosa.select %p, %l, %h : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// A constant threshold on the left changes its sign with x.
// CHECK-LABEL: func @less_equal_threshold
// CHECK-DAG: %[[T:.*]] = "tosa.const"() <{values = dense<-5.000000e-01> : tensor<1xf32>}>
// CHECK-DAG: %[[N:.*]] = tosa.negate %arg0
// CHECK: bnn.binarize %[[N]] threshold %[[T]] : tensor<1xf32> : tensor<2x4xf32>
func.func @less_equal_threshold(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %t = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %h = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %l = "tosa.const"() <{values = dense<-1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %p = tosa.greater_equal %t, %x : (tensor<1x1xf32>, tensor<2x4xf32>) -> tensor<2x4xi1>
  %y = tosa.select %p, %h, %l : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// (x >= 0)·2 - 1.
// CHECK-LABEL: func @cast_and_center
// CHECK: %[[B:.*]] = bnn.binarize %arg0 : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
// CHECK: bnn.dequantize %[[B]]
// CHECK-NOT: tosa.{{cast|mul|sub}}
func.func @cast_and_center(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %two = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %p = tosa.greater_equal %x, %z : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
  %f = tosa.cast %p : (tensor<2x4xi1>) -> tensor<2x4xf32>
  %m = tosa.mul %f, %two, %sh : (tensor<2x4xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<2x4xf32>
  %y = tosa.sub %m, %one : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// Half steps of bits that are not centered, and the offset added.
// CHECK-LABEL: func @center_by_addition
// CHECK: bnn.binarize %arg0 : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
// CHECK: bnn.binarize %arg0 : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
// CHECK: tosa.add
func.func @center_by_addition(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %h = "tosa.const"() <{values = dense<-0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %k = "tosa.const"() <{values = dense<-0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %p = tosa.greater_equal %x, %z : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
  %f = tosa.cast %p : (tensor<2x4xi1>) -> tensor<2x4xf32>
  %y = tosa.add %f, %h : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %g = tosa.cast %p : (tensor<2x4xi1>) -> tensor<2x4xf32>
  %w = tosa.add %g, %k : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %y, %w : tensor<2x4xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func @other_choices
// CHECK-COUNT-3: tosa.select
func.func @other_choices(%x: tensor<2x4xf32>, %t: tensor<1x1xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %h = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %l = "tosa.const"() <{values = dense<-1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %m = "tosa.const"() <{values = dense<-2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %p = tosa.greater_equal %x, %z : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
  // expected-remark @below {{stays a choice of floats: its two values are not opposite, nor is one zero}}
  %0 = tosa.select %p, %h, %l : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %1 = tosa.select %p, %x, %l : (tensor<2x4xi1>, tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  %r = tosa.greater_equal %x, %t : (tensor<2x4xf32>, tensor<1x1xf32>) -> tensor<2x4xi1>
  %2 = tosa.select %r, %h, %m : (tensor<2x4xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
