// RUN: bnn-opt %s --remarks-filter-missed=bnn-vectorize-linalg -verify-diagnostics \
// RUN:   -pass-pipeline='builtin.module(bnn-vectorize-linalg)' | FileCheck %s

// CHECK-LABEL: func.func @bits
func.func @bits(%b: memref<16xi1>) {
  %true = arith.constant true
  // CHECK: linalg.fill
  // expected-remark @+1 {{linalg.fill becomes scalar loops: its sizes, accesses or elements have no vector form}}
  linalg.fill ins(%true : i1) outs(%b : memref<16xi1>)
  return
}
