//===- EmitCInterface.cpp - NAME_run and NAME_workspace_size ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last step before the LLVM dialect: what the object exports.
//
//   func @m(%x: memref<4xf32>, %y: memref<2xi8> {bnn.result}) attributes {bnn.entry}
//     ->  func @m_run(%x, %y, %workspace: memref<0xi8>) -> i32
//         func @m_workspace_size() -> i64
//
// Memrefs stay: `convert-func-to-llvm{use-bare-ptr-memref-call-conv}` makes
// one pointer of each, which is why only static, contiguous ones may pass.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/WorkspacePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_EMITCINTERFACE
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

constexpr StringLiteral kResult = "bnn.result";

bool isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

struct EmitCInterface : bnn::impl::EmitCInterfaceBase<EmitCInterface> {
  LogicalResult checkSignature(func::FuncOp func) {
    if (!isCIdentifier(func.getName()))
      return func.emitError("'") << func.getName()
                                 << "' is no C identifier, so nothing can be exported under it; rename it";
    if (func.isExternal())
      return func.emitError("an entry function needs a body");
    if (func.getNumResults() != 0)
      return func.emitError(
          "an entry function returns through arguments; run bnn-results-to-out-params first");
    for (auto [i, type] : llvm::enumerate(func.getArgumentTypes())) {
      auto memref = dyn_cast<MemRefType>(type);
      if (!memref || !memref.hasStaticShape() || !memref.getLayout().isIdentity())
        return func.emitError("argument #")
               << i << " is " << type << "; expected a statically shaped, contiguous memref";
    }
    for (StringRef suffix : {"_run", "_workspace_size"})
      if (getOperation().lookupSymbol((func.getName() + suffix).str()))
        return func.emitError("the symbol '") << func.getName() << suffix << "' is taken";
    return success();
  }

  /// Promises to LLVM what the interface asks of callers: outputs and workspace overlap nothing.
  void setArgumentAttributes(func::FuncOp func) {
    Builder builder(&getContext());
    for (unsigned i = 0, e = func.getNumArguments(); i != e; ++i) {
      NamedAttrList attrs;
      UnitAttr unit = builder.getUnitAttr();
      attrs.set(LLVM::LLVMDialect::getNoAliasAttrName(), unit);
      attrs.set(LLVM::LLVMDialect::getNoUndefAttrName(), unit);
      auto type = cast<MemRefType>(func.getArgumentTypes()[i]);
      bool isWorkspace = func.getArgAttr(i, bnn::kWorkspace) != nullptr;
      // A model that needs no workspace may be called with a null pointer.
      if (!isWorkspace && type.getNumElements() != 0)
        attrs.set(LLVM::LLVMDialect::getNonNullAttrName(), unit);
      if (!isWorkspace && !func.getArgAttr(i, kResult))
        attrs.set(LLVM::LLVMDialect::getReadonlyAttrName(), unit);
      func.setArgAttrs(i, attrs);
    }
  }

  LogicalResult rewrite(func::FuncOp func) {
    if (failed(checkSignature(func)))
      return failure();
    MLIRContext *context = &getContext();
    OpBuilder builder(context);
    Location loc = func.getLoc();
    std::string name = func.getName().str();
    int64_t size = 0;
    if (auto attr = func->getAttrOfType<IntegerAttr>(bnn::kWorkspaceSize))
      size = attr.getInt();

    bool hasWorkspace = false;
    for (unsigned i = 0, e = func.getNumArguments(); i != e; ++i)
      hasWorkspace |= func.getArgAttr(i, bnn::kWorkspace) != nullptr;
    if (!hasWorkspace &&
        failed(func.insertArgument(
            func.getNumArguments(), MemRefType::get({0}, builder.getI8Type()),
            builder.getDictionaryAttr(builder.getNamedAttr(bnn::kWorkspace, builder.getUnitAttr())), loc)))
      return failure();
    setArgumentAttributes(func);

    func.walk([&](func::ReturnOp op) {
      builder.setInsertionPoint(op);
      Value zero = arith::ConstantIntOp::create(builder, op.getLoc(), 0, 32);
      op->setOperands(zero);
    });
    func.setFunctionType(builder.getFunctionType(func.getArgumentTypes(), builder.getI32Type()));
    func.setName(name + "_run");
    func.setPublic();
    func->removeAttr(bnn::BNNDialect::getEntryAttrName());
    func->removeAttr(bnn::kWorkspaceSize);

    builder.setInsertionPointAfter(func);
    auto query = func::FuncOp::create(builder, loc, name + "_workspace_size",
                                      builder.getFunctionType({}, builder.getI64Type()));
    builder.setInsertionPointToStart(query.addEntryBlock());
    Value bytes = arith::ConstantIntOp::create(builder, loc, size, 64);
    func::ReturnOp::create(builder, loc, bytes);
    return success();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries;
    for (auto func : module.getOps<func::FuncOp>()) {
      if (bnn::BNNDialect::isEntry(func)) {
        entries.push_back(func);
        continue;
      }
      func.setPrivate();
      // Symbol visibility alone does not survive the conversion to the LLVM dialect.
      if (!func.isExternal())
        func->setAttr("llvm.linkage", LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal));
    }
    for (auto global : module.getOps<memref::GlobalOp>())
      global.setPrivate();
    if (entries.empty()) {
      module.emitError("no function has the attribute 'bnn.entry', so there is nothing to export");
      return signalPassFailure();
    }
    for (func::FuncOp func : entries)
      if (failed(rewrite(func)))
        return signalPassFailure();
  }
};

} // namespace
