// Runs bnn.binarize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // The last four: NaN, NaN with its sign bit set, -inf, inf.
  %x = arith.constant dense<[-1.0, -0.0, 0.0, 1.0, 0x7FC00000, 0xFFC00000, 0xFF800000, 0x7F800000]> : tensor<8xf32>
  
  %plus = bnn.binarize %x {zero = #bnn.zero_mode<plus>} : tensor<8xf32> -> tensor<8x!bnn.bipolar<1>>
  %plus_values = builtin.unrealized_conversion_cast %plus : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %plus_any = tensor.cast %plus_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%plus_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, 1, 1, -1, -1, -1, 1]
  
  %minus = bnn.binarize %x {zero = #bnn.zero_mode<minus>} : tensor<8xf32> -> tensor<8x!bnn.bipolar<1>>
  %minus_values = builtin.unrealized_conversion_cast %minus : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %minus_any = tensor.cast %minus_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%minus_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, -1, 1, -1, -1, -1, 1]
  
  %signbit = bnn.binarize %x {zero = #bnn.zero_mode<signbit>} : tensor<8xf32> -> tensor<8x!bnn.bipolar<1>>
  %signbit_values = builtin.unrealized_conversion_cast %signbit : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %signbit_any = tensor.cast %signbit_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%signbit_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, -1, 1, 1, 1, -1, -1, 1]
  
  %ternary = bnn.binarize %x {zero = #bnn.zero_mode<ternary>} : tensor<8xf32> -> tensor<8x!bnn.ternary>
  %ternary_values = builtin.unrealized_conversion_cast %ternary : tensor<8x!bnn.ternary> to tensor<8xi32>
  %ternary_any = tensor.cast %ternary_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0, 0, 1, 0, 0, -1, 1]
  
  %bits = bnn.binarize %x : tensor<8xf32> -> tensor<8x!bnn.unsigned<1>>
  %bits_values = builtin.unrealized_conversion_cast %bits : tensor<8x!bnn.unsigned<1>> to tensor<8xi32>
  %bits_any = tensor.cast %bits_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%bits_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 1, 1, 0, 0, 0, 1]

  // One threshold per channel; nothing passes a threshold of NaN.
  %y = arith.constant dense<[[0.5, 0.4, 1.0], [-0.5, -1.0, 0x7F800000]]> : tensor<2x3xf32>
  %t = arith.constant dense<[0.5, -1.0, 0x7FC00000]> : tensor<3xf32>
  %plus_t = bnn.binarize %y threshold %t : tensor<3xf32> : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %plus_t_values = builtin.unrealized_conversion_cast %plus_t : tensor<2x3x!bnn.bipolar<1>> to tensor<2x3xi32>
  %plus_t_flat = tensor.collapse_shape %plus_t_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %plus_t_any = tensor.cast %plus_t_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%plus_t_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, -1, -1, 1, -1]
  
  %minus_t = bnn.binarize %y threshold %t : tensor<3xf32> {zero = #bnn.zero_mode<minus>}
      : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  %minus_t_values = builtin.unrealized_conversion_cast %minus_t : tensor<2x3x!bnn.bipolar<1>> to tensor<2x3xi32>
  %minus_t_flat = tensor.collapse_shape %minus_t_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %minus_t_any = tensor.cast %minus_t_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%minus_t_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, -1, -1, -1, -1]

  // One threshold for all: 0.5 - 0.5 is +0, whose sign bit is clear.
  %half = arith.constant dense<0.5> : tensor<1xf32>
  %signbit_t = bnn.binarize %y threshold %half : tensor<1xf32> {zero = #bnn.zero_mode<signbit>}
      : tensor<2x3xf32> -> tensor<2x3x!bnn.unsigned<1>>
  %signbit_t_values = builtin.unrealized_conversion_cast %signbit_t : tensor<2x3x!bnn.unsigned<1>> to tensor<2x3xi32>
  %signbit_t_flat = tensor.collapse_shape %signbit_t_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %signbit_t_any = tensor.cast %signbit_t_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%signbit_t_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 0, 1, 0, 0, 1]
  
  %ternary_t = bnn.binarize %y threshold %half : tensor<1xf32> {zero = #bnn.zero_mode<ternary>}
      : tensor<2x3xf32> -> tensor<2x3x!bnn.ternary>
  %ternary_t_values = builtin.unrealized_conversion_cast %ternary_t : tensor<2x3x!bnn.ternary> to tensor<2x3xi32>
  %ternary_t_flat = tensor.collapse_shape %ternary_t_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %ternary_t_any = tensor.cast %ternary_t_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%ternary_t_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, -1, 1, -1, -1, 1]

  // A scalar.
  %scalar = arith.constant dense<-0.25> : tensor<f32>
  %scalar_threshold = arith.constant dense<-0.5> : tensor<f32>
  %scalar_bit = bnn.binarize %scalar threshold %scalar_threshold : tensor<f32> : tensor<f32> -> tensor<!bnn.bipolar<1>>
  %scalar_value = builtin.unrealized_conversion_cast %scalar_bit : tensor<!bnn.bipolar<1>> to tensor<i32>
  %scalar_row = tensor.expand_shape %scalar_value [] output_shape [1] : tensor<i32> into tensor<1xi32>
  %scalar_row_any = tensor.cast %scalar_row : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%scalar_row_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1]
  return
}
