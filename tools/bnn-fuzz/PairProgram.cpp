//===- PairProgram.cpp - Every coding by every coding ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program has one type of activations, which some types of weights meet: in
// convolutions or in matrix products, each of a random shape. Programs of
// consecutive seeds are all pairs of the 25 types on each side in both. Several
// contractions in one program share its fixed cost, of compiling, linking and
// starting emulators; many kernels in one function are slow to compile, so where
// pairs have many planes a program has few of them.
//
// Rows of the activations and of the weights with all codes at one end take the
// sums to theirs. A border correction may follow, as after a zero point.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

using namespace bnn::fuzz;
using namespace llvm;

/// Bipolar, unsigned and signed of 1 to 8 bits, and ternary.
static CodeKind kindOf(unsigned index) {
  static constexpr CodeKind::Family families[] = {CodeKind::Bipolar, CodeKind::Unsigned, CodeKind::Signed};
  if (index == 24)
    return {CodeKind::Ternary, 2};
  return {families[index / 8], index % 8 + 1};
}

/// Codes of `x`, which is at most 8 in magnitude but for its special numbers. The first rows are the largest
/// value everywhere, the last ones the smallest.
void Generator::quantizeToEnds(Value x, CodeKind kind) {
  int64_t rows = x.shape[x.rank() - 2], ends = std::max<int64_t>(1, rows / 4);
  Shape shape(x.rank(), 1);
  shape[x.rank() - 2] = rows;
  std::vector<float> low(rows, -1e6f), high(rows, 1e6f);
  for (int64_t row = 0; row < ends; ++row) {
    low[row] = 1e6f;
    high[rows - 1 - row] = -1e6f;
  }
  std::string lowName = tosaConstant(shape, low), highName = tosaConstant(shape, high);
  std::string floor = tosaOp("maximum", {x.name, lowName}, {x.type(), f32Tensor(shape)}, "", x.type());
  std::string clamped = tosaOp("minimum", {floor, highName}, {x.type(), f32Tensor(shape)}, "", x.type());
  std::string name = fresh(), codeType = tensorType(x.shape, kind.str());
  bool isTernary = kind.family == CodeKind::Ternary;
  std::string parameter = floatConstant({1}, {isTernary ? 2.5f : 7.0f / float(kind.magnitude())});
  if (isTernary)
    line() << name << " = bnn.ternarize " << clamped << " dead_zone " << parameter;
  else
    line() << name << " = bnn.quantize " << clamped << " scale " << parameter;
  out << " : " << x.type() << ", tensor<1xf32> -> " << codeType << "\n";
  Value codes = x;
  codes.kind = Value::Code;
  codes.name = name;
  codes.code = kind;
  add(codes);
}

namespace {
/// What the programs of one seed hold.
struct Group {
  bool isConv;
  CodeKind activations;
  std::vector<CodeKind> weights;
};
} // namespace

static constexpr unsigned kTypes = 25;
/// Above, most shapes are small: the kernels of a contraction are alike but for their numbers, and what a
/// shape does to one kernel, contractions of fewer planes show.
static constexpr unsigned kManyPlanes = 10;

static std::vector<Group> makeGroups() {
  constexpr unsigned maxPlanes = 40;
  std::vector<Group> groups;
  for (bool isConv : {false, true})
    for (unsigned a = 0; a < kTypes; ++a) {
      unsigned planes = maxPlanes;
      for (unsigned i = 0; i < kTypes; ++i) {
        // In an order in which widths change.
        CodeKind activations = kindOf(a), weights = kindOf(i * 7 % kTypes);
        planes += activations.bits * weights.bits;
        if (planes > maxPlanes || groups.back().weights.size() == maxPairsPerProgram) {
          groups.push_back({isConv, activations, {}});
          planes = activations.bits * weights.bits;
        }
        groups.back().weights.push_back(weights);
      }
    }
  return groups;
}

static const std::vector<Group> &allGroups() {
  static const std::vector<Group> groups = makeGroups();
  return groups;
}

uint64_t bnn::fuzz::numPairPrograms() { return allGroups().size(); }

Program Generator::generatePairs(std::string name) {
  program.name = std::move(name);
  program.seed = seed;
  // A prime, so that programs in a row have types of all sizes.
  const Group &group = allGroups()[seed * 7919 % numPairPrograms()];
  bool isConv = group.isConv;
  Value input;
  input.kind = Value::Float;
  input.name = "%x0";
  input.sameBits = input.quantizable = true;
  input.uncertainSign = false;
  unsigned planes = 0;
  for (CodeKind weights : group.weights)
    planes = std::max(planes, group.activations.bits * weights.bits);
  channelLimit = planes <= kManyPlanes || random.chance(10) ? 257 : isConv ? 12 : 40;
  if (isConv)
    input.shape = {random.between(1, 2), random.between(3, 6), random.between(3, 6),
                   random.between(1, std::min<int64_t>(channelLimit, 40))};
  else
    input.shape = {random.between(3, 8), randomChannels()};
  program.inputs.push_back(input.shape);
  add(input);
  use(input);
  quantizeToEnds(input, group.activations);
  Value codes = values.back();
  use(codes);
  for (auto [i, weights] : llvm::enumerate(group.weights)) {
    if (numOps != 0 && numOps != i + 1)
      continue;
    // A contraction is the same without the others.
    random = Random(seed * maxPairsPerProgram + i);
    onlyKind = weights;
    // Some random shapes are too large.
    while (!(isConv ? conv2d(codes) : matmulConstant(codes)))
      ;
    Value accumulator = values.back();
    if (isConv && random.chance(50) && borderCorrect(accumulator))
      use(accumulator);
    program.pairs.insert(program.pairs.begin(), (isConv ? "conv2d of " : "matmul of ") +
                                                    group.activations.str() + " by " + weights.str());
  }
  finish();
  return std::move(program);
}
