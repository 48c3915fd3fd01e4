// RUN: bnn-opt %s --bnn-commute-binarize-max-pool --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-commute-binarize-max-pool --verify-diagnostics | FileCheck %s
// RUN: bnn-opt %s --bnn-commute-binarize-max-pool=assume-finite | FileCheck %s --check-prefix=FINITE

// The input comes from an accumulator through finite constants.
// CHECK-LABEL: func @proven
// CHECK: %[[Y:.*]] = bnn.scale %arg0
// CHECK: %[[B:.*]] = bnn.binarize %[[Y]] threshold %arg1 : tensor<2xf32> {zero = #bnn.zero_mode<minus>} : tensor<1x4x4x2xf32> -> tensor<1x4x4x2x!bnn.bipolar<1>>
// CHECK: %[[P:.*]] = bnn.max_pool2d %[[B]] {kernel = array<i64: 3, 3>, pad = array<i64: 1, 0, 1, 0>, strides = array<i64: 2, 2>}
// CHECK: return %[[P]]
func.func @proven(%a: tensor<1x4x4x2xi32>, %t: tensor<2xf32>) -> tensor<1x2x2x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %m = tosa.max_pool2d %y {kernel = array<i64: 3, 3>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %q = bnn.binarize %m threshold %t : tensor<2xf32> {zero = #bnn.zero_mode<minus>} : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x2x!bnn.bipolar<1>>
}

// Residual sums, PRelu, clamps, averages of bounded values are bounded.
// CHECK-LABEL: func @proven_residual
// CHECK-NOT: tosa.max_pool2d
// CHECK: bnn.max_pool2d
func.func @proven_residual(%a: tensor<1x4x4x2xi32>, %b: tensor<1x4x4x2xi32>) -> tensor<1x2x2x2x!bnn.unsigned<2>> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %slope = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %z = bnn.scale %b by %s bias %s : tensor<1x4x4x2xi32>, tensor<1xf32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %n = tosa.add %y, %z : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %ge = tosa.greater_equal %n, %zero : (tensor<1x4x4x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x2xi1>
  %ns = tosa.mul %n, %slope, %sh : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x4x4x2xf32>
  %p = tosa.select %ge, %n, %ns : (tensor<1x4x4x2xi1>, tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %c = tosa.clamp %p {min_val = -9.0 : f32, max_val = 9.0 : f32} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %m = tosa.max_pool2d %c {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %q = bnn.quantize %m scale %s : tensor<1x2x2x2xf32>, tensor<1xf32> -> tensor<1x2x2x2x!bnn.unsigned<2>>
  return %q : tensor<1x2x2x2x!bnn.unsigned<2>>
}

// The ops between move along: batch norm and PRelu after the pool.
// CHECK-LABEL: func @ops_between
// CHECK: %[[Y:.*]] = bnn.scale
// CHECK: tosa.mul %[[Y]]
// CHECK: tosa.add {{.*}} -> tensor<1x4x4x2xf32>
// CHECK: tosa.greater_equal {{.*}} -> tensor<1x4x4x2xi1>
// CHECK: tosa.select {{.*}} -> tensor<1x4x4x2xf32>
// CHECK: bnn.ternarize {{.*}} -> tensor<1x4x4x2x!bnn.ternary>
// CHECK: bnn.max_pool2d {{.*}} -> tensor<1x2x2x2x!bnn.ternary>
// CHECK-NOT: tosa
// CHECK: return
func.func @ops_between(%a: tensor<1x4x4x2xi32>, %d: tensor<2xf32>) -> tensor<1x2x2x2x!bnn.ternary> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %slope = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %m = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %g = tosa.mul %m, %slope, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  %n = tosa.add %g, %slope : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  %ge = tosa.greater_equal %n, %zero : (tensor<1x2x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x2xi1>
  %ns = tosa.mul %n, %slope, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  %p = tosa.select %ge, %n, %ns : (tensor<1x2x2x2xi1>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = bnn.ternarize %p dead_zone %d : tensor<1x2x2x2xf32>, tensor<2xf32> -> tensor<1x2x2x2x!bnn.ternary>
  return %q : tensor<1x2x2x2x!bnn.ternary>
}

// A PRelu uses the pool three times; that is no other use.
// CHECK-LABEL: func @prelu_of_pool
// CHECK-NOT: tosa.max_pool2d
// CHECK: bnn.max_pool2d
func.func @prelu_of_pool(%a: tensor<1x4x4x2xi32>) -> tensor<1x2x2x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %slope = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %n = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %ge = tosa.greater_equal %n, %zero : (tensor<1x2x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x2xi1>
  %ns = tosa.mul %n, %slope, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  %p = tosa.select %ge, %n, %ns : (tensor<1x2x2x2xi1>, tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %q = bnn.binarize %p : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x2x!bnn.bipolar<1>>
}

// An argument may be NaN; a pool that ignores NaN does not mind.
// CHECK-LABEL: func @may_be_nan
// CHECK: tosa.max_pool2d
// CHECK: bnn.max_pool2d
// FINITE-LABEL: func @may_be_nan
// FINITE-NOT: tosa.max_pool2d
// FINITE: return
func.func @may_be_nan(%x: tensor<1x4x4x2xf32>) -> (tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2x!bnn.bipolar<1>>) {
  %m = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{stays below the max-pool: its input may be NaN, which the pool would propagate (option assume-finite)}}
  %q = bnn.binarize %m : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  %n = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, nan_mode = IGNORE} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %r = bnn.binarize %n : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q, %r : tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2x!bnn.bipolar<1>>
}

// A sum that may overflow, and an infinite factor, prove nothing.
// CHECK-LABEL: func @no_bound
func.func @no_bound(%a: tensor<1x4x4x2xi32>) -> tensor<1x2x2x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<1.0e30> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %m = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{its input may be NaN}}
  %q = bnn.binarize %m : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @turns_around
// CHECK-NOT: bnn.max_pool2d
func.func @turns_around(%a: tensor<1x4x4x2xi32>) -> tensor<1x2x2x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[[[1.0, -1.0]]]]> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %m = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %n = tosa.mul %m, %g, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{an op between them turns the order around in channel 1}}
  %q = bnn.binarize %n : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %q : tensor<1x2x2x2x!bnn.bipolar<1>>
}

// CHECK-LABEL: func @signbit_axis_and_uses
// CHECK-NOT: bnn.max_pool2d
func.func @signbit_axis_and_uses(%a: tensor<1x4x4x2xi32>) -> (tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2x!bnn.signed<2>>, tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2xf32>) {
  %s = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s2 = "tosa.const"() <{values = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %y = bnn.scale %a by %s : tensor<1x4x4x2xi32>, tensor<1xf32> -> tensor<1x4x4x2xf32>
  %m0 = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{zero mode 'signbit' orders -0 and +0, which a maximum need not}}
  %0 = bnn.binarize %m0 {zero = #bnn.zero_mode<signbit>} : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  %m1 = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{its scales are not per channel of the last dimension}}
  %1 = bnn.quantize %m1 scale %s2 {axis = 1 : i64} : tensor<1x2x2x2xf32>, tensor<2xf32> -> tensor<1x2x2x2x!bnn.signed<2>>
  %m2 = tosa.max_pool2d %y {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  // expected-remark @below {{the pool has other uses}}
  %2 = bnn.binarize %m2 : tensor<1x2x2x2xf32> -> tensor<1x2x2x2x!bnn.bipolar<1>>
  return %0, %1, %2, %m2 : tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2x!bnn.signed<2>>, tensor<1x2x2x2x!bnn.bipolar<1>>, tensor<1x2x2x2xf32>
}
