//===- Npy.h - NumPy's array files ------------------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and writing .npy (format versions 1 to 3) and .npz (zip archives of
// them, stored or deflated). Formats: NumPy's numpy.lib.format, PKWARE's
// APPNOTE.TXT. Every length in a file is checked against the file before use.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_SUPPORT_NPY_H
#define BNN_SUPPORT_NPY_H

#include "bnn/Support/DType.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace bnn {

/// An array in row-major order.
struct NpyArray {
  DType type = DType::F32;
  llvm::SmallVector<int64_t> shape;
  std::vector<uint8_t> data;
};

/// Arrays by name, in the file's order.
using NpzArrays = std::vector<std::pair<std::string, NpyArray>>;

/// Reads the bytes of an .npy file: little-endian booleans, integers and floats of 16 to 64 bits.
/// Column-major arrays are transposed. Errors say what is wrong, without the file's name.
llvm::Expected<NpyArray> parseNpy(llvm::ArrayRef<uint8_t> bytes);

/// Reads the bytes of an .npz file; names lose their `.npy`.
llvm::Expected<NpzArrays> parseNpz(llvm::ArrayRef<uint8_t> bytes);

/// Appends an .npy file. bfloat16, which NumPy lacks, is written as uint16.
void formatNpy(const NpyArray &array, llvm::SmallVectorImpl<char> &out);

/// Appends an uncompressed .npz file, the same bytes for the same arrays. Fails beyond zip's 4 GiB.
llvm::Error formatNpz(const NpzArrays &arrays, llvm::SmallVectorImpl<char> &out);

/// Reads a file of either kind, told apart by its first bytes. The one array of an .npy file has no name.
/// Errors begin with the file's name.
llvm::Expected<NpzArrays> readArrays(llvm::StringRef path);

} // namespace bnn

#endif // BNN_SUPPORT_NPY_H
