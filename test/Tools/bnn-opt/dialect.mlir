// bnn-opt knows the dialect, and both its text and its bytecode survive a round trip.
// RUN: bnn-opt --show-dialects | FileCheck %s --check-prefix=DIALECTS
// RUN: bnn-opt %s | bnn-opt | FileCheck %s
// RUN: bnn-opt %s --mlir-print-op-generic | bnn-opt | FileCheck %s
// RUN: bnn-opt %s --emit-bytecode | bnn-opt | FileCheck %s
// RUN: not bnn-opt %s --no-such-pass 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// DIALECTS: bnn

// UNKNOWN: Unknown command line argument '--no-such-pass'

// CHECK-LABEL: func.func @dense
// CHECK-SAME: tensor<1x64x!bnn.bipolar<1>>
// CHECK: bnn.scale
func.func @dense(%acc: tensor<1x10xi32>, %x: tensor<1x64x!bnn.bipolar<1>>, %s: tensor<1xf32>) -> tensor<1x10xf32> {
  %y = bnn.scale %acc by %s : tensor<1x10xi32>, tensor<1xf32> -> tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}
