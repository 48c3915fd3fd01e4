// RUN: bnn-opt %s | bnn-opt | FileCheck %s
// RUN: bnn-opt %s -emit-bytecode | bnn-opt | FileCheck %s
// RUN: bnn-opt %s --verify-roundtrip | FileCheck %s

// Attributes away from the ops that they belong to.

// CHECK-LABEL: func.func private @zero_mode() attributes
// CHECK-SAME:    a = #bnn.zero_mode<plus>, b = #bnn.zero_mode<minus>
// CHECK-SAME:    c = #bnn.zero_mode<signbit>, d = #bnn.zero_mode<ternary>
func.func private @zero_mode() attributes {
  a = #bnn.zero_mode<plus>, b = #bnn.zero_mode<minus>, c = #bnn.zero_mode<signbit>, d = #bnn.zero_mode<ternary>}

// CHECK-LABEL: func.func private @rounding() attributes
// CHECK-SAME:    a = #bnn.rounding<half_even>, b = #bnn.rounding<half_away>
// CHECK-SAME:    c = #bnn.rounding<half_to_zero>, d = #bnn.rounding<half_up>
// CHECK-SAME:    e = #bnn.rounding<floor>, f = #bnn.rounding<ceil>
// CHECK-SAME:    g = #bnn.rounding<to_zero>, h = #bnn.rounding<away_from_zero>
func.func private @rounding() attributes {
  a = #bnn.rounding<half_even>, b = #bnn.rounding<half_away>, c = #bnn.rounding<half_to_zero>,
  d = #bnn.rounding<half_up>, e = #bnn.rounding<floor>, f = #bnn.rounding<ceil>,
  g = #bnn.rounding<to_zero>, h = #bnn.rounding<away_from_zero>}

// CHECK-LABEL: func.func private @softmax_mode() attributes
// CHECK-SAME:    a = #bnn.softmax_mode<uniform_max>, b = #bnn.softmax_mode<log2>
// CHECK-SAME:    c = #bnn.softmax_mode<binary_ratio>, d = #bnn.softmax_mode<bool>
func.func private @softmax_mode() attributes {
  a = #bnn.softmax_mode<uniform_max>, b = #bnn.softmax_mode<log2>,
  c = #bnn.softmax_mode<binary_ratio>, d = #bnn.softmax_mode<bool>}

// CHECK-LABEL: func.func private @layouts() attributes
// CHECK-SAME:    a = #bnn.bit_packed<pad = [], border = 1>
// CHECK-SAME:    b = #bnn.bit_packed<pad = [1, 2, 3, 4], border = 0>
// CHECK-SAME:    c = #bnn.byte_codes
func.func private @layouts() attributes {
  a = #bnn.bit_packed<pad = [], border = 1>, b = #bnn.bit_packed<pad = [1, 2, 3, 4], border = 0>,
  c = #bnn.byte_codes}

// CHECK-LABEL: func.func private @geometry() attributes
// CHECK-SAME:    a = #bnn.geometry<input = [1, 8, 9, 16], output = [1, 4, 9, 32], kernel = [3, 3],
// CHECK-SAME:      strides = [2, 1], dilations = [1, 1], pad = [1, 1, 1, 1], pad_value = -1, groups = 4,
// CHECK-SAME:      batched_weights = true>
func.func private @geometry() attributes {
  a = #bnn.geometry<input = [1, 8, 9, 16], output = [1, 4, 9, 32], kernel = [3, 3], strides = [2, 1],
        dilations = [1, 1], pad = [1, 1, 1, 1], pad_value = -1, groups = 4, batched_weights = true>}
