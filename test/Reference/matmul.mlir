// Runs bnn.matmul through the reference path; every expected value is worked out by hand.
//
// RUN: bnn-opt %s --bnn-reference=c-interface=false | %run_main | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // A = 1 2 3   B = 1  0
  //     4 5 6       0  1
  //                 1 -1
  %a = bnn.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8> as tensor<2x3x!bnn.unsigned<3>>
  %at = bnn.constant dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8> as tensor<3x2x!bnn.unsigned<3>>
  %b = bnn.constant dense<[[1, 0], [0, 1], [1, -1]]> : tensor<3x2xi8> as tensor<3x2x!bnn.ternary>
  %bt = bnn.constant dense<[[1, 0, 1], [0, 1, -1]]> : tensor<2x3xi8> as tensor<2x3x!bnn.ternary>
  
  %plain = bnn.matmul %a, %b
      : tensor<2x3x!bnn.unsigned<3>>, tensor<3x2x!bnn.ternary> -> tensor<2x2xi32>
  %plain_flat = tensor.collapse_shape %plain [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %plain_any = tensor.cast %plain_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%plain_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [4, -1, 10, -1]
  
  %rhs = bnn.matmul %a, %bt {transpose_rhs}
      : tensor<2x3x!bnn.unsigned<3>>, tensor<2x3x!bnn.ternary> -> tensor<2x2xi32>
  %rhs_flat = tensor.collapse_shape %rhs [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %rhs_any = tensor.cast %rhs_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%rhs_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [4, -1, 10, -1]
  
  %lhs = bnn.matmul %at, %b {transpose_lhs}
      : tensor<3x2x!bnn.unsigned<3>>, tensor<3x2x!bnn.ternary> -> tensor<2x2xi32>
  %lhs_flat = tensor.collapse_shape %lhs [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %lhs_any = tensor.cast %lhs_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%lhs_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [4, -1, 10, -1]
  
  %both = bnn.matmul %at, %bt {transpose_lhs, transpose_rhs}
      : tensor<3x2x!bnn.unsigned<3>>, tensor<2x3x!bnn.ternary> -> tensor<2x2xi32>
  %both_flat = tensor.collapse_shape %both [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  %both_any = tensor.cast %both_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%both_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [4, -1, 10, -1]

  // Two batches, then one right-hand side for both.
  %l = bnn.constant dense<[[[1, 2]], [[3, 4]]]> : tensor<2x1x2xi8> as tensor<2x1x2x!bnn.signed<4>>
  %r = bnn.constant dense<[[[1], [1]], [[1], [0]]]> : tensor<2x2x1xi8> as tensor<2x2x1x!bnn.bipolar<1>>
  %batched = bnn.matmul %l, %r : tensor<2x1x2x!bnn.signed<4>>, tensor<2x2x1x!bnn.bipolar<1>> -> tensor<2x1x1xi32>
  %batched_flat = tensor.collapse_shape %batched [[0, 1, 2]] : tensor<2x1x1xi32> into tensor<2xi32>
  %batched_any = tensor.cast %batched_flat : tensor<2xi32> to tensor<*xi32>
  call @printMemrefI32(%batched_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [3, -1]
  
  %s = bnn.constant dense<[[1, 0], [1, 1]]> : tensor<2x2xi8> as tensor<2x2x!bnn.unsigned<1>>
  %shared = bnn.matmul %l, %s {transpose_rhs}
      : tensor<2x1x2x!bnn.signed<4>>, tensor<2x2x!bnn.unsigned<1>> -> tensor<2x1x2xi32>
  %shared_flat = tensor.collapse_shape %shared [[0, 1, 2]] : tensor<2x1x2xi32> into tensor<4xi32>
  %shared_any = tensor.cast %shared_flat : tensor<4xi32> to tensor<*xi32>
  call @printMemrefI32(%shared_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, 3, 3, 7]

  // Two batch dimensions.
  %l4 = bnn.constant dense<[[[[1]], [[2]], [[3]]]]> : tensor<1x3x1x1xi8> as tensor<1x3x1x1x!bnn.signed<4>>
  %r4 = bnn.constant dense<[[[[1]], [[0]], [[1]]]]> : tensor<1x3x1x1xi8> as tensor<1x3x1x1x!bnn.bipolar<1>>
  %rank4 = bnn.matmul %l4, %r4 : tensor<1x3x1x1x!bnn.signed<4>>, tensor<1x3x1x1x!bnn.bipolar<1>> -> tensor<1x3x1x1xi32>
  %rank4_flat = tensor.collapse_shape %rank4 [[0, 1, 2, 3]] : tensor<1x3x1x1xi32> into tensor<3xi32>
  %rank4_any = tensor.cast %rank4_flat : tensor<3xi32> to tensor<*xi32>
  call @printMemrefI32(%rank4_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [1, -2, 3]

  // All match and all mismatch, 65 deep.
  %plus = bnn.constant dense<1> : tensor<1x65xi8> as tensor<1x65x!bnn.bipolar<1>>
  %minus = bnn.constant dense<0> : tensor<1x65xi8> as tensor<1x65x!bnn.bipolar<1>>
  %match = bnn.matmul %plus, %plus {transpose_rhs}
      : tensor<1x65x!bnn.bipolar<1>>, tensor<1x65x!bnn.bipolar<1>> -> tensor<1x1xi32>
  %match_flat = tensor.collapse_shape %match [[0, 1]] : tensor<1x1xi32> into tensor<1xi32>
  %match_any = tensor.cast %match_flat : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%match_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [65]
  
  %mismatch = bnn.matmul %plus, %minus {transpose_rhs}
      : tensor<1x65x!bnn.bipolar<1>>, tensor<1x65x!bnn.bipolar<1>> -> tensor<1x1xi32>
  %mismatch_flat = tensor.collapse_shape %mismatch [[0, 1]] : tensor<1x1xi32> into tensor<1xi32>
  %mismatch_any = tensor.cast %mismatch_flat : tensor<1xi32> to tensor<*xi32>
  call @printMemrefI32(%mismatch_any) : (tensor<*xi32>) -> ()
  // CHECK: data =
  // CHECK-NEXT: [-65]
  return
}
