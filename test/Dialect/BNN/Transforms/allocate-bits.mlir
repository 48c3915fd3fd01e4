// RUN: bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits.json budgets=size:12B" | FileCheck %s --check-prefix=TABLE
// RUN: bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits.json bits=4" | FileCheck %s --check-prefix=FILTER
// RUN: bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits-assignment.json" | FileCheck %s --check-prefix=ASSIGNMENT

// Eight bits of size 8 and 4 bits of size 4 fit into 12: the sensitivities add up to 1 that way and to 2 the other.
// TABLE: tosa.conv2d {{.*}}bnn.activation_bits = 8 : i64, bnn.weight_bits = 4 : i64
// TABLE: tosa.matmul {{.*}}{bnn.activation_bits = 8 : i64, bnn.weight_bits = 8 : i64}
// FILTER: tosa.conv2d {{.*}}bnn.activation_bits = 8 : i64, bnn.weight_bits = 4 : i64
// FILTER: tosa.matmul {{.*}}{bnn.activation_bits = 4 : i64, bnn.weight_bits = 4 : i64}
// ASSIGNMENT: tosa.conv2d {{.*}}bnn.activation_bits = 8 : i64, bnn.weight_bits = 3 : i64
// ASSIGNMENT: tosa.matmul {{.*}}{bnn.activation_bits = 2 : i64, bnn.weight_bits = 1 : i64}
func.func @network(%x: tensor<1x2x2x3xf32>) -> tensor<1x4x5xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<0.5> : tensor<4x1x1x3xf32>}> : () -> tensor<4x1x1x3xf32>
  %y = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<4x1x1x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x4xf32> loc("conv1")
  %shape = tosa.const_shape {values = dense<[1, 4, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %r = tosa.reshape %y, %shape : (tensor<1x2x2x4xf32>, !tosa.shape<3>) -> tensor<1x4x4xf32>
  %v = "tosa.const"() <{values = dense<0.5> : tensor<1x4x5xf32>}> : () -> tensor<1x4x5xf32>
  %z = tosa.matmul %r, %v, %zero, %zero : (tensor<1x4x4xf32>, tensor<1x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x5xf32> loc("fc")
  return %z : tensor<1x4x5xf32>
}
