// What counts the bits on each instruction set, and that the weights of a single row are asked for early.
// RUN: split-file %s %t
// RUN: bnnc compile %t/rows.mlir --target=x86-64 --cpu=znver4 --emit=asm -o - | FileCheck %s --check-prefix=VPOPCNTDQ
// RUN: bnnc compile %t/rows.mlir --target=x86-64 --cpu=znver4 --features=-avx512vpopcntdq --emit=asm -o - | FileCheck %s --check-prefix=BITALG
// RUN: bnnc compile %t/rows.mlir --target=x86-64 --cpu=icelake-client --emit=asm -o - | FileCheck %s --check-prefix=VL
// RUN: bnnc compile %t/rows.mlir --target=x86-64 --cpu=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=AVX2
// RUN: bnnc compile %t/rows.mlir --target=x86-64 --emit=asm -o - | FileCheck %s --check-prefix=SSE2
// RUN: bnnc compile %t/rows.mlir --target=aarch64 --emit=asm -o - | FileCheck %s --check-prefix=NEON
// RUN: bnnc compile %t/one-row.mlir --target=x86-64 --cpu=x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=X86-ROW
// RUN: bnnc compile %t/one-row.mlir --target=aarch64 --emit=asm -o - | FileCheck %s --check-prefix=ARM-ROW

// VPOPCNTDQ: vpopcntd {{.*}}%zmm
// VPOPCNTDQ-NOT: vpshufb
// VPOPCNTDQ-NOT: prefetch

// BITALG: vpopcntb {{.*}}%zmm
// BITALG-NOT: vpshufb

// VL: vpopcntd {{.*}}%ymm

// AVX2: vpshufb {{.*}}%ymm
// AVX2-NOT: vpopcnt
// AVX2-NOT: %zmm

// SSE2-NOT: pshufb
// SSE2: psrlw
// SSE2-NOT: %ymm

// Vector registers keep what they hold, and loads of pairs would stall a core that issues in order.
// NEON-NOT: ldp q
// NEON: cnt v{{[0-9]+}}.16b
// NEON-NOT: prfm
// NEON: addp v{{[0-9]+}}.16b
// NEON: uadalp v{{[0-9]+}}.8h

// A cache line of weights for each step of 16 channels, two kilobytes ahead. Four steps share a count: two lookups
// for each of two vectors.
// X86-ROW-COUNT-4: vpshufb
// X86-ROW-NOT: vpshufb
// X86-ROW: prefetcht0 2048(%[[W:[a-z0-9]+]]
// X86-ROW: prefetcht0 2112(%[[W]]
// X86-ROW: prefetcht0 2240(%[[W]]
// X86-ROW-NOT: vpshufb
// X86-ROW: {{j[a-z]+[[:space:]]+}}.LBB

// ARM-ROW: prfm pldl1keep
// ARM-ROW: prfm pldl1keep

//--- rows.mlir
func.func @rows(%x: tensor<24x512xf32>) -> tensor<24x64xi32> attributes {bnn.entry} {
  %w = bnn.constant dense<1> : tensor<512x64xi8> as tensor<512x64x!bnn.bipolar<1>>
  %q = bnn.binarize %x : tensor<24x512xf32> -> tensor<24x512x!bnn.bipolar<1>>
  %y = bnn.matmul %q, %w {kernel = "popcount"} : tensor<24x512x!bnn.bipolar<1>>, tensor<512x64x!bnn.bipolar<1>> -> tensor<24x64xi32>
  return %y : tensor<24x64xi32>
}
//--- one-row.mlir
func.func @one_row(%x: tensor<1x2048xf32>) -> tensor<1x256xi32> attributes {bnn.entry} {
  %w = bnn.constant dense<1> : tensor<2048x256xi8> as tensor<2048x256x!bnn.bipolar<1>>
  %q = bnn.binarize %x : tensor<1x2048xf32> -> tensor<1x2048x!bnn.bipolar<1>>
  %y = bnn.matmul %q, %w {kernel = "popcount"} : tensor<1x2048x!bnn.bipolar<1>>, tensor<2048x256x!bnn.bipolar<1>> -> tensor<1x256xi32>
  return %y : tensor<1x256xi32>
}
