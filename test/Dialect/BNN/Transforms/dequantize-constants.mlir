// RUN: bnn-opt %s --bnn-dequantize-constants | FileCheck %s

// CHECK-LABEL: func @per_channel
// CHECK: "tosa.const"() <{values = dense<{{\[\[}}5.000000e-01, -1.000000e+00], [-5.000000e-01, 1.000000e+00]]> : tensor<2x2xf32>}>
func.func @per_channel() -> tensor<2x2xf32> {
  %q = bnn.constant dense<[[1, 0], [0, 1]]> : tensor<2x2xi8> as tensor<2x2x!bnn.bipolar<1>>
  %s = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %y = bnn.dequantize %q scale %s {axis = 1 : i64} : tensor<2x2x!bnn.bipolar<1>>, tensor<2xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// Codes of unsigned types are read as unsigned; the zero point comes off before scaling.
// CHECK-LABEL: func @zero_point
// CHECK: dense<[2.540000e+02, -1.000000e+00]>
func.func @zero_point() -> tensor<2xf32> {
  %q = bnn.constant dense<[-1, 0]> : tensor<2xi8> as tensor<2x!bnn.unsigned<8>>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %y = bnn.dequantize %q scale %s {zero_points = array<i64: 1>} : tensor<2x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// CHECK-LABEL: func @not_constant
// CHECK-COUNT-2: bnn.dequantize
func.func @not_constant(%q: tensor<2x!bnn.signed<4>>, %s: tensor<1xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %c = bnn.constant dense<1> : tensor<2xi8> as tensor<2x!bnn.signed<4>>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %0 = bnn.dequantize %c scale %s : tensor<2x!bnn.signed<4>>, tensor<1xf32> -> tensor<2xf32>
  %1 = bnn.dequantize %q scale %one : tensor<2x!bnn.signed<4>>, tensor<1xf32> -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}
