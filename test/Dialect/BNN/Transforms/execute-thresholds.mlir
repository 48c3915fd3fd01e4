// Two binary convolutions with offsets, batch norms of both signs and zero, PRelu, padding, stride and dilation,
// and layers with 2-bit and ternary codes, give the same floats with and without optimization.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.before
// RUN: bnn-opt %s --bnn-optimize --bnn-legalize-padding --bnn-reference=c-interface=false | %run_main | sed 's/base@ = 0x[0-9a-f]*//' > %t.after
// RUN: diff %t.before %t.after
// RUN: bnn-opt %s --bnn-optimize --bnn-legalize-padding | FileCheck %s

// CHECK-NOT: tosa.conv2d
// CHECK-NOT: tosa.matmul
// CHECK-LABEL: func private @net
// CHECK: bnn.binarize %arg0 threshold
// CHECK: bnn.conv2d {{.*}} pad_value = -1
// CHECK: bnn.border_correct
// CHECK: bnn.threshold {{.*}} {descending
// CHECK: bnn.conv2d {{.*}} pad_value = -1
// CHECK: bnn.scale
// CHECK-NOT: tosa
// CHECK: return
// CHECK-LABEL: func private @layers
// CHECK: bnn.matmul {{.*}} tensor<3x5xi32>
// CHECK: bnn.threshold {{.*}} -> tensor<3x5x!bnn.unsigned<2>>
// CHECK: bnn.matmul {{.*}} tensor<3x4xi32>
// CHECK: bnn.threshold {{.*}}!bnn.ternary
// CHECK-NOT: tosa.{{add|mul}}

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
  } : tensor<1x6x5x4xf32>
  %y = call @net(%x) : (tensor<1x6x5x4xf32>) -> tensor<1x3x5x5xf32>
  %cast_y = tensor.cast %y : tensor<1x3x5x5xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_y) : (tensor<*xf32>) -> ()
  %u = tensor.generate {
  ^bb0(%i0: index, %i1: index):
    %a = arith.constant 11 : index
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
    %r = arith.remui %w1, %b : index
    %d = arith.subi %r, %c : index
    %e = arith.index_cast %d : index to i32
    %f = arith.sitofp %e : i32 to f32
    %g = arith.mulf %f, %q : f32
    tensor.yield %g : f32
  } : tensor<3x7xf32>
  %v = call @layers(%u) : (tensor<3x7xf32>) -> tensor<1x3x4xf32>
  %cast_v = tensor.cast %v : tensor<1x3x4xf32> to tensor<*xf32>
  call @printMemrefF32(%cast_v) : (tensor<*xf32>) -> ()
  return
}

func.func private @net(%x: tensor<1x6x5x4xf32>) -> (tensor<1x3x5x5xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = "tosa.const"() <{values = dense<[[[[0.0, -0.25, 0.75, 0.5]]]]> : tensor<1x1x1x4xf32>}> : () -> tensor<1x1x1x4xf32>
  %v4 = tosa.add %x, %v3 : (tensor<1x6x5x4xf32>, tensor<1x1x1x4xf32>) -> tensor<1x6x5x4xf32>
  %v5 = bnn.binarize %v4 : tensor<1x6x5x4xf32> -> tensor<1x6x5x4x!bnn.bipolar<1>>
  %v6 = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v7 = bnn.dequantize %v5 scale %v6 : tensor<1x6x5x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x6x5x4xf32>
  %v8 = "tosa.const"() <{values = dense<[[[[-0.9, 0.2, -0.9], [-0.1, 0.2, -0.9], [0.2, -0.5, -0.9]], [[-0.9, 0.0, 0.0], [-0.9, -0.5, -0.9], [0.2, 0.0, -0.9]], [[0.2, -0.9, -0.5], [0.7, 0.7, 0.2], [-0.9, 0.2, 0.2]], [[0.0, -0.9, -0.5], [-0.9, 0.2, -0.5], [-0.1, 0.0, -0.5]]], [[[0.2, -0.9, 0.2], [-0.1, 0.2, 0.7], [-0.5, -0.9, 0.2]], [[0.2, 0.7, -0.5], [-0.1, -0.9, 0.2], [0.7, -0.9, 0.2]], [[-0.9, 0.2, -0.5], [0.0, 0.7, 0.2], [0.0, -0.1, 0.0]], [[0.2, 0.0, -0.1], [-0.1, -0.5, -0.5], [0.7, -0.5, -0.9]]], [[[0.2, -0.1, 0.2], [0.0, -0.1, 0.7], [0.0, -0.1, 0.2]], [[-0.9, -0.9, 0.2], [0.0, -0.5, -0.1], [-0.5, 0.0, 0.0]], [[-0.9, 0.7, -0.9], [0.2, 0.2, -0.1], [-0.1, 0.7, -0.1]], [[0.2, 0.0, 0.2], [0.0, -0.9, -0.9], [-0.1, 0.0, 0.7]]], [[[0.7, -0.9, -0.9], [0.7, 0.7, -0.1], [0.7, 0.2, 0.7]], [[0.0, -0.1, 0.7], [0.0, 0.7, -0.1], [-0.9, 0.0, -0.1]], [[-0.5, 0.2, -0.9], [0.0, -0.9, -0.5], [-0.1, -0.5, 0.7]], [[-0.5, 0.0, 0.0], [0.0, -0.9, -0.5], [0.0, 0.0, 0.2]]], [[[-0.1, -0.5, 0.0], [0.2, -0.1, 0.7], [0.0, -0.1, 0.7]], [[0.0, -0.5, -0.5], [-0.9, -0.5, -0.5], [-0.5, 0.7, -0.5]], [[-0.9, 0.0, 0.2], [-0.5, -0.1, -0.1], [-0.9, -0.5, 0.0]], [[0.2, -0.1, 0.2], [0.2, -0.1, -0.5], [0.7, 0.2, 0.2]]], [[[0.7, 0.7, 0.7], [-0.9, 0.0, 0.7], [0.2, 0.0, 0.0]], [[0.0, 0.0, -0.9], [0.0, 0.7, 0.0], [-0.9, -0.5, -0.9]], [[-0.5, 0.0, -0.5], [-0.9, -0.1, 0.2], [-0.9, -0.9, -0.9]], [[0.2, -0.5, 0.2], [-0.9, -0.1, 0.2], [-0.9, -0.9, -0.5]]]]> : tensor<6x4x3x3xf32>}> : () -> tensor<6x4x3x3xf32>
  %v9 = bnn.binarize %v8 : tensor<6x4x3x3xf32> -> tensor<6x4x3x3x!bnn.bipolar<1>>
  %v10 = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = bnn.dequantize %v9 scale %v10 : tensor<6x4x3x3x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<6x4x3x3xf32>
  %v12 = tosa.transpose %v11 {perms = array<i32: 0, 2, 3, 1>} : (tensor<6x4x3x3xf32>) -> tensor<6x3x3x4xf32>
  %v13 = "tosa.const"() <{values = dense<[-2.0, 1.0, 0.0, -2.0, 1.0, 1.0]> : tensor<6xf32>}> : () -> tensor<6xf32>
  %v14 = tosa.conv2d %v7, %v12, %v13, %v1, %v1 {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 0, 1, 1>, stride = array<i64: 2, 1>} : (tensor<1x6x5x4xf32>, tensor<6x3x3x4xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x5x6xf32>
  %v15 = "tosa.const"() <{values = dense<[[[[0.7, -0.3, 0.0, 1.3, -1.1, -0.0]]]]> : tensor<1x1x1x6xf32>}> : () -> tensor<1x1x1x6xf32>
  %v16 = "tosa.const"() <{values = dense<[[[[0.7, -0.6, 0.0, -3.9, 1.1, -0.5]]]]> : tensor<1x1x1x6xf32>}> : () -> tensor<1x1x1x6xf32>
  %v17 = tosa.mul %v14, %v15, %v2 : (tensor<1x3x5x6xf32>, tensor<1x1x1x6xf32>, tensor<1xi8>) -> tensor<1x3x5x6xf32>
  %v18 = tosa.add %v17, %v16 : (tensor<1x3x5x6xf32>, tensor<1x1x1x6xf32>) -> tensor<1x3x5x6xf32>
  %v19 = "tosa.const"() <{values = dense<[[[[0.25, 0.0, 0.5, 1.5, 0.1, 1.0]]]]> : tensor<1x1x1x6xf32>}> : () -> tensor<1x1x1x6xf32>
  %v20 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v21 = tosa.greater_equal %v18, %v20 : (tensor<1x3x5x6xf32>, tensor<1x1x1x1xf32>) -> tensor<1x3x5x6xi1>
  %v22 = tosa.mul %v18, %v19, %v2 : (tensor<1x3x5x6xf32>, tensor<1x1x1x6xf32>, tensor<1xi8>) -> tensor<1x3x5x6xf32>
  %v23 = tosa.select %v21, %v18, %v22 : (tensor<1x3x5x6xi1>, tensor<1x3x5x6xf32>, tensor<1x3x5x6xf32>) -> tensor<1x3x5x6xf32>
  %v24 = bnn.binarize %v23 {zero = #bnn.zero_mode<minus>} : tensor<1x3x5x6xf32> -> tensor<1x3x5x6x!bnn.bipolar<1>>
  %v25 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v26 = bnn.dequantize %v24 scale %v25 : tensor<1x3x5x6x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x3x5x6xf32>
  %v27 = "tosa.const"() <{values = dense<[[[[0.2, -0.1, 0.0, -0.9, -0.9, 0.0], [0.0, 0.0, 0.0, -0.1, -0.9, -0.5]], [[-0.9, 0.7, -0.1, 0.7, -0.1, 0.0], [0.7, -0.5, 0.2, -0.9, -0.5, 0.2]], [[-0.1, -0.5, 0.7, 0.2, -0.9, 0.2], [-0.1, 0.7, -0.9, 0.7, -0.1, 0.2]]], [[[-0.1, -0.5, -0.1, -0.5, 0.2, 0.2], [0.2, -0.1, 0.7, -0.5, 0.2, -0.5]], [[-0.5, 0.0, 0.7, -0.5, -0.5, 0.2], [0.0, -0.1, 0.7, -0.9, -0.9, -0.1]], [[0.0, -0.1, -0.5, 0.7, 0.2, -0.1], [0.0, 0.7, -0.1, -0.1, -0.9, -0.5]]], [[[-0.9, -0.5, 0.0, -0.5, -0.1, -0.5], [0.0, 0.2, 0.2, -0.9, 0.0, 0.7]], [[-0.1, 0.7, -0.9, 0.7, -0.9, 0.0], [0.7, -0.5, 0.0, -0.5, 0.0, 0.7]], [[-0.1, -0.9, 0.7, 0.0, 0.0, 0.0], [0.7, -0.9, 0.7, -0.5, -0.5, -0.5]]], [[[-0.9, -0.5, 0.2, 0.0, 0.7, -0.5], [0.2, 0.2, 0.0, 0.7, -0.1, -0.5]], [[0.2, 0.2, -0.5, -0.9, -0.9, 0.7], [0.7, -0.9, 0.2, 0.7, -0.5, 0.0]], [[-0.5, -0.5, -0.9, -0.1, -0.5, -0.1], [0.2, -0.5, 0.2, -0.1, -0.1, 0.2]]], [[[0.0, -0.5, -0.9, 0.7, -0.1, 0.0], [0.7, 0.2, 0.2, 0.0, 0.2, -0.5]], [[0.2, -0.5, 0.2, 0.2, -0.9, 0.0], [-0.5, 0.2, -0.9, -0.5, -0.5, -0.5]], [[0.0, 0.2, 0.7, -0.9, 0.2, -0.9], [-0.1, 0.7, 0.2, 0.2, 0.2, 0.0]]]]> : tensor<5x3x2x6xf32>}> : () -> tensor<5x3x2x6xf32>
  %v28 = bnn.binarize %v27 : tensor<5x3x2x6xf32> -> tensor<5x3x2x6x!bnn.bipolar<1>>
  %v29 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v30 = bnn.dequantize %v28 scale %v29 : tensor<5x3x2x6x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<5x3x2x6xf32>
  %v31 = "tosa.const"() <{values = dense<0.0> : tensor<5xf32>}> : () -> tensor<5xf32>
  %v32 = tosa.conv2d %v26, %v30, %v31, %v1, %v1 {acc_type = f32, dilation = array<i64: 2, 1>, pad = array<i64: 2, 2, 1, 0>, stride = array<i64: 1, 1>} : (tensor<1x3x5x6xf32>, tensor<5x3x2x6xf32>, tensor<5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x5x5xf32>
  return %v32 : tensor<1x3x5x5xf32>
}

func.func private @layers(%x: tensor<3x7xf32>) -> (tensor<1x3x4xf32>) {
  %v1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v3 = bnn.binarize %x : tensor<3x7xf32> -> tensor<3x7x!bnn.bipolar<1>>
  %v4 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = bnn.dequantize %v3 scale %v4 : tensor<3x7x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<3x7xf32>
  %v6 = tosa.const_shape {values = dense<[1, 3, 7]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %v7 = tosa.reshape %v5, %v6 : (tensor<3x7xf32>, !tosa.shape<3>) -> tensor<1x3x7xf32>
  %v8 = "tosa.const"() <{values = dense<[[[-0.9, 0.2, -0.9, -0.5, -0.5], [-0.1, -0.9, -0.9, 0.2, 0.0], [0.2, -0.9, -0.9, 0.0, -0.1], [0.2, 0.2, 0.2, 0.2, -0.5], [0.7, -0.1, 0.0, 0.2, 0.2], [0.0, 0.2, -0.5, 0.7, 0.2], [-0.1, 0.2, -0.5, 0.0, -0.5]]]> : tensor<1x7x5xf32>}> : () -> tensor<1x7x5xf32>
  %v9 = bnn.binarize %v8 : tensor<1x7x5xf32> -> tensor<1x7x5x!bnn.bipolar<1>>
  %v10 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = bnn.dequantize %v9 scale %v10 : tensor<1x7x5x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x7x5xf32>
  %v12 = tosa.matmul %v7, %v11, %v1, %v1 : (tensor<1x3x7xf32>, tensor<1x7x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x5xf32>
  %v13 = tosa.const_shape {values = dense<[3, 5]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %v14 = tosa.reshape %v12, %v13 : (tensor<1x3x5xf32>, !tosa.shape<2>) -> tensor<3x5xf32>
  %v15 = "tosa.const"() <{values = dense<[[0.5, -1.0, 0.0, 2.0, -3.0]]> : tensor<1x5xf32>}> : () -> tensor<1x5xf32>
  %v16 = tosa.add %v14, %v15 : (tensor<3x5xf32>, tensor<1x5xf32>) -> tensor<3x5xf32>
  %v17 = "tosa.const"() <{values = dense<[[0.5, -0.3, 0.7, 1.0, -1.0]]> : tensor<1x5xf32>}> : () -> tensor<1x5xf32>
  %v18 = tosa.mul %v16, %v17, %v2 : (tensor<3x5xf32>, tensor<1x5xf32>, tensor<1xi8>) -> tensor<3x5xf32>
  %v19 = "tosa.const"() <{values = dense<0.7> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v20 = bnn.quantize %v18 scale %v19 {zero_points = array<i64: 1>} : tensor<3x5xf32>, tensor<1xf32> -> tensor<3x5x!bnn.unsigned<2>>
  %v21 = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v22 = bnn.dequantize %v20 scale %v21 : tensor<3x5x!bnn.unsigned<2>>, tensor<1xf32> -> tensor<3x5xf32>
  %v23 = tosa.const_shape {values = dense<[1, 3, 5]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %v24 = tosa.reshape %v22, %v23 : (tensor<3x5xf32>, !tosa.shape<3>) -> tensor<1x3x5xf32>
  %v25 = "tosa.const"() <{values = dense<[[[0.0, -0.9, 0.0, 0.0], [-0.1, -0.9, 0.7, -0.5], [0.0, -0.9, -0.5, 0.7], [-0.1, -0.9, -0.5, 0.7], [0.7, 0.7, -0.1, -0.5]]]> : tensor<1x5x4xf32>}> : () -> tensor<1x5x4xf32>
  %v26 = bnn.binarize %v25 : tensor<1x5x4xf32> -> tensor<1x5x4x!bnn.bipolar<1>>
  %v27 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v28 = bnn.dequantize %v26 scale %v27 : tensor<1x5x4x!bnn.bipolar<1>>, tensor<1xf32> -> tensor<1x5x4xf32>
  %v29 = tosa.matmul %v24, %v28, %v1, %v1 : (tensor<1x3x5xf32>, tensor<1x5x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x4xf32>
  %v30 = "tosa.const"() <{values = dense<[0.5, 1.0, 1.5, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
  %v31 = bnn.ternarize %v29 dead_zone %v30 : tensor<1x3x4xf32>, tensor<4xf32> -> tensor<1x3x4x!bnn.ternary>
  %v32 = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v33 = bnn.dequantize %v31 scale %v32 : tensor<1x3x4x!bnn.ternary>, tensor<1xf32> -> tensor<1x3x4xf32>
  return %v33 : tensor<1x3x4xf32>
}
