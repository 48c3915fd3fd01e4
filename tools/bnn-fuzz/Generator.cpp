//===- Generator.cpp - The random walk that makes a program --------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program starts from one or two float images and takes steps: each picks a
// value, mostly a recent one, and an op that applies to it. What nothing used in
// the end becomes an output.
//
// Which comparisons are fair is tracked per value. Codes and accumulators agree
// bit for bit. A float does if it lies on a grid (sums of such numbers are exact
// in any order) or was only moved; otherwise it is compared up to rounding. A
// float whose last bits may differ, because sums were reordered or exp was
// approximated, feeds no quantizer.
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

using namespace bnn::fuzz;
using namespace llvm;

ArrayRef<std::pair<unsigned, Generator::Step>> Generator::stepsFor(Value::Kind kind) {
  using G = Generator;
  static constexpr std::pair<unsigned, Step> forFloats[] = {{20, &G::binarize},
                                                            {4, &G::ternarize},
                                                            {10, &G::quantize},
                                                            {5, &G::fakeQuantize},
                                                            {3, &G::floatThreshold},
                                                            {6, &G::affine},
                                                            {6, &G::activation},
                                                            {6, &G::residual},
                                                            {4, &G::floatMaxPool},
                                                            {2, &G::averagePool},
                                                            {2, &G::transcendental},
                                                            {2, &G::reduceSum},
                                                            {4, &G::flatten},
                                                            {2, &G::transpose},
                                                            {2, &G::concat},
                                                            {2, &G::slice},
                                                            {3, &G::pad},
                                                            {3, &G::signIdiom},
                                                            {4, &G::importedDepthwise},
                                                            {2, &G::floatConv},
                                                            {12, &G::importedConv},
                                                            {6, &G::importedMatmul},
                                                            {20, &G::binaryLayer}};
  static constexpr std::pair<unsigned, Step> forCodes[] = {
      {40, &G::conv2d},      {6, &G::convPair},    {25, &G::matmulConstant}, {8, &G::matmulPair},
      {12, &G::codeMaxPool}, {10, &G::dequantize}, {3, &G::plane},           {4, &G::requantize}};
  static constexpr std::pair<unsigned, Step> forAccumulators[] = {
      {35, &G::scale}, {35, &G::threshold}, {12, &G::requantize}, {8, &G::borderCorrect}, {8, &G::softmax}};
  switch (kind) {
  case Value::Float:
    return forFloats;
  case Value::Code:
    return forCodes;
  case Value::Accumulator:
    return forAccumulators;
  }
  return {};
}

const Value &Generator::pickValue() {
  if (random.chance(75))
    return values.back();
  return values[random.between(0, values.size() - 1)];
}

void Generator::addInput() {
  Value input;
  input.kind = Value::Float;
  input.name = "%x" + std::to_string(program.inputs.size());
  input.sameBits = input.quantizable = true;
  input.uncertainSign = false;
  if (random.chance(85)) {
    input.shape = {random.chance(80) ? 1 : random.between(2, 3), randomExtent(), randomExtent(),
                   randomChannels()};
  } else {
    input.shape = {randomExtent(), randomChannels()};
    if (random.chance(40))
      input.shape.insert(input.shape.begin(), random.between(1, 3));
    else if (random.chance(10))
      input.shape.pop_back();
  }
  program.inputs.push_back(input.shape);
  add(input);
}

/// Codes leave as floats; of accumulators and floats, what was not used leaves, the last value in any case.
void Generator::finish() {
  SmallVector<std::string> names, types;
  size_t limit = program.pairs.empty() ? 4 : maxPairsPerProgram;
  for (size_t i = values.size(); i-- > 0 && names.size() < limit;) {
    Value value = values[i];
    bool isInput = i < program.inputs.size();
    if (i + 1 != values.size() && (value.used || isInput))
      continue;
    if (value.kind == Value::Code) {
      std::string name = fresh(), one = floatConstant({1}, {1.0f});
      line() << name << " = bnn.dequantize " << value.name << " scale " << one << " : " << value.type()
             << ", tensor<1xf32> -> " << f32Tensor(value.shape) << "\n";
      value.kind = Value::Float;
      value.name = name;
      value.sameBits = true;
    }
    bool isFloat = value.kind == Value::Float;
    bool exact = !isFloat || value.sameBits || (value.grid && value.grid->isExact());
    program.outputs.push_back({isFloat, value.shape, exact ? Agreement::Exact : Agreement::Close});
    names.push_back(value.name);
    types.push_back(value.type());
  }
  line() << "return ";
  llvm::interleaveComma(names, out);
  out << " : ";
  llvm::interleaveComma(types, out);
  out << "\n";

  raw_string_ostream text(program.text);
  text << "func.func @" << program.name << "(";
  llvm::interleaveComma(llvm::enumerate(program.inputs), text, [&](auto entry) {
    text << "%x" << entry.index() << ": " << f32Tensor(entry.value()) << " {bnn.name = \"x" << entry.index()
         << "\"}";
  });
  text << ") -> (";
  llvm::interleaveComma(llvm::enumerate(types), text, [&](auto entry) {
    text << entry.value() << " {bnn.name = \"y" << entry.index() << "\"}";
  });
  text << ") attributes {bnn.entry} {\n" << body << "}\n";
}

Program Generator::generate(std::string name) {
  program.name = std::move(name);
  program.seed = seed;
  addInput();
  if (random.chance(25))
    addInput();
  for (unsigned done = 0, tries = 0; done < numOps && tries < 1000; ++tries) {
    Value value = pickValue();
    ArrayRef<std::pair<unsigned, Step>> steps = stepsFor(value.kind);
    int64_t total = 0;
    for (auto [weight, step] : steps)
      total += weight;
    int64_t choice = random.between(0, total - 1);
    for (auto [weight, step] : steps) {
      choice -= weight;
      if (choice >= 0)
        continue;
      if ((this->*step)(value)) {
        use(value);
        ++done;
      }
      break;
    }
  }
  finish();
  return std::move(program);
}
