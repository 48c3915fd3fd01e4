//===- TableTest.cpp - What is no table -----------------------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "bnn/Allocation/Table.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace bnn;

static std::string errorOf(StringRef text) {
  Expected<AllocationTable> table = parseTable(text);
  return table ? "none" : toString(table.takeError());
}

/// A table of layer `a`, good as it is, and of what else is given.
static std::string errorWith(StringRef layers, StringRef rest = "") {
  return errorOf((R"({"layers": [{"name": "a", "sensitivity": {"4": 2, "8": 1}, "output_shape": [1, 8, 8, 4],
                      "cost": {"size": {"4": 4, "8": 8}}}, )" +
                  layers + "]" + rest + "}")
                     .str());
}

TEST(Table, Structure) {
  EXPECT_EQ(errorOf("[]"), "the table is a list; it must be an object");
  EXPECT_NE(errorOf("{").find("not JSON: "), std::string::npos);
  EXPECT_EQ(errorOf("{}"), "the table has no 'layers'");
  EXPECT_EQ(errorOf(R"({"layers": 3})"), "'layers' is a number; it must be a list");
  EXPECT_EQ(errorOf(R"({"layers": []})"), "'layers' is empty");
  EXPECT_EQ(errorOf(R"({"layers": [3]})"), "layer 0 is a number; it must be an object");
  EXPECT_EQ(errorOf(R"({"layers": [{}]})"), "layer 0 has no 'name'");
  EXPECT_EQ(errorOf(R"({"layers": [{"name": ""}]})"), "the name of layer 0 is empty");
  EXPECT_EQ(errorOf(R"({"layers": [{"name": "a"}]})"),
            "layer 'a': 'sensitivity' is missing; give a number for each choice of bits");
  EXPECT_EQ(errorOf(R"({"layers": [{"name": "a", "sensitivity": {}}]})"),
            "layer 'a': 'sensitivity' offers no bits");
  EXPECT_EQ(errorOf(R"({"objective": "best", "layers": []})"),
            "'objective' is 'best'; write minimize or maximize");
  EXPECT_EQ(errorOf(R"({"activation_bits": 9, "layers": []})"),
            "'activation_bits' is 9; it must be an integer from 1 to 8");
}

TEST(Table, Sensitivities) {
  auto error = [](StringRef value) {
    return errorOf((R"({"layers": [{"name": "a", "sensitivity": {"4": )" + value + "}}]}").str());
  };
  EXPECT_EQ(error("0.5"), "none");
  EXPECT_EQ(error("-0.5"),
            "layer 'a': sensitivity of 4 bits is negative; with \"objective\": \"maximize\" it "
            "may be");
  EXPECT_EQ(error("NaN"), "layer 'a': sensitivity of 4 bits is 'NaN'; it must be a number");
  EXPECT_EQ(error("-Infinity"), "layer 'a': sensitivity of 4 bits is '-Infinity'; it must be a number");
  EXPECT_EQ(error("1e999"), "layer 'a': sensitivity of 4 bits is not finite");
  EXPECT_EQ(error("\"high\""), "layer 'a': sensitivity of 4 bits is 'high'; it must be a number");
  EXPECT_EQ(errorOf(R"({"layers": [{"name": "a", "sensitivity": {"9": 1}}]})"),
            "layer 'a': 'sensitivity' names the bits '9'; write 1 to 8, or WEIGHTSxACTIVATIONS such as 4x8");
  EXPECT_EQ(errorOf(R"({"layers": [{"name": "a", "sensitivity": {"4": 1, "4x8": 1}}]})").substr(0, 36),
            "layer 'a': sensitivity of 4x8 bits i");
}

TEST(Table, Costs) {
  EXPECT_EQ(errorWith(R"({"name": "a", "sensitivity": {"4": 1}})"), "layer 'a' is there twice");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}})"), "layer 'b': 'cost' is missing");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}, "cost": {"bops": {"4": 1}}})"),
            "layer 'b': has the cost 'bops', which the first layer does not have; every layer must have the "
            "same");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}, "cost": {}})"),
            "layer 'b': has no cost 'size', which the first layer has");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1, "8": 1}, "cost": {"size": {"4": 1}}})"),
            "layer 'b': has a sensitivity of 8 bits, and no cost 'size' of them");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}, "cost": {"size": {"4": 1, "2": 1}}})"),
            "layer 'b': cost 'size' of 2 bits is given, and no sensitivity of 2 bits");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}, "cost": {"size": {"4": -1}}})"),
            "layer 'b': cost 'size' of 4 bits is negative");
  EXPECT_EQ(errorWith(R"({"name": "b", "sensitivity": {"4": 1}, "cost": {"size": {"4": NaN}}})"),
            "layer 'b': cost 'size' of 4 bits is 'NaN'; it must be a number");
  EXPECT_EQ(
      errorWith(R"({"name": "b", "parameters": 0, "sensitivity": {"4": 1}, "cost": {"size": {"4": 1}}})"),
      "layer 'b': 'parameters' is 0; it must be an integer from 1 to 9223372036854775807");
}

TEST(Table, Ties) {
  std::string b = R"({"name": "b", "sensitivity": {"4": 1, "8": 0}, "output_shape": [1, 4, 4, 4],
                      "cost": {"size": {"4": 1, "8": 2}}})";
  std::string c = R"({"name": "c", "sensitivity": {"4": 1}, "cost": {"size": {"4": 1}}})";
  EXPECT_EQ(
      errorWith(b, R"(, "ties": [["a", "b"]])"),
      "the tied layers 'a' and 'b' have different shapes: outputs of 1x8x8x4 and 1x4x4x4; layers are tied "
      "that read or write the same tensor");
  EXPECT_EQ(errorWith(c, R"(, "ties": [["a", "c"]])"), "the tied layers 'a' and 'c' offer different bits");
  EXPECT_EQ(errorWith(c, R"(, "ties": [["a"]])"), "a tie needs two layers or more");
  EXPECT_EQ(errorWith(c, R"(, "ties": [["a", "x"]])"),
            "a tie names the layer 'x', which the table does not have");
  EXPECT_EQ(errorWith(c, R"(, "ties": [["a", "a"]])"), "a tie names the layer 'a' twice");
}

TEST(Table, GroupsAndBlocks) {
  std::string b = R"({"name": "b", "sensitivity": {"4": 1, "8": 0}, "cost": {"size": {"4": 1, "8": 2}}})";
  EXPECT_EQ(errorWith(b, R"(, "groups": [{"name": "g"}])"), "a group needs a 'name' and 'layers'");
  EXPECT_EQ(errorWith(b, R"(, "groups": [{"name": "g", "layers": ["x"]}])"),
            "group 'g' names the layer 'x', which the table does not have");
  EXPECT_EQ(errorWith(b, R"(, "groups": [{"name": "g", "layers": ["a"], "mean_bits": "4"}])"),
            "group 'g': 'mean_bits' is '4'; it must be a number");
  EXPECT_EQ(errorWith(b, R"(, "blocks": [{"name": "k"}])"), "block 'k' has no 'pairs'");
  EXPECT_EQ(errorWith(b, R"(, "blocks": [{"name": "k", "pairs": [{"layers": ["a", "b"], "bits": [4],
                                                                  "sensitivity": 1}]}])"),
            "block 'k': a pair needs two layers or more, and as many entries in 'bits'");
  EXPECT_EQ(errorWith(b, R"(, "blocks": [{"name": "k", "pairs": [{"layers": ["a", "b"], "bits": [2, 4],
                                                                  "sensitivity": 1}]}])"),
            "block 'k': a pair has 2 bits for layer 'a', which does not offer them");
  EXPECT_EQ(errorWith(b, R"(, "units": {"power": "W"})"),
            "'units' names the metric 'power', which no layer has");
  EXPECT_EQ(errorWith(b, R"(, "units": {"size": "W"})"),
            "the unit of 'size' is 'W'; write B, s, ms, us or ns, or nothing");
}

TEST(Table, KeysOfOthersAreLeftAlone) {
  EXPECT_EQ(
      errorOf(R"({"trained": "yesterday", "layers": [{"name": "a", "sensitivity": {"4": 1}, "sqnr": 3}]})"),
      "none");
}
