// RUN: bnn-opt %s -split-input-file \
// RUN:   -pass-pipeline='builtin.module(bnn-vectorize-linalg{vector-bits=256},func.func(canonicalize,cse))' | FileCheck %s
// RUN: bnn-opt %s -split-input-file \
// RUN:   -pass-pipeline='builtin.module(bnn-vectorize-linalg{vector-bits=256 fma},func.func(canonicalize,cse))' | FileCheck %s --check-prefix=FMA
// RUN: bnn-opt %s -split-input-file -bnn-vectorize-linalg=vector-bits=128 | FileCheck %s --check-prefix=PACK

// A register block: two vectors along the output channels times six pixels would not divide 8, four do.
// CHECK-LABEL: func.func @conv
// CHECK-NOT: linalg
// CHECK: scf.for %[[Y:.*]] = %c0 to %c8 step %c1
// CHECK: scf.for %[[O:.*]] = %c0 to %c64 step %c16
// CHECK: scf.for %[[X:.*]] = %c0 to %c8 step %c4
// CHECK-COUNT-8: vector.load {{.*}} vector<8xf32>
// CHECK: %[[R:.*]]:8 = scf.for %[[KY:.*]] = %c0 to %c3 step %c1 iter_args
// The three steps along a row are no loop; each loads two vectors of the filter.
// CHECK-NOT: scf.for
// CHECK-COUNT-6: vector.load {{.*}} vector<8xf32>
// CHECK-NOT: vector.load
// CHECK: bnn.compute_together
// CHECK: %[[P:.*]] = arith.mulf
// CHECK-NEXT: %[[Q:.*]] = arith.mulf
// CHECK-NEXT: %[[T:.*]]:2 = bnn.compute_together %[[P]], %[[Q]] : vector<8xf32>, vector<8xf32>
// CHECK-NEXT: arith.addf %{{.*}}, %[[T]]#0
// CHECK-NEXT: arith.addf %{{.*}}, %[[T]]#1
// CHECK-COUNT-8: vector.store
// FMA-LABEL: func.func @conv
// FMA-NOT: arith.mulf
// FMA-LABEL: func.func @pool
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
func.func @conv(%x: memref<1x10x10x1xf32>, %f: memref<3x3x1x64xf32>, %y: memref<1x8x8x64xf32>) {
  linalg.conv_2d_nhwc_hwcf ins(%x, %f : memref<1x10x10x1xf32>, memref<3x3x1x64xf32>) outs(%y : memref<1x8x8x64xf32>)
  return
}

// Lanes along the channels; 23 = 8 + 8 + 4 + 2 + 1.
// CHECK-LABEL: func.func @pool
// CHECK-NOT: linalg
// CHECK-DAG: vector.load {{.*}} vector<8xf32>
// CHECK-DAG: vector.load {{.*}} vector<4xf32>
// CHECK-DAG: vector.load {{.*}} vector<2xf32>
// CHECK-DAG: vector.load {{.*}} vector<1xf32>
// CHECK: arith.maximumf {{.*}} vector<8xf32>
func.func @pool(%x: memref<1x8x8x23xf32>, %w: memref<2x2xf32>, %y: memref<1x4x4x23xf32>) {
  linalg.pooling_nhwc_max {strides = dense<2> : tensor<2xi64>}
    ins(%x, %w : memref<1x8x8x23xf32>, memref<2x2xf32>) outs(%y : memref<1x4x4x23xf32>)
  return
}
}

// -----

// Three dimensions with the same access are one loop.
// CHECK-LABEL: func.func @elementwise
// CHECK: scf.for %{{.*}} = %c0 to %c96 step %c16
// CHECK-NOT: scf.for
// CHECK: math.exp {{.*}} vector<8xf32>
func.func @elementwise(%x: memref<4x8x3xf32>, %y: memref<4x8x3xf32>) {
  linalg.exp ins(%x : memref<4x8x3xf32>) outs(%y : memref<4x8x3xf32>)
  return
}

// -----

// A sum over the innermost dimension: 16 partial sums on any target, then the rest.
// CHECK-LABEL: func.func @inner_reduction
// CHECK: %[[P:.*]] = scf.for {{.*}} to %c32 step %c16 {{.*}} -> (vector<16xf32>)
// CHECK: vector.load {{.*}} vector<2xf32>
// CHECK: vector.extract_strided_slice %[[P]] {offsets = [0], sizes = [8]
// CHECK: arith.addf {{.*}} vector<8xf32>
func.func @inner_reduction(%x: memref<3x34xf32>, %y: memref<3xf32>) {
  linalg.reduce { arith.addf } ins(%x : memref<3x34xf32>) outs(%y : memref<3xf32>) dimensions = [1]
  return
}

// -----

// Left alone: dynamic sizes, arrays of i1, bodies without vector forms.
// CHECK-LABEL: func.func @scalar
// CHECK: linalg.exp
// CHECK: linalg.fill
// CHECK: linalg.generic
func.func @scalar(%d: memref<?xf32>, %b: memref<16xi1>, %t: memref<16xf32>, %y: memref<16xf32>) {
  linalg.exp ins(%d : memref<?xf32>) outs(%d : memref<?xf32>)
  %true = arith.constant true
  linalg.fill ins(%true : i1) outs(%b : memref<16xi1>)
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%y : memref<16xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %v = memref.load %t[%i] : memref<16xf32>
    linalg.yield %v : f32
  }
  return
}

// -----

// Bias before, activation after: the sums start from the bias, and only the last result is stored.
// CHECK-LABEL: func.func @fused
// CHECK-SAME: %[[X:[^:]*]]: memref<1x8xf32>, %[[F:[^:]*]]: memref<8x8xf32>, %[[B:[^:]*]]: memref<8xf32>, %[[Y:[^:]*]]: memref<1x8xf32>
// CHECK-NOT: memref.alloc
// CHECK: %[[BIAS:.*]] = vector.load %[[B]]
// CHECK-NOT: vector.store
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[BIAS]])
// CHECK: %[[R:.*]] = arith.maximumf %[[SUM]]
// CHECK-NOT: scf.for
// CHECK: vector.store %[[R]]
// CHECK-NOT: vector.store
func.func @fused(%x: memref<1x8xf32>, %f: memref<8x8xf32>, %b: memref<8xf32>, %y: memref<1x8xf32>) {
  %t = memref.alloc() : memref<1x8xf32>
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<8xf32>) outs(%t : memref<1x8xf32>) {
  ^bb0(%in: f32, %o: f32):
    linalg.yield %in : f32
  }
  linalg.matmul ins(%x, %f : memref<1x8xf32>, memref<8x8xf32>) outs(%t : memref<1x8xf32>)
  %z = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%t : memref<1x8xf32>) outs(%y : memref<1x8xf32>) {
  ^bb0(%in: f32, %o: f32):
    %r = arith.maximumf %in, %z : f32
    linalg.yield %r : f32
  }
  return
}

// -----

// Not fused: the sums have a second reader.
// CHECK-LABEL: func.func @two_readers
// CHECK: memref.alloc
// CHECK: arith.mulf
// CHECK: vector.store
// CHECK: math.exp
// CHECK: math.log
func.func @two_readers(%x: memref<1x8xf32>, %f: memref<8x8xf32>, %y: memref<1x8xf32>, %z: memref<1x8xf32>) {
  %t = memref.alloc() : memref<1x8xf32>
  linalg.matmul ins(%x, %f : memref<1x8xf32>, memref<8x8xf32>) outs(%t : memref<1x8xf32>)
  linalg.exp ins(%t : memref<1x8xf32>) outs(%y : memref<1x8xf32>)
  linalg.log ins(%t : memref<1x8xf32>) outs(%z : memref<1x8xf32>)
  return
}

// -----

// A reduction of one step still starts from the initial value that is fused into it.

// CHECK-LABEL: @unit_reduction
func.func @unit_reduction(%x: memref<8x1xi32>, %y: memref<8xi32>) {
  %least = arith.constant -5 : i32
  // CHECK: %[[X:.*]] = vector.load
  // CHECK-NOT: vector.load
  // CHECK: arith.maxsi %[[X]]
  // CHECK: vector.store
  linalg.fill ins(%least : i32) outs(%y : memref<8xi32>)
  linalg.generic {
      indexing_maps = [affine_map<(c, k) -> (c, k)>, affine_map<(c, k) -> (c)>],
      iterator_types = ["parallel", "reduction"]} ins(%x : memref<8x1xi32>) outs(%y : memref<8xi32>) {
  ^bb0(%in: i32, %out: i32):
    %max = arith.maxsi %in, %out : i32
    linalg.yield %max : i32
  }
  return
}

// -----

// A constant that blocks read in pieces far apart is stored panel by panel: 2 panels of 8 lanes (two vectors of 4),
// one of 3, each 2 deep.
// PACK: memref.global "private" constant @[[PACKED:.*]] : memref<38xf32> = dense<[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 1.900000e+01, 2.000000e+01, 2.100000e+01
// PACK-LABEL: func.func @packed
// PACK: memref.get_global @[[PACKED]]
module {
memref.global "private" constant @filter : memref<2x19xf32> = dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0], [19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0]]>
func.func @packed(%x: memref<4x2xf32>, %y: memref<4x19xf32>) {
  %f = memref.get_global @filter : memref<2x19xf32>
  linalg.matmul ins(%x, %f : memref<4x2xf32>, memref<2x19xf32>) outs(%y : memref<4x19xf32>)
  return
}
}
