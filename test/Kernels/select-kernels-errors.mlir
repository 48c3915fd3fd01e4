// RUN: bnn-opt %s --bnn-select-kernels --split-input-file --verify-diagnostics

func.func @unknown(%x: tensor<5x64x!bnn.bipolar<1>>, %y: tensor<64x3x!bnn.bipolar<1>>) -> tensor<5x3xi32> {
  // expected-error @+1 {{has no kernel that can compute it; the kernel it names does not exist}}
  %acc = bnn.matmul %x, %y {kernel = "abacus"}
      : tensor<5x64x!bnn.bipolar<1>>, tensor<64x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}

// -----

func.func @unfit(%x: tensor<5x64x!bnn.bipolar<1>>, %y: tensor<64x3x!bnn.bipolar<1>>) -> tensor<5x3xi32> {
  // expected-error @+1 {{has no kernel that can compute it (popcount: the weights are not constant)}}
  %acc = bnn.matmul %x, %y {kernel = "popcount"}
      : tensor<5x64x!bnn.bipolar<1>>, tensor<64x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return %acc : tensor<5x3xi32>
}
