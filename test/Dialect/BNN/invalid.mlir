// RUN: bnn-opt %s --split-input-file --verify-diagnostics

// Every labelled constraint of every type, attribute and value op: a function
// <op>_c<N> breaks constraint CN of its op's description and nothing else. The
// kernel ops are in invalid-kernels.mlir.

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

// expected-error @+1 {{width must be 1 to 8 bits, but is 0}}
func.func private @bipolar_c1(!bnn.bipolar<0>)

// -----

// expected-error @+1 {{width must be 1 to 8 bits, but is 9}}
func.func private @bipolar_c1_wide(tensor<2x!bnn.bipolar<9>>)

// -----

// expected-error @+1 {{width must be 1 to 8 bits, but is 0}}
func.func private @unsigned_c1(!bnn.unsigned<0>)

// -----

// expected-error @+1 {{width must be 1 to 8 bits, but is 9}}
func.func private @unsigned_c1_wide(tensor<2x!bnn.unsigned<9>>)

// -----

// expected-error @+1 {{width must be 1 to 8 bits, but is 0}}
func.func private @signed_c1(!bnn.signed<0>)

// -----

// expected-error @+1 {{width must be 1 to 8 bits, but is 9}}
func.func private @signed_c1_wide(tensor<2x!bnn.signed<9>>)

// -----

//===----------------------------------------------------------------------===//
// Layouts and geometry
//===----------------------------------------------------------------------===//

// expected-error @+1 {{bit-packed layout needs codes of one bit, but the element type is '!bnn.unsigned<2>'}}
func.func private @bit_packed_c1(tensor<4x!bnn.unsigned<2>, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs codes of one bit, but the element type is 'f32'}}
func.func private @bit_packed_c1_float(tensor<4xf32, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs no pad or four entries of 0 to 2^31 - 1, but has [1, 1]}}
func.func private @bit_packed_c2(tensor<1x2x2x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1], border = 0>>)

// -----

// expected-error @+1 {{needs no pad or four entries of 0 to 2^31 - 1, but has [0, 0, -1, 0]}}
func.func private @bit_packed_c2_negative(tensor<1x2x2x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [0, 0, -1, 0], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a tensor of rank 4 for its pad [0, 1, 0, 0], but the rank is 2}}
func.func private @bit_packed_c2_rank(tensor<2x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [0, 1, 0, 0], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a border of 0 or 1, but has 2}}
func.func private @bit_packed_c3(tensor<4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 2>>)

// -----

// expected-error @+1 {{bit-packed layout needs a static shape of rank 1 or more whose storage has 1 to 2^31 - 1 bytes}}
func.func private @bit_packed_c4_scalar(tensor<!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a static shape of rank 1 or more whose storage has 1 to 2^31 - 1 bytes}}
func.func private @bit_packed_c4_dynamic(tensor<?x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a static shape of rank 1 or more whose storage has 1 to 2^31 - 1 bytes}}
func.func private @bit_packed_c4_zero(tensor<0x4x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a static shape of rank 1 or more whose storage has 1 to 2^31 - 1 bytes}}
func.func private @bit_packed_c4_huge(tensor<2147483647x2x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>)

// -----

// expected-error @+1 {{bit-packed layout needs a static shape of rank 1 or more whose storage has 1 to 2^31 - 1 bytes}}
func.func private @bit_packed_c4_border(tensor<1x1x1x1x!bnn.bipolar<1>, #bnn.bit_packed<pad = [2147483647, 0, 2147483647, 2147483647], border = 0>>)

// -----

// expected-error @+1 {{byte-code layout needs codes, but the element type is 'i8'}}
func.func private @byte_codes_c1(tensor<4xi8, #bnn.byte_codes>)

// -----

// expected-error @+1 {{byte-code layout needs a static shape of 1 to 2^31 - 1 elements}}
func.func private @byte_codes_c2(tensor<4x?x!bnn.bipolar<1>, #bnn.byte_codes>)

// -----

// expected-error @+1 {{geometry needs an input [N, H, W, C] and an output [N, OH, OW, O] of 1 to 2^31 - 1 elements and the same N}}
func.func private @geometry_c1() attributes {g = #bnn.geometry<input = [1, 4, 4], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs an input [N, H, W, C] and an output [N, OH, OW, O] of 1 to 2^31 - 1 elements and the same N}}
func.func private @geometry_c1_empty() attributes {g = #bnn.geometry<input = [], output = [], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs an input [N, H, W, C] and an output [N, OH, OW, O] of 1 to 2^31 - 1 elements and the same N}}
func.func private @geometry_c1_batch() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [2, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs an input [N, H, W, C] and an output [N, OH, OW, O] of 1 to 2^31 - 1 elements and the same N}}
func.func private @geometry_c1_huge() attributes {g = #bnn.geometry<input = [1, 9223372036854775807, 9223372036854775807, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
func.func private @geometry_c2() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
func.func private @geometry_c2_zero() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 0], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
func.func private @geometry_c2_huge() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 9223372036854775807], pad = [0, 0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs four pad entries that are not negative, a padded image of at most 2^31 - 1 elements, and a pad value of -1, 0 or 1}}
func.func private @geometry_c3() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs four pad entries that are not negative, a padded image of at most 2^31 - 1 elements, and a pad value of -1, 0 or 1}}
func.func private @geometry_c3_negative() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, -1, 0, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs four pad entries that are not negative, a padded image of at most 2^31 - 1 elements, and a pad value of -1, 0 or 1}}
func.func private @geometry_c3_huge() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 9223372036854775807, 9223372036854775807, 0], pad_value = 0, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry needs four pad entries that are not negative, a padded image of at most 2^31 - 1 elements, and a pad value of -1, 0 or 1}}
func.func private @geometry_c3_value() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 2, groups = 1, batched_weights = false>}

// -----

// expected-error @+1 {{geometry has 4 groups, which do not divide 8 input and 6 output channels}}
func.func private @geometry_c4() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 4, batched_weights = false>}

// -----

// expected-error @+1 {{geometry has 0 groups, which do not divide 8 input and 6 output channels}}
func.func private @geometry_c4_zero() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [0, 0, 0, 0], pad_value = 0, groups = 0, batched_weights = false>}

// -----

// expected-error @+1 {{geometry has output extent 2 in dimension 1, but its other numbers give 4}}
func.func private @geometry_c5() attributes {g = #bnn.geometry<input = [1, 4, 4, 8], output = [1, 2, 2, 6], kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pad = [1, 1, 1, 1], pad_value = 0, groups = 1, batched_weights = false>}

// -----

//===----------------------------------------------------------------------===//
// Shapes, which the operand types of all ops bound
//===----------------------------------------------------------------------===//

func.func @shape_dynamic(%x: tensor<?xf32>) {
  // expected-error @+1 {{operand #0 must be tensor of f32 of static shape with 1 to 2^31 - 1 elements, but got 'tensor<?xf32>'}}
  %0 = bnn.binarize %x : tensor<?xf32> -> tensor<?x!bnn.bipolar<1>>
  return
}

// -----

func.func @shape_zero(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{operand #0 must be tensor of f32 of static shape with 1 to 2^31 - 1 elements}}
  %0 = bnn.binarize %x : tensor<2x0xf32> -> tensor<2x0x!bnn.bipolar<1>>
  return
}

// -----

func.func @shape_huge(%x: tensor<9223372036854775807x9223372036854775807xf32>) {
  // expected-error @+1 {{operand #0 must be tensor of f32 of static shape with 1 to 2^31 - 1 elements}}
  %0 = bnn.binarize %x : tensor<9223372036854775807x9223372036854775807xf32> -> tensor<9223372036854775807x9223372036854775807x!bnn.bipolar<1>>
  return
}

// -----

func.func @shape_unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{operand #0 must be tensor of f32 of static shape with 1 to 2^31 - 1 elements, but got 'tensor<*xf32>'}}
  %0 = "bnn.binarize"(%x) : (tensor<*xf32>) -> tensor<*x!bnn.bipolar<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.constant
//===----------------------------------------------------------------------===//

func.func @constant_c1() {
  // expected-error @+1 {{needs dense i8 codes of the shape of its result}}
  %0 = bnn.constant dense<1> : tensor<4xi8> as tensor<2x2x!bnn.bipolar<1>>
  return
}

// -----

func.func @constant_c1_element() {
  // expected-error @+1 {{needs dense i8 codes of the shape of its result}}
  %0 = bnn.constant dense<1> : tensor<4xi32> as tensor<4x!bnn.bipolar<1>>
  return
}

// -----

func.func @constant_c1_float() {
  // expected-error @+1 {{needs dense i8 codes of the shape of its result}}
  %0 = bnn.constant dense<1.0> : tensor<4xf32> as tensor<4x!bnn.bipolar<1>>
  return
}

// -----

func.func @constant_c1_sparse() {
  // expected-error @+1 {{needs dense i8 codes of the shape of its result}}
  %0 = bnn.constant sparse<0, 1> : tensor<4xi8> as tensor<4x!bnn.bipolar<1>>
  return
}

// -----

func.func @constant_c2() {
  // expected-error @+1 {{has an entry 2 that is no code of '!bnn.bipolar<1>'}}
  %0 = bnn.constant dense<[1, 0, 2]> : tensor<3xi8> as tensor<3x!bnn.bipolar<1>>
  return
}

// -----

func.func @constant_c2_splat() {
  // expected-error @+1 {{has an entry -2 that is no code of '!bnn.ternary'}}
  %0 = bnn.constant dense<-2> : tensor<3xi8> as tensor<3x!bnn.ternary>
  return
}

// -----

func.func @constant_c2_zero_extended() {
  // expected-error @+1 {{has an entry 255 that is no code of '!bnn.unsigned<4>'}}
  %0 = bnn.constant dense<[15, -1]> : tensor<2xi8> as tensor<2x!bnn.unsigned<4>>
  return
}

// -----

func.func @constant_c2_sign_extended() {
  // expected-error @+1 {{has an entry 15 that is no code of '!bnn.signed<4>'}}
  %0 = bnn.constant dense<[15, -1]> : tensor<2xi8> as tensor<2x!bnn.signed<4>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.quantize
//===----------------------------------------------------------------------===//

func.func @quantize_c1(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.quantize %x scale %s : tensor<2x3xf32>, tensor<1xf32> -> tensor<3x2x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c2(%x: tensor<2x3xf32>, %s: tensor<3xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (2), but has 'tensor<3xf32>'}}
  %0 = bnn.quantize %x scale %s : tensor<2x3xf32>, tensor<3xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c2_axis(%x: tensor<2x3xf32>, %s: tensor<2xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (3), but has 'tensor<2xf32>'}}
  %0 = bnn.quantize %x scale %s {axis = 1} : tensor<2x3xf32>, tensor<2xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c2_rank(%x: tensor<2x3xf32>, %s: tensor<1x2xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (2), but has 'tensor<1x2xf32>'}}
  %0 = bnn.quantize %x scale %s : tensor<2x3xf32>, tensor<1x2xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c3(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{needs no zero point, one, or one per scale, but has 2}}
  %0 = bnn.quantize %x scale %s {zero_points = array<i64: 1, 2>} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c3_range(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has zero point 2147483648, beyond the range of i32}}
  %0 = bnn.quantize %x scale %s {zero_points = array<i64: 2147483648>} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c4(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has no dimension 2}}
  %0 = bnn.quantize %x scale %s {axis = 2} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c4_negative(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has no dimension -1}}
  %0 = bnn.quantize %x scale %s {axis = -1} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c5(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{cannot make ternary codes: use bnn.ternarize}}
  %0 = bnn.quantize %x scale %s : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.ternary>
  return
}

// -----

func.func @quantize_c5_zero_point(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{takes no zero point and is not narrow when its result is bipolar}}
  %0 = bnn.quantize %x scale %s {zero_points = array<i64: 1>} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.bipolar<2>>
  return
}

// -----

func.func @quantize_c5_narrow(%x: tensor<2x3xf32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{takes no zero point and is not narrow when its result is bipolar}}
  %0 = bnn.quantize %x scale %s {narrow} : tensor<2x3xf32>, tensor<1xf32> -> tensor<2x3x!bnn.bipolar<2>>
  return
}

// -----

func.func @quantize_c6_zero(%x: tensor<2xf32>) {
  %s = arith.constant dense<[1.0, 0.0]> : tensor<2xf32>
  // expected-error @+1 {{needs positive, finite scales, but has}}
  %0 = bnn.quantize %x scale %s : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c6_negative(%x: tensor<2xf32>) {
  %s = arith.constant dense<[1.0, -2.0]> : tensor<2xf32>
  // expected-error @+1 {{needs positive, finite scales, but has}}
  %0 = bnn.quantize %x scale %s : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c6_nan(%x: tensor<2xf32>) {
  %s = arith.constant dense<[1.0, 0x7FC00000]> : tensor<2xf32>
  // expected-error @+1 {{needs positive, finite scales, but has}}
  %0 = bnn.quantize %x scale %s : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.signed<4>>
  return
}

// -----

func.func @quantize_c6_infinite(%x: tensor<2xf32>) {
  %s = arith.constant dense<[1.0, 0x7F800000]> : tensor<2xf32>
  // expected-error @+1 {{needs positive, finite scales, but has}}
  %0 = bnn.quantize %x scale %s : tensor<2xf32>, tensor<2xf32> -> tensor<2x!bnn.signed<4>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.dequantize
//===----------------------------------------------------------------------===//

func.func @dequantize_c1(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1xf32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.dequantize %x scale %s : tensor<2x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<3x2xf32>
  return
}

// -----

func.func @dequantize_c2(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<3xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (2), but has 'tensor<3xf32>'}}
  %0 = bnn.dequantize %x scale %s : tensor<2x3x!bnn.signed<4>>, tensor<3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c2_axis(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<2xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (3), but has 'tensor<2xf32>'}}
  %0 = bnn.dequantize %x scale %s {axis = 1} : tensor<2x3x!bnn.signed<4>>, tensor<2xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c2_rank(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1x2xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (2), but has 'tensor<1x2xf32>'}}
  %0 = bnn.dequantize %x scale %s : tensor<2x3x!bnn.signed<4>>, tensor<1x2xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c3(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1xf32>) {
  // expected-error @+1 {{needs no zero point, one, or one per scale, but has 2}}
  %0 = bnn.dequantize %x scale %s {zero_points = array<i64: 1, 2>} : tensor<2x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c3_range(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has zero point 2147483648, beyond the range of i32}}
  %0 = bnn.dequantize %x scale %s {zero_points = array<i64: 2147483648>} : tensor<2x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c4(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has no dimension 2}}
  %0 = bnn.dequantize %x scale %s {axis = 2} : tensor<2x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_c4_negative(%x: tensor<2x3x!bnn.signed<4>>, %s: tensor<1xf32>) {
  // expected-error @+1 {{has no dimension -1}}
  %0 = bnn.dequantize %x scale %s {axis = -1} : tensor<2x3x!bnn.signed<4>>, tensor<1xf32> -> tensor<2x3xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.binarize
//===----------------------------------------------------------------------===//

func.func @binarize_c1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.binarize %x : tensor<2x3xf32> -> tensor<6x!bnn.bipolar<1>>
  return
}

// -----

func.func @binarize_c2(%x: tensor<2x3xf32>, %t: tensor<2xf32>) {
  // expected-error @+1 {{needs a threshold of one element or one per channel (3), but has 'tensor<2xf32>'}}
  %0 = bnn.binarize %x threshold %t : tensor<2xf32> : tensor<2x3xf32> -> tensor<2x3x!bnn.bipolar<1>>
  return
}

// -----

func.func @binarize_c3(%x: tensor<2xf32>) {
  // expected-error @+1 {{with zero mode 'ternary' cannot make codes of '!bnn.bipolar<1>'}}
  %0 = bnn.binarize %x {zero = #bnn.zero_mode<ternary>} : tensor<2xf32> -> tensor<2x!bnn.bipolar<1>>
  return
}

// -----

func.func @binarize_c3_ternary(%x: tensor<2xf32>) {
  // expected-error @+1 {{with zero mode 'plus' cannot make codes of '!bnn.ternary'}}
  %0 = bnn.binarize %x : tensor<2xf32> -> tensor<2x!bnn.ternary>
  return
}

// -----

func.func @binarize_c3_width(%x: tensor<2xf32>) {
  // expected-error @+1 {{with zero mode 'plus' cannot make codes of '!bnn.bipolar<2>'}}
  %0 = bnn.binarize %x : tensor<2xf32> -> tensor<2x!bnn.bipolar<2>>
  return
}

// -----

func.func @binarize_c3_signed(%x: tensor<2xf32>) {
  // expected-error @+1 {{with zero mode 'plus' cannot make codes of '!bnn.signed<1>'}}
  %0 = bnn.binarize %x : tensor<2xf32> -> tensor<2x!bnn.signed<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.ternarize
//===----------------------------------------------------------------------===//

func.func @ternarize_c1(%x: tensor<2xf32>, %d: tensor<1xf32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.ternarize %x dead_zone %d : tensor<2xf32>, tensor<1xf32> -> tensor<3x!bnn.ternary>
  return
}

// -----

func.func @ternarize_c1_type(%x: tensor<2xf32>, %d: tensor<1xf32>) {
  // expected-error @+1 {{needs a ternary result}}
  %0 = bnn.ternarize %x dead_zone %d : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<2>>
  return
}

// -----

func.func @ternarize_c2(%x: tensor<2xf32>, %d: tensor<3xf32>) {
  // expected-error @+1 {{needs a dead zone of one element or one per channel (2), but has 'tensor<3xf32>'}}
  %0 = bnn.ternarize %x dead_zone %d : tensor<2xf32>, tensor<3xf32> -> tensor<2x!bnn.ternary>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.conv2d
//===----------------------------------------------------------------------===//

func.func @conv2d_c1_rank(%x: tensor<4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input N×H×W×C and a filter O×KH×KW×C of rank 4}}
  %0 = bnn.conv2d %x, %w : tensor<4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c1(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs a filter of 8 input channels, but it has 4}}
  %0 = bnn.conv2d %x, %w : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x4x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c1_groups(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs a filter of 4 input channels, but it has 8}}
  %0 = bnn.conv2d %x, %w {groups = 2} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c2(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has 3 groups, which do not divide 8 input and 2 output channels}}
  %0 = bnn.conv2d %x, %w {groups = 3} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c2_output(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x2x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has 4 groups, which do not divide 8 input and 2 output channels}}
  %0 = bnn.conv2d %x, %w {groups = 4} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x2x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c2_zero(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has 0 groups, which do not divide 8 input and 2 output channels}}
  %0 = bnn.conv2d %x, %w {groups = 0} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c3(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two strides and two dilations of 1 to 2^31 - 1}}
  %0 = bnn.conv2d %x, %w {strides = array<i64: 1>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c3_zero(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two strides and two dilations of 1 to 2^31 - 1}}
  %0 = bnn.conv2d %x, %w {strides = array<i64: 0, 1>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c3_negative(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two strides and two dilations of 1 to 2^31 - 1}}
  %0 = bnn.conv2d %x, %w {dilations = array<i64: 1, -1>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c3_huge(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two strides and two dilations of 1 to 2^31 - 1}}
  %0 = bnn.conv2d %x, %w {dilations = array<i64: 9223372036854775807, 1>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c4(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs four pad entries that are not negative and give a padded image of at most 2^31 - 1 elements}}
  %0 = bnn.conv2d %x, %w {pad = array<i64: 0, 0>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c4_negative(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs four pad entries that are not negative and give a padded image of at most 2^31 - 1 elements}}
  %0 = bnn.conv2d %x, %w {pad = array<i64: -1, 0, 0, 0>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c4_huge(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs four pad entries that are not negative and give a padded image of at most 2^31 - 1 elements}}
  %0 = bnn.conv2d %x, %w {pad = array<i64: 0, 0, 9223372036854775807, 9223372036854775807>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c4_image(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs four pad entries that are not negative and give a padded image of at most 2^31 - 1 elements}}
  %0 = bnn.conv2d %x, %w {pad = array<i64: 0, 2000000000, 0, 2000000000>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c5(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs a pad value of -1, 0 or 1, but has 2}}
  %0 = bnn.conv2d %x, %w {pad_value = 2} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c6(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x5x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has a dilated filter larger than the padded image}}
  %0 = bnn.conv2d %x, %w : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x5x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c6_dilated(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has a dilated filter larger than the padded image}}
  %0 = bnn.conv2d %x, %w {dilations = array<i64: 1, 2>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c6_huge(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has a dilated filter larger than the padded image}}
  %0 = bnn.conv2d %x, %w {dilations = array<i64: 2147483647, 1>} : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @conv2d_c7(%x: tensor<1x1x1x131072x!bnn.signed<8>>, %w: tensor<2x1x1x131072x!bnn.unsigned<8>>) {
  // expected-error @+1 {{sums 131072 products of '!bnn.signed<8>' and '!bnn.unsigned<8>', which can pass the range of i32}}
  %0 = bnn.conv2d %x, %w : tensor<1x1x1x131072x!bnn.signed<8>>, tensor<2x1x1x131072x!bnn.unsigned<8>> -> tensor<1x1x1x2xi32>
  return
}

// -----

func.func @conv2d_result(%x: tensor<1x4x4x8x!bnn.bipolar<1>>, %w: tensor<2x3x3x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs a result of type 'tensor<1x2x2x2xi32>', but has 'tensor<1x4x4x2xi32>'}}
  %0 = bnn.conv2d %x, %w : tensor<1x4x4x8x!bnn.bipolar<1>>, tensor<2x3x3x8x!bnn.bipolar<1>> -> tensor<1x4x4x2xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.matmul
//===----------------------------------------------------------------------===//

func.func @matmul_c1(%a: tensor<8x!bnn.bipolar<1>>, %b: tensor<8x3x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs operands of rank 2 or more}}
  %0 = bnn.matmul %a, %b : tensor<8x!bnn.bipolar<1>>, tensor<8x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return
}

// -----

func.func @matmul_c1_rhs(%a: tensor<5x8x!bnn.bipolar<1>>, %b: tensor<8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs operands of rank 2 or more}}
  %0 = bnn.matmul %a, %b : tensor<5x8x!bnn.bipolar<1>>, tensor<8x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return
}

// -----

func.func @matmul_c2(%a: tensor<2x5x8x!bnn.bipolar<1>>, %b: tensor<3x8x3x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs equal batch dimensions, or a right operand of rank 2}}
  %0 = bnn.matmul %a, %b : tensor<2x5x8x!bnn.bipolar<1>>, tensor<3x8x3x!bnn.bipolar<1>> -> tensor<2x5x3xi32>
  return
}

// -----

func.func @matmul_c2_rank(%a: tensor<5x8x!bnn.bipolar<1>>, %b: tensor<2x8x3x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs equal batch dimensions, or a right operand of rank 2}}
  %0 = bnn.matmul %a, %b : tensor<5x8x!bnn.bipolar<1>>, tensor<2x8x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return
}

// -----

func.func @matmul_c3(%a: tensor<5x8x!bnn.bipolar<1>>, %b: tensor<7x3x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs operands of equal depth, but has 8 and 7}}
  %0 = bnn.matmul %a, %b : tensor<5x8x!bnn.bipolar<1>>, tensor<7x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return
}

// -----

func.func @matmul_c3_transposed(%a: tensor<5x8x!bnn.bipolar<1>>, %b: tensor<8x3x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs operands of equal depth, but has 5 and 3}}
  %0 = bnn.matmul %a, %b {transpose_lhs, transpose_rhs} : tensor<5x8x!bnn.bipolar<1>>, tensor<8x3x!bnn.bipolar<1>> -> tensor<5x3xi32>
  return
}

// -----

func.func @matmul_c4(%a: tensor<5x131072x!bnn.signed<8>>, %b: tensor<131072x3x!bnn.unsigned<8>>) {
  // expected-error @+1 {{sums 131072 products of '!bnn.signed<8>' and '!bnn.unsigned<8>', which can pass the range of i32}}
  %0 = bnn.matmul %a, %b : tensor<5x131072x!bnn.signed<8>>, tensor<131072x3x!bnn.unsigned<8>> -> tensor<5x3xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.scale
//===----------------------------------------------------------------------===//

func.func @scale_c1(%x: tensor<1x4x5x8xi32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{needs a scale of one element or one per channel (8), but has 'tensor<4xf32>'}}
  %0 = bnn.scale %x by %s : tensor<1x4x5x8xi32>, tensor<4xf32> -> tensor<1x4x5x8xf32>
  return
}

// -----

func.func @scale_c1_bias(%x: tensor<1x4x5x8xi32>, %s: tensor<8xf32>, %b: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a bias of one element or one per channel (8), but has 'tensor<2x4xf32>'}}
  %0 = bnn.scale %x by %s bias %b : tensor<1x4x5x8xi32>, tensor<8xf32>, tensor<2x4xf32> -> tensor<1x4x5x8xf32>
  return
}

// -----

func.func @scale_c2(%x: tensor<4x8xi32>, %s: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{needs a row and a column factor as long as dimensions 1 and 2 of a rank-4 input}}
  %0 = bnn.scale %x by %s row %r : tensor<4x8xi32>, tensor<8xf32> row tensor<4xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @scale_c2_row(%x: tensor<1x4x5x8xi32>, %s: tensor<8xf32>, %r: tensor<5xf32>) {
  // expected-error @+1 {{needs a row and a column factor as long as dimensions 1 and 2 of a rank-4 input}}
  %0 = bnn.scale %x by %s row %r : tensor<1x4x5x8xi32>, tensor<8xf32> row tensor<5xf32> -> tensor<1x4x5x8xf32>
  return
}

// -----

func.func @scale_c2_column(%x: tensor<1x4x5x8xi32>, %s: tensor<8xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{needs a row and a column factor as long as dimensions 1 and 2 of a rank-4 input}}
  %0 = bnn.scale %x by %s column %r : tensor<1x4x5x8xi32>, tensor<8xf32> column tensor<4xf32> -> tensor<1x4x5x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.threshold
//===----------------------------------------------------------------------===//

func.func @threshold_c1(%x: tensor<5x2xi32>, %t: tensor<2x1xi32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.threshold %x, %t : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<2x5x!bnn.bipolar<1>>
  return
}

// -----

func.func @threshold_c1_element(%x: tensor<5x2xi32>, %t: tensor<2x1xf32>) {
  // expected-error @+1 {{needs thresholds of the element type of its input}}
  %0 = bnn.threshold %x, %t : tensor<5x2xi32>, tensor<2x1xf32> -> tensor<5x2x!bnn.bipolar<1>>
  return
}

// -----

func.func @threshold_c2(%x: tensor<5x2xi32>, %t: tensor<2x1xi32>) {
  // expected-error @+1 {{needs thresholds 1×3 or 2×3, but has 'tensor<2x1xi32>'}}
  %0 = bnn.threshold %x, %t : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<5x2x!bnn.unsigned<2>>
  return
}

// -----

func.func @threshold_c2_rows(%x: tensor<5x2xi32>, %t: tensor<5x1xi32>) {
  // expected-error @+1 {{needs thresholds 1×1 or 2×1, but has 'tensor<5x1xi32>'}}
  %0 = bnn.threshold %x, %t : tensor<5x2xi32>, tensor<5x1xi32> -> tensor<5x2x!bnn.bipolar<1>>
  return
}

// -----

func.func @threshold_c2_rank(%x: tensor<5x2xi32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{needs thresholds 1×1 or 2×1, but has 'tensor<2xi32>'}}
  %0 = bnn.threshold %x, %t : tensor<5x2xi32>, tensor<2xi32> -> tensor<5x2x!bnn.bipolar<1>>
  return
}

// -----

func.func @threshold_c3(%x: tensor<5x2xi32>, %t: tensor<2x1xi32>) {
  // expected-error @+1 {{needs one 'descending' entry per row of thresholds, but has 1}}
  %0 = bnn.threshold %x, %t {descending = array<i1: true>} : tensor<5x2xi32>, tensor<2x1xi32> -> tensor<5x2x!bnn.bipolar<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.requantize
//===----------------------------------------------------------------------===//

func.func @requantize_c1(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 0>} : tensor<2x4xi32> -> tensor<4x2x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c1_type(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs a result that is unsigned, signed or i32}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 0>} : tensor<2x4xi32> -> tensor<2x4x!bnn.bipolar<4>>
  return
}

// -----

func.func @requantize_c2(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs one multiplier and shift, or one per channel (4), but has 2 and 2}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1, 1>, shifts = array<i32: 0, 0>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c2_lengths(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs one multiplier and shift, or one per channel (4), but has 4 and 1}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1, 1, 1, 1>, shifts = array<i32: 0>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c2_empty(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs one multiplier and shift, or one per channel (4), but has 0 and 0}}
  %0 = bnn.requantize %x {multipliers = array<i32>, shifts = array<i32>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c3_shift(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs shifts of 0 to 62}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 63>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c3_negative_shift(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{needs shifts of 0 to 62}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: -1>} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c4(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{has zero point 2147483648, beyond the range of i32}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 1>, zero_point = 2147483648} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c5(%x: tensor<2x4xi32>) {
  // expected-error @+1 {{has input zero point 1, but its input has none}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 1>, input_zero_point = 1} : tensor<2x4xi32> -> tensor<2x4x!bnn.signed<8>>
  return
}

// -----

func.func @requantize_c5_codes(%x: tensor<2x4x!bnn.signed<8>>) {
  // expected-error @+1 {{has input zero point -65536, but its input allows 65535 at most}}
  %0 = bnn.requantize %x {multipliers = array<i32: 1>, shifts = array<i32: 1>, input_zero_point = -65536} : tensor<2x4x!bnn.signed<8>> -> tensor<2x4xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.border_correct
//===----------------------------------------------------------------------===//

func.func @border_correct_c1(%x: tensor<1x4x5x2xi32>, %t: tensor<3x3x2xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %0 = bnn.border_correct %x, %t {border = array<i64: 1, 1>} : tensor<1x4x5x2xi32>, tensor<3x3x2xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c1_empty(%x: tensor<1x4x5x2xi32>, %t: tensor<3x3x2xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %0 = bnn.border_correct %x, %t {border = array<i64>} : tensor<1x4x5x2xi32>, tensor<3x3x2xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c1_negative(%x: tensor<1x4x5x2xi32>, %t: tensor<3x3x2xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %0 = bnn.border_correct %x, %t {border = array<i64: -1, 1, 1, 1>} : tensor<1x4x5x2xi32>, tensor<3x3x2xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c1_between(%x: tensor<1x4x5x2xi32>, %t: tensor<5x3x2xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %0 = bnn.border_correct %x, %t {border = array<i64: 2, 2, 1, 1>} : tensor<1x4x5x2xi32>, tensor<5x3x2xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c1_huge(%x: tensor<1x4x5x2xi32>, %t: tensor<3x3x2xi32>) {
  // expected-error @+1 {{needs four border extents that leave at least one row and one column between}}
  %0 = bnn.border_correct %x, %t {border = array<i64: 9223372036854775807, 9223372036854775807, 1, 1>} : tensor<1x4x5x2xi32>, tensor<3x3x2xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c2(%x: tensor<1x4x5x2xi32>, %t: tensor<3x3x3xi32>) {
  // expected-error @+1 {{needs a table 3×3×2, but has 'tensor<3x3x3xi32>'}}
  %0 = bnn.border_correct %x, %t {border = array<i64: 1, 1, 1, 1>} : tensor<1x4x5x2xi32>, tensor<3x3x3xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

func.func @border_correct_c2_rank(%x: tensor<1x4x5x2xi32>, %t: tensor<3x6xi32>) {
  // expected-error @+1 {{needs an input of rank 4 and a table of rank 3}}
  %0 = bnn.border_correct %x, %t {border = array<i64: 1, 1, 1, 1>} : tensor<1x4x5x2xi32>, tensor<3x6xi32> -> tensor<1x4x5x2xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.max_pool2d
//===----------------------------------------------------------------------===//

func.func @max_pool2d_c1(%x: tensor<4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input N×H×W×C of rank 4}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c2(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c2_zero(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 0>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c2_stride(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: -2, 2>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c2_huge(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs two kernel extents, strides and dilations of 1 to 2^31 - 1}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, dilations = array<i64: 9223372036854775807, 2>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c3(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs four pad entries}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 1, 1>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c3_negative(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs pad entries that are not negative and less than the dilated kernel}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, -1, 0, 0>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c3_large(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs pad entries that are not negative and less than the dilated kernel}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 2>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c4(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has a dilated kernel larger than the padded image}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 5, 2>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

func.func @max_pool2d_c4_huge(%x: tensor<1x4x4x8x!bnn.bipolar<1>>) {
  // expected-error @+1 {{has a dilated kernel larger than the padded image}}
  %0 = bnn.max_pool2d %x {kernel = array<i64: 2147483647, 2>, dilations = array<i64: 2147483647, 1>} : tensor<1x4x4x8x!bnn.bipolar<1>> -> tensor<1x2x2x8x!bnn.bipolar<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.softmax
//===----------------------------------------------------------------------===//

func.func @softmax_c1(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs an input and a result of the same shape}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>} : tensor<2x4xf32> -> tensor<4x2x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c1_type(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs an unsigned result and an input of rank 1 or more}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>} : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
  return
}

// -----

func.func @softmax_c1_rank(%x: tensor<f32>) {
  // expected-error @+1 {{needs an unsigned result and an input of rank 1 or more}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>} : tensor<f32> -> tensor<!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c2(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{in mode 'bool' gives one bit}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<2>>
  return
}

// -----

func.func @softmax_c2_ratio(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{in mode 'binary_ratio' gives one bit}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<binary_ratio>} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<2>>
  return
}

// -----

func.func @softmax_c3(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite logit scale}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>, logit_scale = 0.0 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c3_negative(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite logit scale}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>, logit_scale = -1.0 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c3_nan(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite logit scale}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>, logit_scale = 0x7FC00000 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c3_infinite(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite logit scale}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<bool>, logit_scale = 0x7F800000 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c4(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite output scale in mode 'uniform_max' and none in others}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<uniform_max>} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c4_other(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite output scale in mode 'uniform_max' and none in others}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<log2>, output_scale = 1.0 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

func.func @softmax_c4_zero(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{needs a positive, finite output scale in mode 'uniform_max' and none in others}}
  %0 = bnn.softmax %x {mode = #bnn.softmax_mode<uniform_max>, output_scale = 0.0 : f32} : tensor<2x4xf32> -> tensor<2x4x!bnn.unsigned<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.plane
//===----------------------------------------------------------------------===//

func.func @plane_c1(%x: tensor<4x!bnn.unsigned<2>>) {
  // expected-error @+1 {{has no plane 2 in codes of 2 bits}}
  %0 = bnn.plane %x {index = 2} : tensor<4x!bnn.unsigned<2>> -> tensor<4x!bnn.unsigned<1>>
  return
}

// -----

func.func @plane_c1_negative(%x: tensor<4x!bnn.ternary>) {
  // expected-error @+1 {{has no plane -1 in codes of 2 bits}}
  %0 = bnn.plane %x {index = -1} : tensor<4x!bnn.ternary> -> tensor<4x!bnn.unsigned<1>>
  return
}

// -----

func.func @plane_result(%x: tensor<4x!bnn.bipolar<2>>) {
  // expected-error @+1 {{needs a result of type 'tensor<4x!bnn.bipolar<1>>', but has 'tensor<4x!bnn.unsigned<1>>'}}
  %0 = bnn.plane %x {index = 0} : tensor<4x!bnn.bipolar<2>> -> tensor<4x!bnn.unsigned<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.pack and bnn.unpack
//===----------------------------------------------------------------------===//

func.func @pack_c1(%x: tensor<4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input without and a result with a storage layout}}
  %0 = bnn.pack %x : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>>
  return
}

// -----

func.func @pack_c1_input(%x: tensor<4x!bnn.bipolar<1>, #bnn.byte_codes>) {
  // expected-error @+1 {{needs an input without and a result with a storage layout}}
  %0 = bnn.pack %x : tensor<4x!bnn.bipolar<1>, #bnn.byte_codes> -> tensor<4x!bnn.bipolar<1>, #bnn.byte_codes>
  return
}

// -----

func.func @pack_c1_other(%x: tensor<4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input without and a result with a storage layout}}
  %0 = bnn.pack %x : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>, "other">
  return
}

// -----

func.func @pack_c2(%x: tensor<4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input and a result of the same shape and element type}}
  %0 = bnn.pack %x : tensor<4x!bnn.bipolar<1>> -> tensor<5x!bnn.bipolar<1>, #bnn.byte_codes>
  return
}

// -----

func.func @pack_c2_element(%x: tensor<4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input and a result of the same shape and element type}}
  %0 = bnn.pack %x : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.unsigned<1>, #bnn.byte_codes>
  return
}

// -----

func.func @unpack_c1(%x: tensor<4x!bnn.bipolar<1>>) {
  // expected-error @+1 {{needs an input with a storage layout}}
  %0 = bnn.unpack %x : tensor<4x!bnn.bipolar<1>> -> tensor<4x!bnn.bipolar<1>>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.bit_switch
//===----------------------------------------------------------------------===//

func.func @bit_switch_c1(%x: tensor<4x!bnn.unsigned<8>>, %bits: tensor<i32>) {
  // expected-error @+1 {{needs signed codes without a storage layout}}
  %0 = bnn.bit_switch %x, %bits : tensor<4x!bnn.unsigned<8>>, tensor<i32>
  return
}

// -----

func.func @bit_switch_c1_layout(%x: tensor<4x!bnn.signed<8>, #bnn.byte_codes>, %bits: tensor<i32>) {
  // expected-error @+1 {{needs signed codes without a storage layout}}
  %0 = bnn.bit_switch %x, %bits : tensor<4x!bnn.signed<8>, #bnn.byte_codes>, tensor<i32>
  return
}
