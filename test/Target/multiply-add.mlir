// The multiply-adds as instructions of targets that have one, and as generic code, which runs here on every host.
// RUN: split-file %s %t
// RUN: cat %t/v1.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,SSE2
// RUN: cat %t/v3.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: cat %t/vnni.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: cat %t/avxvnni.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,AVXVNNI
// RUN: cat %t/neon.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: cat %t/dotprod.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,DOTPROD
// RUN: cat %t/i8mm.mlir %t/ops.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,I8MM
// RUN: cat %t/neon.mlir %t/run.mlir | bnn-opt --bnn-lower-target-ops --convert-vector-to-scf --convert-scf-to-cf \
// RUN:   --convert-vector-to-llvm --convert-arith-to-llvm --convert-cf-to-llvm \
// RUN:   --convert-index-to-llvm --convert-func-to-llvm --reconcile-unrealized-casts | %run_main | FileCheck %s --check-prefix=EXEC

// CHECK-LABEL: @bytes
// SSE2: vector.shuffle %{{.*}} [0, 2, 4,
// SSE2: arith.extui %{{.*}} : vector<32xi8> to vector<32xi16>
// SSE2: arith.extsi %{{.*}} : vector<32xi8> to vector<32xi16>
// AVX2-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%{{.*}}) : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"(%{{.*}}) : (vector<64xi8>, vector<64xi8>) -> vector<32xi16>
// NEON: arith.muli %{{.*}} : vector<32xi16>

// CHECK-LABEL: @words
// SSE2-COUNT-4: llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"(%{{.*}}) : (vector<8xi16>, vector<8xi16>) -> vector<4xi32>
// AVX2-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"
// NEON: arith.muli %{{.*}} : vector<16xi32>

// The accumulator comes first in the intrinsics.
// CHECK-LABEL: @dot_unsigned
// CHECK-SAME: (%[[A:.*]]: vector<64xi8>, %[[B:.*]]: vector<64xi8>, %[[ACC:.*]]: vector<16xi32>)
// SSE2-COUNT-4: arith.muli
// AVX2-COUNT-4: arith.muli
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[ACC]], %[[A]], %[[B]]) : (vector<16xi32>, vector<64xi8>, vector<64xi8>)
// AVXVNNI-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// NEON-COUNT-4: arith.muli
// I8MM-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.usdot.v4i32.v16i8"

// CHECK-LABEL: @dot_signed
// SSE2-COUNT-8: arith.extsi
// DOTPROD-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"

// CHECK-LABEL: @matmul
// NEON-COUNT-8: arith.muli
// I8MM-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.smmla.v4i32.v16i8"

// 255·(-128) + 1·0 and 3·4 + 5·(-6)
// EXEC: ( -32640, -18 )
// 100·100 + 0 + 7·(-1) + 1·1, + 1000
// EXEC: ( 10994 )
// Rows (1, …, 8) and (-1, 0, …) by columns (1, …, 1) and (0, …, 0, 2), + (10, 20, 30, 40)
// EXEC: ( 46, 36, 29, 40 )

//--- v1.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">} {
//--- v3.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
//--- vnni.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "znver4">} {
//--- avxvnni.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "alderlake">} {
//--- neon.mlir
module attributes {bnn.target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "cortex-a53">} {
//--- dotprod.mlir
module attributes {bnn.target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "cortex-a76">} {
//--- i8mm.mlir
module attributes {bnn.target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "neoverse-v1">} {
//--- ops.mlir
func.func @bytes(%a: vector<64xi8>, %b: vector<64xi8>) -> vector<32xi16> {
  %r = bnn.multiply_add_bytes %a, %b : vector<64xi8> -> vector<32xi16>
  return %r : vector<32xi16>
}
func.func @words(%a: vector<32xi16>, %b: vector<32xi16>) -> vector<16xi32> {
  %r = bnn.multiply_add_words %a, %b : vector<32xi16> -> vector<16xi32>
  return %r : vector<16xi32>
}
func.func @dot_unsigned(%a: vector<64xi8>, %b: vector<64xi8>, %acc: vector<16xi32>) -> vector<16xi32> {
  %r = bnn.dot_bytes %a, %b, %acc {unsigned_lhs} : vector<64xi8>, vector<16xi32>
  return %r : vector<16xi32>
}
func.func @dot_signed(%a: vector<64xi8>, %b: vector<64xi8>, %acc: vector<16xi32>) -> vector<16xi32> {
  %r = bnn.dot_bytes %a, %b, %acc : vector<64xi8>, vector<16xi32>
  return %r : vector<16xi32>
}
func.func @matmul(%a: vector<64xi8>, %b: vector<64xi8>, %acc: vector<16xi32>) -> vector<16xi32> {
  %r = bnn.matmul_bytes %a, %b, %acc : vector<64xi8>, vector<16xi32>
  return %r : vector<16xi32>
}
}
//--- run.mlir
func.func @main() {
  %a = arith.constant dense<[255, 1, 3, 5]> : vector<4xi8>
  %b = arith.constant dense<[-128, 0, 4, -6]> : vector<4xi8>
  %pairs = bnn.multiply_add_bytes %a, %b : vector<4xi8> -> vector<2xi16>
  %wide = arith.extsi %pairs : vector<2xi16> to vector<2xi32>
  vector.print %wide : vector<2xi32>
  %c = arith.constant dense<[100, 0, 7, 1]> : vector<4xi8>
  %d = arith.constant dense<[100, 5, -1, 1]> : vector<4xi8>
  %thousand = arith.constant dense<1000> : vector<1xi32>
  %dot = bnn.dot_bytes %c, %d, %thousand : vector<4xi8>, vector<1xi32>
  vector.print %dot : vector<1xi32>
  %rows = arith.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, -1, 0, 0, 0, 0, 0, 0, 0]> : vector<16xi8>
  %columns = arith.constant dense<[1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2]> : vector<16xi8>
  %acc = arith.constant dense<[10, 20, 30, 40]> : vector<4xi32>
  %product = bnn.matmul_bytes %rows, %columns, %acc : vector<16xi8>, vector<4xi32>
  vector.print %product : vector<4xi32>
  return
}
}
