// Runs bnn.conv2d through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // Image  1 -1  1    filter  1 1
  //        1  1 -1           -1 1
  //       -1  1  1
  %image = bnn.constant dense<[[[[1], [0], [1]], [[1], [1], [0]], [[0], [1], [1]]]]> : tensor<1x3x3x1xi8>
      as tensor<1x3x3x1x!bnn.bipolar<1>>
  %filter = bnn.constant dense<[[[[1], [1]], [[0], [1]]]]> : tensor<1x2x2x1xi8> as tensor<1x2x2x1x!bnn.bipolar<1>>
  %plain = bnn.conv2d %image, %filter
      : tensor<1x3x3x1x!bnn.bipolar<1>>, tensor<1x2x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  %plain_flat = tensor.collapse_shape %plain [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %plain_any = tensor.cast %plain_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%plain_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, -2, 4, 0]

  // Pad top and right of  1 2  with p: 2p + 3, 3p + 2, 10, 2p + 6.
  //                      3 4
  %numbers = bnn.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8> as tensor<1x2x2x1x!bnn.unsigned<3>>
  %ones = bnn.constant dense<1> : tensor<1x2x2x1xi8> as tensor<1x2x2x1x!bnn.bipolar<1>>
  
  %pad_zero = bnn.conv2d %numbers, %ones {pad = array<i64: 1, 0, 0, 1>, pad_value = 0 : i64}
      : tensor<1x2x2x1x!bnn.unsigned<3>>, tensor<1x2x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  %pad_zero_flat = tensor.collapse_shape %pad_zero [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %pad_zero_any = tensor.cast %pad_zero_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%pad_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3, 2, 10, 6]
  
  %pad_one = bnn.conv2d %numbers, %ones {pad = array<i64: 1, 0, 0, 1>, pad_value = 1 : i64}
      : tensor<1x2x2x1x!bnn.unsigned<3>>, tensor<1x2x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  %pad_one_flat = tensor.collapse_shape %pad_one [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %pad_one_any = tensor.cast %pad_one_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%pad_one_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [5, 5, 10, 8]
  
  %pad_minus = bnn.conv2d %numbers, %ones {pad = array<i64: 1, 0, 0, 1>, pad_value = -1 : i64}
      : tensor<1x2x2x1x!bnn.unsigned<3>>, tensor<1x2x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  %pad_minus_flat = tensor.collapse_shape %pad_minus [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %pad_minus_any = tensor.cast %pad_minus_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%pad_minus_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, -1, 10, 4]

  // Pad bottom and left with p = 1: 2p + 4, 10, 3p + 3, 2p + 7.
  %pad_bottom_left = bnn.conv2d %numbers, %ones {pad = array<i64: 0, 1, 1, 0>, pad_value = 1 : i64}
      : tensor<1x2x2x1x!bnn.unsigned<3>>, tensor<1x2x2x1x!bnn.bipolar<1>> -> tensor<1x2x2x1xi32>
  %pad_bottom_left_flat = tensor.collapse_shape %pad_bottom_left [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %pad_bottom_left_any = tensor.cast %pad_bottom_left_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%pad_bottom_left_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [6, 10, 6, 9]

  // A window that lies outside entirely.
  %dot = bnn.constant dense<1> : tensor<1x1x1x1xi8> as tensor<1x1x1x1x!bnn.bipolar<1>>
  %outside = bnn.conv2d %dot, %dot {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x1x1x1x!bnn.bipolar<1>>, tensor<1x1x1x1x!bnn.bipolar<1>> -> tensor<1x3x3x1xi32>
  %outside_flat = tensor.collapse_shape %outside [[0, 1, 2, 3]] : tensor<1x3x3x1xi32> into tensor<9xi32>
  %outside_any = tensor.cast %outside_flat : tensor<9xi32> to tensor<*xi32>
  call @printMemrefI32(%outside_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, -1, -1, 1, -1, -1, -1, -1]

  // Image 5y + x, strides 2 and 1, dilations 2 and 3, taps  1 0 : 20y + 2x + 13.
  //                                                        0 1
  %grid = bnn.constant dense<[[[[0], [1], [2], [3], [4]], [[5], [6], [7], [8], [9]], [[10], [11], [12], [13], [14]], [[15], [16], [17], [18], [19]], [[20], [21], [22], [23], [24]]]]>
      : tensor<1x5x5x1xi8> as tensor<1x5x5x1x!bnn.unsigned<5>>
  %diagonal = bnn.constant dense<[[[[1], [0]], [[0], [1]]]]> : tensor<1x2x2x1xi8> as tensor<1x2x2x1x!bnn.signed<2>>
  %strided = bnn.conv2d %grid, %diagonal {strides = array<i64: 2, 1>, dilations = array<i64: 2, 3>}
      : tensor<1x5x5x1x!bnn.unsigned<5>>, tensor<1x2x2x1x!bnn.signed<2>> -> tensor<1x2x2x1xi32>
  %strided_flat = tensor.collapse_shape %strided [[0, 1, 2, 3]] : tensor<1x2x2x1xi32> into tensor<4xi32>
  %strided_any = tensor.cast %strided_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%strided_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [13, 15, 33, 35]

  // The same with strides 1 and 3 and pad 1 of +1 below: the last row of windows starts at y = 3.
  %strided_pad = bnn.conv2d %grid, %diagonal
      {strides = array<i64: 1, 3>, dilations = array<i64: 2, 1>, pad = array<i64: 0, 1, 0, 0>, pad_value = 1 : i64}
      : tensor<1x5x5x1x!bnn.unsigned<5>>, tensor<1x2x2x1x!bnn.signed<2>> -> tensor<1x4x2x1xi32>
  %strided_pad_flat = tensor.collapse_shape %strided_pad [[0, 1, 2, 3]] : tensor<1x4x2x1xi32> into tensor<8xi32>
  %strided_pad_any = tensor.cast %strided_pad_flat : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%strided_pad_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [11, 17, 21, 27, 31, 37, 16, 19]

  // Two groups of two channels: outputs 0 and 1 see (1, 2), outputs 2 and 3 see (3, 4).
  %channels = bnn.constant dense<[[[[1, 2, 3, 4]]]]> : tensor<1x1x1x4xi8> as tensor<1x1x1x4x!bnn.unsigned<3>>
  %grouped_filter = bnn.constant dense<[[[[1, 0]]], [[[0, 1]]], [[[1, 1]]], [[[1, -1]]]]> : tensor<4x1x1x2xi8>
      as tensor<4x1x1x2x!bnn.ternary>
  %grouped = bnn.conv2d %channels, %grouped_filter {groups = 2 : i64}
      : tensor<1x1x1x4x!bnn.unsigned<3>>, tensor<4x1x1x2x!bnn.ternary> -> tensor<1x1x1x4xi32>
  %grouped_flat = tensor.collapse_shape %grouped [[0, 1, 2, 3]] : tensor<1x1x1x4xi32> into tensor<4xi32>
  %grouped_any = tensor.cast %grouped_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%grouped_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2, 7, -1]

  // Depthwise, two outputs for each channel.
  %three = bnn.constant dense<[[[[1, 2, 3]]]]> : tensor<1x1x1x3xi8> as tensor<1x1x1x3x!bnn.unsigned<2>>
  %depthwise_filter = bnn.constant dense<[[[[1]]], [[[-1]]], [[[2]]], [[[-2]]], [[[3]]], [[[-3]]]]> : tensor<6x1x1x1xi8>
      as tensor<6x1x1x1x!bnn.signed<3>>
  %depthwise = bnn.conv2d %three, %depthwise_filter {groups = 3 : i64}
      : tensor<1x1x1x3x!bnn.unsigned<2>>, tensor<6x1x1x1x!bnn.signed<3>> -> tensor<1x1x1x6xi32>
  %depthwise_flat = tensor.collapse_shape %depthwise [[0, 1, 2, 3]] : tensor<1x1x1x6xi32> into tensor<6xi32>
  %depthwise_any = tensor.cast %depthwise_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%depthwise_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, -1, 4, -4, 9, -9]

  // Two images, three channels in, two out.
  %batch = bnn.constant dense<[[[[1, 1, 1]]], [[[0, 1, 1]]]]> : tensor<2x1x1x3xi8> as tensor<2x1x1x3x!bnn.bipolar<1>>
  %pair = bnn.constant dense<[[[[1, 1, 1]]], [[[0, 1, 0]]]]> : tensor<2x1x1x3xi8> as tensor<2x1x1x3x!bnn.bipolar<1>>
  %images = bnn.conv2d %batch, %pair
      : tensor<2x1x1x3x!bnn.bipolar<1>>, tensor<2x1x1x3x!bnn.bipolar<1>> -> tensor<2x1x1x2xi32>
  %images_flat = tensor.collapse_shape %images [[0, 1, 2, 3]] : tensor<2x1x1x2xi32> into tensor<4xi32>
  %images_any = tensor.cast %images_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%images_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3, -1, 1, 1]

  // The largest sums that the verifier allows: 33,025 products of 255 · 255 and 255 · -255.
  %high = bnn.constant dense<-1> : tensor<1x5x5x1321xi8> as tensor<1x5x5x1321x!bnn.bipolar<8>>
  %low = bnn.constant dense<0> : tensor<1x5x5x1321xi8> as tensor<1x5x5x1321x!bnn.bipolar<8>>
  %match = bnn.conv2d %high, %high
      : tensor<1x5x5x1321x!bnn.bipolar<8>>, tensor<1x5x5x1321x!bnn.bipolar<8>> -> tensor<1x1x1x1xi32>
  %match_flat = tensor.collapse_shape %match [[0, 1, 2, 3]] : tensor<1x1x1x1xi32> into tensor<1xi32>
  %match_any = tensor.cast %match_flat : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%match_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [2147450625]
  
  %mismatch = bnn.conv2d %high, %low
      : tensor<1x5x5x1321x!bnn.bipolar<8>>, tensor<1x5x5x1321x!bnn.bipolar<8>> -> tensor<1x1x1x1xi32>
  %mismatch_flat = tensor.collapse_shape %mismatch [[0, 1, 2, 3]] : tensor<1x1x1x1xi32> into tensor<1xi32>
  %mismatch_any = tensor.cast %mismatch_flat : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%mismatch_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2147450625]
  return
}
