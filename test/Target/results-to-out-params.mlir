// RUN: bnn-opt %s -bnn-results-to-out-params -split-input-file -verify-diagnostics | FileCheck %s

// A whole buffer is computed in the output argument.
// CHECK-LABEL: func.func @direct
// CHECK-SAME: (%[[X:.*]]: memref<4xf32> {bnn.name = "x"}, %[[Y:.*]]: memref<4xf32> {bnn.name = "y", bnn.result})
// CHECK-NOT: memref.alloc
// CHECK: linalg.exp ins(%[[X]] : memref<4xf32>) outs(%[[Y]] : memref<4xf32>)
// CHECK-NOT: memref.copy
// CHECK: return{{$}}
func.func @direct(%x: memref<4xf32> {bnn.name = "x"}) -> (memref<4xf32> {bnn.name = "y"})
    attributes {bnn.entry} {
  %0 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<4xf32>) outs(%0 : memref<4xf32>)
  return %0 : memref<4xf32>
}

// -----

// Also when it is returned in another shape.
// CHECK-LABEL: func.func @reshaped
// CHECK-SAME: (%[[X:.*]]: memref<2x2xf32>, %[[Y:.*]]: memref<4xf32> {bnn.result})
// CHECK: %[[V:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, 2], strides: [2, 1]
// CHECK: linalg.exp ins(%[[X]] : memref<2x2xf32>) outs(%[[V]] : memref<2x2xf32>)
// CHECK-NOT: memref.copy
func.func @reshaped(%x: memref<2x2xf32>) -> memref<4xf32> attributes {bnn.entry} {
  %0 = memref.alloc() : memref<2x2xf32>
  linalg.exp ins(%x : memref<2x2xf32>) outs(%0 : memref<2x2xf32>)
  %1 = memref.collapse_shape %0 [[0, 1]] : memref<2x2xf32> into memref<4xf32>
  return %1 : memref<4xf32>
}

// -----

// Twice the same buffer, an argument, a constant, a part of a buffer: copies.
memref.global "private" constant @c : memref<2xf32> = dense<1.0>
// CHECK-LABEL: func.func @copied
// CHECK-SAME: (%[[X:[^:]*]]: memref<2xf32>, %[[R0:[^:]*]]: memref<2xf32> {bnn.result}, %[[R1:[^:]*]]: memref<2xf32> {bnn.result}, %[[R2:[^:]*]]: memref<2xf32> {bnn.result}, %[[R3:[^:]*]]: memref<2xf32> {bnn.result}, %[[R4:[^:]*]]: memref<2xf32> {bnn.result})
// CHECK: %[[G:.*]] = memref.get_global @c
// CHECK: linalg.exp ins(%[[X]] : memref<2xf32>) outs(%[[R0]] : memref<2xf32>)
// CHECK: %[[PART:.*]] = memref.cast
// CHECK: memref.copy %[[R0]], %[[R1]]
// CHECK: memref.copy %[[X]], %[[R2]]
// CHECK: memref.copy %[[G]], %[[R3]]
// CHECK: memref.copy %[[PART]], %[[R4]]
// CHECK: return{{$}}
func.func @copied(%x: memref<2xf32>)
    -> (memref<2xf32>, memref<2xf32>, memref<2xf32>, memref<2xf32>, memref<2xf32>) attributes {bnn.entry} {
  %c = memref.get_global @c : memref<2xf32>
  %0 = memref.alloc() : memref<2xf32>
  %1 = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<2xf32>) outs(%0 : memref<2xf32>)
  %2 = memref.subview %1[0] [2] [1] : memref<4xf32> to memref<2xf32, strided<[1]>>
  %3 = memref.cast %2 : memref<2xf32, strided<[1]>> to memref<2xf32>
  return %0, %0, %x, %c, %3 : memref<2xf32>, memref<2xf32>, memref<2xf32>, memref<2xf32>, memref<2xf32>
}

// -----

// Other functions keep their results.
// CHECK-LABEL: func.func @other
// CHECK-SAME: -> memref<4xf32>
func.func @other(%x: memref<4xf32>) -> memref<4xf32> {
  return %x : memref<4xf32>
}

// -----

// expected-error @+1 {{result #0 is 'memref<?xf32>'; expected a statically shaped, contiguous memref}}
func.func @dynamic(%x: memref<?xf32>) -> memref<?xf32> attributes {bnn.entry} {
  return %x : memref<?xf32>
}

// -----

// expected-error @+1 {{an entry function must have a single block}}
func.func @blocks(%x: memref<4xf32>) -> memref<4xf32> attributes {bnn.entry} {
  cf.br ^bb1
^bb1:
  return %x : memref<4xf32>
}
