// Runs bnn.plane through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // value = sum of 2^index · plane; the top plane of signed and the sign plane of ternary count negative.
  
  %unsigned = bnn.constant dense<[0, 5, 6, 7]> : tensor<4xi8> as tensor<4x!bnn.unsigned<3>>
  %unsigned0 = bnn.plane %unsigned {index = 0 : i64} : tensor<4x!bnn.unsigned<3>> -> tensor<4x!bnn.unsigned<1>>
  %unsigned0_values = builtin.unrealized_conversion_cast %unsigned0 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %unsigned0_any = tensor.cast %unsigned0_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%unsigned0_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, 1]
  %unsigned1 = bnn.plane %unsigned {index = 1 : i64} : tensor<4x!bnn.unsigned<3>> -> tensor<4x!bnn.unsigned<1>>
  %unsigned1_values = builtin.unrealized_conversion_cast %unsigned1 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %unsigned1_any = tensor.cast %unsigned1_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%unsigned1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 1, 1]
  %unsigned2 = bnn.plane %unsigned {index = 2 : i64} : tensor<4x!bnn.unsigned<3>> -> tensor<4x!bnn.unsigned<1>>
  %unsigned2_values = builtin.unrealized_conversion_cast %unsigned2 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %unsigned2_any = tensor.cast %unsigned2_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%unsigned2_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 1, 1]
  
  %signed = bnn.constant dense<[-4, -3, -1, 3]> : tensor<4xi8> as tensor<4x!bnn.signed<3>>
  %signed0 = bnn.plane %signed {index = 0 : i64} : tensor<4x!bnn.signed<3>> -> tensor<4x!bnn.unsigned<1>>
  %signed0_values = builtin.unrealized_conversion_cast %signed0 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %signed0_any = tensor.cast %signed0_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%signed0_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 1, 1]
  %signed1 = bnn.plane %signed {index = 1 : i64} : tensor<4x!bnn.signed<3>> -> tensor<4x!bnn.unsigned<1>>
  %signed1_values = builtin.unrealized_conversion_cast %signed1 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %signed1_any = tensor.cast %signed1_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%signed1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 1, 1]
  %signed2 = bnn.plane %signed {index = 2 : i64} : tensor<4x!bnn.signed<3>> -> tensor<4x!bnn.unsigned<1>>
  %signed2_values = builtin.unrealized_conversion_cast %signed2 : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %signed2_any = tensor.cast %signed2_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%signed2_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 1, 0]
  
  %ternary = bnn.constant dense<[-1, 0, 1]> : tensor<3xi8> as tensor<3x!bnn.ternary>
  %ternary0 = bnn.plane %ternary {index = 0 : i64} : tensor<3x!bnn.ternary> -> tensor<3x!bnn.unsigned<1>>
  %ternary0_values = builtin.unrealized_conversion_cast %ternary0 : tensor<3x!bnn.unsigned<1>> to tensor<3xi32>
  %ternary0_any = tensor.cast %ternary0_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary0_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 1]
  %ternary1 = bnn.plane %ternary {index = 1 : i64} : tensor<3x!bnn.ternary> -> tensor<3x!bnn.unsigned<1>>
  %ternary1_values = builtin.unrealized_conversion_cast %ternary1 : tensor<3x!bnn.unsigned<1>> to tensor<3xi32>
  %ternary1_any = tensor.cast %ternary1_values : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 0]
  
  %bipolar = bnn.constant dense<[0, 1, 2, 3]> : tensor<4xi8> as tensor<4x!bnn.bipolar<2>>
  %bipolar0 = bnn.plane %bipolar {index = 0 : i64} : tensor<4x!bnn.bipolar<2>> -> tensor<4x!bnn.bipolar<1>>
  %bipolar0_values = builtin.unrealized_conversion_cast %bipolar0 : tensor<4x!bnn.bipolar<1>> to tensor<4xi32>
  %bipolar0_any = tensor.cast %bipolar0_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar0_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, -1, 1]
  %bipolar1 = bnn.plane %bipolar {index = 1 : i64} : tensor<4x!bnn.bipolar<2>> -> tensor<4x!bnn.bipolar<1>>
  %bipolar1_values = builtin.unrealized_conversion_cast %bipolar1 : tensor<4x!bnn.bipolar<1>> to tensor<4xi32>
  %bipolar1_any = tensor.cast %bipolar1_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar1_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, 1, 1]
  return
}
