// RUN: bnn-opt %s --bnn-apply-bits -split-input-file -verify-diagnostics

func.func @no_scale(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<1x4x2xf32>}> : () -> tensor<1x4x2xf32>
  // expected-error @below {{has bits and no 'bnn.activation_scale', a positive number that calibration finds}}
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64} : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

func.func @one_side(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<1x4x2xf32>}> : () -> tensor<1x4x2xf32>
  // expected-error @below {{has bits for one side only; 'bnn.activation_bits' is missing}}
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 4 : i64} : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

func.func @too_many(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<1x4x2xf32>}> : () -> tensor<1x4x2xf32>
  // expected-error @below {{'bnn.weight_bits' is 9; it must be 1 to 8}}
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 9 : i64, bnn.activation_bits = 8 : i64, bnn.activation_scale = 1.0 : f32} : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

func.func @nan(%x: tensor<1x1x2xf32>) -> tensor<1x1x1xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<[[[1.0], [0x7FC00000]]]> : tensor<1x2x1xf32>}> : () -> tensor<1x2x1xf32>
  // expected-error @below {{cannot be quantized: its weights are not all finite}}
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64, bnn.activation_scale = 1.0 : f32} : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

func.func @no_layer(%x: tensor<1x1x2xf32>, %w: tensor<1x2x1xf32>) -> tensor<1x1x1xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  // expected-error @below {{has bits and is no convolution or matrix product with constant float weights}}
  %y = tosa.matmul %x, %w, %zero, %zero {bnn.weight_bits = 4 : i64, bnn.activation_bits = 8 : i64} : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
