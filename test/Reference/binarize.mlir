// RUN: bnn-opt %s --bnn-reference | mlir-runner -e main --entry-point-result=void --shared-libs=%mlir_lib_dir/libmlir_runner_utils%shlibext,%mlir_lib_dir/libmlir_c_runner_utils%shlibext | FileCheck %s

func.func private @printMemrefI32(%t: tensor<*xi32>) attributes {llvm.emit_c_interface}

func.func @main() {
  // -1, -0, +0, 1, NaN, -NaN, -inf, inf
  %x = arith.constant dense<[-1.0, -0.0, 0.0, 1.0, 0x7FC00000, 0xFFC00000, 0xFF800000, 0x7F800000]> : tensor<8xf32>

  // CHECK: data =
  // CHECK-NEXT: [-1, 1, 1, 1, -1, -1, -1, 1]
  %plus = bnn.binarize %x {zero = #bnn.zero_mode<plus>} : tensor<8xf32> -> tensor<8x!bnn.bipolar<1>>
  call @print8b(%plus) : (tensor<8x!bnn.bipolar<1>>) -> ()
  return
}

func.func private @print8b(%t: tensor<8x!bnn.bipolar<1>>) {
  %v = builtin.unrealized_conversion_cast %t : tensor<8x!bnn.bipolar<1>> to tensor<8xi32>
  %u = tensor.cast %v : tensor<8xi32> to tensor<*xi32>
  call @printMemrefI32(%u) : (tensor<*xi32>) -> ()
  return
}
