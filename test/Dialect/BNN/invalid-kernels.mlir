// RUN: bnn-opt %s --split-input-file --verify-diagnostics

// Every labelled constraint of the kernel ops: a function <op>_c<N> breaks
// constraint CN of its op's description and nothing else.

//===----------------------------------------------------------------------===//
// bnn.contract_kernel
//===----------------------------------------------------------------------===//

func.func @contract_kernel_c1(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs the name of a strategy}}
  %y = bnn.contract_kernel "" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a map for each of its 1 parameters, but has 0}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_more(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a map for each of its 1 parameters, but has 2}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>, affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_dims(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a map from four dimensions to the rank of parameter 0 (1)}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x) -> (x)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_rank(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a map from four dimensions to the rank of parameter 0 (1)}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (x, o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_symbol(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a map from four dimensions to the rank of parameter 0 (1)}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o)[s] -> (o + s)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_outside(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o + 1)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_negative(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o - 1)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_times(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o * 2)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_of_x(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (x * 8)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_ceildiv(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o ceildiv 2)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_huge(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> ((o * 2147483647) * 2147483647 + o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c2_mod(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o mod 9)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c3(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a storage layout or unit for each of its 1 outputs}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = []} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c3_kind(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a storage layout or unit for each of its 1 outputs}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = ["plain"]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c3_elements(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x7xf32>) {
  // expected-error @+1 {{has output 0 of type 'tensor<1x2x2x7xf32>', which does not hold an image of [1, 2, 2, 8] in layout unit}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x7xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x7xf32>
  return
}

// -----

func.func @contract_kernel_c3_packed(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x4xi8>) {
  // expected-error @+1 {{which does not hold an image of [1, 2, 2, 8] in layout #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x4xi8>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [#bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x4xi8>
  return
}

// -----

func.func @contract_kernel_c3_huge(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x4xi8>) {
  // expected-error @+1 {{which does not hold an image of [1, 2, 2, 8]}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x4xi8>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [#bnn.bit_packed<pad = [2147483647, 2147483647, 2147483647, 2147483647], border = 0>]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x4xi8>
  return
}

// -----

func.func @contract_kernel_c3_bytes(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which does not hold an image of [1, 2, 2, 8] in layout #bnn.byte_codes}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [#bnn.byte_codes]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c4(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a region of arguments ('i32', 'f32'), but has ('i32')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c4_accumulator(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a region of arguments ('i32', 'f32'), but has ('i64', 'f32')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i64, %s: f32):
    %0 = arith.sitofp %acc : i64 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c4_parameter(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs a region of arguments ('i32', 'f32'), but has ('i32', 'i8')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: i8):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c5(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs to yield ('f32'), but yields ('i32')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %acc : i32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c5_none(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs to yield ('f32'), but yields ()}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c5_packed(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x4xi8>) {
  // expected-error @+1 {{needs to yield ('i1'), but yields ('f32')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x4xi8>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [#bnn.bit_packed<pad = [], border = 0>]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x4xi8>
  return
}

// -----

func.func @contract_kernel_c5_bytes(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs to yield ('i8'), but yields ('f32')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xi8>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [#bnn.byte_codes]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @contract_kernel_c6(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs code types for activations and weights}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = i8, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c6_weights(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{needs code types for activations and weights}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = f32, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c6_layout(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{which do not hold an image of [1, 2, 2, 40] in layout unit}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = unit,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c6_elements(%x: tensor<1x2x2x4xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{has activations of type 'tensor<1x2x2x4xi8>', which do not hold an image of [1, 2, 2, 40] in layout #bnn.bit_packed<pad = [], border = 0>}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x4xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{has a border extent without a border table}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>, border_extent = array<i64: 0, 1, 0, 1>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7_missing(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>, %b: tensor<1x1x8xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) border(%b : tensor<1x1x8xi32>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7_between(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>, %b: tensor<3x1x8xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) border(%b : tensor<3x1x8xi32>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>, border_extent = array<i64: 1, 1, 0, 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7_huge(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>, %b: tensor<3x1x8xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) border(%b : tensor<3x1x8xi32>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>, border_extent = array<i64: 9223372036854775807, 9223372036854775807, 0, 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7_shape(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>, %b: tensor<1x2x8xi32>) {
  // expected-error @+1 {{needs an i32 border table of shape [2, 1, 8], but has 'tensor<1x2x8xi32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) border(%b : tensor<1x2x8xi32>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>, border_extent = array<i64: 1, 0, 0, 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_c7_element(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>, %b: tensor<2x1x8xf32>) {
  // expected-error @+1 {{needs an i32 border table of shape [2, 1, 8], but has 'tensor<2x1x8xf32>'}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) border(%b : tensor<2x1x8xf32>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>, border_extent = array<i64: 1, 0, 0, 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<1x2x2x8xf32>
  return
}

// -----

func.func @contract_kernel_result(%x: tensor<1x2x2x8xi8>, %w: tensor<8x8xi8>, %p: tensor<8xf32>, %init: tensor<1x2x2x8xf32>) {
  // expected-error @+1 {{expected type of operand #3 ('tensor<1x2x2x8xf32>') to match type of corresponding result ('tensor<4x8xf32>')}}
  %y = bnn.contract_kernel "popcount" ins(%x, %w : tensor<1x2x2x8xi8>, tensor<8x8xi8>) params(%p : tensor<8xf32>) outs(%init : tensor<1x2x2x8xf32>)
      attributes {geometry = #bnn.geometry<input = [1, 2, 2, 40], output = [1, 2, 2, 8], kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>,
                  activation_type = !bnn.bipolar<1>, weight_type = !bnn.bipolar<1>, activation_layout = #bnn.bit_packed<pad = [], border = 0>,
                  param_maps = [affine_map<(n, y, x, o) -> (o)>], output_layouts = [unit]} {
  ^bb0(%acc: i32, %s: f32):
    %0 = arith.sitofp %acc : i32 to f32
    bnn.yield %0 : f32
  } -> tensor<4x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.map_kernel
//===----------------------------------------------------------------------===//

func.func @map_kernel_c1(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a shape of four entries and 1 to 2^31 - 1 elements, but has [1, 2, 2]}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c1_empty(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a shape of four entries and 1 to 2^31 - 1 elements, but has []}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c1_zero(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a shape of four entries and 1 to 2^31 - 1 elements, but has [1, 0, 2, 40]}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 0, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c1_huge(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a shape of four entries and 1 to 2^31 - 1 elements, but has [9223372036854775807, 9223372036854775807, 2, 40]}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 9223372036854775807, 9223372036854775807, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a map for each of its 1 parameters, but has 0}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2_layouts(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a storage layout or unit for each of its 1 parameters}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2_kind(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a storage layout or unit for each of its 1 parameters}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [i8], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2_outside(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{which may leave parameter 0 of type 'tensor<1x2x2x40xf32>'}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y + 1, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2_packed(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs an identity map and an image of i8 in its layout for parameter 0}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [#bnn.bit_packed<pad = [], border = 0>], output_layouts = [unit]} {
  ^bb0(%v: i1):
    bnn.yield %v : i1
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c2_packed_map(%x: tensor<1x2x2x8xi8>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs an identity map and an image of i8 in its layout for parameter 0}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x8xi8>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, x, y, c)>], param_layouts = [#bnn.bit_packed<pad = [], border = 0>], output_layouts = [unit]} {
  ^bb0(%v: i1):
    bnn.yield %v : i1
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c3(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a storage layout or unit for each of its 1 outputs}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit, unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c3_elements(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x41xf32>) {
  // expected-error @+1 {{has output 0 of type 'tensor<1x2x2x41xf32>', which does not hold an image of [1, 2, 2, 40] in layout unit}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x41xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v : f32
  } -> tensor<1x2x2x41xf32>
  return
}

// -----

func.func @map_kernel_c4(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a region of arguments ('f32'), but has ('f64')}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f64):
    bnn.yield %v : f64
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c4_packed(%x: tensor<1x2x2x8xi8>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs a region of arguments ('i1'), but has ('i8')}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x8xi8>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [#bnn.bit_packed<pad = [], border = 0>], output_layouts = [unit]} {
  ^bb0(%v: i8):
    bnn.yield %v : i8
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

func.func @map_kernel_c5(%x: tensor<1x2x2x40xf32>, %init: tensor<1x2x2x40xf32>) {
  // expected-error @+1 {{needs to yield ('f32'), but yields ('f32', 'f32')}}
  %y = bnn.map_kernel params(%x : tensor<1x2x2x40xf32>) outs(%init : tensor<1x2x2x40xf32>)
      attributes {shape = array<i64: 1, 2, 2, 40>, param_maps = [affine_map<(n, y, x, c) -> (n, y, x, c)>], param_layouts = [unit], output_layouts = [unit]} {
  ^bb0(%v: f32):
    bnn.yield %v, %v : f32, f32
  } -> tensor<1x2x2x40xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.pool_kernel
//===----------------------------------------------------------------------===//

func.func @pool_kernel_c1(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs input and output shapes of four entries, equal in N and C, and one init}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c1_channels(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs input and output shapes of four entries, equal in N and C, and one init}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 4>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c1_zero(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs input and output shapes of four entries, equal in N and C, and one init}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 0, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c1_inits(%x: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs input and output shapes of four entries, equal in N and C, and one init}}
  "bnn.pool_kernel"(%x) {input_shape = array<i64: 1, 2, 2, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 1, 1>,
      strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>,
      input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} : (tensor<1x2x2x8xi8>) -> ()
  return
}

// -----

func.func @pool_kernel_c2(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs an input and an output storage layout of the same kind}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.bit_packed<pad = [], border = 0>} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c2_none(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs an input and an output storage layout of the same kind}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = unit, output_layout = unit} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c2_signed(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{cannot pool bit-packed codes of '!bnn.signed<1>'}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.signed<1>, input_layout = #bnn.bit_packed<pad = [], border = 0>, output_layout = #bnn.bit_packed<pad = [], border = 0>} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c2_wide(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{cannot pool bit-packed codes of '!bnn.unsigned<4>'}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.bit_packed<pad = [], border = 0>, output_layout = #bnn.bit_packed<pad = [], border = 0>} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations, and four pad entries}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3_stride(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations, and four pad entries}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 0, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3_pad(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations, and four pad entries}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3_negative(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs pad entries that are not negative and less than the dilated kernel}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, -1, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3_large(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs pad entries that are not negative and less than the dilated kernel}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 2, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c3_extent(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{has output extent 2 in dimension 1, but its window gives 1}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 3, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c4(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs a code type, but has 'i8'}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = i8, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c5(%x: tensor<1x4x4x4xi8>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs an input and an init of as many bytes as their shapes take in their layouts}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x4xi8>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

func.func @pool_kernel_c5_init(%x: tensor<1x4x4x8xi8>, %init: tensor<1x2x2x4xi8>) {
  // expected-error @+1 {{needs an input and an init of as many bytes as their shapes take in their layouts}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi8>) outs(%init : tensor<1x2x2x4xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x4xi8>
  return
}

// -----

func.func @pool_kernel_c5_element(%x: tensor<1x4x4x8xi32>, %init: tensor<1x2x2x8xi8>) {
  // expected-error @+1 {{needs an input and an init of as many bytes as their shapes take in their layouts}}
  %y = bnn.pool_kernel ins(%x : tensor<1x4x4x8xi32>) outs(%init : tensor<1x2x2x8xi8>)
      {input_shape = array<i64: 1, 4, 4, 8>, output_shape = array<i64: 1, 2, 2, 8>, kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>,
       dilations = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, code_type = !bnn.unsigned<4>, input_layout = #bnn.byte_codes, output_layout = #bnn.byte_codes} -> tensor<1x2x2x8xi8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.yield
//===----------------------------------------------------------------------===//

func.func @yield_parent() {
  // expected-error @+1 {{expects parent op to be one of 'bnn.contract_kernel, bnn.map_kernel'}}
  bnn.yield
}
