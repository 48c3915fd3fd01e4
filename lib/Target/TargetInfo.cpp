//===- TargetInfo.cpp - The machine that code is made for -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything about CPUs and features is asked of LLVM's MCSubtargetInfo: no
// table of our own can fall behind the code generator's.
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/TargetInfo.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <mutex>

using namespace mlir;
using namespace llvm;
using namespace bnn;

void bnn::initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
  });
}

namespace {

struct Arch {
  Triple::ArchType type;
  StringLiteral name, triple, baselineCpu;
  /// The feature that every usable CPU of the architecture has.
  StringLiteral required;
};

constexpr Arch arches[] = {{Triple::x86_64, "x86-64", "x86_64-unknown-linux-gnu", "x86-64", "64bit"},
                           {Triple::aarch64, "aarch64", "aarch64-unknown-linux-gnu", "generic", "neon"}};

const Arch *findArch(const Triple &triple) {
  const Arch *arch = find_if(arches, [&](const Arch &a) { return a.type == triple.getArch(); });
  return arch == std::end(arches) ? nullptr : arch;
}

std::unique_ptr<MCSubtargetInfo> makeSubtarget(const Triple &triple, StringRef cpu, StringRef features) {
  initializeTargets();
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  return std::unique_ptr<MCSubtargetInfo>(target->createMCSubtargetInfo(triple, cpu, features));
}

llvm::StringSet<> enabledFeatures(const MCSubtargetInfo &info) {
  llvm::StringSet<> result;
  for (const SubtargetFeatureKV &feature : info.getEnabledProcessorFeatures())
    result.insert(feature.Key);
  return result;
}

/// The most similar of `names`, as "; did you mean 'a', 'b'?", or nothing if none is close.
std::string suggest(StringRef wrong, ArrayRef<StringRef> names) {
  SmallVector<std::pair<unsigned, StringRef>> near;
  for (StringRef name : names) {
    unsigned limit = std::max<unsigned>(2, wrong.size() / 3);
    unsigned distance =
        name.starts_with(wrong) && wrong.size() > 2 ? 1 : wrong.edit_distance(name, true, limit);
    if (distance <= limit)
      near.push_back({distance, name});
  }
  llvm::sort(near);
  near.truncate(std::min<size_t>(near.size(), 4));
  if (near.empty())
    return "";
  return "; did you mean " +
         join(map_range(near, [](auto &n) { return ("'" + n.second + "'").str(); }), ", ") + "?";
}

/// All CPUs of the architecture that 64-bit code can be made for.
SmallVector<StringRef> cpuNames(const Arch &arch) {
  SmallVector<StringRef> names;
  Triple triple(arch.triple);
  std::unique_ptr<MCSubtargetInfo> info = makeSubtarget(triple, "", "");
  for (const SubtargetSubTypeKV &cpu : info->getAllProcessorDescriptions())
    if (enabledFeatures(*makeSubtarget(triple, cpu.Key, "")).contains(arch.required))
      names.push_back(cpu.Key);
  return names;
}

/// What turns the features of `base` into those of `info`.
std::string difference(const llvm::StringSet<> &base, const llvm::StringSet<> &wanted) {
  SmallVector<std::string> parts;
  for (const auto &entry : wanted)
    if (!base.contains(entry.getKey()))
      parts.push_back(("+" + entry.getKey()).str());
  for (const auto &entry : base)
    if (!wanted.contains(entry.getKey()))
      parts.push_back(("-" + entry.getKey()).str());
  llvm::sort(parts, [](StringRef a, StringRef b) { return a.drop_front() < b.drop_front(); });
  return join(parts, ",");
}

std::string hostFeatures() {
  SmallVector<std::string> parts;
  for (const auto &entry : sys::getHostCPUFeatures())
    parts.push_back((entry.second ? "+" : "-") + entry.first().str());
  llvm::sort(parts);
  return join(parts, ",");
}

/// The triple of `target`, or failure after an error.
FailureOr<Triple> parseTarget(StringRef target, TargetInfo::ErrorFn error) {
  std::string name = target.lower();
  if (name == "x86-64" || name == "x64" || name == "amd64" || name == "x86_64")
    return Triple(arches[0].triple);
  if (name == "aarch64" || name == "arm64")
    return Triple(arches[1].triple);
  Triple triple(Triple::normalize(name));
  const Arch *arch = findArch(triple);
  auto known = [] {
    return std::string("'native', 'x86-64', 'aarch64', 'x86_64-linux-gnu' and 'aarch64-linux-gnu' are known "
                       "(see --list-targets)");
  };
  if (!arch) {
    error("unknown target '" + target + "': " + known());
    return failure();
  }
  if (triple.isX32() || triple.getEnvironment() == Triple::GNUILP32) {
    error("target '" + target + "' has 32-bit pointers; only 64-bit ABIs are supported");
    return failure();
  }
  if (!triple.isOSBinFormatELF() || triple.isOSWindows() || triple.isUEFI()) {
    error("target '" + target + "' does not use ELF object files, the only format supported");
    return failure();
  }
  return triple;
}

/// Reports every name in `features` that LLVM does not know.
LogicalResult checkFeatures(StringRef features, const MCSubtargetInfo &info, const Triple &triple,
                            TargetInfo::ErrorFn error) {
  SmallVector<StringRef> parts, names;
  features.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (const SubtargetFeatureKV &feature : info.getAllProcessorFeatures())
    names.push_back(feature.Key);
  for (StringRef part : parts) {
    part = part.trim();
    StringRef name = part.drop_while([](char c) { return c == '+' || c == '-'; });
    if (part.size() != name.size() + 1) {
      error("feature '" + part + "' must start with '+' or '-'");
      return failure();
    }
    if (!is_contained(names, name)) {
      error("unknown feature '" + name + "' for " + triple.getArchName() + suggest(name, names));
      return failure();
    }
  }
  return success();
}

} // namespace

FailureOr<TargetInfo> TargetInfo::resolve(StringRef target, StringRef cpu, StringRef features,
                                          ErrorFn error) {
  initializeTargets();
  Triple host(Triple::normalize(sys::getProcessTriple()));
  bool native = target.empty() || target == "native";
  FailureOr<Triple> triple = native ? FailureOr<Triple>(host) : parseTarget(target, error);
  if (failed(triple))
    return failure();
  const Arch *arch = findArch(*triple);
  if (!arch) {
    error("this machine is " + host.getArchName() +
          ", for which no code can be made; name a target (see --list-targets)");
    return failure();
  }

  std::string cpuName = cpu.str(), wanted = features.str();
  bool hostCpu = cpuName == "native" || (native && cpuName.empty());
  if (hostCpu) {
    if (triple->getArch() != host.getArch()) {
      error("CPU 'native' is a " + host.getArchName() + " and the target is " + triple->getArchName());
      return failure();
    }
    cpuName = sys::getHostCPUName().str();
    wanted = hostFeatures() + (wanted.empty() ? "" : "," + wanted);
  } else if (cpuName.empty()) {
    cpuName = arch->baselineCpu.str();
  }

  std::unique_ptr<MCSubtargetInfo> base = makeSubtarget(*triple, "", "");
  if (!base) {
    error("this build of LLVM has no code generator for " + triple->str());
    return failure();
  }
  if (hostCpu && !base->isCPUStringValid(cpuName))
    cpuName = arch->baselineCpu.str(); // newer than LLVM: its features still say what it can do
  if (!base->isCPUStringValid(cpuName)) {
    error("unknown CPU '" + cpuName + "' for " + triple->getArchName() + suggest(cpuName, cpuNames(*arch)));
    return failure();
  }
  if (failed(checkFeatures(features, *base, *triple, error)))
    return failure();

  llvm::StringSet<> cpuFeatures = enabledFeatures(*makeSubtarget(*triple, cpuName, ""));
  if (!cpuFeatures.contains(arch->required)) {
    error("CPU '" + cpuName + "' cannot run the 64-bit code of " + triple->getArchName());
    return failure();
  }
  auto enabled =
      std::make_shared<llvm::StringSet<>>(enabledFeatures(*makeSubtarget(*triple, cpuName, wanted)));
  StringRef simd = arch->type == Triple::x86_64 ? "sse2" : "neon";
  if (!enabled->contains(simd)) {
    error("code for " + triple->getArchName() + " needs the feature '" + simd + "', which is switched off");
    return failure();
  }

  TargetInfo info;
  info.tripleValue = *triple;
  info.cpuName = cpuName;
  info.featureString = difference(cpuFeatures, *enabled);
  info.enabled = std::move(enabled);
  return info;
}

TargetInfo TargetInfo::baseline() {
  return *resolve(arches[0].triple, arches[0].baselineCpu, "", [](const Twine &) {});
}

static FailureOr<TargetInfo> fromAttr(LLVM::TargetAttr attr, TargetInfo::ErrorFn error) {
  LLVM::TargetFeaturesAttr features = attr.getFeatures();
  return TargetInfo::resolve(attr.getTriple().getValue(), attr.getChip().getValue(),
                             features ? features.getFeaturesString() : "", error);
}

TargetInfo TargetInfo::of(Operation *op) {
  auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
  if (module)
    if (auto attr = module->getAttrOfType<LLVM::TargetAttr>(getAttrName()))
      if (FailureOr<TargetInfo> info = fromAttr(attr, [](const Twine &) {}); succeeded(info))
        return *info;
  return baseline();
}

LogicalResult TargetInfo::verify(ModuleOp module) {
  Attribute attr = module->getAttr(getAttrName());
  if (!attr)
    return success();
  auto target = dyn_cast<LLVM::TargetAttr>(attr);
  if (!target)
    return module.emitError() << "'" << getAttrName() << "' must be an #llvm.target<...>";
  return failed(fromAttr(target, [&](const Twine &message) { module.emitError() << message; })) ? failure()
                                                                                                : success();
}

void TargetInfo::attach(ModuleOp module) const {
  MLIRContext *context = module.getContext();
  context->getOrLoadDialect<LLVM::LLVMDialect>();
  LLVM::TargetFeaturesAttr features;
  if (!featureString.empty())
    features = LLVM::TargetFeaturesAttr::get(context, featureString);
  module->setAttr(getAttrName(), LLVM::TargetAttr::get(context, StringAttr::get(context, tripleValue.str()),
                                                       StringAttr::get(context, cpuName), features));
}

bool TargetInfo::runsOnHost() const {
  if (Triple(sys::getProcessTriple()).getArch() != tripleValue.getArch())
    return false;
  StringMap<bool> host = sys::getHostCPUFeatures();
  return all_of(*enabled, [&](const auto &entry) {
    auto it = host.find(entry.getKey());
    return it == host.end() || it->second; // tuning flags are not in the host's list
  });
}

unsigned TargetInfo::vectorBits() const {
  if (!isX86())
    return 128;
  if (has("avx512bw") && has("avx512vl") && !has("prefer-256-bit"))
    return 512;
  return has("avx2") ? 256 : 128;
}

std::unique_ptr<TargetMachine> TargetInfo::createTargetMachine(std::string &error) const {
  initializeTargets();
  const Target *target = TargetRegistry::lookupTarget(tripleValue, error);
  if (!target)
    return nullptr;
  TargetOptions options;
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      tripleValue, cpuName, featureString, options, Reloc::PIC_, std::nullopt, CodeGenOptLevel::Aggressive));
  if (!machine)
    error = "LLVM cannot make a code generator for " + tripleValue.str();
  return machine;
}

void TargetInfo::list(raw_ostream &os) {
  initializeTargets();
  os << "native: " << sys::getProcessTriple() << ", cpu " << sys::getHostCPUName() << "\n";
  for (const Arch &arch : arches) {
    os << "\n"
       << arch.name << ": " << arch.triple << ", cpu " << arch.baselineCpu << " unless one is named\n";
    std::string line = "  CPUs:";
    for (StringRef name : cpuNames(arch)) {
      if (line.size() + name.size() + 1 > 100) {
        os << line << "\n";
        line = "       ";
      }
      line += (" " + name).str();
    }
    os << line << "\n";
  }
  os << "\nOther ELF triples of the two architectures are accepted as well.\n";
}
