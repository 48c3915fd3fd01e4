// RUN: not bnn-opt %s -pass-pipeline='builtin.module(bnn-vectorize-linalg{vector-bits=96})' 2>&1 | FileCheck %s

// CHECK: error: vector-bits must be a power of two from 64 on, not 96
func.func @f() {
  return
}
