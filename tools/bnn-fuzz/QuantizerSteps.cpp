//===- QuantizerSteps.cpp - Floats to codes ----------------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <cmath>
#include <limits>

using namespace bnn::fuzz;
using namespace llvm;

static constexpr const char *roundings[] = {"half_even", "half_away", "half_to_zero", "half_up",
                                            "floor",     "ceil",      "to_zero",      "away_from_zero"};

static Value codeLike(const Value &of, std::string name, CodeKind kind) {
  Value value;
  value.kind = Value::Code;
  value.name = std::move(name);
  value.shape = of.shape;
  value.code = kind;
  return value;
}

bool Generator::binarize(Value x) {
  if (!x.quantizable)
    return false;
  const char *mode = "plus";
  CodeKind kind = {random.chance(75) ? CodeKind::Bipolar : CodeKind::Unsigned, 1};
  int64_t choice = random.between(0, 99);
  if (choice >= 60)
    mode = "minus";
  if (choice >= 80 && !x.uncertainSign)
    mode = "signbit";
  if (choice >= 90) {
    mode = "ternary";
    kind = {CodeKind::Ternary, 2};
  }
  std::string threshold, type;
  if (random.chance(40)) {
    int64_t count = parameterCount(x.channels());
    // Multiples of 1/16, which inputs often hit.
    std::vector<float> data = gridFloats(count, -4, 64);
    threshold = " threshold " + floatConstant({count}, data) + " : " + f32Tensor({count});
  }
  std::string name = fresh();
  line() << name << " = bnn.binarize " << x.name << threshold << " {zero = #bnn.zero_mode<" << mode
         << ">} : " << x.type() << " -> " << tensorType(x.shape, kind.str()) << "\n";
  add(codeLike(x, name, kind));
  return true;
}

bool Generator::ternarize(Value x) {
  if (!x.quantizable)
    return false;
  int64_t count = parameterCount(x.channels());
  std::vector<float> data(count);
  for (float &zone : data)
    zone = float(random.between(0, 40)) / 16;
  std::string zones = floatConstant({count}, data), name = fresh();
  CodeKind kind = {CodeKind::Ternary, 2};
  line() << name << " = bnn.ternarize " << x.name << " dead_zone " << zones << " : " << x.type() << ", "
         << f32Tensor({count}) << " -> " << tensorType(x.shape, kind.str()) << "\n";
  add(codeLike(x, name, kind));
  return true;
}

bool Generator::quantize(Value x) {
  if (!x.quantizable)
    return false;
  CodeKind kind = randomKind();
  if (kind.family == CodeKind::Ternary)
    kind = {CodeKind::Signed, 2};
  bool bipolar = kind.family == CodeKind::Bipolar;
  int64_t axis = random.between(0, x.rank() - 1);
  int64_t count = parameterCount(x.shape[axis]);
  bool powers = random.chance(50);
  std::string scales =
      floatConstant({count}, powers ? powersOfTwo(count, -3, 1, true) : someFloats(count, true));

  std::string attributes = "axis = " + std::to_string(axis) + " : i64, rounding = #bnn.rounding<" +
                           roundings[random.between(0, 7)] + ">";
  if (!bipolar && random.chance(40)) {
    SmallVector<int64_t> zeroPoints(random.chance(50) ? 1 : count);
    for (int64_t &zero : zeroPoints)
      zero = random.between(kind.min(), kind.max());
    attributes += ", zero_points = array<i64: " + join(zeroPoints) + ">";
  }
  if (random.chance(25))
    attributes += ", shift_before_round";
  if (!bipolar && kind.bits > 1 && random.chance(20))
    attributes += ", narrow";
  std::string name = fresh();
  line() << name << " = bnn.quantize " << x.name << " scale " << scales << " {" << attributes
         << "} : " << x.type() << ", " << f32Tensor({count}) << " -> " << tensorType(x.shape, kind.str())
         << "\n";
  add(codeLike(x, name, kind));
  return true;
}

/// What an importer makes of a quantizer: codes and at once the floats they stand for, on a grid.
bool Generator::fakeQuantize(Value x) {
  if (!x.quantizable)
    return false;
  CodeKind kind = randomKind(6);
  bool ternary = kind.family == CodeKind::Ternary;
  int exponent = random.between(-4, 1);
  float step = std::ldexp(1.0f, exponent);
  std::string scale = floatConstant({1}, {step}), codes = fresh(), name = fresh();
  std::string codeType = tensorType(x.shape, kind.str()), zeroPoint;
  int64_t zero = 0;
  if (ternary) {
    line() << codes << " = bnn.ternarize " << x.name << " dead_zone " << scale;
  } else {
    if ((kind.family == CodeKind::Unsigned || kind.family == CodeKind::Signed) && random.chance(25)) {
      zero = random.between(kind.min(), kind.max());
      zeroPoint = " {zero_points = array<i64: " + std::to_string(zero) + ">}";
    }
    line() << codes << " = bnn.quantize " << x.name << " scale " << scale << zeroPoint;
  }
  out << " : " << x.type() << ", tensor<1xf32> -> " << codeType << "\n";
  line() << name << " = bnn.dequantize " << codes << " scale " << scale << zeroPoint << " : " << codeType
         << ", tensor<1xf32> -> " << x.type() << "\n";
  Value value = x;
  value.name = name;
  value.grid = Grid{exponent, (kind.magnitude() + std::abs(zero)) * double(step)};
  value.sameBits = value.quantizable = true;
  value.uncertainSign = value.used = false;
  add(value);
  return true;
}

bool Generator::floatThreshold(Value x) {
  if (!x.quantizable)
    return false;
  CodeKind kind = randomKind(3);
  int64_t rows = parameterCount(x.channels()), count = kind.numValues() - 1;
  std::vector<float> data = gridFloats(rows * count, -4, 64);
  if (random.chance(10))
    data[random.between(0, data.size() - 1)] = std::numeric_limits<float>::infinity();
  std::string thresholds = floatConstant({rows, count}, data), name = fresh();
  line() << name << " = bnn.threshold " << x.name << ", " << thresholds << " : " << x.type() << ", "
         << f32Tensor({rows, count}) << " -> " << tensorType(x.shape, kind.str()) << "\n";
  add(codeLike(x, name, kind));
  return true;
}
