// RUN: bnn-opt %s --convert-bnn-to-vector --verify-diagnostics

func.func @tensors(%x: tensor<1x1x1x8xf32>, %y: tensor<1x1x1x8xf32>) -> tensor<1x1x1x8xf32> {
  // expected-error @+1 {{must be bufferized before it is converted to the vector dialect}}
  %r = bnn.map_kernel params(%x : tensor<1x1x1x8xf32>) outs(%y : tensor<1x1x1x8xf32>)
      attributes {shape = array<i64: 1, 1, 1, 8>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>],
                  param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x1x1x8xf32>
  return %r : tensor<1x1x1x8xf32>
}
