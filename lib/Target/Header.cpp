//===- Header.cpp - The C header of a compiled model ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace bnn;

/// A name from the model, safe within a comment: no comment can end or start in it.
static std::string commentText(StringRef name) {
  std::string text;
  for (char c : name) {
    bool risky = !llvm::isPrint(c) || c == '\\' || (c == '/' && !text.empty() && text.back() == '*') ||
                 (c == '*' && !text.empty() && text.back() == '/');
    text += risky ? '_' : c;
  }
  return text;
}

void bnn::writeHeader(llvm::raw_ostream &os, const ModelSignature &signature, const TargetInfo &target,
                      std::optional<uint64_t> workspaceSize, bool allocates, unsigned threads) {
  std::string macro = StringRef(signature.name).upper();
  std::string guard = macro + "_H";

  // Parameter names: unique among themselves, whatever the model calls its values.
  llvm::StringSet<> taken = {"workspace"};
  auto parameter = [&](const ModelValue &value) {
    std::string base = toIdentifier(value.name), id = base;
    for (unsigned i = 1; !taken.insert(id).second; ++i)
      id = base + "_" + std::to_string(i);
    return id;
  };
  SmallVector<std::string> inputNames, outputNames;
  for (const ModelValue &value : signature.inputs)
    inputNames.push_back(parameter(value));
  for (const ModelValue &value : signature.outputs)
    outputNames.push_back(parameter(value));

  os << "/* " << signature.name << ": a neural network compiled by bnnc for " << target.triple().str() << " ("
     << target.cpu() << ").\n"
     << " *\n"
     << (allocates ? " * This is the reference code, for comparisons: it is slow and calls malloc and free.\n"
                   : " * The functions allocate nothing and keep no state.\n")
     << " * Threads may run the model at the same time, each with a workspace and outputs of its own.\n"
     << " * Link with -lm"
     << (threads > 1 ? " and -fopenmp (GCC's libgomp or LLVM's libomp): one call uses up to " +
                           std::to_string(threads) + " threads,\n * and gives the same results with fewer.\n"
                     : ".\n")
     << " */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << "#include <stddef.h>\n#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";

  if (workspaceSize)
    os << "/* What " << signature.workspaceSizeSymbol() << "() returns, for static allocation. */\n"
       << "#define " << macro << "_WORKSPACE_SIZE " << *workspaceSize << "\n\n";
  os << "/* Bytes of scratch memory that one call of " << signature.runSymbol() << " needs. */\n"
     << "size_t " << signature.workspaceSizeSymbol() << "(void);\n\n";

  os << "/* Runs the network once. All arrays are in row-major order, aligned to their elements, and apart "
        "from\n"
     << " * each other.\n";
  auto describe = [&](StringRef kind, const ModelValue &value, StringRef id) {
    os << " *   " << kind << " " << id << ": " << value.describe() << ", " << value.numElements()
       << " elements";
    if (id != value.name)
      os << ", \"" << commentText(value.name) << "\" in the model";
    if (value.type == DType::Bool)
      os << ", each 0 or 1";
    if (value.type == DType::F16 || value.type == DType::BF16)
      os << ", as raw bits";
    os << "\n";
  };
  for (auto [value, id] : llvm::zip_equal(signature.inputs, inputNames))
    describe("input", value, id);
  for (auto [value, id] : llvm::zip_equal(signature.outputs, outputNames))
    describe("output", value, id);
  os << " *   workspace: " << signature.workspaceSizeSymbol()
     << "() bytes at any address, or NULL if that is 0\n"
     << " * Returns 0. */\n";

  os << "int " << signature.runSymbol() << "(";
  for (auto [value, id] : llvm::zip_equal(signature.inputs, inputNames))
    os << "const " << cName(value.type) << " *" << id << ", ";
  for (auto [value, id] : llvm::zip_equal(signature.outputs, outputNames))
    os << cName(value.type) << " *" << id << ", ";
  os << "void *workspace);\n\n"
     << "#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
}
