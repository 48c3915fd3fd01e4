//===- TargetInfoTest.cpp - Targets, CPUs, features -----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Target/TargetInfo.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace bnn;

namespace {

TargetInfo good(llvm::StringRef target, llvm::StringRef cpu = "", llvm::StringRef features = "") {
  mlir::FailureOr<TargetInfo> info = TargetInfo::resolve(
      target, cpu, features, [](const llvm::Twine &message) { ADD_FAILURE() << message.str(); });
  return succeeded(info) ? *info : TargetInfo::baseline();
}

std::string bad(llvm::StringRef target, llvm::StringRef cpu = "", llvm::StringRef features = "") {
  std::string error;
  EXPECT_TRUE(failed(TargetInfo::resolve(target, cpu, features,
                                         [&](const llvm::Twine &message) { error += message.str(); })));
  return error;
}

TEST(TargetInfo, CpuNamesImplyFeatures) {
  EXPECT_TRUE(good("x86-64").has("sse2"));
  EXPECT_FALSE(good("x86-64").has("sse4.2"));
  EXPECT_TRUE(good("x86-64", "x86-64-v3").has("avx2"));
  EXPECT_FALSE(good("x86-64", "x86-64-v3").has("avx512f"));
  EXPECT_TRUE(good("x86-64", "icelake-server").has("avx512vpopcntdq"));
  EXPECT_TRUE(good("aarch64").has("neon"));
  EXPECT_FALSE(good("aarch64").has("dotprod"));
  EXPECT_TRUE(good("aarch64-linux-gnu", "cortex-a76").has("dotprod"));
}

TEST(TargetInfo, FeaturesAreAddedAndTakenAway) {
  TargetInfo info = good("x86-64", "x86-64-v3", "+avx512vpopcntdq,-bmi2");
  EXPECT_TRUE(info.has("avx512vpopcntdq"));
  EXPECT_TRUE(info.has("avx512f")); // implied
  EXPECT_FALSE(info.has("bmi2"));
  EXPECT_TRUE(good("aarch64", "", "+dotprod").has("dotprod"));
  EXPECT_FALSE(good("x86-64", "x86-64-v3", "-avx2").has("avx2"));
}

TEST(TargetInfo, VectorBits) {
  EXPECT_EQ(good("x86-64").vectorBits(), 128u);
  EXPECT_EQ(good("x86-64", "x86-64-v3").vectorBits(), 256u);
  EXPECT_EQ(good("x86-64", "znver4").vectorBits(), 512u);
  EXPECT_EQ(good("x86-64", "skylake-avx512").vectorBits(), 256u); // tuned for 256
  EXPECT_EQ(good("aarch64").vectorBits(), 128u);
}

TEST(TargetInfo, AttributeRoundTrip) {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  EXPECT_EQ(TargetInfo::of(*module).cpu(), "x86-64");
  TargetInfo info = good("x86-64", "x86-64-v3", "+avxvnni,-fma");
  info.attach(*module);
  EXPECT_TRUE(succeeded(TargetInfo::verify(*module)));
  TargetInfo back = TargetInfo::of(*module);
  EXPECT_EQ(back.triple().str(), "x86_64-unknown-linux-gnu");
  EXPECT_EQ(back.cpu(), "x86-64-v3");
  EXPECT_EQ(back.features(), info.features());
  EXPECT_TRUE(back.has("avxvnni"));
  EXPECT_FALSE(back.has("fma"));
}

TEST(TargetInfo, NativeRunsHere) {
  TargetInfo info = good("native");
  EXPECT_TRUE(info.runsOnHost());
  std::string error;
  EXPECT_NE(info.createTargetMachine(error), nullptr) << error;
}

TEST(TargetInfo, Errors) {
  EXPECT_NE(bad("riscv64-linux-gnu").find("unknown target 'riscv64-linux-gnu'"), std::string::npos);
  EXPECT_NE(bad("x86_64-windows-msvc").find("ELF"), std::string::npos);
  EXPECT_NE(bad("aarch64_be-linux-gnu").find("unknown target"), std::string::npos);
  EXPECT_NE(bad("x86-64", "skylaek").find("did you mean 'skylake'"), std::string::npos);
  EXPECT_NE(bad("x86-64", "i386").find("64-bit"), std::string::npos);
  EXPECT_NE(bad("aarch64", "cortex-a77x").find("'cortex-a77'"), std::string::npos);
  EXPECT_NE(bad("x86-64", "", "+avx3").find("'avx'"), std::string::npos);
  EXPECT_NE(bad("x86-64", "", "avx2").find("must start with"), std::string::npos);
  EXPECT_NE(bad("x86-64", "", "-sse2").find("needs the feature 'sse2'"), std::string::npos);
}

} // namespace
