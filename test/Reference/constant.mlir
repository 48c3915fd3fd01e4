// Runs bnn.constant through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  
  %bipolar1 = bnn.constant dense<[0, 1, 1]> : tensor<3xi8> as tensor<3x!bnn.bipolar<1>>
  %bipolar1_values = builtin.unrealized_conversion_cast %bipolar1 : tensor<3x!bnn.bipolar<1>> to tensor<3xi32>
  %bipolar1_any = tensor.cast %bipolar1_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, 1]
  
  %bipolar8 = bnn.constant dense<[0, 1, 127, -128, -1]> : tensor<5xi8> as tensor<5x!bnn.bipolar<8>>
  %bipolar8_values = builtin.unrealized_conversion_cast %bipolar8 : tensor<5x!bnn.bipolar<8>> to tensor<5xi32>
  %bipolar8_any = tensor.cast %bipolar8_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar8_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-255, -253, -1, 1, 255]
  
  %unsigned8 = bnn.constant dense<[0, 127, -128, -1]> : tensor<4xi8> as tensor<4x!bnn.unsigned<8>>
  %unsigned8_values = builtin.unrealized_conversion_cast %unsigned8 : tensor<4x!bnn.unsigned<8>> to tensor<4xi32>
  %unsigned8_any = tensor.cast %unsigned8_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%unsigned8_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 127, 128, 255]
  
  %signed3 = bnn.constant dense<[-4, -1, 0, 3]> : tensor<4xi8> as tensor<4x!bnn.signed<3>>
  %signed3_values = builtin.unrealized_conversion_cast %signed3 : tensor<4x!bnn.signed<3>> to tensor<4xi32>
  %signed3_any = tensor.cast %signed3_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%signed3_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-4, -1, 0, 3]
  
  %signed8 = bnn.constant dense<[-128, -1, 127]> : tensor<3xi8> as tensor<3x!bnn.signed<8>>
  %signed8_values = builtin.unrealized_conversion_cast %signed8 : tensor<3x!bnn.signed<8>> to tensor<3xi32>
  %signed8_any = tensor.cast %signed8_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%signed8_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-128, -1, 127]
  
  %signed1 = bnn.constant dense<[-1, 0]> : tensor<2xi8> as tensor<2x!bnn.signed<1>>
  %signed1_values = builtin.unrealized_conversion_cast %signed1 : tensor<2x!bnn.signed<1>> to tensor<2xi32>
  %signed1_any = tensor.cast %signed1_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%signed1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0]
  
  %ternary = bnn.constant dense<[-1, 0, 1]> : tensor<3xi8> as tensor<3x!bnn.ternary>
  %ternary_values = builtin.unrealized_conversion_cast %ternary : tensor<3x!bnn.ternary> to tensor<3xi32>
  %ternary_any = tensor.cast %ternary_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0, 1]
  
  %splat = bnn.constant dense<0> : tensor<2x3xi8> as tensor<2x3x!bnn.bipolar<2>>
  %splat_values = builtin.unrealized_conversion_cast %splat : tensor<2x3x!bnn.bipolar<2>> to tensor<2x3xi32>
  %splat_flat = tensor.collapse_shape %splat_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %splat_any = tensor.cast %splat_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%splat_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -3, -3, -3, -3, -3]
  return
}
