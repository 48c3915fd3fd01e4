// RUN: bnn-opt %s -bnn-pad-in-place -split-input-file | FileCheck %s
// RUN: bnn-opt %s -bnn-pad-in-place -eliminate-empty-tensors -bnn-bufferize -cse -canonicalize -split-input-file | FileCheck %s --check-prefix=BUFFER

// Two rows above, one below, one column on the left; nothing else is filled.
// CHECK-LABEL: func @image
// CHECK: %[[ALL:.*]] = tensor.empty() : tensor<7x4x3xf32>
// CHECK: linalg.fill {{.*}} tensor<2x4x3xf32>
// CHECK: tensor.insert_slice {{.*}}[0, 0, 0] [2, 4, 3] [1, 1, 1]
// CHECK: linalg.fill {{.*}} tensor<1x4x3xf32>
// CHECK: tensor.insert_slice {{.*}}[6, 0, 0] [1, 4, 3] [1, 1, 1]
// CHECK: linalg.fill {{.*}} tensor<4x1x3xf32>
// CHECK: %[[BORDER:.*]] = tensor.insert_slice {{.*}}[2, 0, 0] [4, 1, 3] [1, 1, 1]
// CHECK-NOT: linalg.fill
// CHECK: tensor.insert_slice %{{.*}} into %[[BORDER]][2, 1, 0] [4, 3, 3] [1, 1, 1]

// The image is computed where it is padded: no copy.
// BUFFER-LABEL: func @image
// BUFFER-COUNT-1: memref.alloc()
// BUFFER-NOT: memref.alloc()
// BUFFER-NOT: memref.copy
// BUFFER: linalg.exp {{.*}} outs(%{{.*}} : memref<4x3x3xf32, strided<[12, 3, 1], offset: 27>>)
func.func @image(%x: tensor<4x3x3xf32>) -> tensor<7x4x3xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<4x3x3xf32>
  %y = linalg.exp ins(%x : tensor<4x3x3xf32>) outs(%e : tensor<4x3x3xf32>) -> tensor<4x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %y low[2, 1, 0] high[1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index):
    tensor.yield %zero : f32
  } : tensor<4x3x3xf32> to tensor<7x4x3xf32>
  return %p : tensor<7x4x3xf32>
}

// -----

// A constant within the region is brought along; an amount of zero on all sides leaves a copy.
// CHECK-LABEL: func @inside
// CHECK: %[[ONE:.*]] = arith.constant 1.0
// CHECK: linalg.fill ins(%[[ONE]]
func.func @inside(%x: tensor<4xf32>) -> tensor<6xf32> {
  %p = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %one = arith.constant 1.0 : f32
    tensor.yield %one : f32
  } : tensor<4xf32> to tensor<6xf32>
  return %p : tensor<6xf32>
}

// -----

// Values that depend on the position stay.
// CHECK-LABEL: func @computed
// CHECK: tensor.pad
func.func @computed(%x: tensor<4xf32>) -> tensor<6xf32> {
  %p = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    tensor.yield %f : f32
  } : tensor<4xf32> to tensor<6xf32>
  return %p : tensor<6xf32>
}
