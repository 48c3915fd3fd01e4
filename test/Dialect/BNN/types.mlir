// RUN: bnn-opt %s | bnn-opt | FileCheck %s
// RUN: bnn-opt %s -emit-bytecode | bnn-opt | FileCheck %s
// RUN: bnn-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func private @widths(
// CHECK-SAME:    tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<8>>
// CHECK-SAME:    tensor<2x!bnn.unsigned<1>>, tensor<2x!bnn.unsigned<8>>
// CHECK-SAME:    tensor<2x!bnn.signed<1>>, tensor<2x!bnn.signed<8>>
// CHECK-SAME:    tensor<2x!bnn.ternary>
func.func private @widths(tensor<2x!bnn.bipolar<1>>, tensor<2x!bnn.bipolar<8>>,
                          tensor<2x!bnn.unsigned<1>>, tensor<2x!bnn.unsigned<8>>,
                          tensor<2x!bnn.signed<1>>, tensor<2x!bnn.signed<8>>,
                          tensor<2x!bnn.ternary>)

// The types stand alone as well.
// CHECK-LABEL: func.func private @scalars(
// CHECK-SAME:    !bnn.bipolar<3>, !bnn.unsigned<4>, !bnn.signed<5>, !bnn.ternary)
func.func private @scalars(!bnn.bipolar<3>, !bnn.unsigned<4>, !bnn.signed<5>, !bnn.ternary)

// CHECK-LABEL: func.func private @layouts(
// CHECK-SAME:    tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
// CHECK-SAME:    tensor<1x8x8x3x!bnn.unsigned<1>, #bnn.bit_packed<pad = [1, 0, 2, 3], border = 1>>
// CHECK-SAME:    tensor<4x!bnn.signed<1>, #bnn.bit_packed<pad = [0, 0, 0, 0], border = 0>>
// CHECK-SAME:    tensor<4x40x!bnn.signed<4>, #bnn.byte_codes>
// CHECK-SAME:    tensor<!bnn.ternary, #bnn.byte_codes>
func.func private @layouts(tensor<4x40x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>,
                           tensor<1x8x8x3x!bnn.unsigned<1>, #bnn.bit_packed<pad = [1, 0, 2, 3], border = 1>>,
                           tensor<4x!bnn.signed<1>, #bnn.bit_packed<pad = [0, 0, 0, 0], border = 0>>,
                           tensor<4x40x!bnn.signed<4>, #bnn.byte_codes>,
                           tensor<!bnn.ternary, #bnn.byte_codes>)
