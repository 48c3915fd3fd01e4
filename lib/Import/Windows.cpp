//===- Windows.cpp - Sliding windows of convolutions and poolings ---------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Windows.h"

using namespace mlir;
using namespace bnn;
using namespace bnn::frontend;

/// Entries of a 1-D or 2-D list, as rows and columns.
static bool assign(Node &node, int64_t (&field)[2], ArrayRef<int64_t> values, StringRef name, bool one,
                   int64_t least) {
  if (!node.require(values.size() == (one ? 1 : 2),
                    "'" + name + "' needs " + (one ? "one entry" : "two entries")))
    return false;
  for (int64_t value : values)
    if (!node.require(value >= least && (value <= maxWindow || name == "size"),
                      "'" + name + "' has the entry " + Twine(value)))
      return false;
  field[1] = values.back();
  if (!one)
    field[0] = values.front();
  return true;
}

std::optional<Window> bnn::frontend::readWindow(Node &node, ArrayRef<int64_t> weightKernel) {
  const Tensor &image = node.input(0);
  if (!node.require(image.rank() == 3 || image.rank() == 4,
                    "only 1-D and 2-D images are supported, but the input has shape " +
                        toString(image.shape)))
    return std::nullopt;
  bool one = image.rank() == 3;
  SmallVector<int64_t> ones(one ? 1 : 2, 1), none(one ? 2 : 4, 0);
  Window w{{1, 1}, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}, {1, 1}};
  assign(node, w.size, ArrayRef<int64_t>(image.shape).drop_front(2), "size", one, 1);
  SmallVector<int64_t> kernel = node.intsAttr("kernel_shape", weightKernel);
  if (!node.require(weightKernel.empty() || ArrayRef<int64_t>(kernel) == weightKernel,
                    "'kernel_shape' is " + toString(kernel) + ", but the weights' is " +
                        toString(weightKernel)))
    return std::nullopt;
  if (weightKernel.empty() && !node.requireAttr("kernel_shape"))
    return std::nullopt;
  std::string autoPad = node.stringAttr("auto_pad", "NOTSET");
  SmallVector<int64_t> pads = node.intsAttr("pads", none);
  bool ceil = node.intAttr("ceil_mode", 0);
  if (!assign(node, w.kernel, kernel, "kernel_shape", one, 1) ||
      !assign(node, w.stride, node.intsAttr("strides", ones), "strides", one, 1) ||
      !assign(node, w.dilation, node.intsAttr("dilations", ones), "dilations", one, 1) ||
      !node.require(pads.size() == none.size(), "'pads' needs " + Twine(none.size()) + " entries") ||
      !assign(node, w.low, ArrayRef<int64_t>(pads).take_front(ones.size()), "pads", one, 0) ||
      !assign(node, w.high, ArrayRef<int64_t>(pads).drop_front(ones.size()), "pads", one, 0))
    return std::nullopt;
  if (!node.require(autoPad == "NOTSET" || autoPad == "VALID" || autoPad == "SAME_UPPER" ||
                        autoPad == "SAME_LOWER",
                    "'auto_pad' is '" + autoPad + "'"))
    return std::nullopt;
  for (int d = one; d < 2; ++d) {
    if (StringRef(autoPad).starts_with("SAME")) {
      w.out[d] = (w.size[d] + w.stride[d] - 1) / w.stride[d];
      int64_t total = std::max<int64_t>(0, (w.out[d] - 1) * w.stride[d] + w.extent(d) - w.size[d]);
      w.low[d] = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
      w.high[d] = total - w.low[d];
      continue;
    }
    if (autoPad == "VALID")
      w.low[d] = w.high[d] = 0;
    int64_t room = w.size[d] + w.low[d] + w.high[d] - w.extent(d);
    if (!node.require(room >= 0, "a window of " + Twine(w.extent(d)) + " does not fit into the padded size " +
                                     Twine(w.size[d] + w.low[d] + w.high[d])))
      return std::nullopt;
    w.out[d] = (ceil ? (room + w.stride[d] - 1) / w.stride[d] : room / w.stride[d]) + 1;
    // A window must begin in the image or before it.
    if (ceil && (w.out[d] - 1) * w.stride[d] >= w.size[d] + w.low[d])
      --w.out[d];
  }
  return node.failed() ? std::nullopt : std::optional(w);
}

Value bnn::frontend::cutUnused(Node &node, Value image, Window &window) {
  int64_t cut[2];
  for (int d = 0; d < 2; ++d) {
    cut[d] = std::max<int64_t>(0, -window.exactHigh(d));
    window.size[d] -= cut[d];
  }
  if ((!cut[0] && !cut[1]) ||
      !node.require(window.size[0] > 0 && window.size[1] > 0, "no window reaches the image"))
    return image;
  auto cutValue = [&](Value value) {
    return node.slice(node.slice(value, 1, 0, window.size[0]), 2, 0, window.size[1]);
  };
  auto dequantize = image.getDefiningOp<DequantizeOp>();
  Operation *quantizer = dequantize ? dequantize.getInput().getDefiningOp() : nullptr;
  bool perPixel = dequantize && dequantize.getScale().getType().getNumElements() > 1 &&
                  (dequantize.getAxis() == 1 || dequantize.getAxis() == 2);
  if (perPixel || !isa_and_nonnull<QuantizeOp, BinarizeOp>(quantizer))
    return cutValue(image);
  ImplicitLocOpBuilder &b = node.builder();
  Value cutInput = cutValue(quantizer->getOperand(0));
  Operation *codes = b.clone(*quantizer);
  codes->setOperand(0, cutInput);
  codes->getResult(0).setType(node.tensorType(Node::shapeOf(cutInput), getCodeType(dequantize.getInput())));
  Operation *values = b.clone(*dequantize);
  values->setOperand(0, codes->getResult(0));
  values->getResult(0).setType(cutInput.getType());
  return values->getResult(0);
}
