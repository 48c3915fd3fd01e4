//===- Diagnostics.h - Errors as a command-line tool prints them -*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_DRIVER_DIAGNOSTICS_H
#define BNN_DRIVER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

namespace bnn {

/// Where a diagnostic points to, for people: `node 'conv1'`, `file.mlir:3:5`, or nothing.
std::string describeLocation(mlir::Location loc);

/// Prints the diagnostics of a context as lines `PREFIX error: PLACE: MESSAGE`, each once. Remarks and notes
/// that stand alone appear only if `verbose`. While there are errors, warnings come with them.
class DiagnosticPrinter : public mlir::ScopedDiagnosticHandler {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::raw_ostream &os, llvm::StringRef prefix, bool verbose);

  bool sawError() const { return numErrors != 0; }

private:
  void print(mlir::Diagnostic &diagnostic);

  llvm::raw_ostream &os;
  std::string prefix, last;
  bool verbose;
  unsigned numErrors = 0;
};

} // namespace bnn

#endif // BNN_DRIVER_DIAGNOSTICS_H
