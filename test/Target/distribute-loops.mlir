// RUN: bnn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(bnn-distribute-loops{threads=2 min-work=10},canonicalize))' | FileCheck %s
// RUN: bnn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(bnn-distribute-loops{threads=1 min-work=10},canonicalize))' | FileCheck %s --check-prefix=ONE
// RUN: bnn-opt %s -split-input-file -pass-pipeline='builtin.module(func.func(bnn-distribute-loops{threads=2},canonicalize))' | FileCheck %s --check-prefix=ONE
// RUN: not bnn-opt %s -pass-pipeline='builtin.module(func.func(bnn-distribute-loops{threads=0}))' 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: threads must be at least 1

// One thread, or little work, changes nothing.
// ONE-NOT: scf.parallel

// The outer loop divides evenly: each thread gets half of it.
// CHECK-LABEL: func @outer
// CHECK: scf.parallel (%[[T:.*]]) = (%c0) to (%c2) step (%c1)
// CHECK: %[[FIRST:.*]] = arith.divui
// CHECK: %[[END:.*]] = arith.divui
// CHECK: scf.for %[[I:.*]] = %[[FIRST]] to %[[END]] step %c1
// CHECK: %[[Y:.*]] = arith.muli %[[I]], %c4
// CHECK: scf.for %[[X:.*]] = %c0 to %c3
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[Y]], %[[X]]]
func.func @outer(%y: memref<40x3xf32>) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c40 = arith.constant 40 : index
  %v = arith.constant 1.0 : f32
  scf.for %i = %c0 to %c40 step %c4 {
    scf.for %j = %c0 to %c3 step %c1 {
      memref.store %v, %y[%i, %j] : memref<40x3xf32>
    } {bnn.parallel}
  } {bnn.parallel}
  return
}

// -----

// Three rows do not divide evenly, three times four elements do: the loops become one.
// CHECK-LABEL: func @several
// CHECK: scf.parallel
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: affine.delinearize_index %{{.*}} into (3, 4)
// CHECK: memref.store
func.func @several(%y: memref<3x4xf32>) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %c3 step %c1 {
    %k = arith.index_cast %i : index to i32
    %v = arith.sitofp %k : i32 to f32
    scf.for %j = %c0 to %c4 step %c1 {
      memref.store %v, %y[%i, %j] : memref<3x4xf32>
    } {bnn.parallel}
  } {bnn.parallel}
  return
}

// -----

// A loop without the mark stays; the one in it is shared. Its buffer becomes one for each thread.
// CHECK-LABEL: func @inner
// CHECK: scf.for
// CHECK: %[[ALL:.*]] = memref.alloc() : memref<256xi8>
// CHECK: scf.parallel (%[[T:.*]]) =
// CHECK: scf.for
// CHECK: %[[OFFSET:.*]] = arith.muli %[[T]], %c128
// CHECK: %[[OWN:.*]] = memref.view %[[ALL]][%[[OFFSET]]][] : memref<256xi8> to memref<20xf32>
// CHECK: memref.store %{{.*}}, %[[OWN]]
func.func @inner(%y: memref<8xf32>, %v: f32) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c5 step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %buffer = memref.alloc() : memref<20xf32>
      memref.store %v, %buffer[%i] : memref<20xf32>
      %w = memref.load %buffer[%i] : memref<20xf32>
      memref.store %w, %y[%j] : memref<8xf32>
      memref.dealloc %buffer : memref<20xf32>
    } {bnn.parallel}
  }
  return
}

// -----

// Functions that are no entry run within the threads of others, if at all.
// CHECK-LABEL: func @helper
// CHECK-NOT: scf.parallel
func.func @helper(%y: memref<40xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c40 = arith.constant 40 : index
  scf.for %i = %c0 to %c40 step %c1 {
    memref.store %v, %y[%i] : memref<40xf32>
  } {bnn.parallel}
  return
}
