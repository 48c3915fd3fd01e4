// RUN: bnn-opt %s -bnn-outline-tasks -split-input-file -verify-diagnostics

func.func @loaded(%x: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // expected-error @below {{is used by several threads, but cannot be computed in each of them}}
  %v = memref.load %x[%c0] : memref<8xf32>
  scf.parallel (%t) = (%c0) to (%c2) step (%c1) {
    memref.store %v, %x[%t] : memref<8xf32>
  }
  return
}

// -----

func.func @bounds(%x: memref<8xf32>, %n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{expected one loop from 0 to a constant with step 1 and without reductions}}
  scf.parallel (%t) = (%c0) to (%n) step (%c1) {
    memref.store %v, %x[%t] : memref<8xf32>
  }
  return
}
