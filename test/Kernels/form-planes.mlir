// RUN: bnn-opt %s --bnn-to-kernels=decompose=all | FileCheck %s

// Planes of the activations leave one kernel; each pair of planes reads one partial sum and writes the next; the
// scale is in the epilogue of the last.

// CHECK-LABEL: @planes
// CHECK: %[[P:.*]]:2 = bnn.map_kernel params(%arg0 : tensor<4x512xf32>) outs(%{{.*}}, %{{.*}} : tensor<1x1x4x64xi8>, tensor<1x1x4x64xi8>)
// CHECK: %[[S:.*]] = bnn.contract_kernel "popcount" ins(%[[P]]#1, %{{.*}}) outs(%{{.*}} : tensor<4x64xi32>)
// CHECK: bnn.contract_kernel "popcount" ins(%[[P]]#0, %{{.*}}) params(%[[S]] : tensor<4x64xi32>) outs(%{{.*}} : tensor<4x64xf32>)
// CHECK: arith.addi
// CHECK: arith.sitofp
// CHECK-NOT: linalg.generic
func.func @planes(%x: tensor<4x512xf32>) -> tensor<4x64xf32> attributes {bnn.entry} {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %q = bnn.quantize %x scale %s : tensor<4x512xf32>, tensor<1xf32> -> tensor<4x512x!bnn.unsigned<2>>
  %w = bnn.constant dense<1> : tensor<64x512xi8> as tensor<64x512x!bnn.bipolar<1>>
  %acc = bnn.matmul %q, %w {transpose_rhs} : tensor<4x512x!bnn.unsigned<2>>, tensor<64x512x!bnn.bipolar<1>> -> tensor<4x64xi32>
  %y = bnn.scale %acc by %s : tensor<4x64xi32>, tensor<1xf32> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
