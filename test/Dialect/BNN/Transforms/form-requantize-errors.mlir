// RUN: bnn-opt %s --bnn-form-requantize --split-input-file -o /dev/null --remark-format=emitRemark --remarks-filter-missed=bnn-form-requantize 2>&1 | FileCheck %s

// CHECK: stays a quantizer of floats: (tosa.sigmoid) has no form in integers
func.func @sigmoid(%acc: tensor<4x2xi32>) -> tensor<4x2x!bnn.signed<8>> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<4x2xi32>, tensor<1xf32> -> tensor<4x2xf32>
  %z = tosa.sigmoid %y : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = bnn.quantize %z scale %s : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.signed<8>>
  return %q : tensor<4x2x!bnn.signed<8>>
}

// -----

// CHECK: stays a quantizer of floats: it reads floats from outside
func.func @input(%x: tensor<4x2xf32>) -> tensor<4x2x!bnn.signed<8>> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %q = bnn.quantize %x scale %s : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.signed<8>>
  return %q : tensor<4x2x!bnn.signed<8>>
}

// -----

// CHECK: stays a quantizer of floats: its codes are neither unsigned nor signed
func.func @bipolar(%acc: tensor<4x2xi32>) -> tensor<4x2x!bnn.bipolar<8>> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<4x2xi32>, tensor<1xf32> -> tensor<4x2xf32>
  %q = bnn.quantize %y scale %s : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.bipolar<8>>
  return %q : tensor<4x2x!bnn.bipolar<8>>
}

// -----

// CHECK: stays a quantizer of floats: its input may pass the range of i32
func.func @range(%a: tensor<4x2xi32>, %b: tensor<4x2xi32>) -> tensor<4x2x!bnn.signed<8>> {
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %y = bnn.scale %a by %s : tensor<4x2xi32>, tensor<1xf32> -> tensor<4x2xf32>
  %z = bnn.scale %b by %s : tensor<4x2xi32>, tensor<1xf32> -> tensor<4x2xf32>
  %sum = tosa.add %y, %z : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = bnn.quantize %sum scale %s : tensor<4x2xf32>, tensor<1xf32> -> tensor<4x2x!bnn.signed<8>>
  return %q : tensor<4x2x!bnn.signed<8>>
}
