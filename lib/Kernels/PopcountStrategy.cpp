//===- PopcountStrategy.cpp - One bit by one bit with xor and popcount ------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The strategy that serves contractions of one bit by one bit on every CPU from baseline x86-64 and ARMv8.0
// up. How bits are counted is the matter of two forms, see Popcount.h; here is when to count them.

#include "Popcount.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace bnn;

/// One-bit products per cycle of a long inner loop. x86-64: measured on a Zen 4, which has all of the
/// instructions. AArch64: llvm-mca's models, by the number of pipelines for 128-bit vectors.
static double productsPerCycle(const TargetInfo &target) {
  if (target.isAArch64()) {
    StringRef cpu = target.cpu();
    for (StringRef inOrder :
         {"cortex-a3", "cortex-a53", "cortex-a55", "cortex-a510", "cortex-a520", "cortex-a320"})
      if (cpu.starts_with(inOrder))
        return 37;
    for (StringRef wide : {"apple", "cortex-x", "neoverse-v", "neoverse-512tvb", "oryon"})
      if (cpu.starts_with(wide))
        return 150;
    return 85;
  }
  if (target.has("avx512vpopcntdq"))
    return 320;
  if (target.has("avx512bitalg"))
    return 290;
  if (target.has("avx2"))
    return 113;
  return target.has("ssse3") ? 50 : 33;
}

/// Weights that are read once come from the second cache or beyond, at some twenty bytes a cycle.
static constexpr double kStreamedProductsPerCycle = 150;
/// What is gained where four steps share a count, by how bits are counted.
static constexpr double kSharedLookups = 1.1, kSharedShifts = 1.4;
/// An operation more in four, and twice the weights.
static constexpr double kMaskCost = 1.33;
/// Widening, the epilogue, and filling and draining the loops; x86-64 measured on a Zen 4.
static double cyclesPerOutput(const TargetInfo &target) {
  return target.has("avx512vpopcntdq") ? 0.06 : target.has("avx2") ? 0.25 : 0.5;
}

namespace {

class PopcountStrategy : public Strategy {
public:
  StringRef getName() const override { return "popcount"; }

  bool matches(ContractionOpInterface op, const TargetInfo &, std::string &reason) const override {
    if (!isBitByBit(op, reason) || !canPackWeights(op, reason))
      return false;
    if (canPadWithCodes(op))
      return true;
    reason = "the pad value is not one of the activations' values";
    return false;
  }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    GeometryAttr g = getGeometry(op);
    bool isXor = BitProduct(op.getActivationType(), op.getWeightType(), g).isXor;
    BitField field(g, formFor(target).panel(g, target), isXor);
    double positions = double(g.getOutput()[0] * g.getOutput()[1] * g.getOutput()[2]);
    // What is computed: registers of channels that are not full and words that hold other groups' channels
    // count in full.
    double channels = double(llvm::alignTo(g.getOutput()[3], formFor(target).granularity(target)));
    double products = positions * channels * double(8 * field.runs * field.runBytes);
    double rate = productsPerCycle(target);
    if (formFor(target).sharesCounts(g, target))
      rate *= target.has("ssse3") ? kSharedLookups : kSharedShifts;
    if (positions == 1)
      rate = std::min(rate, kStreamedProductsPerCycle);
    return products * (field.masked ? kMaskCost : 1) / rate +
           positions * double(g.getOutput()[3]) * cyclesPerOutput(target);
  }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    GeometryAttr g = getGeometry(op);
    bool padded = llvm::any_of(g.getPad(), [](int64_t p) { return p != 0; });
    // The code of the pad value: 0 for the low value of the type, 1 for the high one.
    unsigned border = padded ? op.getActivationType().encode(g.getPadValue()) : 0;
    return BitPackedAttr::get(op.getContext(), padded ? g.getPad() : ArrayRef<int64_t>(), border);
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                            GeometryAttr geometry, const TargetInfo &target) const override {
    PackedWeights packed{formFor(target).pack(weights, activationType, geometry, target), {}};
    int64_t scale = BitProduct(activationType, weights.type, geometry).onesScale;
    int64_t depth = weights.height * weights.width * weights.channels;
    for (int64_t o = 0; scale != 0 && o < weights.outputs; ++o)
      packed.offsets.push_back(scale *
                               llvm::count(ArrayRef(weights.codes).slice(o * depth, depth), uint8_t(1)));
    return packed;
  }

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const override {
    formFor(target).emit(op, builder, target);
    return success();
  }

private:
  static const PopcountForm &formFor(const TargetInfo &target) {
    return target.isAArch64() ? popcountTree : popcountLanes;
  }
};

} // namespace

std::unique_ptr<Strategy> bnn::createPopcountStrategy() { return std::make_unique<PopcountStrategy>(); }
