//===- Rounding.cpp - The eight roundings, of floats and of shifts ---------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing is added before rounding (no "+ 0.5", no "+ half"): such sums round
// or overflow themselves. Floats are split into an integral part and an exact
// fraction, integers into a quotient and a remainder.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace bnn;

/// whole + 1 with the sign of x, where |x - whole| passes the test against 1/2; whole is trunc(x).
static Value roundByFraction(ImplicitLocOpBuilder &b, Value x, arith::CmpFPredicate test) {
  Value whole = math::TruncOp::create(b, x);
  Value fraction = math::AbsFOp::create(b, arith::SubFOp::create(b, x, whole));
  Value up = arith::CmpFOp::create(b, test, fraction, tolinalg::constantF32(b, 0.5));
  Value one = math::CopySignOp::create(b, tolinalg::constantF32(b, 1.0), x);
  return arith::SelectOp::create(b, up, arith::AddFOp::create(b, whole, one), whole);
}

Value tolinalg::roundFloat(ImplicitLocOpBuilder &b, Value x, Rounding rounding) {
  switch (rounding) {
  case Rounding::HalfEven:
    return math::RoundEvenOp::create(b, x);
  case Rounding::HalfAway:
    return roundByFraction(b, x, arith::CmpFPredicate::OGE);
  case Rounding::HalfToZero:
    return roundByFraction(b, x, arith::CmpFPredicate::OGT);
  case Rounding::HalfUp: {
    Value floor = math::FloorOp::create(b, x);
    Value fraction = arith::SubFOp::create(b, x, floor);
    Value up = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, fraction, constantF32(b, 0.5));
    return arith::SelectOp::create(b, up, arith::AddFOp::create(b, floor, constantF32(b, 1.0)), floor);
  }
  case Rounding::Floor:
    return math::FloorOp::create(b, x);
  case Rounding::Ceil:
    return math::CeilOp::create(b, x);
  case Rounding::ToZero:
    return math::TruncOp::create(b, x);
  case Rounding::AwayFromZero:
    return math::CopySignOp::create(b, math::CeilOp::create(b, math::AbsFOp::create(b, x)), x);
  }
  llvm_unreachable("unknown rounding");
}

Value tolinalg::roundShift(ImplicitLocOpBuilder &b, Value product, Value shift, Rounding rounding) {
  using arith::CmpIPredicate;
  Value zero = constantI64(b, 0), one = constantI64(b, 1);
  auto compare = [&](CmpIPredicate predicate, Value lhs, Value rhs) -> Value {
    return arith::CmpIOp::create(b, predicate, lhs, rhs);
  };
  // product = quotient·2^shift + remainder, 0 <= remainder < 2^shift.
  Value divisor = arith::ShLIOp::create(b, one, shift);
  Value quotient = arith::ShRSIOp::create(b, product, shift);
  Value remainder = arith::AndIOp::create(b, product, arith::SubIOp::create(b, divisor, one));
  // At most 2^63 - 2.
  Value twice = arith::AddIOp::create(b, remainder, remainder);
  Value inexact = compare(CmpIPredicate::ne, remainder, zero);
  Value pastHalf = compare(CmpIPredicate::sgt, twice, divisor);
  Value tie = compare(CmpIPredicate::eq, twice, divisor);
  Value negative = compare(CmpIPredicate::slt, product, zero);
  Value notNegative = compare(CmpIPredicate::sge, product, zero);
  Value odd = compare(CmpIPredicate::ne, arith::AndIOp::create(b, quotient, one), zero);
  auto both = [&](Value lhs, Value rhs) -> Value { return arith::AndIOp::create(b, lhs, rhs); };
  auto either = [&](Value lhs, Value rhs) -> Value { return arith::OrIOp::create(b, lhs, rhs); };

  Value up;
  switch (rounding) {
  case Rounding::HalfEven:
    up = either(pastHalf, both(tie, odd));
    break;
  case Rounding::HalfAway:
    up = either(pastHalf, both(tie, notNegative));
    break;
  case Rounding::HalfToZero:
    up = either(pastHalf, both(tie, negative));
    break;
  case Rounding::HalfUp:
    up = either(pastHalf, tie);
    break;
  case Rounding::Floor:
    return quotient;
  case Rounding::Ceil:
    up = inexact;
    break;
  case Rounding::ToZero:
    up = both(inexact, negative);
    break;
  case Rounding::AwayFromZero:
    up = both(inexact, notNegative);
    break;
  }
  Value next = arith::AddIOp::create(b, quotient, one);
  return arith::SelectOp::create(b, up, next, quotient);
}
