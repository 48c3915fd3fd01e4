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
