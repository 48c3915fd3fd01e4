// RUN: bnn-opt %s --bnn-fold-batch-norm --remark-format=emitRemark \
// RUN:   --remarks-filter-missed=bnn-fold-batch-norm --verify-diagnostics | FileCheck %s
// RUN: bnn-opt %s --bnn-fold-batch-norm=allow-code-changes | FileCheck %s --check-prefix=ANY

// Exact: the scale is a power of two, the bias comes after.
// CHECK-LABEL: func @exact
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<[3.500000e-01, -1.500000e-01]> : tensor<2xf32>}>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<[1.000000e-01, 2.000000e-01]> : tensor<2xf32>}>
// CHECK: %[[Y:.*]] = bnn.scale %arg0 by %[[S]] bias %[[B]]
// CHECK: bnn.binarize %[[Y]]
// CHECK: return %{{.*}}, %[[Y]]
func.func @exact(%a: tensor<3x2xi32>) -> (tensor<3x2x!bnn.bipolar<1>>, tensor<3x2xf32>) {
  %s = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[0.7, -0.3]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %b = "tosa.const"() <{values = dense<[[0.1, 0.2]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  %m = tosa.mul %y, %g, %sh : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<3x2xf32>
  %n = tosa.add %m, %b : (tensor<3x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %q = bnn.binarize %n : tensor<3x2xf32> -> tensor<3x2x!bnn.bipolar<1>>
  return %q, %n : tensor<3x2x!bnn.bipolar<1>>, tensor<3x2xf32>
}

// Subtractions on either side are exact too.
// CHECK-LABEL: func @subtractions
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<-1.000000e-01> : tensor<1xf32>}>
// CHECK-DAG: %[[S:.*]] = "tosa.const"() <{values = dense<-3.000000e-01> : tensor<1xf32>}>
// CHECK-DAG: %[[C:.*]] = "tosa.const"() <{values = dense<1.000000e-01> : tensor<1xf32>}>
// CHECK: bnn.scale %arg0 by %{{.*}} bias %[[B]]
// CHECK: bnn.scale %arg0 by %[[S]] bias %[[C]]
// CHECK-NOT: tosa.sub
func.func @subtractions(%a: tensor<3x2xi32>) -> (tensor<3x2x!bnn.bipolar<1>>, tensor<3x2x!bnn.bipolar<1>>) {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %b = "tosa.const"() <{values = dense<0.1> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %y = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  %n = tosa.sub %y, %b : (tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<3x2xf32>
  %p = bnn.binarize %n : tensor<3x2xf32> -> tensor<3x2x!bnn.bipolar<1>>
  %z = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  %o = tosa.sub %b, %z : (tensor<1x1xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  %q = bnn.binarize %o : tensor<3x2xf32> -> tensor<3x2x!bnn.bipolar<1>>
  return %p, %q : tensor<3x2x!bnn.bipolar<1>>, tensor<3x2x!bnn.bipolar<1>>
}

// Not exact, and a quantizer follows behind a PRelu-like choice and a concatenation.
// CHECK-LABEL: func @would_change_codes
// CHECK: tosa.mul
// ANY-LABEL: func @would_change_codes
// ANY-NOT: tosa.add %
// ANY: return
func.func @would_change_codes(%a: tensor<3x2xi32>, %r: tensor<3x2xf32>) -> tensor<3x4x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[0.7, -0.3]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %b = "tosa.const"() <{values = dense<0.1> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  // expected-remark @below {{(tosa.mul): is not folded: it would round differently, and a quantizer below}}
  %m = tosa.mul %y, %g, %sh : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<3x2xf32>
  %n = tosa.add %m, %b : (tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<3x2xf32>
  %c = tosa.concat %n, %r {axis = 1 : i32} : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<3x4xf32>
  %q = bnn.binarize %c : tensor<3x4xf32> -> tensor<3x4x!bnn.bipolar<1>>
  return %q : tensor<3x4x!bnn.bipolar<1>>
}

// The same without a quantizer: floats stay floats.
// CHECK-LABEL: func @floats_only
// CHECK-NOT: tosa.{{mul|add}}
// CHECK: return
func.func @floats_only(%a: tensor<3x2xi32>) -> tensor<3x2xf32> {
  %s = "tosa.const"() <{values = dense<0.3> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[0.7, -0.3]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %b = "tosa.const"() <{values = dense<0.1> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  %m = tosa.mul %y, %g, %sh : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<3x2xf32>
  %n = tosa.add %m, %b : (tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<3x2xf32>
  %o = tosa.add %n, %b : (tensor<3x2xf32>, tensor<1x1xf32>) -> tensor<3x2xf32>
  return %o : tensor<3x2xf32>
}

// CHECK-LABEL: func @conv
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<{{\[\[\[\[}}2.000000e+00]]], {{\[\[\[}}-3.000000e+00]]]]> : tensor<2x1x1x1xf32>}>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<[5.000000e+00, -5.000000e+00]> : tensor<2xf32>}>
// CHECK: %[[C:.*]] = tosa.conv2d %arg0, %[[W]], %[[B]]
// CHECK: return %[[C]]
func.func @conv(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<2x1x1x1xf32>}> : () -> tensor<2x1x1x1xf32>
  %b = "tosa.const"() <{values = dense<2.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[[[2.0, -3.0]]]]> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %d = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<2x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %m = tosa.mul %c, %g, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  %n = tosa.add %m, %d : (tensor<1x2x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x2xf32>
  return %n : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: func @depthwise_and_layer
// CHECK-DAG: dense<{{\[\[\[\[}}2.000000e+00, 3.000000e+00]]]]> : tensor<1x1x1x2xf32>
// CHECK-DAG: dense<{{\[\[\[}}2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01]]]> : tensor<1x2x2xf32>
// CHECK-NOT: tosa.mul
func.func @depthwise_and_layer(%x: tensor<1x2x2x1xf32>, %y: tensor<1x5x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x5x2xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %v = "tosa.const"() <{values = dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %g = "tosa.const"() <{values = dense<[[[[2.0, 3.0]]]]> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
  %h = "tosa.const"() <{values = dense<[[[2.0, 3.0]]]> : tensor<1x1x2xf32>}> : () -> tensor<1x1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c = tosa.depthwise_conv2d %x, %w, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x2xf32>
  %m = tosa.mul %c, %g, %sh : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>, tensor<1xi8>) -> tensor<1x2x2x2xf32>
  %l = tosa.matmul %y, %v, %z, %z : (tensor<1x5x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2xf32>
  %n = tosa.mul %l, %h, %sh : (tensor<1x5x2xf32>, tensor<1x1x2xf32>, tensor<1xi8>) -> tensor<1x5x2xf32>
  return %m, %n : tensor<1x2x2x2xf32>, tensor<1x5x2xf32>
}

// Other reasons to leave an op alone.
// CHECK-LABEL: func @refused
func.func @refused(%a: tensor<1x2x2x1xi32>, %x: tensor<1x2x2x1xf32>, %w: tensor<1x1x1x1xf32>, %s: tensor<1xf32>, %u: tensor<1x5x2xf32>)
    -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x5x2xf32>) {
  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %one = "tosa.const"() <{values = dense<1.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %r = "tosa.const"() <{values = dense<2.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  %k = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %v = "tosa.const"() <{values = dense<1.0> : tensor<1x2x2xf32>}> : () -> tensor<1x2x2xf32>
  %d = "tosa.const"() <{values = dense<0.1> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %e = "tosa.const"() <{values = dense<0.1> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %huge = "tosa.const"() <{values = dense<3.0e38> : tensor<1xf32>}> : () -> tensor<1xf32>
  %ten = "tosa.const"() <{values = dense<10.0> : tensor<1x1x1x1xf32>}> : () -> tensor<1x1x1x1xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y0 = bnn.scale %a by %s : tensor<1x2x2x1xi32>, tensor<1xf32> -> tensor<1x2x2x1xf32>
  // expected-remark @below {{the scale or bias before it is not constant and finite}}
  %0 = tosa.add %y0, %d : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %y1 = bnn.scale %a by %one row %r : tensor<1x2x2x1xi32>, tensor<1xf32> row tensor<2xf32> -> tensor<1x2x2x1xf32>
  // expected-remark @below {{the scale before it has factors per row or column}}
  %1 = tosa.add %y1, %d : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %y2 = bnn.scale %a by %huge : tensor<1x2x2x1xi32>, tensor<1xf32> -> tensor<1x2x2x1xf32>
  // expected-remark @below {{the product or sum is not finite}}
  %2 = tosa.mul %y2, %ten, %sh : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xi8>) -> tensor<1x2x2x1xf32>
  %y3 = tosa.conv2d %x, %w, %z, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  // expected-remark @below {{the weights before it are not constant}}
  %3 = tosa.add %y3, %d : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %y4 = tosa.conv2d %x, %k, %s, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  // expected-remark @below {{the bias before it is not constant}}
  %4 = tosa.add %y4, %d : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
  %y5 = tosa.matmul %u, %v, %z, %z : (tensor<1x5x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x5x2xf32>
  // expected-remark @below {{a matrix product has no bias}}
  %5 = tosa.add %y5, %e : (tensor<1x5x2xf32>, tensor<1x1x1xf32>) -> tensor<1x5x2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x5x2xf32>
}

// 0·s·g may be -0 where (0·s)·g + 0 is +0, which the sign bit tells apart.
// CHECK-LABEL: func @sign_of_zero
// CHECK: tosa.mul
func.func @sign_of_zero(%a: tensor<3x2xi32>) -> tensor<3x2x!bnn.bipolar<1>> {
  %s = "tosa.const"() <{values = dense<0.5> : tensor<1xf32>}> : () -> tensor<1xf32>
  %g = "tosa.const"() <{values = dense<[[0.7, -0.3]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = bnn.scale %a by %s : tensor<3x2xi32>, tensor<1xf32> -> tensor<3x2xf32>
  // expected-remark @below {{it would round differently, and a quantizer below}}
  %m = tosa.mul %y, %g, %sh : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<1xi8>) -> tensor<3x2xf32>
  %q = bnn.binarize %m {zero = #bnn.zero_mode<signbit>} : tensor<3x2xf32> -> tensor<3x2x!bnn.bipolar<1>>
  return %q : tensor<3x2x!bnn.bipolar<1>>
}
