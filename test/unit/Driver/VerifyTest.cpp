//===- VerifyTest.cpp - Wrong layers are found and named ------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pass that runs in the fast programs only changes the weights of one layer.
//
//===----------------------------------------------------------------------===//

#include "bnn/Driver/Verify.h"

#include "bnn/Dialect/BNN/IR/BNN.h"
#include "bnn/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace bnn;

namespace {

constexpr llvm::StringLiteral source = R"mlir(
  func.func @net(%x: tensor<4x16xf32>) -> tensor<4x3xf32> attributes {bnn.entry} {
    %w1 = bnn.constant dense<1> : tensor<32x16xi8> as tensor<32x16x!bnn.bipolar<1>>
    %w2 = bnn.constant dense<1> : tensor<3x32xi8> as tensor<3x32x!bnn.bipolar<1>>
    %t = arith.constant dense<1> : tensor<1x1xi32>
    %s = arith.constant dense<0.5> : tensor<1xf32>
    %b = bnn.binarize %x : tensor<4x16xf32> -> tensor<4x16x!bnn.bipolar<1>> loc("binarize")
    %a1 = bnn.matmul %b, %w1 {transpose_rhs}
        : tensor<4x16x!bnn.bipolar<1>>, tensor<32x16x!bnn.bipolar<1>> -> tensor<4x32xi32> loc("first")
    %q = bnn.threshold %a1, %t
        : tensor<4x32xi32>, tensor<1x1xi32> -> tensor<4x32x!bnn.bipolar<1>> loc("hidden")
    %a2 = bnn.matmul %q, %w2 {transpose_rhs}
        : tensor<4x32x!bnn.bipolar<1>>, tensor<3x32x!bnn.bipolar<1>> -> tensor<4x3xi32> loc("second")
    %y = bnn.scale %a2 by %s : tensor<4x3xi32>, tensor<1xf32> -> tensor<4x3xf32>
    return %y : tensor<4x3xf32>
  }
)mlir";

/// Turns all weights of the layer with that many outputs into -1.
struct BreakLayer : PassWrapper<BreakLayer, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BreakLayer)

  explicit BreakLayer(int64_t outputs) : outputs(outputs) {}

  void runOnOperation() override {
    getOperation().walk([&](ConstantOp op) {
      auto codes = cast<DenseElementsAttr>(op.getCodes());
      if (codes.getType().getShape()[0] == outputs)
        op.setCodesAttr(DenseElementsAttr::get(codes.getType(), static_cast<int8_t>(0)));
    });
  }

  int64_t outputs;
};

class Verify : public testing::Test {
protected:
  void SetUp() override {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// Verifies the network with the layer of `outputs` outputs broken in the compilations that `isBroken`
  /// says, counted from 1: as given, the optimizer, the reference with probes, the two fast programs; where
  /// outputs differ though no layer does, the imported model's reference with probes and its fast program.
  VerifyReport verify(int64_t outputs, llvm::function_ref<bool(unsigned)> isBroken) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(source, ParserConfig(&context));
    EXPECT_TRUE(module);
    CompileOptions options;
    options.target = *TargetInfo::resolve("native", "", "", [](const Twine &) {});
    unsigned managers = 0;
    options.configure = [&](PassManager &pm) {
      if (isBroken(++managers))
        pm.addPass(std::make_unique<BreakLayer>(outputs));
      return success();
    };
    FailureOr<ModelSignature> signature = readSignature(*findEntry(*module));
    EXPECT_TRUE(succeeded(signature));
    FailureOr<VerifyReport> report = verifyModel(*module, options, randomInputs(*signature, 1));
    EXPECT_TRUE(succeeded(report));
    return succeeded(report) ? *report : VerifyReport();
  }

  MLIRContext context;
};

bool isFast(unsigned compilation) { return compilation > 3; }

TEST_F(Verify, EqualPathsPass) {
  VerifyReport report = verify(0, [](unsigned) { return false; });
  EXPECT_TRUE(report.passed());
  EXPECT_EQ(report.firstDifferent(), nullptr);
  ASSERT_EQ(report.layers.size(), 3u);
  EXPECT_EQ(report.layers[0].name, "node 'binarize'");
  EXPECT_EQ(report.layers[1].name, "node 'hidden'");
  EXPECT_EQ(report.outputs.size(), 1u);
}

TEST_F(Verify, FirstLayerIsNamed) {
  VerifyReport report = verify(32, isFast);
  EXPECT_FALSE(report.passed());
  ASSERT_NE(report.firstDifferent(), nullptr);
  EXPECT_EQ(report.firstDifferent()->name, "node 'hidden'");
  EXPECT_EQ(report.layers[0].numDifferent, 0);
  EXPECT_EQ(report.layers[2].numDifferent, 0) << "the second layer works on the reference's values";
  EXPECT_GT(report.outputs[0].numDifferent, 0);
}

TEST_F(Verify, LastLayerIsNamed) {
  VerifyReport report = verify(3, isFast);
  EXPECT_FALSE(report.passed());
  ASSERT_NE(report.firstDifferent(), nullptr);
  EXPECT_EQ(report.firstDifferent()->name, "output 'output0'");
  EXPECT_EQ(report.layers[1].numDifferent, 0);
}

TEST_F(Verify, WrongOptimizationIsNamed) {
  // The reference is made of the optimized model as well, so its layers show nothing.
  VerifyReport report = verify(32, [](unsigned compilation) { return compilation == 2 || compilation == 7; });
  EXPECT_FALSE(report.passed());
  for (const ValueComparison &layer : report.layers)
    EXPECT_EQ(layer.numDifferent, 0) << layer.name;
  ASSERT_NE(report.firstDifferent(), nullptr);
  EXPECT_EQ(report.firstDifferent()->name, "node 'hidden'");
}

} // namespace
