// RUN: bnn-opt %s --bnn-decompose-to-binary --split-input-file -o /dev/null --remark-format=emitRemark --remarks-filter-missed=bnn-decompose-to-binary --remarks-filter-passed=bnn-decompose-to-binary 2>&1 | FileCheck %s

// The gate says what it compared. One pair of planes is cheaper than bytes, 64 are not.

// CHECK: remark: [Passed] bnn-decompose-to-binary | {{.*}} Remark="bnn.matmul becomes planes: one pair of planes with popcount about {{[0-9]+}} cycles, {{[a-z-]+}} about {{[0-9]+}}"
func.func @few_bits(%x: tensor<64x512x!bnn.signed<1>>) -> tensor<64x64xi32> {
  %w = bnn.constant dense<1> : tensor<64x512xi8> as tensor<64x512x!bnn.bipolar<1>>
  %acc = bnn.matmul %x, %w {transpose_rhs} : tensor<64x512x!bnn.signed<1>>, tensor<64x512x!bnn.bipolar<1>> -> tensor<64x64xi32>
  return %acc : tensor<64x64xi32>
}

// -----

// CHECK: remark: [Missed] bnn-decompose-to-binary | {{.*}} Remark="bnn.matmul stays whole: 64 pairs of planes with {{[a-z-]+}} about {{[0-9]+}} cycles, {{[a-z-]+}} about {{[0-9]+}}"
func.func @many_bits(%x: tensor<64x512x!bnn.signed<8>>) -> tensor<64x64xi32> {
  %w = bnn.constant dense<-1> : tensor<64x512xi8> as tensor<64x512x!bnn.signed<8>>
  %acc = bnn.matmul %x, %w {transpose_rhs} : tensor<64x512x!bnn.signed<8>>, tensor<64x512x!bnn.signed<8>> -> tensor<64x64xi32>
  return %acc : tensor<64x64xi32>
}

// -----

// CHECK: remark: [Missed] bnn-decompose-to-binary | {{.*}} Remark="bnn.matmul stays whole: it names the kernel 'integer'"
func.func @forced(%x: tensor<64x512x!bnn.unsigned<2>>) -> tensor<64x64xi32> {
  %w = bnn.constant dense<1> : tensor<64x512xi8> as tensor<64x512x!bnn.bipolar<1>>
  %acc = bnn.matmul %x, %w {transpose_rhs, kernel = "integer"} : tensor<64x512x!bnn.unsigned<2>>, tensor<64x512x!bnn.bipolar<1>> -> tensor<64x64xi32>
  return %acc : tensor<64x64xi32>
}
