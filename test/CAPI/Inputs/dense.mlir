func.func @dense(%x: tensor<2x4xf32> {bnn.name = "x"}) -> (tensor<2x3xf32> {bnn.name = "logits"}) attributes {bnn.entry} {
  %w = bnn.constant dense<[[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]]> : tensor<3x4xi8> as tensor<3x4x!bnn.bipolar<1>>
  %b = bnn.binarize %x : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
  %acc = bnn.matmul %b, %w {transpose_rhs} : tensor<2x4x!bnn.bipolar<1>>, tensor<3x4x!bnn.bipolar<1>> -> tensor<2x3xi32>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<2x3xi32>, tensor<1xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
