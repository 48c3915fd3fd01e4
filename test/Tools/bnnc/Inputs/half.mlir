func.func @half(%x: tensor<8xf16>) -> tensor<8xf32> attributes {bnn.entry} {
  %y = tosa.cast %x : (tensor<8xf16>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}
