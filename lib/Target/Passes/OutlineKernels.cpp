//===- OutlineKernels.cpp - Loop nests become functions, equal ones the same ===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's passes take more than twice as long for a function of twice the size,
// and the layers of a network are much alike:
//
//   func @m(%x, %y, %ws) {                func @m(%x, %y, %ws) {
//     %a = memref.view %ws[...]             %a = memref.view %ws[...]
//     %w0 = memref.get_global @w0           %w0 = memref.get_global @w0
//     %w1 = memref.get_global @w1           %w1 = memref.get_global @w1
//     scf.for ... { x, w0 to a }     ->     call @m_conv(%x, %w0, %a)
//     scf.for ... { a, w1 to y }            call @m_conv(%a, %w1, %y)
//   }                                     }
//                                         func private @m_conv(%0, %1, %2) {
//                                           scf.for ... { 0, 1 to 2 }
//                                         }
//
// Arrays are arguments: those of the function, constants and views of the
// workspace. What is computed of them and of constants is computed again. Two
// nests are one function where their types and operations are the same.
//
// A run of operations is taken together if values go from one to another that a
// call cannot return, such as the sums that a loop leaves to a store after it.
//
//===----------------------------------------------------------------------===//

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/KernelKinds.h"
#include "bnn/Target/Passes.h"
#include "bnn/Target/WorkspacePlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace bnn {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "bnn/Target/Passes.h.inc"
} // namespace bnn

namespace {

/// Whether `op` makes an array: calls pass it, functions do not compute it again.
bool makesArray(Operation *op) {
  if (!isa<memref::GetGlobalOp, memref::ViewOp, memref::AllocaOp>(op))
    return false;
  auto type = cast<MemRefType>(op->getResult(0).getType());
  return type.hasStaticShape() && type.getLayout().isIdentity();
}

/// Whether functions that need `op`'s results compute them again.
bool isRepeated(Operation *op) { return isPure(op) && op->getNumRegions() == 0; }

/// What `op` and the operations in it need of their surroundings.
SetVector<Value> getUses(Operation *op) {
  SetVector<Value> uses(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), uses);
  return uses;
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

/// The operations of a block that are neither arrays nor repeated, in runs that values do not leave. Only the
/// numbers that a single operation computes do, since calls can pass them.
class Runs {
public:
  explicit Runs(Block &block) {
    for (Operation &op : block.without_terminator())
      add(&op);
  }

  /// Runs with loops in them.
  SmallVector<ArrayRef<Operation *>> withLoops() const {
    SmallVector<ArrayRef<Operation *>> result;
    for (unsigned i = 0; i < starts.size(); ++i)
      if (hasLoops(i))
        result.push_back(get(i));
    return result;
  }

private:
  ArrayRef<Operation *> get(unsigned run) const {
    unsigned end = run + 1 < starts.size() ? starts[run + 1] : ops.size();
    return ArrayRef(ops).slice(starts[run], end - starts[run]);
  }

  bool hasLoops(unsigned run) const {
    return llvm::any_of(get(run), [](Operation *op) { return op->getNumRegions() != 0; });
  }

  unsigned getRun(unsigned position) const {
    return llvm::upper_bound(starts, position) - starts.begin() - 1;
  }

  void add(Operation *op) {
    SmallVector<unsigned> needs;
    for (Value value : getUses(op))
      if (Operation *source = value.getDefiningOp())
        llvm::append_range(needs, origins.lookup(source));
    llvm::sort(needs);
    needs.erase(llvm::unique(needs), needs.end());
    if (needs.empty() && makesArray(op))
      return;
    if (isRepeated(op) && !makesArray(op)) {
      if (!needs.empty())
        origins[op] = std::move(needs);
      return;
    }
    unsigned position = ops.size();
    ops.push_back(op);
    starts.push_back(position);
    if (op->getNumResults() != 0)
      origins[op] = {position};
    for (unsigned need : needs) {
      unsigned run = getRun(need);
      bool isNumber =
          llvm::all_of(ops[need]->getResultTypes(), [](Type type) { return type.isIntOrIndexOrFloat(); });
      if (!isNumber || hasLoops(run))
        starts.truncate(run + 1);
    }
  }

  SmallVector<Operation *> ops;
  /// Positions in `ops` where runs begin.
  SmallVector<unsigned> starts;
  /// Positions of the operations on which values depend.
  DenseMap<Operation *, SmallVector<unsigned>> origins;
};

//===----------------------------------------------------------------------===//
// Promises
//===----------------------------------------------------------------------===//

int64_t getBytes(MemRefType type, const DataLayout &layout) {
  return type.getNumElements() * static_cast<int64_t>(layout.getTypeSize(type.getElementType()));
}

/// Where in the workspace an array lies: bytes from `begin` to `end` after `base`.
struct Place {
  Value source, base;
  int64_t begin = 0, end = 0;

  Place(memref::ViewOp view, const DataLayout &layout) : source(view.getSource()), base(view.getByteShift()) {
    if (std::optional<int64_t> constant = getConstantIntValue(base)) {
      base = Value();
      begin = *constant;
    } else if (auto add = base.getDefiningOp<arith::AddIOp>()) {
      if (std::optional<int64_t> constant = getConstantIntValue(add.getRhs())) {
        base = add.getLhs();
        begin = *constant;
      }
    }
    end = begin + getBytes(view.getType(), layout);
  }

  bool isApartFrom(const Place &other) const {
    return source == other.source && base == other.base && (end <= other.begin || other.end <= begin);
  }
};

/// What is known of the arrays that a call passes.
class Promises {
public:
  Promises(func::FuncOp func, ArrayRef<Value> arrays, const SymbolTable &symbols)
      : func(func), symbols(symbols), layout(DataLayout::closest(func)) {
    for (Value array : arrays) {
      if (auto view = array.getDefiningOp<memref::ViewOp>())
        places.push_back({array, Place(view, layout)});
      else if (auto argument = dyn_cast<BlockArgument>(array))
        passesWorkspace |= isWorkspace(argument);
    }
  }

  DictionaryAttr get(Value value) {
    Builder builder(func.getContext());
    NamedAttrList attrs;
    auto type = dyn_cast<MemRefType>(value.getType());
    if (type && isAlone(value))
      attrs.set(LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
    if (type && value.getDefiningOp() && getBytes(type, layout) != 0) {
      attrs.set(LLVM::LLVMDialect::getDereferenceableAttrName(),
                builder.getI64IntegerAttr(getBytes(type, layout)));
      if (memref::GlobalOp global = getGlobal(value))
        if (IntegerAttr alignment = global.getAlignmentAttr())
          attrs.set(LLVM::LLVMDialect::getAlignAttrName(), alignment);
    }
    return attrs.getDictionary(func.getContext());
  }

private:
  bool isWorkspace(BlockArgument argument) {
    return func.getArgAttr(argument.getArgNumber(), bnn::kWorkspace) != nullptr;
  }

  memref::GlobalOp getGlobal(Value value) {
    auto get = value.getDefiningOp<memref::GetGlobalOp>();
    return get ? symbols.lookup<memref::GlobalOp>(get.getName()) : memref::GlobalOp();
  }

  /// Whether nothing that is written through another argument is read or written through this one.
  bool isAlone(Value value) {
    // Callers promise it of the arguments of entry functions.
    if (auto argument = dyn_cast<BlockArgument>(value))
      return bnn::BNNDialect::isEntry(func) && (!isWorkspace(argument) || places.empty());
    if (value.getDefiningOp<memref::AllocaOp>())
      return true;
    if (memref::GlobalOp global = getGlobal(value))
      return global.getConstant();
    const Place *own = nullptr;
    for (const auto &[array, place] : places)
      if (array == value)
        own = &place;
    auto workspace = own ? dyn_cast<BlockArgument>(own->source) : BlockArgument();
    return workspace && bnn::BNNDialect::isEntry(func) && isWorkspace(workspace) && !passesWorkspace &&
           llvm::all_of(places, [&](const auto &other) {
             return other.first == value || own->isApartFrom(other.second);
           });
  }

  func::FuncOp func;
  const SymbolTable &symbols;
  DataLayout layout;
  SmallVector<std::pair<Value, Place>> places;
  bool passesWorkspace = false;
};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The body of a function, built by copying operations with what they need.
class BodyBuilder {
public:
  explicit BodyBuilder(MLIRContext *context) : builder(context) { builder.setInsertionPointToStart(&body); }

  void add(Operation *op) {
    for (Value value : getUses(op))
      provide(value);
    builder.clone(*op, mapping)->removeDiscardableAttr(bnn::kKernelKind);
  }

  void moveTo(func::FuncOp func) {
    func::ReturnOp::create(builder, func.getLoc());
    Block *entry = func.addEntryBlock();
    for (auto [from, to] : llvm::zip_equal(body.getArguments(), entry->getArguments()))
      from.replaceAllUsesWith(to);
    entry->getOperations().splice(entry->end(), body.getOperations());
  }

  /// The values outside that are arguments inside.
  SmallVector<Value> arguments;

private:
  void provide(Value value) {
    if (mapping.contains(value))
      return;
    Operation *op = value.getDefiningOp();
    if (!op || makesArray(op) || !isRepeated(op)) {
      mapping.map(value, body.addArgument(value.getType(), value.getLoc()));
      arguments.push_back(value);
      return;
    }
    for (Value operand : op->getOperands())
      provide(operand);
    builder.clone(*op, mapping);
  }

  Block body;
  OpBuilder builder;
  IRMapping mapping;
};

llvm::hash_code hashBody(func::FuncOp func) {
  llvm::hash_code hash = hash_value(func.getFunctionType());
  func.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(
        hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::Flags::IgnoreLocations));
  });
  return hash;
}

bool areEqual(func::FuncOp lhs, func::FuncOp rhs) {
  return lhs.getFunctionType() == rhs.getFunctionType() &&
         OperationEquivalence::isRegionEquivalentTo(&lhs.getBody(), &rhs.getBody(),
                                                    OperationEquivalence::Flags::IgnoreLocations);
}

/// Leaves of what `func` promises of its arguments what `other` promises as well.
void intersectPromises(func::FuncOp func, func::FuncOp other) {
  for (unsigned i = 0; i < func.getNumArguments(); ++i) {
    NamedAttrList attrs;
    for (NamedAttribute attr : function_interface_impl::getArgAttrs(func, i))
      if (other.getArgAttr(i, attr.getName()) == attr.getValue())
        attrs.append(attr);
    func.setArgAttrs(i, attrs);
  }
}

struct OutlineKernels : bnn::impl::OutlineKernelsBase<OutlineKernels> {
  /// `model` and what the first loops of `run` are said to compute.
  std::string getKernelName(StringRef model, ArrayRef<Operation *> run) {
    for (Operation *op : run)
      if (auto kind = op->getAttrOfType<StringAttr>(bnn::kKernelKind))
        return (model + "_" + kind.getValue()).str();
    return (model + "_loops").str();
  }

  /// A function with the operations of `run` in it, which may be one that is there already.
  func::FuncOp getFunction(func::FuncOp func, ArrayRef<Operation *> run, SmallVectorImpl<Value> &arguments,
                           SymbolTable &symbols) {
    BodyBuilder body(&getContext());
    for (Operation *op : run)
      body.add(op);
    arguments.assign(body.arguments);
    auto type = FunctionType::get(&getContext(), ValueRange(arguments).getTypes(), {});
    auto kernel = func::FuncOp::create(run.front()->getLoc(), getKernelName(func.getName(), run), type);
    Promises promises(func, arguments, symbols);
    for (auto [i, argument] : llvm::enumerate(arguments))
      kernel.setArgAttrs(i, promises.get(argument));
    kernel.setPrivate();
    // LLVM would put functions of one call back. The attribute of that name of func.func gets lost in
    // lowering.
    Builder attrs(&getContext());
    kernel->setAttr("passthrough", attrs.getStrArrayAttr({"noinline"}));
    body.moveTo(kernel);

    SmallVector<func::FuncOp> &alike = kernels[hashBody(kernel)];
    for (func::FuncOp other : alike)
      if (areEqual(kernel, other)) {
        intersectPromises(other, kernel);
        kernel.erase();
        ++numShared;
        return other;
      }
    alike.push_back(kernel);
    symbols.insert(kernel);
    ++numKernels;
    return kernel;
  }

  void outline(func::FuncOp func, SymbolTable &symbols) {
    Runs runs(func.front());
    DenseSet<Operation *> moved;
    SmallVector<Value> arguments;
    for (ArrayRef<Operation *> run : runs.withLoops()) {
      func::FuncOp kernel = getFunction(func, run, arguments, symbols);
      OpBuilder builder(run.back());
      func::CallOp::create(builder, run.back()->getLoc(), kernel, arguments);
      moved.insert(run.begin(), run.end());
    }
    // From the end, so that what used an operation's results is gone before it.
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(func.front())))
      if (moved.contains(&op) || isOpTriviallyDead(&op))
        op.erase();
  }

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (!bnn::BNNDialect::isEntry(func) || func.isExternal())
        continue;
      if (!func.getBody().hasOneBlock()) {
        func.emitError("an entry function must have a single block; outline before lowering control flow");
        return signalPassFailure();
      }
      if (func.getNumResults() != 0) {
        func.emitError("an entry function returns through arguments; run bnn-results-to-out-params first");
        return signalPassFailure();
      }
      outline(func, symbols);
    }
  }

  /// All functions made, by a hash of what is in them.
  DenseMap<llvm::hash_code, SmallVector<func::FuncOp>> kernels;
};

} // namespace
