// Runs bnn.ternarize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %x = arith.constant dense<[-2.0, -1.0, -0.0, 1.0, 1.5, 0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<8xf32>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %a = bnn.ternarize %x dead_zone %one : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.ternary>
  %a_values = builtin.unrealized_conversion_cast %a : tensor<8x!bnn.ternary> to tensor<8xi32>
  %a_any = tensor.cast %a_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%a_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0, 0, 0, 1, 0, 1, -1]

  // One dead zone per channel.
  %y = arith.constant dense<[[0.5, 0.5], [-0.5, -3.5]]> : tensor<2x2xf32>
  %d = arith.constant dense<[0.25, 3.0]> : tensor<2xf32>
  %b = bnn.ternarize %y dead_zone %d : tensor<2x2xf32>, tensor<2xf32> -> tensor<2x2x!bnn.ternary>
  %b_values = builtin.unrealized_conversion_cast %b : tensor<2x2x!bnn.ternary> to tensor<2x2xi32>
  %b_flat = tensor.collapse_shape %b_values [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %b_any = tensor.cast %b_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%b_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, -1, -1]

  // With a negative dead zone both tests hold for 0; the first one counts. With one of NaN, none does.
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %odd = arith.constant dense<[-1.0, 0x7FC00000]> : tensor<2xf32>
  %c = bnn.ternarize %zero dead_zone %odd : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.ternary>
  %c_values = builtin.unrealized_conversion_cast %c : tensor<2x!bnn.ternary> to tensor<2xi32>
  %c_any = tensor.cast %c_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%c_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0]
  return
}
