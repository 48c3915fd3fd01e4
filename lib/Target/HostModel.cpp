//===- HostModel.cpp - Runs a compiled model in this process --------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C++ cannot call a function whose number of arguments is known only at run
// time, so a small function that takes them as an array is added to the module:
//
//   int NAME_call(const void *const *args) { return NAME_run(args[0], args[1], ...); }
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/HostModel.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace bnn;

HostModel::~HostModel() = default;

static void addArrayCall(llvm::Module &module, const ModelSignature &signature, const TargetInfo &target) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Function *run = module.getFunction(signature.runSymbol());
  auto *pointer = llvm::PointerType::get(context, 0);
  auto *type = llvm::FunctionType::get(run->getReturnType(), {pointer}, /*isVarArg=*/false);
  auto *call =
      llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, signature.name + "_call", module);
  call->addFnAttr("target-cpu", target.cpu());
  if (!target.features().empty())
    call->addFnAttr("target-features", target.features());
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", call));
  SmallVector<llvm::Value *> args;
  for (unsigned i = 0, e = run->arg_size(); i < e; ++i)
    args.push_back(builder.CreateLoad(pointer, builder.CreateConstGEP1_64(pointer, call->getArg(0), i)));
  builder.CreateRet(builder.CreateCall(run, args));
}

std::unique_ptr<HostModel> HostModel::load(LLVMModule code, const ModelSignature &signature,
                                           const TargetInfo &target, TargetInfo::ErrorFn error) {
  auto fail = [&](llvm::Error reason) {
    error("cannot load the compiled model: " + llvm::toString(std::move(reason)));
    return nullptr;
  };
  if (!target.runsOnHost()) {
    error("code for " + target.triple().str() + " (" + target.cpu() + ") does not run on this machine");
    return nullptr;
  }
  unsigned expected = signature.inputs.size() + signature.outputs.size() + 1;
  if (code.module->getFunction(signature.runSymbol())->arg_size() != expected) {
    error("'" + signature.runSymbol() +
          "' does not take one pointer for each input, output and the workspace");
    return nullptr;
  }
  addArrayCall(*code.module, signature, target);
  SmallVector<char, 0> object;
  if (failed(emitCode(code, target, EmitKind::Object, "", object, error)))
    return nullptr;

  initializeTargets();
  llvm::orc::JITTargetMachineBuilder machine(target.triple());
  machine.setCPU(target.cpu().str());
  auto jit = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(machine)).create();
  if (!jit)
    return fail(jit.takeError());
  if (auto reason = (*jit)->addObjectFile(
          llvm::MemoryBuffer::getMemBufferCopy(StringRef(object.data(), object.size()), signature.name)))
    return fail(std::move(reason));

  std::unique_ptr<HostModel> model(new HostModel);
  auto run = (*jit)->lookup(signature.name + "_call");
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
