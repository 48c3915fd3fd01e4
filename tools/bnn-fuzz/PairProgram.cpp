//===- PairProgram.cpp - Every coding by every coding ----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution (odd seeds) or a matrix product (even seeds) of a pair of code
// types, of random shape. There are 25 types on each side, so 1,250 programs are
// all pairs in both. Rows of the activations and of the weights with all codes
// at one end take the sums to theirs. A border correction may follow, as after a
// zero point.
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

Program Generator::generatePair(std::string name) {
  program.name = std::move(name);
  program.seed = seed;
  // 241 has no divisor in common with 625: programs in a row have types of all sizes.
  unsigned pair = seed * 241 % 625;
  CodeKind activations = kindOf(pair / 25);
  onlyKind = kindOf(pair % 25);
  auto addShaped = [&](Shape shape) {
    Value input;
    input.kind = Value::Float;
    input.name = "%x" + std::to_string(program.inputs.size());
    input.shape = shape;
    input.sameBits = input.quantizable = true;
    input.uncertainSign = false;
    program.inputs.push_back(shape);
    add(input);
  };
  bool isConv = seed % 2;
  if (isConv)
    addShaped({random.between(1, 2), random.between(3, 6), random.between(3, 6), random.between(1, 40)});
  else
    addShaped({random.between(3, 8), randomChannels()});
  Value input = values[0];
  use(input);
  quantizeToEnds(input, activations);
  Value codes = values.back();
  // Some random shapes are too large.
  while (!(isConv ? conv2d(codes) : matmulConstant(codes)))
    ;
  use(codes);
  Value accumulator = values.back();
  if (isConv && random.chance(50) && borderCorrect(accumulator))
    use(accumulator);
  finish();
  return std::move(program);
}
