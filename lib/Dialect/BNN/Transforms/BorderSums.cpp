//===- BorderSums.cpp - Filter taps that fall outside the image ------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BorderSums.h"
#include "Constants.h"

using namespace mlir;
using namespace bnn;

WindowGeometry WindowGeometry::of(Conv2DOp conv) {
  ArrayRef<int64_t> input = conv.getInput().getType().getShape(), output = conv.getType().getShape(),
                    filter = conv.getFilter().getType().getShape();
  WindowGeometry geometry;
  geometry.input.assign({input[1], input[2]});
  geometry.output.assign({output[1], output[2]});
  geometry.kernel.assign({filter[1], filter[2]});
  geometry.strides.assign(conv.getStrides().begin(), conv.getStrides().end());
  geometry.dilations.assign(conv.getDilations().begin(), conv.getDilations().end());
  geometry.pad.assign(conv.getPad().begin(), conv.getPad().end());
  return geometry;
}

namespace {

/// One dimension: its border and, for each class, an output position that is in it.
struct Edge {
  int64_t low = 0, high = 0;
  SmallVector<int64_t> representative;
};

/// True if `tap` lies outside the image at output position `position` of dimension `d`.
bool isOutside(const WindowGeometry &geometry, int d, int64_t position, int64_t tap) {
  int64_t at = position * geometry.strides[d] + tap * geometry.dilations[d] - geometry.pad[2 * d];
  return at < 0 || at >= geometry.input[d];
}

Edge edgeOf(const WindowGeometry &geometry, int d) {
  int64_t extent = geometry.output[d];
  Edge edge;
  while (edge.low < extent && isOutside(geometry, d, edge.low, 0))
    ++edge.low;
  while (edge.high < extent && isOutside(geometry, d, extent - 1 - edge.high, geometry.kernel[d] - 1))
    ++edge.high;
  if (edge.low + edge.high >= extent) {
    edge.low = extent - 1;
    edge.high = 0;
  }
  for (int64_t row = 0; row <= edge.low; ++row)
    edge.representative.push_back(row);
  for (int64_t row = extent - edge.high; row < extent; ++row)
    edge.representative.push_back(row);
  return edge;
}

} // namespace

BorderSums bnn::sumsOutside(const WindowGeometry &geometry, ArrayRef<int64_t> filter,
                            int64_t outputChannels) {
  int64_t height = geometry.kernel[0], width = geometry.kernel[1], taps = height * width;
  int64_t depth = filter.size() / (outputChannels * taps);
  // tapSums[o][tap]: the channels of one tap always fall outside together.
  SmallVector<int64_t> tapSums(outputChannels * taps, 0);
  for (auto [i, value] : llvm::enumerate(filter))
    tapSums[i / depth] += value;

  Edge rows = edgeOf(geometry, 0), columns = edgeOf(geometry, 1);
  BorderSums result;
  result.border.assign({rows.low, rows.high, columns.low, columns.high});
  result.rows = rows.representative.size();
  result.columns = columns.representative.size();
  for (int64_t y : rows.representative)
    for (int64_t x : columns.representative)
      for (int64_t o = 0; o < outputChannels; ++o) {
        int64_t sum = 0;
        for (int64_t tap = 0; tap < taps; ++tap)
          if (isOutside(geometry, 0, y, tap / width) || isOutside(geometry, 1, x, tap % width))
            sum += tapSums[o * taps + tap];
        result.sums.push_back(static_cast<int32_t>(sum));
      }
  return result;
}

Value bnn::correctBorder(OpBuilder &builder, Location loc, Value accumulator, const BorderSums &sums,
                         ArrayRef<int32_t> table) {
  int64_t channels = cast<RankedTensorType>(accumulator.getType()).getShape().back();
  Value constant = createInts(builder, loc, {sums.rows, sums.columns, channels}, table);
  return BorderCorrectOp::create(builder, loc, accumulator, constant,
                                 builder.getDenseI64ArrayAttr(sums.border));
}
