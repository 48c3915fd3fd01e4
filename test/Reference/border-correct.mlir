// Runs bnn.border_correct through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // One class for the first row, one for the last, one between; one for the first column, one for the rest.
  %zero = arith.constant dense<0> : tensor<1x4x3x1xi32>
  %table = arith.constant dense<[[[1], [2]], [[3], [4]], [[5], [6]]]> : tensor<3x2x1xi32>
  %a = bnn.border_correct %zero, %table {border = array<i64: 1, 1, 1, 0>}
      : tensor<1x4x3x1xi32>, tensor<3x2x1xi32> -> tensor<1x4x3x1xi32>
  %a_flat = tensor.collapse_shape %a [[0, 1, 2, 3]] : tensor<1x4x3x1xi32> into tensor<12xi32>
  %a_any = tensor.cast %a_flat : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%a_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2, 2, 3, 4, 4, 3, 4, 4, 5, 6, 6]

  // Two rows below and one column right, two channels, two images.
  %acc = arith.constant dense<[[[[10, 20], [10, 20]], [[10, 20], [10, 20]], [[10, 20], [10, 20]]],
      [[[-10, 0], [-10, 0]], [[-10, 0], [-10, 0]], [[-10, 0], [-10, 0]]]]> : tensor<2x3x2x2xi32>
  %table2 = arith.constant dense<[[[0, 0], [1, -1]], [[2, -2], [3, -3]], [[4, -4], [5, -5]]]> : tensor<3x2x2xi32>
  %b = bnn.border_correct %acc, %table2 {border = array<i64: 0, 2, 0, 1>}
      : tensor<2x3x2x2xi32>, tensor<3x2x2xi32> -> tensor<2x3x2x2xi32>
  %b_flat = tensor.collapse_shape %b [[0, 1, 2, 3]] : tensor<2x3x2x2xi32> into tensor<24xi32>
  %b_any = tensor.cast %b_flat : tensor<24xi32> to tensor<*xi32>
  call @printMemrefI32(%b_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [10, 20, 11, 19, 12, 18, 13, 17, 14, 16, 15, 15, -10, 0, -9, -1, -8, -2, -7, -3, -6, -4, -5, -5]

  // No border: one entry for each channel.
  %bias = arith.constant dense<7> : tensor<1x1x1xi32>
  %c = bnn.border_correct %zero, %bias {border = array<i64: 0, 0, 0, 0>}
      : tensor<1x4x3x1xi32>, tensor<1x1x1xi32> -> tensor<1x4x3x1xi32>
  %c_flat = tensor.collapse_shape %c [[0, 1, 2, 3]] : tensor<1x4x3x1xi32> into tensor<12xi32>
  %c_any = tensor.cast %c_flat : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%c_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]

  // A padding of -1 is a padding of 0 and a table of the taps that fell outside: 5 at corners, 3 at edges.
  %image = bnn.constant dense<1> : tensor<1x3x3x1xi8> as tensor<1x3x3x1x!bnn.bipolar<1>>
  %pad_minus = bnn.conv2d %image, %image {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x3x3x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x3x3x1xi32>
  %pad_minus_flat = tensor.collapse_shape %pad_minus [[0, 1, 2, 3]] : tensor<1x3x3x1xi32> into tensor<9xi32>
  %pad_minus_any = tensor.cast %pad_minus_flat : tensor<9xi32> to tensor<*xi32>
  call @printMemrefI32(%pad_minus_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 3, -1, 3, 9, 3, -1, 3, -1]
  
  %taps = arith.constant dense<[[[-5], [-3], [-5]], [[-3], [0], [-3]], [[-5], [-3], [-5]]]> : tensor<3x3x1xi32>
  %pad_zero = bnn.conv2d %image, %image {pad = array<i64: 1, 1, 1, 1>}
      : tensor<1x3x3x1x!bnn.bipolar<1>>, tensor<1x3x3x1x!bnn.bipolar<1>> -> tensor<1x3x3x1xi32>
  %corrected = bnn.border_correct %pad_zero, %taps {border = array<i64: 1, 1, 1, 1>}
      : tensor<1x3x3x1xi32>, tensor<3x3x1xi32> -> tensor<1x3x3x1xi32>
  %corrected_flat = tensor.collapse_shape %corrected [[0, 1, 2, 3]] : tensor<1x3x3x1xi32> into tensor<9xi32>
  %corrected_any = tensor.cast %corrected_flat : tensor<9xi32> to tensor<*xi32>
  call @printMemrefI32(%corrected_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 3, -1, 3, 9, 3, -1, 3, -1]
  return
}
