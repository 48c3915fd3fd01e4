//===- Interface.cpp - The hand-written kernels for other languages ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// C functions for the benchmark driver: kernels by name, made from plain structures.

#include "Kernels.h"

#include <string_view>

using namespace handwritten;

/// Null if the name is unknown or the kernel does not serve the shape.
extern "C" Kernel *handwritten_create_gemm(const char *name, const GemmOperands *g) {
  std::string_view kind(name);
  std::unique_ptr<Kernel> kernel;
  if (kind == "pair-lut")
    kernel = createPairLutGemm(*g);
  else if (kind == "popcount")
    kernel = createPopcountGemm(*g);
  else if (kind == "popcount-gemv")
    kernel = createPopcountGemv(*g);
  else if (kind == "lut-gemv")
    kernel = createLookUpGemv(*g);
  else if (kind == "lut-1x2" || kind == "lut-1x2-wide")
    kernel = createLookUp1x2(*g, kind == "lut-1x2-wide");
  else if (kind == "lut-2x2" || kind == "lut-2x2-wide")
    kernel = createLookUp2x2(*g, kind == "lut-2x2-wide");
  else if (kind == "lut-1x4" || kind == "lut-1x4-wide")
    kernel = createLookUp1x4(*g, kind == "lut-1x4-wide");
  else if (kind == "int8" || kind == "int8-wide")
    kernel = createInt8Gemm(*g, kind == "int8-wide");
  return kernel.release();
}

extern "C" Kernel *handwritten_create_conv(const char *name, const ConvOperands *conv) {
  std::string_view kind(name);
  std::unique_ptr<Kernel> kernel;
  if (kind == "pair-lut")
    kernel = createPairLutConv(*conv);
  else if (kind == "pair-lut-rows")
    kernel = createPairLutConvRows(*conv);
  else if (kind == "popcount")
    kernel = createPopcountConv(*conv);
  return kernel.release();
}

extern "C" void handwritten_run(Kernel *kernel) { kernel->run(); }
extern "C" void handwritten_destroy(Kernel *kernel) { delete kernel; }
