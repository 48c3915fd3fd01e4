// RUN: bnn-opt %s --convert-bnn-to-linalg | FileCheck %s

// A parameter of one element is read at 0, one for each channel by its dimension.
// CHECK-DAG: #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1) -> (0)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>

// Round, shift, clamp: the comparison that fails for NaN selects the minimum, so the cast is always defined.
// CHECK-LABEL: func.func @quantize
func.func @quantize(%x: tensor<2x3xf32>, %s: tensor<2xf32>) -> tensor<2x3x!bnn.signed<4>> {
  // CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]], #[[FIRST]], #[[ALL]]]
  // CHECK: ^bb0(%[[X:.*]]: f32, %[[S:.*]]: f32, %[[Z:.*]]: f32, %{{.*}}: i32):
  // CHECK: %[[RATIO:.*]] = arith.divf %[[X]], %[[S]] : f32
  // CHECK: %[[ROUNDED:.*]] = math.roundeven %[[RATIO]] : f32
  // CHECK: %[[SHIFTED:.*]] = arith.addf %[[ROUNDED]], %[[Z]] : f32
  // CHECK: %[[LOW:.*]] = arith.constant -8.000000e+00 : f32
  // CHECK: %[[HIGH:.*]] = arith.constant 7.000000e+00 : f32
  // CHECK: %[[ABOVE:.*]] = arith.cmpf ogt, %[[SHIFTED]], %[[LOW]] : f32
  // CHECK: %[[RAISED:.*]] = arith.select %[[ABOVE]], %[[SHIFTED]], %[[LOW]] : f32
  // CHECK: %[[BELOW:.*]] = arith.cmpf olt, %[[RAISED]], %[[HIGH]] : f32
  // CHECK: %[[CLAMPED:.*]] = arith.select %[[BELOW]], %[[RAISED]], %[[HIGH]] : f32
  // CHECK: arith.fptosi %[[CLAMPED]] : f32 to i32
  %q = bnn.quantize %x scale %s {zero_points = array<i64: 1>} : tensor<2x3xf32>, tensor<2xf32> -> tensor<2x3x!bnn.signed<4>>
  return %q : tensor<2x3x!bnn.signed<4>>
}

// CHECK-LABEL: func.func @quantize_shift_before_round
func.func @quantize_shift_before_round(%x: tensor<2x3xf32>, %s: tensor<3xf32>) -> tensor<2x3x!bnn.unsigned<4>> {
  // CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[COLUMN]], #[[FIRST]], #[[ALL]]]
  // CHECK: arith.divf
  // CHECK: arith.addf
  // CHECK-COUNT-2: arith.select
  // CHECK: math.floor
  // CHECK: arith.fptosi
  %q = bnn.quantize %x scale %s {axis = 1 : i64, zero_points = array<i64: 3>, shift_before_round, rounding = #bnn.rounding<floor>}
      : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3x!bnn.unsigned<4>>
  return %q : tensor<2x3x!bnn.unsigned<4>>
}

// CHECK-LABEL: func.func @dequantize
func.func @dequantize(%q: tensor<2x3x!bnn.unsigned<4>>, %s: tensor<f32>) -> tensor<2x3xf32> {
  // CHECK: ^bb0(%[[Q:.*]]: i32, %[[S:.*]]: f32, %{{.*}}: f32):
  // CHECK-NEXT: %[[F:.*]] = arith.sitofp %[[Q]] : i32 to f32
  // CHECK-NEXT: arith.mulf %[[F]], %[[S]] : f32
  %y = bnn.dequantize %q scale %s : tensor<2x3x!bnn.unsigned<4>>, tensor<f32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @binarize_signbit
func.func @binarize_signbit(%x: tensor<2x3xf32>) -> tensor<2x3x!bnn.bipolar<1>> {
  // CHECK: %[[BITS:.*]] = arith.bitcast %{{.*}} : f32 to i32
  // CHECK: %[[HIGH:.*]] = arith.cmpi sge, %[[BITS]], %c0_i32 : i32
  // CHECK: arith.select %[[HIGH]], %c1_i32, %c-1_i32 : i32
  %b = bnn.binarize %x {zero = #bnn.zero_mode<signbit>} : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  return %b : tensor<2x3x!bnn.bipolar<1>>
}

// CHECK-LABEL: func.func @scale
func.func @scale(%acc: tensor<2x3xi32>, %s: tensor<3xf32>, %b: tensor<1xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[COLUMN]], #[[FIRST]], #[[ALL]]]
  // CHECK: %[[F:.*]] = arith.sitofp
  // CHECK: %[[Y:.*]] = arith.mulf %[[F]], %{{.*}} : f32
  // CHECK: arith.addf %[[Y]], %{{.*}} : f32
  %y = bnn.scale %acc by %s bias %b : tensor<2x3xi32>, tensor<3xf32>, tensor<1xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @threshold
func.func @threshold(%acc: tensor<2x3xi32>, %t: tensor<3x3xi32>) -> tensor<2x3x!bnn.bipolar<2>> {
  // CHECK: linalg.fill ins(%c-3_i32 : i32)
  // CHECK: iterator_types = ["parallel", "parallel", "reduction"]
  // CHECK: %[[PASSED:.*]] = arith.cmpi sge, %{{.*}}, %{{.*}} : i32
  // CHECK: %[[RAISED:.*]] = arith.addi %[[VALUE:.*]], %c2_i32 : i32
  // CHECK: arith.select %[[PASSED]], %[[RAISED]], %[[VALUE]] : i32
  %q = bnn.threshold %acc, %t : tensor<2x3xi32>, tensor<3x3xi32> -> tensor<2x3x!bnn.bipolar<2>>
  return %q : tensor<2x3x!bnn.bipolar<2>>
}

// In 64 bits, without adding a half that could overflow.
// CHECK-LABEL: func.func @requantize
func.func @requantize(%acc: tensor<2x3xi32>) -> tensor<2x3x!bnn.signed<8>> {
  // CHECK: %[[WIDE:.*]] = arith.extsi %{{.*}} : i32 to i64
  // CHECK: %[[PRODUCT:.*]] = arith.muli %[[WIDE]], %{{.*}} : i64
  // CHECK: arith.shrsi %[[PRODUCT]], %{{.*}} : i64
  // CHECK: arith.maxsi
  // CHECK: arith.minsi
  // CHECK: arith.trunci %{{.*}} : i64 to i32
  %q = bnn.requantize %acc {multipliers = array<i32: 3>, shifts = array<i32: 2>} : tensor<2x3xi32> -> tensor<2x3x!bnn.signed<8>>
  return %q : tensor<2x3x!bnn.signed<8>>
}

// CHECK-LABEL: func.func @max_pool2d
func.func @max_pool2d(%x: tensor<1x4x4x3x!bnn.bipolar<1>>) -> tensor<1x3x3x3x!bnn.bipolar<1>> {
  // CHECK: tensor.pad {{.*}} low[0, 1, 1, 0] high[0, 1, 1, 0]
  // CHECK: tensor.yield %c-1_i32
  // CHECK: linalg.generic
  // CHECK: arith.maxsi
  %p = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>}
      : tensor<1x4x4x3x!bnn.bipolar<1>> -> tensor<1x3x3x3x!bnn.bipolar<1>>
  return %p : tensor<1x3x3x3x!bnn.bipolar<1>>
}

// No exp where the definition has none.
// CHECK-LABEL: func.func @softmax
func.func @softmax(%s: tensor<2x3xi32>) -> tensor<2x3x!bnn.unsigned<1>> {
  // CHECK-NOT: math.exp
  // CHECK: return
  %p = bnn.softmax %s {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 0.125 : f32} : tensor<2x3xi32> -> tensor<2x3x!bnn.unsigned<1>>
  return %p : tensor<2x3x!bnn.unsigned<1>>
}
