//===- ContractionSteps.cpp - Convolutions and matrix products, of codes and floats ---===//
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

namespace {

/// The shape parameters of a convolution that fits `input` (N×H×W×C).
struct Window {
  int64_t kernel[2], strides[2], dilations[2], pad[4], output[2];

  static Window random(Random &random, ArrayRef<int64_t> input, bool exactStride) {
    Window w;
    bool square = random.chance(60);
    for (int i : {0, 1}) {
      bool same = i == 1 && square;
      w.kernel[i] = same ? w.kernel[0] : random.pick({1, 1, 2, 3, 3, 3, 4, 5});
      w.strides[i] = same ? w.strides[0] : random.pick({1, 1, 1, 1, 2, 2, 3});
      w.dilations[i] = same ? w.dilations[0] : random.pick({1, 1, 1, 1, 1, 2, 3});
      bool symmetric = random.chance(70);
      int64_t before = random.pick({0, 0, 0, 1, 1, 1, 2, 3});
      w.pad[2 * i] = before;
      w.pad[2 * i + 1] = symmetric ? before : random.between(0, 2);
      int64_t room;
      auto measure = [&] {
        return room = input[1 + i] + w.pad[2 * i] + w.pad[2 * i + 1] - (w.kernel[i] - 1) * w.dilations[i] - 1;
      };
      while (measure() < 0) {
        if (w.dilations[i] > 1)
          --w.dilations[i];
        else
          --w.kernel[i];
      }
      if (exactStride && room % w.strides[i] != 0)
        w.strides[i] = 1;
      w.output[i] = room / w.strides[i] + 1;
    }
    return w;
  }

  std::string attributes(const std::string &strideName, const std::string &dilationName) const {
    return strideName + " = array<i64: " + join(strides) + ">, " + dilationName +
           " = array<i64: " + join(dilations) + ">, pad = array<i64: " + join(pad) + ">";
  }
};

} // namespace

/// Output channels such that a contraction stays small; 0 if even one is too much.
static int64_t affordable(int64_t wanted, int64_t macsPerChannel) {
  return std::min(wanted, maxMacs / std::max<int64_t>(1, macsPerChannel));
}

bool Generator::conv2d(Value x) {
  if (x.kind != Value::Code || x.rank() != 4)
    return false;
  Window window = Window::random(random, x.shape, /*exactStride=*/false);
  int64_t channels = x.channels(), groups = 1;
  if (random.chance(20)) {
    groups = random.chance(50) ? channels : random.between(1, channels);
    while (channels % groups != 0)
      --groups;
  }
  int64_t depth = window.kernel[0] * window.kernel[1] * (channels / groups);
  int64_t positions = x.shape[0] * window.output[0] * window.output[1];
  int64_t perGroup = affordable(std::max<int64_t>(1, randomChannels() / groups), positions * depth * groups);
  CodeKind weights = randomKind();
  int64_t bound = depth * std::max<int64_t>(1, x.code.magnitude()) * weights.magnitude();
  if (perGroup == 0 || bound > std::numeric_limits<int32_t>::max())
    return false;
  int64_t outputs = perGroup * groups;

  Shape filterShape{outputs, window.kernel[0], window.kernel[1], channels / groups};
  std::string filter = codeConstant(filterShape, weights);
  Value value;
  value.kind = Value::Accumulator;
  value.name = fresh();
  value.shape = {x.shape[0], window.output[0], window.output[1], outputs};
  value.bound = bound;
  line() << value.name << " = bnn.conv2d " << x.name << ", " << filter << " {"
         << window.attributes("strides", "dilations") << ", pad_value = " << random.between(-1, 1)
         << " : i64, groups = " << groups << " : i64} : " << x.type() << ", "
         << tensorType(filterShape, weights.str()) << " -> " << value.type() << "\n";
  add(value);
  return true;
}

/// A filter that is computed at run time.
bool Generator::convPair(Value x) {
  if (x.rank() != 4)
    return false;
  std::optional<Value> filter = findValue([&](const Value &y) {
    return y.kind == Value::Code && y.rank() == 4 && x.channels() % y.channels() == 0 &&
           y.shape[0] % (x.channels() / y.channels()) == 0 && y.shape[1] <= x.shape[1] + 2 &&
           y.shape[2] <= x.shape[2] + 2;
  });
  if (!filter)
    return false;
  int64_t groups = x.channels() / filter->channels();
  Shape shape{x.shape[0], x.shape[1] + 3 - filter->shape[1], x.shape[2] + 3 - filter->shape[2],
              filter->shape[0]};
  int64_t depth = filter->numElements() / filter->shape[0];
  int64_t bound = depth * std::max<int64_t>(1, x.code.magnitude()) * filter->code.magnitude();
  if (product(shape) * depth > maxMacs || bound > std::numeric_limits<int32_t>::max())
    return false;
  use(*filter);
  Value value;
  value.kind = Value::Accumulator;
  value.name = fresh();
  value.shape = shape;
  value.bound = bound;
  line() << value.name << " = bnn.conv2d " << x.name << ", " << filter->name
         << " {pad = array<i64: 1, 1, 1, 1>, pad_value = " << random.between(-1, 1)
         << " : i64, groups = " << groups << " : i64} : " << x.type() << ", " << filter->type() << " -> "
         << value.type() << "\n";
  add(value);
  return true;
}

bool Generator::matmulConstant(Value x) {
  if (x.rank() < 2 || x.rank() > 4)
    return false;
  bool transposeLhs = random.chance(15), transposeRhs = random.chance(70);
  int64_t rows = x.shape[x.rank() - 2], depth = x.shape.back();
  if (transposeLhs)
    std::swap(rows, depth);
  Shape batch(ArrayRef<int64_t>(x.shape).drop_back(2));
  int64_t columns = affordable(randomChannels(), product(batch) * rows * depth);
  CodeKind weights = randomKind();
  int64_t bound = depth * x.code.magnitude() * weights.magnitude();
  if (columns == 0 || bound > std::numeric_limits<int32_t>::max())
    return false;

  Shape rhsShape;
  if (random.chance(15))
    rhsShape = batch;
  transposeRhs ? rhsShape.append({columns, depth}) : rhsShape.append({depth, columns});
  std::string rhs = codeConstant(rhsShape, weights, !transposeRhs), attributes;
  if (transposeLhs)
    attributes = transposeRhs ? " {transpose_lhs, transpose_rhs}" : " {transpose_lhs}";
  else if (transposeRhs)
    attributes = " {transpose_rhs}";
  Value value;
  value.kind = Value::Accumulator;
  value.name = fresh();
  value.shape = batch;
  value.shape.append({rows, columns});
  value.bound = bound;
  line() << value.name << " = bnn.matmul " << x.name << ", " << rhs << attributes << " : " << x.type() << ", "
         << tensorType(rhsShape, weights.str()) << " -> " << value.type() << "\n";
  add(value);
  return true;
}

/// Two operands computed at run time, such as queries and keys; often the value and itself.
bool Generator::matmulPair(Value x) {
  if (x.rank() < 2)
    return false;
  size_t rank = x.rank();
  std::optional<Value> y = findValue([&](const Value &other) {
    return other.kind == Value::Code && other.shape.size() == rank &&
           ArrayRef<int64_t>(other.shape).drop_back(2) == ArrayRef<int64_t>(x.shape).drop_back(2) &&
           (other.shape.back() == x.shape.back() || other.shape[rank - 2] == x.shape.back());
  });
  if (!y)
    return false;
  bool transposeRhs = y->shape.back() == x.shape.back();
  int64_t rows = x.shape[rank - 2], depth = x.shape.back();
  int64_t columns = transposeRhs ? y->shape[rank - 2] : y->shape.back();
  int64_t bound = depth * x.code.magnitude() * y->code.magnitude();
  if (product(x.shape) * columns > maxMacs || bound > std::numeric_limits<int32_t>::max())
    return false;
  use(*y);
  Value value;
  value.kind = Value::Accumulator;
  value.name = fresh();
  value.shape = Shape(ArrayRef<int64_t>(x.shape).drop_back(2));
  value.shape.append({rows, columns});
  value.bound = bound;
  line() << value.name << " = bnn.matmul " << x.name << ", " << y->name
         << (transposeRhs ? " {transpose_rhs}" : "") << " : " << x.type() << ", " << y->type() << " -> "
         << value.type() << "\n";
  add(value);
  return true;
}

/// Binarize, convolve or multiply: the layer that this compiler is for.
bool Generator::binaryLayer(Value x) {
  if (!binarize(x))
    return false;
  Value bits = values.back();
  if (bits.rank() == 4 ? conv2d(bits) : matmulConstant(bits))
    use(bits);
  return true;
}

//===----------------------------------------------------------------------===//
// In floats, as importers write them
//===----------------------------------------------------------------------===//

/// A first layer: float weights.
bool Generator::floatConv(Value x) {
  if (x.rank() != 4)
    return false;
  Window window = Window::random(random, x.shape, /*exactStride=*/true);
  int64_t depth = window.kernel[0] * window.kernel[1] * x.channels();
  int64_t outputs =
      affordable(random.between(1, 20), x.shape[0] * window.output[0] * window.output[1] * depth);
  if (outputs == 0)
    return false;
  Shape filterShape{outputs, window.kernel[0], window.kernel[1], x.channels()};
  bool onGrid = x.grid && random.chance(50);
  std::string filter = tosaConstant(filterShape, onGrid ? gridFloats(product(filterShape), -2, 8)
                                                        : someFloats(product(filterShape), false));
  std::string bias = tosaConstant({outputs}, gridFloats(outputs, -2, 8)), zero = tosaConstant({1}, {0.0f});
  Value value = floatLike(x, {x.shape[0], window.output[0], window.output[1], outputs});
  value.name =
      tosaOp("conv2d", {x.name, filter, bias, zero, zero},
             {x.type(), f32Tensor(filterShape), f32Tensor({outputs}), "tensor<1xf32>", "tensor<1xf32>"},
             "acc_type = f32, " + window.attributes("stride", "dilation"), value.type());
  value.grid = std::nullopt;
  if (onGrid) {
    Grid grid{std::min(x.grid->exponent, 0) - 2, x.grid->max * 2 * double(depth) + 2};
    if (grid.isExact())
      value.grid = grid;
  }
  value.sameBits = false;
  value.quantizable = value.grid.has_value();
  value.uncertainSign |= !value.grid;
  add(value);
  return true;
}

/// Of the finest scale that `weightConstant` chooses.
static constexpr int weightExponent = -2;

bool Generator::importedConv(Value x) {
  if (x.rank() != 4 || !x.grid) {
    // Bring the value onto a grid first.
    if (x.rank() != 4 || !fakeQuantize(x))
      return false;
    use(x);
    x = values.back();
  }
  Window window = Window::random(random, x.shape, /*exactStride=*/true);
  int64_t depth = window.kernel[0] * window.kernel[1] * x.channels();
  int64_t outputs = affordable(randomChannels(), x.shape[0] * window.output[0] * window.output[1] * depth);
  CodeKind weights = randomKind(4);
  Grid grid{x.grid->exponent + weightExponent, x.grid->max * double(depth * weights.magnitude()) * 2};
  if (outputs == 0 || !grid.isExact())
    return false;
  Shape filterShape{outputs, window.kernel[0], window.kernel[1], x.channels()};
  // With scales that are no powers of two the sums are rounded, by each path in its own way.
  bool rough = random.chance(15);
  std::string filter = weightConstant(filterShape, weights, 0, rough);
  // With the sums at most half of the grid's range, so that the bias fits.
  int64_t most = std::max<int64_t>(0, std::min<int64_t>(50, grid.max / 2 / std::ldexp(1.0, grid.exponent)));
  std::string bias = tosaConstant({outputs}, gridFloats(outputs, grid.exponent, most));
  std::string zero = tosaConstant({1}, {0.0f});
  Value value = floatLike(x, {x.shape[0], window.output[0], window.output[1], outputs});
  value.name =
      tosaOp("conv2d", {x.name, filter, bias, zero, zero},
             {x.type(), f32Tensor(filterShape), f32Tensor({outputs}), "tensor<1xf32>", "tensor<1xf32>"},
             "acc_type = f32, " + window.attributes("stride", "dilation"), value.type());
  value.grid = rough ? std::nullopt : std::optional<Grid>(grid);
  value.sameBits = value.quantizable = !rough;
  value.uncertainSign = true; // integers have no -0
  use(x);
  add(value);
  return true;
}

/// As `importedConv`, one or two outputs for each channel.
bool Generator::importedDepthwise(Value x) {
  if (x.rank() != 4 || !x.grid)
    return false;
  Window window = Window::random(random, x.shape, /*exactStride=*/true);
  int64_t depth = window.kernel[0] * window.kernel[1], multiplier = random.between(1, 2);
  int64_t outputs = x.channels() * multiplier;
  CodeKind weights = randomKind(4);
  Grid grid{x.grid->exponent + weightExponent, x.grid->max * double(depth * weights.magnitude()) * 2};
  if (x.shape[0] * window.output[0] * window.output[1] * depth * outputs > maxMacs || !grid.isExact())
    return false;
  Shape filterShape{window.kernel[0], window.kernel[1], x.channels(), multiplier};
  std::string filter = weightConstant(filterShape, weights, 2, /*rough=*/false);
  std::string bias = tosaConstant({outputs}, std::vector<float>(outputs, 0.0f)),
              zero = tosaConstant({1}, {0.0f});
  Value value = floatLike(x, {x.shape[0], window.output[0], window.output[1], outputs});
  value.name =
      tosaOp("depthwise_conv2d", {x.name, filter, bias, zero, zero},
             {x.type(), f32Tensor(filterShape), f32Tensor({outputs}), "tensor<1xf32>", "tensor<1xf32>"},
             "acc_type = f32, " + window.attributes("stride", "dilation"), value.type());
  value.grid = grid;
  value.sameBits = value.quantizable = true;
  value.uncertainSign = true; // integers have no -0
  add(value);
  return true;
}

bool Generator::importedMatmul(Value x) {
  if (x.rank() != 3 && x.rank() != 2)
    return false;
  if (!x.grid) {
    if (!fakeQuantize(x))
      return false;
    use(x);
    x = values.back();
  }
  Shape lhsShape = x.shape;
  if (x.rank() == 2)
    lhsShape.insert(lhsShape.begin(), 1);
  int64_t depth = lhsShape[2], columns = affordable(randomChannels(), product(lhsShape));
  CodeKind weights = randomKind(4);
  Grid grid{x.grid->exponent + weightExponent, x.grid->max * double(depth * weights.magnitude())};
  if (columns == 0 || !grid.isExact())
    return false;
  std::string lhs = x.name;
  if (x.rank() == 2)
    lhs = tosaOp("reshape", {x.name, tosaShape(lhsShape)}, {x.type(), "!tosa.shape<3>"}, "",
                 f32Tensor(lhsShape));

  Shape codeShape{columns, depth}, rhsShape{lhsShape[0], depth, columns};
  std::string dequantized = weightConstant(codeShape, weights, 0, /*rough=*/false);
  std::string rhs = tosaOp("transpose", {dequantized}, {f32Tensor(codeShape)}, "perms = array<i32: 1, 0>",
                           f32Tensor({depth, columns}));
  Shape one{1, depth, columns};
  rhs = tosaOp("reshape", {rhs, tosaShape(one)}, {f32Tensor({depth, columns}), "!tosa.shape<3>"}, "",
               f32Tensor(one));
  if (lhsShape[0] != 1)
    rhs = tosaOp("tile", {rhs, tosaShape({lhsShape[0], 1, 1})}, {f32Tensor(one), "!tosa.shape<3>"}, "",
                 f32Tensor(rhsShape));
  std::string zero = tosaConstant({1}, {0.0f});
  Value value = floatLike(x, {lhsShape[0], lhsShape[1], columns});
  value.name =
      tosaOp("matmul", {lhs, rhs, zero, zero},
             {f32Tensor(lhsShape), f32Tensor(rhsShape), "tensor<1xf32>", "tensor<1xf32>"}, "", value.type());
  value.grid = grid;
  value.sameBits = value.quantizable = true;
  value.uncertainSign = true; // integers have no -0
  use(x);
  add(value);
  return true;
}
