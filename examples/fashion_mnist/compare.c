/*===- compare.c - Compares two files of logits ----------------------------===
 *
 * Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===-----------------------------------------------------------------------===
 *
 *     compare EXPECTED ACTUAL COUNT
 *
 * Both files hold 10 float32 for each image, as `fashion_mnist --logits` writes them. The first COUNT images
 * are the same (exit code 0) if for each of them
 *
 *   - the predicted class (the first of the largest logits) is the same, and
 *   - every logit differs by at most 1e-5 of the image's largest expected magnitude. A logit near zero is a
 *     difference of large sums: relative to itself, its rounding error has no bound.
 *
 * A NaN is never the same.
 *
 *===-----------------------------------------------------------------------===*/

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 10 };
static const double tolerance = 1e-5;

static float *readLogits(const char *path, size_t count) {
  float *logits = malloc(count * CLASSES * sizeof(float));
  FILE *file = fopen(path, "rb");
  if (!logits || !file || fread(logits, CLASSES * sizeof(float), count, file) != count) {
    fprintf(stderr, "compare: %s: has no logits for %lu images\n", path, (unsigned long)count);
    exit(2);
  }
  fclose(file);
  return logits;
}

static size_t predicted(const float *logits) {
  size_t best = 0;
  for (size_t c = 1; c < CLASSES; ++c)
    if (logits[c] > logits[best])
      best = c;
  return best;
}

int main(int argc, char **argv) {
  size_t count = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
  if (count == 0) {
    fputs("usage: compare EXPECTED ACTUAL COUNT\n", stderr);
    return 2;
  }
  float *expected = readLogits(argv[1], count), *actual = readLogits(argv[2], count);

  size_t otherClass = 0, otherLogits = 0, otherBits = 0;
  double largest = 0;
  for (size_t n = 0; n < count; ++n) {
    const float *e = expected + n * CLASSES, *a = actual + n * CLASSES;
    double magnitude = 0, difference = 0;
    int nan = 0;
    for (size_t c = 0; c < CLASSES; ++c) {
      nan |= isnan(e[c]) || isnan(a[c]);
      magnitude = fmax(magnitude, fabs((double)e[c]));
      difference = fmax(difference, fabs((double)e[c] - (double)a[c]));
    }
    if (magnitude > 0)
      largest = fmax(largest, difference / magnitude);
    otherClass += predicted(e) != predicted(a);
    otherLogits += nan || !(difference <= tolerance * magnitude);
    otherBits += memcmp(e, a, CLASSES * sizeof(float)) != 0;
  }
  printf("images %lu, other class %lu, logits not within 1e-5 %lu, not bit for bit %lu, largest relative "
         "difference "
         "%.2g\n",
         (unsigned long)count, (unsigned long)otherClass, (unsigned long)otherLogits,
         (unsigned long)otherBits, largest);
  free(expected);
  free(actual);
  return otherClass || otherLogits;
}
