// Runs bnn.threshold through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %acc = arith.constant dense<[[-1, -1], [0, 0], [1, 1]]> : tensor<3x2xi32>
  %zero = arith.constant dense<0> : tensor<1x1xi32>
  %shared = bnn.threshold %acc, %zero : tensor<3x2xi32>, tensor<1x1xi32> -> tensor<3x2x!bnn.bipolar<1>>
  %shared_values = builtin.unrealized_conversion_cast %shared : tensor<3x2x!bnn.bipolar<1>> to tensor<3x2xi32>
  %shared_flat = tensor.collapse_shape %shared_values [[0, 1]] : tensor<3x2xi32> into tensor<6xi32>
  %shared_any = tensor.cast %shared_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%shared_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, 1, 1, 1, 1]

  // The second channel falls: x <= 0.
  %zeros = arith.constant dense<0> : tensor<2x1xi32>
  %falling = bnn.threshold %acc, %zeros {descending = array<i1: false, true>}
      : tensor<3x2xi32>, tensor<2x1xi32> -> tensor<3x2x!bnn.bipolar<1>>
  %falling_values = builtin.unrealized_conversion_cast %falling : tensor<3x2x!bnn.bipolar<1>> to tensor<3x2xi32>
  %falling_flat = tensor.collapse_shape %falling_values [[0, 1]] : tensor<3x2xi32> into tensor<6xi32>
  %falling_any = tensor.cast %falling_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%falling_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, 1, 1, 1, -1]

  // All fall; one row of thresholds for all channels.
  %falling_shared = bnn.threshold %acc, %zero {descending = array<i1: true>}
      : tensor<3x2xi32>, tensor<1x1xi32> -> tensor<3x2x!bnn.unsigned<1>>
  %falling_shared_values = builtin.unrealized_conversion_cast %falling_shared : tensor<3x2x!bnn.unsigned<1>> to tensor<3x2xi32>
  %falling_shared_flat = tensor.collapse_shape %falling_shared_values [[0, 1]] : tensor<3x2xi32> into tensor<6xi32>
  %falling_shared_any = tensor.cast %falling_shared_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%falling_shared_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 1, 1, 0, 0]

  // Three thresholds give four values; the order of the thresholds does not matter.
  %x = arith.constant dense<[-5, -4, 0, 2, 7]> : tensor<5xi32>
  %t3 = arith.constant dense<[[2, -4, 7]]> : tensor<1x3xi32>
  %two_bits = bnn.threshold %x, %t3 : tensor<5xi32>, tensor<1x3xi32> -> tensor<5x!bnn.unsigned<2>>
  %two_bits_values = builtin.unrealized_conversion_cast %two_bits : tensor<5x!bnn.unsigned<2>> to tensor<5xi32>
  %two_bits_any = tensor.cast %two_bits_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%two_bits_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 1, 2, 3]
  
  %signed = bnn.threshold %x, %t3 : tensor<5xi32>, tensor<1x3xi32> -> tensor<5x!bnn.signed<2>>
  %signed_values = builtin.unrealized_conversion_cast %signed : tensor<5x!bnn.signed<2>> to tensor<5xi32>
  %signed_any = tensor.cast %signed_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%signed_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, -1, 0, 1]
  
  %bipolar = bnn.threshold %x, %t3 : tensor<5xi32>, tensor<1x3xi32> -> tensor<5x!bnn.bipolar<2>>
  %bipolar_values = builtin.unrealized_conversion_cast %bipolar : tensor<5x!bnn.bipolar<2>> to tensor<5xi32>
  %bipolar_any = tensor.cast %bipolar_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -1, -1, 1, 3]
  
  %t2 = arith.constant dense<[[0, 3]]> : tensor<1x2xi32>
  %ternary = bnn.threshold %x, %t2 : tensor<5xi32>, tensor<1x2xi32> -> tensor<5x!bnn.ternary>
  %ternary_values = builtin.unrealized_conversion_cast %ternary : tensor<5x!bnn.ternary> to tensor<5xi32>
  %ternary_any = tensor.cast %ternary_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, 0, 0, 1]

  // The ends of i32: everything reaches INT_MIN, only INT_MAX reaches INT_MAX.
  %ends = arith.constant dense<[-2147483648, -1, 2147483647]> : tensor<3xi32>
  %extreme = arith.constant dense<[[-2147483648, 2147483647]]> : tensor<1x2xi32>
  %rising_ends = bnn.threshold %ends, %extreme : tensor<3xi32>, tensor<1x2xi32> -> tensor<3x!bnn.ternary>
  %rising_ends_values = builtin.unrealized_conversion_cast %rising_ends : tensor<3x!bnn.ternary> to tensor<3xi32>
  %rising_ends_any = tensor.cast %rising_ends_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%rising_ends_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 1]
  
  %falling_ends = bnn.threshold %ends, %extreme {descending = array<i1: true>}
      : tensor<3xi32>, tensor<1x2xi32> -> tensor<3x!bnn.ternary>
  %falling_ends_values = builtin.unrealized_conversion_cast %falling_ends : tensor<3x!bnn.ternary> to tensor<3xi32>
  %falling_ends_any = tensor.cast %falling_ends_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%falling_ends_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 0]

  // Floats: -0 reaches 0, NaN reaches nothing in either direction, nothing reaches NaN.
  %f = arith.constant dense<[[-0.0, -0.0], [0x7FC00000, 0x7FC00000], [0x7F800000, 0x7F800000], [0xFF800000, 0xFF800000]]> : tensor<4x2xf32>
  %tf = arith.constant dense<[[0.0, 0x7FC00000, -1.0], [0.0, 0x7FC00000, -1.0]]> : tensor<2x3xf32>
  %floats = bnn.threshold %f, %tf {descending = array<i1: false, true>}
      : tensor<4x2xf32>, tensor<2x3xf32> -> tensor<4x2x!bnn.unsigned<2>>
  %floats_values = builtin.unrealized_conversion_cast %floats : tensor<4x2x!bnn.unsigned<2>> to tensor<4x2xi32>
  %floats_flat = tensor.collapse_shape %floats_values [[0, 1]] : tensor<4x2xi32> into tensor<8xi32>
  %floats_any = tensor.cast %floats_flat : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%floats_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [2, 1, 0, 0, 2, 0, 0, 2]
  return
}
