//===- ObjectEmitter.cpp - From the LLVM dialect to files -----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/ObjectEmitter.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace bnn;

/// What an object may call: memcpy, memset and libm. Everything else that LLVM knows is hidden from it, so
/// that no loop becomes a call of memmove or strlen, which a freestanding program may not have.
static llvm::TargetLibraryInfoImpl allowedLibrary(const llvm::Triple &triple) {
  using namespace llvm;
  TargetLibraryInfoImpl library(triple);
  library.disableAllFunctions();
  for (LibFunc function :
       {LibFunc_memcpy, LibFunc_memset, LibFunc_expf,   LibFunc_exp,   LibFunc_exp2f,      LibFunc_exp2,
        LibFunc_logf,   LibFunc_log,    LibFunc_log2f,  LibFunc_log2,  LibFunc_log10f,     LibFunc_log10,
        LibFunc_tanhf,  LibFunc_tanh,   LibFunc_sinf,   LibFunc_sin,   LibFunc_cosf,       LibFunc_cos,
        LibFunc_powf,   LibFunc_pow,    LibFunc_sqrtf,  LibFunc_sqrt,  LibFunc_floorf,     LibFunc_floor,
        LibFunc_ceilf,  LibFunc_ceil,   LibFunc_roundf, LibFunc_round, LibFunc_rintf,      LibFunc_rint,
        LibFunc_truncf, LibFunc_trunc,  LibFunc_fabsf,  LibFunc_fabs,  LibFunc_fmodf,      LibFunc_fmod,
        LibFunc_fmaxf,  LibFunc_fmax,   LibFunc_fminf,  LibFunc_fmin,  LibFunc_roundevenf, LibFunc_roundeven})
    library.setAvailable(function);
  return library;
}

/// Code for AArch64 is scheduled as for a Cortex-A55 on every CPU, without loads of register pairs. A core
/// that issues in order stalls wherever an operand is late, and waits for both halves of a pair; in the order
/// that suits it, one that issues out of order is just as fast.
static void setTuning(llvm::Function &function, const TargetInfo &target) {
  std::string features = target.features().str();
  if (target.isAArch64()) {
    function.addFnAttr("tune-cpu", "cortex-a55");
    features += features.empty() ? "+slow-paired-128" : ",+slow-paired-128";
  }
  if (!features.empty())
    function.addFnAttr("target-features", features);
}

/// Vector registers that are spilled where the stack is not aligned to them cross cache lines and, for some
/// callers, pages, where a store takes tens of cycles: a kernel's time would depend on where its caller's
/// frame happens to lie. LLVM aligns a stack by itself only if it knows before it allocates registers.
static void alignStack(llvm::Function &function, const TargetInfo &target) {
  uint64_t bytes = target.vectorBits() / 8;
  if (target.isX86() && bytes > 16)
    function.addFnAttr(llvm::Attribute::getWithStackAlignment(function.getContext(), llvm::Align(bytes)));
}

/// What the project promises of every function: compiled for this CPU, no exceptions, no unwind tables.
static void setFunctionAttributes(llvm::Module &module, const ModelSignature &signature,
                                  const TargetInfo &target) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", target.cpu());
    setTuning(function, target);
    if (function.getName() != signature.workspaceSizeSymbol())
      alignStack(function, target);
    function.setDoesNotThrow();
    function.setUWTableKind(llvm::UWTableKind::None);
    bool exported =
        function.getName() == signature.runSymbol() || function.getName() == signature.workspaceSizeSymbol();
    function.setLinkage(exported ? llvm::GlobalValue::ExternalLinkage : llvm::GlobalValue::InternalLinkage);
  }
  for (llvm::GlobalVariable &global : module.globals())
    if (!global.isDeclaration())
      global.setLinkage(llvm::GlobalValue::PrivateLinkage);
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned optLevel) {
  using namespace llvm;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = optLevel > 1;
  PassBuilder builder(&machine, tuning);
  functions.registerPass([&] { return TargetLibraryAnalysis(allowedLibrary(module.getTargetTriple())); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  OptimizationLevel level = optLevel == 0   ? OptimizationLevel::O0
                            : optLevel == 1 ? OptimizationLevel::O1
                            : optLevel == 2 ? OptimizationLevel::O2
                                            : OptimizationLevel::O3;
  ModulePassManager passes =
      optLevel == 0 ? builder.buildO0DefaultPipeline(level) : builder.buildPerModuleDefaultPipeline(level);
  passes.run(module, modules);
}

FailureOr<LLVMModule> bnn::translateAndOptimize(ModuleOp module, const ModelSignature &signature,
                                                const TargetInfo &target, unsigned optLevel) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine = target.createTargetMachine(error);
  if (!machine)
    return module.emitError() << error;

  LLVMModule code;
  code.context = std::make_unique<llvm::LLVMContext>();
  code.module = translateModuleToLLVMIR(module, *code.context, signature.name);
  if (!code.module)
    return module.emitError() << "could not be translated to LLVM IR";
  for (const std::string &symbol : {signature.runSymbol(), signature.workspaceSizeSymbol()}) {
    llvm::Function *function = code.module->getFunction(symbol);
    if (!function || function->isDeclaration())
      return module.emitError() << "has no function '" << symbol << "' after lowering";
  }
  code.module->setTargetTriple(target.triple());
  code.module->setDataLayout(machine->createDataLayout());
  code.module->setPICLevel(llvm::PICLevel::BigPIC);
  code.module->setSourceFileName(signature.name);
  setFunctionAttributes(*code.module, signature, target);
  optimize(*code.module, *machine, optLevel);
  return code;
}

/// Runs the code generator.
static LogicalResult generate(llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type,
                              SmallVectorImpl<char> &out, TargetInfo::ErrorFn error) {
  llvm::raw_svector_ostream stream(out);
  llvm::legacy::PassManager passes;
  passes.add(new llvm::TargetLibraryInfoWrapperPass(allowedLibrary(module.getTargetTriple())));
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type)) {
    error("LLVM cannot write this kind of file for " + module.getTargetTriple().str());
    return failure();
  }
  passes.run(module);
  return success();
}

/// The functions that an object file needs besides libm, memcpy and memset.
static std::vector<std::string> findForeignCalls(ArrayRef<char> object) {
  // C99's libm and roundeven of C23, without the suffixes f and l.
  static const llvm::StringSet<> allowed = {
      "memcpy", "memset", "acos",   "acosh", "asin",      "asinh",     "atan",   "atan2",     "atanh",
      "cbrt",   "ceil",   "cos",    "cosh",  "copysign",  "erf",       "erfc",   "exp",       "exp2",
      "expm1",  "fabs",   "fdim",   "floor", "fma",       "fmax",      "fmin",   "fmod",      "frexp",
      "hypot",  "ldexp",  "lgamma", "log",   "log10",     "log1p",     "log2",   "logb",      "lrint",
      "lround", "modf",   "pow",    "rint",  "nearbyint", "remainder", "round",  "roundeven", "scalbn",
      "sin",    "sincos", "sinh",   "sqrt",  "tan",       "tanh",      "tgamma", "trunc"};
  std::vector<std::string> foreign;
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(StringRef(object.data(), object.size()), "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return foreign;
  }
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    llvm::Expected<StringRef> name = symbol.getName();
    if (!flags || !name) {
      llvm::consumeError(flags.takeError());
      llvm::consumeError(name.takeError());
      continue;
    }
    if (!(*flags & llvm::object::SymbolRef::SF_Undefined) || name->empty() || allowed.contains(*name))
      continue;
    StringRef stem = *name;
    if (!(stem.consume_back("f") && allowed.contains(stem)))
      foreign.push_back(name->str());
  }
  return foreign;
}

/// Reports what the object needs and users may not have.
static LogicalResult checkCalls(ArrayRef<char> object, const LLVMModule &code, const llvm::Triple &triple,
                                TargetInfo::ErrorFn error) {
  for (const std::string &name : findForeignCalls(object)) {
    if (code.allocates && (name == "malloc" || name == "free"))
      continue;
    if (code.usesThreads &&
        (name == "GOMP_parallel" || name == "omp_get_thread_num" || name == "omp_get_num_threads"))
      continue;
    error("the code needs the function '" + name + "', which is not in libm: " + triple.getArchName() +
          " code for this CPU lacks an instruction that the model's types need (float16 and bfloat16 do; "
          "name a "
          "CPU that has it, such as --cpu=x86-64-v3)");
    return failure();
  }
  return success();
}

LogicalResult bnn::emitCode(LLVMModule &code, const TargetInfo &target, EmitKind kind, StringRef memberName,
                            SmallVectorImpl<char> &out, TargetInfo::ErrorFn error) {
  llvm::raw_svector_ostream stream(out);
  switch (kind) {
  case EmitKind::LLVMIR:
    code.module->print(stream, nullptr);
    return success();
  case EmitKind::Bitcode:
    llvm::WriteBitcodeToFile(*code.module, stream);
    return success();
  case EmitKind::Object:
  case EmitKind::Assembly:
  case EmitKind::Archive:
    break;
  }

  std::string message;
  std::unique_ptr<llvm::TargetMachine> machine = target.createTargetMachine(message);
  if (!machine) {
    error(message);
    return failure();
  }
  if (kind == EmitKind::Assembly)
    return generate(*code.module, *machine, llvm::CodeGenFileType::AssemblyFile, out, error);

  SmallVector<char, 0> object;
  if (failed(generate(*code.module, *machine, llvm::CodeGenFileType::ObjectFile, object, error)) ||
      failed(checkCalls(object, code, target.triple(), error)))
    return failure();
  if (kind == EmitKind::Object) {
    out.append(object.begin(), object.end());
    return success();
  }
  SmallVector<llvm::NewArchiveMember, 1> members;
  members.emplace_back(llvm::MemoryBufferRef(StringRef(object.data(), object.size()), memberName));
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> archive =
      llvm::writeArchiveToBuffer(members, llvm::SymtabWritingMode::NormalSymtab, llvm::object::Archive::K_GNU,
                                 /*Deterministic=*/true, /*Thin=*/false);
  if (!archive) {
    error(llvm::toString(archive.takeError()));
    return failure();
  }
  out.append((*archive)->getBufferStart(), (*archive)->getBufferEnd());
  return success();
}

std::optional<uint64_t> bnn::readWorkspaceSize(const llvm::Module &module, const ModelSignature &signature) {
  const llvm::Function *function = module.getFunction(signature.workspaceSizeSymbol());
  if (!function || function->isDeclaration() || function->size() != 1)
    return std::nullopt;
  auto *ret = dyn_cast<llvm::ReturnInst>(function->getEntryBlock().getTerminator());
  auto *value = ret ? dyn_cast_or_null<llvm::ConstantInt>(ret->getReturnValue()) : nullptr;
  return value ? std::optional<uint64_t>(value->getZExtValue()) : std::nullopt;
}
