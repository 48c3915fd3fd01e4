// RUN: bnn-opt %s -split-input-file -bnn-expand-double-truncations | FileCheck %s

// CHECK-LABEL: func.func @scalar
// CHECK-SAME: (%[[X:.*]]: f64)
// CHECK: %[[F:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK: %[[BACK:.*]] = arith.extf %[[F]] : f32 to f64
// CHECK: %[[INEXACT:.*]] = arith.cmpf one, %[[BACK]], %[[X]] : f64
// CHECK: %[[G:.*]] = arith.select %[[INEXACT]], %{{.*}}, %[[F]] : f32
// CHECK: arith.truncf %[[G]] : f32 to f16
func.func @scalar(%x: f64) -> f16 {
  %h = arith.truncf %x : f64 to f16
  return %h : f16
}

// CHECK-LABEL: func.func @vector
// CHECK: arith.truncf %{{.*}} : vector<4xf64> to vector<4xf32>
// CHECK: arith.truncf %{{.*}} : vector<4xf32> to vector<4xbf16>
func.func @vector(%x: vector<4xf64>) -> vector<4xbf16> {
  %h = arith.truncf %x : vector<4xf64> to vector<4xbf16>
  return %h : vector<4xbf16>
}

// CHECK-LABEL: func.func @others
// CHECK-NEXT: arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT: arith.truncf %{{.*}} : f32 to f16
// CHECK-NEXT: return
func.func @others(%x: f64, %y: f32) -> (f32, f16) {
  %f = arith.truncf %x : f64 to f32
  %h = arith.truncf %y : f32 to f16
  return %f, %h : f32, f16
}
