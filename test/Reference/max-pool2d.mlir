// Runs bnn.max_pool2d through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // Image  1  5 -3 -4
  //       -2  0 -8 -1
  %x = bnn.constant dense<[[[[1], [5], [-3], [-4]], [[-2], [0], [-8], [-1]]]]> : tensor<1x2x4x1xi8>
      as tensor<1x2x4x1x!bnn.signed<4>>
  %a = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<1x2x4x1x!bnn.signed<4>> -> tensor<1x1x2x1x!bnn.signed<4>>
  %a_values = builtin.unrealized_conversion_cast %a : tensor<1x1x2x1x!bnn.signed<4>> to tensor<1x1x2x1xi32>
  %a_flat = tensor.collapse_shape %a_values [[0, 1, 2, 3]] : tensor<1x1x2x1xi32> into tensor<2xi32>
  %a_any = tensor.cast %a_flat : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%a_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [5, -1]

  // A tall kernel, then a wide one.
  %b = bnn.max_pool2d %x {kernel = array<i64: 2, 1>}
      : tensor<1x2x4x1x!bnn.signed<4>> -> tensor<1x1x4x1x!bnn.signed<4>>
  %b_values = builtin.unrealized_conversion_cast %b : tensor<1x1x4x1x!bnn.signed<4>> to tensor<1x1x4x1xi32>
  %b_flat = tensor.collapse_shape %b_values [[0, 1, 2, 3]] : tensor<1x1x4x1xi32> into tensor<4xi32>
  %b_any = tensor.cast %b_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%b_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 5, -3, -1]
  
  %c = bnn.max_pool2d %x {kernel = array<i64: 1, 3>}
      : tensor<1x2x4x1x!bnn.signed<4>> -> tensor<1x2x2x1x!bnn.signed<4>>
  %c_values = builtin.unrealized_conversion_cast %c : tensor<1x2x2x1x!bnn.signed<4>> to tensor<1x2x2x1xi32>
  %c_flat = tensor.collapse_shape %c_values [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %c_any = tensor.cast %c_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%c_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [5, 5, 0, 0]

  // Dilation 3 sees columns 0 and 3 only.
  %d = bnn.max_pool2d %x {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 3>}
      : tensor<1x2x4x1x!bnn.signed<4>> -> tensor<1x2x1x1x!bnn.signed<4>>
  %d_values = builtin.unrealized_conversion_cast %d : tensor<1x2x1x1x!bnn.signed<4>> to tensor<1x2x1x1xi32>
  %d_flat = tensor.collapse_shape %d_values [[0, 1, 2, 3]] : tensor<1x2x1x1xi32> into tensor<2xi32>
  %d_any = tensor.cast %d_flat : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%d_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, -1]

  // Positions outside are left out: among negative values a pad of 0 would win.
  %e = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>}
      : tensor<1x2x4x1x!bnn.signed<4>> -> tensor<1x2x3x1x!bnn.signed<4>>
  %e_values = builtin.unrealized_conversion_cast %e : tensor<1x2x3x1x!bnn.signed<4>> to tensor<1x2x3x1xi32>
  %e_flat = tensor.collapse_shape %e_values [[0, 1, 2, 3]] : tensor<1x2x3x1xi32> into tensor<6xi32>
  %e_any = tensor.cast %e_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%e_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 5, -4, -2, 0, -1]

  // Bits, two channels.
  %bits = bnn.constant dense<[[[[0, 1], [0, 0]], [[1, 0], [0, 0]]]]> : tensor<1x2x2x2xi8> as tensor<1x2x2x2x!bnn.bipolar<1>>
  %f = bnn.max_pool2d %bits {kernel = array<i64: 1, 2>}
      : tensor<1x2x2x2x!bnn.bipolar<1>> -> tensor<1x2x1x2x!bnn.bipolar<1>>
  %f_values = builtin.unrealized_conversion_cast %f : tensor<1x2x1x2x!bnn.bipolar<1>> to tensor<1x2x1x2xi32>
  %f_flat = tensor.collapse_shape %f_values [[0, 1, 2, 3]] : tensor<1x2x1x2xi32> into tensor<4xi32>
  %f_any = tensor.cast %f_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%f_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, 1, -1]

  // Windows whose two taps, at distance 3, both lie outside give the smallest value.
  %narrow = bnn.constant dense<5> : tensor<1x1x1x1xi8> as tensor<1x1x1x1x!bnn.unsigned<3>>
  %g = bnn.max_pool2d %narrow {kernel = array<i64: 1, 2>, dilations = array<i64: 1, 3>, pad = array<i64: 0, 0, 3, 3>}
      : tensor<1x1x1x1x!bnn.unsigned<3>> -> tensor<1x1x4x1x!bnn.unsigned<3>>
  %g_values = builtin.unrealized_conversion_cast %g : tensor<1x1x4x1x!bnn.unsigned<3>> to tensor<1x1x4x1xi32>
  %g_flat = tensor.collapse_shape %g_values [[0, 1, 2, 3]] : tensor<1x1x4x1xi32> into tensor<4xi32>
  %g_any = tensor.cast %g_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%g_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [5, 0, 0, 5]
  return
}
