// RUN: bnn-opt %s --convert-bnn-to-linalg | FileCheck %s

// Signatures, calls and layouts: every tensor of codes becomes one of i32.

// CHECK-LABEL: func.func private @external(tensor<4xi32>, f32) -> tensor<2x2xi32>
func.func private @external(tensor<4x!bnn.unsigned<3>>, f32) -> tensor<2x2x!bnn.ternary>

// CHECK-LABEL: func.func @calls(
// CHECK-SAME: %[[X:.*]]: tensor<4xi32>, %[[F:.*]]: f32) -> (tensor<2x2xi32>, tensor<4xi32>)
func.func @calls(%x: tensor<4x!bnn.unsigned<3>>, %f: f32) -> (tensor<2x2x!bnn.ternary>, tensor<4x!bnn.unsigned<3>>) {
  // CHECK: %[[Y:.*]] = call @external(%[[X]], %[[F]]) : (tensor<4xi32>, f32) -> tensor<2x2xi32>
  // CHECK: return %[[Y]], %[[X]] : tensor<2x2xi32>, tensor<4xi32>
  %y = call @external(%x, %f) : (tensor<4x!bnn.unsigned<3>>, f32) -> tensor<2x2x!bnn.ternary>
  return %y, %x : tensor<2x2x!bnn.ternary>, tensor<4x!bnn.unsigned<3>>
}

// CHECK-LABEL: func.func @layouts(
// CHECK-SAME: %[[X:.*]]: tensor<4x40xi32>) -> tensor<4x40xi32>
func.func @layouts(%x: tensor<4x40x!bnn.bipolar<1>>) -> tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>> {
  // CHECK-NEXT: return %[[X]]
  %p = bnn.pack %x : tensor<4x40x!bnn.bipolar<1>> -> tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
  %u = bnn.unpack %p : tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>> -> tensor<4x40x!bnn.bipolar<1>>
  %q = bnn.pack %u : tensor<4x40x!bnn.bipolar<1>> -> tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
  return %q : tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
}

// Reshapes and slices only change their types.
// CHECK-LABEL: func.func @reshapes
func.func @reshapes(%x: tensor<2x6x!bnn.bipolar<1>>) -> tensor<6x!bnn.bipolar<1>> {
  // CHECK: tensor.expand_shape {{.*}} : tensor<2x6xi32> into tensor<2x2x3xi32>
  // CHECK: tensor.extract_slice {{.*}} : tensor<2x2x3xi32> to tensor<1x2x3xi32>
  // CHECK: tensor.collapse_shape {{.*}} : tensor<1x2x3xi32> into tensor<6xi32>
  %e = tensor.expand_shape %x [[0], [1, 2]] output_shape [2, 2, 3] : tensor<2x6x!bnn.bipolar<1>> into tensor<2x2x3x!bnn.bipolar<1>>
  %s = tensor.extract_slice %e[1, 0, 0] [1, 2, 3] [1, 1, 1] : tensor<2x2x3x!bnn.bipolar<1>> to tensor<1x2x3x!bnn.bipolar<1>>
  %c = tensor.collapse_shape %s [[0, 1, 2]] : tensor<1x2x3x!bnn.bipolar<1>> into tensor<6x!bnn.bipolar<1>>
  return %c : tensor<6x!bnn.bipolar<1>>
}

// The values of constants, not their codes.
// CHECK-LABEL: func.func @constants
func.func @constants() -> (tensor<3x!bnn.bipolar<2>>, tensor<2x!bnn.unsigned<8>>, tensor<1000x!bnn.bipolar<1>>) {
  // CHECK-DAG: arith.constant dense<[-3, 1, 3]> : tensor<3xi32>
  // CHECK-DAG: arith.constant dense<[255, 1]> : tensor<2xi32>
  // CHECK-DAG: arith.constant dense<-1> : tensor<1000xi32>
  %a = bnn.constant dense<[0, 2, 3]> : tensor<3xi8> as tensor<3x!bnn.bipolar<2>>
  %b = bnn.constant dense<[-1, 1]> : tensor<2xi8> as tensor<2x!bnn.unsigned<8>>
  %c = bnn.constant dense<0> : tensor<1000xi8> as tensor<1000x!bnn.bipolar<1>>
  return %a, %b, %c : tensor<3x!bnn.bipolar<2>>, tensor<2x!bnn.unsigned<8>>, tensor<1000x!bnn.bipolar<1>>
}
