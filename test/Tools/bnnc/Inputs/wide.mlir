// A float convolution, a binary one of odd channels with a residual, and pooling: enough work to share.
func.func @wide(%x: tensor<1x32x32x3xf32>) -> tensor<1x32x32x70xf32> attributes {bnn.entry} {
  %w0 = "tosa.const"() <{values = dense<0.25> : tensor<70x3x3x3xf32>}> : () -> tensor<70x3x3x3xf32>
  %b0 = "tosa.const"() <{values = dense<0.01> : tensor<70xf32>}> : () -> tensor<70xf32>
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c0 = tosa.conv2d %x, %w0, %b0, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x32x32x3xf32>, tensor<70x3x3x3xf32>, tensor<70xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x32x32x70xf32>
  %m = tosa.max_pool2d %c0 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x32x32x70xf32>) -> tensor<1x32x32x70xf32>
  %b = bnn.binarize %m : tensor<1x32x32x70xf32> -> tensor<1x32x32x70x!bnn.bipolar<1>>
  %w = bnn.constant dense<1> : tensor<70x3x3x70xi8> as tensor<70x3x3x70x!bnn.bipolar<1>>
  %acc = bnn.conv2d %b, %w {pad = array<i64: 1, 1, 1, 1>, pad_value = 0 : i64} : tensor<1x32x32x70x!bnn.bipolar<1>>, tensor<70x3x3x70x!bnn.bipolar<1>> -> tensor<1x32x32x70xi32>
  %s = arith.constant dense<0.037> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<1x32x32x70xi32>, tensor<1xf32> -> tensor<1x32x32x70xf32>
  %r = tosa.add %y, %m : (tensor<1x32x32x70xf32>, tensor<1x32x32x70xf32>) -> tensor<1x32x32x70xf32>
  return %r : tensor<1x32x32x70xf32>
}
