//===- TableJson.cpp - Checked access to JSON values ----------------------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableReader.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;
using namespace bnn;

Expected<json::Value> bnn::parseLenientJson(StringRef text) {
  std::string quoted;
  quoted.reserve(text.size());
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      quoted += c;
      if (c == '\\' && i + 1 < text.size())
        quoted += text[++i];
      else if (c == '"')
        inString = false;
      continue;
    }
    inString = c == '"';
    StringRef rest = text.substr(i);
    StringRef word;
    for (StringRef name : {"NaN", "-NaN", "Infinity", "-Infinity"})
      if (rest.starts_with(name))
        word = name;
    if (word.empty()) {
      quoted += c;
      continue;
    }
    quoted += ("\"" + word + "\"").str();
    i += word.size() - 1;
  }
  Expected<json::Value> value = json::parse(quoted);
  if (!value)
    return createStringError("not JSON: " + toString(value.takeError()));
  return value;
}

/// What a value is, for messages.
static std::string describe(const json::Value &value) {
  switch (value.kind()) {
  case json::Value::Null:
    return "null";
  case json::Value::Boolean:
    return "a truth value";
  case json::Value::Number:
    return "a number";
  case json::Value::String:
    return ("'" + *value.getAsString() + "'").str();
  case json::Value::Array:
    return "a list";
  case json::Value::Object:
    return "an object";
  }
  llvm_unreachable("all kinds are covered");
}

Expected<double> bnn::readNumber(const json::Value &value, const Twine &where) {
  std::optional<double> number = value.getAsNumber();
  if (!number)
    return createStringError(where + " is " + describe(value) + "; it must be a number");
  if (!std::isfinite(*number))
    return createStringError(where + " is not finite");
  return *number;
}

Expected<int64_t> bnn::readInteger(const json::Value &value, const Twine &where, int64_t least,
                                   int64_t most) {
  std::optional<int64_t> number = value.getAsInteger();
  if (!number || *number < least || *number > most)
    return createStringError(where + " is " + (number ? Twine(*number).str() : describe(value)) +
                             "; it must be an integer from " + Twine(least) + " to " + Twine(most));
  return *number;
}

Expected<const json::Array *> bnn::readArray(const json::Value &value, const Twine &where) {
  if (const json::Array *array = value.getAsArray())
    return array;
  return createStringError(where + " is " + describe(value) + "; it must be a list");
}

Expected<const json::Object *> bnn::readObject(const json::Value &value, const Twine &where) {
  if (const json::Object *object = value.getAsObject())
    return object;
  return createStringError(where + " is " + describe(value) + "; it must be an object");
}

Expected<std::string> bnn::readString(const json::Value &value, const Twine &where) {
  if (std::optional<StringRef> text = value.getAsString())
    return text->str();
  return createStringError(where + " is " + describe(value) + "; it must be a text");
}

const json::Value *bnn::lookUp(const json::Object &object, StringRef key) {
  const json::Value *value = object.get(key);
  return value && value->kind() != json::Value::Null ? value : nullptr;
}
