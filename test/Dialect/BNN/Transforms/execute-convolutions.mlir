// Depthwise and grouped convolutions, zero points, pools, sign idioms and quantizers of several widths give the same
// floats with and without optimization. Random programs; no scale in them but powers of two before a quantizer.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.before
// RUN: bnn-opt %s --bnn-optimize --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.after
// RUN: diff %t.before %t.after
// RUN: bnn-opt %s --bnn-optimize | FileCheck %s

// CHECK-NOT: tosa.{{conv2d|depthwise_conv2d|concat}}
// CHECK: return

func.func private @printMemrefF32(%t: tensor<*xf32>) attributes {llvm.emit_c_interface}

func.func @main() {
  %x0 = tensor.generate {
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
  } : tensor<1x5x5x2xf32>
  %y0 = call @net0(%x0) : (tensor<1x5x5x2xf32>) -> tensor<1x2x1x6xf32>
  %cast_y0 = tensor.cast %y0 : tensor<1x2x1x6xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_y0) : (tensor<*xf32>) -> ()
  %x1 = tensor.generate {
  ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
    %a = arith.constant 4 : index
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
  } : tensor<1x7x7x4xf32>
  %y1 = call @net1(%x1) : (tensor<1x7x7x4xf32>) -> tensor<1x1x1x6xf32>
  %cast_y1 = tensor.cast %y1 : tensor<1x1x1x6xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_y1) : (tensor<*xf32>) -> ()
  %x2 = tensor.generate {
  ^bb0(%i0: index, %i1: index, %i2: index, %i3: index):
    %a = arith.constant 5 : index
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
  } : tensor<2x2x2x4xf32>
  %y2 = call @net2(%x2) : (tensor<2x2x2x4xf32>) -> tensor<2x2x5x4xf32>
  %cast_y2 = tensor.cast %y2 : tensor<2x2x5x4xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_y2) : (tensor<*xf32>) -> ()
  return
}

func.func private @net0(%x: tensor<1x5x5x2xf32>) -> (tensor<1x2x1x6xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v4 = tosa.const_shape {values = dense<[1, 4, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v5 = tosa.slice %x, %v3, %v4 : (tensor<1x5x5x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
  %v6 = tosa.max_pool2d %v5 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %v7 = "tosa.const"() <{values = dense<[0.5]> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v8 = bnn.quantize %v6 scale %v7 {axis = 3 : i64, rounding = #bnn.rounding<floor>, zero_points = array<i64: 1>} : tensor<1x2x2x2xf32>, tensor<1xf32> -> tensor<1x2x2x2x!bnn.unsigned<3>>
  %v9 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v10 = bnn.dequantize %v8 scale %v9 : tensor<1x2x2x2x!bnn.unsigned<3>>, tensor<1xf32> -> tensor<1x2x2x2xf32>
  %v11 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v12 = tosa.const_shape {values = dense<[1, 2, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v13 = tosa.slice %v10, %v11, %v12 : (tensor<1x2x2x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x2x1x2xf32>
  %v14 = "tosa.const"() <{values = dense<[[[[0.2, 0.2]]], [[[-0.9, -0.1]]]]> : tensor<2x1x1x2xf32>}> : () -> tensor<2x1x1x2xf32>
  %v15 = bnn.binarize %v14 : tensor<2x1x1x2xf32> -> tensor<2x1x1x2x!bnn.bipolar<1>>
  %v16 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v17 = bnn.dequantize %v15 scale %v16 : tensor<2x1x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x1x1x2xf32>
  %v18 = tosa.transpose %v17 {perms = array<i32: 2, 3, 0, 1>} : (tensor<2x1x1x2xf32>) -> tensor<1x2x2x1xf32>
  %v19 = "tosa.const"() <{values = dense<[0.0, 0.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %v20 = tosa.depthwise_conv2d %v13, %v18, %v19, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 2>} : (tensor<1x2x1x2xf32>, tensor<1x2x2x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1x2xf32>
  %v21 = tosa.clamp %v20 {min_val = -1.5 : f32, max_val = 2.5 : f32} : (tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>
  %v22 = "tosa.const"() <{values = dense<[[[[-0.5]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v23 = tosa.maximum %v21, %v22 : (tensor<1x2x1x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x1x2xf32>
  %v24 = bnn.binarize %v23 {zero = #bnn.zero_mode<ternary>} : tensor<1x2x1x2xf32> -> tensor<1x2x1x2x!bnn.ternary>
  %v25 = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v26 = bnn.dequantize %v24 scale %v25 : tensor<1x2x1x2x!bnn.ternary>, tensor<1xf32> -> tensor<1x2x1x2xf32>
  %v27 = "tosa.const"() <{values = dense<[[[[-0.1, -0.9]], [[0.7, 0.7]]], [[[-0.5, -0.9]], [[-0.1, -0.5]]], [[[0.7, -0.5]], [[0.2, 0.0]]], [[[0.2, -0.1]], [[-0.9, -0.1]]]]> : tensor<4x2x1x2xf32>}> : () -> tensor<4x2x1x2xf32>
  %v28 = bnn.binarize %v27 : tensor<4x2x1x2xf32> -> tensor<4x2x1x2x!bnn.bipolar<1>>
  %v29 = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v30 = bnn.dequantize %v28 scale %v29 : tensor<4x2x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x2x1x2xf32>
  %v31 = tosa.transpose %v30 {perms = array<i32: 0, 2, 3, 1>} : (tensor<4x2x1x2xf32>) -> tensor<4x1x2x2xf32>
  %v32 = "tosa.const"() <{values = dense<[0.0, 1.0, 0.0, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v33 = tosa.conv2d %v26, %v31, %v32, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x1x2xf32>, tensor<4x1x2x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1x4xf32>
  %v34 = "tosa.const"() <{values = dense<[[[[-1.1]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v35 = tosa.mul %v33, %v34, %v2 : (tensor<1x2x1x4xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x2x1x4xf32>
  %v36 = "tosa.const"() <{values = dense<[[[[0.25, 0.1, 0.0, 0.5]]]]> : tensor<1x1x1x4xf32>}> : () -> tensor<1x1x1x4xf32>
  %v37 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v38 = tosa.greater_equal %v35, %v37 : (tensor<1x2x1x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x1x4xi1>
  %v39 = tosa.mul %v35, %v36, %v2 : (tensor<1x2x1x4xf32>, tensor<1x1x1x4xf32>, tensor<1xi8>) -> tensor<1x2x1x4xf32>
  %v40 = tosa.select %v38, %v35, %v39 : (tensor<1x2x1x4xi1>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>) -> tensor<1x2x1x4xf32>
  %v41 = bnn.binarize %v40 {zero = #bnn.zero_mode<minus>} : tensor<1x2x1x4xf32> -> tensor<1x2x1x4x!bnn.bipolar<1>>
  %v42 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v43 = bnn.dequantize %v41 scale %v42 : tensor<1x2x1x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x2x1x4xf32>
  %v44 = "tosa.const"() <{values = dense<[[[[-0.5, -0.9, 0.2]], [[-0.1, 0.7, -0.5]], [[0.0, -0.9, 0.2]], [[-0.9, 0.2, -0.9]]], [[[0.2, -0.9, 0.2]], [[0.0, -0.1, -0.5]], [[-0.5, -0.1, 0.0]], [[-0.9, 0.0, -0.5]]], [[[0.2, 0.7, -0.9]], [[0.7, -0.1, -0.9]], [[0.2, -0.1, 0.0]], [[0.2, -0.1, -0.5]]], [[[-0.5, -0.9, -0.1]], [[-0.1, -0.5, -0.1]], [[-0.1, -0.9, -0.9]], [[0.0, 0.0, 0.0]]], [[[-0.1, 0.0, -0.9]], [[-0.5, 0.7, -0.1]], [[0.0, -0.9, -0.9]], [[-0.9, 0.7, -0.1]]], [[[0.7, 0.7, 0.2]], [[-0.9, 0.7, -0.1]], [[0.2, 0.7, 0.2]], [[-0.9, -0.1, 0.0]]]]> : tensor<6x4x1x3xf32>}> : () -> tensor<6x4x1x3xf32>
  %v45 = bnn.binarize %v44 : tensor<6x4x1x3xf32> -> tensor<6x4x1x3x!bnn.bipolar<1>>
  %v46 = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v47 = bnn.dequantize %v45 scale %v46 : tensor<6x4x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<6x4x1x3xf32>
  %v48 = tosa.transpose %v47 {perms = array<i32: 0, 2, 3, 1>} : (tensor<6x4x1x3xf32>) -> tensor<6x1x3x4xf32>
  %v49 = "tosa.const"() <{values = dense<0.0> : tensor<6xf32>}> : () -> tensor<6xf32>
  %v50 = tosa.conv2d %v43, %v48, %v49, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 2, 0>, stride = array<i64: 1, 3>} : (tensor<1x2x1x4xf32>, tensor<6x1x3x4xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1x6xf32>
  return %v50 : tensor<1x2x1x6xf32>
}

func.func private @net1(%x: tensor<1x7x7x4xf32>) -> (tensor<1x1x1x6xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = "tosa.const"() <{values = dense<[[[[0.7]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v4 = tosa.maximum %x, %v3 : (tensor<1x7x7x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x7x7x4xf32>
  %v5 = "tosa.const"() <{values = dense<[[[[-1.1]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v6 = tosa.add %v4, %v5 : (tensor<1x7x7x4xf32>, tensor<1x1x1x1xf32>) -> tensor<1x7x7x4xf32>
  %v7 = "tosa.const"() <{values = dense<[-0.25]> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v8 = bnn.binarize %v6 threshold %v7 : tensor<1xf32> {zero = #bnn.zero_mode<signbit>} : tensor<1x7x7x4xf32> -> tensor<1x7x7x4x!bnn.bipolar<1>>
  %v9 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v10 = bnn.dequantize %v8 scale %v9 : tensor<1x7x7x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x7x7x4xf32>
  %v11 = "tosa.const"() <{values = dense<[[[[-0.1, 0.7, 0.7]], [[-0.5, -0.5, 0.2]], [[-0.9, 0.7, -0.5]], [[0.2, -0.9, 0.0]]], [[[0.2, -0.1, 0.7]], [[0.2, -0.9, -0.9]], [[0.0, -0.5, -0.5]], [[0.7, -0.9, -0.9]]], [[[0.7, 0.7, -0.9]], [[-0.1, 0.7, 0.7]], [[0.0, -0.1, -0.1]], [[-0.5, 0.7, -0.9]]]]> : tensor<3x4x1x3xf32>}> : () -> tensor<3x4x1x3xf32>
  %v12 = bnn.binarize %v11 : tensor<3x4x1x3xf32> -> tensor<3x4x1x3x!bnn.bipolar<1>>
  %v13 = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = bnn.dequantize %v12 scale %v13 : tensor<3x4x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<3x4x1x3xf32>
  %v15 = tosa.transpose %v14 {perms = array<i32: 0, 2, 3, 1>} : (tensor<3x4x1x3xf32>) -> tensor<3x1x3x4xf32>
  %v16 = "tosa.const"() <{values = dense<[1.0, -0.5, 1.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
  %v17 = tosa.conv2d %v10, %v15, %v16, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 2, 1>} : (tensor<1x7x7x4xf32>, tensor<3x1x3x4xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x6x3xf32>
  %v18 = "tosa.const"() <{values = dense<[[[[0.7]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v19 = tosa.mul %v17, %v18, %v2 : (tensor<1x4x6x3xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x4x6x3xf32>
  %v20 = "tosa.const"() <{values = dense<[[[[-0.3, 0.7, 0.7]]]]> : tensor<1x1x1x3xf32>}> : () -> tensor<1x1x1x3xf32>
  %v21 = tosa.mul %v19, %v20, %v2 : (tensor<1x4x6x3xf32>, tensor<1x1x1x3xf32>, tensor<1xi8>) -> tensor<1x4x6x3xf32>
  %v22 = tosa.max_pool2d %v21 {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x6x3xf32>) -> tensor<1x2x3x3xf32>
  %v23 = "tosa.const"() <{values = dense<[1.0]> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v24 = bnn.quantize %v22 scale %v23 {axis = 3 : i64, rounding = #bnn.rounding<to_zero>, zero_points = array<i64: 1>, narrow} : tensor<1x2x3x3xf32>, tensor<1xf32> -> tensor<1x2x3x3x!bnn.signed<8>>
  %v25 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v26 = bnn.dequantize %v24 scale %v25 : tensor<1x2x3x3x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x2x3x3xf32>
  %v27 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v28 = tosa.const_shape {values = dense<[1, 1, 1, 3]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v29 = tosa.slice %v26, %v27, %v28 : (tensor<1x2x3x3xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x3xf32>
  %v30 = "tosa.const"() <{values = dense<[[[[0.0]], [[-0.9]], [[0.0]]], [[[0.0]], [[-0.1]], [[0.0]]], [[[-0.1]], [[-0.9]], [[0.0]]], [[[-0.1]], [[0.0]], [[-0.5]]], [[[-0.5]], [[-0.9]], [[0.2]]], [[[0.0]], [[0.0]], [[0.2]]]]> : tensor<6x3x1x1xf32>}> : () -> tensor<6x3x1x1xf32>
  %v31 = bnn.binarize %v30 : tensor<6x3x1x1xf32> -> tensor<6x3x1x1x!bnn.bipolar<1>>
  %v32 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v33 = bnn.dequantize %v31 scale %v32 : tensor<6x3x1x1x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<6x3x1x1xf32>
  %v34 = tosa.transpose %v33 {perms = array<i32: 0, 2, 3, 1>} : (tensor<6x3x1x1xf32>) -> tensor<6x1x1x3xf32>
  %v35 = "tosa.const"() <{values = dense<[0.0, 1.0, 0.0, 0.0, 0.0, 0.0]> : tensor<6xf32>}> : () -> tensor<6xf32>
  %v36 = tosa.conv2d %v29, %v34, %v35, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 3>} : (tensor<1x1x1x3xf32>, tensor<6x1x1x3xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x6xf32>
  %v37 = "tosa.const"() <{values = dense<[[[[0.0]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v38 = tosa.add %v36, %v37 : (tensor<1x1x1x6xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x6xf32>
  %v39 = tosa.clamp %v38 {min_val = -1.5 : f32, max_val = 2.5 : f32} : (tensor<1x1x1x6xf32>) -> tensor<1x1x1x6xf32>
  return %v39 : tensor<1x1x1x6xf32>
}

func.func private @net2(%x: tensor<2x2x2x4xf32>) -> (tensor<2x2x5x4xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = "tosa.const"() <{values = dense<[[[[3.9]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v4 = tosa.add %x, %v3 : (tensor<2x2x2x4xf32>, tensor<1x1x1x1xf32>) -> tensor<2x2x2x4xf32>
  %v5 = "tosa.const"() <{values = dense<[[[[-0.3, -0.3, 0.5, 0.1]]]]> : tensor<1x1x1x4xf32>}> : () -> tensor<1x1x1x4xf32>
  %v6 = tosa.mul %v4, %v5, %v2 : (tensor<2x2x2x4xf32>, tensor<1x1x1x4xf32>, tensor<1xi8>) -> tensor<2x2x2x4xf32>
  %v7 = "tosa.const"() <{values = dense<[[[[0.0]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v8 = tosa.minimum %v6, %v7 : (tensor<2x2x2x4xf32>, tensor<1x1x1x1xf32>) -> tensor<2x2x2x4xf32>
  %v9 = bnn.binarize %v8 {zero = #bnn.zero_mode<ternary>} : tensor<2x2x2x4xf32> -> tensor<2x2x2x4x!bnn.ternary>
  %v10 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = bnn.dequantize %v9 scale %v10 : tensor<2x2x2x4x!bnn.ternary>, tensor<1xf32> -> tensor<2x2x2x4xf32>
  %v12 = "tosa.const"() <{values = dense<[[[[0.7, -0.5]]], [[[0.0, 0.0]]], [[[-0.9, -0.9]]], [[[0.2, 0.2]]]]> : tensor<4x1x1x2xf32>}> : () -> tensor<4x1x1x2xf32>
  %v13 = bnn.binarize %v12 : tensor<4x1x1x2xf32> -> tensor<4x1x1x2x!bnn.bipolar<1>>
  %v14 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v15 = bnn.dequantize %v13 scale %v14 : tensor<4x1x1x2x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<4x1x1x2xf32>
  %v16 = tosa.transpose %v15 {perms = array<i32: 2, 3, 0, 1>} : (tensor<4x1x1x2xf32>) -> tensor<1x2x4x1xf32>
  %v17 = "tosa.const"() <{values = dense<[-0.5, -0.5, 0.0, 1.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v18 = tosa.depthwise_conv2d %v11, %v16, %v17, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 3>} : (tensor<2x2x2x4xf32>, tensor<1x2x4x1xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x2x1x4xf32>
  %v19 = bnn.binarize %v18 {zero = #bnn.zero_mode<minus>} : tensor<2x2x1x4xf32> -> tensor<2x2x1x4x!bnn.bipolar<1>>
  %v20 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v21 = bnn.dequantize %v19 scale %v20 : tensor<2x2x1x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x2x1x4xf32>
  %v22 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v23 = tosa.const_shape {values = dense<[2, 2, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v24 = tosa.slice %v21, %v22, %v23 : (tensor<2x2x1x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<2x2x1x2xf32>
  %v25 = "tosa.const"() <{values = dense<[[[[-0.1, 0.0, 0.0]], [[-0.5, -0.1, 0.0]]], [[[-0.5, 0.2, -0.1]], [[0.2, 0.2, -0.5]]]]> : tensor<2x2x1x3xf32>}> : () -> tensor<2x2x1x3xf32>
  %v26 = bnn.binarize %v25 : tensor<2x2x1x3xf32> -> tensor<2x2x1x3x!bnn.bipolar<1>>
  %v27 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v28 = bnn.dequantize %v26 scale %v27 : tensor<2x2x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x2x1x3xf32>
  %v29 = tosa.transpose %v28 {perms = array<i32: 0, 2, 3, 1>} : (tensor<2x2x1x3xf32>) -> tensor<2x1x3x2xf32>
  %v30 = "tosa.const"() <{values = dense<[1.0, 0.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %v31 = tosa.conv2d %v24, %v29, %v30, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 0, 0, 4, 4>, stride = array<i64: 1, 1>} : (tensor<2x2x1x2xf32>, tensor<2x1x3x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x2x5x2xf32>
  %v32 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v33 = tosa.const_shape {values = dense<[2, 2, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v34 = tosa.slice %v21, %v32, %v33 : (tensor<2x2x1x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<2x2x1x2xf32>
  %v35 = "tosa.const"() <{values = dense<[[[[-0.1, -0.5, 0.0]], [[0.0, 0.7, 0.7]]], [[[0.7, -0.5, -0.1]], [[0.2, -0.9, 0.2]]]]> : tensor<2x2x1x3xf32>}> : () -> tensor<2x2x1x3xf32>
  %v36 = bnn.binarize %v35 : tensor<2x2x1x3xf32> -> tensor<2x2x1x3x!bnn.bipolar<1>>
  %v37 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v38 = bnn.dequantize %v36 scale %v37 : tensor<2x2x1x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<2x2x1x3xf32>
  %v39 = tosa.transpose %v38 {perms = array<i32: 0, 2, 3, 1>} : (tensor<2x2x1x3xf32>) -> tensor<2x1x3x2xf32>
  %v40 = "tosa.const"() <{values = dense<[-0.5, -0.5]> : tensor<2xf32>}> : () -> tensor<2xf32>
  %v41 = tosa.conv2d %v34, %v39, %v40, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 2>, pad = array<i64: 0, 0, 4, 4>, stride = array<i64: 1, 1>} : (tensor<2x2x1x2xf32>, tensor<2x1x3x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x2x5x2xf32>
  %v42 = tosa.concat %v31, %v41 {axis = 3 : i32} : (tensor<2x2x5x2xf32>, tensor<2x2x5x2xf32>) -> tensor<2x2x5x4xf32>
  %v43 = "tosa.const"() <{values = dense<[[[[0.0]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v44 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v45 = tosa.greater_equal %v42, %v44 : (tensor<2x2x5x4xf32>, tensor<1x1x1x1xf32>) -> tensor<2x2x5x4xi1>
  %v46 = tosa.mul %v42, %v43, %v2 : (tensor<2x2x5x4xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x2x5x4xf32>
  %v47 = tosa.select %v45, %v42, %v46 : (tensor<2x2x5x4xi1>, tensor<2x2x5x4xf32>, tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  %v48 = "tosa.const"() <{values = dense<[[[[0.25]]]]> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v49 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v50 = tosa.greater_equal %v47, %v49 : (tensor<2x2x5x4xf32>, tensor<1x1x1x1xf32>) -> tensor<2x2x5x4xi1>
  %v51 = tosa.mul %v47, %v48, %v2 : (tensor<2x2x5x4xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<2x2x5x4xf32>
  %v52 = tosa.select %v50, %v47, %v51 : (tensor<2x2x5x4xi1>, tensor<2x2x5x4xf32>, tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  %v53 = "tosa.const"() <{values = dense<[[[[-0.5, 0.7, 0.0, -1.1]]]]> : tensor<1x1x1x4xf32>}> : () -> tensor<1x1x1x4xf32>
  %v54 = tosa.sub %v52, %v53 : (tensor<2x2x5x4xf32>, tensor<1x1x1x4xf32>) -> tensor<2x2x5x4xf32>
  return %v54 : tensor<2x2x5x4xf32>
}
