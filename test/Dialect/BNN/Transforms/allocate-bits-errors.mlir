// RUN: not bnn-opt %s --bnn-allocate-bits 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not bnn-opt %s --bnn-allocate-bits=table=%t.missing 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not bnn-opt %s --bnn-allocate-bits=table=%S/Inputs/bits.json 2>&1 | FileCheck %s --check-prefix=LAYER
// RUN: not bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits.json budgets=size:1B" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=BUDGET
// RUN: not bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits.json mean-bits=x" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MEAN
// RUN: not bnn-opt %s --bnn-allocate-bits="table=%S/Inputs/bits-assignment.json budgets=size:1B" 2>&1 \
// RUN:   | FileCheck %s --check-prefix=ASSIGNMENT

// NONE: error: bnn-allocate-bits needs a table: table=FILE.json
// MISSING: missing: No such file or directory
// LAYER: error: the network has no layer 'conv1'; its layers are 'conv7'
// BUDGET: bits.json: budget 'size:1B' cannot be met: it allows 1 B, and the least possible is 6 B
// MEAN: mean bits 'x': write BITS, BITS:SLACK or GROUP=BITS:SLACK
// ASSIGNMENT: holds an assignment, in which a budget has nothing to choose
func.func @network(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x4xf32> {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %w = "tosa.const"() <{values = dense<0.5> : tensor<4x1x1x3xf32>}> : () -> tensor<4x1x1x3xf32>
  %y = tosa.conv2d %x, %w, %zero, %zero, %zero {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x2x2x3xf32>, tensor<4x1x1x3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x4xf32> loc("conv7")
  return %y : tensor<1x2x2x4xf32>
}
