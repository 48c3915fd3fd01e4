// RUN: bnn-opt %s -pass-pipeline='builtin.module(func.func(bnn-prepare-linalg,canonicalize))' | FileCheck %s

// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d6, d1 * 2 + d4, d2 * 2 + d5)>

// The constant filter is transposed at compile time.
// CHECK-LABEL: func.func @filter
// CHECK: arith.constant dense<{{\[\[\[\[}}0.000000e+00, 4.000000e+00], [1.000000e+00, 5.000000e+00]], {{\[\[}}2.000000e+00, 6.000000e+00], [3.000000e+00, 7.000000e+00]]]]> : tensor<1x2x2x2xf32>
// CHECK-NOT: linalg.transpose
// CHECK: linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
func.func @filter(%x: tensor<1x5x5x2xf32>, %y: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  %f = arith.constant dense<[[[[0.0, 1.0], [2.0, 3.0]]], [[[4.0, 5.0], [6.0, 7.0]]]]> : tensor<2x1x2x2xf32>
  %0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
      ins(%x, %f : tensor<1x5x5x2xf32>, tensor<2x1x2x2xf32>) outs(%y : tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  return %0 : tensor<1x3x2x2xf32>
}

// Any other filter at run time.
// CHECK-LABEL: func.func @variable_filter
// CHECK: %[[T:.*]] = linalg.transpose
// CHECK: linalg.conv_2d_nhwc_hwcf {{.*}} ins(%{{.*}}, %[[T]]
func.func @variable_filter(%x: tensor<1x5x5x2xf32>, %f: tensor<2x1x2x2xf32>, %y: tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32> {
  %0 = linalg.conv_2d_nhwc_fhwc ins(%x, %f : tensor<1x5x5x2xf32>, tensor<2x1x2x2xf32>)
      outs(%y : tensor<1x5x4x2xf32>) -> tensor<1x5x4x2xf32>
  return %0 : tensor<1x5x4x2xf32>
}

// CHECK-LABEL: func.func @splat
// CHECK: %[[C:.*]] = arith.constant dense<2> : tensor<5x3xi8>
// CHECK: return %[[C]]
func.func @splat(%e: tensor<5x3xi8>) -> tensor<5x3xi8> {
  %c = arith.constant dense<2> : tensor<3x5xi8>
  %0 = linalg.transpose ins(%c : tensor<3x5xi8>) outs(%e : tensor<5x3xi8>) permutation = [1, 0]
  return %0 : tensor<5x3xi8>
}

// CHECK-LABEL: func.func @elementwise
// CHECK: linalg.generic
// CHECK: math.exp
// CHECK: linalg.fill
func.func @elementwise(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = linalg.exp ins(%x : tensor<4xf32>) outs(%y : tensor<4xf32>) -> tensor<4xf32>
  %c = arith.constant 0.0 : f32
  %1 = linalg.fill ins(%c : f32) outs(%y : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// Every reader gets its own comparison; one that reads twice needs one only.
// CHECK-LABEL: func.func @comparison
// CHECK: %[[A:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4xi1>)
// CHECK: %[[B:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4xi1>)
// CHECK: linalg.generic {{.*}} ins(%[[B]], %[[B]], %
// CHECK: linalg.generic {{.*}} ins(%[[A]], %
// CHECK-NOT: tensor<4xi1>)
// CHECK: return
func.func @comparison(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xi1>
  %c = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xi1>) {
  ^bb0(%a: f32, %b: f32, %o: i1):
    %r = arith.cmpf olt, %a, %b : f32
    linalg.yield %r : i1
  } -> tensor<4xi1>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%c, %c, %x : tensor<4xi1>, tensor<4xi1>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
  ^bb0(%a: i1, %b: i1, %v: f32, %o: f32):
    %n = arith.negf %v : f32
    %s = arith.select %a, %v, %n : f32
    %r = arith.select %b, %s, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%c, %x : tensor<4xi1>, tensor<4xf32>) outs(%y : tensor<4xf32>) {
  ^bb0(%a: i1, %v: f32, %o: f32):
    %r = arith.select %a, %v, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// The first convolution reads N x C x H x W in place, padded in that order.
// CHECK-LABEL: func.func @channels_first
// CHECK-NOT: linalg.transpose
// CHECK: %[[P:.*]] = tensor.pad %arg0 low[0, 0, 1, 2] high[0, 0, 0, 1]
// CHECK: tensor<1x3x8x8xf32> to tensor<1x3x9x11xf32>
// CHECK: linalg.generic {indexing_maps = [#[[IMAGE]]
// CHECK-SAME: ins(%[[P]], %{{.*}} : tensor<1x3x9x11xf32>, tensor<3x3x3x4xf32>)
func.func @channels_first(%x: tensor<1x3x8x8xf32>, %y: tensor<1x4x5x4xf32>) -> tensor<1x4x5x4xf32> {
  %f = arith.constant dense<1.0> : tensor<4x3x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x8x3xf32>
  %t = linalg.transpose ins(%x : tensor<1x3x8x8xf32>) outs(%e : tensor<1x8x8x3xf32>) permutation = [0, 2, 3, 1]
  %p = tensor.pad %t low[0, 1, 2, 0] high[0, 0, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x3xf32> to tensor<1x9x11x3xf32>
  %0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
      ins(%p, %f : tensor<1x9x11x3xf32>, tensor<4x3x3x3xf32>) outs(%y : tensor<1x4x5x4xf32>) -> tensor<1x4x5x4xf32>
  return %0 : tensor<1x4x5x4xf32>
}

// Not an image of many channels, whose pixels would lie far apart.
// CHECK-LABEL: func.func @many_channels
// CHECK: linalg.transpose
func.func @many_channels(%x: tensor<1x8x3x3xf32>, %f: tensor<1x1x8x4xf32>, %y: tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32> {
  %e = tensor.empty() : tensor<1x3x3x8xf32>
  %t = linalg.transpose ins(%x : tensor<1x8x3x3xf32>) outs(%e : tensor<1x3x3x8xf32>) permutation = [0, 2, 3, 1]
  %0 = linalg.conv_2d_nhwc_hwcf ins(%t, %f : tensor<1x3x3x8xf32>, tensor<1x1x8x4xf32>) outs(%y : tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32>
  return %0 : tensor<1x3x3x4xf32>
}
