// RUN: bnn-opt %s --bnn-select-kernels --split-input-file | FileCheck %s

// One bit by one bit: popcount, with the border that the op pads with in the layout.

// CHECK-LABEL: @one_bit
func.func @one_bit(%x: tensor<1x8x8x40x!bnn.bipolar<1>>) -> tensor<1x8x8x64xi32> {
  %w = bnn.constant dense<1> : tensor<64x3x3x40xi8> as tensor<64x3x3x40x!bnn.bipolar<1>>
  // CHECK: %[[P:.*]] = bnn.pack %{{.*}} -> tensor<1x8x8x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 2, 0], border = 1>>
  // CHECK: bnn.conv2d %[[P]], %{{.*}} {kernel = "popcount", kernel_reason = "about {{.*}} cycles; {{.*}}integer about {{.*}}"
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 2, 0>, pad_value = 1 : i64}
      : tensor<1x8x8x40x!bnn.bipolar<1>>, tensor<64x3x3x40x!bnn.bipolar<1>> -> tensor<1x8x8x64xi32>
  return %acc : tensor<1x8x8x64xi32>
}

// -----

// A zero is no value of ±1: a kernel without a way of its own pads with -1, and a table corrects the border.

// CHECK-LABEL: @zero_pad
func.func @zero_pad(%x: tensor<1x8x8x40x!bnn.bipolar<1>>) -> tensor<1x8x8x4xi32> {
  %w = bnn.constant dense<1> : tensor<4x3x3x40xi8> as tensor<4x3x3x40x!bnn.bipolar<1>>
  // CHECK: bnn.pack {{.*}} #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  // CHECK: kernel = "popcount", kernel_reason = "about {{.*}} cycles; {{.*}}integer about {{.*}} pad_value = -1
  // CHECK: bnn.border_correct
  %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
      : tensor<1x8x8x40x!bnn.bipolar<1>>, tensor<4x3x3x40x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
  return %acc : tensor<1x8x8x4xi32>
}

// -----

// CHECK-LABEL: @several_bits
func.func @several_bits(%x: tensor<5x40x!bnn.unsigned<4>>) -> tensor<5x3xi32> {
  %w = bnn.constant dense<1> : tensor<40x3xi8> as tensor<40x3x!bnn.signed<4>>
  // CHECK: kernel = "dot", kernel_reason = "{{.*}}popcount: the codes are not one bit by one bit
  %acc = bnn.matmul %x, %w : tensor<5x40x!bnn.unsigned<4>>, tensor<40x3x!bnn.signed<4>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

// Two readers with different borders of one value share one packed image.

// CHECK-LABEL: @shared
func.func @shared(%x: tensor<1x8x8x32x!bnn.bipolar<1>>) -> (tensor<1x8x8x4xi32>, tensor<1x8x8x4xi32>) {
  %w3 = bnn.constant dense<1> : tensor<4x3x3x32xi8> as tensor<4x3x3x32x!bnn.bipolar<1>>
  %w1 = bnn.constant dense<1> : tensor<4x1x1x32xi8> as tensor<4x1x1x32x!bnn.bipolar<1>>
  // CHECK: %[[P:.*]] = bnn.pack {{.*}} #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  // CHECK-NOT: bnn.pack
  // CHECK: bnn.conv2d %[[P]]
  // CHECK: bnn.conv2d %[[P]]
  %a = bnn.conv2d %x, %w3 {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<4x3x3x32x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
  %b = bnn.conv2d %x, %w1
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<4x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
  return %a, %b : tensor<1x8x8x4xi32>, tensor<1x8x8x4xi32>
}

// -----

// Borders of different value need an image each.

// CHECK-LABEL: @two_borders
func.func @two_borders(%x: tensor<1x8x8x32x!bnn.bipolar<1>>) -> (tensor<1x8x8x4xi32>, tensor<1x8x8x4xi32>) {
  %w = bnn.constant dense<1> : tensor<4x3x3x32xi8> as tensor<4x3x3x32x!bnn.bipolar<1>>
  // CHECK-COUNT-2: bnn.pack
  %a = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<4x3x3x32x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
  %b = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = 1 : i64}
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<4x3x3x32x!bnn.bipolar<1>> -> tensor<1x8x8x4xi32>
  return %a, %b : tensor<1x8x8x4xi32>, tensor<1x8x8x4xi32>
}

// -----

// A kernel that is named is kept, and transposes of computed operands are done on values.

// CHECK-LABEL: @forced
func.func @forced(%x: tensor<64x5x!bnn.bipolar<1>>, %y: tensor<3x64x!bnn.bipolar<1>>) -> tensor<5x3xi32> {
  // CHECK: linalg.transpose
  // CHECK: linalg.transpose
  // CHECK: bnn.matmul %{{.*}}, %{{.*}} {kernel = "integer", kernel_reason = "about {{[0-9]+}} cycles"}
  %acc = bnn.matmul %x, %y {kernel = "integer", transpose_lhs, transpose_rhs}
      : tensor<64x5x!bnn.bipolar<1>>, tensor<3x64x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

// CHECK-LABEL: @many_batches
func.func @many_batches(%x: tensor<2x3x4x5x64x!bnn.bipolar<1>>, %y: tensor<2x3x4x64x7x!bnn.bipolar<1>>)
    -> tensor<2x3x4x5x7xi32> {
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1, 2], [3], [4]]
  // CHECK: bnn.matmul {{.*}} -> tensor<24x5x7xi32>
  // CHECK: tensor.expand_shape
  %acc = bnn.matmul %x, %y
      : tensor<2x3x4x5x64x!bnn.bipolar<1>>, tensor<2x3x4x64x7x!bnn.bipolar<1>> -> tensor<2x3x4x5x7xi32>
  return %acc : tensor<2x3x4x5x7xi32>
}

// -----

// Table look-ups are cheaper than multiplications for few bits, where there is a byte shuffle.

module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
  // CHECK-LABEL: @two_bits
  func.func @two_bits(%x: tensor<1x14x14x128x!bnn.unsigned<2>>) -> tensor<1x14x14x128xi32> {
    %w = bnn.constant dense<1> : tensor<128x3x3x128xi8> as tensor<128x3x3x128x!bnn.bipolar<1>>
    // CHECK: kernel = "lut", kernel_reason = "about {{.*}} cycles; dot about {{.*}}; integer about {{.*}}
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
        : tensor<1x14x14x128x!bnn.unsigned<2>>, tensor<128x3x3x128x!bnn.bipolar<1>> -> tensor<1x14x14x128xi32>
    return %acc : tensor<1x14x14x128xi32>
  }

  // Tables for three channels would be half empty.

  // CHECK-LABEL: @odd_channels
  func.func @odd_channels(%x: tensor<1x14x14x3x!bnn.unsigned<2>>) -> tensor<1x14x14x128xi32> {
    %w = bnn.constant dense<1> : tensor<128x3x3x3xi8> as tensor<128x3x3x3x!bnn.bipolar<1>>
    // CHECK: kernel = "dot", kernel_reason = "{{.*}}lut: the channels are no multiple of four
    %acc = bnn.conv2d %x, %w {pad = array<i64: 1, 1, 1, 1>}
        : tensor<1x14x14x3x!bnn.unsigned<2>>, tensor<128x3x3x3x!bnn.bipolar<1>> -> tensor<1x14x14x128xi32>
    return %acc : tensor<1x14x14x128xi32>
  }

  // CHECK-LABEL: @eight_bits
  func.func @eight_bits(%x: tensor<64x64x!bnn.unsigned<8>>) -> tensor<64x64xi32> {
    %w = bnn.constant dense<1> : tensor<64x64xi8> as tensor<64x64x!bnn.signed<8>>
    // CHECK: kernel = "dot", kernel_reason = "{{.*}}lut: the codes have too many bits for tables
    %acc = bnn.matmul %x, %w : tensor<64x64x!bnn.unsigned<8>>, tensor<64x64x!bnn.signed<8>> -> tensor<64x64xi32>
    return %acc : tensor<64x64xi32>
  }
}
