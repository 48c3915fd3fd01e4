//===- Diagnostics.cpp - Errors as a command-line tool prints them --------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Diagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace bnn;

std::string bnn::describeLocation(Location loc) {
  if (auto named = dyn_cast<NameLoc>(loc); named && named.getName().getValue().contains(".onnx"))
    return named.getName().str(); // the model itself
  if (auto named = dyn_cast<NameLoc>(loc))
    return "node '" + named.getName().str() + "'";
  if (auto file = dyn_cast<FileLineColLoc>(loc); file && file.getLine() == 0)
    return file.getFilename().str();
  if (auto file = dyn_cast<FileLineColLoc>(loc))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn()))
        .str();
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return describeLocation(call.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (std::string text = describeLocation(part); !text.empty())
        return text;
  return "";
}

DiagnosticPrinter::DiagnosticPrinter(MLIRContext *context, llvm::raw_ostream &os, StringRef prefix,
                                     bool verbose)
    : ScopedDiagnosticHandler(context), os(os), prefix(prefix), verbose(verbose) {
  setHandler([this](Diagnostic &diagnostic) {
    print(diagnostic);
    return success();
  });
}

void DiagnosticPrinter::print(Diagnostic &diagnostic) {
  static constexpr llvm::StringLiteral kinds[] = {"note", "warning", "error", "remark"};
  bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
  numErrors += isError;
  if (!verbose && !isError && diagnostic.getSeverity() != DiagnosticSeverity::Warning)
    return;
  auto line = [&](Diagnostic &part) {
    std::string text, place = describeLocation(part.getLocation());
    llvm::raw_string_ostream stream(text);
    stream << prefix << " " << kinds[static_cast<unsigned>(part.getSeverity())] << ": ";
    if (!place.empty())
      stream << place << ": ";
    stream << part << "\n";
    return text;
  };
  std::string text = line(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    // "see current operation: ..." prints the whole op; it helps compiler developers only.
    if (verbose || !StringRef(note.str()).starts_with("see current operation"))
      text += line(note);
  if (text == last)
    return;
  os << text;
  last = text;
}
