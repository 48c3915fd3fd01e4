// RUN: bnnc compile %s --integer-only --emit=llvm --target=x86-64 -o - | FileCheck %s
// RUN: bnnc compile %s --integer-only --emit=llvm --target=x86-64 --cpu=x86-64-v3 -o - | FileCheck %s
// RUN: bnnc compile %s --integer-only --emit=llvm --target=aarch64 -o - | FileCheck %s
// RUN: bnnc compile %s --emit=llvm --target=x86-64 -o - | FileCheck %s --check-prefix=FLOATS

// A residual network that is given and returns integers: two blocks, one of them with a stride and a convolution beside
// it, batch norm's factors, ReLU, a max pool, zero points, an average, a dense layer. Nothing of it is a float.

// CHECK-LABEL: define {{.*}}@network_run(
// CHECK-NOT: {{float|double|half|sitofp|uitofp|fptosi|fptoui|fmul|fadd|fdiv|roundeven}}
// CHECK: ret i32
// CHECK-NOT: {{float|double|half|sitofp|uitofp|fptosi|fptoui|fmul|fadd|fdiv|roundeven}}

// FLOATS: fmul

func.func @network(%image: tensor<1x12x12x8xi32> {bnn.name = "x"}) -> (tensor<1x10xi32> {bnn.name = "y"}) attributes {bnn.entry} {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %s = arith.constant dense<0.0173> : tensor<1xf32>
  %t = arith.constant dense<0.0311> : tensor<1xf32>
  %sw = arith.constant dense<[1.1e-4, 2.3e-4, 1.7e-4, 0.9e-4, 1.3e-4, 2.9e-4, 0.7e-4, 1.9e-4]> : tensor<8xf32>
  %b = arith.constant dense<[0.11, -0.2, 0.0, 0.35, -0.41, 0.02, 0.27, -0.13]> : tensor<8xf32>
  %gamma = "tosa.const"() <{values = dense<[[[[1.1, 0.7, -0.9, 1.2, 0.8, 1.0, 0.95, 1.05]]]]> : tensor<1x1x1x8xf32>}> : () -> tensor<1x1x1x8xf32>
  %beta = "tosa.const"() <{values = dense<[[[[0.1, 0.2, -0.1, 0.0, 0.3, -0.2, 0.05, 0.15]]]]> : tensor<1x1x1x8xf32>}> : () -> tensor<1x1x1x8xf32>
  %w3 = bnn.constant dense<-3> : tensor<8x3x3x8xi8> as tensor<8x3x3x8x!bnn.signed<8>>
  %w1 = bnn.constant dense<5> : tensor<8x1x1x8xi8> as tensor<8x1x1x8x!bnn.signed<4>>
  %wd = bnn.constant dense<-7> : tensor<10x8xi8> as tensor<10x8x!bnn.signed<8>>

  %q0 = bnn.requantize %image {multipliers = array<i32: 1>, shifts = array<i32: 1>} : tensor<1x12x12x8xi32> -> tensor<1x12x12x8x!bnn.unsigned<8>>
  %a1 = bnn.conv2d %q0, %w3 {pad = array<i64: 1, 1, 1, 1>} : tensor<1x12x12x8x!bnn.unsigned<8>>, tensor<8x3x3x8x!bnn.signed<8>> -> tensor<1x12x12x8xi32>
  %y1 = bnn.scale %a1 by %sw bias %b : tensor<1x12x12x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x12x12x8xf32>
  %n1 = tosa.mul %y1, %gamma, %shift : (tensor<1x12x12x8xf32>, tensor<1x1x1x8xf32>, tensor<1xi8>) -> tensor<1x12x12x8xf32>
  %m1 = tosa.add %n1, %beta : (tensor<1x12x12x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x12x12x8xf32>
  %q1 = bnn.quantize %m1 scale %s {zero_points = array<i64: 3>} : tensor<1x12x12x8xf32>, tensor<1xf32> -> tensor<1x12x12x8x!bnn.unsigned<8>>
  %p1 = bnn.dequantize %q1 scale %s {zero_points = array<i64: 3>} : tensor<1x12x12x8x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x12x12x8xf32>
  %x1 = tosa.max_pool2d %p1 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x12x12x8xf32>) -> tensor<1x6x6x8xf32>
  %q2 = bnn.quantize %x1 scale %s {zero_points = array<i64: 3>} : tensor<1x6x6x8xf32>, tensor<1xf32> -> tensor<1x6x6x8x!bnn.unsigned<8>>

  %a2 = bnn.conv2d %q2, %w3 {pad = array<i64: 1, 1, 1, 1>} : tensor<1x6x6x8x!bnn.unsigned<8>>, tensor<8x3x3x8x!bnn.signed<8>> -> tensor<1x6x6x8xi32>
  %y2 = bnn.scale %a2 by %sw bias %b : tensor<1x6x6x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x6x6x8xf32>
  %d2 = bnn.dequantize %q2 scale %s {zero_points = array<i64: 3>} : tensor<1x6x6x8x!bnn.unsigned<8>>, tensor<1xf32> -> tensor<1x6x6x8xf32>
  %r2 = tosa.add %y2, %d2 : (tensor<1x6x6x8xf32>, tensor<1x6x6x8xf32>) -> tensor<1x6x6x8xf32>
  %c2 = tosa.clamp %r2 {min_val = 0.0 : f32, max_val = 3.40282347E+38 : f32} : (tensor<1x6x6x8xf32>) -> tensor<1x6x6x8xf32>
  %q3 = bnn.quantize %c2 scale %t : tensor<1x6x6x8xf32>, tensor<1xf32> -> tensor<1x6x6x8x!bnn.unsigned<8>>

  %a3 = bnn.conv2d %q3, %w3 {pad = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : tensor<1x6x6x8x!bnn.unsigned<8>>, tensor<8x3x3x8x!bnn.signed<8>> -> tensor<1x3x3x8xi32>
  %a4 = bnn.conv2d %q3, %w1 {strides = array<i64: 2, 2>} : tensor<1x6x6x8x!bnn.unsigned<8>>, tensor<8x1x1x8x!bnn.signed<4>> -> tensor<1x3x3x8xi32>
  %y3 = bnn.scale %a3 by %sw bias %b : tensor<1x3x3x8xi32>, tensor<8xf32>, tensor<8xf32> -> tensor<1x3x3x8xf32>
  %y4 = bnn.scale %a4 by %sw : tensor<1x3x3x8xi32>, tensor<8xf32> -> tensor<1x3x3x8xf32>
  %r3 = tosa.add %y3, %y4 : (tensor<1x3x3x8xf32>, tensor<1x3x3x8xf32>) -> tensor<1x3x3x8xf32>
  %q4 = bnn.quantize %r3 scale %s : tensor<1x3x3x8xf32>, tensor<1xf32> -> tensor<1x3x3x8x!bnn.signed<8>>

  %d4 = bnn.dequantize %q4 scale %s : tensor<1x3x3x8x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x3x3x8xf32>
  %mean = tosa.avg_pool2d %d4, %zero, %zero {acc_type = f32, kernel = array<i64: 3, 3>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x3x3x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x8xf32>
  %to = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %flat = tosa.reshape %mean, %to : (tensor<1x1x1x8xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %q5 = bnn.quantize %flat scale %t : tensor<1x8xf32>, tensor<1xf32> -> tensor<1x8x!bnn.signed<8>>
  %a5 = bnn.matmul %q5, %wd {transpose_rhs} : tensor<1x8x!bnn.signed<8>>, tensor<10x8x!bnn.signed<8>> -> tensor<1x10xi32>
  return %a5 : tensor<1x10xi32>
}
