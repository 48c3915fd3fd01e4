# RUN: %python %s bnnc llvm-nm %t
"""Objects need libm, memcpy and memset and nothing else, however an op is lowered and whatever the CPU has.

An i1 result makes scalar code of an elementwise op, any other one vector code.
"""

import subprocess
import sys

BNNC, NM, TEMP = sys.argv[1:4]

LIBM = set(
    "acosf asinf atan2f atanf cbrtf ceilf copysignf cosf coshf erff exp2f expf expm1f fabsf floorf fmaxf fminf "
    "fmodf log10f log1pf log2f logf powf rintf roundevenf roundf sinf sinhf sqrtf tanf tanhf truncf".split()
)
ALLOWED = LIBM | {"memcpy", "memset"}

UNARY = "acos asin atan cbrt ceil cos cosh erf exp exp2 expm1 floor log log10 log1p log2 round roundeven rsqrt sin "
UNARY += "sinh sqrt tan tanh trunc absf"

SHAPE = "3x37"


def module(element, convert):
    """All of the float and integer arithmetic in one elementwise op with a result of type `element`."""
    body, value = [], "%a"

    def add(operation):
        nonlocal value
        name = "%%v%d" % len(body)
        body.append("    %s = %s" % (name, operation.replace("$", value)))
        value = name

    for name in UNARY.split():
        add("math.%s $ : f32" % name)
    for name in ("math.powf", "math.atan2", "math.copysign", "arith.remf", "arith.divf", "arith.maximumf"):
        add("%s $, %%b : f32" % name)
    for name in ("arith.minimumf", "arith.maxnumf", "arith.minnumf"):
        add("%s $, %%a : f32" % name)
    add("arith.fptosi $ : f32 to i32")
    for name in ("arith.divsi", "arith.floordivsi", "arith.ceildivsi", "arith.remsi", "arith.minsi", "arith.shrui"):
        add("%s $, %%k : i32" % name)
    add("math.ctpop $ : i32")
    add("math.ctlz $ : i32")
    add(convert)
    same = "affine_map<(i, j) -> (i, j)>"
    floats, ints = "tensor<%sxf32>" % SHAPE, "tensor<%sxi32>" % SHAPE
    result = "tensor<%sx%s>" % (SHAPE, element)
    return """
func.func @ops(%%x: %s, %%y: %s, %%i: %s) -> %s attributes {bnn.entry} {
  %%e = tensor.empty() : %s
  %%0 = linalg.generic {indexing_maps = [%s], iterator_types = ["parallel", "parallel"]}
      ins(%%x, %%y, %%i : %s, %s, %s) outs(%%e : %s) {
  ^bb0(%%a: f32, %%b: f32, %%k: i32, %%o: %s):
%s
    linalg.yield %s : %s
  } -> %s
  return %%0 : %s
}
""" % (
        floats, floats, ints, result, result, ", ".join([same] * 4), floats, floats, ints, result, element,
        "\n".join(body), value, element, result, result,
    )  # fmt: skip


for target in (["x86-64"], ["x86-64", "--cpu=x86-64-v3"], ["x86-64", "--cpu=x86-64-v4"], ["aarch64"]):
    for element, convert in (
        ("f32", "arith.sitofp $ : i32 to f32"),
        ("i8", "arith.trunci $ : i32 to i8"),
        ("i64", "arith.extsi $ : i32 to i64"),
        ("i1", "arith.cmpi slt, $, %k : i32"),
    ):
        source, output = TEMP + ".mlir", TEMP + ".o"
        with open(source, "w") as file:
            file.write(module(element, convert))
        subprocess.run([BNNC, "compile", source, "-o", output, "--target=" + target[0]] + target[1:], check=True)
        symbols = subprocess.run([NM, "-u", output], capture_output=True, text=True, check=True).stdout.split()
        unknown = set(symbols) - {"U"} - ALLOWED
        assert not unknown, "%s, %s: the object needs %s" % (target, element, sorted(unknown))
