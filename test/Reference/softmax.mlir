// Runs bnn.softmax through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // uniform_max, rows: P = 1/4 each; 1/2 each without NaN and -inf; P = 1; all NaN; all -inf, where P is NaN.
  %x = arith.constant dense<[[0.0, 0.0, 0.0, 0.0], [0.0, 0x7FC00000, 0.0, 0xFF800000], [-200.0, 0.0, -200.0, -200.0],
      [0x7FC00000, 0x7FC00000, 0x7FC00000, 0x7FC00000], [0xFF800000, 0xFF800000, 0xFF800000, 0xFF800000]]> : tensor<5x4xf32>
  %uniform = bnn.softmax %x {mode = #bnn.softmax_mode<uniform_max>, output_scale = 0.0625 : f32}
      : tensor<5x4xf32> -> tensor<5x4x!bnn.unsigned<4>>
  %uniform_values = builtin.unrealized_conversion_cast %uniform : tensor<5x4x!bnn.unsigned<4>> to tensor<5x4xi32>
  %uniform_flat = tensor.collapse_shape %uniform_values [[0, 1]] : tensor<5x4xi32> into tensor<20xi32>
  %uniform_any = tensor.cast %uniform_flat : tensor<20xi32> to tensor<*xi32>
  call @printMemrefI32(%uniform_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [4, 4, 4, 4, 8, 0, 8, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  // log2: P = 1/4 is 2, 1/2 is 1, 1 is 0 and P = 0 the largest code; a NaN score is 0.
  %log = bnn.softmax %x {mode = #bnn.softmax_mode<log2>} : tensor<5x4xf32> -> tensor<5x4x!bnn.unsigned<4>>
  %log_values = builtin.unrealized_conversion_cast %log : tensor<5x4x!bnn.unsigned<4>> to tensor<5x4xi32>
  %log_flat = tensor.collapse_shape %log_values [[0, 1]] : tensor<5x4xi32> into tensor<20xi32>
  %log_any = tensor.cast %log_flat : tensor<20xi32> to tensor<*xi32>
  call @printMemrefI32(%log_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [2, 2, 2, 2, 1, 0, 1, 15, 15, 0, 15, 15, 0, 0, 0, 0, 0, 0, 0, 0]

  // i32 scores times logit_scale: e^(-4) and e^(-8) of the largest, P = 0.98, 0.018, 0.00033; rne(P·50).
  %i = arith.constant dense<[[8, 0, -8]]> : tensor<1x3xi32>
  %scaled = bnn.softmax %i {mode = #bnn.softmax_mode<uniform_max>, logit_scale = 0.5 : f32, output_scale = 0.02 : f32}
      : tensor<1x3xi32> -> tensor<1x3x!bnn.unsigned<8>>
  %scaled_values = builtin.unrealized_conversion_cast %scaled : tensor<1x3x!bnn.unsigned<8>> to tensor<1x3xi32>
  %scaled_flat = tensor.collapse_shape %scaled_values [[0, 1]] : tensor<1x3xi32> into tensor<3xi32>
  %scaled_any = tensor.cast %scaled_flat : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%scaled_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [49, 1, 0]
  
  %scaled_log = bnn.softmax %i {mode = #bnn.softmax_mode<log2>, logit_scale = 0.5 : f32}
      : tensor<1x3xi32> -> tensor<1x3x!bnn.unsigned<3>>
  %scaled_log_values = builtin.unrealized_conversion_cast %scaled_log : tensor<1x3x!bnn.unsigned<3>> to tensor<1x3xi32>
  %scaled_log_flat = tensor.collapse_shape %scaled_log_values [[0, 1]] : tensor<1x3xi32> into tensor<3xi32>
  %scaled_log_any = tensor.cast %scaled_log_flat : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%scaled_log_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 6, 7]

  // binary_ratio on i32: m = floor(8 ln 4) = 11. The differences in rows 2 and 3 do not fit into i32.
  %scores = arith.constant dense<[[20, 9, 8, 20], [2147483647, -2147483648, 2147483636, 2147483635],
      [-2147483648, -2147483648, -2147483648, -2147483648]]> : tensor<3x4xi32>
  %ratio = bnn.softmax %scores {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 0.125 : f32}
      : tensor<3x4xi32> -> tensor<3x4x!bnn.unsigned<1>>
  %ratio_values = builtin.unrealized_conversion_cast %ratio : tensor<3x4x!bnn.unsigned<1>> to tensor<3x4xi32>
  %ratio_flat = tensor.collapse_shape %ratio_values [[0, 1]] : tensor<3x4xi32> into tensor<12xi32>
  %ratio_any = tensor.cast %ratio_flat : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%ratio_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1]

  // A tiny logit_scale keeps everything, a large one only the maximum.
  %keep = bnn.softmax %scores {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 1.0e-30 : f32}
      : tensor<3x4xi32> -> tensor<3x4x!bnn.unsigned<1>>
  %keep_values = builtin.unrealized_conversion_cast %keep : tensor<3x4x!bnn.unsigned<1>> to tensor<3x4xi32>
  %keep_flat = tensor.collapse_shape %keep_values [[0, 1]] : tensor<3x4xi32> into tensor<12xi32>
  %keep_any = tensor.cast %keep_flat : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%keep_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  
  %max = bnn.softmax %scores {mode = #bnn.softmax_mode<binary_ratio>, logit_scale = 2.0 : f32}
      : tensor<3x4xi32> -> tensor<3x4x!bnn.unsigned<1>>
  %max_values = builtin.unrealized_conversion_cast %max : tensor<3x4x!bnn.unsigned<1>> to tensor<3x4xi32>
  %max_flat = tensor.collapse_shape %max_values [[0, 1]] : tensor<3x4xi32> into tensor<12xi32>
  %max_any = tensor.cast %max_flat : tensor<12xi32> to tensor<*xi32>
  call @printMemrefI32(%max_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1]

  // binary_ratio on f32: 0xBFB17218 is -ln 4, 0xBFB17219 the next number below.
  %f = arith.constant dense<[[0.0, 0xBFB17218, 0xBFB17219, 0x7FC00000], [0xFF800000, 0xFF800000, 0x7FC00000, 0xFF800000],
      [0x7F800000, 1.0e30, 0x7F800000, 0x7FC00000], [0x7FC00000, 0x7FC00000, 0x7FC00000, 0x7FC00000]]> : tensor<4x4xf32>
  %float_ratio = bnn.softmax %f {mode = #bnn.softmax_mode<binary_ratio>}
      : tensor<4x4xf32> -> tensor<4x4x!bnn.unsigned<1>>
  %float_ratio_values = builtin.unrealized_conversion_cast %float_ratio : tensor<4x4x!bnn.unsigned<1>> to tensor<4x4xi32>
  %float_ratio_flat = tensor.collapse_shape %float_ratio_values [[0, 1]] : tensor<4x4xi32> into tensor<16xi32>
  %float_ratio_any = tensor.cast %float_ratio_flat : tensor<16xi32> to tensor<*xi32>
  call @printMemrefI32(%float_ratio_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0]

  // bool: above 0, which neither zero is; 0x00000001 is the smallest number that is.
  %int = arith.constant dense<[-1, 0, 1, -2147483648]> : tensor<4xi32>
  %int_bool = bnn.softmax %int {mode = #bnn.softmax_mode<bool>} : tensor<4xi32> -> tensor<4x!bnn.unsigned<1>>
  %int_bool_values = builtin.unrealized_conversion_cast %int_bool : tensor<4x!bnn.unsigned<1>> to tensor<4xi32>
  %int_bool_any = tensor.cast %int_bool_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%int_bool_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 1, 0]
  
  %float = arith.constant dense<[0.0, -0.0, 0x00000001, 0x7FC00000, 0x7F800000]> : tensor<5xf32>
  %float_bool = bnn.softmax %float {mode = #bnn.softmax_mode<bool>} : tensor<5xf32> -> tensor<5x!bnn.unsigned<1>>
  %float_bool_values = builtin.unrealized_conversion_cast %float_bool : tensor<5x!bnn.unsigned<1>> to tensor<5xi32>
  %float_bool_any = tensor.cast %float_bool_values : tensor<5xi32> to tensor<*xi32>
  call @printMemrefI32(%float_bool_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0, 1, 0, 1]
  return
}
