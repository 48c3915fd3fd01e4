// RUN: bnn-opt %s --bnn-make-bits-switchable | FileCheck %s
// RUN: not bnn-opt %s --bnn-make-bits-switchable --bnn-make-bits-switchable 2>&1 | FileCheck %s --check-prefix=TWICE

// TWICE: error: has an input 'bits' already

// Weights of 8 bits are switched, others stay.
// CHECK-LABEL: func.func @network(
// CHECK-SAME: %{{.*}}: tensor<1x1x4xf32>, %[[BITS:.*]]: tensor<i32> {bnn.name = "bits"})
// CHECK: %[[W:.*]] = bnn.constant {{.*}} as tensor<1x4x2x!bnn.signed<8>>
// CHECK: %[[L:.*]] = bnn.bit_switch %[[W]], %[[BITS]] : tensor<1x4x2x!bnn.signed<8>>, tensor<i32>
// CHECK: bnn.dequantize %[[L]]
// CHECK-NOT: bnn.bit_switch
func.func @network(%x: tensor<1x1x4xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x2xf32>) attributes {bnn.entry} {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %s = "tosa.const"() <{values = dense<0.1> : tensor<1xf32>}> : () -> tensor<1xf32>
  %c = bnn.constant dense<100> : tensor<1x4x2xi8> as tensor<1x4x2x!bnn.signed<8>>
  %w = bnn.dequantize %c scale %s : tensor<1x4x2x!bnn.signed<8>>, tensor<1xf32> -> tensor<1x4x2xf32>
  %y = tosa.matmul %x, %w, %zero, %zero : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  %c4 = bnn.constant dense<7> : tensor<1x4x2xi8> as tensor<1x4x2x!bnn.signed<4>>
  %w4 = bnn.dequantize %c4 scale %s : tensor<1x4x2x!bnn.signed<4>>, tensor<1xf32> -> tensor<1x4x2xf32>
  %z = tosa.matmul %x, %w4, %zero, %zero : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x2xf32>
  return %y, %z : tensor<1x1x2xf32>, tensor<1x1x2xf32>
}
