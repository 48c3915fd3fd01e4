// Each op of the target ops as instructions of targets that have one, and as generic code.
// RUN: split-file %s %t
// RUN: cat %t/v3.mlir %t/ops.mlir %t/end.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: cat %t/v4.mlir %t/ops.mlir %t/end.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: cat %t/v2.mlir %t/ops.mlir %t/end.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,SSE
// RUN: cat %t/v1.mlir %t/ops.mlir %t/end.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,SSE2
// RUN: cat %t/neon.mlir %t/ops.mlir %t/end.mlir | bnn-opt --bnn-lower-target-ops | FileCheck %s --check-prefixes=CHECK,NEON

// CHECK-LABEL: func.func @lookup
// AVX2-SAME: (%[[TABLE:.*]]: vector<16xi8>, %[[INDICES:.*]]: vector<64xi8>)
// AVX2: %[[LOW:.*]] = vector.extract_strided_slice %[[INDICES]] {offsets = [0], sizes = [32]
// AVX2: %[[TABLES:.*]] = vector.shuffle %[[TABLE]], %[[TABLE]] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1,
// AVX2: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"(%[[TABLES]], %[[LOW]]) : (vector<32xi8>, vector<32xi8>) -> vector<32xi8>
// AVX2: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// AVX2-NOT: pshuf
// AVX512: %[[TABLES:.*]] = vector.shuffle
// AVX512: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pshuf.b.512"(%[[TABLES]], %{{.*}}) : (vector<64xi8>, vector<64xi8>) -> vector<64xi8>
// AVX512: return %[[R]]
// SSE-COUNT-4: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"
// SSE-NOT: pshuf
// SSE2-NOT: pshuf
// SSE2: scf.for
// SSE2: vector.extract %{{.*}}[%{{.*}}] : i8 from vector<64xi8>
// SSE2: vector.extract %{{.*}}[%{{.*}}] : i8 from vector<16xi8>
// SSE2: vector.insert
// NEON-COUNT-4: llvm.call_intrinsic "llvm.aarch64.neon.tbl1.v16i8"

// A tail fills half of a smaller register.
// CHECK-LABEL: func.func @lookup_tail
// AVX2: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// AVX2: %[[REST:.*]] = vector.extract_strided_slice %{{.*}} {offsets = [32], sizes = [8]
// AVX2: %[[FULL:.*]] = vector.insert_strided_slice %[[REST]], %{{.*}} : vector<8xi8> into vector<16xi8>
// AVX2: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"(%{{.*}}, %[[FULL]])
// AVX512: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// AVX512: llvm.call_intrinsic "llvm.x86.ssse3.pshuf.b.128"
// NEON-COUNT-3: llvm.call_intrinsic "llvm.aarch64.neon.tbl1.v16i8"
// CHECK: return %{{.*}} : vector<40xi8>

// CHECK-LABEL: func.func @average
// AVX2-SAME: (%[[A:.*]]: vector<32xi8>, %[[B:.*]]: vector<32xi8>)
// AVX2-NEXT: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pavg.b"(%[[A]], %[[B]])
// AVX512: llvm.call_intrinsic "llvm.x86.avx2.pavg.b"
// SSE-COUNT-2: llvm.call_intrinsic "llvm.x86.sse2.pavg.b"
// SSE2-COUNT-2: llvm.call_intrinsic "llvm.x86.sse2.pavg.b"
// NEON-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.urhadd.v16i8"

// CHECK-LABEL: func.func @average_tail
// SSE2: vector.insert_strided_slice %{{.*}} : vector<8xi8> into vector<16xi8>
// SSE2: llvm.call_intrinsic "llvm.x86.sse2.pavg.b"
// CHECK: return %{{.*}} : vector<8xi8>

// CHECK-LABEL: func.func @pairwise_sum
// SSE2: vector.bitcast %{{.*}} : vector<40xi8> to vector<20xi16>
// SSE2: arith.andi
// SSE2: arith.shrui
// SSE2: arith.addi
// AVX2: vector.bitcast %{{.*}} : vector<40xi8> to vector<20xi16>
// AVX2: arith.andi
// AVX2: arith.shrui
// AVX2: arith.addi
// NEON-COUNT-2: llvm.call_intrinsic "llvm.aarch64.neon.uaddlp.v8i16.v16i8"(%{{.*}}) : (vector<16xi8>) -> vector<8xi16>
// NEON: vector.insert_strided_slice %{{.*}} : vector<8xi8> into vector<16xi8>
// NEON: llvm.call_intrinsic "llvm.aarch64.neon.uaddlp.v8i16.v16i8"
// CHECK: return %{{.*}} : vector<20xi16>

// One piece of inline assembly without an instruction where the vectors are registers, nothing elsewhere.
// CHECK-LABEL: func.func @together
// CHECK-SAME: (%[[A:.*]]: vector<8xf32>, %[[B:.*]]: vector<8xf32>, %[[C:.*]]: vector<4xf32>, %[[D:.*]]: vector<4xf32>)
// AVX2: %[[S:.*]] = llvm.inline_asm "", "=v,=v,0,1" %[[A]], %[[B]] : (vector<8xf32>, vector<8xf32>) -> !llvm.struct<(vector<8xf32>, vector<8xf32>)>
// AVX2: %[[P:.*]] = llvm.extractvalue %[[S]][0]
// AVX2: %[[Q:.*]] = llvm.extractvalue %[[S]][1]
// AVX2: llvm.inline_asm "", "=v,=v,0,1" %[[C]], %[[D]]
// AVX2: return %[[P]], %[[Q]]
// AVX512: llvm.inline_asm "", "=v,=v,0,1" %[[C]], %[[D]]
// SSE: llvm.inline_asm "", "=v,=v,0,1" %[[C]], %[[D]]
// SSE2: llvm.inline_asm "", "=v,=v,0,1" %[[C]], %[[D]]
// NEON: return %[[A]], %[[B]], %[[C]], %[[D]]
// CHECK-LABEL: func.func @together_others
// CHECK-NOT: inline_asm
// CHECK: return

//--- v1.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">} {
//--- v2.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v2">} {
//--- v3.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {
//--- v4.mlir
module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4">} {
//--- neon.mlir
module attributes {bnn.target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "cortex-a53">} {
//--- ops.mlir
func.func @lookup(%table: vector<16xi8>, %indices: vector<64xi8>) -> vector<64xi8> {
  %r = bnn.table_lookup %table[%indices] : vector<16xi8>, vector<64xi8>
  return %r : vector<64xi8>
}
func.func @lookup_tail(%table: vector<16xi8>, %indices: vector<40xi8>) -> vector<40xi8> {
  %r = bnn.table_lookup %table[%indices] : vector<16xi8>, vector<40xi8>
  return %r : vector<40xi8>
}
func.func @average(%a: vector<32xi8>, %b: vector<32xi8>) -> vector<32xi8> {
  %r = bnn.rounding_average %a, %b : vector<32xi8>
  return %r : vector<32xi8>
}
func.func @average_tail(%a: vector<8xi8>, %b: vector<8xi8>) -> vector<8xi8> {
  %r = bnn.rounding_average %a, %b : vector<8xi8>
  return %r : vector<8xi8>
}
func.func @pairwise_sum(%a: vector<40xi8>) -> vector<20xi16> {
  %r = bnn.pairwise_sum %a : vector<40xi8> -> vector<20xi16>
  return %r : vector<20xi16>
}
func.func @together(%a: vector<8xf32>, %b: vector<8xf32>, %c: vector<4xf32>, %d: vector<4xf32>)
    -> (vector<8xf32>, vector<8xf32>, vector<4xf32>, vector<4xf32>) {
  %p:2 = bnn.compute_together %a, %b : vector<8xf32>, vector<8xf32>
  %q:2 = bnn.compute_together %c, %d : vector<4xf32>, vector<4xf32>
  return %p#0, %p#1, %q#0, %q#1 : vector<8xf32>, vector<8xf32>, vector<4xf32>, vector<4xf32>
}
func.func @together_others(%a: vector<2xf32>, %b: vector<4xf32>, %c: vector<8xf64>, %d: vector<2x4xf32>)
    -> (vector<2xf32>, vector<4xf32>, vector<8xf64>, vector<4xf32>, vector<2x4xf32>) {
  %p:3 = bnn.compute_together %a, %b, %c : vector<2xf32>, vector<4xf32>, vector<8xf64>
  %q = bnn.compute_together %b : vector<4xf32>
  %r:2 = bnn.compute_together %d, %d : vector<2x4xf32>, vector<2x4xf32>
  return %p#0, %p#1, %p#2, %q, %r#0 : vector<2xf32>, vector<4xf32>, vector<8xf64>, vector<4xf32>, vector<2x4xf32>
}
//--- end.mlir
}
