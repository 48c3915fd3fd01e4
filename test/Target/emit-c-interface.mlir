// RUN: bnn-opt %s -bnn-emit-c-interface -split-input-file -verify-diagnostics | FileCheck %s

// CHECK: memref.global "private" constant @weights
memref.global constant @weights : memref<2xf32> = dense<1.0>
// CHECK: func.func private @helper() attributes {llvm.linkage = #llvm.linkage<internal>}
func.func @helper() {
  return
}
// CHECK-LABEL: func.func @net_run
// CHECK-SAME: (%[[X:[^:]*]]: memref<4xf32> {llvm.noalias, llvm.nonnull, llvm.noundef, llvm.readonly}
// CHECK-SAME: %[[Y:[^:]*]]: memref<2xi8> {llvm.noalias, llvm.nonnull, llvm.noundef}
// CHECK-SAME: %{{[^:]*}}: memref<0xi8> {llvm.noalias, llvm.noundef}) -> i32 {
// CHECK: memref.store %{{.*}}, %[[Y]]
// CHECK: %[[OK:.*]] = arith.constant 0 : i32
// CHECK: return %[[OK]] : i32
// CHECK-LABEL: func.func @net_workspace_size() -> i64
// CHECK: %[[SIZE:.*]] = arith.constant 0 : i64
// CHECK: return %[[SIZE]]
func.func @net(%x: memref<4xf32> {bnn.name = "x"}, %y: memref<2xi8> {bnn.result}) attributes {bnn.entry} {
  %c0 = arith.constant 0 : index
  %v = arith.constant 1 : i8
  memref.store %v, %y[%c0] : memref<2xi8>
  return
}

// -----

// CHECK-LABEL: func.func @net_run
// CHECK-SAME: (%{{[^:]*}}: memref<4xf32> {{{.*}}}, %{{[^:]*}}: memref<128xi8> {llvm.noalias, llvm.noundef}) -> i32
// CHECK: arith.constant 128 : i64
func.func @net(%x: memref<4xf32>, %w: memref<128xi8> {bnn.workspace})
    attributes {bnn.entry, bnn.workspace_size = 128 : i64} {
  return
}

// -----

// expected-error @+1 {{no function has the attribute 'bnn.entry', so there is nothing to export}}
module {
  func.func @f() {
    return
  }
}

// -----

// expected-error @+1 {{'my-net' is no C identifier}}
func.func @"my-net"() attributes {bnn.entry} {
  return
}

// -----

// expected-error @+1 {{run bnn-results-to-out-params first}}
func.func @f(%x: memref<4xf32>) -> memref<4xf32> attributes {bnn.entry} {
  return %x : memref<4xf32>
}

// -----

// expected-error @+1 {{argument #1 is 'f32'; expected a statically shaped, contiguous memref}}
func.func @f(%x: memref<4xf32>, %y: f32) attributes {bnn.entry} {
  return
}

// -----

// expected-error @+1 {{argument #0 is 'memref<4xf32, strided<[2]>>'; expected a statically shaped, contiguous memref}}
func.func @f(%x: memref<4xf32, strided<[2]>>) attributes {bnn.entry} {
  return
}

// -----

// expected-error @+1 {{the symbol 'f_run' is taken}}
func.func @f() attributes {bnn.entry} {
  return
}
func.func @f_run() {
  return
}

// -----

// expected-error @+1 {{an entry function needs a body}}
func.func private @f() attributes {bnn.entry}
