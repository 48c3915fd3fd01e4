// RUN: bnn-opt %s --bnn-select-kernels --bnn-form-kernels --bnn-pack-constants="min-elements=16" | FileCheck %s
// RUN: bnn-opt %s --bnn-select-kernels --bnn-form-kernels --bnn-pack-constants | FileCheck %s --check-prefix=DEFAULT

// 54 weights of three bits: parts of two bits and of one, for 56 elements.
// CHECK-LABEL: func.func @three_bits
// CHECK-DAG: arith.constant dense<{{.*}}> : tensor<2x7xi8>
// CHECK-DAG: arith.constant dense<{{.*}}0, 2{{.*}}4, 6{{.*}}> : tensor<2x2xi8>
// CHECK-DAG: arith.constant dense<{{.*}}> : tensor<7xi8>
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<2x2x2x7xi8>)
// CHECK: tensor.extract_slice {{.*}} : tensor<56xi8> to tensor<54xi8>
// CHECK: %[[W:.*]] = tensor.expand_shape {{.*}} : tensor<54xi8> into tensor<1x27x2xi8>
// CHECK: bnn.contract_kernel "integer" ins(%{{.*}}, %[[W]]
// DEFAULT-LABEL: func.func @three_bits
// DEFAULT-NOT: linalg.generic
func.func @three_bits(%x: tensor<1x4x4x3x!bnn.unsigned<8>>) -> tensor<1x2x2x2xi32> {
  %w = bnn.constant dense<[[[[1, -2, 3], [-4, 0, 2], [1, 1, 1]], [[1, -2, 3], [-4, 0, 2], [1, 1, 1]], [[1, -2, 3], [-4, 0, 2], [1, 1, 1]]], [[[1, -2, 3], [-4, 0, 2], [1, 1, 1]], [[1, -2, 3], [-4, 0, 2], [1, 1, 1]], [[1, -2, 3], [-4, 0, 2], [1, 1, 1]]]]> : tensor<2x3x3x3xi8> as tensor<2x3x3x3x!bnn.signed<3>>
  %y = bnn.conv2d %x, %w {kernel = "integer"} : tensor<1x4x4x3x!bnn.unsigned<8>>, tensor<2x3x3x3x!bnn.signed<3>> -> tensor<1x2x2x2xi32>
  return %y : tensor<1x2x2x2xi32>
}

// Bytes that need all bits stay.
// CHECK-LABEL: func.func @eight_bits
// CHECK-NOT: linalg.generic
// CHECK: bnn.contract_kernel
func.func @eight_bits(%x: tensor<2x16x!bnn.signed<8>>) -> tensor<2x1xi32> {
  %w = bnn.constant dense<[[-128, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 127]]> : tensor<1x16xi8> as tensor<1x16x!bnn.signed<8>>
  %y = bnn.matmul %x, %w {transpose_rhs, kernel = "integer"} : tensor<2x16x!bnn.signed<8>>, tensor<1x16x!bnn.signed<8>> -> tensor<2x1xi32>
  return %y : tensor<2x1xi32>
}
