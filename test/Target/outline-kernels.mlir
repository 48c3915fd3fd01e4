// RUN: bnn-opt %s -bnn-outline-kernels -split-input-file | FileCheck %s

// Two nests of the same operations are one function, named after the first. Constants are copied into it; arrays are
// arguments: those of the model, constants, views of the workspace. It promises what both calls can: %a and %x are
// dereferenceable only in one of them.
// CHECK-LABEL: func.func @equal(
// CHECK-SAME: %[[X:[^:]*]]: memref<8xf32>, %[[Y:[^:]*]]: memref<8xf32> {bnn.result}, %[[WS:[^:]*]]: memref<127xi8>
// CHECK-DAG: %[[A:.*]] = memref.view %[[WS]]
// CHECK-DAG: %[[W0:.*]] = memref.get_global @w0
// CHECK-DAG: %[[W1:.*]] = memref.get_global @w1
// CHECK-NOT: scf.for
// CHECK: call @equal_scale(%[[X]], %[[W0]], %[[A]])
// CHECK-NEXT: call @equal_scale(%[[A]], %[[W1]], %[[Y]])
// CHECK-NEXT: return
// CHECK: func.func private @equal_scale(
// CHECK-SAME: memref<8xf32> {llvm.noalias}
// CHECK-SAME: memref<8xf32> {llvm.align = 64 : i64, llvm.dereferenceable = 32 : i64, llvm.noalias}
// CHECK-SAME: memref<8xf32> {llvm.noalias}
// CHECK-SAME: attributes {passthrough = ["noinline"]}
// CHECK: scf.for
// CHECK-NOT: bnn.kind
// CHECK: return
// CHECK-NOT: func.func
memref.global "private" constant @w0 : memref<8xf32> = dense<1.0> {alignment = 64 : i64}
memref.global "private" constant @w1 : memref<8xf32> = dense<2.0> {alignment = 64 : i64}
func.func @equal(%x: memref<8xf32>, %y: memref<8xf32> {bnn.result}, %ws: memref<127xi8> {bnn.workspace})
    attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %a = memref.view %ws[%c0][] : memref<127xi8> to memref<8xf32>
  %w0 = memref.get_global @w0 : memref<8xf32>
  %w1 = memref.get_global @w1 : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %u = memref.load %x[%i] : memref<8xf32>
    %v = memref.load %w0[%i] : memref<8xf32>
    %p = arith.mulf %u, %v : f32
    memref.store %p, %a[%i] : memref<8xf32>
  } {bnn.kind = "scale"}
  scf.for %i = %c0 to %c8 step %c1 {
    %u = memref.load %a[%i] : memref<8xf32>
    %v = memref.load %w1[%i] : memref<8xf32>
    %p = arith.mulf %u, %v : f32
    memref.store %p, %y[%i] : memref<8xf32>
  } {bnn.kind = "scale"}
  return
}

// -----

// Another constant or another operation makes another function; without a kind they are loops.
// CHECK-LABEL: func.func @other(
// CHECK: call @other_loops(
// CHECK: call @other_loops_0(
// CHECK: call @other_loops_1(
// CHECK-LABEL: func.func private @other_loops(
// CHECK: arith.addf
// CHECK-LABEL: func.func private @other_loops_0(
// CHECK: arith.constant 7 : index
// CHECK: arith.addf
// CHECK-LABEL: func.func private @other_loops_1(
// CHECK: arith.mulf
func.func @other(%x: memref<8xf32>, %y: memref<8xf32> {bnn.result}) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %u = memref.load %x[%i] : memref<8xf32>
    %p = arith.addf %u, %u : f32
    memref.store %p, %y[%i] : memref<8xf32>
  }
  scf.for %i = %c0 to %c7 step %c1 {
    %u = memref.load %x[%i] : memref<8xf32>
    %p = arith.addf %u, %u : f32
    memref.store %p, %y[%i] : memref<8xf32>
  }
  scf.for %i = %c0 to %c8 step %c1 {
    %u = memref.load %x[%i] : memref<8xf32>
    %p = arith.mulf %u, %u : f32
    memref.store %p, %y[%i] : memref<8xf32>
  }
  return
}

// -----

// Nothing is promised of views that overlap, nor of one beside the workspace as a whole.
// CHECK-LABEL: func.func private @overlap_loops(
// CHECK-SAME: %{{[^:]*}}: memref<8xf32> {llvm.dereferenceable = 32 : i64}, %{{[^:]*}}: memref<8xf32> {llvm.dereferenceable = 32 : i64}, %{{[^:]*}}: memref<8xf32> {llvm.dereferenceable = 32 : i64, llvm.noalias})
// CHECK-LABEL: func.func private @overlap_loops_0(
// CHECK-SAME: %{{[^:]*}}: memref<256xi8>, %{{[^:]*}}: memref<8xf32> {llvm.dereferenceable = 32 : i64})
func.func @overlap(%ws: memref<256xi8> {bnn.workspace}) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  %c48 = arith.constant 48 : index
  %zero = arith.constant 0 : i8
  %address = memref.extract_aligned_pointer_as_index %ws : memref<256xi8> -> index
  %base = arith.andi %address, %c8 : index
  %at1 = arith.addi %base, %c16 : index
  %at2 = arith.addi %base, %c48 : index
  %a = memref.view %ws[%base][] : memref<256xi8> to memref<8xf32>
  %b = memref.view %ws[%at1][] : memref<256xi8> to memref<8xf32>
  %c = memref.view %ws[%at2][] : memref<256xi8> to memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %u = memref.load %a[%i] : memref<8xf32>
    memref.store %u, %b[%i] : memref<8xf32>
    memref.store %u, %c[%i] : memref<8xf32>
  }
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %zero, %ws[%i] : memref<256xi8>
    %u = memref.load %a[%i] : memref<8xf32>
    memref.store %u, %a[%i] : memref<8xf32>
  }
  return
}

// -----

// A store of a loop's vector goes with the loop, with what is between; a number that is loaded is an argument, and
// what is computed of it is computed in the function. A copy without loops stays.
// CHECK-LABEL: func.func @runs(
// CHECK: %[[N:.*]] = memref.load
// CHECK: memref.copy
// CHECK-NOT: scf.for
// CHECK-NOT: vector.store
// CHECK: call @runs_loops(%[[N]], %{{.*}}, %{{.*}}, %{{.*}}) :
// CHECK-NEXT: return
// CHECK: func.func private @runs_loops(%[[ARG:[^:]*]]: f32, %[[X:[^:]*]]: memref<8xf32>
// CHECK: arith.mulf %[[ARG]], %[[ARG]]
// CHECK: scf.for
// CHECK: memref.store %[[ARG]]
// CHECK: vector.store
// CHECK: return
func.func @runs(%x: memref<8xf32>, %y: memref<8xf32> {bnn.result}, %z: memref<8xf32> {bnn.result})
    attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %n = memref.load %x[%c0] : memref<8xf32>
  memref.copy %x, %z : memref<8xf32> to memref<8xf32>
  %square = arith.mulf %n, %n : f32
  %init = vector.broadcast %square : f32 to vector<8xf32>
  %sum = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %init) -> vector<8xf32> {
    %v = vector.load %x[%c0] : memref<8xf32>, vector<8xf32>
    %t = arith.addf %s, %v : vector<8xf32>
    scf.yield %t : vector<8xf32>
  }
  memref.store %n, %z[%c1] : memref<8xf32>
  %twice = arith.addf %sum, %sum : vector<8xf32>
  vector.store %twice, %y[%c0] : memref<8xf32>, vector<8xf32>
  return
}

// -----

// Other functions stay as they are.
// CHECK-LABEL: func.func @helper(
// CHECK: scf.for
func.func @helper(%x: memref<8xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %v, %x[%i] : memref<8xf32>
  }
  return
}
