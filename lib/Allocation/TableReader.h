//===- TableReader.h - Checked access to JSON values ------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_ALLOCATION_TABLEREADER_H
#define BNN_LIB_ALLOCATION_TABLEREADER_H

#include "bnn/Allocation/Table.h"

#include "llvm/ADT/Twine.h"

namespace bnn {

/// `where` names the field: `layer 'conv1': sensitivity of 4 bits`.
llvm::Expected<double> readNumber(const llvm::json::Value &value, const llvm::Twine &where);
llvm::Expected<int64_t> readInteger(const llvm::json::Value &value, const llvm::Twine &where, int64_t least,
                                    int64_t most);
llvm::Expected<const llvm::json::Array *> readArray(const llvm::json::Value &value, const llvm::Twine &where);
llvm::Expected<const llvm::json::Object *> readObject(const llvm::json::Value &value,
                                                      const llvm::Twine &where);
llvm::Expected<std::string> readString(const llvm::json::Value &value, const llvm::Twine &where);

} // namespace bnn

#endif // BNN_LIB_ALLOCATION_TABLEREADER_H
