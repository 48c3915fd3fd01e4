// RUN: rm -f %t.o
// RUN: not bnnc compile %s --integer-only -o %t.o 2>&1 | FileCheck %s
// RUN: not ls %t.o
// RUN: bnnc compile %s -o %t.o

// The node of the model is named, and nothing is written.

// CHECK: error: node 'act': 'tosa.sigmoid' op computes with floats between quantized layers
// CHECK-NOT: error:
func.func @network(%x: tensor<4x8xf32> {bnn.name = "x"}) -> (tensor<4x8xf32> {bnn.name = "y"}) attributes {bnn.entry} {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %w = bnn.constant dense<1> : tensor<8x8xi8> as tensor<8x8x!bnn.signed<8>>
  %q = bnn.quantize %x scale %s : tensor<4x8xf32>, tensor<1xf32> -> tensor<4x8x!bnn.signed<8>>
  %a = bnn.matmul %q, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  %y = bnn.scale %a by %s : tensor<4x8xi32>, tensor<1xf32> -> tensor<4x8xf32>
  %z = tosa.sigmoid %y : (tensor<4x8xf32>) -> tensor<4x8xf32> loc("act")
  %r = bnn.quantize %z scale %s : tensor<4x8xf32>, tensor<1xf32> -> tensor<4x8x!bnn.signed<8>>
  %b = bnn.matmul %r, %w : tensor<4x8x!bnn.signed<8>>, tensor<8x8x!bnn.signed<8>> -> tensor<4x8xi32>
  %f = bnn.scale %b by %s : tensor<4x8xi32>, tensor<1xf32> -> tensor<4x8xf32>
  return %f : tensor<4x8xf32>
}
