// RUN: bnn-opt %s --bnn-check-integer-only --split-input-file --verify-diagnostics

// Floats at the ends only.
func.func @ends(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %w = bnn.constant dense<1> : tensor<8x8xi8> as tensor<8x8x!bnn.signed<8>>
  %e = tosa.sigmoid %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %q = bnn.quantize %e scale %s : tensor<4x8xf32>, tensor<1xf32> -> tensor<4x8x!bnn.signed<8>>
  %a = bnn.matmul %q, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  %r = bnn.requantize %a {multipliers = array<i32: 1>, shifts = array<i32: 4>} : tensor<4x8xi32> -> tensor<4x8x!bnn.signed<8>>
  %b = bnn.matmul %r, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  %y = bnn.scale %b by %s : tensor<4x8xi32>, tensor<1xf32> -> tensor<4x8xf32>
  %z = tosa.sigmoid %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %z : tensor<4x8xf32>
}

// -----

// The op that is in the way is named, not the conversions around it.
func.func @sigmoid(%x: tensor<4x8x!bnn.signed<8>>) -> tensor<4x8xi32> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %w = bnn.constant dense<1> : tensor<8x8xi8> as tensor<8x8x!bnn.signed<8>>
  %a = bnn.matmul %x, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  %y = bnn.scale %a by %s : tensor<4x8xi32>, tensor<1xf32> -> tensor<4x8xf32>
  // expected-error @+1 {{'tosa.sigmoid' op computes with floats between quantized layers}}
  %z = tosa.sigmoid %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %q = bnn.quantize %z scale %s : tensor<4x8xf32>, tensor<1xf32> -> tensor<4x8x!bnn.signed<8>>
  %b = bnn.matmul %q, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  return %b : tensor<4x8xi32>
}

// -----

// Conversions alone.
func.func @conversions(%x: tensor<4x8x!bnn.signed<8>>) -> tensor<4x8xi32> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %w = bnn.constant dense<1> : tensor<8x8xi8> as tensor<8x8x!bnn.signed<8>>
  %a = bnn.matmul %x, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  // expected-error @+1 {{'bnn.scale' op computes with floats between quantized layers}}
  %y = bnn.scale %a by %s : tensor<4x8xi32>, tensor<1xf32> -> tensor<4x8xf32>
  // expected-error @+1 {{'bnn.quantize' op computes with floats between quantized layers}}
  %q = bnn.quantize %y scale %s : tensor<4x8xf32>, tensor<1xf32> -> tensor<4x8x!bnn.signed<8>>
  %b = bnn.matmul %q, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  return %b : tensor<4x8xi32>
}
