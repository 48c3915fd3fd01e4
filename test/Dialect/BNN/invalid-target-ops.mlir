// RUN: bnn-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// bnn.table_lookup
//===----------------------------------------------------------------------===//

func.func @table_lookup_c1(%table: vector<8xi8>, %i: vector<8xi8>) {
  // expected-error @+1 {{operand #0 must be vector of 8-bit signless integer values of length 16}}
  %0 = bnn.table_lookup %table[%i] : vector<8xi8>, vector<8xi8>
  return
}

// -----

func.func @table_lookup_c2(%table: vector<16xi8>, %i: vector<8xi8>) {
  // expected-error @+1 {{all of {indices, result} have same type}}
  %0 = "bnn.table_lookup"(%table, %i) : (vector<16xi8>, vector<8xi8>) -> vector<16xi8>
  return
}

// -----

func.func @table_lookup_c2_element(%table: vector<16xi8>, %i: vector<8xi16>) {
  // expected-error @+1 {{operand #1 must be}}
  %0 = bnn.table_lookup %table[%i] : vector<16xi8>, vector<8xi16>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.rounding_average
//===----------------------------------------------------------------------===//

func.func @rounding_average_c1(%a: vector<16xi8>, %b: vector<8xi8>) {
  // expected-error @+1 {{requires the same type for all operands and results}}
  %0 = "bnn.rounding_average"(%a, %b) : (vector<16xi8>, vector<8xi8>) -> vector<16xi8>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.compute_together
//===----------------------------------------------------------------------===//

func.func @compute_together_c1(%a: vector<8xf32>, %b: vector<8xf32>) {
  // expected-error @+1 {{failed to verify that all of {inputs, results} have same type}}
  %0:2 = "bnn.compute_together"(%a, %b) : (vector<8xf32>, vector<8xf32>) -> (vector<8xf32>, vector<4xf32>)
  return
}

// -----

func.func @compute_together_c1_number(%a: vector<8xf32>, %b: vector<8xf32>) {
  // expected-error @+1 {{failed to verify that all of {inputs, results} have same type}}
  %0 = "bnn.compute_together"(%a, %b) : (vector<8xf32>, vector<8xf32>) -> vector<8xf32>
  return
}

// -----

func.func @compute_together_c1_floats(%a: vector<8xi32>, %b: vector<8xi32>) {
  // expected-error @+1 {{operand #0 must be variadic of vector of floating-point values}}
  %0:2 = bnn.compute_together %a, %b : vector<8xi32>, vector<8xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.pairwise_sum
//===----------------------------------------------------------------------===//

func.func @pairwise_sum_c1(%a: vector<16xi16>) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = bnn.pairwise_sum %a : vector<16xi16> -> vector<8xi16>
  return
}

// -----

func.func @pairwise_sum_c1_result(%a: vector<16xi8>) {
  // expected-error @+1 {{result #0 must be}}
  %0 = bnn.pairwise_sum %a : vector<16xi8> -> vector<8xi32>
  return
}

// -----

func.func @pairwise_sum_c2(%a: vector<15xi8>) {
  // expected-error @+1 {{the result has half as many elements as the input}}
  %0 = bnn.pairwise_sum %a : vector<15xi8> -> vector<7xi16>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.multiply_add_bytes
//===----------------------------------------------------------------------===//

func.func @multiply_add_bytes_c1(%a: vector<16xi8>, %b: vector<8xi8>) {
  // expected-error @+1 {{all of {lhs, rhs} have same type}}
  %0 = "bnn.multiply_add_bytes"(%a, %b) : (vector<16xi8>, vector<8xi8>) -> vector<8xi16>
  return
}

// -----

func.func @multiply_add_bytes_c1_result(%a: vector<16xi8>) {
  // expected-error @+1 {{each element of 'result' is a sum of 2 products}}
  %0 = bnn.multiply_add_bytes %a, %a : vector<16xi8> -> vector<4xi16>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.multiply_add_words
//===----------------------------------------------------------------------===//

func.func @multiply_add_words_c1(%a: vector<16xi16>, %b: vector<8xi16>) {
  // expected-error @+1 {{all of {lhs, rhs} have same type}}
  %0 = "bnn.multiply_add_words"(%a, %b) : (vector<16xi16>, vector<8xi16>) -> vector<8xi32>
  return
}

// -----

func.func @multiply_add_words_c1_result(%a: vector<16xi16>) {
  // expected-error @+1 {{each element of 'result' is a sum of 2 products}}
  %0 = bnn.multiply_add_words %a, %a : vector<16xi16> -> vector<4xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.dot_bytes
//===----------------------------------------------------------------------===//

func.func @dot_bytes_c1(%a: vector<16xi8>, %b: vector<32xi8>, %acc: vector<4xi32>) {
  // expected-error @+1 {{all of {lhs, rhs} have same type}}
  %0 = "bnn.dot_bytes"(%a, %b, %acc) : (vector<16xi8>, vector<32xi8>, vector<4xi32>) -> vector<4xi32>
  return
}

// -----

func.func @dot_bytes_c1_result(%a: vector<16xi8>, %acc: vector<8xi32>) {
  // expected-error @+1 {{each element of 'result' is a sum of 4 products}}
  %0 = bnn.dot_bytes %a, %a, %acc : vector<16xi8>, vector<8xi32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// bnn.matmul_bytes
//===----------------------------------------------------------------------===//

func.func @matmul_bytes_c1(%a: vector<16xi8>, %b: vector<32xi8>, %acc: vector<4xi32>) {
  // expected-error @+1 {{all of {lhs, rhs} have same type}}
  %0 = "bnn.matmul_bytes"(%a, %b, %acc) : (vector<16xi8>, vector<32xi8>, vector<4xi32>) -> vector<4xi32>
  return
}

// -----

func.func @matmul_bytes_c1_result(%a: vector<16xi8>, %acc: vector<8xi32>) {
  // expected-error @+1 {{each element of 'result' is a sum of 4 products}}
  %0 = bnn.matmul_bytes %a, %a, %acc : vector<16xi8>, vector<8xi32>
  return
}

// -----

func.func @matmul_bytes_c1_matrices(%a: vector<24xi8>, %acc: vector<6xi32>) {
  // expected-error @+1 {{'lhs' is whole matrices of sixteen bytes}}
  %0 = bnn.matmul_bytes %a, %a, %acc : vector<24xi8>, vector<6xi32>
  return
}
