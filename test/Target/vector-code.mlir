// The float parts of a small network in machine code: vectors of full width, no scalar arithmetic.
// RUN: echo 'module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">} {' > %t.sse.mlir
// RUN: cat %s >> %t.sse.mlir
// RUN: echo '}' >> %t.sse.mlir
// RUN: bnn-opt %t.sse.mlir --bnn-to-llvm | mlir-translate --mlir-to-llvmir > %t.sse.ll
// RUN: llc -O3 -mtriple=x86_64-linux-gnu -mcpu=x86-64 %t.sse.ll -o - | FileCheck %s --check-prefix=SSE

// RUN: echo 'module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">} {' > %t.avx2.mlir
// RUN: cat %s >> %t.avx2.mlir
// RUN: echo '}' >> %t.avx2.mlir
// RUN: bnn-opt %t.avx2.mlir --bnn-to-llvm | mlir-translate --mlir-to-llvmir > %t.avx2.ll
// RUN: llc -O3 -mtriple=x86_64-linux-gnu -mcpu=x86-64-v3 %t.avx2.ll -o - | FileCheck %s --check-prefix=AVX2

// RUN: echo 'module attributes {bnn.target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "cortex-a72">} {' > %t.neon.mlir
// RUN: cat %s >> %t.neon.mlir
// RUN: echo '}' >> %t.neon.mlir
// RUN: bnn-opt %t.neon.mlir --bnn-to-llvm | mlir-translate --mlir-to-llvmir > %t.neon.ll
// RUN: llc -O3 -mtriple=aarch64-linux-gnu -mcpu=cortex-a72 %t.neon.ll -o - | FileCheck %s --check-prefix=NEON

// RUN: echo 'module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "znver4">} {' > %t.zen4.mlir
// RUN: cat %s >> %t.zen4.mlir
// RUN: echo '}' >> %t.zen4.mlir
// RUN: bnn-opt %t.zen4.mlir --bnn-to-llvm | mlir-translate --mlir-to-llvmir > %t.zen4.ll
// RUN: llc -O3 -mtriple=x86_64-linux-gnu -mcpu=znver4 %t.zen4.ll -o - | FileCheck %s --check-prefix=ZEN4

// SSE-NOT: {{(mul|add|max)ss}}
// AVX2-NOT: {{(mul|add|max)ss}}
// NEON-NOT: {{f(mul|add|max)[[:space:]]+s}}

// SSE-LABEL: conv_run:
// SSE: mulps
// SSE-NOT: {{(mul|add|max)ss}}
// AVX2-LABEL: conv_run:
// AVX2: vmulps {{.*}}ymm
// AVX2-NEXT: vmulps {{.*}}ymm
// AVX2-NEXT: #APP
// AVX2-NEXT: #NO_APP
// AVX2-NEXT: vaddps {{.*}}ymm
// AVX2-NEXT: vaddps {{.*}}ymm
// AVX2-NOT: {{(mul|add|max)ss}}
// Halves of its vectors, in pairs.
// ZEN4-LABEL: conv_run:
// ZEN4: vmulps {{.*}}ymm
// ZEN4-NEXT: vmulps {{.*}}ymm
// ZEN4-NEXT: #APP
// NEON-LABEL: conv_run:
// NEON: fmul v{{[0-9]+}}.4s
// NEON-NOT: {{f(mul|add|max)[[:space:]]+s}}

// SSE-LABEL: dense_matmul:
// SSE: mulps
// SSE-NOT: {{(mul|add|max)ss}}
// AVX2-LABEL: dense_matmul:
// AVX2: vmulps {{.*}}ymm
// AVX2-NOT: {{(mul|add|max)ss}}
// NEON-LABEL: dense_matmul:
// NEON: fmul v{{[0-9]+}}.4s
// NEON-NOT: {{f(mul|add|max)[[:space:]]+s}}

// SSE-LABEL: pool_pooling_nhwc_max:
// SSE: maxps
// SSE-NOT: {{(mul|add|max)ss}}
// AVX2-LABEL: pool_pooling_nhwc_max:
// AVX2: vmaxps {{.*}}ymm
// AVX2-NOT: {{(mul|add|max)ss}}
// NEON-LABEL: pool_pooling_nhwc_max:
// NEON: fmax v{{[0-9]+}}.4s
// NEON-NOT: {{f(mul|add|max)[[:space:]]+s}}

// SSE-LABEL: ew_elementwise:
// SSE: mulps
// SSE-NOT: {{(mul|add|max)ss}}
// AVX2-LABEL: ew_elementwise:
// AVX2: vmulps {{.*}}ymm
// AVX2-NOT: {{(mul|add|max)ss}}
// NEON-LABEL: ew_elementwise:
// NEON: fmul v{{[0-9]+}}.4s
// NEON-NOT: {{f(mul|add|max)[[:space:]]+s}}

func.func @conv(%x: tensor<1x30x30x1xf32>, %f: tensor<3x3x1x64xf32>, %b: tensor<64xf32>) -> tensor<1x28x28x64xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<1x28x28x64xf32>
  %i = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%b : tensor<64xf32>) outs(%e : tensor<1x28x28x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
  } -> tensor<1x28x28x64xf32>
  %0 = linalg.conv_2d_nhwc_hwcf ins(%x, %f : tensor<1x30x30x1xf32>, tensor<3x3x1x64xf32>) outs(%i : tensor<1x28x28x64xf32>) -> tensor<1x28x28x64xf32>
  return %0 : tensor<1x28x28x64xf32>
}
func.func @dense(%x: tensor<1x128xf32>, %f: tensor<128x10xf32>) -> tensor<1x10xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<1x10xf32>
  %c = arith.constant 0.0 : f32
  %i = linalg.fill ins(%c : f32) outs(%e : tensor<1x10xf32>) -> tensor<1x10xf32>
  %0 = linalg.matmul ins(%x, %f : tensor<1x128xf32>, tensor<128x10xf32>) outs(%i : tensor<1x10xf32>) -> tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}
func.func @pool(%x: tensor<1x28x28x64xf32>) -> tensor<1x14x14x64xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<1x14x14x64xf32>
  %w = tensor.empty() : tensor<2x2xf32>
  %c = arith.constant -3.4e38 : f32
  %i = linalg.fill ins(%c : f32) outs(%e : tensor<1x14x14x64xf32>) -> tensor<1x14x14x64xf32>
  %0 = linalg.pooling_nhwc_max {dilations = dense<1> : vector<2xi64>, strides = dense<2> : vector<2xi64>} ins(%x, %w : tensor<1x28x28x64xf32>, tensor<2x2xf32>) outs(%i : tensor<1x14x14x64xf32>) -> tensor<1x14x14x64xf32>
  return %0 : tensor<1x14x14x64xf32>
}
func.func @ew(%x: tensor<1x28x28x64xf32>, %s: tensor<64xf32>) -> tensor<1x28x28x64xf32> attributes {bnn.entry} {
  %e = tensor.empty() : tensor<1x28x28x64xf32>
  %i = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%x, %s : tensor<1x28x28x64xf32>, tensor<64xf32>) outs(%e : tensor<1x28x28x64xf32>) {
    ^bb0(%in: f32, %a: f32, %out: f32):
      %m = arith.mulf %in, %a : f32
      %z = arith.constant 0.0 : f32
      %r = arith.maximumf %m, %z : f32
      linalg.yield %r : f32
  } -> tensor<1x28x28x64xf32>
  return %i : tensor<1x28x28x64xf32>
}
