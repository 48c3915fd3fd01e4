//===- FloatSteps.cpp - Float ops between quantized layers ------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <cmath>

using namespace bnn::fuzz;
using namespace llvm;

/// The shape of a constant that broadcasts along all dimensions but the last.
static Shape channelShape(const Value &x, int64_t count) {
  Shape shape(x.shape.size(), 1);
  if (!shape.empty())
    shape.back() = count;
  return shape;
}

/// The finer grid of two, or none.
static std::optional<Grid> sumGrid(std::optional<Grid> a, std::optional<Grid> b) {
  if (!a || !b)
    return std::nullopt;
  Grid sum{std::min(a->exponent, b->exponent), a->max + b->max};
  return sum.isExact() ? std::optional<Grid>(sum) : std::nullopt;
}

/// Multiplication and addition per channel: batch norm and its relatives.
bool Generator::affine(Value x) {
  int64_t count = parameterCount(x.channels());
  Shape shape = channelShape(x, count);
  bool rough = random.chance(40);
  Value value = floatLike(x, x.shape);
  std::string type = x.type(), constantType = f32Tensor(shape);
  std::optional<Grid> grid;
  if (random.chance(50)) {
    std::string factor =
        tosaConstant(shape, rough ? someFloats(count, false) : powersOfTwo(count, -2, 2, false));
    std::string zero = intConstant({1}, {0}, 8);
    value.name = tosaOp("mul", {x.name, factor, zero}, {type, constantType, "tensor<1xi8>"}, "", type);
    if (!rough && x.grid)
      grid = Grid{x.grid->exponent - 2, x.grid->max * 4};
  } else {
    std::string offset = tosaConstant(shape, rough ? someFloats(count, false) : gridFloats(count, -3, 40));
    bool subtract = random.chance(25), reversed = random.chance(30);
    SmallVector<std::string> operands{x.name, offset}, types{type, constantType};
    if (reversed) {
      std::swap(operands[0], operands[1]);
      std::swap(types[0], types[1]);
    }
    value.name = tosaOp(subtract ? "sub" : "add", operands, types, "", type);
    if (!rough)
      grid = sumGrid(x.grid, Grid{-3, 5});
  }
  value.grid = grid && grid->isExact() ? grid : std::nullopt;
  value.sameBits = false;
  value.uncertainSign |= !value.grid;
  add(value);
  return true;
}

bool Generator::activation(Value x) {
  std::string type = x.type();
  Value value = floatLike(x, x.shape);
  value.sameBits = x.sameBits;
  switch (random.between(0, 4)) {
  case 0: { // Relu, Relu6, HardTanh
    static constexpr const char *bounds[] = {"min_val = 0.0 : f32, max_val = 0x7F800000 : f32",
                                             "min_val = 0.0 : f32, max_val = 6.0 : f32",
                                             "min_val = -1.0 : f32, max_val = 1.0 : f32"};
    value.name = tosaOp("clamp", {x.name}, {type}, bounds[random.between(0, 2)], type);
    if (value.grid) // The bounds lie on it too.
      value.grid = Grid{std::min(value.grid->exponent, 0), value.grid->max};
    break;
  }
  case 1:
    value.name = tosaOp("abs", {x.name}, {type}, "", type);
    break;
  case 2: {
    std::string zero = tosaConstant({1}, {0.0f});
    value.name = tosaOp("negate", {x.name, zero, zero}, {type, "tensor<1xf32>", "tensor<1xf32>"}, "", type);
    break;
  }
  case 3: {
    Shape shape = channelShape(x, 1);
    std::string bound = tosaConstant(shape, gridFloats(1, 0, 3));
    value.name = tosaOp(random.chance(50) ? "maximum" : "minimum", {x.name, bound}, {type, f32Tensor(shape)},
                        "", type);
    if (value.grid)
      value.grid = Grid{std::min(value.grid->exponent, 0), std::max(value.grid->max, 3.0)};
    break;
  }
  default: { // PRelu
    int64_t count = parameterCount(x.channels());
    Shape shape = channelShape(x, count), one = channelShape(x, 1);
    bool rough = random.chance(50);
    std::string slope =
        tosaConstant(shape, rough ? someFloats(count, false) : powersOfTwo(count, -3, 1, false));
    std::string zero = tosaConstant(one, {0.0f}), shift = intConstant({1}, {0}, 8);
    std::string bits = tensorType(x.shape, "i1");
    std::string positive = tosaOp("greater_equal", {x.name, zero}, {type, f32Tensor(one)}, "", bits);
    std::string scaled =
        tosaOp("mul", {x.name, slope, shift}, {type, f32Tensor(shape), "tensor<1xi8>"}, "", type);
    value.name = tosaOp("select", {positive, x.name, scaled}, {bits, type, type}, "", type);
    if (value.grid)
      value.grid = Grid{value.grid->exponent - 3, value.grid->max * 2};
    if (rough)
      value.grid = std::nullopt;
    value.sameBits = false;
    break;
  }
  }
  if (value.grid && !value.grid->isExact())
    value.grid = std::nullopt;
  value.uncertainSign |= !value.grid;
  add(value);
  return true;
}

/// Adds another float of the same shape, or the value to itself.
bool Generator::residual(Value x) {
  std::optional<Value> other = findValue(
      [&](const Value &y) { return y.kind == Value::Float && y.shape == x.shape && y.name != x.name; });
  if (!other && random.chance(80))
    return false;
  if (!other)
    other = x;
  use(*other);
  Value value = floatLike(x, x.shape);
  value.name = tosaOp("add", {x.name, other->name}, {x.type(), x.type()}, "", x.type());
  value.grid = sumGrid(x.grid, other->grid);
  value.sameBits = false;
  value.quantizable = x.quantizable && other->quantizable;
  value.uncertainSign |= !value.grid;
  add(value);
  return true;
}

bool Generator::floatMaxPool(Value x) {
  if (x.rank() != 4)
    return false;
  int64_t kernel = random.between(1, 3), stride = random.between(1, 2);
  Shape shape = x.shape;
  int64_t pad[4];
  for (int i : {0, 1}) {
    for (int side : {0, 1})
      pad[2 * i + side] = random.chance(30) ? random.between(0, kernel - 1) : 0;
    int64_t room = shape[1 + i] + pad[2 * i] + pad[2 * i + 1] - kernel;
    if (room < 0 || room % stride != 0)
      return false;
    shape[1 + i] = room / stride + 1;
  }
  std::string k = std::to_string(kernel), s = std::to_string(stride);
  Value value = floatLike(x, shape);
  value.name = tosaOp("max_pool2d", {x.name}, {x.type()},
                      "kernel = array<i64: " + k + ", " + k + ">, stride = array<i64: " + s + ", " + s +
                          ">, pad = array<i64: " + join(pad) + ">",
                      value.type());
  add(value);
  return true;
}

/// sign(x) as models spell it: 1 where x >= 0 or x > 0, else -1.
bool Generator::signIdiom(Value x) {
  if (!x.quantizable)
    return false;
  Shape one = channelShape(x, 1);
  std::string zero = tosaConstant(one, {0.0f}), plus = tosaConstant(one, {1.0f}),
              minus = tosaConstant(one, {-1.0f});
  std::string type = x.type(), scalar = f32Tensor(one), bits = tensorType(x.shape, "i1");
  std::string condition =
      tosaOp(random.chance(50) ? "greater_equal" : "greater", {x.name, zero}, {type, scalar}, "", bits);
  Value value = floatLike(x, x.shape);
  value.name = tosaOp("select", {condition, plus, minus}, {bits, scalar, scalar}, "", type);
  value.grid = Grid{0, 1};
  value.sameBits = value.quantizable = true;
  value.uncertainSign = false;
  add(value);
  return true;
}

bool Generator::averagePool(Value x) {
  if (x.rank() != 4 || x.shape[1] < 2 || x.shape[2] < 2)
    return false;
  bool global = random.chance(50);
  int64_t height = global ? x.shape[1] : 2, width = global ? x.shape[2] : 2;
  Value value = floatLike(x, {x.shape[0], x.shape[1] - height + 1, x.shape[2] - width + 1, x.shape[3]});
  std::string zero = tosaConstant({1}, {0.0f});
  value.name =
      tosaOp("avg_pool2d", {x.name, zero, zero}, {x.type(), "tensor<1xf32>", "tensor<1xf32>"},
             "acc_type = f32, kernel = array<i64: " + std::to_string(height) + ", " + std::to_string(width) +
                 ">, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>",
             value.type());
  value.grid = std::nullopt;
  value.sameBits = value.quantizable = false;
  add(value);
  return true;
}

/// Of grid values only: near 2^128 rounding differences of exp would become those between numbers and
/// infinities.
bool Generator::transcendental(Value x) {
  if (!x.grid || x.grid->max > 60)
    return false;
  static constexpr const char *ops[] = {"sigmoid", "tanh", "exp", "erf"};
  Value value = floatLike(x, x.shape);
  value.name = tosaOp(ops[random.between(0, 3)], {x.name}, {x.type()}, "", x.type());
  value.grid = std::nullopt;
  value.sameBits = value.quantizable = false;
  add(value);
  return true;
}

bool Generator::reduceSum(Value x) {
  if (x.rank() == 0)
    return false;
  int64_t axis = random.between(0, x.rank() - 1);
  Shape shape = x.shape;
  std::optional<Grid> grid;
  if (x.grid) {
    grid = Grid{x.grid->exponent, x.grid->max * double(shape[axis])};
    if (!grid->isExact())
      grid = std::nullopt;
  }
  shape[axis] = 1;
  Value value = floatLike(x, shape);
  value.name =
      tosaOp("reduce_sum", {x.name}, {x.type()}, "axis = " + std::to_string(axis) + " : i32", value.type());
  value.grid = grid;
  value.quantizable = grid.has_value();
  value.sameBits = false;
  value.uncertainSign |= !grid;
  add(value);
  return true;
}
