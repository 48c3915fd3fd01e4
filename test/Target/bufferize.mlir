// RUN: bnn-opt %s -bnn-bufferize | FileCheck %s

// The input of an entry function is never written, even where that would save a buffer.
// CHECK-LABEL: func.func @entry
// CHECK-SAME: (%[[X:.*]]: memref<4xf32>) -> memref<4xf32>
// CHECK: %[[OUT:.*]] = memref.alloc() {alignment = 64 : i64} : memref<4xf32>
// CHECK: linalg.exp ins(%[[X]] : memref<4xf32>) outs(%[[OUT]] : memref<4xf32>)
// CHECK: return %[[OUT]]
func.func @entry(%x: tensor<4xf32>) -> tensor<4xf32> attributes {bnn.entry} {
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Constants become globals.
// CHECK-LABEL: func.func @constant
// CHECK: memref.get_global
func.func @constant() -> tensor<2xf32> attributes {bnn.entry} {
  %0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Parts of a tensor reach the boundary contiguous.
// CHECK-LABEL: func.func @slice
// CHECK-SAME: -> memref<2x2xf32>
// CHECK: %[[S:.*]] = memref.subview
// CHECK: %[[A:.*]] = memref.alloc() {{.*}}: memref<2x2xf32>
// CHECK: memref.copy %[[S]], %[[A]]
// CHECK: return %[[A]]
func.func @slice(%x: tensor<4x4xf32>) -> tensor<2x2xf32> attributes {bnn.entry} {
  %0 = tensor.extract_slice %x[1, 1] [2, 2] [1, 1] : tensor<4x4xf32> to tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
