//===- AllocateTest.cpp - Bits for a budget -------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomTable.h"

#include "bnn/Allocation/Assignment.h"

#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace bnn;

static Allocation allocate(const AllocationTable &table, ArrayRef<StringRef> budgets) {
  AllocationOptions options;
  for (StringRef text : budgets)
    options.budgets.push_back(cantFail(parseBudget(text)));
  Expected<Allocation> allocation = allocateBits(table, options);
  EXPECT_TRUE(static_cast<bool>(allocation));
  return allocation ? *allocation : Allocation();
}

static std::string errorOf(const AllocationTable &table, ArrayRef<StringRef> budgets,
                           ArrayRef<unsigned> bits = {}) {
  AllocationOptions options;
  options.bits.assign(bits.begin(), bits.end());
  for (StringRef text : budgets)
    options.budgets.push_back(cantFail(parseBudget(text)));
  Expected<Allocation> allocation = allocateBits(table, options);
  return allocation ? "none" : toString(allocation.takeError());
}

/// The configurations that HAWQ-V3's authors publish for ResNet-18 (bit_config.py in their repository).
TEST(Allocate, PublishedHawqAssignments) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  EXPECT_EQ(allocate(table, {"size:0.5"}).weightDigits(table), "8888888888888884844");
  EXPECT_EQ(allocate(table, {"bops:0.5"}).weightDigits(table), "8884888848884444444");
  EXPECT_EQ(allocate(table, {"latency:0.5"}).weightDigits(table), "8888848848884484844");
}

TEST(Allocate, FractionsAndUnitsAgree) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  Allocation half = allocate(table, {"size:0.5"});
  std::string limit = std::to_string(half.budgets.front().limit);
  EXPECT_EQ(allocate(table, {"size:50%"}).choices, half.choices);
  EXPECT_EQ(allocate(table, {("size:" + limit).c_str()}).choices, half.choices);
  EXPECT_EQ(allocate(table, {("size:" + limit + "B").c_str()}).choices, half.choices);
  EXPECT_EQ(allocate(table, {"size:0.5", "size:100%"}).choices, half.choices);
}

TEST(Allocate, EndsOfTheRange) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  EXPECT_EQ(allocate(table, {"size:0"}).weightDigits(table), std::string(19, '4'));
  EXPECT_EQ(allocate(table, {"size:1"}).weightDigits(table), std::string(19, '8'));
  EXPECT_EQ(allocate(table, {}).weightDigits(table), std::string(19, '8'));
}

TEST(Allocate, InfeasibleBudgetsSayTheLeast) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  EXPECT_EQ(errorOf(table, {"size:1MB"}),
            "budget 'size:1MB' cannot be met: it allows 1 MB, and the least possible is 5.57875 MB");
  // Each can be met, both together not.
  AllocationTable both = cantFail(parseTable(R"({"layers": [{"name": "a", "sensitivity": {"2": 1, "4": 1},
      "cost": {"size": {"2": 10, "4": 20}, "latency": {"2": 9, "4": 3}}}]})"));
  EXPECT_EQ(errorOf(both, {"size:10B", "latency:5ms"}),
            "budget 'latency:5ms' cannot be met together with budget 'size:10B': it allows 5 ms, and the "
            "least possible is then 9 ms");
}

TEST(Allocate, BadRequests) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  EXPECT_EQ(errorOf(table, {"power:0.5"}),
            "budget 'power:0.5': the table has no cost 'power'; it has bops, latency, size");
  EXPECT_EQ(errorOf(table, {"size:3ms"}), "budget 'size:3ms': the costs 'size' are in B");
  EXPECT_EQ(errorOf(table, {}, {2}),
            "layer 'layer1.0.conv1' has no choice left: the table offers 4, 8 bits, --bits allows 2");
  AllocationOptions options;
  options.meanBits.push_back({"", {6, 0.02}});
  Expected<Allocation> allocation = allocateBits(table, options);
  ASSERT_FALSE(static_cast<bool>(allocation));
  EXPECT_EQ(toString(allocation.takeError()),
            "mean bits: layer 'layer1.0.conv1' has no 'parameters', by which bits are averaged");
}

TEST(Allocate, BitsFilter) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  AllocationOptions options;
  options.bits = {4};
  EXPECT_EQ(cantFail(allocateBits(table, options)).weightDigits(table), std::string(19, '4'));
}

/// MixDQ: two groups with bits and bands of their own, qualities to maximize.
TEST(Allocate, GroupsWithBands) {
  AllocationTable table = cantFail(parseTable(R"({"objective": "maximize", "layers": [
    {"name": "a", "parameters": 100, "sensitivity": {"2": 5, "4": 11, "8": 20}},
    {"name": "b", "parameters": 100, "sensitivity": {"2": -3, "4": 10, "8": 30}},
    {"name": "c", "parameters": 300, "sensitivity": {"2": 50, "4": 60, "8": 90}}],
    "groups": [{"name": "content", "layers": ["a", "b"], "mean_bits": 5, "slack": 0.02},
               {"name": "quality", "layers": ["c"], "bits": [4, 8], "mean_bits": 4}]})"));
  // a and b: 2 and 8 bits have the mean 5, and 8 bits help b more.
  Allocation allocation = allocate(table, {});
  EXPECT_EQ(allocation.weightDigits(table), "284");
  EXPECT_EQ(allocation.objective, 95);
  EXPECT_EQ(allocation.gap(), 0);
}

TEST(Allocate, BandWithoutAssignment) {
  AllocationTable table = cantFail(parseTable(R"({"layers": [
    {"name": "a", "parameters": 1, "sensitivity": {"2": 1, "8": 0}}]})"));
  AllocationOptions options;
  options.meanBits.push_back(cantFail(parseMeanBits("4")));
  EXPECT_EQ(toString(allocateBits(table, options).takeError()),
            "mean bits cannot be met: no assignment lies in the band; widen its slack");
  options.meanBits.front() = cantFail(parseMeanBits("1:0.5"));
  EXPECT_EQ(toString(allocateBits(table, options).takeError()),
            "mean bits cannot be met: it allows 1.500 bits, and the least possible is 2.000 bits");
  options.meanBits.front() = cantFail(parseMeanBits("nobody=4"));
  EXPECT_EQ(toString(allocateBits(table, options).takeError()), "mean bits: the table has no group 'nobody'");
}

TEST(Allocate, ActivationBitsAreChosenToo) {
  AllocationTable table = cantFail(parseTable(R"({"activation_bits": 4, "layers": [
    {"name": "a", "sensitivity": {"4x4": 3, "4x8": 1, "8": 2}, "cost": {"bops": {"4x4": 1, "4x8": 2, "8": 2}}},
    {"name": "b", "activation_bits": 8, "sensitivity": {"4x4": 3, "4": 2}, "cost": {"bops": {"4": 2, "4x4": 1}}}
    ]})"));
  Allocation allocation = allocate(table, {"bops:3"});
  EXPECT_EQ(allocation.weightDigits(table), "44");
  EXPECT_EQ(allocation.activationDigits(table), "84");
  EXPECT_EQ(table.layers[0].choices[2].bits.activations, 4u);
}

TEST(Allocate, SweepGivesAFront) {
  std::mt19937_64 random(3);
  RandomTableOptions shape;
  shape.numLayers = 6;
  AllocationTable table = makeRandomTable(random, shape);
  std::vector<Allocation> front = cantFail(sweepBudget(table, {}, "size", 17));
  ASSERT_GT(front.size(), 4u);
  for (size_t i = 1; i < front.size(); ++i) {
    EXPECT_GT(front[i].costs[1], front[i - 1].costs[1]);
    EXPECT_LT(front[i].objective, front[i - 1].objective);
  }
  std::string svg;
  raw_string_ostream stream(svg);
  printParetoSvg(table, front, 1, stream);
  EXPECT_EQ(StringRef(svg).count("<circle"), front.size());
}

TEST(Allocate, AssignmentsAreReadBack) {
  AllocationTable table = cantFail(readTable(HAWQ_TABLE));
  Allocation allocation = allocate(table, {"size:0.5"});
  std::string text;
  raw_string_ostream stream(text);
  printAssignmentJson(table, allocation, stream);
  EXPECT_TRUE(holdsAssignment(text));
  BitAssignment expected = toAssignment(table, allocation);
  llvm::sort(expected);
  EXPECT_EQ(cantFail(parseAssignment(text)), expected);
  EXPECT_EQ(toString(parseAssignment(R"({"assignment": {"a": 9}})").takeError()),
            "layer 'a': the number of bits is 9; it must be an integer from 1 to 8");
  EXPECT_EQ(toString(parseAssignment(R"({"assignment": {"a": {"activation_bits": 4}}})").takeError()),
            "layer 'a' has no 'bits'");
}

TEST(Budget, Syntax) {
  auto parse = [](StringRef text) { return cantFail(parseBudget(text)); };
  EXPECT_EQ(parse("size:200KB").value, 200e3);
  EXPECT_EQ(parse("size:2 KiB").value, 2048);
  EXPECT_DOUBLE_EQ(parse("latency:1.5ms").value, 1.5e-3);
  EXPECT_FALSE(parse("latency:0.5ms").isFraction);
  EXPECT_TRUE(parse("bops:0.5").isFraction);
  EXPECT_TRUE(parse("bops:25%").isFraction);
  EXPECT_EQ(parse("bops:2.5G").value, 2.5e9);
  auto error = [](StringRef text) { return toString(parseBudget(text).takeError()); };
  std::string hint = "; write METRIC:VALUE, such as size:200KB, latency:1.5ms or bops:0.5";
  EXPECT_EQ(error("size"), "budget 'size': there is no ':'" + hint);
  EXPECT_EQ(error(":3"), "budget ':3': the metric is missing" + hint);
  EXPECT_EQ(error("size:big"), "budget 'size:big': 'big' does not begin with a number" + hint);
  EXPECT_EQ(error("size:-3KB"), "budget 'size:-3KB': the value is negative" + hint);
  EXPECT_EQ(error("size:3furlongs"), "budget 'size:3furlongs': the unit 'furlongs' is not known" + hint);
  EXPECT_EQ(error("size:130%"), "budget 'size:130%': a fraction is at most 1" + hint);
  EXPECT_EQ(toString(parseMeanBits("four").takeError()),
            "mean bits 'four': write BITS, BITS:SLACK or GROUP=BITS:SLACK");
}

TEST(Budget, CostsForPeople) {
  EXPECT_EQ(formatCost(36864, "B"), "36.864 KB");
  EXPECT_EQ(formatCost(0.25, "ms"), "250 us");
  EXPECT_EQ(formatCost(12, ""), "12");
  EXPECT_EQ(formatCost(7.4e9, ""), "7.4 G");
  EXPECT_EQ(formatCost(0, "ms"), "0 s");
}
