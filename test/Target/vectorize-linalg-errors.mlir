// RUN: bnn-opt %s -verify-diagnostics \
// RUN:   -pass-pipeline='builtin.module(func.func(bnn-vectorize-linalg{vector-bits=96}))'

// expected-error @+1 {{vector-bits must be a power of two from 64 on, not 96}}
func.func @f() {
  return
}
