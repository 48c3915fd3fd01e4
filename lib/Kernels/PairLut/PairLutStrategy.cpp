//===- PairLutStrategy.cpp - One bit by one bit by tables for two pixels ----===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// With a byte shuffle (pshufb), four bits of activations of two pixels choose a table of sixteen bytes that
// has the counts of both pixels for each four bits of weights. One shuffle of 32 bytes is 256
// multiplications: twice the rate of counting bits.
//
// Weights are one nibble to a byte, [panel][K-block][nibble][vector][32 channels]. Activations are bit-packed
// and coded by the kernel itself, once for all panels. See PairLutPlan.h for the blocking.

#include "PairLutEmitter.h"
#include "PairLutPlan.h"

#include "bnn/Kernels/Strategy.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

// Measured on a Zen 4, like the rates below.
static constexpr double kStreamedBytesPerCycle = 20, kCyclesPerSlot = 4, kCyclesPerOutput = 0.1;

namespace {

class PairLutStrategy : public Strategy {
public:
  StringRef getName() const override { return "pair-lut"; }

  bool matches(ContractionOpInterface op, const TargetInfo &, std::string &reason) const override {
    if (!isBitByBit(op, reason) || !canPackWeights(op, reason))
      return false;
    GeometryAttr g = getGeometry(op);
    int64_t channels = g.getInput()[3] / g.getGroups();
    if (g.getGroups() != 1 && (channels % 8 != 0 || g.getOutput()[3] / g.getGroups() % kPairLutLanes != 0))
      reason = "the groups are not whole bytes of inputs and whole vectors of outputs";
    else if (op.getDepth() > std::numeric_limits<uint16_t>::max())
      reason = "the sums do not fit into 16 bits";
    else if (!padsWithZero(op) && !canPadWithCodes(op))
      reason = "the pad value is not one of the activations' values";
    else if (PairLutPlan(g, /*flat=*/true).chunks == 0)
      reason = "the window is too wide";
    else
      return true;
    return false;
  }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    PairLutPlan plan(getGeometry(op), /*flat=*/true);
    GeometryAttr g = plan.geometry;
    bool isFast = target.has("avx2");
    // Vector operations per cycle, measured; without shuffles a look-up is a loop of 32.
    double perCycle = isFast ? 3.3 : target.has("ssse3") ? 1.2 : target.isAArch64() ? 0.3 : 0.02;
    double lookUps = plan.blocks() * plan.blockNibbles(), cycles = 0;
    for (int64_t vectors : plan.panels()) {
      // A look-up loads weights; a code and its table serve the vectors of a panel, which are too few below
      // three to keep other units as busy as the two loads of a cycle.
      double loads = isFast ? lookUps * (double(vectors) + 2) / 2 : 0;
      double pairs = double(plan.pairs()) * std::max(plan.operations() * double(vectors) / perCycle, loads);
      // Each block of pairs reads all weights, from the second cache or beyond: one pair cannot keep up.
      double passes = double(llvm::divideCeil(plan.pairs(), plan.pairsPerBlock(vectors)));
      double streamed = passes * lookUps * double(vectors) * kPairLutLanes / kStreamedBytesPerCycle;
      cycles += std::max(pairs, streamed);
    }
    double slots = double(plan.rows * plan.slots * plan.chunks);
    double coding = std::max(double(plan.codes()) / 16 * 6, slots * kCyclesPerSlot);
    double outputs = double(plan.pixels()) * double(plan.outputs) * kCyclesPerOutput;
    return double(g.getOutput()[0]) * double(g.getGroups()) * (cycles + coding + outputs);
  }

  bool padsWithZero(ContractionOpInterface op) const override {
    // A pad counts half of a whole nibble.
    GeometryAttr g = getGeometry(op);
    return isa<BipolarType>(op.getActivationType()) && isa<BipolarType>(op.getWeightType()) &&
           g.getInput()[3] / g.getGroups() % 4 == 0;
  }

  bool prefersNarrowAccumulators(ContractionOpInterface op) const override {
    return !PairLutProduct(op.getActivationType(), op.getWeightType()).addsWeights;
  }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    return BitPackedAttr::get(op.getContext(), {}, 0);
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                            GeometryAttr geometry, const TargetInfo &) const override {
    return pack(weights, activationType, geometry, /*narrow=*/false);
  }

  PackedWeights packNarrowWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                                  GeometryAttr geometry, const TargetInfo &) const override {
    return pack(weights, activationType, geometry, /*narrow=*/true);
  }

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &) const override {
    emitPairLut(op, builder);
    return success();
  }

private:
  static PackedWeights pack(const WeightCodes &weights, CodeTypeInterface activationType,
                            GeometryAttr geometry, bool narrow);
};

} // namespace

PackedWeights PairLutStrategy::pack(const WeightCodes &weights, CodeTypeInterface activationType,
                                    GeometryAttr geometry, bool narrow) {
  PairLutPlan plan(geometry, /*flat=*/true);
  int64_t groups = geometry.getGroups(), taps = plan.contiguousTaps ? weights.width : 1;
  SmallVector<int64_t> panels = plan.panels();
  std::vector<int8_t> storage(groups * plan.vectors() * plan.blocks() * plan.blockNibbles() * kPairLutLanes);
  int8_t *next = storage.data();
  // Groups, panels, chunks, runs of taps, nibbles, vectors: runs of a chunk are its K-blocks one after
  // another.
  for (int64_t group = 0; group < groups; ++group) {
    int64_t firstVector = 0;
    for (int64_t vectors : panels) {
      for (int64_t chunk = 0; chunk < plan.chunks; ++chunk)
        for (int64_t nibble = 0; nibble < plan.runs * plan.runNibbles; ++nibble) {
          int64_t tap = nibble / plan.runNibbles * taps + nibble % plan.runNibbles / plan.chunkNibbles;
          int64_t c = 4 * (chunk * plan.chunkNibbles + nibble % plan.chunkNibbles);
          for (int64_t v = 0; v < vectors; ++v, next += kPairLutLanes)
            for (int64_t lane = 0; lane < kPairLutLanes; ++lane) {
              int64_t o = (firstVector + v) * kPairLutLanes + lane;
              int8_t bits = 0;
              for (int64_t i = 0; i < 4 && c + i < weights.channels && o < plan.outputs; ++i)
                bits |= weights.at(group * plan.outputs + o, tap / weights.width, tap % weights.width, c + i)
                        << i;
              next[getPairLutByte(lane, narrow)] = bits;
            }
        }
      firstVector += vectors;
    }
  }
  PackedWeights packed;
  PairLutProduct product(activationType, weights.type);
  for (int64_t o = 0; o < weights.outputs && product.addsWeights; ++o) {
    int32_t ones = 0;
    for (int64_t i = 0; i < weights.height; ++i)
      for (int64_t j = 0; j < weights.width; ++j)
        for (int64_t c = 0; c < weights.channels; ++c)
          ones += weights.at(o, i, j, c);
    packed.offsets.push_back(product.both ? -ones : ones);
  }
  auto type = RankedTensorType::get({int64_t(storage.size())}, IntegerType::get(geometry.getContext(), 8));
  packed.storage = DenseElementsAttr::get(type, ArrayRef<int8_t>(storage));
  return packed;
}

std::unique_ptr<Strategy> bnn::createPairLutStrategy() { return std::make_unique<PairLutStrategy>(); }
