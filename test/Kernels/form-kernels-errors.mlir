// RUN: bnn-opt %s --bnn-form-kernels --split-input-file --verify-diagnostics

func.func @unselected(%x: tensor<5x64x!bnn.bipolar<1>>, %y: tensor<64x3x!bnn.bipolar<1>>) -> tensor<5x3xi32> {
  // expected-error @+1 {{has no kernel; run bnn-select-kernels first}}
  %acc = bnn.matmul %x, %y
      : tensor<5x64x!bnn.bipolar<1>>, tensor<64x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

func.func @wrong_layout(%x: tensor<5x64x!bnn.bipolar<1>, #bnn.byte_codes>) -> tensor<5x3xi32> {
  %w = bnn.constant dense<1> : tensor<64x3xi8> as tensor<64x3x!bnn.bipolar<1>>
  // expected-error @+1 {{needs activations packed as #bnn.bit_packed<pad = [], border = 0> for the kernel 'popcount'}}
  %acc = bnn.matmul %x, %w {kernel = "popcount"}
      : tensor<5x64x!bnn.bipolar<1>, #bnn.byte_codes>, tensor<64x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

func.func @unfit(%x: tensor<5x64x!bnn.unsigned<2>, #bnn.byte_codes>) -> tensor<5x3xi32> {
  %w = bnn.constant dense<1> : tensor<64x3xi8> as tensor<64x3x!bnn.bipolar<1>>
  // expected-error @+1 {{names the kernel 'popcount', but the codes are not one bit by one bit}}
  %acc = bnn.matmul %x, %w {kernel = "popcount"}
      : tensor<5x64x!bnn.unsigned<2>, #bnn.byte_codes>, tensor<64x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

func.func @rank(%x: tensor<1x1x1x5x64x!bnn.bipolar<1>>) -> tensor<1x1x1x5x64x!bnn.bipolar<1>, #bnn.byte_codes> {
  // expected-error @+1 {{has a rank above 4, which no kernel serves}}
  %p = bnn.pack %x
      : tensor<1x1x1x5x64x!bnn.bipolar<1>> -> tensor<1x1x1x5x64x!bnn.bipolar<1>, #bnn.byte_codes>
  return %p : tensor<1x1x1x5x64x!bnn.bipolar<1>, #bnn.byte_codes>
}
