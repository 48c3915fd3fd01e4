//===- openblas.c - sgemm as a function of one pointer ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cblas.h>

struct Sgemm {
  int rows, depth, columns;
  /// rows×depth, depth×columns, rows×columns; row-major.
  const float *a, *b;
  float *c;
};

void openblas_run(const struct Sgemm *g) {
  if (g->rows == 1)
    cblas_sgemv(CblasRowMajor, CblasTrans, g->depth, g->columns, 1, g->b, g->columns, g->a, 1, 0, g->c, 1);
  else
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, g->rows, g->columns, g->depth, 1, g->a, g->depth,
                g->b, g->columns, 0, g->c, g->columns);
}

void openblas_use_one_thread(void) { openblas_set_num_threads(1); }
const char *openblas_kernels(void) { return openblas_get_corename(); }
