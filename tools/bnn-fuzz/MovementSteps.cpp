//===- MovementSteps.cpp - Reshapes, transposes, concatenations, slices -----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

using namespace bnn::fuzz;
using namespace llvm;

bool Generator::flatten(Value x) {
  if (x.rank() < 3)
    return false;
  Shape shape;
  if (random.chance(50)) // images to rows
    shape = {x.shape[0], product(x.shape) / x.shape[0]};
  else // pixels to rows
    shape = {product(x.shape) / x.shape.back(), x.shape.back()};
  if (shape[1] > 2000)
    return false;
  Value value = floatLike(x, shape);
  value.name = tosaOp("reshape", {x.name, tosaShape(shape)},
                      {x.type(), "!tosa.shape<" + std::to_string(shape.size()) + ">"}, "", value.type());
  add(value);
  return true;
}

bool Generator::transpose(Value x) {
  if (x.rank() < 2)
    return false;
  SmallVector<int64_t> perms;
  for (int64_t i = 0; i < x.rank(); ++i)
    perms.insert(perms.begin() + random.between(0, i), i);
  Shape shape;
  for (int64_t dim : perms)
    shape.push_back(x.shape[dim]);
  Value value = floatLike(x, shape);
  value.name =
      tosaOp("transpose", {x.name}, {x.type()}, "perms = array<i32: " + join(perms) + ">", value.type());
  add(value);
  return true;
}

bool Generator::concat(Value x) {
  if (x.rank() == 0 || product(x.shape) > 4000)
    return false;
  int64_t axis = x.rank() - 1;
  std::optional<Value> other = findValue([&](const Value &y) {
    return y.kind == Value::Float && y.rank() == x.rank() &&
           ArrayRef<int64_t>(y.shape).drop_back() == ArrayRef<int64_t>(x.shape).drop_back();
  });
  if (!other)
    return false;
  use(*other);
  Shape shape = x.shape;
  shape[axis] += other->shape[axis];
  Value value = floatLike(x, shape);
  value.name = tosaOp("concat", {x.name, other->name}, {x.type(), other->type()},
                      "axis = " + std::to_string(axis) + " : i32", value.type());
  if (value.grid && other->grid)
    value.grid = Grid{std::min(value.grid->exponent, other->grid->exponent),
                      std::max(value.grid->max, other->grid->max)};
  else
    value.grid = std::nullopt;
  if (value.grid && !value.grid->isExact())
    value.grid = std::nullopt;
  value.sameBits &= other->sameBits;
  value.quantizable &= other->quantizable;
  value.uncertainSign |= other->uncertainSign;
  add(value);
  return true;
}

bool Generator::slice(Value x) {
  if (x.rank() == 0)
    return false;
  Shape shape = x.shape, start(x.rank(), 0);
  for (int64_t dim = 0; dim < x.rank(); ++dim)
    if (random.chance(50)) {
      start[dim] = random.between(0, x.shape[dim] - 1);
      shape[dim] = random.between(1, x.shape[dim] - start[dim]);
    }
  std::string shapeType = "!tosa.shape<" + std::to_string(x.rank()) + ">";
  std::string startName = tosaShape(start), sizeName = tosaShape(shape);
  Value value = floatLike(x, shape);
  value.name =
      tosaOp("slice", {x.name, startName, sizeName}, {x.type(), shapeType, shapeType}, "", value.type());
  add(value);
  return true;
}

/// Rows and columns of -1, 0 or 1 around images.
bool Generator::pad(Value x) {
  if (x.rank() != 4 || product(x.shape) > 4000)
    return false;
  Shape shape = x.shape, amounts(8, 0);
  for (int dim : {1, 2})
    for (int side : {0, 1})
      shape[dim] += amounts[2 * dim + side] = random.between(0, 2);
  std::string value = tosaConstant({1}, gridFloats(1, 0, 1));
  Value padded = floatLike(x, shape);
  padded.name = tosaOp("pad", {x.name, tosaShape(amounts), value},
                       {x.type(), "!tosa.shape<8>", "tensor<1xf32>"}, "", padded.type());
  if (padded.grid)
    padded.grid = Grid{std::min(padded.grid->exponent, 0), std::max(padded.grid->max, 1.0)};
  if (padded.grid && !padded.grid->isExact())
    padded.grid = std::nullopt;
  add(padded);
  return true;
}
