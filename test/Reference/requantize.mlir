// Runs bnn.requantize through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // acc / 4: ties and quarters of both signs, as in quantize-rounding.mlir.
  %x = arith.constant dense<[-10, -6, -3, -2, 2, 3, 6, 10]> : tensor<8xi32>
  
  %half_even = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<half_even>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %half_even_values = builtin.unrealized_conversion_cast %half_even : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_even_any = tensor.cast %half_even_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -2, -1, 0, 0, 1, 2, 2]
  
  %half_away = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<half_away>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %half_away_values = builtin.unrealized_conversion_cast %half_away : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_away_any = tensor.cast %half_away_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 1, 1, 2, 3]
  
  %half_to_zero = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<half_to_zero>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %half_to_zero_values = builtin.unrealized_conversion_cast %half_to_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_to_zero_any = tensor.cast %half_to_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, -1, 0, 0, 1, 1, 2]
  
  %half_up = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<half_up>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %half_up_values = builtin.unrealized_conversion_cast %half_up : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %half_up_any = tensor.cast %half_up_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, -1, 0, 1, 1, 2, 3]
  
  %floor = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<floor>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %floor_values = builtin.unrealized_conversion_cast %floor : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %floor_any = tensor.cast %floor_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%floor_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 0, 0, 1, 2]
  
  %ceil = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<ceil>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %ceil_values = builtin.unrealized_conversion_cast %ceil : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %ceil_any = tensor.cast %ceil_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%ceil_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, 0, 0, 1, 1, 2, 3]
  
  %to_zero = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<to_zero>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %to_zero_values = builtin.unrealized_conversion_cast %to_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %to_zero_any = tensor.cast %to_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-2, -1, 0, 0, 0, 0, 1, 2]
  
  %away_from_zero = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 2>, rounding = #bnn.rounding<away_from_zero>}
      : tensor<8xi32> -> tensor<8x!bnn.signed<4>>
  %away_from_zero_values = builtin.unrealized_conversion_cast %away_from_zero : tensor<8x!bnn.signed<4>> to tensor<8xi32>
  %away_from_zero_any = tensor.cast %away_from_zero_values : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%away_from_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-3, -2, -1, -1, 1, 1, 2, 3]

  // The ends of i32 times 2^31 - 1, divided by 2^62: just inside (-1, 1).
  %ends = arith.constant dense<[-2147483648, 2147483647]> : tensor<2xi32>
  
  %ends_half_even = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_even>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_half_even_values = builtin.unrealized_conversion_cast %ends_half_even : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_half_even_any = tensor.cast %ends_half_even_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1]
  
  %ends_half_away = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_away>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_half_away_values = builtin.unrealized_conversion_cast %ends_half_away : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_half_away_any = tensor.cast %ends_half_away_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1]
  
  %ends_half_to_zero = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_to_zero>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_half_to_zero_values = builtin.unrealized_conversion_cast %ends_half_to_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_half_to_zero_any = tensor.cast %ends_half_to_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1]
  
  %ends_half_up = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_up>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_half_up_values = builtin.unrealized_conversion_cast %ends_half_up : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_half_up_any = tensor.cast %ends_half_up_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1]
  
  %ends_floor = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<floor>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_floor_values = builtin.unrealized_conversion_cast %ends_floor : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_floor_any = tensor.cast %ends_floor_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_floor_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 0]
  
  %ends_ceil = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<ceil>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_ceil_values = builtin.unrealized_conversion_cast %ends_ceil : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_ceil_any = tensor.cast %ends_ceil_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_ceil_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 1]
  
  %ends_to_zero = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<to_zero>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_to_zero_values = builtin.unrealized_conversion_cast %ends_to_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_to_zero_any = tensor.cast %ends_to_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 0]
  
  %ends_away_from_zero = bnn.requantize %ends
      {multipliers = array<i32: 2147483647>, shifts = array<i32: 62>, rounding = #bnn.rounding<away_from_zero>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %ends_away_from_zero_values = builtin.unrealized_conversion_cast %ends_away_from_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %ends_away_from_zero_any = tensor.cast %ends_away_from_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%ends_away_from_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1, 1]

  // -2^31 · 2^30 / 2^62 is the tie -1/2.
  %lowest = arith.constant dense<-2147483648> : tensor<1xi32>
  
  %tie_half_even = bnn.requantize %lowest
      {multipliers = array<i32: 1073741824>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_even>}
      : tensor<1xi32> -> tensor<1x!bnn.signed<4>>
  %tie_half_even_values = builtin.unrealized_conversion_cast %tie_half_even : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %tie_half_even_any = tensor.cast %tie_half_even_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%tie_half_even_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0]
  
  %tie_half_away = bnn.requantize %lowest
      {multipliers = array<i32: 1073741824>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_away>}
      : tensor<1xi32> -> tensor<1x!bnn.signed<4>>
  %tie_half_away_values = builtin.unrealized_conversion_cast %tie_half_away : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %tie_half_away_any = tensor.cast %tie_half_away_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%tie_half_away_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-1]
  
  %tie_half_to_zero = bnn.requantize %lowest
      {multipliers = array<i32: 1073741824>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_to_zero>}
      : tensor<1xi32> -> tensor<1x!bnn.signed<4>>
  %tie_half_to_zero_values = builtin.unrealized_conversion_cast %tie_half_to_zero : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %tie_half_to_zero_any = tensor.cast %tie_half_to_zero_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%tie_half_to_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0]
  
  %tie_half_up = bnn.requantize %lowest
      {multipliers = array<i32: 1073741824>, shifts = array<i32: 62>, rounding = #bnn.rounding<half_up>}
      : tensor<1xi32> -> tensor<1x!bnn.signed<4>>
  %tie_half_up_values = builtin.unrealized_conversion_cast %tie_half_up : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %tie_half_up_any = tensor.cast %tie_half_up_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%tie_half_up_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0]

  // Shift 0, and a product that is clamped, not cut.
  %unshifted = bnn.requantize %ends {multipliers = array<i32: 2147483647>, shifts = array<i32: 0>}
      : tensor<2xi32> -> tensor<2x!bnn.signed<8>>
  %unshifted_values = builtin.unrealized_conversion_cast %unshifted : tensor<2x!bnn.signed<8>> to tensor<2xi32>
  %unshifted_any = tensor.cast %unshifted_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%unshifted_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-128, 127]
  
  %positive = bnn.requantize %ends {multipliers = array<i32: 1>, shifts = array<i32: 23>}
      : tensor<2xi32> -> tensor<2x!bnn.unsigned<8>>
  %positive_values = builtin.unrealized_conversion_cast %positive : tensor<2x!bnn.unsigned<8>> to tensor<2xi32>
  %positive_any = tensor.cast %positive_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%positive_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, 255]

  // 1588733371 · 2009847667 is 2904118·2^40 + 2^39 + 1: past the tie, though the nearest f64 lies on it.
  %exact_acc = arith.constant dense<1588733371> : tensor<1xi32>
  %exact = bnn.requantize %exact_acc
      {multipliers = array<i32: 2009847667>, shifts = array<i32: 40>, zero_point = -2904118 : i64}
      : tensor<1xi32> -> tensor<1x!bnn.signed<4>>
  %exact_values = builtin.unrealized_conversion_cast %exact : tensor<1x!bnn.signed<4>> to tensor<1xi32>
  %exact_any = tensor.cast %exact_values : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%exact_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1]

  // A multiplier of 0 leaves the zero point; the ends of its range.
  
  %plain_zero = bnn.requantize %ends {multipliers = array<i32: 0>, shifts = array<i32: 62>, zero_point = 3 : i64}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %plain_zero_values = builtin.unrealized_conversion_cast %plain_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %plain_zero_any = tensor.cast %plain_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%plain_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3, 3]
  
  %low_zero = bnn.requantize %ends {multipliers = array<i32: 0>, shifts = array<i32: 62>, zero_point = -2147483648 : i64}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %low_zero_values = builtin.unrealized_conversion_cast %low_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %low_zero_any = tensor.cast %low_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%low_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-8, -8]
  
  %high_zero = bnn.requantize %ends {multipliers = array<i32: 0>, shifts = array<i32: 62>, zero_point = 2147483647 : i64}
      : tensor<2xi32> -> tensor<2x!bnn.signed<4>>
  %high_zero_values = builtin.unrealized_conversion_cast %high_zero : tensor<2x!bnn.signed<4>> to tensor<2xi32>
  %high_zero_any = tensor.cast %high_zero_values : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%high_zero_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [7, 7]

  // A multiplier and a shift for each channel.
  %rows = arith.constant dense<[[8, 8], [-8, 100]]> : tensor<2x2xi32>
  %channels = bnn.requantize %rows {multipliers = array<i32: 3, 1>, shifts = array<i32: 1, 3>, zero_point = 2 : i64}
      : tensor<2x2xi32> -> tensor<2x2x!bnn.unsigned<8>>
  %channels_values = builtin.unrealized_conversion_cast %channels : tensor<2x2x!bnn.unsigned<8>> to tensor<2x2xi32>
  %channels_flat = tensor.collapse_shape %channels_values [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %channels_any = tensor.cast %channels_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%channels_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [14, 3, 0, 14]
  return
}
