# RUN: %python %s bnn-opt mlir-runner %mlir_lib_dir %shlibext
"""Vector loops against plain loops, bit for bit, for many shapes of each kind of op.

Both lowerings of one module run in process and print the bits of every result.
Reductions of the innermost dimension are summed in another order; their inputs are
small integers, for which every order gives the same sum.
"""

import subprocess
import sys

BNN_OPT, RUNNER, LIB_DIR, EXT = sys.argv[1:5]

TO_LLVM = (
    "bnn-lower-target-ops,convert-linalg-to-loops,expand-strided-metadata,lower-affine,convert-scf-to-cf,convert-vector-to-llvm,"
    "convert-math-to-llvm,convert-math-to-libm,convert-arith-to-llvm,finalize-memref-to-llvm,"
    "convert-func-to-llvm,convert-cf-to-llvm,reconcile-unrealized-casts"
)


def pipeline(vectorize):
    return (
        "builtin.module(func.func(convert-elementwise-to-linalg),one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion="
        "identity-layout-map},%s,%s)" % (vectorize or "cse", TO_LLVM)
    )


class Module:
    """Test functions that fill their inputs, apply an op and print the result's bits."""

    def __init__(self):
        self.functions = []

    def fill(self, name, shape, element, exact):
        """A value with a few different numbers in it, whatever the shape."""
        args = ", ".join("%%i%d: index" % i for i in range(len(shape)))
        lines = ["  %%%s = tensor.generate {" % name, "  ^bb0(%s):" % args, "    %h0 = arith.constant 3 : index"]
        for i in range(len(shape)):
            lines += [
                "    %%m%d = arith.constant %d : index" % (i, [7, 13, 29, 31, 37][i]),
                "    %%p%d = arith.muli %%i%d, %%m%d : index" % (i, i, i),
                "    %%h%d = arith.addi %%h%d, %%p%d : index" % (i + 1, i, i),
            ]
        lines += [
            "    %mod = arith.constant 23 : index",
            "    %%r = arith.remui %%h%d, %%mod : index" % len(shape),
            "    %c11 = arith.constant 11 : i32",
            "    %q = arith.index_cast %r : index to i32",
            "    %sub = arith.subi %q, %c11 : i32",
        ]
        if element.startswith("f"):
            lines.append("    %%flt = arith.sitofp %%sub : i32 to %s" % element)
            lines.append("    %%val = %s %%flt : %s" % ("arith.negf" if exact else "math.sin", element))
        elif element == "i32":
            lines.append("    %zero = arith.constant 0 : i32")
            lines.append("    %val = arith.addi %sub, %zero : i32")
        elif int(element[1:]) < 32:
            lines.append("    %%val = arith.trunci %%sub : i32 to %s" % element)
        else:
            lines.append("    %%val = arith.extsi %%sub : i32 to %s" % element)
        lines += ["    tensor.yield %%val : %s" % element, "  } : %s" % tensor(shape, element)]
        return lines

    def add(self, inputs, body, result, exact=False):
        """`inputs`: (name, shape, element) triples; `body` defines %out of `result` = (shape, element)."""
        shape, element = result
        number = len(self.functions)
        lines = ["func.func @case%d() {" % number]
        for name, in_shape, in_element in inputs:
            lines += self.fill(name, in_shape, in_element, exact)
        lines += ["  " + line.strip() for line in body.strip().splitlines()]
        bits = {"f32": "i32", "f64": "i64"}.get(element, element)
        value = "%out"
        if bits != element:
            lines.append("  %%bits = arith.bitcast %%out : %s to %s" % (tensor(shape, element), tensor(shape, bits)))
            value = "%bits"
        if bits == "i8":
            lines.append("  %%wide = arith.extsi %s : %s to %s" % (value, tensor(shape, "i8"), tensor(shape, "i32")))
            value, bits = "%wide", "i32"
        lines.append("  %%any = tensor.cast %s : %s to tensor<*x%s>" % (value, tensor(shape, bits), bits))
        lines.append("  call @printMemref%s(%%any) : (tensor<*x%s>) -> ()" % (bits.upper(), bits))
        lines += ["  return", "}"]
        self.functions.append("\n".join(lines))

    def text(self):
        calls = "\n".join("  call @case%d() : () -> ()" % i for i in range(len(self.functions)))
        return (
            "func.func private @printMemrefI32(tensor<*xi32>) attributes {llvm.emit_c_interface}\n"
            "func.func private @printMemrefI64(tensor<*xi64>) attributes {llvm.emit_c_interface}\n"
            + "\n".join(self.functions)
            + "\nfunc.func @main() {\n%s\n  return\n}\n" % calls
        )

    def check(self, name):
        text = self.text()
        expected = run(text, "")
        assert expected.count("data =") == len(self.functions), expected[-2000:]
        for bits in (128, 256):
            actual = run(text, "bnn-vectorize-linalg{vector-bits=%d},cse" % bits)
            for i, (a, e) in enumerate(zip(actual.split("offset"), expected.split("offset"))):
                assert a == e, "%s, %d-bit vectors: case %d is%snot%s" % (name, bits, i - 1, a, e)
        # The test would be none if the pass left the ops alone.
        print("%s: %d cases" % (name, len(self.functions)))


def tensor(shape, element):
    return "tensor<%s>" % "x".join([str(d) for d in shape] + [element])


def lower(text, vectorize):
    command = [BNN_OPT, "--pass-pipeline=" + pipeline(vectorize)]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def run(text, vectorize):
    lowered = lower(text, vectorize)
    assert lowered.returncode == 0, lowered.stderr[-3000:]
    libs = ",".join("%s/libmlir_%srunner_utils%s" % (LIB_DIR, c, EXT) for c in ("", "c_"))
    command = [RUNNER, "-e", "main", "--entry-point-result=void", "--shared-libs=" + libs]
    result = subprocess.run(command, input=lowered.stdout, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    # Addresses differ from run to run.
    return "\n".join(line.split("rank =")[-1] for line in result.stdout.splitlines())


SIZES = [1, 2, 3, 7, 8, 15, 16, 17, 33, 63, 65]


def matmuls():
    m = Module()
    for n in SIZES:
        for rows, depth in ((1, 5), (3, 1), (13, 4)):
            m.add(
                [("a", (rows, depth), "f32"), ("b", (depth, n), "f32"), ("c", (rows, n), "f32")],
                "%%out = linalg.matmul ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
                % (tensor((rows, depth), "f32"), tensor((depth, n), "f32"), *[tensor((rows, n), "f32")] * 2),
                ((rows, n), "f32"),
                exact=n == 1,
            )
    a, b, c = (2, 3, 5), (2, 5, 19), (2, 3, 19)
    m.add(
        [("a", a, "f32"), ("b", b, "f32"), ("c", c, "f32")],
        "%%out = linalg.batch_matmul ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
        % (tensor(a, "f32"), tensor(b, "f32"), tensor(c, "f32"), tensor(c, "f32")),
        (c, "f32"),
    )
    a, b, c = (5, 9), (9, 21), (5, 21)
    m.add(
        [("a", a, "i8"), ("b", b, "i8"), ("c", c, "i32")],
        "%%out = linalg.matmul ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
        % (tensor(a, "i8"), tensor(b, "i8"), tensor(c, "i32"), tensor(c, "i32")),
        (c, "i32"),
    )
    m.check("matmul")


def convolutions():
    m = Module()
    for c, o, k, s, d, size in (
        (1, 64, 3, 1, 1, 12),
        (1, 17, 3, 2, 1, 9),
        (3, 16, 5, 1, 1, 11),
        (5, 7, 3, 1, 2, 10),
        (8, 65, 1, 2, 1, 7),
        (16, 15, 1, 1, 1, 5),
        (2, 1, 2, 1, 1, 4),
        (3, 33, 3, 3, 2, 13),
    ):
        out = (size - d * (k - 1) - 1) // s + 1
        shapes = (2, size, size, c), (k, k, c, o), (2, out, out, o)
        m.add(
            [(n, sh, "f32") for n, sh in zip("abc", shapes)],
            "%%out = linalg.conv_2d_nhwc_hwcf {strides = dense<%d> : tensor<2xi64>, dilations = dense<%d> : tensor<2xi64>}"
            " ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
            % (s, d, *[tensor(sh, "f32") for sh in shapes], tensor(shapes[2], "f32")),
            (shapes[2], "f32"),
            exact=o == 1,
        )
    for c, s in ((1, 1), (7, 1), (16, 2), (33, 1)):
        out = (9 - 3) // s + 1
        shapes = (1, 9, 9, c), (3, 3, c), (1, out, out, c)
        m.add(
            [(n, sh, "f32") for n, sh in zip("abc", shapes)],
            "%%out = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<%d> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}"
            " ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
            % (s, *[tensor(sh, "f32") for sh in shapes], tensor(shapes[2], "f32")),
            (shapes[2], "f32"),
        )
    shapes = (1, 6, 6, 5), (17, 3, 3, 5), (1, 4, 4, 17)
    m.add(
        [(n, sh, "f32") for n, sh in zip("abc", shapes)],
        "%%out = linalg.conv_2d_nhwc_fhwc ins(%%a, %%b : %s, %s) outs(%%c : %s) -> %s"
        % (*[tensor(sh, "f32") for sh in shapes], tensor(shapes[2], "f32")),
        (shapes[2], "f32"),
        exact=True,  # kernel and channels are the contiguous loop
    )
    m.check("convolution")


def pools():
    m = Module()
    for op in ("max", "min", "sum"):
        for c, s, k in ((1, 2, 2), (5, 1, 3), (16, 2, 3), (23, 3, 2), (65, 2, 2)):
            out = (8 - k) // s + 1
            shapes = (2, 8, 8, c), (2, out, out, c)
            m.add(
                [("a", shapes[0], "f32"), ("c", shapes[1], "f32")],
                "%%w = tensor.empty() : tensor<%dx%dxf32>\n"
                "%%out = linalg.pooling_nhwc_%s {strides = dense<%d> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}"
                " ins(%%a, %%w : %s, tensor<%dx%dxf32>) outs(%%c : %s) -> %s"
                % (k, k, op, s, tensor(shapes[0], "f32"), k, k, *[tensor(shapes[1], "f32")] * 2),
                (shapes[1], "f32"),
            )
    m.check("pooling")


def elementwise():
    m = Module()
    for n in SIZES:
        shape = (2, 3, n)
        t = tensor(shape, "f32")
        # Per-channel scale, a scalar, the position, and a comparison.
        m.add(
            [("a", shape, "f32"), ("s", (n,), "f32"), ("c", shape, "f32")],
            """
            %%k = arith.constant 0.5 : f32
            %%out = linalg.generic {
              indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (k)>,
                affine_map<(i, j, k) -> ()>, affine_map<(i, j, k) -> (i, j, k)>],
              iterator_types = ["parallel", "parallel", "parallel"]}
              ins(%%a, %%s, %%k : %s, %s, f32) outs(%%c : %s) {
            ^bb0(%%x: f32, %%y: f32, %%z: f32, %%o: f32):
              %%i1 = linalg.index 1 : index
              %%i2 = linalg.index 2 : index
              %%sum = arith.addi %%i1, %%i2 : index
              %%int = arith.index_cast %%sum : index to i32
              %%p = arith.sitofp %%int : i32 to f32
              %%m = arith.mulf %%x, %%y : f32
              %%q = arith.addf %%m, %%p : f32
              %%less = arith.cmpf olt, %%q, %%z : f32
              %%e = math.exp %%x : f32
              %%r = arith.select %%less, %%e, %%q : f32
              linalg.yield %%r : f32
            } -> %s"""
            % (t, tensor((n,), "f32"), t, t),
            (shape, "f32"),
        )
        # To codes of one byte.
        m.add(
            [("a", shape, "f32")],
            """
            %%e = tensor.empty() : %s
            %%out = linalg.generic {
              indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>],
              iterator_types = ["parallel", "parallel", "parallel"]} ins(%%a : %s) outs(%%e : %s) {
            ^bb0(%%x: f32, %%o: i8):
              %%k = arith.constant 100.0 : f32
              %%y = arith.mulf %%x, %%k : f32
              %%q = arith.fptosi %%y : f32 to i8
              linalg.yield %%q : i8
            } -> %s"""
            % (tensor(shape, "i8"), t, tensor(shape, "i8"), tensor(shape, "i8")),
            (shape, "i8"),
        )
        m.add(
            [("a", (n, 5), "f32"), ("c", (5, n), "f32")],
            "%%out = linalg.transpose ins(%%a : %s) outs(%%c : %s) permutation = [1, 0]"
            % (tensor((n, 5), "f32"), tensor((5, n), "f32")),
            ((5, n), "f32"),
        )
        m.add(
            [("a", (3, n), "f32")],
            "%%k = arith.constant 1.5 : f32\n"
            "%%out = tensor.pad %%a low[1, 2] high[0, 3] {\n^bb0(%%i: index, %%j: index):\ntensor.yield %%k : f32\n}"
            " : %s to %s" % (tensor((3, n), "f32"), tensor((4, n + 5), "f32")),
            ((4, n + 5), "f32"),
        )
    m.check("elementwise")


def reductions():
    m = Module()
    for n in SIZES:
        for op in ("arith.addf", "arith.maximumf", "arith.minnumf"):
            # Outer, inner, and both of three dimensions.
            for shape, dims, result in (
                ((3, n), [1], (3,)),
                ((n, 4), [0], (4,)),
                ((3, 2, n), [1, 2], (3,)),
                ((2, 3, n), [0, 2], (3,)),
            ):
                m.add(
                    [("a", shape, "f32"), ("c", result, "f32")],
                    "%%out = linalg.reduce { %s } ins(%%a : %s) outs(%%c : %s) dimensions = %s"
                    % (op, tensor(shape, "f32"), tensor(result, "f32"), dims),
                    (result, "f32"),
                    exact=True,
                )
        m.add(
            [("a", (3, 9), "f32"), ("b", (n, 9), "f32"), ("c", (3, n), "f32")],
            """
            %%out = linalg.generic {
              indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>,
                               affine_map<(i, j, k) -> (i, j)>],
              iterator_types = ["parallel", "parallel", "reduction"]} ins(%%a, %%b : tensor<3x9xf32>, %s) outs(%%c : %s) {
            ^bb0(%%x: f32, %%y: f32, %%o: f32):
              %%p = arith.mulf %%x, %%y : f32
              %%s = arith.addf %%o, %%p : f32
              linalg.yield %%s : f32
            } -> %s"""
            % (tensor((n, 9), "f32"), tensor((3, n), "f32"), tensor((3, n), "f32")),
            ((3, n), "f32"),
            exact=True,
        )
    # Position of the maximum: two accumulators that depend on each other.
    m.add(
        [("a", (6, 19), "f32"), ("top", (19,), "f32"), ("pos", (19,), "i64")],
        """
        %r:2 = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (j)>],
          iterator_types = ["reduction", "parallel"]} ins(%a : tensor<6x19xf32>) outs(%top, %pos : tensor<19xf32>, tensor<19xi64>) {
        ^bb0(%x: f32, %best: f32, %at: i64):
          %d = linalg.index 0 : index
          %here = arith.index_cast %d : index to i64
          %more = arith.cmpf ogt, %x, %best : f32
          %b = arith.select %more, %x, %best : f32
          %p = arith.select %more, %here, %at : i64
          linalg.yield %b, %p : f32, i64
        } -> (tensor<19xf32>, tensor<19xi64>)
        %out = tensor.cast %r#1 : tensor<19xi64> to tensor<19xi64>""",
        ((19,), "i64"),
    )
    m.check("reduction")


def fusions():
    """Bias, contraction, activation, residual: the first and the last two are computed with the second."""
    m = Module()
    for o, k, size in ((64, 3, 9), (17, 3, 8), (1, 2, 5), (5, 1, 7)):
        out = size - k + 1
        x, f, y = (2, size, size, 3), (k, k, 3, o), (2, out, out, o)
        ty = tensor(y, "f32")
        maps = "affine_map<(n, h, w, c) -> (c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>"
        same = "affine_map<(n, h, w, c) -> (n, h, w, c)>"
        parallel = 'iterator_types = ["parallel", "parallel", "parallel", "parallel"]'
        for reader in ("relu", "residual", "square", "two readers", "transposed"):
            body = """
            %%e = tensor.empty() : %s
            %%i = linalg.generic {indexing_maps = [%s], %s} ins(%%b : %s) outs(%%e : %s) {
            ^bb0(%%in: f32, %%o: f32):
              linalg.yield %%in : f32
            } -> %s
            %%conv = linalg.conv_2d_nhwc_hwcf ins(%%x, %%f : %s, %s) outs(%%i : %s) -> %s
            """ % (ty, maps, parallel, tensor((o,), "f32"), ty, ty, tensor(x, "f32"), tensor(f, "f32"), ty, ty)
            inputs, expression, in_maps = "%conv", "%r = arith.maximumf %a, %z : f32", same
            types, arguments = ty, "%a: f32"
            if reader == "residual":
                inputs, types, in_maps, arguments = "%conv, %res", ty + ", " + ty, same + ", " + same, "%a: f32, %q: f32"
                expression = "%r = arith.addf %a, %q : f32"
            elif reader == "square":
                inputs, types, in_maps, arguments = "%conv, %conv", ty + ", " + ty, same + ", " + same, "%a: f32, %q: f32"
                expression = "%r = arith.mulf %a, %q : f32"
            elif reader == "transposed":
                in_maps = "affine_map<(n, h, w, c) -> (n, w, h, c)>"
            body += """
            %%z = arith.constant 0.0 : f32
            %%e2 = tensor.empty() : %s
            %%act = linalg.generic {indexing_maps = [%s, %s], %s} ins(%s : %s) outs(%%e2 : %s) {
            ^bb0(%s, %%o: f32):
              %s
              linalg.yield %%r : f32
            } -> %s
            """ % (ty, in_maps, same, parallel, inputs, types, ty, arguments, expression, ty)
            if reader == "two readers":
                body += """
                %%e3 = tensor.empty() : %s
                %%out = linalg.sub ins(%%act, %%conv : %s, %s) outs(%%e3 : %s) -> %s
                """ % (ty, ty, ty, ty, ty)
            else:
                body += "%%out = tensor.cast %%act : %s to %s" % (ty, ty)
            m.add(
                [("x", x, "f32"), ("f", f, "f32"), ("b", (o,), "f32"), ("res", y, "f32")],
                body,
                (y, "f32"),
                exact=o == 1,
            )
    for n in (1, 10, 33):
        m.add(
            [("a", (1, 12), "f32"), ("b", (12, n), "f32")],
            """
            %%e = tensor.empty() : %s
            %%z = arith.constant 0.25 : f32
            %%i = linalg.fill ins(%%z : f32) outs(%%e : %s) -> %s
            %%d = linalg.matmul ins(%%a, %%b : tensor<1x12xf32>, %s) outs(%%i : %s) -> %s
            %%out = linalg.tanh ins(%%d : %s) outs(%%e : %s) -> %s
            """
            % tuple(tensor((12, n) if i == 3 else (1, n), "f32") for i in range(9)),
            ((1, n), "f32"),
            exact=n == 1,
        )
    m.check("fusion")


matmuls()
convolutions()
pools()
elementwise()
reductions()
fusions()
