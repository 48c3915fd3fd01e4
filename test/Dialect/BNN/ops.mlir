// RUN: bnn-opt %s | bnn-opt | FileCheck %s
// RUN: bnn-opt %s -mlir-print-op-generic | bnn-opt | FileCheck %s
// RUN: bnn-opt %s -emit-bytecode | bnn-opt | FileCheck %s
// RUN: bnn-opt %s --verify-roundtrip | FileCheck %s

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @constant
func.func @constant() {
  // CHECK: bnn.constant dense<[1, 0, 1]> : tensor<3xi8> as tensor<3x!bnn.bipolar<1>>
  %0 = bnn.constant dense<[1, 0, 1]> : tensor<3xi8> as tensor<3x!bnn.bipolar<1>>
  // A splat, and codes of the whole range: unsigned codes wrap in i8.
  // CHECK: bnn.constant dense<0> : tensor<2x2xi8> as tensor<2x2x!bnn.ternary>
  %1 = bnn.constant dense<0> : tensor<2x2xi8> as tensor<2x2x!bnn.ternary>
  // CHECK: bnn.constant dense<[-1, 127, -128]> : tensor<3xi8> as tensor<3x!bnn.unsigned<8>>
  %2 = bnn.constant dense<[255, 127, 128]> : tensor<3xi8> as tensor<3x!bnn.unsigned<8>>
  // CHECK: bnn.constant dense<[-8, 7]> : tensor<2xi8> as tensor<2x!bnn.signed<4>>
  %3 = bnn.constant dense<[-8, 7]> : tensor<2xi8> as tensor<2x!bnn.signed<4>>
  // CHECK: bnn.constant dense<-1> : tensor<i8> as tensor<!bnn.ternary> {note}
  %4 = bnn.constant dense<-1> : tensor<i8> as tensor<!bnn.ternary> {note}
  return
}

//===----------------------------------------------------------------------===//
// Floats to codes and back
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @quantize
func.func @quantize(%x: tensor<1x2x2x3xf32>, %s: tensor<1xf32>, %sc: tensor<3xf32>, %v: tensor<f32>, %r0: tensor<f32>) {
  // CHECK: bnn.quantize %{{.*}} scale %{{.*}} : tensor<1x2x2x3xf32>, tensor<1xf32> -> tensor<1x2x2x3x!bnn.signed<8>>
  %0 = bnn.quantize %x scale %s : tensor<1x2x2x3xf32>, tensor<1xf32> -> tensor<1x2x2x3x!bnn.signed<8>>
  // CHECK: bnn.quantize %{{.*}} scale %{{.*}} {axis = 3 : i64, narrow, rounding = #bnn.rounding<half_away>, shift_before_round, zero_points = array<i64: 1, 2, 3>} : tensor<1x2x2x3xf32>, tensor<3xf32> -> tensor<1x2x2x3x!bnn.unsigned<4>>
  %1 = bnn.quantize %x scale %sc {axis = 3, rounding = #bnn.rounding<half_away>, shift_before_round, narrow,
      zero_points = array<i64: 1, 2, 3>} : tensor<1x2x2x3xf32>, tensor<3xf32> -> tensor<1x2x2x3x!bnn.unsigned<4>>
  // CHECK: bnn.quantize {{.*}} -> tensor<1x2x2x3x!bnn.bipolar<2>>
  %2 = bnn.quantize %x scale %s : tensor<1x2x2x3xf32>, tensor<1xf32> -> tensor<1x2x2x3x!bnn.bipolar<2>>
  // CHECK: bnn.quantize %{{.*}} scale %{{.*}} {zero_points = array<i64: -7>} : tensor<f32>, tensor<f32> -> tensor<!bnn.signed<8>>
  %3 = bnn.quantize %v scale %r0 {zero_points = array<i64: -7>} : tensor<f32>, tensor<f32> -> tensor<!bnn.signed<8>>
  return
}

// CHECK-LABEL: func.func @dequantize
func.func @dequantize(%q: tensor<4x3x!bnn.unsigned<2>>, %s: tensor<1xf32>, %sc: tensor<3xf32>, %t: tensor<4x3x!bnn.ternary>) {
  // CHECK: bnn.dequantize %{{.*}} scale %{{.*}} : tensor<4x3x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<4x3xf32>
  %0 = bnn.dequantize %q scale %s : tensor<4x3x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<4x3xf32>
  // CHECK: bnn.dequantize %{{.*}} scale %{{.*}} {axis = 1 : i64, zero_points = array<i64: 2>} : tensor<4x3x!bnn.unsigned<2>>, tensor<3xf32> -> tensor<4x3xf32>
  %1 = bnn.dequantize %q scale %sc {axis = 1, zero_points = array<i64: 2>} : tensor<4x3x!bnn.unsigned<2>>, tensor<3xf32> -> tensor<4x3xf32>
  // CHECK: bnn.dequantize {{.*}} tensor<4x3x!bnn.ternary>
  %2 = bnn.dequantize %t scale %s : tensor<4x3x!bnn.ternary>, tensor<1xf32> -> tensor<4x3xf32>
  return
}

// CHECK-LABEL: func.func @binarize
func.func @binarize(%x: tensor<2x3xf32>, %t: tensor<3xf32>, %t1: tensor<1xf32>) {
  // CHECK: bnn.binarize %{{.*}} : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %0 = bnn.binarize %x : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  // CHECK: bnn.binarize %{{.*}} threshold %{{.*}} : tensor<3xf32> {zero = #bnn.zero_mode<minus>} : tensor<2x3xf32> -> tensor<2x3x!bnn.unsigned<1>>
  %1 = bnn.binarize %x threshold %t : tensor<3xf32> {zero = #bnn.zero_mode<minus>} : tensor<2x3xf32> -> tensor<2x3x!bnn.unsigned<1>>
  // CHECK: bnn.binarize %{{.*}} {zero = #bnn.zero_mode<signbit>}
  %2 = bnn.binarize %x {zero = #bnn.zero_mode<signbit>} : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  // CHECK: bnn.binarize %{{.*}} threshold %{{.*}} : tensor<1xf32> {zero = #bnn.zero_mode<ternary>} : tensor<2x3xf32> -> tensor<2x3x!bnn.ternary>
  %3 = bnn.binarize %x threshold %t1 : tensor<1xf32> {zero = #bnn.zero_mode<ternary>} : tensor<2x3xf32> -> tensor<2x3x!bnn.ternary>
  return
}

// CHECK-LABEL: func.func @ternarize
func.func @ternarize(%x: tensor<2x3xf32>, %d: tensor<1xf32>, %dc: tensor<3xf32>) {
  // CHECK: bnn.ternarize %{{.*}} dead_zone %{{.*}} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.ternary>
  %0 = bnn.ternarize %x dead_zone %d : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.ternary>
  // CHECK: bnn.ternarize %{{.*}} dead_zone %{{.*}} : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3x!bnn.ternary>
  %1 = bnn.ternarize %x dead_zone %dc : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3x!bnn.ternary>
  return
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @conv2d
func.func @conv2d(%x: tensor<1x8x8x16x!bnn.bipolar<1>>, %w: tensor<32x3x3x16x!bnn.bipolar<1>>,
                  %wd: tensor<16x3x3x1x!bnn.ternary>, %wg: tensor<4x1x2x8x!bnn.signed<4>>,
                  %p: tensor<1x8x8x16x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>) {
  // CHECK: bnn.conv2d %{{.*}}, %{{.*}} : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<32x3x3x16x!bnn.bipolar<1>> -> tensor<1x6x6x32xi32>
  %0 = bnn.conv2d %x, %w : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<32x3x3x16x!bnn.bipolar<1>> -> tensor<1x6x6x32xi32>
  // CHECK: bnn.conv2d %{{.*}}, %{{.*}} {dilations = array<i64: 2, 1>, pad = array<i64: 2, 1, 0, 3>, pad_value = -1 : i64, strides = array<i64: 2, 3>}
  %1 = bnn.conv2d %x, %w {groups = 1, strides = array<i64: 2, 3>, dilations = array<i64: 2, 1>, pad = array<i64: 2, 1, 0, 3>, pad_value = -1}
      : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<32x3x3x16x!bnn.bipolar<1>> -> tensor<1x4x3x32xi32>
  // Depthwise, then two groups of another type.
  // CHECK: bnn.conv2d %{{.*}}, %{{.*}} {groups = 16 : i64}
  %2 = bnn.conv2d %x, %wd {groups = 16} : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<16x3x3x1x!bnn.ternary> -> tensor<1x6x6x16xi32>
  // CHECK: bnn.conv2d %{{.*}}, %{{.*}} {groups = 2 : i64, kernel = "popcount", kernel_reason = "only choice"}
  %3 = bnn.conv2d %x, %wg {groups = 2, kernel = "popcount", kernel_reason = "only choice"}
      : tensor<1x8x8x16x!bnn.bipolar<1>>, tensor<4x1x2x8x!bnn.signed<4>> -> tensor<1x8x7x4xi32>
  // A packed input.
  // CHECK: bnn.conv2d {{.*}} #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  %4 = bnn.conv2d %p, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = -1}
      : tensor<1x8x8x16x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>, tensor<32x3x3x16x!bnn.bipolar<1>> -> tensor<1x8x8x32xi32>
  return
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%a: tensor<5x64x!bnn.bipolar<1>>, %b: tensor<64x10x!bnn.unsigned<1>>,
                  %bt: tensor<10x64x!bnn.signed<8>>, %c: tensor<2x3x64x5x!bnn.ternary>, %d: tensor<2x3x7x64x!bnn.unsigned<4>>) {
  // CHECK: bnn.matmul %{{.*}}, %{{.*}} : tensor<5x64x!bnn.bipolar<1>>, tensor<64x10x!bnn.unsigned<1>> -> tensor<5x10xi32>
  %0 = bnn.matmul %a, %b : tensor<5x64x!bnn.bipolar<1>>, tensor<64x10x!bnn.unsigned<1>> -> tensor<5x10xi32>
  // CHECK: bnn.matmul %{{.*}}, %{{.*}} {transpose_rhs} : {{.*}} -> tensor<5x10xi32>
  %1 = bnn.matmul %a, %bt {transpose_rhs} : tensor<5x64x!bnn.bipolar<1>>, tensor<10x64x!bnn.signed<8>> -> tensor<5x10xi32>
  // Batches, and one right operand for all of them.
  // CHECK: bnn.matmul %{{.*}}, %{{.*}} {transpose_lhs, transpose_rhs} : {{.*}} -> tensor<2x3x5x7xi32>
  %2 = bnn.matmul %c, %d {transpose_lhs, transpose_rhs} : tensor<2x3x64x5x!bnn.ternary>, tensor<2x3x7x64x!bnn.unsigned<4>> -> tensor<2x3x5x7xi32>
  // CHECK: bnn.matmul %{{.*}}, %{{.*}} {kernel = "integer", transpose_lhs} : {{.*}} -> tensor<2x3x5x10xi32>
  %3 = bnn.matmul %c, %b {transpose_lhs, kernel = "integer"} : tensor<2x3x64x5x!bnn.ternary>, tensor<64x10x!bnn.unsigned<1>> -> tensor<2x3x5x10xi32>
  return
}

//===----------------------------------------------------------------------===//
// Accumulators
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @scale
func.func @scale(%acc: tensor<1x4x5x8xi32>, %m: tensor<3x8xi32>, %s: tensor<8xf32>, %s1: tensor<1xf32>, %r: tensor<4xf32>, %l: tensor<5xf32>) {
  // CHECK: bnn.scale %{{.*}} by %{{.*}} : tensor<1x4x5x8xi32>, tensor<8xf32> -> tensor<1x4x5x8xf32>
  %0 = bnn.scale %acc by %s : tensor<1x4x5x8xi32>, tensor<8xf32> -> tensor<1x4x5x8xf32>
  // CHECK: bnn.scale %{{.*}} by %{{.*}} bias %{{.*}} : tensor<3x8xi32>, tensor<1xf32>, tensor<8xf32> -> tensor<3x8xf32>
  %1 = bnn.scale %m by %s1 bias %s : tensor<3x8xi32>, tensor<1xf32>, tensor<8xf32> -> tensor<3x8xf32>
  // CHECK: bnn.scale %{{.*}} by %{{.*}} row %{{.*}} column %{{.*}} bias %{{.*}} : tensor<1x4x5x8xi32>, tensor<8xf32> row tensor<4xf32> column tensor<5xf32>, tensor<1xf32> -> tensor<1x4x5x8xf32>
  %2 = bnn.scale %acc by %s row %r column %l bias %s1 : tensor<1x4x5x8xi32>, tensor<8xf32> row tensor<4xf32> column tensor<5xf32>, tensor<1xf32> -> tensor<1x4x5x8xf32>
  // CHECK: bnn.scale %{{.*}} by %{{.*}} column %{{.*}} : tensor<1x4x5x8xi32>, tensor<8xf32> column tensor<5xf32> -> tensor<1x4x5x8xf32>
  %3 = bnn.scale %acc by %s column %l : tensor<1x4x5x8xi32>, tensor<8xf32> column tensor<5xf32> -> tensor<1x4x5x8xf32>
  return
}

// CHECK-LABEL: func.func @threshold
func.func @threshold(%acc: tensor<5x2xi32>, %x: tensor<5x2xf32>, %t1: tensor<2x1xi32>, %t3: tensor<1x3xf32>, %t2: tensor<2x2xi32>) {
  // CHECK: bnn.threshold %{{.*}}, %{{.*}} {descending = array<i1: false, true>} : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<5x2x!bnn.bipolar<1>>
  %0 = bnn.threshold %acc, %t1 {descending = array<i1: false, true>} : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<5x2x!bnn.bipolar<1>>
  // CHECK: bnn.threshold %{{.*}}, %{{.*}} : tensor<5x2xf32>, tensor<1x3xf32> -> tensor<5x2x!bnn.unsigned<2>>
  %1 = bnn.threshold %x, %t3 : tensor<5x2xf32>, tensor<1x3xf32> -> tensor<5x2x!bnn.unsigned<2>>
  // CHECK: bnn.threshold %{{.*}}, %{{.*}} : tensor<5x2xi32>, tensor<2x2xi32> -> tensor<5x2x!bnn.ternary>
  %2 = bnn.threshold %acc, %t2 : tensor<5x2xi32>, tensor<2x2xi32> -> tensor<5x2x!bnn.ternary>
  return
}

// CHECK-LABEL: func.func @requantize
func.func @requantize(%acc: tensor<2x4xi32>) {
  // CHECK: bnn.requantize %{{.*}} {multipliers = array<i32: 1518500250>, shifts = array<i32: 36>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  %0 = bnn.requantize %acc {multipliers = array<i32: 1518500250>, shifts = array<i32: 36>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  // CHECK: bnn.requantize %{{.*}} {multipliers = array<i32: 0, 1, 2, 2147483647>, rounding = #bnn.rounding<half_up>, shifts = array<i32: 0, 62, 1, 2>, zero_point = -5 : i64}
  %1 = bnn.requantize %acc {multipliers = array<i32: 0, 1, 2, 2147483647>, shifts = array<i32: 0, 62, 1, 2>, zero_point = -5, rounding = #bnn.rounding<half_up>}
      : tensor<2x4xi32> -> tensor<2x4x!bnn.unsigned<2>>
  return
}

// CHECK-LABEL: func.func @border_correct
func.func @border_correct(%acc: tensor<1x8x8x4xi32>, %t: tensor<3x4x4xi32>) {
  // CHECK: bnn.border_correct %{{.*}}, %{{.*}} {border = array<i64: 1, 1, 0, 3>} : tensor<1x8x8x4xi32>, tensor<3x4x4xi32> -> tensor<1x8x8x4xi32>
  %0 = bnn.border_correct %acc, %t {border = array<i64: 1, 1, 0, 3>} : tensor<1x8x8x4xi32>, tensor<3x4x4xi32> -> tensor<1x8x8x4xi32>
  return
}

//===----------------------------------------------------------------------===//
// Codes to codes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @max_pool2d
func.func @max_pool2d(%x: tensor<1x8x8x16x!bnn.bipolar<1>>, %s: tensor<1x8x8x16x!bnn.signed<4>>) {
  // CHECK: bnn.max_pool2d %{{.*}} {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x8x8x16x!bnn.bipolar<1>> -> tensor<1x4x4x16x!bnn.bipolar<1>>
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<1x8x8x16x!bnn.bipolar<1>> -> tensor<1x4x4x16x!bnn.bipolar<1>>
  // CHECK: bnn.max_pool2d %{{.*}} {dilations = array<i64: 1, 2>, kernel = array<i64: 3, 2>, pad = array<i64: 2, 0, 1, 1>}
  %1 = bnn.max_pool2d %s {kernel = array<i64: 3, 2>, dilations = array<i64: 1, 2>, pad = array<i64: 2, 0, 1, 1>} : tensor<1x8x8x16x!bnn.signed<4>> -> tensor<1x8x8x16x!bnn.signed<4>>
  return
}

// CHECK-LABEL: func.func @softmax
func.func @softmax(%s: tensor<2x16x16xi32>, %f: tensor<4xf32>) {
  // CHECK: bnn.softmax %{{.*}} {logit_scale = 1.250000e-01 : f32, mode = #bnn.softmax_mode<binary_ratio>} : tensor<2x16x16xi32> -> tensor<2x16x16x!bnn.unsigned<1>>
  %0 = bnn.softmax %s {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 0.125 : f32} : tensor<2x16x16xi32> -> tensor<2x16x16x!bnn.unsigned<1>>
  // CHECK: bnn.softmax %{{.*}} {mode = #bnn.softmax_mode<uniform_max>, output_scale = 3.906250e-03 : f32} : tensor<4xf32> -> tensor<4x!bnn.unsigned<8>>
  %1 = bnn.softmax %f {mode = #bnn.softmax_mode<uniform_max>, output_scale = 0.00390625 : f32} : tensor<4xf32> -> tensor<4x!bnn.unsigned<8>>
  // CHECK: bnn.softmax %{{.*}} {mode = #bnn.softmax_mode<log2>} : tensor<4xf32> -> tensor<4x!bnn.unsigned<3>>
  %2 = bnn.softmax %f {mode = #bnn.softmax_mode<log2>} : tensor<4xf32> -> tensor<4x!bnn.unsigned<3>>
  // CHECK: bnn.softmax %{{.*}} {mode = #bnn.softmax_mode<bool>} : tensor<4xf32> -> tensor<4x!bnn.unsigned<1>>
  %3 = bnn.softmax %f {mode = #bnn.softmax_mode<bool>} : tensor<4xf32> -> tensor<4x!bnn.unsigned<1>>
  return
}

// CHECK-LABEL: func.func @bit_switch
func.func @bit_switch(%w: tensor<4x!bnn.signed<8>>, %bits: tensor<i32>) {
  // CHECK: bnn.bit_switch %{{.*}}, %{{.*}} : tensor<4x!bnn.signed<8>>, tensor<i32>
  %0 = bnn.bit_switch %w, %bits : tensor<4x!bnn.signed<8>>, tensor<i32>
  // CHECK: bnn.bit_switch %{{.*}}, %{{.*}} {rounding = #bnn.rounding<half_up>} : tensor<4x!bnn.signed<8>>, tensor<i32>
  %1 = bnn.bit_switch %w, %bits {rounding = #bnn.rounding<half_up>} : tensor<4x!bnn.signed<8>>, tensor<i32>
  return
}

// CHECK-LABEL: func.func @plane
func.func @plane(%u: tensor<4x!bnn.unsigned<2>>, %b: tensor<4x!bnn.bipolar<3>>, %s: tensor<4x!bnn.signed<8>, #bnn.byte_codes>, %t: tensor<!bnn.ternary>) {
  // CHECK: bnn.plane %{{.*}} {index = 1 : i64} : tensor<4x!bnn.unsigned<2>> -> tensor<4x!bnn.unsigned<1>>
  %0 = bnn.plane %u {index = 1} : tensor<4x!bnn.unsigned<2>> -> tensor<4x!bnn.unsigned<1>>
  // CHECK: bnn.plane %{{.*}} {index = 2 : i64} : tensor<4x!bnn.bipolar<3>> -> tensor<4x!bnn.bipolar<1>>
  %1 = bnn.plane %b {index = 2} : tensor<4x!bnn.bipolar<3>> -> tensor<4x!bnn.bipolar<1>>
  // CHECK: bnn.plane %{{.*}} {index = 7 : i64} : tensor<4x!bnn.signed<8>, #bnn.byte_codes> -> tensor<4x!bnn.unsigned<1>, #bnn.byte_codes>
  %2 = bnn.plane %s {index = 7} : tensor<4x!bnn.signed<8>, #bnn.byte_codes> -> tensor<4x!bnn.unsigned<1>, #bnn.byte_codes>
  // CHECK: bnn.plane %{{.*}} {index = 0 : i64} : tensor<!bnn.ternary> -> tensor<!bnn.unsigned<1>>
  %3 = bnn.plane %t {index = 0} : tensor<!bnn.ternary> -> tensor<!bnn.unsigned<1>>
  return
}

// CHECK-LABEL: func.func @pack_unpack
func.func @pack_unpack(%x: tensor<1x8x8x40x!bnn.bipolar<1>>, %q: tensor<5x!bnn.signed<4>>) {
  // CHECK: bnn.pack %{{.*}} : tensor<1x8x8x40x!bnn.bipolar<1>> -> tensor<1x8x8x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  %0 = bnn.pack %x : tensor<1x8x8x40x!bnn.bipolar<1>> -> tensor<1x8x8x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
  // CHECK: bnn.pack %{{.*}} : tensor<5x!bnn.signed<4>> -> tensor<5x!bnn.signed<4>, #bnn.byte_codes>
  %1 = bnn.pack %q : tensor<5x!bnn.signed<4>> -> tensor<5x!bnn.signed<4>, #bnn.byte_codes>
  // CHECK: bnn.unpack %{{.*}} : tensor<5x!bnn.signed<4>, #bnn.byte_codes> -> tensor<5x!bnn.signed<4>>
  %2 = bnn.unpack %1 : tensor<5x!bnn.signed<4>, #bnn.byte_codes> -> tensor<5x!bnn.signed<4>>
  return
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

#conv = #bnn.geometry<input = [1, 4, 4, 40], output = [1, 4, 4, 8], kernel = [3, 3], strides = [1, 1],
  dilations = [1, 1], pad = [1, 1, 1, 1], pad_value = -1, groups = 1, batched_weights = false>

// CHECK-LABEL: func.func @contract_kernel
func.func @contract_kernel(%x: tensor<1x6x6x8xi8>, %w: tensor<8x3x3x8xi8>, %b: tensor<3x3x8xi32>, %s: tensor<8xf32>,
                           %r: tensor<1x4x4x8xf32>, %f: tensor<1x4x4x8xf32>, %p: tensor<1x4x4x4xi8>) {
  // Border, parameters, two outputs.
  // CHECK: bnn.contract_kernel "popcount" ins(%{{.*}}, %{{.*}} : tensor<1x6x6x8xi8>, tensor<8x3x3x8xi8>)
  // CHECK-SAME: border(%{{.*}} : tensor<3x3x8xi32>) params(%{{.*}}, %{{.*}} : tensor<8xf32>, tensor<1x4x4x8xf32>)
  // CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<1x4x4x8xf32>, tensor<1x4x4x4xi8>) attributes {
  // CHECK-SAME: border_extent = array<i64: 1, 1, 1, 1>
  // CHECK: } -> tensor<1x4x4x8xf32>, tensor<1x4x4x4xi8>
  %0:2 = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x6x6x8xi8>, tensor<8x3x3x8xi8>)
      border(%b : tensor<3x3x8xi32>) params(%s, %r : tensor<8xf32>, tensor<1x4x4x8xf32>)
      outs(%f, %p : tensor<1x4x4x8xf32>, tensor<1x4x4x4xi8>)
      attributes {geometry = #conv, activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>,
                  activation_layout = #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>,
                  border_extent = array<i64: 1, 1, 1, 1>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>, affine_map<(n, y, x, o) -> (n, y, x, o)>],
                  output_layouts = [unit, #bnn.bit_packed<pad = [], border = 0>]} {
  ^bb0(%acc: i32, %scale: f32, %residual: f32):
    %zero = arith.constant 0.0 : f32
    %1 = arith.sitofp %acc : i32 to f32
    %2 = arith.mulf %1, %scale : f32
    %3 = arith.addf %2, %residual : f32
    %4 = arith.cmpf oge, %3, %zero : f32
    bnn.yield %3, %4 : f32, i1
  } -> tensor<1x4x4x8xf32>, tensor<1x4x4x4xi8>
  return
}

// On memrefs, with a plain output of rank 2 and a byte-code input.
// CHECK-LABEL: func.func @contract_kernel_memref
func.func @contract_kernel_memref(%x: memref<1x1x5x16xi8>, %w: memref<4x16xi8>, %out: memref<5x4xi32, strided<[8, 1], offset: ?>>) {
  // CHECK: bnn.contract_kernel "integer" ins(%{{.*}}, %{{.*}} : memref<1x1x5x16xi8>, memref<4x16xi8>) outs(%{{.*}} : memref<5x4xi32, strided<[8, 1], offset: ?>>)
  bnn.contract_kernel "integer" ins(%x, %w : memref<1x1x5x16xi8>, memref<4x16xi8>)
      outs(%out : memref<5x4xi32, strided<[8, 1], offset: ?>>)
      attributes {geometry = #bnn.geometry<input = [1, 1, 5, 16], output = [1, 1, 5, 4], kernel = [1, 1], strides = [1, 1],
                    dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.unsigned<4>, weight_type = !bnn.signed<4>,
                  activation_layout = #bnn.byte_codes, param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    bnn.yield %acc : i32
  }
  return
}

// CHECK-LABEL: func.func @map_kernel
func.func @map_kernel(%x: tensor<1x2x2x40xf32>, %init: tensor<1x4x4x8xi8>, %p: tensor<1x2x2x8xi8>, %c: tensor<1x2x2x40xi8>) {
  // CHECK: bnn.map_kernel params(%{{.*}} : tensor<1x2x2x40xf32>) outs(%{{.*}} : tensor<1x4x4x8xi8>) attributes {
  %0 = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x4x4x8xi8>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>],
                  param_layouts = [unit], output_layouts = [#bnn.bit_packed<pad = [1, 1, 1, 1], border = 1>]} {
  ^bb0(%v: f32):
    %zero = arith.constant 0.0 : f32
    %bit = arith.cmpf oge, %v, %zero : f32
    bnn.yield %bit : i1
  } -> tensor<1x4x4x8xi8>
  // From packed bits to bytes; a map may be computed from the position.
  // CHECK: bnn.map_kernel params(%{{.*}}, %{{.*}} : tensor<1x2x2x8xi8>, tensor<1x2x2x40xf32>) outs(%{{.*}} : tensor<1x2x2x40xi8>)
  %1 = bnn.map_kernel params(%p, %x : tensor<1x2x2x8xi8>, tensor<1x2x2x40xf32>) outs(%c : tensor<1x2x2x40xi8>)
      attributes {shape = array<i64: 1, 2, 2, 40>,
                  param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>, affine_map<(n, y, x, c) -> (0, y mod 2, (x + 1) floordiv 2, (c floordiv 4) * 4)>],
                  param_layouts = [#bnn.bit_packed<pad = [], border = 0>, unit], output_layouts = [#bnn.byte_codes]} {
  ^bb0(%bit: i1, %v: f32):
    %code = arith.extui %bit : i1 to i8
    bnn.yield %code : i8
  } -> tensor<1x2x2x40xi8>
  // Nothing in, nothing out.
  // CHECK: bnn.map_kernel outs(%{{.*}} : tensor<1x2x2x40xi8>)
  %2 = bnn.map_kernel outs(%c : tensor<1x2x2x40xi8>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [], param_layouts = [], output_layouts = [unit]} {
    %one = arith.constant 1 : i8
    bnn.yield %one : i8
  } -> tensor<1x2x2x40xi8>
  return
}

// CHECK-LABEL: func.func @pool_kernel
func.func @pool_kernel(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>, %m: memref<1x2x2x8xi8>) {
  // CHECK: bnn.pool_kernel ins(%{{.*}} : tensor<1x4x4x8xi8>) outs(%{{.*}} : tensor<1x2x2x8xi8>) {code_type = !bnn.unsigned<4>
  // CHECK-SAME: } -> tensor<1x2x2x8xi8>
  %0 = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>,
       kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
       pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>,
       input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  // CHECK: bnn.pool_kernel ins(%{{.*}} : memref<1x2x2x8xi8>) outs(%{{.*}} : memref<1x2x2x8xi8>)
  bnn.pool_kernel ins(%m : memref<1x2x2x8xi8>) outs(%m : memref<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 2, 2, 33>, output_shape = array<i64: 1, 2, 2, 33>,
       kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
       pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.bipolar<1>,
       input_layout = #bnn.bit_packed<pad = [], border = 0>, output_layout = #bnn.bit_packed<pad = [], border = 0>}
  return
}

// CHECK-LABEL: func.func @target_ops
func.func @target_ops(%table: vector<16xi8>, %a: vector<40xi8>, %b: vector<40xi8>) {
  // CHECK: bnn.table_lookup %{{.*}}[%{{.*}}] : vector<16xi8>, vector<40xi8>
  %0 = bnn.table_lookup %table[%a] : vector<16xi8>, vector<40xi8>
  // CHECK: bnn.rounding_average %{{.*}}, %{{.*}} : vector<40xi8>
  %1 = bnn.rounding_average %a, %b : vector<40xi8>
  // CHECK: bnn.pairwise_sum %{{.*}} : vector<40xi8> -> vector<20xi16>
  %2 = bnn.pairwise_sum %a : vector<40xi8> -> vector<20xi16>
  return
}

// CHECK-LABEL: func.func @compute_together
func.func @compute_together(%a: vector<8xf32>, %b: vector<4xf64>) -> (vector<8xf32>, vector<4xf64>) {
  // CHECK: bnn.compute_together %{{.*}}, %{{.*}} : vector<8xf32>, vector<4xf64>
  %0:2 = bnn.compute_together %a, %b : vector<8xf32>, vector<4xf64>
  return %0#0, %0#1 : vector<8xf32>, vector<4xf64>
}

// CHECK-LABEL: func.func @multiply_add_ops
func.func @multiply_add_ops(%a: vector<32xi8>, %b: vector<16xi16>, %acc: vector<8xi32>) {
  // CHECK: bnn.multiply_add_bytes %{{.*}}, %{{.*}} : vector<32xi8> -> vector<16xi16>
  %0 = bnn.multiply_add_bytes %a, %a : vector<32xi8> -> vector<16xi16>
  // CHECK: bnn.multiply_add_words %{{.*}}, %{{.*}} : vector<16xi16> -> vector<8xi32>
  %1 = bnn.multiply_add_words %b, %b : vector<16xi16> -> vector<8xi32>
  // CHECK: bnn.dot_bytes %{{.*}}, %{{.*}}, %{{.*}} {unsigned_lhs} : vector<32xi8>, vector<8xi32>
  %2 = bnn.dot_bytes %a, %a, %acc {unsigned_lhs} : vector<32xi8>, vector<8xi32>
  // CHECK: bnn.matmul_bytes %{{.*}}, %{{.*}}, %{{.*}} : vector<32xi8>, vector<8xi32>
  %3 = bnn.matmul_bytes %a, %a, %acc : vector<32xi8>, vector<8xi32>
  return
}
