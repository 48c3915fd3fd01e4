// RUN: bnn-opt %s --split-input-file --verify-diagnostics

// The generic form can say what the custom form cannot: attributes that are
// missing or of another kind, regions without blocks, other operand counts. Each
// is an error, never a crash.

func.func @missing_index(%x: tensor<4x!bnn.unsigned<2>>) {
  // expected-error @+1 {{requires attribute 'index'}}
  %0 = "bnn.plane"(%x) : (tensor<4x!bnn.unsigned<2>>) -> tensor<4x!bnn.unsigned<1>>
  return
}

// -----

func.func @missing_codes() {
  // expected-error @+1 {{requires attribute 'codes'}}
  %0 = "bnn.constant"() : () -> tensor<4x!bnn.unsigned<2>>
  return
}

// -----

func.func @missing_border(%x: tensor<1x2x2x1xi32>, %t: tensor<1x1x1xi32>) {
  // expected-error @+1 {{requires attribute 'border'}}
  %0 = "bnn.border_correct"(%x, %t) : (tensor<1x2x2x1xi32>, tensor<1x1x1xi32>) -> tensor<1x2x2x1xi32>
  return
}

// -----

func.func @missing_kernel(%x: tensor<1x2x2x1x!bnn.ternary>) {
  // expected-error @+1 {{requires attribute 'kernel'}}
  %0 = "bnn.max_pool2d"(%x) : (tensor<1x2x2x1x!bnn.ternary>) -> tensor<1x2x2x1x!bnn.ternary>
  return
}

// -----

func.func @missing_multipliers(%x: tensor<2xi32>) {
  // expected-error @+1 {{requires attribute 'multipliers'}}
  %0 = "bnn.requantize"(%x) {shifts = array<i32: 1>} : (tensor<2xi32>) -> tensor<2x!bnn.signed<8>>
  return
}

// -----

func.func @missing_mode(%x: tensor<2xi32>) {
  // expected-error @+1 {{requires attribute 'mode'}}
  %0 = "bnn.softmax"(%x) : (tensor<2xi32>) -> tensor<2x!bnn.unsigned<1>>
  return
}

// -----

func.func @strides_of_another_kind(%x: tensor<1x4x4x8x!bnn.ternary>, %w: tensor<2x3x3x8x!bnn.ternary>) {
  // expected-error @+1 {{attribute 'strides' failed to satisfy constraint: i64 dense array attribute}}
  %0 = "bnn.conv2d"(%x, %w) {strides = "two"} : (tensor<1x4x4x8x!bnn.ternary>, tensor<2x3x3x8x!bnn.ternary>) -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @index_of_another_width(%x: tensor<4x!bnn.unsigned<2>>) {
  // expected-error @+1 {{attribute 'index' failed to satisfy constraint: 64-bit integer attribute}}
  %0 = "bnn.plane"(%x) {index = 1 : i128} : (tensor<4x!bnn.unsigned<2>>) -> tensor<4x!bnn.unsigned<1>>
  return
}

// -----

func.func @no_operands() {
  // expected-error @+1 {{expected 2 operands, but found 0}}
  %0 = "bnn.conv2d"() : () -> tensor<1x2x2x2xi32>
  return
}

// -----

func.func @operand_types(%x: index, %w: memref<4x4xf32>) {
  // expected-error @+1 {{operand #0 must be tensor of codes of static shape with 1 to 2^31 - 1 elements, but got 'index'}}
  %0 = "bnn.matmul"(%x, %w) : (index, memref<4x4xf32>) -> tensor<1x2xi32>
  return
}

// -----

func.func @result_type(%x: tensor<4x4x!bnn.ternary>) {
  // expected-error @+1 {{result #0 must be tensor of i32 of static shape with 1 to 2^31 - 1 elements, but got 'vector<4x4xi32>'}}
  %0 = "bnn.matmul"(%x, %x) : (tensor<4x4x!bnn.ternary>, tensor<4x4x!bnn.ternary>) -> vector<4x4xi32>
  return
}

// -----

func.func @scale_segments(%x: tensor<4x4xi32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{'operandSegmentSizes'}}
  %0 = "bnn.scale"(%x, %s) {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>} : (tensor<4x4xi32>, tensor<4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @kernel_segments(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{'operandSegmentSizes'}}
  %0 = "bnn.map_kernel"(%x) ({
    bnn.yield
  }) {operandSegmentSizes = array<i32: -1, 2>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = []}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @kernel_without_attributes(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{requires attribute}}
  %0 = "bnn.map_kernel"(%x) ({
    bnn.yield
  }) {operandSegmentSizes = array<i32: 0, 1>} : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @pool_kernel_without_attributes(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{requires attribute}}
  %0 = "bnn.pool_kernel"(%x, %x) : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @contract_kernel_without_attributes(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{requires attribute}}
  %0 = "bnn.contract_kernel"(%x, %x, %x) ({
    bnn.yield
  }) {operandSegmentSizes = array<i32: 1, 1, 0, 0, 1>} : (tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>, tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @region_without_block(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{region with 1 blocks}}
  %0 = "bnn.map_kernel"(%x) ({
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @block_without_operation(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{expects a non-empty block}}
  %0 = "bnn.map_kernel"(%x) ({
  ^bb0:
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @block_without_terminator(%x: tensor<1x1x1x4xi8>) {
  %0 = "bnn.map_kernel"(%x) ({
    // expected-error @+1 {{block with no terminator}}
    %one = arith.constant 1 : i8
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @other_terminator(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+2 {{expects regions to end with 'bnn.yield'}}
  // expected-note @+1 {{the absence of terminator implies 'bnn.yield'}}
  %0 = "bnn.map_kernel"(%x) ({
    "llvm.unreachable"() : () -> ()
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @two_blocks(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{expects region #0 to have 0 or 1 blocks}}
  %0 = "bnn.map_kernel"(%x) ({
    bnn.yield
  ^bb1:
    bnn.yield
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @maps_of_another_kind(%x: tensor<1x1x1x4xi8>) {
  // expected-error @+1 {{attribute 'param_maps' failed to satisfy constraint: AffineMap array attribute}}
  %0 = "bnn.map_kernel"(%x) ({
    bnn.yield
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [1], param_layouts = [], output_layouts = [unit]}
    : (tensor<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

func.func @kernel_on_scalars(%x: i8) {
  // expected-error @+1 {{operand #0 must be variadic of tensor or memref}}
  "bnn.map_kernel"(%x) ({
    bnn.yield
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]} : (i8) -> ()
  return
}

// -----

func.func @results_on_memrefs(%x: memref<1x1x1x4xi8>) {
  // expected-error @+1 {{expected the number of tensor results (1) to be equal to the number of output tensors (0)}}
  %0 = "bnn.map_kernel"(%x) ({
    %one = arith.constant 1 : i8
    bnn.yield %one : i8
  }) {operandSegmentSizes = array<i32: 0, 1>, shape = array<i64: 1, 1, 1, 4>, param_maps = [], param_layouts = [], output_layouts = [unit]} : (memref<1x1x1x4xi8>) -> tensor<1x1x1x4xi8>
  return
}

// -----

// A use before the definition, of a constant that is itself malformed.
module {
  builtin.module {
    %x = tensor.empty() : tensor<2xf32>
    %q = bnn.quantize %x scale %s : tensor<2xf32>, tensor<1xf32> -> tensor<2x!bnn.signed<4>>
    // expected-error @+1 {{requires attribute 'value'}}
    %s = "arith.constant"() : () -> tensor<1xf32>
  }
}

// -----

// expected-error @+1 {{unknown  type `quaternary` in dialect `bnn`}}
func.func private @no_such_type(!bnn.quaternary)

// -----

// expected-error @+2 {{expected integer value}}
// expected-error @+1 {{failed to parse BNN_BipolarType parameter 'width'}}
func.func private @no_width(!bnn.bipolar<one>)

// -----

// expected-error @+1 {{unknown attribute `bit_unpacked` in dialect `bnn`}}
func.func private @no_such_attribute() attributes {a = #bnn.bit_unpacked}

// -----

// expected-error @+2 {{expected ::bnn::Rounding to be one of: half_even, half_away}}
// expected-error @+1 {{failed to parse BNN_RoundingAttr parameter 'value'}}
func.func private @no_such_case() attributes {a = #bnn.rounding<half_hearted>}
