// Runs bnn.scale through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefF32(%t: tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // 16777217 is no f32: it becomes 16777216 before it is scaled.
  %acc = arith.constant dense<[[16777217, -3], [0, 2147483647]]> : tensor<2x2xi32>
  %s = arith.constant dense<[1.0, 0.5]> : tensor<2xf32>
  %a = bnn.scale %acc by %s : tensor<2x2xi32>, tensor<2xf32> -> tensor<2x2xf32>
  %a_flat = tensor.collapse_shape %a [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  %a_any = tensor.cast %a_flat : tensor<4xf32> to tensor<*xf32>
  call @printMemrefF32(%a_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1.67772e+07, -1.5, 0, 1.07374e+09]
  
  %minus = arith.constant dense<-16777216.0> : tensor<1xf32>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %rounded = bnn.scale %acc by %one bias %minus : tensor<2x2xi32>, tensor<1xf32>, tensor<1xf32> -> tensor<2x2xf32>
  %rounded_flat = tensor.collapse_shape %rounded [[0, 1]] : tensor<2x2xf32> into tensor<4xf32>
  %rounded_any = tensor.cast %rounded_flat : tensor<4xf32> to tensor<*xf32>
  call @printMemrefF32(%rounded_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0, -1.67772e+07, -1.67772e+07, 2.13071e+09]

  // Each step is rounded: (2^24 - 1)^2 - (2^48 - 2^25) is 1, but the product alone rounds to 2^48 - 2^25.
  %large = arith.constant dense<16777215> : tensor<1xi32>
  %factor = arith.constant dense<16777215.0> : tensor<1xf32>
  %offset = arith.constant dense<-281474943156224.0> : tensor<1xf32>
  %unfused = bnn.scale %large by %factor bias %offset : tensor<1xi32>, tensor<1xf32>, tensor<1xf32> -> tensor<1xf32>
  %unfused_any = tensor.cast %unfused : tensor<1xf32> to tensor<*xf32>
  call @printMemrefF32(%unfused_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [0]

  // Row, column, channel and bias: 2·s·r·l + b.
  %two = arith.constant dense<2> : tensor<1x2x3x2xi32>
  %channel = arith.constant dense<[1.0, -1.0]> : tensor<2xf32>
  %row = arith.constant dense<[1.0, 10.0]> : tensor<2xf32>
  %column = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %bias = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %all = bnn.scale %two by %channel row %row column %column bias %bias
      : tensor<1x2x3x2xi32>, tensor<2xf32> row tensor<2xf32> column tensor<3xf32>, tensor<2xf32>
      -> tensor<1x2x3x2xf32>
  %all_flat = tensor.collapse_shape %all [[0, 1, 2, 3]] : tensor<1x2x3x2xf32> into tensor<12xf32>
  %all_any = tensor.cast %all_flat : tensor<12xf32> to tensor<*xf32>
  call @printMemrefF32(%all_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [2.5, -1.75, 4.5, -3.75, 6.5, -5.75, 20.5, -19.75, 40.5, -39.75, 60.5, -59.75]
  
  %some = bnn.scale %two by %one column %column : tensor<1x2x3x2xi32>, tensor<1xf32> column tensor<3xf32>
      -> tensor<1x2x3x2xf32>
  %some_flat = tensor.collapse_shape %some [[0, 1, 2, 3]] : tensor<1x2x3x2xf32> into tensor<12xf32>
  %some_any = tensor.cast %some_flat : tensor<12xf32> to tensor<*xf32>
  call @printMemrefF32(%some_any) : (tensor<*xf32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [2, 2, 4, 4, 6, 6, 2, 2, 4, 4, 6, 6]
  return
}
