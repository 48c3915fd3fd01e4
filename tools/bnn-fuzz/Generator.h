//===- Generator.h - Random programs of the dialect --------------*- C++ -*-===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BNN_TOOLS_FUZZ_GENERATOR_H
#define BNN_TOOLS_FUZZ_GENERATOR_H

#include "Random.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace bnn::fuzz {

using Shape = llvm::SmallVector<int64_t, 4>;

/// How far an output of the fast path may be from that of the reference path.
enum class Agreement {
  /// The same number. Any NaN equals any other and -0 equals 0, as a sum of integers has no -0.
  Exact,
  /// Rounding: see `agrees` in Compare.h.
  Close
};

struct Output {
  bool isFloat; // else i32
  Shape shape;
  Agreement agreement;
};

/// A module with one entry function.
struct Program {
  std::string name, text;
  uint64_t seed;             // also of its inputs
  std::vector<Shape> inputs; // all f32
  std::vector<Output> outputs;
  /// The code types that meet in each output, in programs of pairs.
  std::vector<std::string> pairs;
};

/// A code type of the dialect.
struct CodeKind {
  enum Family { Bipolar, Unsigned, Signed, Ternary } family;
  unsigned bits;

  std::string str() const;
  int64_t numValues() const;
  int64_t min() const;
  int64_t max() const;
  int64_t step() const { return family == Bipolar ? 2 : 1; }
  int64_t magnitude() const { return std::max(std::abs(min()), std::abs(max())); }
};

/// Finite multiples of 2^exponent of at most `max` in magnitude. While max / 2^exponent fits into 24 bits,
/// sums and products of such floats do not depend on the order they are taken in.
struct Grid {
  int exponent;
  double max;

  bool isExact() const;
};

/// An SSA value of the program.
struct Value {
  enum Kind { Float, Code, Accumulator } kind;
  std::string name;
  Shape shape;
  CodeKind code = {CodeKind::Bipolar, 1}; // Code
  int64_t bound = 0;                      // Accumulator: the largest magnitude
  // Float:
  std::optional<Grid> grid;
  /// The paths agree in every bit, so that the value may be an output that is compared exactly.
  bool sameBits = false;
  /// The paths agree in every code that is made of the value.
  bool quantizable = false;
  /// The sign bit may differ: that of a NaN between processors, that of a zero between sums of floats and of
  /// integers.
  bool uncertainSign = true;
  bool used = false;

  int64_t numElements() const;
  int64_t rank() const { return shape.size(); }
  int64_t channels() const { return shape.empty() ? 1 : shape.back(); }
  std::string elementType() const;
  std::string type() const;
};

/// Most contractions in a program of pairs, and how many programs of consecutive seeds have all pairs.
constexpr unsigned maxPairsPerProgram = 5;
uint64_t numPairPrograms();

/// Builds one program, op by op. The same seed with fewer ops gives the beginning of the same program.
class Generator {
public:
  Generator(uint64_t seed, unsigned numOps) : seed(seed), numOps(numOps), random(seed), out(body) {}

  /// Its entry function is called `name`.
  Program generate(std::string name);
  /// Convolutions or matrix products of some of the 625 pairs of code types; which follows from the seed.
  /// With `numOps` above 0 only the contraction of that number, counted from 1.
  Program generatePairs(std::string name);

private:
  // Each adds one op to the program, or a few that belong together, or returns false if it does not apply.
  using Step = bool (Generator::*)(Value);

  // FloatSteps.cpp
  bool binarize(Value), ternarize(Value), quantize(Value), fakeQuantize(Value), floatThreshold(Value);
  bool affine(Value), activation(Value), residual(Value), signIdiom(Value);
  bool floatMaxPool(Value), averagePool(Value), transcendental(Value), reduceSum(Value);
  bool flatten(Value), transpose(Value), concat(Value), slice(Value), pad(Value);
  bool floatConv(Value), importedConv(Value), importedDepthwise(Value), importedMatmul(Value);
  // CodeSteps.cpp
  bool conv2d(Value), convPair(Value), matmulConstant(Value), matmulPair(Value), codeMaxPool(Value),
      dequantize(Value), plane(Value);
  bool scale(Value), threshold(Value), requantize(Value), borderCorrect(Value), softmax(Value);
  bool binaryLayer(Value);
  // PairProgram.cpp
  void quantizeToEnds(Value, CodeKind);

  llvm::ArrayRef<std::pair<unsigned, Step>> stepsFor(Value::Kind);
  const Value &pickValue();
  void addInput();
  void finish();

  // Building.cpp: text and constants.
  std::string fresh() { return "%v" + std::to_string(numNames++); }
  llvm::raw_ostream &line() { return out << "  "; }
  void add(Value value) { values.push_back(std::move(value)); }
  void use(const Value &value);
  /// Another value for which `fits` holds.
  std::optional<Value> findValue(llvm::function_ref<bool(const Value &)> fits);
  std::string floatConstant(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> data);
  std::string tosaConstant(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> data);
  std::string intConstant(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> data, unsigned bits);
  /// Of `outputsLast`, output channels lie in the last dimension, else in the first.
  std::string codeConstant(llvm::ArrayRef<int64_t> shape, CodeKind kind, bool outputsLast = false);
  /// Codes and at once the floats they stand for, as `fakeQuantize` of a constant; the scale runs along
  /// `axis`.
  std::string weightConstant(llvm::ArrayRef<int64_t> shape, CodeKind kind, int64_t axis, bool rough);
  std::string tosaShape(llvm::ArrayRef<int64_t> shape);
  /// A TOSA op on f32 tensors of one shape.
  std::string tosaOp(llvm::StringRef op, llvm::ArrayRef<std::string> operands,
                     llvm::ArrayRef<std::string> types, const std::string &attributes,
                     const std::string &resultType);
  CodeKind randomKind(unsigned maxBits = 8);
  int64_t randomExtent();
  int64_t randomChannels();
  /// Numbers of a per-channel parameter: one, or one for each channel.
  int64_t parameterCount(int64_t channels) { return channels == 1 || random.chance(30) ? 1 : channels; }
  /// Multiples of 2^exponent up to `max` in magnitude.
  std::vector<float> gridFloats(int64_t count, int exponent, int64_t maxMultiple);
  /// ±2^k with k from `low` to `high`.
  std::vector<float> powersOfTwo(int64_t count, int low, int high, bool positive);
  /// Any numbers of moderate size.
  std::vector<float> someFloats(int64_t count, bool positive);
  Value floatLike(const Value &of, Shape shape);

  uint64_t seed;
  unsigned numOps;
  Random random;
  std::string body;
  llvm::raw_string_ostream out;
  unsigned numNames = 0;
  std::vector<Value> values;
  /// What `randomKind` gives and whose constants have rows of all-equal codes, if it is set.
  std::optional<CodeKind> onlyKind;
  /// The most that `randomChannels` gives.
  int64_t channelLimit = 257;
  Program program;
};

std::string join(llvm::ArrayRef<int64_t> numbers, llvm::StringRef separator = ", ");
std::string tensorType(llvm::ArrayRef<int64_t> shape, llvm::StringRef element);
int64_t product(llvm::ArrayRef<int64_t> shape);
inline std::string f32Tensor(llvm::ArrayRef<int64_t> shape) { return tensorType(shape, "f32"); }

/// Multiply-accumulates that one contraction may have, so that a program runs in milliseconds.
constexpr int64_t maxMacs = 400000;

} // namespace bnn::fuzz

#endif // BNN_TOOLS_FUZZ_GENERATOR_H
