//===- CodeSteps.cpp - Ops on codes and accumulators --------------------------===//
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

static constexpr int64_t int32Max = std::numeric_limits<int32_t>::max();
static constexpr int64_t int32Min = std::numeric_limits<int32_t>::min();

static Value codeOf(std::string name, Shape shape, CodeKind kind) {
  Value value;
  value.kind = Value::Code;
  value.name = std::move(name);
  value.shape = std::move(shape);
  value.code = kind;
  return value;
}

bool Generator::codeMaxPool(Value x) {
  if (x.rank() != 4)
    return false;
  int64_t kernel[2], strides[2], dilations[2], pad[4];
  Shape shape = x.shape;
  for (int i : {0, 1}) {
    kernel[i] = random.between(1, 3);
    strides[i] = random.between(1, 3);
    dilations[i] = random.pick({1, 1, 1, 2});
    int64_t extent = (kernel[i] - 1) * dilations[i] + 1;
    bool padded = random.chance(40);
    for (int side : {0, 1})
      pad[2 * i + side] = padded ? random.between(0, std::min<int64_t>(extent - 1, 2)) : 0;
    int64_t room = x.shape[1 + i] + pad[2 * i] + pad[2 * i + 1] - extent;
    if (room < 0)
      return false;
    shape[1 + i] = room / strides[i] + 1;
  }
  Value value = codeOf(fresh(), shape, x.code);
  line() << value.name << " = bnn.max_pool2d " << x.name << " {kernel = array<i64: " << join(kernel)
         << ">, strides = array<i64: " << join(strides) << ">, dilations = array<i64: " << join(dilations)
         << ">, pad = array<i64: " << join(pad) << ">} : " << x.type() << " -> " << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::dequantize(Value x) {
  int64_t axis = random.between(0, x.rank() - 1), count = parameterCount(x.shape[axis]);
  bool powers = random.chance(60);
  std::string scale =
      floatConstant({count}, powers ? powersOfTwo(count, -3, 1, true) : someFloats(count, true));
  std::string zeroPoints;
  int64_t zero = 0;
  if (random.chance(30)) {
    zero = random.between(-20, 20);
    zeroPoints = ", zero_points = array<i64: " + std::to_string(zero) + ">";
  }
  Value value;
  value.kind = Value::Float;
  value.name = fresh();
  value.shape = x.shape;
  value.sameBits = value.quantizable = true;
  value.uncertainSign = false;
  if (powers)
    value.grid = Grid{-3, 2.0 * (x.code.magnitude() + std::abs(zero))};
  line() << value.name << " = bnn.dequantize " << x.name << " scale " << scale << " {axis = " << axis
         << " : i64" << zeroPoints << "} : " << x.type() << ", " << f32Tensor({count}) << " -> "
         << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::plane(Value x) {
  CodeKind kind = {x.code.family == CodeKind::Bipolar ? CodeKind::Bipolar : CodeKind::Unsigned, 1};
  Value value = codeOf(fresh(), x.shape, kind);
  line() << value.name << " = bnn.plane " << x.name << " {index = " << random.between(0, x.code.bits - 1)
         << " : i64} : " << x.type() << " -> " << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::scale(Value x) {
  bool rough = random.chance(40), spatial = x.rank() == 4 && random.chance(15);
  int64_t count = parameterCount(x.channels());
  auto factors = [&](int64_t n) { return rough ? someFloats(n, false) : powersOfTwo(n, -4, 1, false); };
  std::vector<float> data = factors(count);
  if (random.chance(10)) // A dead channel.
    data[random.between(0, count - 1)] = 0.0f;
  std::string operands = " by " + floatConstant({count}, data), types = ", " + f32Tensor({count});
  Grid grid{-4, 2.0 * double(x.bound)};
  if (spatial && random.chance(70)) {
    operands += " row " + floatConstant({x.shape[1]}, factors(x.shape[1]));
    types += " row " + f32Tensor({x.shape[1]});
    grid = Grid{grid.exponent - 4, grid.max * 2};
  }
  if (spatial && random.chance(70)) {
    operands += " column " + floatConstant({x.shape[2]}, factors(x.shape[2]));
    types += " column " + f32Tensor({x.shape[2]});
    grid = Grid{grid.exponent - 4, grid.max * 2};
  }
  if (random.chance(50)) {
    int64_t biases = parameterCount(x.channels());
    operands +=
        " bias " + floatConstant({biases}, rough ? someFloats(biases, false) : gridFloats(biases, -4, 400));
    types += ", " + f32Tensor({biases});
    grid.max += 25;
  }
  Value value;
  value.kind = Value::Float;
  value.name = fresh();
  value.shape = x.shape;
  value.quantizable = true;
  value.uncertainSign = false;
  if (!rough && grid.isExact())
    value.grid = grid;
  line() << value.name << " = bnn.scale " << x.name << operands << " : " << x.type() << types << " -> "
         << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::threshold(Value x) {
  CodeKind kind = randomKind(random.chance(5) ? 8 : 4);
  int64_t rows = parameterCount(x.channels()), count = kind.numValues() - 1;
  if (rows * count > 5000)
    return false;
  SmallVector<int64_t> data(rows * count);
  // Near zero, where sums of random codes are, with a few that nothing or everything passes.
  int64_t spread = std::max<int64_t>(2, std::min<int64_t>(x.bound, std::sqrt(double(x.bound)) * 2));
  for (int64_t &t : data)
    t = random.chance(2) ? random.pick({int32Min, -x.bound, x.bound, int32Max})
                         : random.between(-spread, spread);
  if (random.chance(70))
    for (int64_t row = 0; row < rows; ++row)
      std::sort(data.begin() + row * count, data.begin() + (row + 1) * count);
  std::string thresholds = intConstant({rows, count}, data, 32), descending;
  if (random.chance(30)) {
    descending = " {descending = array<i1: ";
    for (int64_t row = 0; row < rows; ++row)
      descending += std::string(row ? ", " : "") + (random.chance(50) ? "true" : "false");
    descending += ">}";
  }
  Value value = codeOf(fresh(), x.shape, kind);
  line() << value.name << " = bnn.threshold " << x.name << ", " << thresholds << descending << " : "
         << x.type() << ", " << tensorType({rows, count}, "i32") << " -> " << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::requantize(Value x) {
  static constexpr const char *roundings[] = {"half_even", "half_away", "half_to_zero", "half_up",
                                              "floor",     "ceil",      "to_zero",      "away_from_zero"};
  CodeKind kind = {random.chance(50) ? CodeKind::Signed : CodeKind::Unsigned, unsigned(random.between(1, 8))};
  int64_t count = parameterCount(x.channels());
  SmallVector<int64_t> multipliers(count), shifts(count);
  bool simple = random.chance(40);
  for (int64_t i = 0; i < count; ++i) {
    if (simple) { // Ties are frequent.
      multipliers[i] = random.between(-1, 3);
      shifts[i] = random.between(0, 5);
    } else {
      multipliers[i] = random.chance(5) ? 0 : random.between(1 << 30, int32Max);
      if (random.chance(20))
        multipliers[i] = -multipliers[i];
      shifts[i] = random.chance(5) ? random.pick({0, 62}) : random.between(28, 42);
    }
  }
  Value value = codeOf(fresh(), x.shape, kind);
  if (random.chance(25)) {
    value.kind = Value::Accumulator;
    value.bound = int32Max;
  }
  std::string inputZeroPoint;
  if (x.kind == Value::Code)
    inputZeroPoint = "input_zero_point = " + std::to_string(random.between(-200, 300)) + " : i64, ";
  line() << value.name << " = bnn.requantize " << x.name << " {" << inputZeroPoint
         << "multipliers = array<i32: " << join(multipliers) << ">, shifts = array<i32: " << join(shifts)
         << ">, zero_point = " << (random.chance(60) ? 0 : random.between(-20, 20))
         << " : i64, rounding = #bnn.rounding<" << roundings[random.between(0, 7)] << ">} : " << x.type()
         << " -> " << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::borderCorrect(Value x) {
  if (x.rank() != 4 || x.bound > int32Max - 1000)
    return false;
  int64_t border[4];
  for (int i : {0, 1}) {
    border[2 * i] = random.between(0, std::min<int64_t>(2, x.shape[1 + i] - 1));
    border[2 * i + 1] = random.between(0, std::min<int64_t>(2, x.shape[1 + i] - 1 - border[2 * i]));
  }
  Shape tableShape{border[0] + border[1] + 1, border[2] + border[3] + 1, x.channels()};
  SmallVector<int64_t> data(product(tableShape));
  for (int64_t &entry : data)
    entry = random.between(-50, 50);
  std::string table = intConstant(tableShape, data, 32);
  Value value = x;
  value.name = fresh();
  value.bound += 50;
  value.used = false;
  line() << value.name << " = bnn.border_correct " << x.name << ", " << table
         << " {border = array<i64: " << join(border) << ">} : " << x.type() << ", "
         << tensorType(tableShape, "i32") << " -> " << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::softmax(Value x) {
  static constexpr const char *modes[] = {"uniform_max", "log2", "binary_ratio", "bool"};
  int64_t mode = random.between(0, 3);
  CodeKind kind = {CodeKind::Unsigned, mode < 2 ? unsigned(random.between(1, 8)) : 1};
  std::string attributes = std::string("mode = #bnn.softmax_mode<") + modes[mode] + ">";
  if (random.chance(80))
    attributes += ", logit_scale = " + std::string(random.chance(50) ? "0.125" : "0.3") + " : f32";
  if (mode == 0)
    attributes += ", output_scale = " + std::string(random.chance(50) ? "0.0625" : "0.013") + " : f32";
  Value value = codeOf(fresh(), x.shape, kind);
  line() << value.name << " = bnn.softmax " << x.name << " {" << attributes << "} : " << x.type() << " -> "
         << value.type() << "\n";
  add(value);
  return true;
}
