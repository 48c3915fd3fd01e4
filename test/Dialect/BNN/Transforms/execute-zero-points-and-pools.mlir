// Zero points of activations, with padding, and max-pools between batch norm and quantizer give the same floats with
// and without optimization.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.before
// RUN: bnn-opt %s --bnn-optimize --bnn-legalize-padding --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.after
// RUN: diff %t.before %t.after
// RUN: bnn-opt %s --bnn-optimize --bnn-legalize-padding | FileCheck %s

// CHECK-LABEL: func private @zero_points
// CHECK: bnn.quantize
// CHECK: bnn.conv2d
// CHECK: bnn.border_correct
// CHECK: bnn.threshold
// CHECK: bnn.conv2d {{.*}}groups = 4
// CHECK: bnn.border_correct
// CHECK: bnn.threshold
// CHECK: bnn.matmul
// CHECK: tosa.add {{.*}}xi32>
// CHECK: bnn.scale
// CHECK-LABEL: func private @pools
// CHECK: bnn.conv2d
// CHECK: bnn.border_correct
// CHECK: bnn.threshold {{.*}} -> tensor<1x6x6x5x!bnn.signed<3>>
// CHECK: bnn.max_pool2d
// CHECK: bnn.conv2d

func.func private @printMemrefF32(%t: tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %x = tensor.generate {
  ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
    %a = arith.constant 3 : index
    %b = arith.constant 17 : index
    %c = arith.constant 8 : index
    %q = arith.constant 0.25 : f32
    %p0 = arith.constant 7919 : index
    %m0 = arith.muli %i0, %p0 : index
    %s0 = arith.addi %a, %m0 : index
    %t0 = arith.muli %s0, %s0 : index
    %u0 = arith.shrui %t0, %b : index
    %w0 = arith.addi %s0, %u0 : index
    %p1 = arith.constant 104729 : index
    %m1 = arith.muli %i1, %p1 : index
    %s1 = arith.addi %w0, %m1 : index
    %t1 = arith.muli %s1, %s1 : index
    %u1 = arith.shrui %t1, %b : index
    %w1 = arith.addi %s1, %u1 : index
    %p2 = arith.constant 1299709 : index
    %m2 = arith.muli %i2, %p2 : index
    %s2 = arith.addi %w1, %m2 : index
    %t2 = arith.muli %s2, %s2 : index
    %u2 = arith.shrui %t2, %b : index
    %w2 = arith.addi %s2, %u2 : index
    %p3 = arith.constant 15485863 : index
    %m3 = arith.muli %i3, %p3 : index
    %s3 = arith.addi %w2, %m3 : index
    %t3 = arith.muli %s3, %s3 : index
    %u3 = arith.shrui %t3, %b : index
    %w3 = arith.addi %s3, %u3 : index
    %r = arith.remui %w3, %b : index
    %d = arith.subi %r, %c : index
    %e = arith.index_cast %d : index to i32
    %f = arith.sitofp %e : i32 to f32
    %g = arith.mulf %f, %q : f32
    tensor.yield %g : f32
  } : tensor<1x5x4x3xf32>
  %y = call @zero_points(%x) : (tensor<1x5x4x3xf32>) -> tensor<1x16x3xf32>
  %cast_y = tensor.cast %y : tensor<1x16x3xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_y) : (tensor<*xf32>) -> ()
  %u = tensor.generate {
  ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
    %a = arith.constant 9 : index
    %b = arith.constant 17 : index
    %c = arith.constant 8 : index
    %q = arith.constant 0.25 : f32
    %p0 = arith.constant 7919 : index
    %m0 = arith.muli %i0, %p0 : index
    %s0 = arith.addi %a, %m0 : index
    %t0 = arith.muli %s0, %s0 : index
    %u0 = arith.shrui %t0, %b : index
    %w0 = arith.addi %s0, %u0 : index
    %p1 = arith.constant 104729 : index
    %m1 = arith.muli %i1, %p1 : index
    %s1 = arith.addi %w0, %m1 : index
    %t1 = arith.muli %s1, %s1 : index
    %u1 = arith.shrui %t1, %b : index
    %w1 = arith.addi %s1, %u1 : index
    %p2 = arith.constant 1299709 : index
    %m2 = arith.muli %i2, %p2 : index
    %s2 = arith.addi %w1, %m2 : index
    %t2 = arith.muli %s2, %s2 : index
    %u2 = arith.shrui %t2, %b : index
    %w2 = arith.addi %s2, %u2 : index
    %p3 = arith.constant 15485863 : index
    %m3 = arith.muli %i3, %p3 : index
    %s3 = arith.addi %w2, %m3 : index
    %t3 = arith.muli %s3, %s3 : index
    %u3 = arith.shrui %t3, %b : index
    %w3 = arith.addi %s3, %u3 : index
    %r = arith.remui %w3, %b : index
    %d = arith.subi %r, %c : index
    %e = arith.index_cast %d : index to i32
    %f = arith.sitofp %e : i32 to f32
    %g = arith.mulf %f, %q : f32
    tensor.yield %g : f32
  } : tensor<1x6x6x4xf32>
  %v = call @pools(%u) : (tensor<1x6x6x4xf32>) -> tensor<1x3x3x2xf32>
  %cast_v = tensor.cast %v : tensor<1x3x3x2xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_v) : (tensor<*xf32>) -> ()
  return
}

func.func private @zero_points(%x: tensor<1x5x4x3xf32>) -> (tensor<1x16x3xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = "tosa.const"() <{values = dense<0.25> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v4 = bnn.quantize %x scale %v3 {zero_points = array<i64: 5>} : tensor<1x5x4x3xf32>, tensor<1xf32> -> tensor<1x5x4x3x!bnn.unsigned<4>>
  %v5 = bnn.dequantize %v4 scale %v3 {zero_points = array<i64: 5>} : tensor<1x5x4x3x!bnn.unsigned<4>>, tensor<1xf32> -> tensor<1x5x4x3xf32>
  %v6 = "tosa.const"() <{values = dense<[[[[0.2, -0.1], [0.7, -0.1], [0.7, 0.7]], [[0.7, 0.2], [-0.9, 0.0], [-0.5, 0.7]], [[-0.9, -0.5], [-0.9, -0.1], [0.0, -0.5]]], [[[0.0, 0.2], [-0.9, 0.2], [-0.5, -0.9]], [[0.7, -0.5], [0.0, -0.1], [-0.5, 0.0]], [[-0.5, -0.9], [-0.5, 0.2], [0.2, 0.0]]], [[[-0.5, -0.5], [-0.9, -0.9], [-0.5, -0.5]], [[-0.5, -0.5], [-0.1, -0.1], [-0.5, 0.2]], [[0.7, 0.7], [-0.5, -0.5], [0.7, -0.5]]], [[[0.0, -0.1], [-0.9, -0.1], [0.0, -0.5]], [[-0.5, -0.1], [-0.9, -0.1], [-0.1, 0.2]], [[0.2, -0.9], [0.2, 0.7], [0.7, -0.1]]]]> : tensor<4x3x3x2xf32>}> : () -> tensor<4x3x3x2xf32>
  %v7 = bnn.binarize %v6 : tensor<4x3x3x2xf32> -> tensor<4x3x3x2x!bnn.bipolar<1>>
  %v8 = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v9 = bnn.dequantize %v7 scale %v8 : tensor<4x3x3x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x3x3x2xf32>
  %v10 = tosa.transpose %v9 {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x3x3x2xf32>) -> tensor<4x3x2x3xf32>
  %v11 = "tosa.const"() <{values = dense<[0.0, 1.0, 1.0, 1.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v12 = tosa.conv2d %v5, %v10, %v11, %v1, %v1 {acc_type = f32, dilation = array<i64: 2, 1>, pad = array<i64: 2, 1, 1, 0>, stride = array<i64: 1, 1>} : (tensor<1x5x4x3xf32>, tensor<4x3x2x3xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  %v13 = bnn.quantize %v12 scale %v3 {zero_points = array<i64: -3>} : tensor<1x4x4x4xf32>, tensor<1xf32> -> tensor<1x4x4x4x!bnn.signed<4>>
  %v14 = bnn.dequantize %v13 scale %v3 {zero_points = array<i64: -3>} : tensor<1x4x4x4x!bnn.signed<4>>, tensor<1xf32> -> tensor<1x4x4x4xf32>
  %v15 = "tosa.const"() <{values = dense<[[[[0.0, 0.7, -0.1], [-0.5, 0.0, 0.0], [0.7, -0.5, -0.9]]], [[[-0.1, -0.9, 0.7], [-0.1, 0.0, -0.9], [0.2, 0.0, -0.1]]], [[[0.0, 0.2, -0.9], [0.0, -0.9, 0.7], [-0.5, 0.2, -0.5]]], [[[-0.9, -0.5, 0.0], [-0.1, 0.2, -0.1], [0.2, -0.1, 0.0]]]]> : tensor<4x1x3x3xf32>}> : () -> tensor<4x1x3x3xf32>
  %v16 = bnn.binarize %v15 : tensor<4x1x3x3xf32> -> tensor<4x1x3x3x!bnn.bipolar<1>>
  %v17 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v18 = bnn.dequantize %v16 scale %v17 : tensor<4x1x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x1x3x3xf32>
  %v19 = tosa.transpose %v18 {perms = array<i32: 2, 3, 0, 1>} : (tensor<4x1x3x3xf32>) -> tensor<3x3x4x1xf32>
  %v20 = "tosa.const"() <{values = dense<[0.0, -0.5, -0.5, 1.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v21 = tosa.depthwise_conv2d %v14, %v19, %v20, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x4x4x4xf32>, tensor<3x3x4x1xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x4xf32>
  %v22 = tosa.const_shape {values = dense<[1, 16, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %v23 = tosa.reshape %v21, %v22 : (tensor<1x4x4x4xf32>, !tosa.shape<3>) -> tensor<1x16x4xf32>
  %v24 = bnn.quantize %v23 scale %v3 {zero_points = array<i64: 1>} : tensor<1x16x4xf32>, tensor<1xf32> -> tensor<1x16x4x!bnn.unsigned<2>>
  %v25 = bnn.dequantize %v24 scale %v3 {zero_points = array<i64: 1>} : tensor<1x16x4x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<1x16x4xf32>
  %v26 = "tosa.const"() <{values = dense<[[[-0.1, -0.9, 0.0], [-0.9, -0.5, -0.1], [0.2, 0.2, -0.1], [-0.5, -0.1, -0.1]]]> : tensor<1x4x3xf32>}> : () -> tensor<1x4x3xf32>
  %v27 = bnn.binarize %v26 : tensor<1x4x3xf32> -> tensor<1x4x3x!bnn.bipolar<1>>
  %v28 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v29 = bnn.dequantize %v27 scale %v28 : tensor<1x4x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x4x3xf32>
  %v30 = tosa.matmul %v25, %v29, %v1, %v1 : (tensor<1x16x4xf32>, tensor<1x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x3xf32>
  return %v30 : tensor<1x16x3xf32>
}

func.func private @pools(%x: tensor<1x6x6x4xf32>) -> (tensor<1x3x3x2xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = bnn.binarize %x : tensor<1x6x6x4xf32> -> tensor<1x6x6x4x!bnn.bipolar<1>>
  %v4 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = bnn.dequantize %v3 scale %v4 : tensor<1x6x6x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x6x6x4xf32>
  %v6 = "tosa.const"() <{values = dense<[[[[0.7, 0.2, -0.9], [-0.1, 0.7, -0.1], [-0.1, -0.5, -0.9]], [[0.7, -0.5, 0.7], [0.7, -0.1, 0.0], [-0.5, 0.7, -0.9]], [[-0.9, 0.2, 0.2], [0.0, -0.9, -0.5], [0.7, 0.2, -0.1]], [[-0.1, 0.0, 0.7], [0.0, -0.5, -0.9], [0.7, -0.9, 0.0]]], [[[-0.1, -0.5, -0.5], [0.7, 0.2, -0.5], [0.7, 0.0, -0.9]], [[-0.5, 0.0, -0.1], [-0.5, -0.9, 0.0], [-0.1, -0.5, 0.0]], [[0.2, -0.5, 0.2], [0.0, 0.0, 0.7], [0.7, -0.1, 0.0]], [[-0.1, -0.1, 0.0], [0.0, -0.5, -0.9], [0.0, 0.2, -0.5]]], [[[0.7, 0.0, -0.1], [-0.5, -0.9, 0.0], [-0.1, 0.2, 0.2]], [[0.2, -0.1, -0.9], [-0.1, 0.7, 0.2], [0.7, -0.9, -0.1]], [[-0.1, 0.2, 0.7], [0.7, -0.1, 0.0], [-0.1, 0.7, 0.7]], [[-0.1, -0.1, 0.7], [-0.5, 0.2, -0.9], [0.0, 0.2, -0.1]]], [[[-0.1, 0.7, -0.1], [0.0, -0.1, 0.2], [0.7, 0.7, -0.1]], [[-0.1, -0.1, 0.7], [-0.1, 0.7, 0.0], [-0.1, -0.5, 0.7]], [[0.0, -0.1, -0.1], [0.2, -0.5, 0.2], [-0.5, -0.5, -0.1]], [[0.0, -0.1, 0.7], [-0.9, 0.7, 0.7], [0.7, 0.0, -0.5]]], [[[0.2, 0.2, 0.2], [0.7, 0.0, -0.1], [0.2, 0.2, 0.7]], [[-0.1, 0.7, -0.9], [-0.5, -0.5, 0.2], [0.0, 0.2, 0.7]], [[-0.5, -0.5, 0.7], [-0.5, 0.7, 0.7], [-0.9, 0.0, -0.5]], [[-0.5, -0.9, -0.5], [-0.9, -0.1, -0.5], [0.0, -0.5, 0.2]]]]> : tensor<5x4x3x3xf32>}> : () -> tensor<5x4x3x3xf32>
  %v7 = bnn.binarize %v6 : tensor<5x4x3x3xf32> -> tensor<5x4x3x3x!bnn.bipolar<1>>
  %v8 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v9 = bnn.dequantize %v7 scale %v8 : tensor<5x4x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<5x4x3x3xf32>
  %v10 = tosa.transpose %v9 {perms = array<i32: 0, 2, 3, 1>} : (tensor<5x4x3x3xf32>) -> tensor<5x3x3x4xf32>
  %v11 = "tosa.const"() <{values = dense<0.0> : tensor<5xf32>}> : () -> tensor<5xf32>
  %v12 = tosa.conv2d %v5, %v10, %v11, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x6x6x4xf32>, tensor<5x3x3x4xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x6x5xf32>
  %v13 = "tosa.const"() <{values = dense<[[[[0.7, 1.3, 1.3, 1.3, 1.3]]]]> : tensor<1x1x1x5xf32>}> : () -> tensor<1x1x1x5xf32>
  %v14 = "tosa.const"() <{values = dense<[[[[0.0, 0.0, 0.7, 0.0, 0.7]]]]> : tensor<1x1x1x5xf32>}> : () -> tensor<1x1x1x5xf32>
  %v15 = tosa.mul %v12, %v13, %v2 : (tensor<1x6x6x5xf32>, tensor<1x1x1x5xf32>, tensor<1xi8>) -> tensor<1x6x6x5xf32>
  %v16 = tosa.add %v15, %v14 : (tensor<1x6x6x5xf32>, tensor<1x1x1x5xf32>) -> tensor<1x6x6x5xf32>
  %v17 = tosa.max_pool2d %v16 {kernel = array<i64: 3, 3>, pad = array<i64: 1, 0, 1, 0>, stride = array<i64: 2, 2>} : (tensor<1x6x6x5xf32>) -> tensor<1x3x3x5xf32>
  %v18 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v19 = tosa.greater_equal %v17, %v18 : (tensor<1x3x3x5xf32>, tensor<1x1x1x1xf32>) -> tensor<1x3x3x5xi1>
  %v20 = tosa.mul %v17, %v13, %v2 : (tensor<1x3x3x5xf32>, tensor<1x1x1x5xf32>, tensor<1xi8>) -> tensor<1x3x3x5xf32>
  %v21 = tosa.select %v19, %v17, %v20 : (tensor<1x3x3x5xi1>, tensor<1x3x3x5xf32>, tensor<1x3x3x5xf32>) -> tensor<1x3x3x5xf32>
  %v22 = tosa.sub %v21, %v14 : (tensor<1x3x3x5xf32>, tensor<1x1x1x5xf32>) -> tensor<1x3x3x5xf32>
  %v23 = "tosa.const"() <{values = dense<0.7> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v24 = bnn.quantize %v22 scale %v23 {rounding = #bnn.rounding<half_up>} : tensor<1x3x3x5xf32>, tensor<1xf32> -> tensor<1x3x3x5x!bnn.signed<3>>
  %v25 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v26 = bnn.dequantize %v24 scale %v25 : tensor<1x3x3x5x!bnn.signed<3>>, tensor<1xf32> -> tensor<1x3x3x5xf32>
  %v27 = "tosa.const"() <{values = dense<[[[[-0.5]], [[0.7]], [[-0.1]], [[-0.9]], [[-0.1]]], [[[0.0]], [[-0.1]], [[0.0]], [[-0.9]], [[0.7]]]]> : tensor<2x5x1x1xf32>}> : () -> tensor<2x5x1x1xf32>
  %v28 = bnn.binarize %v27 : tensor<2x5x1x1xf32> -> tensor<2x5x1x1x!bnn.bipolar<1>>
  %v29 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v30 = bnn.dequantize %v28 scale %v29 : tensor<2x5x1x1x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x5x1x1xf32>
  %v31 = tosa.transpose %v30 {perms = array<i32: 0, 2, 3, 1>} : (tensor<2x5x1x1xf32>) -> tensor<2x1x1x5xf32>
  %v32 = "tosa.const"() <{values = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %v33 = tosa.conv2d %v26, %v31, %v32, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x3x3x5xf32>, tensor<2x1x1x5xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x3x2xf32>
  return %v33 : tensor<1x3x3x2xf32>
}
