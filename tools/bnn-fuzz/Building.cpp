//===- Building.cpp - Text, types and constants of random programs -------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cmath>
#include <cstring>

using namespace bnn::fuzz;
using namespace llvm;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::string CodeKind::str() const {
  static constexpr const char *names[] = {"bipolar", "unsigned", "signed", "ternary"};
  std::string text = std::string("!bnn.") + names[family];
  return family == Ternary ? text : text + "<" + std::to_string(bits) + ">";
}

int64_t CodeKind::numValues() const { return family == Ternary ? 3 : int64_t(1) << bits; }

int64_t CodeKind::min() const {
  switch (family) {
  case Bipolar:
    return 1 - numValues();
  case Unsigned:
    return 0;
  case Signed:
    return -(numValues() / 2);
  case Ternary:
    return -1;
  }
  return 0;
}

int64_t CodeKind::max() const { return min() + (numValues() - 1) * step(); }

bool Grid::isExact() const { return max <= std::ldexp(16777215.0, exponent); }

int64_t bnn::fuzz::product(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

std::string bnn::fuzz::join(ArrayRef<int64_t> numbers, StringRef separator) {
  std::string text;
  raw_string_ostream stream(text);
  llvm::interleave(numbers, stream, separator);
  return text;
}

std::string bnn::fuzz::tensorType(ArrayRef<int64_t> shape, StringRef element) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element.str() + ">";
}

int64_t Value::numElements() const { return product(shape); }

std::string Value::elementType() const {
  return kind == Float ? "f32" : kind == Accumulator ? "i32" : code.str();
}

std::string Value::type() const { return tensorType(shape, elementType()); }

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Short rows as numbers, everything else as bytes.
template <typename T, typename PrintFn>
static std::string denseText(ArrayRef<int64_t> shape, ArrayRef<T> data, PrintFn print) {
  std::string text;
  raw_string_ostream stream(text);
  bool splat = llvm::all_of(data, [&](T x) { return std::memcmp(&x, &data.front(), sizeof(T)) == 0; });
  if (splat) {
    print(stream, data.front());
  } else if (shape.size() == 1 && data.size() <= 16) {
    stream << '[';
    llvm::interleave(data, stream, [&](T x) { print(stream, x); }, ", ");
    stream << ']';
  } else {
    stream << "\"0x" << toHex(StringRef(reinterpret_cast<const char *>(data.data()), data.size() * sizeof(T)))
           << '"';
  }
  return text;
}

static void printFloat(raw_ostream &stream, float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  std::string decimal;
  raw_string_ostream(decimal) << format("%.4f", x);
  if (std::isfinite(x) && std::strtof(decimal.c_str(), nullptr) == x && (x != 0 || bits == 0))
    stream << decimal;
  else
    stream << format("0x%08X", bits);
}

std::string Generator::floatConstant(ArrayRef<int64_t> shape, ArrayRef<float> data) {
  std::string name = fresh();
  line() << name << " = arith.constant dense<" << denseText(shape, data, printFloat)
         << "> : " << f32Tensor(shape) << "\n";
  return name;
}

std::string Generator::tosaConstant(ArrayRef<int64_t> shape, ArrayRef<float> data) {
  std::string name = fresh(), type = f32Tensor(shape);
  line() << name << " = \"tosa.const\"() <{values = dense<" << denseText(shape, data, printFloat)
         << "> : " << type << "}> : () -> " << type << "\n";
  return name;
}

std::string Generator::intConstant(ArrayRef<int64_t> shape, ArrayRef<int64_t> data, unsigned bits) {
  std::string name = fresh(), text;
  auto print = [](raw_ostream &stream, auto x) { stream << int64_t(x); };
  if (bits == 8)
    text = denseText<int8_t>(shape, SmallVector<int8_t>(data), print);
  else
    text = denseText<int32_t>(shape, SmallVector<int32_t>(data), print);
  line() << name << " = arith.constant dense<" << text
         << "> : " << tensorType(shape, "i" + std::to_string(bits)) << "\n";
  return name;
}

/// Mostly random codes; sometimes all the same, or all but one, so that sums reach their ends.
std::string Generator::codeConstant(ArrayRef<int64_t> shape, CodeKind kind, bool outputsLast) {
  SmallVector<int8_t> codes(product(shape));
  auto codeAt = [&](int64_t index) {
    bool signExtended = kind.family == CodeKind::Signed || kind.family == CodeKind::Ternary;
    return int8_t(signExtended ? kind.min() + index : index);
  };
  auto randomCode = [&] { return codeAt(random.between(0, kind.numValues() - 1)); };
  int8_t same = randomCode();
  bool constant = random.chance(12);
  for (int8_t &code : codes)
    code = constant ? same : randomCode();
  if (constant && random.chance(50))
    codes[random.between(0, codes.size() - 1)] = randomCode();
  int64_t outputs = outputsLast ? shape.back() : shape[0];
  if (onlyKind && outputs > 2) {
    // All of the first output's codes at one end, all of the last one's at the other.
    int64_t depth = codes.size() / outputs, step = outputsLast ? outputs : 1;
    for (int64_t k = 0; k < depth; ++k) {
      codes[k * step] = codeAt(0);
      codes[codes.size() - 1 - k * step] = codeAt(kind.numValues() - 1);
    }
  }
  std::string name = fresh();
  line() << name << " = bnn.constant dense<"
         << denseText<int8_t>(shape, codes, [](raw_ostream &stream, int8_t x) { stream << int(x); })
         << "> : " << tensorType(shape, "i8") << " as " << tensorType(shape, kind.str()) << "\n";
  return name;
}

/// Importers give codes where the model has them, and else the float weights with a quantizer behind.
std::string Generator::weightConstant(ArrayRef<int64_t> shape, CodeKind kind, int64_t axis, bool rough) {
  int64_t count = parameterCount(shape[axis]);
  std::vector<float> data = rough ? someFloats(count, true) : powersOfTwo(count, -2, 0, true);
  std::string scale = floatConstant({count}, data), along = " {axis = " + std::to_string(axis) + " : i64}";
  std::string codes, codeType = tensorType(shape, kind.str()), scaleType = f32Tensor({count});
  if (random.chance(50)) {
    codes = codeConstant(shape, kind);
  } else {
    int64_t reach = 2 * kind.magnitude() + 2;
    std::string floats = floatConstant(shape, gridFloats(product(shape), -2, 4 * reach));
    codes = fresh();
    if (kind.family == CodeKind::Ternary) {
      line() << codes << " = bnn.binarize " << floats
             << " {zero = #bnn.zero_mode<ternary>} : " << f32Tensor(shape);
    } else if (kind.family == CodeKind::Bipolar && kind.bits == 1) {
      line() << codes << " = bnn.binarize " << floats << " : " << f32Tensor(shape);
    } else {
      line() << codes << " = bnn.quantize " << floats << " scale " << scale << along << " : "
             << f32Tensor(shape) << ", " << scaleType;
    }
    out << " -> " << codeType << "\n";
  }
  std::string name = fresh();
  line() << name << " = bnn.dequantize " << codes << " scale " << scale << along << " : " << codeType << ", "
         << scaleType << " -> " << f32Tensor(shape) << "\n";
  return name;
}

std::string Generator::tosaShape(ArrayRef<int64_t> shape) {
  std::string name = fresh();
  line() << name << " = tosa.const_shape {values = dense<[" << join(shape) << "]> : tensor<" << shape.size()
         << "xindex>} : () -> !tosa.shape<" << shape.size() << ">\n";
  return name;
}

std::string Generator::tosaOp(StringRef op, ArrayRef<std::string> operands, ArrayRef<std::string> types,
                              const std::string &attributes, const std::string &resultType) {
  std::string name = fresh();
  line() << name << " = tosa." << op << " ";
  llvm::interleaveComma(operands, out);
  if (!attributes.empty())
    out << " {" << attributes << "}";
  out << " : (";
  llvm::interleaveComma(types, out);
  out << ") -> " << resultType << "\n";
  return name;
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

CodeKind Generator::randomKind(unsigned maxBits) {
  if (onlyKind)
    return *onlyKind;
  if (random.chance(50))
    return {CodeKind::Bipolar, 1};
  if (random.chance(15) && maxBits >= 2)
    return {CodeKind::Ternary, 2};
  static constexpr CodeKind::Family families[] = {CodeKind::Bipolar, CodeKind::Unsigned, CodeKind::Signed};
  unsigned bits = random.chance(60) ? random.between(1, std::min(maxBits, 4u)) : random.between(1, maxBits);
  return {random.pick<CodeKind::Family>(families), bits};
}

int64_t Generator::randomExtent() { return random.chance(80) ? random.between(1, 7) : random.between(8, 17); }

/// Around word and vector sizes, where tails go wrong.
int64_t Generator::randomChannels() {
  if (random.chance(50))
    return random.between(1, 12);
  int64_t channels = random.pick(
      {16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65, 80, 96, 100, 127, 128, 129, 160, 192, 255, 256, 257});
  return channels <= channelLimit ? channels : random.between(1, channelLimit);
}

std::vector<float> Generator::gridFloats(int64_t count, int exponent, int64_t maxMultiple) {
  std::vector<float> data(count);
  for (float &x : data)
    x = std::ldexp(float(random.between(-maxMultiple, maxMultiple)), exponent);
  return data;
}

std::vector<float> Generator::powersOfTwo(int64_t count, int low, int high, bool positive) {
  std::vector<float> data(count);
  for (float &x : data)
    x = std::ldexp(!positive && random.chance(40) ? -1.0f : 1.0f, random.between(low, high));
  return data;
}

std::vector<float> Generator::someFloats(int64_t count, bool positive) {
  std::vector<float> data(count);
  for (float &x : data) {
    x = float(random.between(1, 1 << 22)) / float(1 << 20);
    if (!positive && random.chance(40))
      x = random.chance(10) ? 0.0f : -x;
  }
  return data;
}

void Generator::use(const Value &value) {
  for (Value &other : values)
    other.used |= other.name == value.name;
}

std::optional<Value> Generator::findValue(function_ref<bool(const Value &)> fits) {
  SmallVector<const Value *> found;
  for (const Value &value : values)
    if (fits(value))
      found.push_back(&value);
  if (found.empty())
    return std::nullopt;
  return *random.pick(ArrayRef<const Value *>(found));
}

/// A float of another shape that has what `of` has.
Value Generator::floatLike(const Value &of, Shape shape) {
  Value value = of;
  value.kind = Value::Float;
  value.name = fresh();
  value.shape = std::move(shape);
  value.used = false;
  return value;
}
