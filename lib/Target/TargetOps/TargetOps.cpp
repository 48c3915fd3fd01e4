//===- TargetOps.cpp - What the lowerings of target ops share ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetOps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

SmallVector<Instruction> bnn::availableOn(const TargetInfo &target, ArrayRef<Instruction> instructions) {
  SmallVector<Instruction> available;
  llvm::copy_if(instructions, std::back_inserter(available),
                [&](const Instruction &instruction) { return target.has(instruction.feature); });
  return available;
}

static int64_t lanesOf(Type type) { return cast<VectorType>(type).getNumElements(); }

static Value extract(ImplicitLocOpBuilder &b, Value vector, int64_t offset, int64_t lanes) {
  if (lanesOf(vector.getType()) == lanes)
    return vector;
  return vector::ExtractStridedSliceOp::create(b, vector, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{lanes},
                                               ArrayRef<int64_t>{1});
}

static Value insert(ImplicitLocOpBuilder &b, Value part, Value vector, int64_t offset) {
  return vector::InsertStridedSliceOp::create(b, part, vector, ArrayRef<int64_t>{offset},
                                              ArrayRef<int64_t>{1});
}

static Value zeros(ImplicitLocOpBuilder &b, VectorType type) {
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value bnn::emitInPieces(ImplicitLocOpBuilder &b, ValueRange operands, VectorType type,
                        ArrayRef<Instruction> instructions,
                        function_ref<Value(const Instruction &, ArrayRef<Value>)> emit) {
  int64_t total = lanesOf(operands.front().getType());
  Value result;
  for (int64_t first = 0; first < total;) {
    int64_t left = total - first;
    // The widest that is full, else the narrowest.
    const Instruction *fitting =
        llvm::find_if(instructions, [&](const Instruction &i) { return i.lanes <= left; });
    const Instruction &instruction = fitting == instructions.end() ? instructions.back() : *fitting;
    int64_t valid = std::min(left, instruction.lanes);
    SmallVector<Value> pieces;
    for (Value operand : operands) {
      auto operandType = cast<VectorType>(operand.getType());
      int64_t lanes = lanesOf(operandType);
      Value piece = extract(b, operand, first * lanes / total, valid * lanes / total);
      auto whole = VectorType::get(instruction.lanes * lanes / total, operandType.getElementType());
      pieces.push_back(valid == instruction.lanes ? piece : insert(b, piece, zeros(b, whole), 0));
    }
    int64_t lanes = lanesOf(type);
    Value part = extract(b, emit(instruction, pieces), 0, valid * lanes / total);
    result = part.getType() == type
                 ? part
                 : insert(b, part, result ? result : zeros(b, type), first * lanes / total);
    first += valid;
  }
  return result;
}

Value bnn::callIntrinsic(ImplicitLocOpBuilder &b, const Instruction &instruction, Type type,
                         ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, type, b.getStringAttr(instruction.intrinsic), operands)
      .getResult(0);
}
