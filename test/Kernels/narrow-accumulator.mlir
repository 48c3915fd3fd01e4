// Accumulators that are only compared with constants are i16 in kernels that count in 16 bits.
// RUN: bnn-opt %s --bnn-select-kernels --bnn-form-kernels --split-input-file | FileCheck %s

#bits = #bnn.bit_packed<pad = [], border = 0>

// Limits that no i16 is become the least and the largest one.
// CHECK-LABEL: func.func @thresholds
// CHECK: %[[LIMITS:.*]] = arith.constant dense<{{\[\[}}-32768, 3, 32767, -7]]> : tensor<1x4xi16>
// CHECK: bnn.contract_kernel "pair-lut"
// CHECK-SAME: params(%[[LIMITS]] : tensor<1x4xi16>)
// CHECK: ^bb0(%[[ACC:.*]]: i16, %[[LIMIT:.*]]: i16):
// CHECK: arith.cmpi sge, %[[ACC]], %[[LIMIT]] : i16
func.func @thresholds(%x: tensor<2x40x!bnn.bipolar<1>>) -> tensor<2x4x!bnn.bipolar<1>, #bits> {
  %w = bnn.constant dense<1> : tensor<4x40xi8> as tensor<4x40x!bnn.bipolar<1>>
  %t = arith.constant dense<[[-100000], [3], [100000], [-7]]> : tensor<4x1xi32>
  %acc = bnn.matmul %x, %w {transpose_rhs, kernel = "pair-lut"} : tensor<2x40x!bnn.bipolar<1>>, tensor<4x40x!bnn.bipolar<1>> -> tensor<2x4xi32>
  %b = bnn.threshold %acc, %t : tensor<2x4xi32>, tensor<4x1xi32> -> tensor<2x4x!bnn.bipolar<1>>
  %p = bnn.pack %b : tensor<2x4x!bnn.bipolar<1>> -> tensor<2x4x!bnn.bipolar<1>, #bits>
  return %p : tensor<2x4x!bnn.bipolar<1>, #bits>
}

// -----

#bits = #bnn.bit_packed<pad = [], border = 0>

// Falling thresholds invert the accumulator.
// CHECK-LABEL: func.func @falling
// CHECK: ^bb0(%[[ACC:.*]]: i16, %[[FACTOR:.*]]: i16, %[[LIMIT:.*]]: i16):
// CHECK: %[[Y:.*]] = arith.xori %[[ACC]], %[[FACTOR]] : i16
// CHECK: arith.cmpi sge, %[[Y]], %[[LIMIT]] : i16
func.func @falling(%x: tensor<2x40x!bnn.bipolar<1>>) -> tensor<2x2x!bnn.bipolar<1>, #bits> {
  %w = bnn.constant dense<1> : tensor<2x40xi8> as tensor<2x40x!bnn.bipolar<1>>
  %t = arith.constant dense<[[5], [3]]> : tensor<2x1xi32>
  %acc = bnn.matmul %x, %w {transpose_rhs, kernel = "pair-lut"} : tensor<2x40x!bnn.bipolar<1>>, tensor<2x40x!bnn.bipolar<1>> -> tensor<2x2xi32>
  %b = bnn.threshold %acc, %t {descending = array<i1: true, false>} : tensor<2x2xi32>, tensor<2x1xi32> -> tensor<2x2x!bnn.bipolar<1>>
  %p = bnn.pack %b : tensor<2x2x!bnn.bipolar<1>> -> tensor<2x2x!bnn.bipolar<1>, #bits>
  return %p : tensor<2x2x!bnn.bipolar<1>, #bits>
}

// -----

#bits = #bnn.bit_packed<pad = [], border = 0>

// The sums are a result as well.
// CHECK-LABEL: func.func @used_twice
// CHECK: ^bb0(%{{.*}}: i32, %{{.*}}: i32):
func.func @used_twice(%x: tensor<2x40x!bnn.bipolar<1>>) -> (tensor<2x2xi32>, tensor<2x2x!bnn.bipolar<1>, #bits>) {
  %w = bnn.constant dense<1> : tensor<2x40xi8> as tensor<2x40x!bnn.bipolar<1>>
  %t = arith.constant dense<[[5], [3]]> : tensor<2x1xi32>
  %acc = bnn.matmul %x, %w {transpose_rhs, kernel = "pair-lut"} : tensor<2x40x!bnn.bipolar<1>>, tensor<2x40x!bnn.bipolar<1>> -> tensor<2x2xi32>
  %b = bnn.threshold %acc, %t : tensor<2x2xi32>, tensor<2x1xi32> -> tensor<2x2x!bnn.bipolar<1>>
  %p = bnn.pack %b : tensor<2x2x!bnn.bipolar<1>> -> tensor<2x2x!bnn.bipolar<1>, #bits>
  return %acc, %p : tensor<2x2xi32>, tensor<2x2x!bnn.bipolar<1>, #bits>
}

// -----

#bits = #bnn.bit_packed<pad = [], border = 0>

// Weights of 0 and 1 add a constant to each channel, which kernels of bits do not narrow.
// CHECK-LABEL: func.func @offsets
// CHECK: ^bb0(%{{.*}}: i32, %{{.*}}: i32):
func.func @offsets(%x: tensor<2x40x!bnn.bipolar<1>>) -> tensor<2x2x!bnn.bipolar<1>, #bits> {
  %w = bnn.constant dense<1> : tensor<2x40xi8> as tensor<2x40x!bnn.unsigned<1>>
  %t = arith.constant dense<[[5], [3]]> : tensor<2x1xi32>
  %acc = bnn.matmul %x, %w {transpose_rhs, kernel = "pair-lut"} : tensor<2x40x!bnn.bipolar<1>>, tensor<2x40x!bnn.unsigned<1>> -> tensor<2x2xi32>
  %b = bnn.threshold %acc, %t : tensor<2x2xi32>, tensor<2x1xi32> -> tensor<2x2x!bnn.bipolar<1>>
  %p = bnn.pack %b : tensor<2x2x!bnn.bipolar<1>> -> tensor<2x2x!bnn.bipolar<1>, #bits>
  return %p : tensor<2x2x!bnn.bipolar<1>, #bits>
}
