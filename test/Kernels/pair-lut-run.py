# RUN: %python %s %bnn_tools_dir/bnnc %cc %t x86-64 x86-64
# RUN: %if avx2 %{ %python %s %bnn_tools_dir/bnnc %cc %t x86-64 x86-64-v3 %}
# RUN: %if qemu-aarch64 %{ %python %s %bnn_tools_dir/bnnc %aarch64_cc %t aarch64 generic %qemu_aarch64 %}
# REQUIRES: venv
"""The strategy `pair-lut` against the definition of a convolution, computed by numpy.

Shapes hit tails of channels, borders of K-blocks and panels, odd widths with pairs across rows, strides, dilations,
groups, every pad, all combinations of ±1 and 0/1, and rows that match or mismatch in every bit. The sums, the bits
after a threshold (sums of a second convolution, which reads them) and floats after scale, bias and residual are
compared.
"""

import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np

BNNC, CC, FOLDER, TARGET, CPU = sys.argv[1:6]
LAUNCHER = sys.argv[6:]


@dataclass
class Case:
    shape: tuple  # N, H, W, C; None in H: a matrix product of W rows
    outputs: int
    kernel: tuple = (1, 1)
    stride: tuple = (1, 1)
    dilation: tuple = (1, 1)
    pad: tuple = (0, 0, 0, 0)
    pad_value: int = 0
    groups: int = 1
    types: tuple = ("bipolar", "bipolar")
    output: str = "i32"
    extreme: bool = False


def square(k=3, s=1, d=1, p=1, v=-1, **more):
    return dict(kernel=(k, k), stride=(s, s), dilation=(d, d), pad=(p,) * 4, pad_value=v, **more)


CASES = [
    # Matrix products: odd numbers of rows, depths around a K-block, tails of every kind.
    Case((1, None, 2, 4), 1),
    Case((1, None, 7, 252), 33, extreme=True),
    Case((1, None, 3, 256), 128, output="bits"),
    Case((1, None, 66, 260), 160, output="f32"),
    Case((1, None, 5, 1000), 31, output="bits", extreme=True),
    Case((1, None, 4, 1537), 96, types=("unsigned", "bipolar")),
    Case((1, None, 3, 67), 5, types=("bipolar", "unsigned"), output="bits"),
    Case((1, None, 9, 70), 257, types=("unsigned", "unsigned"), output="bits"),
    # Pointwise convolutions: all pixels in one row, and every other one.
    Case((2, 5, 3, 40), 64, output="f32"),
    Case((1, 7, 7, 64), 32, stride=(2, 2), output="bits"),
    # Three by three, every pad, even and odd widths.
    Case((1, 6, 8, 64), 64, output="bits", **square(v=0)),
    Case((1, 5, 8, 64), 32, **square(v=0), extreme=True),
    Case((2, 7, 7, 128), 40, output="f32", **square(v=0)),
    Case((1, 7, 5, 96), 72, output="bits", **square(v=1)),
    Case((1, 4, 9, 20), 12, **square(v=0)),
    Case((1, 4, 9, 22), 12, **square(v=0)),
    Case((1, 3, 6, 32), 130, **square(v=-1), extreme=True),
    Case((1, 8, 8, 16), 8, output="f32", **square(s=2, v=0)),
    Case((1, 9, 11, 128), 32, output="bits", **square(s=2, v=0)),
    Case((1, 9, 9, 3), 7, **square(s=3, p=2, v=1)),
    Case((1, 9, 10, 24), 16, **square(d=2, p=2, v=0)),
    Case((1, 9, 9, 24), 16, output="bits", **square(d=2, p=2, v=0)),
    Case((1, 10, 9, 512), 32, **square(d=3, p=3, v=0, s=2), extreme=True),
    Case((1, 6, 6, 64), 64, output="bits", **square(v=0, groups=2)),
    Case((1, 5, 5, 24), 96, output="f32", **square(v=-1, groups=3)),
    # Other windows, pads of one side, images smaller than the window.
    Case((1, 6, 7, 17), 9, kernel=(2, 5), pad=(0, 1, 3, 1), pad_value=-1),
    Case((1, 1, 2, 64), 32, kernel=(3, 3), pad=(1, 1, 1, 1)),
    Case((1, 2, 1, 68), 32, kernel=(3, 3), pad=(1, 1, 1, 1), output="bits"),
    Case((1, 12, 12, 8), 8, kernel=(7, 7), stride=(2, 2), pad=(3, 3, 3, 3), pad_value=0),
    Case((1, 5, 6, 40), 8, types=("unsigned", "bipolar"), output="bits", **square(v=0)),
    Case((1, 5, 6, 40), 8, types=("unsigned", "unsigned"), **square(v=1)),
    Case((1, 5, 7, 40), 40, types=("bipolar", "unsigned"), **square(v=1)),
    # Floats: of an odd depth, of every pair of types, with rows of extreme sums and with channels left over.
    Case((1, 5, 6, 17), 64, output="f32", **square(v=-1)),
    Case((1, 4, 7, 128), 96, output="f32", extreme=True, **square(v=0)),
    Case((1, None, 5, 1537), 33, output="f32", extreme=True),
    Case((1, 4, 5, 40), 40, output="f32", types=("unsigned", "bipolar"), **square(v=0)),
    Case((1, 4, 5, 40), 72, output="f32", types=("unsigned", "unsigned"), **square(v=1)),
    Case((1, 4, 5, 40), 64, output="f32", types=("bipolar", "unsigned"), **square(v=1)),
]


def values(codes, kind):
    return 2 * codes.astype(np.int64) - 1 if kind == "bipolar" else codes.astype(np.int64)


def convolve(x, w, case):
    """The definition: x is N×H×W×C, w is O×KH×KW×(C/groups)."""
    top, bottom, left, right = case.pad
    x = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=case.pad_value)
    n, height, width, channels = x.shape
    outputs, kh, kw, depth = w.shape
    oh = (height - (kh - 1) * case.dilation[0] - 1) // case.stride[0] + 1
    ow = (width - (kw - 1) * case.dilation[1] - 1) // case.stride[1] + 1
    result = np.zeros((n, oh, ow, outputs), np.int64)
    per_group = outputs // case.groups
    for i in range(kh):
        for j in range(kw):
            y, z = i * case.dilation[0], j * case.dilation[1]
            part = x[:, y : y + oh * case.stride[0] : case.stride[0], z : z + ow * case.stride[1] : case.stride[1]]
            part = part[:, :oh, :ow]
            for g in range(case.groups):
                filters = w[g * per_group : (g + 1) * per_group, i, j]
                result[..., g * per_group : (g + 1) * per_group] += (
                    part[..., g * depth : (g + 1) * depth] @ filters.T
                )
    return result


def tensor(shape, element):
    return "tensor<%s>" % "x".join([str(s) for s in shape] + [element])


def dense(array, element):
    return 'dense<"0x%s"> : %s' % (array.tobytes().hex().upper(), tensor(array.shape, element))


class Module:
    def __init__(self, random):
        self.random, self.arguments, self.body, self.results = random, [], [], []
        self.inputs, self.expected = [], []

    def argument(self, array):
        name = "%%in%d" % len(self.inputs)
        self.arguments.append("%s: %s" % (name, tensor(array.shape, "f32")))
        self.inputs.append(array.astype(np.float32))
        return name

    def result(self, name, array, element):
        self.results.append((name, tensor(array.shape, element)))
        self.expected.append(array.astype({"i32": np.int32, "f32": np.float32}[element]))

    def line(self, text, *arguments):
        self.body.append("  " + text % arguments)

    def weights(self, name, codes, kind):
        self.line("%s = bnn.constant %s as %s", name, dense(codes.astype(np.int8), "i8"), tensor(codes.shape, "!bnn.%s<1>" % kind))

    def add(self, case, number):
        random = self.random
        n, height, width, channels = case.shape
        matrix = height is None
        shape = (width, channels) if matrix else case.shape
        x = random.integers(0, 2, shape)
        w = random.integers(0, 2, (case.outputs, *case.kernel, channels // case.groups))
        if case.extreme:
            # Pixels and filters of equal bits: every bit matches, or none does.
            x[..., : width // 2 + 1, :] = 1
            x[..., -1, :] = 0
            w[::3] = 1
            w[1::3] = 0
        a, b = ["!bnn.%s<1>" % kind for kind in case.types]
        # Binarizing these floats gives the codes.
        floats = self.argument(2.0 * x - 1)
        x_name, w_name, acc = ("%%%s%d" % (p, number) for p in ("x", "w", "acc"))
        self.line("%s = bnn.binarize %s : %s -> %s", x_name, floats, tensor(shape, "f32"), tensor(shape, a))
        image = values(x, case.types[0]).reshape((1, 1, width, channels) if matrix else shape)
        sums = convolve(image, values(w, case.types[1]), case)
        if matrix:
            sums = sums.reshape(width, case.outputs)
            self.weights(w_name, w.reshape(case.outputs, channels), case.types[1])
            self.line('%s = bnn.matmul %s, %s {transpose_rhs, kernel = "pair-lut"} : %s, %s -> %s', acc, x_name, w_name,
                      tensor(shape, a), tensor((case.outputs, channels), b), tensor(sums.shape, "i32"))
        else:
            self.weights(w_name, w, case.types[1])
            self.line('%s = bnn.conv2d %s, %s {kernel = "pair-lut", pad = array<i64: %s>, pad_value = %d : i64, '
                      "strides = array<i64: %s>, dilations = array<i64: %s>, groups = %d : i64} : %s, %s -> %s", acc, x_name,
                      w_name, ", ".join(map(str, case.pad)), case.pad_value, ", ".join(map(str, case.stride)),
                      ", ".join(map(str, case.dilation)), case.groups, tensor(shape, a), tensor(w.shape, b),
                      tensor(sums.shape, "i32"))
        if case.output == "i32":
            return self.result(acc, sums, "i32")
        bits_name = "%%bits%d" % number
        bits_type = tensor(sums.shape, "!bnn.bipolar<1>")
        if case.output == "bits":
            limits = np.array([np.quantile(sums[..., o], 0.5) for o in range(case.outputs)], np.int32)
            limits[0], limits[-1] = -100000, 100000
            descending = random.integers(0, 2, case.outputs) if number % 2 else np.zeros(case.outputs, int)
            bits = np.where(descending == 1, sums <= limits, sums >= limits)
            self.line("%%t%d = arith.constant %s", number, dense(limits.reshape(-1, 1), "i32"))
            falls = " {descending = array<i1: %s>}" % ", ".join("true" if d else "false" for d in descending)
            self.line("%s = bnn.threshold %s, %%t%d%s : %s, %s -> %s", bits_name, acc, number,
                      falls if descending.any() else "", tensor(sums.shape, "i32"), tensor((case.outputs, 1), "i32"), bits_type)
        else:
            scale = random.choice([-0.5, 0.25, 2.0], case.outputs).astype(np.float32)
            bias = random.integers(-9, 9, case.outputs).astype(np.float32)
            residual = random.integers(-50, 50, sums.shape).astype(np.float32)
            y = sums.astype(np.float32) * scale + bias + residual
            bits = y >= 0
            f32 = tensor(sums.shape, "f32")
            self.line("%%s%d = arith.constant %s", number, dense(scale, "f32"))
            self.line("%%b%d = arith.constant %s", number, dense(bias, "f32"))
            vector = tensor((case.outputs,), "f32")
            self.line("%%y%d = bnn.scale %s by %%s%d bias %%b%d : %s, %s, %s -> %s", number, acc, number, number,
                      tensor(sums.shape, "i32"), vector, vector, f32)
            self.line("%%r%d = tosa.add %%y%d, %s : (%s, %s) -> %s", number, number, self.argument(residual), f32, f32, f32)
            self.line("%s = bnn.binarize %%r%d : %s -> %s", bits_name, number, f32, bits_type)
            self.result("%%r%d" % number, y, "f32")
        # What the bits are is seen in the sums of a second layer, each over some of them.
        mask = random.integers(0, 2, (min(case.outputs, 8), case.outputs))
        next_sums = values(bits, "bipolar") @ mask.T
        flat = next_sums.reshape(-1, mask.shape[0])
        self.weights("%%m%d" % number, mask if matrix else mask.reshape(mask.shape[0], 1, 1, -1), "unsigned")
        shape = next_sums.shape
        self.line("%%z%d = bnn.%s %s, %%m%d%s : %s, %s -> %s", number, "matmul" if matrix else "conv2d", bits_name, number,
                  ' {transpose_rhs, kernel = "pair-lut"}' if matrix else ' {kernel = "integer"}', bits_type,
                  tensor(mask.shape if matrix else (mask.shape[0], 1, 1, case.outputs), "!bnn.unsigned<1>"), tensor(shape, "i32"))
        assert flat.shape[1] == mask.shape[0]
        self.result("%%z%d" % number, next_sums, "i32")

    def text(self):
        names, types = zip(*self.results)
        return "func.func @cases(%s) -> (%s) attributes {bnn.entry} {\n%s\n  return %s : %s\n}\n" % (
            ", ".join(self.arguments), ", ".join(types), "\n".join(self.body), ", ".join(names), ", ".join(types))

    def main(self):
        """A C program that reads inputs and expected results from a file."""
        sizes = [array.size for array in self.inputs + self.expected]
        total = sum(sizes)
        offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
        first = sum(array.size for array in self.inputs)
        names = ["data + %d" % o for o in offsets[: len(self.inputs)]] + [
            "out + %d" % (o - first) for o in offsets[len(self.inputs) :]]
        checks = "\n".join(
            "  wrong += check(%d, data + %d, out + %d, %d);" % (i, o, o - first, size)
            for i, (o, size) in enumerate(zip(offsets[len(self.inputs) :], sizes[len(self.inputs) :])))
        return MAIN % dict(total=total, outputs=total - first, arguments=", ".join(names), checks=checks,
                           parameters=", ".join("int *" for _ in names))


MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
size_t cases_workspace_size(void);
int cases_run(%(parameters)s, void *);
static int data[%(total)d], out[%(outputs)d];
static int check(int number, const int *right, const int *got, int size) {
  for (int i = 0; i < size; ++i)
    if (right[i] != got[i]) {
      float a, b;
      memcpy(&a, right + i, 4), memcpy(&b, got + i, 4);
      if (a == 0 && b == 0) continue;
      printf("result %%d differs at %%d of %%d: %%d (%%g) instead of %%d (%%g)\\n", number, i, size, got[i], b, right[i], a);
      return 1;
    }
  return 0;
}
int main(int argc, char **argv) {
  FILE *file = fopen(argv[1], "rb");
  if (fread(data, 4, %(total)d, file) != %(total)d) return 2;
  void *workspace = malloc(cases_workspace_size());
  memset(workspace, 0xa5, cases_workspace_size());
  memset(out, 0x5a, sizeof out);
  if (cases_run(%(arguments)s, workspace)) return 3;
  int wrong = 0;
%(checks)s
  if (!wrong) puts("ok");
  return wrong != 0;
}
"""


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, " ".join(command) + "\n" + done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def check(cases, name, seed):
    module = Module(np.random.default_rng(seed))
    for number, case in enumerate(cases):
        module.add(case, number)
    stem = os.path.join(FOLDER, name)
    for suffix, text in ((".mlir", module.text()), (".c", module.main())):
        with open(stem + suffix, "w", encoding="utf-8") as file:
            file.write(text)
    with open(stem + ".bin", "wb") as file:
        for array in module.inputs + module.expected:
            file.write(np.ascontiguousarray(array).tobytes())
    run([BNNC, "compile", stem + ".mlir", "-o", stem + ".o", "--target=" + TARGET, "--cpu=" + CPU])
    run([CC, stem + ".c", stem + ".o", "-o", stem, "-lm"])
    assert run([*LAUNCHER, stem, stem + ".bin"]) == "ok\n"
    print(name, TARGET, CPU, "seed", seed, len(cases), "cases")


os.makedirs(FOLDER, exist_ok=True)
only = os.environ.get("CASE")
if only:
    check([CASES[int(only)]], "case" + only, 1)
else:
    for first in range(0, len(CASES), 8):
        check(CASES[first : first + 8], "cases%d" % first, 100 + first)
