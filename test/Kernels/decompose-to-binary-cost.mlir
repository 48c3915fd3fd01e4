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

// -----

// Table look-ups, which `lut` has for two bits by one, are among what planes are compared with.

// CHECK: remark: [Missed] bnn-decompose-to-binary | {{.*}} Remark="bnn.matmul stays whole: 2 pairs of planes with pair-lut about {{[0-9]+}} cycles, lut about {{[0-9]+}}"
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
func.func @tables(%x: tensor<784x1152x!bnn.unsigned<2>>) -> tensor<784x128xi32> {
  %w = bnn.constant dense<1> : tensor<128x1152xi8> as tensor<128x1152x!bnn.bipolar<1>>
  %acc = bnn.matmul %x, %w {transpose_rhs} : tensor<784x1152x!bnn.unsigned<2>>, tensor<128x1152x!bnn.bipolar<1>> -> tensor<784x128xi32>
  return %acc : tensor<784x128xi32>
}
}

// -----

// What was measured decides here as it does for bnn-select-kernels.

// CHECK: remark: [Passed] bnn-decompose-to-binary | {{.*}} Remark="bnn.matmul becomes planes: 2 pairs of planes with popcount about {{[0-9]+}} cycles, dot about {{[0-9]+}}; measured on x86-64-v3"
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Apopcount 1x1 784x1152x128 1\0Alut 1x2 784x1152x128 1e12\0A"} {
func.func @measured(%x: tensor<784x1152x!bnn.unsigned<2>>) -> tensor<784x128xi32> {
  %w = bnn.constant dense<1> : tensor<128x1152xi8> as tensor<128x1152x!bnn.bipolar<1>>
  %acc = bnn.matmul %x, %w {transpose_rhs} : tensor<784x1152x!bnn.unsigned<2>>, tensor<128x1152x!bnn.bipolar<1>> -> tensor<784x128xi32>
  return %acc : tensor<784x128xi32>
}
}
