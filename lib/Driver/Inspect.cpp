//===- Inspect.cpp - What a model consists of -----------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers are read from the optimized module after bnn-select-kernels has
// written its choices into it; sizes as stored come from the kernels that a
// copy is lowered to, found again by their locations, and totals from the
// sections of the object that the copy becomes.
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Inspect.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/Driver/Diagnostics.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Pipelines/Pipelines.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"

#include <deque>

using namespace mlir;
using namespace bnn;

namespace {
/// What a contraction became.
struct Kernel {
  int64_t bytes; ///< of constant weights
  StringRef strategy;
};

/// Kernels by location, in program order, and how many of them each contraction of that location became.
struct Kernels {
  std::deque<Kernel> kernels;
  int64_t perLayer = 1;
};
using StoredKernels = llvm::MapVector<Location, Kernels>;
} // namespace

static int64_t bytesOf(ShapedType type) {
  return llvm::divideCeil(type.getNumElements() * type.getElementTypeBitWidth(), 8);
}

static bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

static std::string layerName(Operation *op) {
  std::string place = describeLocation(op->getLoc());
  if (StringRef(place).starts_with("node '"))
    place = StringRef(place).drop_front(6).drop_back(1).str();
  return place.empty() ? op->getName().getStringRef().str() : place;
}

static void setShapes(LayerReport &layer, Value input, Value weights, Value output) {
  auto shape = [](Value value) { return SmallVector<int64_t>(cast<ShapedType>(value.getType()).getShape()); };
  layer.inputShape = shape(input);
  layer.weightShape = shape(weights);
  layer.outputShape = shape(output);
}

/// Takes the kernels of one contraction off the list.
static void readKernels(ContractionOpInterface op, StoredKernels &stored, LayerReport &layer) {
  auto it = stored.find(op->getLoc());
  if (it == stored.end())
    return;
  auto &[kernels, perLayer] = it->second;
  if (perLayer > 1 && !kernels.empty()) {
    layer.reason = "pairs of planes; whole: " + layer.strategy + " " + layer.reason;
    layer.strategy = std::to_string(perLayer) + "x " + kernels.front().strategy.str();
  }
  for (int64_t i = 0; i < perLayer && !kernels.empty(); ++i) {
    layer.storedBytes += kernels.front().bytes;
    kernels.pop_front();
  }
}

static LayerReport readContraction(ContractionOpInterface op, StoredKernels &stored) {
  LayerReport layer;
  layer.name = layerName(op);
  layer.op = op->getName().getStringRef().str();
  setShapes(layer, op.getActivations(), op.getWeights(), op.getAccumulator());
  layer.weightBits = op.getWeightType().getBits();
  layer.activationBits = op.getActivationType().getBits();
  layer.macs = op.getMacs();
  if (isConstant(op.getWeights())) {
    int64_t count = op.getWeights().getType().getNumElements();
    layer.packedBytes = llvm::divideCeil(count * layer.weightBits, 8);
    layer.floatBytes = count * 4;
  }
  if (auto kernel = op->getAttrOfType<StringAttr>("kernel"))
    layer.strategy = kernel.str();
  if (auto reason = op->getAttrOfType<StringAttr>("kernel_reason"))
    layer.reason = reason.str();
  readKernels(op, stored, layer);
  return layer;
}

/// Products that one output element of a TOSA contraction sums up; 0 for other ops.
static int64_t tosaDepth(Operation *op) {
  auto shape = [&](unsigned i) { return cast<ShapedType>(op->getOperand(i).getType()).getShape(); };
  if (isa<tosa::Conv2DOp>(op))
    return shape(1)[1] * shape(1)[2] * shape(1)[3];
  if (isa<tosa::Conv3DOp>(op))
    return shape(1)[1] * shape(1)[2] * shape(1)[3] * shape(1)[4];
  if (isa<tosa::DepthwiseConv2DOp>(op))
    return shape(1)[0] * shape(1)[1];
  if (isa<tosa::MatMulOp>(op))
    return shape(0)[2];
  return 0;
}

static std::optional<LayerReport> readFloat(Operation *op) {
  LayerReport layer;
  if (auto transpose = dyn_cast<tosa::TransposeConv2DOp>(op))
    // Every input element meets every tap of every output channel.
    layer.macs = cast<ShapedType>(op->getOperand(0).getType()).getNumElements() *
                 cast<ShapedType>(op->getOperand(1).getType()).getNumElements() /
                 cast<ShapedType>(op->getOperand(1).getType()).getDimSize(3);
  else if (int64_t depth = tosaDepth(op))
    layer.macs = cast<ShapedType>(op->getResult(0).getType()).getNumElements() * depth;
  else
    return std::nullopt;
  layer.name = layerName(op);
  layer.op = op->getName().getStringRef().str();
  setShapes(layer, op->getOperand(0), op->getOperand(1), op->getResult(0));
  auto weights = cast<ShapedType>(op->getOperand(1).getType());
  layer.weightBits = weights.getElementTypeBitWidth();
  layer.activationBits = cast<ShapedType>(op->getOperand(0).getType()).getElementTypeBitWidth();
  layer.isFloat = isa<FloatType>(weights.getElementType());
  if (isConstant(op->getOperand(1)))
    layer.packedBytes = layer.storedBytes = layer.floatBytes = bytesOf(weights);
  layer.strategy = "float";
  layer.reason = "not quantized";
  return layer;
}

/// Adds up the object's sections.
static LogicalResult measureObject(Location loc, LLVMModule &code, const TargetInfo &target,
                                   ModelReport &report) {
  auto fail = [&](const Twine &message) { emitError(loc) << message; };
  SmallVector<char, 0> bytes;
  if (failed(emitCode(code, target, EmitKind::Object, "", bytes, fail)))
    return failure();
  auto object = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(StringRef(bytes.data(), bytes.size()), report.signature.name));
  if (!object) {
    fail(llvm::toString(object.takeError()));
    return failure();
  }
  for (llvm::object::SectionRef section : (*object)->sections())
    if (section.isText())
      report.codeBytes += section.getSize();
    else if (llvm::object::ELFSectionRef(section).getFlags() & llvm::ELF::SHF_ALLOC)
      report.constantBytes += section.getSize();
  return success();
}

/// Lowers a copy of the optimized module and reads sizes off it.
static LogicalResult measure(ModuleOp module, const CompileOptions &options, ModelReport &report,
                             StoredKernels &stored) {
  llvm::DenseMap<Location, int64_t> layers;
  module.walk([&](ContractionOpInterface op) { ++layers[op->getLoc()]; });
  PassManager kernels(module.getContext());
  if (options.configure && failed(options.configure(kernels)))
    return failure();
  KernelOptions kernelOptions;
  kernelOptions.decompose = options.decompose;
  kernelOptions.prefer = options.preferredKernels;
  kernelOptions.optimizeSize = options.optimizeSize;
  buildKernelPipeline(kernels, kernelOptions);
  if (failed(kernels.run(module)))
    return failure();
  module.walk([&](ContractKernelOp kernel) {
    int64_t bytes = 0;
    if (isConstant(kernel.getWeights()))
      bytes = bytesOf(kernel.getWeights().getType());
    else if (auto planes = kernel.getWeights().getDefiningOp<MapKernelOp>();
             planes && llvm::all_of(planes.getParams(), isConstant))
      for (Value plane : planes.getParams())
        bytes += bytesOf(cast<ShapedType>(plane.getType()));
    stored[kernel.getLoc()].kernels.push_back({bytes, kernel.getStrategy()});
  });
  for (auto &[location, kernels] : stored)
    if (int64_t count = layers.lookup(location))
      kernels.perLayer = kernels.kernels.size() / count;
  PassManager codegen(module.getContext());
  if (options.configure && failed(options.configure(codegen)))
    return failure();
  CodegenOptions codegenOptions;
  codegenOptions.fma = options.fma;
  codegenOptions.threads = options.threads;
  buildCodegenPipeline(codegen, codegenOptions);
  if (failed(codegen.run(module)))
    return failure();
  if (auto bound = module->getAttrOfType<IntegerAttr>("bnn.workspace_bound"))
    report.workspaceBound = bound.getInt();
  FailureOr<LLVMModule> code = translateAndOptimize(module, report.signature, options.target);
  if (failed(code))
    return failure();
  code->usesThreads = options.threads > 1;
  report.workspaceBytes = readWorkspaceSize(*code->module, report.signature).value_or(0);
  return measureObject(module.getLoc(), *code, options.target, report);
}

/// Chooses kernels and reads the layers; `stored` holds what is known of their sizes.
static FailureOr<std::vector<LayerReport>> selectAndRead(ModuleOp module, ArrayRef<std::string> prefer,
                                                         StoredKernels &stored) {
  PassManager select(module.getContext());
  SelectKernelsOptions options;
  options.prefer.assign(prefer.begin(), prefer.end());
  select.addPass(createSelectKernels(options));
  if (failed(select.run(module)))
    return failure();
  std::vector<LayerReport> layers;
  module.walk([&](Operation *op) {
    if (auto contraction = dyn_cast<ContractionOpInterface>(op))
      layers.push_back(readContraction(contraction, stored));
    else if (std::optional<LayerReport> layer = readFloat(op))
      layers.push_back(std::move(*layer));
  });
  return layers;
}

FailureOr<std::vector<LayerReport>> bnn::readLayers(ModuleOp module) {
  StoredKernels stored;
  return selectAndRead(module, {}, stored);
}

FailureOr<ModelReport> bnn::inspectModel(ModuleOp module, const CompileOptions &options) {
  ModelReport report;
  report.target = options.target;
  FailureOr<ModelSignature> signature = lowerModel(module, options, Stage::Optimized);
  if (failed(signature))
    return failure();
  report.signature = std::move(*signature);
  StoredKernels stored;
  OwningOpRef<ModuleOp> copy = module.clone();
  if (failed(measure(*copy, options, report, stored)))
    return failure();
  FailureOr<std::vector<LayerReport>> layers = selectAndRead(module, options.preferredKernels, stored);
  if (failed(layers))
    return failure();
  report.layers = std::move(*layers);
  return report;
}
