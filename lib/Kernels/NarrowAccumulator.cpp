//===- NarrowAccumulator.cpp - Epilogues on i16 accumulators ----------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Kernels that count in 16 bits would widen their accumulators only to compare them with thresholds. Twice as
// many fit into a register as they are:
//
//   ^bb0(%acc: i32, %limit: i32):                    ^bb0(%acc: i16, %limit: i16):
//     %bit = arith.cmpi sge, %acc, %limit : i32  ->    %bit = arith.cmpi sge, %acc, %limit : i16
//
// where %limit is read from a constant, whose entries that no i16 is are replaced by the least or the largest
// i16: no accumulator has these values, so that every comparison has the same result. Falling thresholds,
// whose accumulator is inverted by an xor with 0 or -1, are served alike.

#include "NarrowAccumulator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace bnn;

static constexpr int64_t kLeast = std::numeric_limits<int16_t>::min(),
                         kLargest = std::numeric_limits<int16_t>::max();

static DenseElementsAttr narrowed(DenseElementsAttr values) {
  SmallVector<int16_t> clamped;
  for (const APInt &value : values.getValues<APInt>())
    clamped.push_back(std::clamp(value.getSExtValue(), kLeast, kLargest));
  auto type = cast<ShapedType>(values.getType()).clone(IntegerType::get(values.getContext(), 16));
  return DenseElementsAttr::get(type, ArrayRef<int16_t>(clamped));
}

namespace {

struct Narrowing {
  Region &region;
  SmallVectorImpl<Value> &params;
  /// Values of the region that become i16.
  SetVector<Value> values;

  /// The constant that a value of the region is or reads, or null.
  DenseElementsAttr constantOf(Value value) {
    DenseElementsAttr table;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      bool isParam = argument.getOwner() == &region.front() && argument.getArgNumber() > 0;
      return isParam && matchPattern(params[argument.getArgNumber() - 1], m_Constant(&table))
                 ? table
                 : DenseElementsAttr();
    }
    IntegerAttr number;
    if (value.getParentRegion() != &region || !matchPattern(value, m_Constant(&number)))
      return {};
    return DenseElementsAttr::get(RankedTensorType::get({1}, number.getType()), number.getValue());
  }

  /// Whether only `readers` use `operand`, a constant. One that inverts is all ones or zeros.
  bool canNarrow(Value operand, Operation *reader, ArrayRef<Operation *> readers) {
    DenseElementsAttr constant = constantOf(operand);
    if (!constant ||
        !llvm::all_of(operand.getUsers(), [&](Operation *user) { return llvm::is_contained(readers, user); }))
      return false;
    return !isa<arith::XOrIOp>(reader) || llvm::all_of(constant.getValues<APInt>(), [](const APInt &value) {
      return value.isZero() || value.isAllOnes();
    });
  }

  /// Finds all that depends on the accumulator; false if it is more than comparisons.
  bool collect(Value accumulator) {
    SmallVector<Operation *> readers;
    SmallVector<Value> pending = {accumulator};
    while (!pending.empty()) {
      Value value = pending.pop_back_val();
      values.insert(value);
      for (Operation *user : value.getUsers()) {
        auto compare = dyn_cast<arith::CmpIOp>(user);
        auto invert = dyn_cast<arith::XOrIOp>(user);
        if (!invert &&
            !(compare && compare.getPredicate() <= arith::CmpIPredicate::sge)) // not an unsigned one
          return false;
        readers.push_back(user);
        if (invert)
          pending.push_back(invert.getResult());
      }
    }
    for (Operation *reader : readers)
      for (Value operand : reader->getOperands())
        if (!values.contains(operand) && !canNarrow(operand, reader, readers))
          return false;
    for (Operation *reader : readers)
      values.insert(reader->operand_begin(), reader->operand_end());
    return true;
  }

  void apply() {
    Type i16 = IntegerType::get(region.getArgument(0).getContext(), 16);
    for (Value value : values) {
      auto argument = dyn_cast<BlockArgument>(value);
      auto constant = value.getDefiningOp<arith::ConstantOp>();
      if (argument && argument.getArgNumber() > 0) {
        Value &param = params[argument.getArgNumber() - 1];
        DenseElementsAttr table = constantOf(value);
        OpBuilder builder(param.getContext());
        builder.setInsertionPointAfterValue(param);
        param = arith::ConstantOp::create(builder, param.getLoc(), narrowed(table));
      } else if (constant) {
        int64_t number = cast<IntegerAttr>(constant.getValue()).getValue().getSExtValue();
        constant.setValueAttr(IntegerAttr::get(i16, std::clamp(number, kLeast, kLargest)));
      }
      value.setType(i16);
    }
  }
};

} // namespace

bool bnn::narrowAccumulator(Region &region, SmallVectorImpl<Value> &params, int64_t bound) {
  Value accumulator = region.getArgument(0);
  // The extreme values of i16 stand for what lies beyond.
  if (bound >= kLargest || accumulator.use_empty())
    return false;
  Narrowing narrowing = {region, params, {}};
  if (!narrowing.collect(accumulator))
    return false;
  narrowing.apply();
  return true;
}
