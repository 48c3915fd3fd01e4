// Which of two kernels for one bit is faster depends on the CPU and on how many rows share the weights. Measured on
// a Zen 4, in thousands of cycles:
//
//                          x86-64-v3             with VPOPCNTDQ
//                          pair-lut  popcount    pair-lut  popcount
//   1x4096x4096                 228       146         221       103
//   2x4096x4096                 228       294         226       115
//   3136x64x64                   97       170         101        48
//   28x28x128-128-3x3           449      1031         449       348
//   17x23x96-72-3x3             134       215         134        83

// RUN: sed s/CPU/x86-64-v3/ %s | bnn-opt --bnn-select-kernels | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: sed s/CPU/znver4/ %s | bnn-opt --bnn-select-kernels | FileCheck %s --check-prefixes=CHECK,AVX512

module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "CPU">} {
  // CHECK-LABEL: @one_row
  func.func @one_row(%x: tensor<1x4096x!bnn.bipolar<1>>) -> tensor<1x4096xi32> {
    %w = bnn.constant dense<1> : tensor<4096x4096xi8> as tensor<4096x4096x!bnn.bipolar<1>>
    // CHECK: kernel = "popcount"
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<1x4096x!bnn.bipolar<1>>, tensor<4096x4096x!bnn.bipolar<1>> -> tensor<1x4096xi32>
    return %acc : tensor<1x4096xi32>
  }

  // CHECK-LABEL: @two_rows
  func.func @two_rows(%x: tensor<2x4096x!bnn.bipolar<1>>) -> tensor<2x4096xi32> {
    %w = bnn.constant dense<1> : tensor<4096x4096xi8> as tensor<4096x4096x!bnn.bipolar<1>>
    // AVX2: kernel = "pair-lut"
    // AVX512: kernel = "popcount"
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<2x4096x!bnn.bipolar<1>>, tensor<4096x4096x!bnn.bipolar<1>> -> tensor<2x4096xi32>
    return %acc : tensor<2x4096xi32>
  }

  // CHECK-LABEL: @shallow
  func.func @shallow(%x: tensor<3136x64x!bnn.bipolar<1>>) -> tensor<3136x64xi32> {
    %w = bnn.constant dense<1> : tensor<64x64xi8> as tensor<64x64x!bnn.bipolar<1>>
    // AVX2: kernel = "pair-lut"
    // AVX512: kernel = "popcount"
    %acc = bnn.matmul %x, %w {transpose_rhs}
        : tensor<3136x64x!bnn.bipolar<1>>, tensor<64x64x!bnn.bipolar<1>> -> tensor<3136x64xi32>
    return %acc : tensor<3136x64xi32>
  }

  // CHECK-LABEL: @window
  func.func @window(%x: tensor<1x28x28x128x!bnn.bipolar<1>>) -> tensor<1x28x28x128xi32> {
    %w = bnn.constant dense<1> : tensor<128x3x3x128xi8> as tensor<128x3x3x128x!bnn.bipolar<1>>
    // AVX2: kernel = "pair-lut"
    // AVX512: kernel = "popcount"
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
        : tensor<1x28x28x128x!bnn.bipolar<1>>, tensor<128x3x3x128x!bnn.bipolar<1>> -> tensor<1x28x28x128xi32>
    return %acc : tensor<1x28x28x128xi32>
  }

  // The second panel of 64 channels has one register of them to compute.
  // CHECK-LABEL: @uneven
  func.func @uneven(%x: tensor<1x17x23x96x!bnn.bipolar<1>>) -> tensor<1x17x23x72xi32> {
    %w = bnn.constant dense<1> : tensor<72x3x3x96xi8> as tensor<72x3x3x96x!bnn.bipolar<1>>
    // AVX2: kernel = "pair-lut"
    // AVX512: kernel = "popcount"
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
        : tensor<1x17x23x96x!bnn.bipolar<1>>, tensor<72x3x3x96x!bnn.bipolar<1>> -> tensor<1x17x23x72xi32>
    return %acc : tensor<1x17x23x72xi32>
  }
}
