// RUN: bnn-opt %s -pass-pipeline='builtin.module(func.func(bnn-expand-copies))' | FileCheck %s

// Rows are contiguous on both sides: one memcpy each.
// CHECK-LABEL: func.func @rows
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[C4:.*]] step
// CHECK: %[[FROM:.*]] = memref.subview %{{.*}}[%[[I]], 0] [1, 8] [1, 1]
// CHECK: %[[TO:.*]] = memref.subview %{{.*}}[%[[I]], 0] [1, 8] [1, 1]
// CHECK: memref.copy %[[FROM]], %[[TO]] : memref<8xf32, strided<[1], offset: ?>> to memref<8xf32, strided<[1], offset: ?>>
func.func @rows(%x: memref<4x8xf32>, %y: memref<4x8xf32, strided<[10, 1], offset: 5>>) {
  memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[10, 1], offset: 5>>
  return
}

// Whole planes are: one loop for three dimensions.
// CHECK-LABEL: func.func @planes
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: memref.copy {{.*}} : memref<5x8xf32, strided<[8, 1], offset: ?>> to
func.func @planes(%x: memref<4x5x8xf32>, %y: memref<4x5x8xf32, strided<[99, 8, 1]>>) {
  memref.copy %x, %y : memref<4x5x8xf32> to memref<4x5x8xf32, strided<[99, 8, 1]>>
  return
}

// Nothing is: scalars.
// CHECK-LABEL: func.func @elements
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.load
// CHECK: memref.store
func.func @elements(%x: memref<4x8xf32>, %y: memref<4x8xf32, strided<[1, 4]>>) {
  memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32, strided<[1, 4]>>
  return
}

// Contiguous already.
// CHECK-LABEL: func.func @whole
// CHECK-NOT: scf.for
// CHECK: memref.copy
func.func @whole(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32>
  return
}
