//===- CostProbe.cpp - Programs of one contraction --------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What `bnnc tune` measures, and what the cost model asks strategies' formulas about:
//
//   func.func @probe(%storage: tensor<1x1x784x144xi8>) -> tensor<784x128xi32> attributes {bnn.entry} {
//     %packed = builtin.unrealized_conversion_cast %storage
//         : tensor<1x1x784x144xi8> to tensor<784x1152x!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>
//     %x = bnn.unpack %packed : …
//     %w = bnn.constant dense<…> : tensor<128x1152xi8> as tensor<128x1152x!bnn.bipolar<1>>
//     %acc = bnn.matmul %x, %w {kernel = "popcount", transpose_rhs} : …
//     return %acc : tensor<784x128xi32>
//   }

#include "bnn/Kernels/CostModel.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace bnn;

static Type activationType(MLIRContext *context, const ContractionCase &shape) {
  if (shape.weightBits == 1 && shape.activationBits == 1)
    return BipolarType::get(context, 1);
  return UnsignedType::get(context, shape.activationBits);
}

static Type weightType(MLIRContext *context, const ContractionCase &shape) {
  if (shape.weightBits == 1)
    return BipolarType::get(context, 1);
  return SignedType::get(context, shape.weightBits);
}

/// Codes of any value for weights that are measured: of equal ones LLVM makes a program that no network has.
/// Formulas do not look at them, and need not wait for megabytes.
static DenseElementsAttr makeWeights(RankedTensorType type, unsigned bits, bool measured) {
  if (!measured)
    return DenseElementsAttr::get(type, int8_t(1));
  std::vector<int8_t> codes(type.getNumElements());
  uint64_t state = 1;
  for (int8_t &code : codes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int64_t number = state >> (64 - bits);
    code = bits == 1 ? number : number - (int64_t(1) << (bits - 1));
  }
  return DenseElementsAttr::get(type, ArrayRef<int8_t>(codes));
}

/// The program with activations stored in `layout`.
static OwningOpRef<ModuleOp> build(MLIRContext *context, const ContractionCase &shape,
                                   const TargetInfo &target, Attribute layout, StringRef kernel) {
  ImplicitLocOpBuilder b(UnknownLoc::get(context), context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  target.attach(*module);
  b.setInsertionPointToStart(module->getBody());

  bool isConv = shape.kernel != 0;
  int64_t pad = shape.kernel / 2;
  SmallVector<int64_t> input = {shape.width, shape.channels}, weights = {shape.outputs, shape.channels};
  SmallVector<int64_t> output = {shape.width, shape.outputs};
  if (isConv) {
    input = {1, shape.height, shape.width, shape.channels};
    weights = {shape.outputs, shape.kernel, shape.kernel, shape.channels / shape.groups};
    output = {1, int64_t(llvm::divideCeil(shape.height, shape.stride)),
              int64_t(llvm::divideCeil(shape.width, shape.stride)), shape.outputs};
  }
  Type code = activationType(context, shape);
  auto codes = RankedTensorType::get(input, code), packed = RankedTensorType::get(input, code, layout);
  auto image = RankedTensorType::get(getImageShape(input), code);
  RankedTensorType storage = cast<StorageLayoutInterface>(layout).getStorageType(image);
  auto sums = RankedTensorType::get(output, b.getI32Type());

  auto function = func::FuncOp::create(b, "probe", b.getFunctionType(storage, sums));
  function->setAttr(BNNDialect::getEntryAttrName(), b.getUnitAttr());
  Block *body = function.addEntryBlock();
  b.setInsertionPointToStart(body);
  Value bytes = UnrealizedConversionCastOp::create(b, packed, body->getArgument(0)).getResult(0);
  Value x = UnpackOp::create(b, codes, bytes);
  DenseElementsAttr stored =
      makeWeights(RankedTensorType::get(weights, b.getI8Type()), shape.weightBits, !kernel.empty());
  Value w = ConstantOp::create(b, RankedTensorType::get(weights, weightType(context, shape)), stored);
  StringAttr name = kernel.empty() ? StringAttr() : b.getStringAttr(kernel), reason;
  Operation *op;
  if (isConv) {
    bool isBinary = shape.weightBits == 1 && shape.activationBits == 1;
    op = Conv2DOp::create(b, sums, x, w, b.getDenseI64ArrayAttr({shape.stride, shape.stride}),
                          b.getDenseI64ArrayAttr({1, 1}), b.getDenseI64ArrayAttr({pad, pad, pad, pad}),
                          b.getI64IntegerAttr(isBinary && pad ? -1 : 0), b.getI64IntegerAttr(shape.groups),
                          name, reason);
  } else {
    op = MatmulOp::create(b, sums, x, w, /*transpose_lhs=*/UnitAttr(), /*transpose_rhs=*/b.getUnitAttr(),
                          name, reason);
  }
  func::ReturnOp::create(b, op->getResult(0));
  return module;
}

OwningOpRef<ModuleOp> bnn::buildCostProbe(MLIRContext *context, const ContractionCase &shape,
                                          const TargetInfo &target, const Strategy *strategy) {
  context->getOrLoadDialect<BNNDialect>();
  context->getOrLoadDialect<func::FuncDialect>();
  Attribute layout = ByteCodesAttr::get(context);
  if (shape.activationBits == 1)
    layout = BitPackedAttr::get(context, {}, 0);
  if (!strategy)
    return build(context, shape, target, layout, "");
  OwningOpRef<ModuleOp> plain = build(context, shape, target, layout, "");
  // Layouts that a network's layers leave for each other; others are made within the measured time.
  if (Attribute wanted = strategy->getActivationLayout(findContraction(*plain));
      isa<BitPackedAttr, ByteCodesAttr>(wanted))
    layout = wanted;
  return build(context, shape, target, layout, strategy->getName());
}

ContractionOpInterface bnn::findContraction(ModuleOp module) {
  ContractionOpInterface found;
  module.walk([&](ContractionOpInterface op) { found = op; });
  return found;
}

ContractionCase bnn::describeCase(ContractionOpInterface op) {
  GeometryAttr g = getGeometry(op);
  ContractionCase shape;
  shape.weightBits = op.getWeightType().getBits();
  shape.activationBits = op.getActivationType().getBits();
  shape.channels = g.getInput()[3];
  shape.outputs = g.getOutput()[3];
  shape.groups = g.getGroups();
  if (isa<Conv2DOp>(op.getOperation())) {
    // Images of a batch follow each other like rows.
    shape.height = g.getInput()[0] * g.getInput()[1];
    shape.width = g.getInput()[2];
    shape.kernel = std::max(g.getKernel()[0], g.getKernel()[1]);
    shape.stride = std::max(g.getStrides()[0], g.getStrides()[1]);
  } else {
    shape.width = g.getOutput()[0] * g.getOutput()[1] * g.getOutput()[2];
  }
  return shape;
}
