// RUN: bnn-opt %s --bnn-reference -allow-unregistered-dialect -split-input-file -verify-diagnostics

func.func @unknown_op(%x: tensor<4xf32>) -> tensor<4xf32> attributes {bnn.entry} {
  // expected-error @+1 {{op was not bufferized}}
  %y = "other.op"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected a statically shaped, contiguous memref}}
func.func @dynamic_shape(%x: tensor<4x?xf32>) -> tensor<4x?xf32> attributes {bnn.entry} {
  %y = tosa.abs %x : (tensor<4x?xf32>) -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// -----

// expected-error @+1 {{no function has the attribute 'bnn.entry'}}
module {
  func.func @no_entry(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}
