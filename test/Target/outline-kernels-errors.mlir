// RUN: bnn-opt %s -bnn-outline-kernels -split-input-file -verify-diagnostics

// expected-error @below {{an entry function must have a single block; outline before lowering control flow}}
func.func @blocks(%x: memref<4xf32>) attributes {bnn.entry} {
  cf.br ^bb1
^bb1:
  return
}

// -----

// expected-error @below {{an entry function returns through arguments; run bnn-results-to-out-params first}}
func.func @results(%x: memref<4xf32>) -> memref<4xf32> attributes {bnn.entry} {
  return %x : memref<4xf32>
}
