// RUN: bnn-opt %s --bnn-select-kernels --split-input-file | FileCheck %s

// A table that says how cheap a strategy is, decides; where it was measured is part of the reason.

module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Acpu x86-64-v3\0Ainteger 1x1 16x64x8 1 # one cycle\0A"} {
  // CHECK-LABEL: @cheap
  func.func @cheap(%x: tensor<16x64x!bnn.bipolar<1>>) -> tensor<16x8xi32> {
    %w = bnn.constant dense<1> : tensor<8x64xi8> as tensor<8x64x!bnn.bipolar<1>>
    // CHECK: kernel = "integer", kernel_reason = "about 1 cycles{{.*}}; measured on x86-64-v3
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<16x64x!bnn.bipolar<1>>, tensor<8x64x!bnn.bipolar<1>> -> tensor<16x8xi32>
    return %acc : tensor<16x8xi32>
  }

  // Twice the rows, twice the formula's cycles, the same correction.
  // CHECK-LABEL: @nearby
  func.func @nearby(%x: tensor<32x64x!bnn.bipolar<1>>) -> tensor<32x8xi32> {
    %w = bnn.constant dense<1> : tensor<8x64xi8> as tensor<8x64x!bnn.bipolar<1>>
    // CHECK: kernel = "integer", kernel_reason = "about 2 cycles
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<32x64x!bnn.bipolar<1>>, tensor<8x64x!bnn.bipolar<1>> -> tensor<32x8xi32>
    return %acc : tensor<32x8xi32>
  }

  // The table has nothing for these bits: the formula alone.
  // CHECK-LABEL: @other_bits
  func.func @other_bits(%x: tensor<16x64x!bnn.unsigned<3>>) -> tensor<16x8xi32> {
    %w = bnn.constant dense<1> : tensor<8x64xi8> as tensor<8x64x!bnn.signed<5>>
    // CHECK: kernel_reason = "about {{[0-9][0-9][0-9]+}} cycles
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<16x64x!bnn.unsigned<3>>, tensor<8x64x!bnn.signed<5>> -> tensor<16x8xi32>
    return %acc : tensor<16x8xi32>
  }
}

// -----

// The same code for a table that makes it dear.

module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                   bnn.cost_table = "bnn-cost-table 1\0Aany x86-64 avx2 !avx512f\0Ainteger 1x1 8x8x64-4-3x3-s1 1e15\0A"} {
  // CHECK-LABEL: @dear
  func.func @dear(%x: tensor<1x8x8x64x!bnn.bipolar<1>>) -> tensor<1x8x8x4xi32> {
    %w = bnn.constant dense<1> : tensor<4x3x3x64xi8> as tensor<4x3x3x64x!bnn.bipolar<1>>
    // CHECK-NOT: kernel = "integer"
    // CHECK: kernel_reason = "about {{.*}}; integer about 1.00{{[eE]}}+15{{.*}}; measured on x86-64 avx2 !avx512f
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
        : tensor<1x8x8x64x!bnn.bipolar<1>>, tensor<4x3x3x64x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
    return %acc : tensor<1x8x8x4xi32>
  }
}
