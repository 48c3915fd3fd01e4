/*===- main.c - Classifies the Fashion-MNIST test images -------------------===
 *
 * Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===-----------------------------------------------------------------------===
 *
 * What a program around a compiled network looks like, in C99 with nothing but the standard library:
 *
 *     bnnc compile fashion_mnist_bnn.onnx -o fashion_mnist.o --name=fashion_mnist
 *     cc -std=c99 -O2 main.c fashion_mnist.o -o fashion_mnist -lm
 *     ./fashion_mnist t10k-images-idx3-ubyte t10k-labels-idx1-ubyte
 *
 * The IDX files are those of the data set, unpacked: a big-endian header, then one byte for each pixel or
 * label. The network takes pixels divided by 255, as in training.
 *
 *===-----------------------------------------------------------------------===*/

#include "fashion_mnist.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, CLASSES = 10, IMAGE_MAGIC = 2051, LABEL_MAGIC = 2049 };

static const char usage[] =
    "usage: fashion_mnist IMAGES LABELS [--count N] [--logits FILE]\n"
    "  IMAGES, LABELS  unpacked IDX files\n"
    "  --count N       stop after N images\n"
    "  --logits FILE   write the logits of each image, 10 float32, one after another\n";

static void fail(const char *what, const char *path) {
  fprintf(stderr, "fashion_mnist: %s: %s\n", path, what);
  exit(1);
}

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes);
  if (!memory)
    fail("not enough memory", "allocation");
  return memory;
}

static uint32_t bigEndian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Reads an IDX file of `limit` items at most, each of `itemSize` bytes; `dims` are the sizes after the first
 * that the header must name. Sets `count`. */
static unsigned char *readIdx(const char *path, uint32_t magic, const uint32_t *dims, unsigned numDims,
                              size_t itemSize, size_t limit, size_t *count) {
  unsigned char header[16];
  FILE *file = fopen(path, "rb");
  if (!file)
    fail("cannot be read", path);
  size_t headerSize = 8 + 4 * (size_t)numDims;
  if (fread(header, 1, headerSize, file) != headerSize || bigEndian(header) != magic)
    fail("is not the IDX file expected here (still compressed?)", path);
  for (unsigned i = 0; i < numDims; ++i)
    if (bigEndian(header + 8 + 4 * i) != dims[i])
      fail("holds images of another size", path);
  *count = bigEndian(header + 4);
  if (*count > limit)
    *count = limit;
  unsigned char *data = allocate(*count * itemSize + 1);
  if (fread(data, itemSize, *count, file) != *count)
    fail("ends too early", path);
  fclose(file);
  return data;
}

int main(int argc, char **argv) {
  const char *imagePath = NULL, *labelPath = NULL, *logitPath = NULL;
  size_t limit = SIZE_MAX / PIXELS - 1;
  for (int i = 1; i < argc; ++i) {
    if (!strcmp(argv[i], "--help")) {
      fputs(usage, stdout);
      return 0;
    }
    if (!strcmp(argv[i], "--count") && i + 1 < argc) {
      char *end;
      limit = strtoul(argv[++i], &end, 10);
      if (*end || !limit)
        fail("is not a number of images", argv[i]);
    } else if (!strcmp(argv[i], "--logits") && i + 1 < argc) {
      logitPath = argv[++i];
    } else if (argv[i][0] != '-' && !imagePath) {
      imagePath = argv[i];
    } else if (argv[i][0] != '-' && !labelPath) {
      labelPath = argv[i];
    } else {
      fputs(usage, stderr);
      return 1;
    }
  }
  if (!labelPath) {
    fputs(usage, stderr);
    return 1;
  }

  const uint32_t size[2] = {SIDE, SIDE};
  size_t count, numLabels;
  unsigned char *images = readIdx(imagePath, IMAGE_MAGIC, size, 2, PIXELS, limit, &count);
  unsigned char *labels = readIdx(labelPath, LABEL_MAGIC, NULL, 0, 1, limit, &numLabels);
  if (numLabels != count)
    fail("has not one label for each image", labelPath);
  if (count == 0)
    fail("holds no images", imagePath);

  /* The caller owns the workspace; one more byte, as it may need none. */
  void *workspace = allocate(fashion_mnist_workspace_size() + 1);

  float (*logits)[CLASSES] = allocate(count * sizeof(*logits));
  float input[PIXELS];
  size_t correct = 0;
  clock_t time = 0;
  for (size_t n = 0; n < count; ++n) {
    for (size_t p = 0; p < PIXELS; ++p)
      input[p] = (float)images[n * PIXELS + p] / 255.0f;

    clock_t begin = clock();
    if (fashion_mnist_run(input, logits[n], workspace) != 0)
      fail("the network failed", imagePath);
    time += clock() - begin;

    size_t best = 0;
    for (size_t c = 1; c < CLASSES; ++c)
      if (logits[n][c] > logits[n][best])
        best = c;
    correct += best == labels[n];
  }

  if (logitPath) {
    FILE *file = fopen(logitPath, "wb");
    if (!file || fwrite(logits, sizeof(*logits), count, file) != count || fclose(file) != 0)
      fail("cannot be written", logitPath);
  }
  printf("images %lu, correct %lu, accuracy %.4f, %.3f ms per image, workspace %lu bytes\n",
         (unsigned long)count, (unsigned long)correct, (double)correct / (double)count,
         1000.0 * (double)time / CLOCKS_PER_SEC / (double)count,
         (unsigned long)fashion_mnist_workspace_size());
  free(logits);
  free(workspace);
  free(labels);
  free(images);
  return 0;
}
