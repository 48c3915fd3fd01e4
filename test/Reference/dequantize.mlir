// Runs bnn.dequantize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefF32(%t: tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %q = bnn.constant dense<[0, 1, 2, 3]> : tensor<4xi8> as tensor<4x!bnn.unsigned<2>>
  %half = arith.constant dense<0.5> : tensor<1xf32>
  %a = bnn.dequantize %q scale %half {zero_points = array<i64: 1>}
      : tensor<4x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<4xf32>
  %a_any = tensor.cast %a : tensor<4xf32> to tensor<*xf32>
  call @printMemrefF32(%a_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-0.5, 0, 0.5, 1]

  // Bipolar codes 0 to 3 are -3, -1, 1, 3.
  %p = bnn.constant dense<[0, 1, 2, 3]> : tensor<4xi8> as tensor<4x!bnn.bipolar<2>>
  %b = bnn.dequantize %p scale %half : tensor<4x!bnn.bipolar<2>>, tensor<1xf32> -> tensor<4xf32>
  %b_any = tensor.cast %b : tensor<4xf32> to tensor<*xf32>
  call @printMemrefF32(%b_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1.5, -0.5, 0.5, 1.5]

  // Per channel, along either dimension.
  %r = bnn.constant dense<[[-4, 0, 3], [1, -1, 2]]> : tensor<2x3xi8> as tensor<2x3x!bnn.signed<3>>
  %s3 = arith.constant dense<[1.0, 2.0, 10.0]> : tensor<3xf32>
  %c = bnn.dequantize %r scale %s3 {axis = 1 : i64, zero_points = array<i64: 0, 1, -2>}
      : tensor<2x3x!bnn.signed<3>>, tensor<3xf32> -> tensor<2x3xf32>
  %c_flat = tensor.collapse_shape %c [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %c_any = tensor.cast %c_flat : tensor<6xf32> to tensor<*xf32>
  call @printMemrefF32(%c_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-4, -2, 50, 1, -4, 40]
  
  %s2 = arith.constant dense<[1.0, 100.0]> : tensor<2xf32>
  %d = bnn.dequantize %r scale %s2 : tensor<2x3x!bnn.signed<3>>, tensor<2xf32> -> tensor<2x3xf32>
  %d_flat = tensor.collapse_shape %d [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %d_any = tensor.cast %d_flat : tensor<6xf32> to tensor<*xf32>
  call @printMemrefF32(%d_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-4, 0, 3, 100, -100, 200]
  return
}
