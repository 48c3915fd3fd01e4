// RUN: bnn-opt %s --bnn-make-bits-switchable -split-input-file -verify-diagnostics

// expected-error @below {{has no layer with signed weights of 8 bits, whose bits could be switched}}
func.func @none(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> attributes {bnn.entry} {
  return %x : tensor<1x1x4xf32>
}

// -----

// expected-error @below {{has no function with the attribute 'bnn.entry'}}
module {
  func.func @no_entry(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
    return %x : tensor<1x1x4xf32>
  }
}
