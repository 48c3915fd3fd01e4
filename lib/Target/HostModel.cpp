//===- HostModel.cpp - Runs a compiled model in this process --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C++ cannot call a function whose number of arguments is known only at run
// time, so a small function that takes them as an array is linked with the
// object:
//
//   int NAME_call(const void *const *args) { return NAME_run(args[0], args[1], ...); }
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/HostModel.h"

#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/MemoryBuffer.h"

#include <dlfcn.h>

using namespace mlir;
using namespace bnn;

HostModel::~HostModel() = default;

static std::string callSymbol(const ModelSignature &signature) { return signature.name + "_call"; }

/// A module with NAME_call alone.
static llvm::orc::ThreadSafeModule makeArrayCall(const ModelSignature &signature,
                                                 const llvm::DataLayout &layout, const llvm::Triple &triple) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = std::make_unique<llvm::Module>(callSymbol(signature), *context);
  module->setDataLayout(layout);
  module->setTargetTriple(triple);
  auto *pointer = llvm::PointerType::get(*context, 0);
  auto *result = llvm::Type::getInt32Ty(*context);
  unsigned numArgs = signature.inputs.size() + signature.outputs.size() + 1;
  SmallVector<llvm::Type *> types(numArgs, pointer);
  llvm::FunctionCallee run =
      module->getOrInsertFunction(signature.runSymbol(), llvm::FunctionType::get(result, types, false));
  auto *call = llvm::Function::Create(llvm::FunctionType::get(result, {pointer}, /*isVarArg=*/false),
                                      llvm::GlobalValue::ExternalLinkage, callSymbol(signature), *module);
  call->setUWTableKind(llvm::UWTableKind::None);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(*context, "", call));
  SmallVector<llvm::Value *> args;
  for (unsigned i = 0; i < numArgs; ++i)
    args.push_back(builder.CreateLoad(pointer, builder.CreateConstGEP1_64(pointer, call->getArg(0), i)));
  builder.CreateRet(builder.CreateCall(run, args));
  return {std::move(module), std::move(context)};
}

std::unique_ptr<HostModel> HostModel::load(LLVMModule code, const ModelSignature &signature,
                                           const TargetInfo &target, TargetInfo::ErrorFn error) {
  unsigned expected = signature.inputs.size() + signature.outputs.size() + 1;
  if (code.module->getFunction(signature.runSymbol())->arg_size() != expected) {
    error("'" + signature.runSymbol() +
          "' does not take one pointer for each input, output and the workspace");
    return nullptr;
  }
  SmallVector<char, 0> object;
  if (target.runsOnHost() && failed(emitCode(code, target, EmitKind::Object, "", object, error)))
    return nullptr;
  return loadObject(object, signature, target, error);
}

std::unique_ptr<HostModel> HostModel::loadObject(ArrayRef<char> object, const ModelSignature &signature,
                                                 const TargetInfo &target, TargetInfo::ErrorFn error) {
  // What the session would print: it says more than the error that follows.
  auto details = std::make_shared<std::string>();
  auto fail = [&](llvm::Error reason) {
    std::string text = llvm::toString(std::move(reason));
    error("cannot load the compiled model: " + (details->empty() ? text : *details + "; " + text));
    return nullptr;
  };
  if (!target.runsOnHost()) {
    error("code for " + target.triple().str() + " (" + target.cpu() + ") does not run on this machine");
    return nullptr;
  }
  initializeTargets();
  llvm::orc::JITTargetMachineBuilder machine(target.triple());
  machine.setCPU(target.cpu().str());
  // An object without constructors and thread-local variables needs nothing of a platform.
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(machine))
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return fail(jit.takeError());
  (*jit)->getExecutionSession().setErrorReporter(
      [details](llvm::Error reason) { *details += llvm::toString(std::move(reason)); });
  // libm, where the program itself is not linked with it.
  if (auto libm = llvm::orc::DynamicLibrarySearchGenerator::Load("libm.so.6",
                                                                 (*jit)->getDataLayout().getGlobalPrefix()))
    (*jit)->getMainJITDylib().addGenerator(std::move(*libm));
  else
    llvm::consumeError(libm.takeError());
  // Only the table of symbols has this name.
  if (StringRef(object.data(), object.size()).contains("GOMP_parallel")) {
    // LLVM closes libraries when the process exits, and idle threads of this one would go on in code that is
    // gone.
    dlopen("libgomp.so.1", RTLD_NOW | RTLD_NODELETE);
    auto openmp = llvm::orc::DynamicLibrarySearchGenerator::Load("libgomp.so.1",
                                                                 (*jit)->getDataLayout().getGlobalPrefix());
    if (!openmp)
      return fail(llvm::joinErrors(llvm::createStringError("several threads need OpenMP's runtime library, "
                                                           "libgomp.so.1 (Debian: libgomp1)"),
                                   openmp.takeError()));
    (*jit)->getMainJITDylib().addGenerator(std::move(*openmp));
  }
  if (auto reason = (*jit)->addObjectFile(
          llvm::MemoryBuffer::getMemBufferCopy(StringRef(object.data(), object.size()), signature.name)))
    return fail(std::move(reason));
  if (auto reason = (*jit)->addIRModule(makeArrayCall(signature, (*jit)->getDataLayout(), target.triple())))
    return fail(std::move(reason));

  std::unique_ptr<HostModel> model(new HostModel);
  auto run = (*jit)->lookup(callSymbol(signature));
  if (!run)
    return fail(run.takeError());
  auto size = (*jit)->lookup(signature.workspaceSizeSymbol());
  if (!size)
    return fail(size.takeError());
  model->runFn = run->toPtr<int (*)(const void *const *)>();
  model->sizeFn = size->toPtr<size_t (*)()>();
  model->sig = signature;
  model->jit = std::move(*jit);
  return model;
}

int HostModel::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs, void *workspace) const {
  assert(inputs.size() == sig.inputs.size() && outputs.size() == sig.outputs.size());
  SmallVector<const void *> args(inputs);
  llvm::append_range(args, outputs);
  args.push_back(workspace);
  return runFn(args.data());
}

int HostModel::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs) const {
  std::unique_ptr<uint8_t[]> workspace(new uint8_t[workspaceSize()]);
  return run(inputs, outputs, workspace.get());
}
