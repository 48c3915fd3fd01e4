// Runs bnn.bit_switch through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @show(%w: tensor<8x!bnn.signed<8>>, %bits: tensor<i32>) {
  %even = bnn.bit_switch %w, %bits : tensor<8x!bnn.signed<8>>, tensor<i32>
  %even_values = builtin.unrealized_conversion_cast %even : tensor<8x!bnn.signed<8>> to tensor<8xi32>
  %even_any = tensor.cast %even_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%even_any) : (tensor<*xi32>) -> ()
  %up = bnn.bit_switch %w, %bits {rounding = #bnn.rounding<half_up>} : tensor<8x!bnn.signed<8>>, tensor<i32>
  %up_values = builtin.unrealized_conversion_cast %up : tensor<8x!bnn.signed<8>> to tensor<8xi32>
  %up_any = tensor.cast %up_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%up_any) : (tensor<*xi32>) -> ()
  return
}

func.func @main() {
  %w = bnn.constant dense<[-128, -24, -8, 0, 7, 8, 24, 127]> : tensor<8xi8> as tensor<8x!bnn.signed<8>>

  // All bits: nothing changes. More are as many.
  // CHECK: data =
  // CHECK-NEXT: [-128,  -24,  -8,  0,  7,  8,  24,  127]
  // CHECK: data =
  // CHECK-NEXT: [-128,  -24,  -8,  0,  7,  8,  24,  127]
  %eight = arith.constant dense<8> : tensor<i32>
  call @show(%w, %eight) : (tensor<8x!bnn.signed<8>>, tensor<i32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-128,  -24,  -8,  0,  7,  8,  24,  127]
  %twenty = arith.constant dense<20> : tensor<i32>
  call @show(%w, %twenty) : (tensor<8x!bnn.signed<8>>, tensor<i32>) -> ()

  // Four bits: steps of 16. -24 and 24 lie between -32 and -16, and 16 and 32; 127 is cut to 7 · 16.
  // CHECK: data =
  // CHECK: data =
  // CHECK-NEXT: [-128,  -32,  0,  0,  0,  0,  32,  112]
  // CHECK: data =
  // CHECK-NEXT: [-128,  -16,  0,  0,  0,  16,  32,  112]
  %four = arith.constant dense<4> : tensor<i32>
  call @show(%w, %four) : (tensor<8x!bnn.signed<8>>, tensor<i32>) -> ()

  // One bit: -128 or 0; less is one.
  // CHECK: data =
  // CHECK-NEXT: [-128,  0,  0,  0,  0,  0,  0,  0]
  // CHECK: data =
  // CHECK: data =
  // CHECK-NEXT: [-128,  0,  0,  0,  0,  0,  0,  0]
  %one = arith.constant dense<1> : tensor<i32>
  call @show(%w, %one) : (tensor<8x!bnn.signed<8>>, tensor<i32>) -> ()
  %none = arith.constant dense<-3> : tensor<i32>
  call @show(%w, %none) : (tensor<8x!bnn.signed<8>>, tensor<i32>) -> ()
  return
}
