// RUN: bnn-opt %s --bnn-to-kernels=decompose=never --split-input-file | FileCheck %s

// Threshold to packed bits, with the border that the reader wants, the border table in the kernel, and nothing
// else between the two convolutions.

// CHECK-LABEL: @threshold
func.func @threshold(%x: tensor<1x8x8x40xf32>) -> tensor<1x8x8x32xi32> {
  %w = bnn.constant dense<1> : tensor<32x3x3x40xi8> as tensor<32x3x3x40x!bnn.bipolar<1>>
  %w2 = bnn.constant dense<1> : tensor<32x3x3x32xi8> as tensor<32x3x3x32x!bnn.bipolar<1>>
  %table = arith.constant dense<2> : tensor<3x3x32xi32>
  %t = arith.constant dense<3> : tensor<1x1xi32>
  // CHECK: bnn.map_kernel params(%{{.*}} : tensor<1x8x8x40xf32>) outs(%{{.*}} : tensor<1x10x10x8xi8>)
  // CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
  // CHECK-NEXT:   arith.cmpf oge, %[[X]]
  // CHECK:        bnn.yield %{{.*}} : i1
  %b = bnn.binarize %x : tensor<1x8x8x40xf32> -> tensor<1x8x8x40x!bnn.bipolar<1>>
  // CHECK: bnn.contract_kernel "popcount" ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8xi8>, tensor<2x3x6x16xi32>)
  // CHECK-SAME: border(%{{.*}} : tensor<3x3x32xi32>) outs(%{{.*}} : tensor<1x10x10x4xi8>)
  // CHECK-NEXT: ^bb0(%[[ACC:.*]]: i32):
  // CHECK-NEXT:   %[[BIT:.*]] = arith.cmpi sge, %[[ACC]], %{{.*}} : i32
  // CHECK-NEXT:   bnn.yield %[[BIT]] : i1
  %a = bnn.conv2d %b, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x8x8x40x!bnn.bipolar<1>>, tensor<32x3x3x40x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  %c = bnn.border_correct %a, %table {border = array<i64: 1, 1, 1, 1>}
      : tensor<1x8x8x32xi32>, tensor<3x3x32xi32> -> tensor<1x8x8x32xi32>
  %q = bnn.threshold %c, %t : tensor<1x8x8x32xi32>, tensor<1x1xi32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  // CHECK: bnn.contract_kernel "popcount"
  %r = bnn.conv2d %q, %w2 {pad = array<i64: 1, 1, 1, 1>, pad_value = -1 : i64}
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x3x3x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  return %r : tensor<1x8x8x32xi32>
}

// -----

// Scale, residual and PReLU, to f32 and to the next layer's bits from the same registers.

// CHECK-LABEL: @residual
func.func @residual(%x: tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32> {
  %w = bnn.constant dense<1> : tensor<32x1x1x32xi8> as tensor<32x1x1x32x!bnn.bipolar<1>>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %slope = "tosa.const"() {values = dense<0.25> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %b = bnn.binarize %x : tensor<1x8x8x32xf32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  // CHECK: bnn.contract_kernel "popcount" {{.*}} params(%{{.*}} : tensor<1x8x8x32xf32>)
  // CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<1x8x8x32xf32>, tensor<1x8x8x4xi8>)
  // CHECK:      arith.sitofp
  // CHECK-NEXT: arith.mulf
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: arith.cmpf oge
  // CHECK-NEXT: arith.mulf
  // CHECK-NEXT: %[[Y:.*]] = arith.select
  // CHECK-NEXT: %[[POSITIVE:.*]] = arith.cmpf oge, %[[Y]]
  // CHECK:      bnn.yield %[[Y]], %{{.*}} : f32, i1
  // CHECK-NOT: linalg.generic
  %a = bnn.conv2d %b, %w
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  %y = bnn.scale %a by %s : tensor<1x8x8x32xi32>, tensor<1xf32> -> tensor<1x8x8x32xf32>
  %r = tosa.add %y, %x : (tensor<1x8x8x32xf32>, tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32>
  %g = tosa.greater_equal %r, %zero : (tensor<1x8x8x32xf32>, tensor<1x1x1x1xf32>) -> tensor<1x8x8x32xi1>
  %m = tosa.mul %r, %slope, %shift
      : (tensor<1x8x8x32xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x8x8x32xf32>
  %p = tosa.select %g, %r, %m
      : (tensor<1x8x8x32xi1>, tensor<1x8x8x32xf32>, tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32>
  %b2 = bnn.binarize %p : tensor<1x8x8x32xf32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  %a2 = bnn.conv2d %b2, %w
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  // CHECK: bnn.contract_kernel "popcount" {{.*}} params(%{{.*}} : tensor<1x8x8x32xf32>)
  %y2 = bnn.scale %a2 by %s : tensor<1x8x8x32xi32>, tensor<1xf32> -> tensor<1x8x8x32xf32>
  %r2 = tosa.add %y2, %p : (tensor<1x8x8x32xf32>, tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32>
  return %r2 : tensor<1x8x8x32xf32>
}

// -----

// Pooling runs on packed bits; the kernel before it writes them.

// CHECK-LABEL: @pool
func.func @pool(%x: tensor<1x8x8x32xf32>) -> tensor<1x4x4x32xi32> {
  %w = bnn.constant dense<1> : tensor<32x1x1x32xi8> as tensor<32x1x1x32x!bnn.bipolar<1>>
  %t = arith.constant dense<3> : tensor<1x1xi32>
  %b = bnn.binarize %x : tensor<1x8x8x32xf32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  // CHECK: %[[BITS:.*]] = bnn.contract_kernel "popcount" {{.*}} outs(%{{.*}} : tensor<1x8x8x4xi8>)
  %a = bnn.conv2d %b, %w
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  %q = bnn.threshold %a, %t : tensor<1x8x8x32xi32>, tensor<1x1xi32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  // CHECK: bnn.pool_kernel ins(%[[BITS]] : tensor<1x8x8x4xi8>)
  %p = bnn.max_pool2d %q {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<1x8x8x32x!bnn.bipolar<1>> -> tensor<1x4x4x32x!bnn.bipolar<1>>
  %r = bnn.conv2d %p, %w
      : tensor<1x4x4x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x4x4x32xi32>
  return %r : tensor<1x4x4x32xi32>
}

// -----

// ±1 activations by 0/1 weights: the ones of each channel's weights go into a border table of one class.

// CHECK-LABEL: @offsets
func.func @offsets(%x: tensor<5x64xf32>) -> tensor<5x8xi32> {
  %w = bnn.constant dense<1> : tensor<8x64xi8> as tensor<8x64x!bnn.unsigned<1>>
  %b = bnn.binarize %x : tensor<5x64xf32> -> tensor<5x64x!bnn.bipolar<1>>
  // CHECK: %[[TABLE:.*]] = arith.constant dense<-64> : tensor<1x1x8xi32>
  // CHECK: bnn.contract_kernel "popcount" {{.*}} border(%[[TABLE]]
  // CHECK-SAME: border_extent = array<i64: 0, 0, 0, 0>
  %a = bnn.matmul %b, %w {transpose_rhs}
      : tensor<5x64x!bnn.bipolar<1>>, tensor<8x64x!bnn.unsigned<1>> -> tensor<5x8xi32>
  return %a : tensor<5x8xi32>
}

// -----

// What depends on the kernel's own output through another kernel is not fused into it.

// CHECK-LABEL: @cycle
func.func @cycle(%x: tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32> {
  %w = bnn.constant dense<1> : tensor<32x1x1x32xi8> as tensor<32x1x1x32x!bnn.bipolar<1>>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %b = bnn.binarize %x : tensor<1x8x8x32xf32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  %a = bnn.conv2d %b, %w
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  // CHECK: %[[FIRST:.*]]:2 = bnn.contract_kernel
  %y = bnn.scale %a by %s : tensor<1x8x8x32xi32>, tensor<1xf32> -> tensor<1x8x8x32xf32>
  %b2 = bnn.binarize %y : tensor<1x8x8x32xf32> -> tensor<1x8x8x32x!bnn.bipolar<1>>
  %a2 = bnn.conv2d %b2, %w
      : tensor<1x8x8x32x!bnn.bipolar<1>>, tensor<32x1x1x32x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  // CHECK: bnn.contract_kernel "popcount" ins(%[[FIRST]]#1, {{.*}} params(%[[FIRST]]#0
  %y2 = bnn.scale %a2 by %s : tensor<1x8x8x32xi32>, tensor<1xf32> -> tensor<1x8x8x32xf32>
  %r = tosa.mul %y, %y2, %shift
      : (tensor<1x8x8x32xf32>, tensor<1x8x8x32xf32>, tensor<1xi8>) -> tensor<1x8x8x32xf32>
  return %r : tensor<1x8x8x32xf32>
}

// -----

// Codes that no kernel packs go to linalg; softmax has no kernel.

// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<4x64xf32>, %v: tensor<4x64xf32>) -> tensor<4x64xi32> {
  %q = bnn.binarize %x : tensor<4x64xf32> -> tensor<4x64x!bnn.bipolar<1>>
  %k = bnn.binarize %v : tensor<4x64xf32> -> tensor<4x64x!bnn.bipolar<1>>
  // CHECK: bnn.contract_kernel "integer"
  %s = bnn.matmul %q, %k {transpose_rhs}
      : tensor<4x64x!bnn.bipolar<1>>, tensor<4x64x!bnn.bipolar<1>> -> tensor<4x4xi32>
  // CHECK-NOT: bnn.softmax
  // CHECK: linalg.generic
  %p = bnn.softmax %s {mode = #bnn.softmax_mode<bool>} : tensor<4x4xi32> -> tensor<4x4x!bnn.unsigned<1>>
  // CHECK: bnn.contract_kernel "integer"
  %r = bnn.matmul %p, %k
      : tensor<4x4x!bnn.unsigned<1>>, tensor<4x64x!bnn.bipolar<1>> -> tensor<4x64xi32>
  // CHECK-NOT: unrealized_conversion_cast
  return %r : tensor<4x64xi32>
}

// -----

// The higher value of signed<1> is 0, and its code is 0.

// CHECK-LABEL: @signed_bit
func.func @signed_bit(%x: tensor<4x64xf32>) -> tensor<4x8xi32> {
  %w = bnn.constant dense<1> : tensor<64x64xi8> as tensor<64x64x!bnn.bipolar<1>>
  %w2 = bnn.constant dense<1> : tensor<64x8xi8> as tensor<64x8x!bnn.bipolar<1>>
  %t = arith.constant dense<3> : tensor<1x1xi32>
  %b = bnn.binarize %x : tensor<4x64xf32> -> tensor<4x64x!bnn.bipolar<1>>
  // CHECK: %[[HIGH:.*]] = arith.cmpi sge
  // CHECK: %[[VALUE:.*]] = arith.select %[[HIGH]], %c0_i32, %c-1_i32 : i32
  // CHECK: arith.trunci %[[VALUE]] : i32 to i8
  %a = bnn.matmul %b, %w : tensor<4x64x!bnn.bipolar<1>>, tensor<64x64x!bnn.bipolar<1>> -> tensor<4x64xi32>
  %q = bnn.threshold %a, %t : tensor<4x64xi32>, tensor<1x1xi32> -> tensor<4x64x!bnn.signed<1>>
  %r = bnn.matmul %q, %w2 : tensor<4x64x!bnn.signed<1>>, tensor<64x8x!bnn.bipolar<1>> -> tensor<4x8xi32>
  return %r : tensor<4x8xi32>
}
