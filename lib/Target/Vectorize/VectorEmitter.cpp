//===- VectorEmitter.cpp - Vector loops for a linalg op --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loop order, from outside: parallel loops, lanes, block, reductions. Extents
// are static, so remainders are further pieces of code without a condition:
// lanes that fill no vector become vectors of 4, 2 and 1, all in one block.
//
//   oh:26                          for %oh
//   oc:64 = 4 × (2 vectors of 8)     for %oc step 16
//   ow:26 = 6 × 4 + 2                  for %ow to 24 step 4   { 8 accumulators }
//   kh:3, kw·ic:3                        for %kh { for %kw iter_args(8 × vector<8xf32>) }
//                                      then %ow = 24           { 4 accumulators }
//
// Every element's reduction runs in the order of the loops, so results are the
// same bits as those of plain loops, on every target (without `fma`).
//
//===----------------------------------------------------------------------===//

#include "VectorEmitter.h"
#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Target/ParallelLoops.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace bnn;

VectorEmitter::VectorEmitter(const LoopNest &nest, const VectorPlan &plan, const VectorMachine &machine,
                             SymbolTableCollection &symbols)
    : nest(nest), plan(plan), machine(machine),
      builder(nest.op.getLoc(), nest.epilogue ? nest.epilogue.getOperation() : nest.op.getOperation()) {
  variables.resize(nest.loops.size());
  for (auto [i, access] : llvm::enumerate(nest.accesses)) {
    packed.push_back(packConstant(nest, plan, i, symbols));
    if (packed.back()) {
      memref::GlobalOp global = packed.back()->global;
      buffers.push_back(memref::GetGlobalOp::create(builder, global.getType(), global.getName()));
      continue;
    }
    Value buffer = access.operand->get();
    bool isUsed = (access.isRead || access.isOutput) && !access.isFused;
    buffers.push_back(isUsed && isa<MemRefType>(buffer.getType())
                          ? flattenBuffer(builder, builder.getLoc(), buffer)
                          : buffer);
  }
  auto getOutputs = [&](linalg::LinalgOp op) {
    SmallVector<unsigned> indices;
    for (auto [i, access] : llvm::enumerate(nest.getAccesses(op)))
      if (access.isOutput)
        indices.push_back(nest.getFirstAccess(op) + i);
    return indices;
  };
  outputs = getOutputs(nest.op);
  stored = nest.epilogue ? getOutputs(nest.epilogue) : outputs;
}

SmallVector<VectorEmitter::Lanes> VectorEmitter::getLanes(int64_t extent, int64_t width) {
  SmallVector<Lanes> lanes;
  for (int64_t offset = 0; offset < extent;) {
    while (width > extent - offset)
      width /= 2;
    lanes.push_back({offset, width});
    offset += width;
  }
  return lanes;
}

Value VectorEmitter::constant(int64_t value) { return arith::ConstantIndexOp::create(builder, value); }

void VectorEmitter::emitLoop(unsigned loop, int64_t begin, int64_t end, int64_t step,
                             llvm::function_ref<void()> emitBody) {
  if (begin >= end)
    return;
  if (begin + step >= end) {
    variables[loop] = constant(begin);
    emitBody();
    return;
  }
  auto forOp = scf::ForOp::create(builder, constant(begin), constant(end), constant(step));
  if (nest.loops[loop].isParallel)
    markParallel(forOp);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  variables[loop] = forOp.getInductionVar();
  emitBody();
}

void VectorEmitter::emitParallel(ArrayRef<unsigned> loops, llvm::function_ref<void()> emitBody) {
  if (loops.empty())
    return emitBody();
  emitLoop(loops.front(), 0, nest.loops[loops.front()].extent, 1,
           [&] { emitParallel(loops.drop_front(), emitBody); });
}

VectorEmitter::Values VectorEmitter::emitReduction(ArrayRef<unsigned> loops, Values carried,
                                                   llvm::function_ref<Values(Values)> emitBody) {
  if (loops.empty())
    return emitBody(std::move(carried));
  unsigned loop = loops.front();
  int64_t extent = nest.loops[loop].extent;
  // The innermost loop of a few steps, such as the channels of a picture, costs more than its steps.
  if (extent == 1 || (loops.size() == 1 && extent <= 4)) {
    for (int64_t step = 0; step < extent; ++step) {
      variables[loop] = constant(step);
      carried = emitReduction(loops.drop_front(), std::move(carried), emitBody);
    }
    return carried;
  }
  auto forOp = scf::ForOp::create(builder, constant(0), constant(extent), constant(1), carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  variables[loop] = forOp.getInductionVar();
  Values results = emitReduction(loops.drop_front(), Values(forOp.getRegionIterArgs()), emitBody);
  scf::YieldOp::create(builder, results);
  return Values(forOp.getResults());
}

Value VectorEmitter::getAddress(unsigned index, int64_t blockOffset, int64_t laneOffset) {
  const LoopNest::Access &access = nest.accesses[index];
  SmallVector<int64_t> strides = access.strides;
  int64_t offset = access.start + laneOffset * strides[plan.lanes];
  if (packed[index]) {
    // Panels before this one are as deep; within it, a step of depth is as wide as the panel.
    offset = laneOffset;
    for (auto [stride, own] : llvm::zip_equal(strides, packed[index]->strides))
      stride = own * segmentLanes;
    strides[plan.lanes] = packed[index]->depth;
  }
  if (plan.block)
    offset += blockOffset * strides[*plan.block];
  AffineExpr sum = builder.getAffineConstantExpr(offset);
  Values operands;
  for (auto [variable, stride] : llvm::zip_equal(variables, strides)) {
    if (stride == 0 || !variable)
      continue;
    sum = sum + builder.getAffineDimExpr(operands.size()) * stride;
    operands.push_back(variable);
  }
  return affine::AffineApplyOp::create(builder, AffineMap::get(operands.size(), 0, sum), operands);
}

Value VectorEmitter::load(unsigned index, int64_t blockOffset, const Lanes &lanes) {
  const LoopNest::Access &access = nest.accesses[index];
  if (!isa<MemRefType>(buffers[index].getType()))
    return buffers[index];
  int64_t stride = access.strides[plan.lanes];
  bool perBlock = plan.block && access.strides[*plan.block] != 0;
  Value &value =
      loads[{index, perBlock ? blockOffset : 0, stride ? lanes.offset : -1, stride ? lanes.width : 0}];
  if (value)
    return value;
  if (stride == 0) {
    value = memref::LoadOp::create(builder, buffers[index], getAddress(index, blockOffset, 0));
    return value;
  }
  auto type = VectorType::get({lanes.width}, access.element);
  if (stride == 1) {
    value =
        vector::LoadOp::create(builder, type, buffers[index], getAddress(index, blockOffset, lanes.offset));
    return value;
  }
  Values elements;
  for (int64_t i = 0; i < lanes.width; ++i)
    elements.push_back(
        memref::LoadOp::create(builder, buffers[index], getAddress(index, blockOffset, lanes.offset + i)));
  value = vector::FromElementsOp::create(builder, type, elements);
  return value;
}

void VectorEmitter::store(unsigned index, int64_t blockOffset, const Lanes &lanes, Value value) {
  Value address = getAddress(index, blockOffset, lanes.offset);
  vector::StoreOp::create(builder, value, buffers[index], address);
}

VectorEmitter::Values VectorEmitter::getArguments(linalg::LinalgOp op, int64_t blockOffset,
                                                  const Lanes &lanes, ValueRange registers) {
  Values arguments;
  unsigned first = nest.getFirstAccess(op), next = 0;
  for (auto [i, access] : llvm::enumerate(nest.getAccesses(op))) {
    if (access.isFused && access.isRead) {
      arguments.push_back(registers.front());
    } else if (op == nest.op && access.isOutput && !registers.empty()) {
      arguments.push_back(registers[next++]);
    } else if (access.isRead) {
      arguments.push_back(load(first + i, blockOffset, lanes));
    } else {
      // The body does not look at it.
      arguments.push_back(op.getBlock()->getArgument(i));
    }
  }
  return arguments;
}

VectorEmitter::Values VectorEmitter::getIndices(int64_t blockOffset, const Lanes &lanes) {
  Values indices;
  if (!nest.op.hasIndexSemantics())
    return indices;
  for (unsigned i = 0; i < nest.loops.size(); ++i) {
    Value index = variables[i];
    int64_t offset = i == plan.lanes ? lanes.offset : plan.block == i ? blockOffset : 0;
    if (index && offset)
      index = arith::AddIOp::create(builder, index, constant(offset));
    if (index && i == plan.lanes) {
      auto type = VectorType::get({lanes.width}, builder.getIndexType());
      Value step = vector::StepOp::create(builder, type);
      index = arith::AddIOp::create(builder, toVector(builder, builder.getLoc(), index, lanes.width), step);
    }
    indices.push_back(index);
  }
  return indices;
}

VectorEmitter::Values VectorEmitter::emitBodyAt(linalg::LinalgOp op, int64_t blockOffset, const Lanes &lanes,
                                                ValueRange registers) {
  Values arguments = getArguments(op, blockOffset, lanes, registers);
  VectorBody body(op, machine.fma && op == nest.op && !nest.isElementwise());
  return body.emit(builder, builder.getLoc(), arguments, lanes.width, getIndices(blockOffset, lanes));
}

/// Has products of neighbouring vectors computed before the first of them is added to its sum.
void VectorEmitter::computeProductsTogether(ArrayRef<Value> sums) {
  SmallVector<OpOperand *> products;
  for (Value sum : sums)
    if (auto add = sum.getDefiningOp<arith::AddFOp>())
      for (OpOperand &operand : add->getOpOperands())
        if (operand.get().getDefiningOp<arith::MulFOp>())
          products.push_back(&operand);
  if (products.size() != sums.size())
    return;
  for (Value sum : sums)
    sum.getDefiningOp()->moveBefore(builder.getBlock(), builder.getInsertionPoint());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(sums.front().getDefiningOp());
  Values values = llvm::map_to_vector(products, [](OpOperand *product) { return product->get(); });
  auto together = ComputeTogetherOp::create(builder, ValueRange(values).getTypes(), values);
  for (auto [product, value] : llvm::zip_equal(products, together.getResults()))
    product->set(value);
}

void VectorEmitter::emitBlock(const Block &block) {
  loads.clear();
  SmallVector<unsigned> reductions;
  for (auto [i, loop] : llvm::enumerate(nest.loops))
    if (!loop.isParallel)
      reductions.push_back(i);

  // All positions of the block, and for each its outputs.
  auto forEach = [&](llvm::function_ref<void(int64_t, const Lanes &)> callback) {
    for (int64_t i = 0; i < block.size; ++i)
      for (const Lanes &lanes : block.lanes)
        callback(i, lanes);
  };
  Values results;
  // A reduction of one step has lost its loop, but still starts from what a prologue would have stored.
  if (reductions.empty() && !nest.prologue) {
    forEach([&](int64_t i, const Lanes &lanes) { results.append(emitBodyAt(nest.op, i, lanes, {})); });
  } else {
    forEach([&](int64_t i, const Lanes &lanes) {
      if (nest.prologue)
        return results.append(emitBodyAt(nest.prologue, i, lanes, {}));
      for (unsigned output : outputs)
        results.push_back(load(output, i, lanes));
    });
    results = emitReduction(reductions, std::move(results), [&](Values carried) {
      loads.clear();
      Values next;
      for (int64_t i = 0; i < block.size; ++i) {
        unsigned first = next.size();
        for (const Lanes &lanes : block.lanes) {
          auto accumulators = ArrayRef(carried).slice(next.size(), outputs.size());
          next.append(emitBodyAt(nest.op, i, lanes, accumulators));
        }
        if (machine.pairsProducts && block.lanes.size() == 2)
          computeProductsTogether(ArrayRef(next).drop_front(first));
      }
      return next;
    });
    loads.clear();
  }
  if (nest.epilogue) {
    Values sums = std::move(results);
    results.clear();
    forEach([&, next = 0u](int64_t i, const Lanes &lanes) mutable {
      results.append(emitBodyAt(nest.epilogue, i, lanes, sums[next++]));
    });
  }
  // Stores last: an elementwise op may be computed in place.
  forEach([&, next = 0u](int64_t i, const Lanes &lanes) mutable {
    for (unsigned output : stored)
      store(output, i, lanes, results[next++]);
  });
}

void VectorEmitter::emitBlockSegments(ArrayRef<Lanes> lanes) {
  Block block;
  block.lanes.assign(lanes.begin(), lanes.end());
  if (!plan.block)
    return emitBlock(block);
  unsigned loop = *plan.block;
  int64_t extent = nest.loops[loop].extent;
  unsigned registers = lanes.size() * outputs.size();
  int64_t size = plan.getBlockSize(nest, registers, machine);
  int64_t whole = extent / size * size;
  block.size = size;
  emitLoop(loop, 0, whole, size, [&] { emitBlock(block); });
  block.size = extent - whole;
  emitLoop(loop, whole, extent, extent - whole, [&] { emitBlock(block); });
}

void VectorEmitter::emitLaneSegments() {
  int64_t extent = nest.loops[plan.lanes].extent;
  int64_t step = plan.width * plan.vectors;
  int64_t whole = extent / step * step;
  segmentLanes = step;
  emitLoop(plan.lanes, 0, whole, step, [&] { emitBlockSegments(getLanes(step, plan.width)); });
  segmentLanes = extent - whole;
  emitLoop(plan.lanes, whole, extent, step, [&] { emitBlockSegments(getLanes(extent - whole, plan.width)); });
}

Value VectorEmitter::reduceLanes(Operation *combiner, Value value) {
  for (int64_t width = cast<VectorType>(value.getType()).getDimSize(0); width > 1; width /= 2) {
    Value low = vector::ExtractStridedSliceOp::create(builder, value, ArrayRef<int64_t>{0},
                                                      ArrayRef<int64_t>{width / 2}, ArrayRef<int64_t>{1});
    Value high = vector::ExtractStridedSliceOp::create(builder, value, ArrayRef<int64_t>{width / 2},
                                                       ArrayRef<int64_t>{width / 2}, ArrayRef<int64_t>{1});
    value = emitCombiner(builder, builder.getLoc(), combiner, low, high);
  }
  return vector::ExtractOp::create(builder, value, 0);
}

void VectorEmitter::emitHorizontal() {
  Operation *combiner = getCombiner(nest.op);
  TypedAttr neutral = *arith::getNeutralElement(combiner);
  // Upstream's 0.0 would make a sum of nothing but -0.0 positive.
  if (isa<arith::AddFOp>(combiner))
    neutral = builder.getFloatAttr(neutral.getType(), -0.0);
  const LoopNest::Access &output = nest.accesses[outputs.front()];
  int64_t extent = nest.loops[plan.lanes].extent;
  int64_t whole = extent / plan.width * plan.width;
  SmallVector<unsigned> outer;
  for (auto [i, loop] : llvm::enumerate(nest.loops))
    if (!loop.isParallel && i != plan.lanes)
      outer.push_back(i);

  variables[plan.lanes] = constant(0);
  Value address = getAddress(outputs.front(), 0, 0);
  Value total = memref::LoadOp::create(builder, buffers[outputs.front()], address);
  // One accumulator of whole vectors, and one for each piece of the remainder.
  SmallVector<Lanes> rest = getLanes(extent - whole, plan.width);
  Values carried;
  auto addAccumulator = [&](int64_t width) {
    auto type = VectorType::get({width}, output.element);
    carried.push_back(arith::ConstantOp::create(builder, DenseElementsAttr::get(type, neutral)));
  };
  if (whole)
    addAccumulator(plan.width);
  for (const Lanes &lanes : rest)
    addAccumulator(lanes.width);

  Values sums = emitReduction(outer, carried, [&](Values partial) {
    Values next;
    if (whole) {
      auto forOp =
          scf::ForOp::create(builder, constant(0), constant(whole), constant(plan.width), partial.front());
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(forOp.getBody());
      variables[plan.lanes] = forOp.getInductionVar();
      loads.clear();
      scf::YieldOp::create(builder, emitBodyAt(nest.op, 0, {0, plan.width}, forOp.getRegionIterArgs()));
      next.push_back(forOp.getResult(0));
    }
    variables[plan.lanes] = constant(whole);
    loads.clear();
    for (const Lanes &lanes : rest)
      next.append(emitBodyAt(nest.op, 0, lanes, partial[next.size()]));
    return next;
  });
  for (Value sum : sums)
    total = emitCombiner(builder, builder.getLoc(), combiner, total, reduceLanes(combiner, sum));
  memref::StoreOp::create(builder, total, buffers[outputs.front()], address);
}

void VectorEmitter::emit() {
  SmallVector<unsigned> outer;
  for (auto [i, loop] : llvm::enumerate(nest.loops))
    if (loop.isParallel && i != plan.lanes && plan.block != i)
      outer.push_back(i);
  emitParallel(outer, [&] { plan.isHorizontal ? emitHorizontal() : emitLaneSegments(); });
}
