//===- Node.h - What an operator's import sees --------------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One node of the graph: checked access to its attributes and inputs, and the
// building blocks that operators share. Errors are sticky: a getter that finds
// something wrong reports it and returns a harmless default, `failed()` is then
// true, and the importer stops after the operator returns. At most one error
// per node is printed.
//
//===----------------------------------------------------------------------===//

#ifndef BNN_LIB_IMPORT_NODE_H
#define BNN_LIB_IMPORT_NODE_H

#include "OnnxModel.h"
#include "Tensor.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/raw_ostream.h"

namespace bnn::frontend {

class Node {
public:
  Node(OnnxModel &model, const onnx::NodeProto &proto, mlir::ImplicitLocOpBuilder &builder, int64_t opset,
       llvm::ArrayRef<Tensor *> inputs)
      : model(model), proto(proto), b(builder), opset(opset), inputs(inputs.begin(), inputs.end()),
        outputs(proto.output_size()) {}

  //===--------------------------------------------------------------------===//
  // Description and errors
  //===--------------------------------------------------------------------===//

  llvm::StringRef opType() const { return proto.op_type(); }
  int64_t getOpset() const { return opset; }
  mlir::MLIRContext *context() { return b.getContext(); }
  mlir::ImplicitLocOpBuilder &builder() { return b; }

  /// Reports "node 'name' (Op): text"; silent after the first one.
  void error(const llvm::Twine &text);
  bool failed() const { return hasFailed; }
  mlir::LogicalResult status() const { return mlir::failure(hasFailed); }
  /// Reports an error unless `condition`; returns `condition`.
  bool require(bool condition, const llvm::Twine &text) {
    if (!condition)
      error(text);
    return condition;
  }

  //===--------------------------------------------------------------------===//
  // Attributes
  //===--------------------------------------------------------------------===//

  bool hasAttr(llvm::StringRef name) const { return find(name); }
  /// Integers are within ±2^31, so that a few products and sums of them fit into 64 bits, unless `wide`.
  int64_t intAttr(llvm::StringRef name, int64_t otherwise, bool wide = false);
  double floatAttr(llvm::StringRef name, double otherwise);
  std::string stringAttr(llvm::StringRef name, llvm::StringRef otherwise);
  llvm::SmallVector<int64_t> intsAttr(llvm::StringRef name, llvm::ArrayRef<int64_t> otherwise = {},
                                      bool wide = false);
  std::vector<float> floatsAttr(llvm::StringRef name);
  std::optional<HostTensor> tensorAttr(llvm::StringRef name);
  /// Reports an error if the attribute is absent.
  bool requireAttr(llvm::StringRef name);

  //===--------------------------------------------------------------------===//
  // Inputs and outputs
  //===--------------------------------------------------------------------===//

  int64_t numInputs() const { return inputs.size(); }
  bool hasInput(int64_t i) const { return i < numInputs() && inputs[i]; }
  /// An input that is known to be there.
  const Tensor &input(int64_t i) const { return *inputs[i]; }
  /// Name of an input for messages.
  std::string inputName(int64_t i) const { return proto.input(int(i)); }

  /// An input that must be known at compile time, plain numbers.
  std::optional<HostTensor> constantInput(int64_t i, llvm::StringRef what);
  /// Its integers, within ±2^31 unless `wide`.
  std::optional<llvm::SmallVector<int64_t>> constantInts(int64_t i, llvm::StringRef what, bool wide = false);
  /// Integers that are an attribute before `sinceInput` and an input from then on; nothing if absent.
  std::optional<llvm::SmallVector<int64_t>> intsFrom(llvm::StringRef attr, int64_t index, int64_t sinceInput);

  int64_t numOutputs() const { return outputs.size(); }
  bool wantsOutput(int64_t i) const { return i < numOutputs() && !proto.output(int(i)).empty(); }
  void setOutput(int64_t i, Tensor tensor) { outputs[i] = std::move(tensor); }
  void setOutput(Tensor tensor) { setOutput(0, std::move(tensor)); }
  void setOutput(DType type, llvm::ArrayRef<int64_t> shape, mlir::Value value,
                 Layout layout = Layout::Logical);
  llvm::MutableArrayRef<Tensor> getOutputs() { return outputs; }

  /// Axis made non-negative; an error outside of -rank to rank - 1.
  int64_t axis(int64_t value, int64_t rank);

  //===--------------------------------------------------------------------===//
  // Values in MLIR
  //===--------------------------------------------------------------------===//

  /// The tensor in a layout; ChannelsLast needs rank 3 or 4.
  mlir::Value materialize(const Tensor &tensor, Layout layout = Layout::Logical);
  /// Aligned to the right of `rank` dimensions, in a layout; for broadcasts.
  mlir::Value materializeFor(const Tensor &tensor, int64_t rank, Layout layout);
  /// A constant with dimensions of size 1 and order changed, quantized and dequantized if it has a quantizer.
  /// `permutation` applies to the tensor's own dimensions; `shape` differs from the result of it by sizes
  /// of 1.
  mlir::Value materializeWeight(const Tensor &tensor, llvm::ArrayRef<int64_t> permutation,
                                llvm::ArrayRef<int64_t> shape);
  /// The same for any tensor: constants on the host, values by tosa.transpose and tosa.reshape.
  mlir::Value permuted(const Tensor &tensor, llvm::ArrayRef<int64_t> permutation,
                       llvm::ArrayRef<int64_t> shape);
  /// quantize (or binarize) and dequantize; `axis` is that of `input`'s MLIR shape.
  mlir::Value emitQuantizer(mlir::Value input, const Quantizer &quantizer, int64_t axis);
  /// Codes of QuantizeLinear as ordinary integers of the tensor's type.
  mlir::Value codesToIntegers(const Tensor &tensor);
  /// Plain numbers of a constant, quantized if it has a quantizer.
  HostTensor hostValue(const Tensor &tensor) {
    return tensor.quantizer ? evaluate(*tensor.host, *tensor.quantizer) : *tensor.host;
  }

  /// ChannelsLast if a value that is no constant has that layout and this rank.
  Layout commonLayout(llvm::ArrayRef<const Tensor *> tensors, int64_t rank);
  /// Broadcast shape of two; an error if they do not fit.
  Shape broadcastShapes(llvm::ArrayRef<int64_t> lhs, llvm::ArrayRef<int64_t> rhs);

  mlir::RankedTensorType tensorType(llvm::ArrayRef<int64_t> shape, mlir::Type element);
  mlir::RankedTensorType tensorType(llvm::ArrayRef<int64_t> shape, DType type) {
    return tensorType(shape, getMLIRType(type, context()));
  }
  mlir::Value constant(const HostTensor &host);
  /// A constant of `rank` dimensions of size 1 and a value's element type.
  mlir::Value splat(double value, mlir::Type element, int64_t rank);
  mlir::Value shapeValue(llvm::ArrayRef<int64_t> dims);

  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// A reshape if only dimensions of size 1 move, nothing if none do.
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> permutation);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> sizes);
  mlir::Value slice(mlir::Value value, int64_t axis, int64_t offset, int64_t size);
  /// Pads with `fill`, slices where an entry is negative.
  mlir::Value pad(mlir::Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high, double fill);
  mlir::Value concat(llvm::ArrayRef<mlir::Value> values, int64_t axis);
  /// Every `step`-th element along `axis`, from the first.
  mlir::Value stride(mlir::Value value, int64_t axis, int64_t step);
  mlir::Value tile(mlir::Value value, llvm::ArrayRef<int64_t> multiples);
  mlir::Value reverse(mlir::Value value, int64_t axis);
  mlir::Value cast(mlir::Value value, mlir::Type element);
  mlir::Value reciprocal(mlir::Value value);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  /// Elementwise op of two values of the same rank, broadcasting.
  template <typename OpTy>
  mlir::Value binary(mlir::Value lhs, mlir::Value rhs, mlir::Type element = {}) {
    auto type = broadcastType(lhs, rhs, element);
    return OpTy::create(b, type, lhs, rhs);
  }
  template <typename OpTy>
  mlir::Value unary(mlir::Value input) {
    return OpTy::create(b, input.getType(), input);
  }
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);
  mlir::RankedTensorType broadcastType(mlir::Value lhs, mlir::Value rhs, mlir::Type element = {});
  /// tosa reduction along one dimension, which stays with size 1.
  template <typename OpTy>
  mlir::Value reduce(mlir::Value value, int64_t axis) {
    Shape shape(shapeOf(value));
    shape[axis] = 1;
    return OpTy::create(b, tensorType(shape, elementOf(value)), value, b.getI32IntegerAttr(int32_t(axis)));
  }

  static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType()).getShape();
  }
  static mlir::Type elementOf(mlir::Value value) {
    return llvm::cast<mlir::RankedTensorType>(value.getType()).getElementType();
  }

private:
  const onnx::AttributeProto *find(llvm::StringRef name) const;
  const onnx::AttributeProto *find(llvm::StringRef name, int type, llvm::StringRef typeText);
  int64_t checked(int64_t value, llvm::StringRef what, bool wide);

  OnnxModel &model;
  const onnx::NodeProto &proto;
  mlir::ImplicitLocOpBuilder &b;
  int64_t opset;
  llvm::SmallVector<Tensor *> inputs;
  std::vector<Tensor> outputs;
  bool hasFailed = false;
};

/// "node 'name' (Op)", or "node of 'output' (Op)" where the name is empty; "output 'name'" where the operator
/// is.
std::string describe(const onnx::NodeProto &node);

} // namespace bnn::frontend

#endif // BNN_LIB_IMPORT_NODE_H
