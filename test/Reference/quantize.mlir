// Runs bnn.quantize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // An odd zero point tells round-then-shift (ONNX) from shift-then-round (QONNX) at the ties
  // -0.5, 0.5, 1.5, 2.5.
  %x = arith.constant dense<[-0.5, 0.5, 1.5, 2.5]> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %onnx = bnn.quantize %x scale %one {zero_points = array<i64: 1>}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.unsigned<4>>
  %onnx_values = builtin.unrealized_conversion_cast %onnx : tensor<4x!bnn.unsigned<4>> to tensor<4xi32>
  %onnx_any = tensor.cast %onnx_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%onnx_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, 3, 3]
  
  %qonnx = bnn.quantize %x scale %one {zero_points = array<i64: 1>, shift_before_round}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.unsigned<4>>
  %qonnx_values = builtin.unrealized_conversion_cast %qonnx : tensor<4x!bnn.unsigned<4>> to tensor<4xi32>
  %qonnx_any = tensor.cast %qonnx_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%qonnx_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 2, 2, 4]

  // Both ends, infinities, and NaN, which gives the smallest value whatever the zero point.
  %y = arith.constant dense<[-100.0, 100.0, 0xFF800000, 0x7F800000, 0x7FC00000, 1.0e30]> : tensor<6xf32>
  
  %signed = bnn.quantize %y scale %one : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.signed<4>>
  %signed_values = builtin.unrealized_conversion_cast %signed : tensor<6x!bnn.signed<4>> to tensor<6xi32>
  %signed_any = tensor.cast %signed_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%signed_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-8, 7, -8, 7, -8, 7]
  
  %narrow_signed = bnn.quantize %y scale %one {narrow} : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.signed<4>>
  %narrow_signed_values = builtin.unrealized_conversion_cast %narrow_signed : tensor<6x!bnn.signed<4>> to tensor<6xi32>
  %narrow_signed_any = tensor.cast %narrow_signed_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%narrow_signed_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-7, 7, -7, 7, -7, 7]
  
  %unsigned = bnn.quantize %y scale %one : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.unsigned<8>>
  %unsigned_values = builtin.unrealized_conversion_cast %unsigned : tensor<6x!bnn.unsigned<8>> to tensor<6xi32>
  %unsigned_any = tensor.cast %unsigned_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%unsigned_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 100, 0, 255, 0, 255]
  
  %narrow_unsigned = bnn.quantize %y scale %one {narrow} : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.unsigned<3>>
  %narrow_unsigned_values = builtin.unrealized_conversion_cast %narrow_unsigned : tensor<6x!bnn.unsigned<3>> to tensor<6xi32>
  %narrow_unsigned_any = tensor.cast %narrow_unsigned_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%narrow_unsigned_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 6, 0, 6, 0, 6]
  
  %shifted = bnn.quantize %y scale %one {zero_points = array<i64: 3>} : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.signed<8>>
  %shifted_values = builtin.unrealized_conversion_cast %shifted : tensor<6x!bnn.signed<8>> to tensor<6xi32>
  %shifted_any = tensor.cast %shifted_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%shifted_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-97, 103, -128, 127, -128, 127]
  
  %early = bnn.quantize %y scale %one {zero_points = array<i64: 3>, shift_before_round} : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.signed<8>>
  %early_values = builtin.unrealized_conversion_cast %early : tensor<6x!bnn.signed<8>> to tensor<6xi32>
  %early_any = tensor.cast %early_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%early_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-97, 103, -128, 127, -128, 127]
  
  %bits = bnn.quantize %y scale %one : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.unsigned<1>>
  %bits_values = builtin.unrealized_conversion_cast %bits : tensor<6x!bnn.unsigned<1>> to tensor<6xi32>
  %bits_any = tensor.cast %bits_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%bits_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, 1, 0, 1]
  
  %signed_bit = bnn.quantize %y scale %one : tensor<6xf32>, tensor<1xf32> -> tensor<6x!bnn.signed<1>>
  %signed_bit_values = builtin.unrealized_conversion_cast %signed_bit : tensor<6x!bnn.signed<1>> to tensor<6xi32>
  %signed_bit_any = tensor.cast %signed_bit_values : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%signed_bit_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0, -1, 0, -1, 0]

  // inf / inf is NaN; a tiny scale overflows to an infinity.
  %ratios = arith.constant dense<[0x7F800000, -1.0e30]> : tensor<2xf32>
  %scales = arith.constant dense<[1.0, 1.0e-30]> : tensor<2xf32>
  %overflow = bnn.quantize %ratios scale %scales : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.signed<8>>
  %overflow_values = builtin.unrealized_conversion_cast %overflow : tensor<2x!bnn.signed<8>> to tensor<2xi32>
  %overflow_any = tensor.cast %overflow_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%overflow_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [127, -128]

  // Bipolar codes: round((x / s + 2^b - 1) / 2), so that for one bit 0 is the tie between -1 and +1.
  %z = arith.constant dense<[0.0, 0.1, -0.1, 5.0, -5.0, 0x7FC00000, 2.0, 0xFF800000]> : tensor<8xf32>
  %bipolar = bnn.quantize %z scale %one : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.bipolar<1>>
  %bipolar_values = builtin.unrealized_conversion_cast %bipolar : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %bipolar_any = tensor.cast %bipolar_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1, -1, 1, -1, -1, 1, -1]
  
  %bipolar_up = bnn.quantize %z scale %one {rounding = #bnn.rounding<half_up>}
      : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.bipolar<1>>
  %bipolar_up_values = builtin.unrealized_conversion_cast %bipolar_up : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %bipolar_up_any = tensor.cast %bipolar_up_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 1, -1, 1, -1, -1, 1, -1]
  
  %w = arith.constant dense<[-8.0, -4.0, 0.0, 4.0, -3.8, 4.2, 100.0, 0x7FC00000]> : tensor<8xf32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %bipolar2 = bnn.quantize %w scale %two : tensor<8xf32>, tensor<f32> -> tensor<8x!bnn.bipolar<2>>
  %bipolar2_values = builtin.unrealized_conversion_cast %bipolar2 : tensor<8x!bnn.bipolar<2>> to tensor<8xi32>
  %bipolar2_any = tensor.cast %bipolar2_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%bipolar2_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -3, 1, 1, -1, 3, 3, -3]

  // Scales and zero points per channel of either dimension.
  %m = arith.constant dense<[[1.0, 1.0, 1.0], [-2.0, 2.0, 4.0]]> : tensor<2x3xf32>
  %s3 = arith.constant dense<[1.0, 0.5, 2.0]> : tensor<3xf32>
  %columns = bnn.quantize %m scale %s3 {axis = 1 : i64, zero_points = array<i64: 0, 1, -1>}
      : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3x!bnn.unsigned<4>>
  %columns_values = builtin.unrealized_conversion_cast %columns : tensor<2x3x!bnn.unsigned<4>> to tensor<2x3xi32>
  %columns_flat = tensor.collapse_shape %columns_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %columns_any = tensor.cast %columns_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%columns_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 3, 0, 0, 5, 1]
  
  %s2 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %rows = bnn.quantize %m scale %s2 {zero_points = array<i64: 2>}
      : tensor<2x3xf32>, tensor<2xf32> -> tensor<2x3x!bnn.signed<8>>
  %rows_values = builtin.unrealized_conversion_cast %rows : tensor<2x3x!bnn.signed<8>> to tensor<2x3xi32>
  %rows_flat = tensor.collapse_shape %rows_values [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %rows_any = tensor.cast %rows_flat : tensor<6xi32> to tensor<*xi32>
  call @printMemrefI32(%rows_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3, 3, 3, 1, 3, 4]
  return
}
