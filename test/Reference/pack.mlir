// Runs bnn.pack and bnn.unpack, which change no value through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %x = bnn.constant dense<[[[[1, 0, 1], [0, 0, 1]]]]> : tensor<1x1x2x3xi8> as tensor<1x1x2x3x!bnn.bipolar<1>>
  %p = bnn.pack %x : tensor<1x1x2x3x!bnn.bipolar<1>>
      -> tensor<1x1x2x3x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  %u = bnn.unpack %p : tensor<1x1x2x3x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
      -> tensor<1x1x2x3x!bnn.bipolar<1>>
  %u_values = builtin.unrealized_conversion_cast %u : tensor<1x1x2x3x!bnn.bipolar<1>> to tensor<1x1x2x3xi32>
  %u_flat = tensor.collapse_shape %u_values [[0, 1, 2, 3]] : tensor<1x1x2x3xi32> into tensor<6xi32>
  %u_any = tensor.cast %u_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%u_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, -1, 1, -1, -1, 1]
  
  %y = bnn.constant dense<[-4, 3, 0]> : tensor<3xi8> as tensor<3x!bnn.signed<3>>
  %b = bnn.pack %y : tensor<3x!bnn.signed<3>> -> tensor<3x!bnn.signed<3>, #bnn.byte_codes>
  %b_values = builtin.unrealized_conversion_cast %b : tensor<3x!bnn.signed<3>, #bnn.byte_codes> to tensor<3xi32>
  %b_any = tensor.cast %b_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%b_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-4, 3, 0]
  return
}
