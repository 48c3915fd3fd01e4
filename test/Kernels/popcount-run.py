# REQUIRES: venv
# RUN: %python %s bnnc %cc %t "" x86-64: x86-64:x86-64-v2
# RUN: %if avx2 %{ %python %s bnnc %cc %t "" x86-64:x86-64-v3 %}
# RUN: %if avx512vpopcntdq %{ %python %s bnnc %cc %t "" native: %}
# RUN: %if qemu-aarch64 %{ %python %s bnnc %aarch64_cc %t "%qemu_aarch64 -cpu cortex-a53;%qemu_aarch64 -cpu cortex-a76;%qemu_aarch64 -cpu neoverse-n1" aarch64: %}
# RUN: %if qemu-aarch64 %{ %python %s bnnc %aarch64_cc %t "%qemu_aarch64 -cpu max" aarch64:neoverse-v1 %}
"""The popcount kernels against the definition of a convolution in numpy.

Shapes are drawn to leave a rest everywhere: channels of every count of words, panels and tiles that are not full,
strides, dilations, borders of both values, groups that share words and groups that do not, and depths beyond what a
byte and what 16 bits count, with columns that differ in every bit.
"""

import pathlib
import shlex
import subprocess
import sys

import numpy as np

BNNC, CC, TEMP, RUNNERS, *TARGETS = sys.argv[1:]
SEED = 20260917

# image, output channels, kernel; then what differs from stride 1, dilation 1, no padding, one group
CASES = [
    ((1, 5, 5, 1), 1, (1, 1), {}),
    ((1, 9, 13, 3), 5, (3, 3), {"pad": (1, 1, 1, 1)}),
    ((2, 6, 29, 40), 19, (3, 3), {"pad": (1, 1, 2, 0), "pad_value": 1}),
    ((1, 8, 15, 64), 33, (3, 3), {"stride": (2, 2), "pad": (1, 1, 1, 1)}),
    ((1, 7, 14, 96), 24, (3, 3), {"dilation": (2, 2), "pad": (2, 2, 2, 2)}),
    ((1, 4, 28, 128), 40, (3, 3), {"pad": (1, 1, 1, 1)}),
    ((1, 5, 7, 64), 24, (3, 3), {"pad": (1, 1, 1, 1)}),  # columns in pairs, and one by itself
    ((1, 4, 20, 64), 17, (3, 1), {"pad": (1, 1, 0, 0), "pad_value": 1}),
    ((1, 36, 38, 64), 9, (35, 35), {}),
    ((1, 6, 9, 64), 8, (3, 3), {"groups": 4, "pad": (1, 1, 1, 1)}),
    ((1, 3, 12, 160), 9, (2, 5), {"stride": (1, 2)}),
    ((1, 3, 14, 256), 16, (3, 3), {"pad": (1, 1, 1, 1)}),
    ((1, 1, 25, 1152), 72, (1, 1), {}),
    ((1, 1, 1, 500), 70, (1, 1), {}),
    ((1, 6, 6, 16), 16, (3, 3), {"groups": 16, "pad": (1, 1, 1, 1)}),
    ((1, 6, 9, 64), 32, (3, 3), {"groups": 2, "pad": (1, 1, 1, 1)}),
    ((1, 5, 6, 60), 20, (3, 2), {"groups": 5}),
    ((1, 5, 6, 33), 99, (2, 2), {"groups": 33, "dilation": (1, 2)}),
    ((1, 4, 5, 192), 64, (1, 1), {"groups": 4}),
    ((1, 1, 3, 16352), 8, (1, 1), {}),
    ((1, 1, 3, 32800), 9, (1, 1), {}),
    ((1, 1, 3, 65504), 8, (1, 1), {}),
    ((1, 1, 2, 131136), 9, (1, 1), {}),
    ((1, 2, 10, 8192), 8, (2, 9), {}),
    # Four steps share a count: groups that go across runs and that are not full, and bytes that are full of fours.
    ((1, 4, 5, 67), 24, (3, 3), {"pad": (1, 1, 1, 1)}),
    ((1, 5, 4, 97), 33, (2, 2), {"dilation": (2, 1)}),
    ((1, 4, 6, 160), 20, (3, 3), {"groups": 2, "dilation": (1, 2)}),
    ((1, 4, 4, 416), 17, (3, 3), {"pad": (1, 1, 1, 1)}),
    ((1, 1, 3, 3968), 8, (1, 1), {}),
    ((1, 1, 2, 4000), 9, (1, 1), {}),
    ((1, 1, 1, 4096), 24, (1, 1), {}),
    ((1, 3, 2, 2016), 8, (2, 1), {}),
    ((1, 9, 9, 8192), 3, (9, 9), {"dilation": (1, 1)}),
]
# Types of activations and weights; shapes take turns with all but the first.
KINDS = [("bipolar", "bipolar"), ("unsigned", "unsigned"), ("bipolar", "unsigned"), ("unsigned", "bipolar")]


def values(codes, kind):
    return codes.astype(np.float32) * 2 - 1 if kind == "bipolar" else codes.astype(np.float32)


class Case:
    def __init__(self, number, image, outputs, kernel, options, kinds, rng):
        self.name = "m%d" % number
        self.image, self.outputs, self.kernel, self.kinds = image, outputs, kernel, kinds
        self.stride = options.get("stride", (1, 1))
        self.dilation = options.get("dilation", (1, 1))
        self.groups = options.get("groups", 1)
        self.pad = options.get("pad", (0, 0, 0, 0))
        # A border that the type of the activations has.
        self.pad_value = options.get("pad_value", -1) if kinds[0] == "bipolar" else max(0, options.get("pad_value", 0))
        self.weights = rng.integers(0, 2, (outputs, *kernel, image[3] // self.groups), dtype=np.uint8)
        self.input = rng.integers(0, 2, image, dtype=np.uint8)
        # Where a window of one group is the image's left end, it differs from one channel in every bit.
        if self.groups == 1 and kernel[0] <= image[1]:
            self.input[0, : kernel[0], : kernel[1]] = 1 - self.weights[0]
        self.expected = self.convolve()

    def convolve(self):
        p, (s0, s1), (d0, d1), (k0, k1) = self.pad, self.stride, self.dilation, self.kernel
        x = np.pad(
            values(self.input, self.kinds[0]),
            ((0, 0), (p[0], p[1]), (p[2], p[3]), (0, 0)),
            constant_values=self.pad_value,
        )
        w = values(self.weights, self.kinds[1])
        rows, columns = (x.shape[1] - d0 * (k0 - 1) - 1) // s0 + 1, (x.shape[2] - d1 * (k1 - 1) - 1) // s1 + 1
        depth, width = w.shape[3], self.outputs // self.groups
        y = np.zeros((x.shape[0], rows, columns, self.outputs), np.float64)
        for i in range(k0):
            for j in range(k1):
                tap = x[:, i * d0 : i * d0 + (rows - 1) * s0 + 1 : s0, j * d1 : j * d1 + (columns - 1) * s1 + 1 : s1]
                for g in range(self.groups):
                    y[..., g * width : (g + 1) * width] += (
                        tap[..., g * depth : (g + 1) * depth] @ w[g * width : (g + 1) * width, i, j].T
                    )
        return y.astype(np.int32)

    def module(self):
        def tensor(shape, element):
            return "tensor<%sx%s>" % ("x".join(map(str, shape)), element)

        a, w = ("!bnn.%s<1>" % kind for kind in self.kinds)
        x, y = tensor(self.image, "f32"), tensor(self.expected.shape, "i32")
        codes = '"0x%s"' % self.weights.tobytes().hex().upper()
        if self.weights.size == 1:
            codes = str(self.weights.item())
        arrays = [
            "%s = array<i64: %s>" % (name, ", ".join(map(str, value)))
            for name, value in (("strides", self.stride), ("dilations", self.dilation), ("pad", self.pad))
        ]
        attributes = ", ".join(
            ['kernel = "popcount"', *arrays, "pad_value = %d : i64" % self.pad_value, "groups = %d : i64" % self.groups]
        )
        return f"""
func.func @{self.name}(%x: {x} {{bnn.name = "x"}}) -> ({y} {{bnn.name = "y"}}) attributes {{bnn.entry}} {{
  %w = bnn.constant dense<{codes}> : {tensor(self.weights.shape, "i8")} as {tensor(self.weights.shape, w)}
  %half = arith.constant dense<0.5> : tensor<1xf32>
  %q = bnn.binarize %x threshold %half : tensor<1xf32> : {x} -> {tensor(self.image, a)}
  %y = bnn.conv2d %q, %w {{{attributes}}} : {tensor(self.image, a)}, {tensor(self.weights.shape, w)} -> {y}
  return %y : {y}
}}"""

    def harness(self):
        """Reads codes from stdin, writes results to stdout; what surrounds them must stay as it is."""
        return f"""
{{
  size_t inputs = {self.input.size}, outputs = {self.expected.size}, guard = 64;
  float *x = malloc(4 * inputs);
  for (size_t i = 0; i < inputs; ++i)
    x[i] = getchar();
  int *y = malloc(4 * (outputs + 2 * guard));
  memset(y, 0x5a, 4 * (outputs + 2 * guard));
  void *workspace = aligned_alloc(64, ({self.name}_workspace_size() + 127) / 64 * 64);
  memset(workspace, 0xa5, {self.name}_workspace_size());
  if ({self.name}_run(x, y + guard, workspace))
    return 1;
  for (size_t i = 0; i < guard; ++i)
    if (y[i] != 0x5a5a5a5a || y[guard + outputs + i] != 0x5a5a5a5a)
      return 2;
  fwrite(y + guard, 4, outputs, stdout);
  free(x);
  free(y);
  free(workspace);
}}"""


def make_cases():
    rng = np.random.default_rng(SEED)
    cases = []
    for number, (image, outputs, kernel, options) in enumerate(CASES):
        for kinds in (KINDS[0], KINDS[1 + number % 3]):
            cases.append(Case(len(cases), image, outputs, kernel, options, kinds, rng))
    return cases


def run(cases, target, cpu, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        command = [BNNC, "compile", "-", "--target=" + target, "-o", folder / (case.name + ".o")]
        if cpu:
            command.append("--cpu=" + cpu)
        subprocess.run(command, input=case.module(), text=True, check=True)
    includes = "".join('#include "%s.h"\n' % case.name for case in cases)
    body = "".join(case.harness() for case in cases)
    source = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n%sint main(void) {%s\n  return 0;\n}\n"
    (folder / "main.c").write_text(source % (includes, body))
    objects = [folder / (case.name + ".o") for case in cases]
    binary = folder / "main"
    subprocess.run([CC, "-std=c11", folder / "main.c", *objects, "-o", binary, "-lm"], check=True)
    stdin = b"".join(case.input.tobytes() for case in cases)
    return sum(compare(cases, [*shlex.split(runner), binary], stdin, target + ":" + cpu) for runner in RUNNERS.split(";"))


def compare(cases, command, stdin, target):
    output = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=True).stdout
    results = np.frombuffer(output, np.int32)
    failures = 0
    for case in cases:
        found, results = np.split(results, [case.expected.size])
        wrong = np.argwhere(found.reshape(case.expected.shape) != case.expected)
        if len(wrong):
            failures += 1
            print("%s (%s): %s outputs %d kernel %s %s: %d wrong, first at %s, seed %d"
                  % (command, target, case.image, case.outputs, case.kernel, case.kinds, len(wrong), wrong[0], SEED))
    return failures


cases = make_cases()
sys.exit(sum(run(cases, *target.split(":"), pathlib.Path(TEMP) / target.replace(":", "_")) for target in TARGETS) != 0)
