//===- LutStrategy.cpp - Few bits by few bits with table look-ups -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Contractions of one- and two-bit weights with up to four-bit activations. Four bits of weights (a `group`
// of four or two of them) are the index of a byte shuffle, whose table holds the sixteen sums of products
// that a group of activations can give. One shuffle serves a register of channels:
//
//   bytes[p][v] += table(activations[p][group])[weights[group][v]]          p < pixels, v < vectors
//
//   weights  activations   group   tables
//   1 bit    up to 2 bits  4       one of 256 constant ones, chosen by the codes of four activations
//   2 bits   up to 2 bits  2       one of 16 constant ones, chosen by the codes of two activations
//   1 bit    3, 4 bits     4       made from the activations, for all output channels
//
// Tables hold sums of unsigned numbers, a = factor·u + offset and w = factor'·q + offset', so
//
//   Σ a·w = factor·factor'·Σ u·q + factor·offset'·Σ u + offset·Σ w
//
// where Σ u is counted for each pixel of the image, and the last term is a constant per channel. Bytes hold a
// few groups. Then they are added to two words: one sums pairs of bytes as they are, modulo 2^16, the other
// the odd bytes, which are taken from the first at the end.
//
// Byte 4i + r of a register belongs to channel lanes·r + i, so that the four parts of the sums are channels
// in order. Coding is vectorised: two multiply-adds turn bytes into the offsets of their tables.

#include "LutPlan.h"

using namespace mlir;
using namespace bnn;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

std::optional<LutPlan> LutPlan::make(CodeTypeInterface activations, CodeTypeInterface weights, GeometryAttr g,
                                     const TargetInfo &target, std::string &reason) {
  LutPlan plan;
  reason.clear();
  plan.coding = DotForm::unsignedBytes(activations, g, target);
  int64_t values = weights.getNumValues(), largest = plan.coding.largest;
  plan.group = values <= 2 ? 4 : 2;
  plan.constantTables = largest <= 3;
  if (!target.has("ssse3") && !target.isAArch64())
    reason = "the target has no byte shuffle";
  else if (values > 4 || largest > 15 || (plan.group == 2 && !plan.constantTables))
    reason = "the codes have too many bits for tables";
  else if (g.getGroups() != 1)
    reason = "the convolution is grouped";
  else if (g.getInput()[3] % 4 != 0)
    reason = "the channels are no multiple of four";
  if (!reason.empty())
    return std::nullopt;
  plan.largestEntry = plan.group * largest * (values - 1);
  plan.weightStep = weights.getStep();
  plan.weightLow = weights.getMinValue();
  plan.lanes = target.vectorBits() / 32;
  int64_t needed = ceilDiv(g.getOutput()[3], 4 * plan.lanes), width = g.getOutput()[2];
  bool manyRegisters = target.isAArch64() || target.vectorBits() == 512;
  int64_t sums = (plan.constantTables ? 8 : 4) * (manyRegisters ? 2 : 1);
  plan.vectors = std::min<int64_t>(needed, 2);
  plan.panels = ceilDiv(needed, plan.vectors);
  plan.pixels = std::min(sums / plan.vectors, width);
  // Tiles of about the same width.
  plan.pixels = ceilDiv(width, ceilDiv(width, plan.pixels));
  bool contiguous = g.getDilations()[1] == 1 || g.getKernel()[1] == 1;
  plan.runs = g.getKernel()[0] * (contiguous ? 1 : g.getKernel()[1]);
  plan.steps = g.getInput()[3] / plan.group * (contiguous ? g.getKernel()[1] : 1);
  return plan;
}

namespace {

class LutStrategy : public Strategy {
public:
  StringRef getName() const override { return "lut"; }

  bool matches(ContractionOpInterface op, const TargetInfo &target, std::string &reason) const override {
    if (!canPackWeights(op, reason))
      return false;
    if (op.getActivationType().getBits() != 1 || op.getWeightType().getBits() != 1)
      return LutPlan::make(op.getActivationType(), op.getWeightType(), getGeometry(op), target, reason)
          .has_value();
    reason = "the codes are one bit by one bit";
    return false;
  }

  double estimateCycles(ContractionOpInterface op, const TargetInfo &target) const override {
    std::string reason;
    GeometryAttr g = getGeometry(op);
    LutPlan plan = *LutPlan::make(op.getActivationType(), op.getWeightType(), g, target, reason);
    double p = plan.pixels, v = plan.vectors, sums = p * v;
    double flush = 3 * sums / std::min<double>(255 / plan.largestEntry, plan.steps);
    double step = std::max((plan.constantTables ? 2 * p + v : p + v) / 2.2, (2 * sums + flush) / 3.2);
    // Measured with AVX2, as the numbers below.
    step *= plan.group == 2 ? 1.2 : plan.constantTables ? 1.05 : 1.1;
    double tiles =
        double(ceilDiv(g.getOutput()[2], plan.pixels)) * g.getOutput()[1] * g.getOutput()[0] * plan.panels;
    double numbers = double(op.getActivations().getType().getNumElements());
    // 512-bit shuffles and 128-bit ones run at the same rate, but CPUs with two NEON pipes do two look-ups in
    // two cycles.
    double scale = target.isAArch64() ? 1.7 : 1;
    return tiles * (step * plan.runs * plan.steps + 6 * sums + 8) * scale +
           numbers * (plan.constantTables ? 0.07 : 0.25) * (8.0 / plan.lanes);
  }

  Attribute getActivationLayout(ContractionOpInterface op) const override {
    return ByteCodesAttr::get(op.getContext());
  }

  PackedWeights packWeights(const WeightCodes &weights, CodeTypeInterface activationType, GeometryAttr g,
                            const TargetInfo &target) const override;

  LogicalResult emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const override;
};

PackedWeights LutStrategy::packWeights(const WeightCodes &weights, CodeTypeInterface activationType,
                                       GeometryAttr g, const TargetInfo &target) const {
  std::string reason;
  LutPlan plan = *LutPlan::make(activationType, weights.type, g, target, reason);
  PackedWeights packed;
  int64_t depth = weights.height * weights.width * weights.channels, length = plan.channelsPerVector();
  auto valueAt = [&](int64_t o, int64_t k) { return *weights.type.decode(weights.codes[o * depth + k]); };
  if (plan.coding.offset != 0)
    for (int64_t o = 0; o < weights.outputs; ++o) {
      int64_t sum = 0;
      for (int64_t k = 0; k < depth; ++k)
        sum += valueAt(o, k);
      packed.offsets.push_back(plan.coding.offset * sum);
    }
  // [panel][run][step][register][byte], then the tables. Depth is in the order of runs and steps.
  std::vector<char> storage;
  int64_t bits = 4 / plan.group;
  for (int64_t panel = 0; panel < plan.panels; ++panel)
    for (int64_t first = 0; first < depth; first += plan.group)
      for (int64_t byte = 0; byte < plan.panel(); ++byte) {
        int64_t vector = byte / length, lane = byte % length / 4, part = byte % 4;
        int64_t o = panel * plan.panel() + vector * length + part * plan.lanes + lane;
        int64_t index = 0;
        for (int64_t j = 0; o < weights.outputs && j < plan.group; ++j)
          index |= (valueAt(o, first + j) - plan.weightLow) / plan.weightStep << (bits * j);
        storage.push_back(char(index));
      }
  for (int64_t code = 0; plan.constantTables && code < (plan.group == 4 ? 256 : 16); ++code)
    for (int64_t index = 0; index < 16; ++index) {
      int64_t sum = 0;
      for (int64_t j = 0; j < plan.group; ++j)
        sum += (code >> (2 * j) & 3) * (index >> (bits * j) & ((1 << bits) - 1));
      storage.push_back(char(sum));
    }
  auto type = RankedTensorType::get(storage.size(), IntegerType::get(g.getContext(), 8));
  packed.storage = DenseElementsAttr::getFromRawBuffer(type, storage);
  return packed;
}

LogicalResult LutStrategy::emit(ContractKernelOp op, OpBuilder &builder, const TargetInfo &target) const {
  std::string reason;
  LutPlan plan =
      *LutPlan::make(cast<CodeTypeInterface>(op.getActivationType()),
                     cast<CodeTypeInterface>(op.getWeightType()), op.getGeometry(), target, reason);
  emitLut(op, builder, plan);
  return success();
}

} // namespace

std::unique_ptr<Strategy> bnn::createLutStrategy() { return std::make_unique<LutStrategy>(); }
