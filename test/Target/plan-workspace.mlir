// RUN: bnn-opt %s -bnn-plan-workspace -split-input-file -verify-diagnostics | FileCheck %s

// Buffers one after the other share their bytes; neighbours do not.
// CHECK-LABEL: func.func @chain
// CHECK-SAME: %[[W:[^:]*]]: memref<575xi8> {bnn.workspace}) attributes {bnn.entry, bnn.workspace_size = 575 : i64}
// CHECK: %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[W]]
// CHECK: %[[C63:.*]] = arith.constant 63 : index
// CHECK: %[[UP:.*]] = arith.addi %[[ADDRESS]], %[[C63]]
// CHECK: %[[M64:.*]] = arith.constant -64 : index
// CHECK: %[[ALIGNED:.*]] = arith.andi %[[UP]], %[[M64]]
// CHECK: %[[BASE:.*]] = arith.subi %[[ALIGNED]], %[[ADDRESS]]
// CHECK: %[[C0:.*]] = arith.constant 0 : index
// CHECK: %[[AT0:.*]] = arith.addi %[[BASE]], %[[C0]]
// CHECK: %[[A:.*]] = memref.view %[[W]][%[[AT0]]][] : memref<575xi8> to memref<64xf32>
// CHECK: %[[C256:.*]] = arith.constant 256 : index
// CHECK: %[[AT1:.*]] = arith.addi %[[BASE]], %[[C256]]
// CHECK: %[[B:.*]] = memref.view %[[W]][%[[AT1]]][] : memref<575xi8> to memref<64xf32>
// CHECK: %[[C0_2:.*]] = arith.constant 0 : index
// CHECK: %[[AT2:.*]] = arith.addi %[[BASE]], %[[C0_2]]
// CHECK: %[[C:.*]] = memref.view %[[W]][%[[AT2]]][] : memref<575xi8> to memref<60xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.dealloc
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[A]]
// CHECK: linalg.exp ins(%[[A]] : memref<64xf32>) outs(%[[B]]
// CHECK: linalg.exp ins(%{{.*}}) outs(%[[C]]
func.func @chain(%x: memref<64xf32>, %y: memref<60xf32> {bnn.result}) attributes {bnn.entry} {
  %a = memref.alloc() : memref<64xf32>
  %b = memref.alloc() : memref<64xf32>
  %c = memref.alloc() : memref<60xf32>
  linalg.exp ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
  linalg.exp ins(%a : memref<64xf32>) outs(%b : memref<64xf32>)
  memref.dealloc %a : memref<64xf32>
  %part = memref.subview %b[2] [60] [1] : memref<64xf32> to memref<60xf32, strided<[1], offset: 2>>
  linalg.exp ins(%part : memref<60xf32, strided<[1], offset: 2>>) outs(%c : memref<60xf32>)
  linalg.exp ins(%c : memref<60xf32>) outs(%y : memref<60xf32>)
  return
}

// -----

// A view keeps its buffer alive: %b is used through %part after %c is written.
// CHECK-LABEL: func.func @views
// CHECK-SAME: bnn.workspace_size = 575 : i64
func.func @views(%x: memref<64xf32>, %y: memref<64xf32> {bnn.result}) attributes {bnn.entry} {
  %b = memref.alloc() : memref<64xf32>
  %c = memref.alloc() : memref<64xf32>
  linalg.exp ins(%x : memref<64xf32>) outs(%b : memref<64xf32>)
  %part = memref.expand_shape %b [[0, 1]] output_shape [8, 8] : memref<64xf32> into memref<8x8xf32>
  linalg.exp ins(%x : memref<64xf32>) outs(%c : memref<64xf32>)
  %whole = memref.collapse_shape %part [[0, 1]] : memref<8x8xf32> into memref<64xf32>
  linalg.add ins(%whole, %c : memref<64xf32>, memref<64xf32>) outs(%y : memref<64xf32>)
  return
}

// -----

// What a loop uses lives throughout it; what a loop body allocates becomes one buffer.
// CHECK-LABEL: func.func @loops
// CHECK-SAME: bnn.workspace_size = 575 : i64
// CHECK-DAG: %[[A:.*]] = memref.view {{.*}} to memref<64xf32>
// CHECK-DAG: %[[B:.*]] = memref.view {{.*}} to memref<32xf32>
// CHECK-DAG: %[[C:.*]] = memref.view {{.*}} to memref<32xf32>
// CHECK: scf.for
// CHECK-NOT: memref.view
func.func @loops(%x: memref<32xf32>, %y: memref<32xf32> {bnn.result}) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %a = memref.alloc() : memref<64xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %b = memref.alloc() : memref<32xf32>
    %c = memref.alloca() : memref<32xf32>
    linalg.exp ins(%x : memref<32xf32>) outs(%b : memref<32xf32>)
    linalg.exp ins(%b : memref<32xf32>) outs(%c : memref<32xf32>)
    %v = memref.load %c[%i] : memref<32xf32>
    memref.store %v, %a[%i] : memref<64xf32>
  }
  %part = memref.subview %a[0] [32] [1] : memref<64xf32> to memref<32xf32, strided<[1]>>
  linalg.exp ins(%part : memref<32xf32, strided<[1]>>) outs(%y : memref<32xf32>)
  return
}

// -----

// Small buffers outside of loops may stay on the stack.
// CHECK-LABEL: func.func @stack
// CHECK: memref.alloca() : memref<8xf32>
// CHECK-NOT: memref.alloca
func.func @stack(%x: memref<8xf32>, %y: memref<8xf32> {bnn.result}) attributes {bnn.entry} {
  %a = memref.alloca() : memref<8xf32>
  %b = memref.alloca() : memref<4096xf32>
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0] : memref<8xf32>
  memref.store %v, %a[%c0] : memref<8xf32>
  memref.store %v, %b[%c0] : memref<4096xf32>
  return
}

// -----

// Nothing allocated, no workspace.
// CHECK-LABEL: func.func @none
// CHECK-SAME: (%{{[^,]*}}: memref<8xf32>) attributes {bnn.entry} {
func.func @none(%x: memref<8xf32>) attributes {bnn.entry} {
  return
}

// -----

func.func @dynamic(%n: index) attributes {bnn.entry} {
  // expected-error @+1 {{cannot plan a buffer of dynamic size: 'memref<?xf32>'}}
  %a = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @carried(%y: memref<32xf32>) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %a = memref.alloc() : memref<32xf32>
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%cur = %a) -> (memref<32xf32>) {
    // expected-error @+1 {{cannot plan a buffer that outlives the loop or branch that allocates it}}
    %b = memref.alloc() : memref<32xf32>
    linalg.exp ins(%cur : memref<32xf32>) outs(%b : memref<32xf32>)
    scf.yield %b : memref<32xf32>
  }
  linalg.exp ins(%r : memref<32xf32>) outs(%y : memref<32xf32>)
  return
}

// -----

func.func @helper() -> memref<32xf32> {
  // expected-error @+1 {{allocation in a function that is no entry; inline it first}}
  %b = memref.alloc() : memref<32xf32>
  return %b : memref<32xf32>
}
