//===- DecomposeToBinary.cpp - Several bits as sums of single ones ----------===//
//
// Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A value of several bits is a weighted sum of its bit planes, so a contraction is the weighted sum of the
// contractions of all pairs of planes, each of one bit by one bit:
//
//   %acc = bnn.matmul %x, %w : tensor<5x64x!bnn.unsigned<2>>, tensor<64x9x!bnn.bipolar<1>> -> tensor<5x9xi32>
//
// becomes
//
//   %x0 = bnn.plane %x {index = 0 : i64}                  %x1 = bnn.plane %x {index = 1 : i64}
//   %c0 = bnn.matmul %x0, %w                              %c1 = bnn.matmul %x1, %w
//   %acc = tosa.add (tosa.mul %c1, 2), %c0
//
// The order of the chain is that in which bnn-form-kernels, which goes through contractions from first to
// last, gives every kernel one partial sum to read and none but the last pair to hold back: the first
// contraction closes the chain and takes the ops after it into its epilogue.
//
// The pad value is split like every other value. One that is no value of the type goes to plane 0 alone, and
// bnn-legalize-padding makes what a kernel can pad with of it.
//
// All arithmetic is exact: partial sums wrap around modulo 2^32, and the whole fits.

#include "bnn/Kernels/CostModel.h"
#include "bnn/Kernels/Passes.h"
#include "bnn/Kernels/Strategy.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/FormatVariadic.h"

#include <limits>

namespace bnn {
#define GEN_PASS_DEF_DECOMPOSETOBINARY
#include "bnn/Kernels/Passes.h.inc"
} // namespace bnn

using namespace mlir;
using namespace bnn;

namespace {

/// A partial sum goes to memory and comes back once for each pair of planes but one: cycles for an element.
constexpr double kCyclesPerPartialSum = 0.5;
/// Cycles to make one bit of a plane from a code in a register or a byte.
constexpr double kCyclesPerPlaneBit = 0.15;

CodeTypeInterface planeType(CodeTypeInterface type) { return cast<CodeTypeInterface>(type.getPlaneType()); }

bool isPlane(CodeTypeInterface type) { return Type(type) == type.getPlaneType(); }

bool isPadded(ContractionOpInterface op) {
  auto conv = dyn_cast<Conv2DOp>(op.getOperation());
  return conv && llvm::any_of(conv.getPad(), [](int64_t p) { return p != 0; });
}

/// What plane `index` pads with, such that the planes' weighted sum is `pad`.
int64_t planePad(CodeTypeInterface type, unsigned index, int64_t pad) {
  if (type.contains(pad))
    return *planeType(type).decode(type.encode(pad) >> index & 1);
  // Plane 0 weighs 1, or -1 in signed<1>, and a pad is -1, 0 or 1.
  return index == 0 ? pad / type.getPlaneWeight(0) : 0;
}

/// Bit `index` of constant codes.
DenseElementsAttr planeOf(ConstantOp constant, unsigned index) {
  SmallVector<int8_t> bits;
  for (int8_t code : cast<DenseElementsAttr>(constant.getCodes()).getValues<int8_t>())
    bits.push_back(code >> index & 1);
  return DenseElementsAttr::get(cast<ShapedType>(constant.getCodes().getType()), ArrayRef<int8_t>(bits));
}

Value createPlane(ImplicitLocOpBuilder &b, TypedValue<RankedTensorType> codes, unsigned index) {
  auto type = cast<CodeTypeInterface>(codes.getType().getElementType());
  if (isPlane(type))
    return codes;
  if (auto constant = codes.getDefiningOp<ConstantOp>())
    return ConstantOp::create(b, RankedTensorType::get(codes.getType().getShape(), type.getPlaneType()),
                              planeOf(constant, index));
  return PlaneOp::create(b, codes, index);
}

/// `op` on one plane of each operand.
ContractionOpInterface createContraction(ImplicitLocOpBuilder &b, ContractionOpInterface op, Value lhs,
                                         Value rhs, int64_t pad) {
  if (auto conv = dyn_cast<Conv2DOp>(op.getOperation()))
    return cast<ContractionOpInterface>(Conv2DOp::create(b, lhs, rhs, conv.getStrides(), conv.getDilations(),
                                                         conv.getPad(), pad, conv.getGroups(), StringAttr(),
                                                         StringAttr())
                                            .getOperation());
  auto matmul = cast<MatmulOp>(op.getOperation());
  return cast<ContractionOpInterface>(MatmulOp::create(b, lhs, rhs, matmul.getTransposeLhs(),
                                                       matmul.getTransposeRhs(), StringAttr(), StringAttr())
                                          .getOperation());
}

/// Planes of the weights that are not zero everywhere; at least one.
SmallVector<unsigned> usefulPlanes(ContractionOpInterface op) {
  CodeTypeInterface type = op.getWeightType();
  auto constant = op.getWeights().getDefiningOp<ConstantOp>();
  SmallVector<unsigned> planes;
  for (unsigned p = 0; p < type.getBits(); ++p) {
    bool isZero = constant && isa<UnsignedType>(type.getPlaneType()) && !isPlane(type) &&
                  llvm::all_of(planeOf(constant, p).getValues<int8_t>(), [](int8_t bit) { return bit == 0; });
    if (!isZero)
      planes.push_back(p);
  }
  if (planes.empty())
    planes.push_back(0);
  return planes;
}

/// The least estimate of all strategies, as bnn-select-kernels makes it.
struct Estimate {
  double cycles = std::numeric_limits<double>::infinity();
  StringRef strategy = "no kernel";
};

Estimate cheapest(ContractionOpInterface op, const TargetInfo &target, const CostModel &costs) {
  Estimate best;
  for (const std::unique_ptr<Strategy> &strategy : getStrategies()) {
    std::string reason;
    if (strategy->matches(op, target, reason)) {
      double cycles = costs.estimate(*strategy, op);
      if (cycles < best.cycles)
        best = {cycles, strategy->getName()};
    }
  }
  return best;
}

/// The cost of all pairs of planes with what goes to memory between them.
Estimate costOfPlanes(ContractionOpInterface op, int64_t pairs, const TargetInfo &target,
                      const CostModel &costs) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  // One pair stands for all. Its pad is one that kernels take; bnn-legalize-padding sees to that later.
  Value lhs = createPlane(b, op.getActivations(), 0), rhs = createPlane(b, op.getWeights(), 0);
  int64_t pad = isPadded(op) ? planeType(op.getActivationType()).getMinValue() : 0;
  ContractionOpInterface pair = createContraction(b, op, lhs, rhs, pad);
  Estimate estimate = cheapest(pair, target, costs);
  pair->erase();
  if (rhs != op.getWeights())
    rhs.getDefiningOp()->erase();
  if (lhs != op.getActivations())
    lhs.getDefiningOp()->erase();
  int64_t bits = op.getActivations().getType().getNumElements() * op.getActivationType().getBits();
  estimate.cycles = estimate.cycles * pairs + kCyclesPerPlaneBit * bits +
                    kCyclesPerPartialSum * (pairs - 1) * op.getAccumulator().getType().getNumElements();
  return estimate;
}

Value multiply(ImplicitLocOpBuilder &b, Value value, int64_t factor) {
  if (factor == 1)
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  auto one = RankedTensorType::get(SmallVector<int64_t>(type.getRank(), 1), b.getI32Type());
  Value constant = tosa::ConstOp::create(b, one, DenseElementsAttr::get(one, static_cast<int32_t>(factor)));
  auto shiftType = RankedTensorType::get({1}, b.getI8Type());
  Value shift = tosa::ConstOp::create(b, shiftType, DenseElementsAttr::get(shiftType, int8_t(0)));
  return tosa::MulOp::create(b, type, value, constant, shift);
}

/// The constant border correction that is all that reads `accumulator`, if it is one.
BorderCorrectOp soleBorder(Value accumulator, DenseElementsAttr &table) {
  auto border = accumulator.hasOneUse() ? dyn_cast<BorderCorrectOp>(*accumulator.user_begin()) : nullptr;
  return border && matchPattern(border.getTable(), m_Constant(&table)) ? border : nullptr;
}

struct DecomposeToBinary : bnn::impl::DecomposeToBinaryBase<DecomposeToBinary> {
  using Base::Base;

  void runOnOperation() override {
    if (mode == DecomposeMode::Never)
      return;
    TargetInfo target = TargetInfo::of(getOperation());
    FailureOr<CostModel> costs = CostModel::of(getOperation());
    if (failed(costs))
      return signalPassFailure();
    SmallVector<ContractionOpInterface> contractions;
    getOperation()->walk([&](ContractionOpInterface op) {
      bool isPacked = op.getActivations().getType().getEncoding() != nullptr;
      if (!isPacked && !(isPlane(op.getActivationType()) && isPlane(op.getWeightType())))
        contractions.push_back(op);
    });
    for (ContractionOpInterface op : contractions)
      if (shouldDecompose(op, target, *costs))
        decompose(op);
  }

  bool shouldDecompose(ContractionOpInterface op, const TargetInfo &target, const CostModel &costs) {
    if (auto kernel = op->getAttrOfType<StringAttr>("kernel")) {
      say(op, false, "stays whole: it names the kernel '" + kernel.getValue() + "'");
      return false;
    }
    if (mode == DecomposeMode::All)
      return true;
    int64_t pairs = op.getActivationType().getBits() * usefulPlanes(op).size();
    Estimate whole = cheapest(op, target, costs), planes = costOfPlanes(op, pairs, target, costs);
    bool pays = planes.cycles < whole.cycles;
    std::string source = costs.describe();
    std::string comparison = llvm::formatv("{0} of planes with {1} about {2:f0} cycles, {3} about {4:f0}",
                                           pairs == 1 ? "one pair" : std::to_string(pairs) + " pairs",
                                           planes.strategy, planes.cycles, whole.strategy, whole.cycles)
                                 .str();
    if (!source.empty())
      comparison += "; " + source;
    say(op, pays, (pays ? "becomes planes: " : "stays whole: ") + comparison);
    return pays;
  }

  /// A remark, of the kind for what was done or for what was not.
  void say(Operation *op, bool done, const Twine &text) {
    auto function = op->getParentOfType<FunctionOpInterface>();
    auto options = remark::RemarkOpts::name(getArgument()).category(getArgument());
    if (function)
      options = options.function(function.getName());
    std::string message = (op->getName().getStringRef() + " " + text).str();
    if (done)
      remark::passed(op->getLoc(), options) << message;
    else
      remark::missed(op->getLoc(), options) << message;
  }

  void decompose(ContractionOpInterface op) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    CodeTypeInterface lhsType = op.getActivationType(), rhsType = op.getWeightType();
    auto conv = dyn_cast<Conv2DOp>(op.getOperation());
    SmallVector<unsigned> weightPlanes = usefulPlanes(op);
    SmallVector<Value> weights;
    for (unsigned p : weightPlanes)
      weights.push_back(createPlane(b, op.getWeights(), p));
    SmallVector<std::pair<Value, int64_t>> terms;
    for (unsigned a = 0; a < lhsType.getBits(); ++a) {
      Value plane = createPlane(b, op.getActivations(), a);
      int64_t pad = isPadded(op) ? planePad(lhsType, a, conv.getPadValue()) : 0;
      for (auto [p, rhs] : llvm::zip(weightPlanes, weights))
        terms.push_back({createContraction(b, op, plane, rhs, pad).getAccumulator(),
                         lhsType.getPlaneWeight(a) * rhsType.getPlaneWeight(p)});
    }
    Value accumulator = op.getAccumulator();
    moveBorder(b, accumulator, terms);
    Value sum = multiply(b, terms.back().first, terms.back().second);
    for (auto [term, weight] : llvm::reverse(ArrayRef(terms).drop_back()))
      sum = tosa::AddOp::create(b, term.getType(), sum, multiply(b, term, weight));
    accumulator.replaceAllUsesWith(sum);
    if (accumulator != op.getAccumulator())
      accumulator.getDefiningOp()->erase();
    op->erase();
    ++numDecomposed;
    numPairs += terms.size();
  }

  /// A border correction of the sum becomes one of the term that weighs 1 or -1, where a kernel can hold it.
  /// `accumulator` is then its result.
  static void moveBorder(ImplicitLocOpBuilder &b, Value &accumulator,
                         MutableArrayRef<std::pair<Value, int64_t>> terms) {
    DenseElementsAttr table;
    BorderCorrectOp border = soleBorder(accumulator, table);
    auto unit = llvm::find_if(terms, [](auto &term) { return std::abs(term.second) == 1; });
    if (!border || unit == terms.end())
      return;
    SmallVector<int32_t> entries(table.getValues<int32_t>());
    for (int32_t &entry : entries)
      entry *= static_cast<int32_t>(unit->second);
    Value constant =
        tosa::ConstOp::create(b, table.getType(), DenseElementsAttr::get(table.getType(), ArrayRef(entries)));
    unit->first = BorderCorrectOp::create(b, border.getLoc(), unit->first, constant, border.getBorderAttr());
    accumulator = border.getResult();
  }
};

} // namespace
