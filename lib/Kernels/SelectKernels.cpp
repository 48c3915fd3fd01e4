//===- SelectKernels.cpp - A strategy and a layout for every contraction ----===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Asks every registered strategy what a contraction would cost it, writes the cheapest into the op with the
// reason, and packs the activations into the layout which that strategy reads:
//
//   %acc = bnn.conv2d %x, %w {pad = [1, 1, 1, 1], pad_value = -1}
//
// becomes
//
//   %p = bnn.pack %x : tensor<1x8x8x64x!bnn.bipolar<1>>
//     -> tensor<1x8x8x64x!bnn.bipolar<1>, #bnn.bit_packed<pad = [1, 1, 1, 1], border = 0>>
//   %acc = bnn.conv2d %p, %w {kernel = "popcount", kernel_reason = "…", pad = [1, 1, 1, 1], pad_value = -1}
//
// Zero padding of -1 and +1 becomes padding with -1 and a correction (bnn-legalize-padding) unless the
// strategy has a way of its own. Convolutions that read one image with different borders share one packed
// image with the widest of them.

#include "bnn/Dialect/BNN/Transforms/Padding.h"
#include "bnn/Kernels/CostModel.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

namespace bnn {
#define GEN_PASS_DEF_SELECTKERNELS
#include "bnn/Kernels/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

/// Swaps the last two dimensions of a tensor of codes, on its values.
static Value transposeCodes(OpBuilder &builder, Location loc, Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  SmallVector<int64_t> shape(type.getShape()), order = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  auto values = RankedTensorType::get(type.getShape(), builder.getI32Type());
  Value input = UnrealizedConversionCastOp::create(builder, loc, values, codes).getResult(0);
  Value init = tensor::EmptyOp::create(builder, loc, shape, builder.getI32Type());
  Value output = linalg::TransposeOp::create(builder, loc, input, init, order)->getResult(0);
  return UnrealizedConversionCastOp::create(builder, loc, RankedTensorType::get(shape, type.getElementType()),
                                            output)
      .getResult(0);
}

/// Strategies read rows of activations, and rows of depth in weights that are packed at run time: all but
/// constants that serve the whole batch.
static void normalizeTransposes(MatmulOp op) {
  OpBuilder builder(op);
  if (op.getTransposeLhs()) {
    op.getLhsMutable().assign(transposeCodes(builder, op.getLoc(), op.getLhs()));
    op.setTransposeLhs(false);
  }
  bool isPrepacked = op.getRhs().getDefiningOp<ConstantOp>() && op.getRhs().getType().getRank() == 2;
  if (op.getTransposeRhs() && !isPrepacked) {
    op.getRhsMutable().assign(transposeCodes(builder, op.getLoc(), op.getRhs()));
    op.setTransposeRhs(false);
  }
}

/// Kernels see images of four dimensions: more batch dimensions than two become one.
static MatmulOp normalizeRank(MatmulOp op) {
  int64_t rank = op.getLhs().getType().getRank();
  if (rank <= 4)
    return op;
  OpBuilder builder(op);
  SmallVector<ReassociationIndices> groups = {
      llvm::to_vector<2>(llvm::seq<int64_t>(0, rank - 2)), {rank - 2}, {rank - 1}};
  auto collapse = [&](Value operand) -> Value {
    if (cast<RankedTensorType>(operand.getType()).getRank() == 2)
      return operand;
    return tensor::CollapseShapeOp::create(builder, op.getLoc(), operand, groups);
  };
  auto collapsed = MatmulOp::create(builder, op.getLoc(), collapse(op.getLhs()), collapse(op.getRhs()),
                                    op.getTransposeLhs(), op.getTransposeRhs(), op.getKernelAttr(),
                                    op.getKernelReasonAttr());
  Value expanded = tensor::ExpandShapeOp::create(builder, op.getLoc(), op.getType(), collapsed, groups);
  op.replaceAllUsesWith(expanded);
  op.erase();
  return collapsed;
}

static std::string formatCycles(double cycles) {
  return cycles < 1e4 ? llvm::formatv("{0:f0}", cycles).str() : llvm::formatv("{0:e2}", cycles).str();
}

/// The layout that serves all of `layouts`, or null if there is none.
static Attribute unite(ArrayRef<Attribute> layouts) {
  Attribute united = layouts.front();
  for (Attribute layout : layouts.drop_front()) {
    auto a = dyn_cast<BitPackedAttr>(united), b = dyn_cast<BitPackedAttr>(layout);
    if (!a || !b) {
      if (united != layout)
        return {};
      continue;
    }
    if (a.getPad().empty() || b.getPad().empty()) {
      united = a.getPad().empty() ? b : a;
      continue;
    }
    if (a.getBorder() != b.getBorder())
      return {};
    SmallVector<int64_t> pad;
    for (auto [p, q] : llvm::zip(a.getPad(), b.getPad()))
      pad.push_back(std::max(p, q));
    united = BitPackedAttr::get(layout.getContext(), pad, a.getBorder());
  }
  return united;
}

namespace {

struct SelectKernels : bnn::impl::SelectKernelsBase<SelectKernels> {
  using SelectKernelsBase::SelectKernelsBase;

  void runOnOperation() override {
    TargetInfo target = TargetInfo::of(getOperation());
    FailureOr<CostModel> costs = CostModel::of(getOperation());
    if (failed(costs))
      return signalPassFailure();
    getOperation()->walk([](MatmulOp op) { normalizeTransposes(normalizeRank(op)); });
    WalkResult walk =
        getOperation()->walk([&](ContractionOpInterface op) { return select(op, target, *costs); });
    if (walk.wasInterrupted())
      return signalPassFailure();
    packActivations();
  }

  /// Sets `kernel` and `kernel_reason`.
  WalkResult select(ContractionOpInterface op, const TargetInfo &target, const CostModel &costs) {
    StringAttr forced = op->getAttrOfType<StringAttr>("kernel");
    const Strategy *best = nullptr;
    double bestCycles = 0;
    bool bestPreferred = false;
    std::string others, refusals;
    for (const std::unique_ptr<Strategy> &strategy : getStrategies()) {
      if (forced && strategy->getName() != forced.getValue())
        continue;
      std::string reason;
      if (!strategy->matches(op, target, reason)) {
        refusals += (refusals.empty() ? "" : "; ") + strategy->getName().str() + ": " + reason;
        continue;
      }
      double cycles = costs.estimate(*strategy, op);
      bool preferred = llvm::is_contained(prefer, strategy->getName());
      bool better = preferred != bestPreferred ? preferred : cycles < bestCycles;
      if (best)
        others += llvm::formatv("; {0} about {1}", better ? best->getName() : strategy->getName(),
                                formatCycles(better ? bestCycles : cycles));
      if (!best || better) {
        best = strategy.get();
        bestCycles = cycles;
        bestPreferred = preferred;
      }
    }
    if (!best) {
      op.emitOpError() << "has no kernel that can compute it"
                       << (refusals.empty() ? "; the kernel it names does not exist" : " (" + refusals + ")");
      return WalkResult::interrupt();
    }
    std::string reason = "about " + formatCycles(bestCycles) + " cycles" + others;
    if (std::string source = costs.describe(); !source.empty())
      reason += "; " + source;
    if (!refusals.empty())
      reason += "; not " + refusals;
    // Chosen with the pad of 0 that the op has: some strategies do without a correction.
    if (auto conv = dyn_cast<Conv2DOp>(op.getOperation()))
      if (StringRef why; hasZeroPadding(conv) && !best->padsWithZero(op) && canLegalizePadding(conv, why))
        legalizePadding(conv);
    op->setAttr("kernel", StringAttr::get(&getContext(), best->getName()));
    op->setAttr("kernel_reason", StringAttr::get(&getContext(), reason));
    ++numContractions;
    return WalkResult::advance();
  }

  void packActivations() {
    llvm::MapVector<Value, SmallVector<ContractionOpInterface>> users;
    getOperation()->walk([&](ContractionOpInterface op) {
      if (!op.getActivations().getType().getEncoding())
        users[op.getActivations()].push_back(op);
    });
    for (auto &[value, ops] : users) {
      // Bit-packed and byte codes apart, and borders of different value apart.
      llvm::MapVector<std::pair<const void *, unsigned>, SmallVector<ContractionOpInterface>> groups;
      for (ContractionOpInterface op : ops) {
        Attribute layout = layoutFor(op);
        auto packed = dyn_cast<BitPackedAttr>(layout);
        groups[{layout.getTypeID().getAsOpaquePointer(), packed ? packed.getBorder() : 0}].push_back(op);
      }
      for (auto &[key, members] : groups) {
        Attribute layout = unite(llvm::map_to_vector(members, layoutFor));
        OpBuilder builder(&getContext());
        builder.setInsertionPointAfterValue(value);
        auto type = cast<RankedTensorType>(value.getType());
        Value packed =
            PackOp::create(builder, value.getLoc(),
                           RankedTensorType::get(type.getShape(), type.getElementType(), layout), value);
        for (ContractionOpInterface op : members)
          for (OpOperand &operand : op->getOpOperands().take_front())
            operand.set(packed);
        ++numPacked;
      }
    }
  }

  static Attribute layoutFor(ContractionOpInterface op) {
    return lookupStrategy(op->getAttrOfType<StringAttr>("kernel").getValue())->getActivationLayout(op);
  }
};

} // namespace
