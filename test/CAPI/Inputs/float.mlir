func.func @float(%x: tensor<1x2x4xf32> {bnn.name = "x"}) -> (tensor<1x2x3xf32> {bnn.name = "y"}) attributes {bnn.entry} {
  %w = "tosa.const"() <{values = dense<[[[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 1.0, 2.0], [0.3, -0.6, 0.9]]]> : tensor<1x4x3xf32>}> : () -> tensor<1x4x3xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.matmul %x, %w, %z, %z : (tensor<1x2x4xf32>, tensor<1x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x3xf32> loc("dense")
  return %y : tensor<1x2x3xf32>
}
