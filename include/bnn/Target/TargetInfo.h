//===- TargetInfo.h - The machine that code is made for ---------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Triple, CPU and features of the machine a module is compiled for, resolved
// through LLVM's own processor tables, so that `has("avx2")` is true for every
// CPU name that implies it. A module carries its target as an attribute:
//
//   module attributes {bnn.target = #llvm.target<triple = "x86_64-unknown-linux-gnu",
//                                                chip = "x86-64-v3", features = <["+avxvnni"]>>}
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TARGET_TARGETINFO_H
#define BNN_TARGET_TARGETINFO_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class TargetMachine;
class raw_ostream;
} // namespace llvm

namespace bnn {

class TargetInfo {
public:
  /// Receives one complete sentence for the user.
  using ErrorFn = llvm::function_ref<void(const llvm::Twine &)>;

  /// The module attribute's name.
  static constexpr llvm::StringLiteral getAttrName() { return "bnn.target"; }

  /// Resolves what a user asked for.
  /// `target` is `native` (or empty), an architecture (`x86-64`, `aarch64`), or a triple of one of the two
  /// with an ELF operating system (`aarch64-linux-gnu`). `cpu` is one of LLVM's names; empty means the host's
  /// for `native`, else the architecture's baseline (`x86-64`, `generic`); `native` means the host's.
  /// `features` is a list such as `+avx512vnni,-fma`. Unknown names are errors that list close ones.
  static mlir::FailureOr<TargetInfo> resolve(llvm::StringRef target, llvm::StringRef cpu,
                                             llvm::StringRef features, ErrorFn error);

  /// Baseline x86-64: what modules without the attribute are compiled for.
  static TargetInfo baseline();

  /// The target of the module that `op` is in. An attribute that does not resolve counts as absent;
  /// `verify` reports it.
  static TargetInfo of(mlir::Operation *op);

  /// Emits an error on `module` if its attribute names no target that can be compiled for.
  static mlir::LogicalResult verify(mlir::ModuleOp module);

  /// Sets the module's attribute; `of` gives this target back.
  void attach(mlir::ModuleOp module) const;

  const llvm::Triple &triple() const { return tripleValue; }
  llvm::StringRef cpu() const { return cpuName; }
  /// What differs from the CPU's own features: `+a,-b`, sorted; empty for most targets.
  llvm::StringRef features() const { return featureString; }

  bool isX86() const { return tripleValue.getArch() == llvm::Triple::x86_64; }
  bool isAArch64() const { return tripleValue.getArch() == llvm::Triple::aarch64; }
  /// Whether code for this target can run in this process.
  bool runsOnHost() const;

  /// Whether the CPU has the feature of this name in LLVM's tables (`avx2`, `avx512vpopcntdq`, `dotprod`).
  bool has(llvm::StringRef feature) const { return enabled->contains(feature); }

  /// Width of the vector registers that are worth using: 128 (SSE2, NEON), 256 (AVX2), or 512 (AVX-512 with
  /// BW and VL, unless the CPU is tuned for 256).
  unsigned vectorBits() const;

  /// A machine that generates position-independent code, or null with a message.
  std::unique_ptr<llvm::TargetMachine> createTargetMachine(std::string &error) const;

  /// The architectures, their triples and all CPU names, for people.
  static void list(llvm::raw_ostream &os);

private:
  TargetInfo() = default;

  llvm::Triple tripleValue;
  std::string cpuName, featureString;
  std::shared_ptr<const llvm::StringSet<>> enabled;
};

/// Makes LLVM's X86 and AArch64 back ends known, once per process.
void initializeTargets();

} // namespace bnn

#endif // BNN_TARGET_TARGETINFO_H
