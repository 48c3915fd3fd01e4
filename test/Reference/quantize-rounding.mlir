// Runs the eight roundings of bnn.quantize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // x / s: ties and quarters of both signs, -2.5, -1.5, -0.75, -0.5, 0.5, 0.75, 1.5, 2.5.
  %x = arith.constant dense<[-5.0, -3.0, -1.5, -1.0, 1.0, 1.5, 3.0, 5.0]> : tensor<8xf32>
  %s = arith.constant dense<2.0> : tensor<1xf32>
  
  %half_even = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_even>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %half_even_values = builtin.unrealized_conversion_cast %half_even : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_even_any = tensor.cast %half_even_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -2, -1, 0, 0, 1, 2, 2]
  
  %half_away = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_away>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %half_away_values = builtin.unrealized_conversion_cast %half_away : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_away_any = tensor.cast %half_away_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 1, 1, 2, 3]
  
  %half_to_zero = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_to_zero>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %half_to_zero_values = builtin.unrealized_conversion_cast %half_to_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_to_zero_any = tensor.cast %half_to_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, -1, 0, 0, 1, 1, 2]
  
  %half_up = bnn.quantize %x scale %s {rounding = #bnn.rounding<half_up>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %half_up_values = builtin.unrealized_conversion_cast %half_up : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_up_any = tensor.cast %half_up_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, -1, 0, 1, 1, 2, 3]
  
  %floor = bnn.quantize %x scale %s {rounding = #bnn.rounding<floor>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %floor_values = builtin.unrealized_conversion_cast %floor : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %floor_any = tensor.cast %floor_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%floor_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 0, 0, 1, 2]
  
  %ceil = bnn.quantize %x scale %s {rounding = #bnn.rounding<ceil>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %ceil_values = builtin.unrealized_conversion_cast %ceil : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %ceil_any = tensor.cast %ceil_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%ceil_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, 0, 0, 1, 1, 2, 3]
  
  %to_zero = bnn.quantize %x scale %s {rounding = #bnn.rounding<to_zero>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %to_zero_values = builtin.unrealized_conversion_cast %to_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %to_zero_any = tensor.cast %to_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, 0, 0, 0, 0, 1, 2]
  
  %away_from_zero = bnn.quantize %x scale %s {rounding = #bnn.rounding<away_from_zero>} : tensor<8xf32>, tensor<1xf32> -> tensor<8x!bnn.signed<4>>
  %away_from_zero_values = builtin.unrealized_conversion_cast %away_from_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %away_from_zero_any = tensor.cast %away_from_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%away_from_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 1, 1, 2, 3]

  // The neighbours of the ties: adding 0.5 before a floor would round the first one up.
  // 0x3EFFFFFF is the last number below 0.5, 0x3F000001 the first one above.
  %near = arith.constant dense<[0x3EFFFFFF, 0x3F000001, 0xBEFFFFFF, 0xBF000001]> : tensor<4xf32>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  
  %near_half_even = bnn.quantize %near scale %one {rounding = #bnn.rounding<half_even>}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.signed<4>>
  %near_half_even_values = builtin.unrealized_conversion_cast %near_half_even : tensor<4x!bnn.signed<4>> to tensor<4xi32>
  %near_half_even_any = tensor.cast %near_half_even_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%near_half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, -1]
  
  %near_half_away = bnn.quantize %near scale %one {rounding = #bnn.rounding<half_away>}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.signed<4>>
  %near_half_away_values = builtin.unrealized_conversion_cast %near_half_away : tensor<4x!bnn.signed<4>> to tensor<4xi32>
  %near_half_away_any = tensor.cast %near_half_away_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%near_half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, -1]
  
  %near_half_to_zero = bnn.quantize %near scale %one {rounding = #bnn.rounding<half_to_zero>}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.signed<4>>
  %near_half_to_zero_values = builtin.unrealized_conversion_cast %near_half_to_zero : tensor<4x!bnn.signed<4>> to tensor<4xi32>
  %near_half_to_zero_any = tensor.cast %near_half_to_zero_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%near_half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, -1]
  
  %near_half_up = bnn.quantize %near scale %one {rounding = #bnn.rounding<half_up>}
      : tensor<4xf32>, tensor<1xf32> -> tensor<4x!bnn.signed<4>>
  %near_half_up_values = builtin.unrealized_conversion_cast %near_half_up : tensor<4x!bnn.signed<4>> to tensor<4xi32>
  %near_half_up_any = tensor.cast %near_half_up_values : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%near_half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1, 0, -1]

  // From 2^23 on every f32 is an integer: 8388609 stays, which zero point -8388608 makes visible.
  %large = arith.constant dense<[8388609.0, 8388610.0]> : tensor<2xf32>
  
  %large_half_even = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<half_even>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_half_even_values = builtin.unrealized_conversion_cast %large_half_even : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_half_even_any = tensor.cast %large_half_even_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_half_away = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<half_away>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_half_away_values = builtin.unrealized_conversion_cast %large_half_away : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_half_away_any = tensor.cast %large_half_away_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_half_to_zero = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<half_to_zero>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_half_to_zero_values = builtin.unrealized_conversion_cast %large_half_to_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_half_to_zero_any = tensor.cast %large_half_to_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_half_up = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<half_up>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_half_up_values = builtin.unrealized_conversion_cast %large_half_up : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_half_up_any = tensor.cast %large_half_up_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_floor = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<floor>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_floor_values = builtin.unrealized_conversion_cast %large_floor : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_floor_any = tensor.cast %large_floor_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_floor_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_ceil = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<ceil>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_ceil_values = builtin.unrealized_conversion_cast %large_ceil : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_ceil_any = tensor.cast %large_ceil_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_ceil_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_to_zero = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<to_zero>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_to_zero_values = builtin.unrealized_conversion_cast %large_to_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_to_zero_any = tensor.cast %large_to_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]
  
  %large_away_from_zero = bnn.quantize %large scale %one
      {zero_points = array<i64: -8388608>, rounding = #bnn.rounding<away_from_zero>}
      : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
  %large_away_from_zero_values = builtin.unrealized_conversion_cast %large_away_from_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %large_away_from_zero_any = tensor.cast %large_away_from_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%large_away_from_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 2]

  // x / s is a division: 0.85 / 1.7 is 0.5 in f32, but 0.85 · (1 / 1.7) is less.
  %tie = arith.constant dense<0.85> : tensor<1xf32>
  %scale = arith.constant dense<1.7> : tensor<1xf32>
  %divided = bnn.quantize %tie scale %scale {rounding = #bnn.rounding<half_up>}
      : tensor<1xf32>, tensor<1xf32> -> tensor<1x!bnn.signed<4>>
  %divided_values = builtin.unrealized_conversion_cast %divided : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %divided_any = tensor.cast %divided_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%divided_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1]
  return
}
