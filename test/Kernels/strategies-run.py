# RUN: %python %s %bnn_tools_dir/bnnc %cc %t x86
# RUN: %if qemu-aarch64 %{ %python %s %bnn_tools_dir/bnnc %aarch64_cc %t aarch64 %qemu_aarch64 %}
"""Strategies against the reference path, bit for bit, on every instruction set that runs here.

All cases are contractions of one network, each with a named kernel. Rows of activations and weights are at the ends of
their ranges, so that intermediate sums reach theirs; the other codes are random.
"""

import os
import random
import subprocess
import sys

BNNC, CC, FOLDER, ARCH = sys.argv[1:5]
EMULATOR = [word for word in sys.argv[5:] if word not in ("-cpu", "cortex-a53")]
SEED = 20

# (kernel, weights, activations, contraction); a contraction is (rows, depth, columns) or
# (height, width, channels, outputs, kernel, stride, dilation, pad, pad value, groups).
CASES = [
    ("dot", "signed<8>", "unsigned<8>", (5, 37, 27)),  # sums of pairs would saturate
    ("dot", "signed<8>", "signed<8>", (6, 64, 16)),
    ("dot", "signed<8>", "unsigned<7>", (3, 130, 33)),  # just do not
    ("dot", "signed<7>", "unsigned<8>", (7, 20, 40)),
    ("dot", "bipolar<8>", "bipolar<8>", (4, 19, 9)),
    ("dot", "unsigned<8>", "signed<4>", (2, 44, 20)),
    ("dot", "ternary", "bipolar<2>", (1, 260, 65)),
    ("dot", "signed<4>", "unsigned<4>", (9, 600, 24)),  # blocks of sums of i16
    ("dot", "signed<8>", "unsigned<8>", (7, 9, 3, 10, 3, 1, 1, 1, 0, 1)),
    ("dot", "bipolar<1>", "bipolar<1>", (6, 7, 8, 16, 3, 2, 1, 1, 0, 1)),  # zero is no code of ±1
    ("dot", "signed<8>", "unsigned<8>", (5, 6, 4, 8, 3, 1, 2, 2, -1, 1)),  # nor -1 an unsigned one
    ("dot", "signed<6>", "signed<8>", (6, 5, 12, 18, 3, 1, 1, 1, 1, 3)),
    ("dot", "signed<4>", "unsigned<8>", (6, 7, 10, 10, 3, 1, 1, 1, 0, 10)),  # depthwise
    ("dot", "signed<8>", "signed<8>", (7, 7, 70, 70, 3, 2, 1, 1, -1, 70)),
    ("dot", "bipolar<2>", "unsigned<3>", (9, 8, 33, 33, 5, 1, 1, 2, 1, 33)),
    ("dot", "signed<4>", "unsigned<4>", (5, 5, 6, 12, 3, 1, 1, 0, 0, 6)),  # two outputs of one input
    ("lut", "bipolar<1>", "unsigned<2>", (9, 144, 70)),
    ("lut", "unsigned<1>", "unsigned<2>", (4, 100, 64)),
    ("lut", "bipolar<2>", "unsigned<2>", (5, 144, 40)),
    ("lut", "signed<2>", "signed<2>", (7, 64, 33)),
    ("lut", "ternary", "bipolar<1>", (3, 52, 32)),
    ("lut", "bipolar<1>", "unsigned<3>", (11, 68, 70)),
    ("lut", "bipolar<1>", "signed<4>", (13, 4400, 8)),  # sums of i16 would overflow
    ("lut", "unsigned<1>", "unsigned<4>", (1, 8, 5)),
    ("lut", "bipolar<1>", "unsigned<2>", (7, 9, 12, 20, 3, 1, 1, 1, 0, 1)),
    ("lut", "bipolar<2>", "bipolar<2>", (8, 7, 8, 16, 3, 2, 1, 1, 1, 1)),
    ("lut", "bipolar<1>", "unsigned<4>", (9, 7, 64, 40, 3, 1, 1, 1, 0, 1)),
    ("lut", "unsigned<1>", "bipolar<3>", (6, 6, 4, 9, 3, 1, 2, 2, -1, 1)),
]

LEVELS = {
    "x86": [("x86-64", []), ("x86-64-v2", ["ssse3"]), ("x86-64-v3", ["avx2"]), ("cascadelake", ["avx512_vnni"])],
    "aarch64": [("cortex-a53", []), ("cortex-a76", []), ("neoverse-v1", [])],
}


def cpu_flags():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("flags"):
                return line.split()
    return []


def ends(kind):
    if kind == "ternary":
        return -1, 1, 1
    family, bits = kind.rstrip(">").split("<")
    values = 1 << int(bits)
    return {"unsigned": (0, values - 1, 1), "signed": (-values // 2, values // 2 - 1, 1)}.get(family, (1 - values, values - 1, 2))


def values(kind, rows, length):
    """The first rows at the ends of the range, in runs of equal and of alternating ends."""
    low, high, step = ends(kind)
    result = []
    for row in range(rows):
        for i in range(length):
            choices = {0: low, 1: high, 2: (low, high)[i % 2]}
            result.append(choices[row] if row in choices else random.randrange(low, high + 1, step))
    return result


def code(kind, value):
    low, _, step = ends(kind)
    return ((value - low) // step if kind.startswith("bipolar") else value) & 255


def tensor(shape, element):
    return "tensor<%sx%s>" % ("x".join(map(str, shape)), element)


def network(with_lut):
    """MLIR text, one list of floats for each input, and the number of outputs' elements."""
    arguments, results, body, inputs, sizes = [], [], [], [], []
    for index, (kernel, weights, activations, shape) in enumerate(CASES):
        if len(shape) == 3:
            m, k, n = shape
            x, w, y = (m, k), (n, k), (m, n)
            op, attributes = "matmul", "transpose_rhs"
        else:
            h, wd, c, n, k, stride, dilation, pad, pad_value, groups = shape
            out = lambda extent: (extent + 2 * pad - (k - 1) * dilation - 1) // stride + 1
            x, w, y = (1, h, wd, c), (n, k, k, c // groups), (1, out(h), out(wd), n)
            op = "conv2d"
            attributes = (
                "strides = array<i64: %d, %d>, dilations = array<i64: %d, %d>, pad = array<i64: %d, %d, %d, %d>, "
                "pad_value = %d : i64, groups = %d : i64" % ((stride,) * 2 + (dilation,) * 2 + (pad,) * 4 + (pad_value, groups))
            )
        if with_lut or kernel != "lut":
            attributes += ', kernel = "%s"' % kernel
        random.seed(SEED + index)
        size = lambda dims: eval("*".join(map(str, dims)))
        inputs.append(values(activations, size(x) // x[-1], x[-1]))
        codes = bytes(code(weights, v) for v in values(weights, w[0], size(w) // w[0])).hex()
        types = (tensor(x, "!bnn." + activations), tensor(w, "!bnn." + weights), tensor(y, "i32"))
        arguments.append("%%x%d: %s" % (index, tensor(x, "f32")))
        results.append(types[2])
        sizes.append(size(y))
        body += [
            "  %%q%d = bnn.quantize %%x%d scale %%one : %s, tensor<1xf32> -> %s" % (index, index, tensor(x, "f32"), types[0]),
            '  %%w%d = bnn.constant dense<"0x%s"> : %s as %s' % (index, codes, tensor(w, "i8"), types[1]),
            "  %%y%d = bnn.%s %%q%d, %%w%d {%s} : %s, %s -> %s" % ((index, op, index, index, attributes) + types),
        ]
    text = "func.func @main(%s) -> (%s) attributes {bnn.entry} {\n" % (", ".join(arguments), ", ".join(results))
    text += "  %one = arith.constant dense<1.0> : tensor<1xf32>\n" + "\n".join(body)
    text += "\n  return %s : %s\n}\n" % (", ".join("%%y%d" % i for i in range(len(CASES))), ", ".join(results))
    return text, inputs, sizes


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, "%s:\n%s%s" % (" ".join(command), result.stdout[-2000:], result.stderr[-2000:])
    return result.stdout


def main_program(inputs, sizes):
    lines = ['#include "net.h"', "#include <stdio.h>", "#include <stdlib.h>", "#include <string.h>"]
    for i, (data, size) in enumerate(zip(inputs, sizes)):
        lines.append("static const float x%d[] = {%s};" % (i, ",".join(map(str, data))))
        lines.append("static int y%d[%d];" % (i, size))
    arrays = ", ".join(["x%d" % i for i in range(len(inputs))] + ["y%d" % i for i in range(len(sizes))])
    lines.append("int main(void) { void *w = malloc(net_workspace_size() + 1); memset(w, 0xa5, net_workspace_size());")
    lines.append("  if (net_run(%s, w)) return 1;" % arrays)
    for i, size in enumerate(sizes):
        lines.append('  for (int i = 0; i < %d; ++i) printf("%d %%d %%d\\n", i, y%d[i]);' % (size, i, i))
    return "\n".join(lines + ["  return 0; }\n"])


def execute(text, source, target, cpu, options, emulator):
    model, obj, program = (os.path.join(FOLDER, name) for name in ("net.mlir", "net.o", "net"))
    with open(model, "w", encoding="utf-8") as file:
        file.write(text)
    run([BNNC, "compile", model, "-o", obj, "--name=net", "--target=" + target, "--cpu=" + cpu] + options)
    run([CC, "-I", FOLDER, source, obj, "-static" if EMULATOR else "-O0", "-o", program, "-lm"])
    return run(emulator + [program]).splitlines()


os.makedirs(FOLDER, exist_ok=True)
TARGET = "x86-64" if ARCH == "x86" else "aarch64"
text, inputs, sizes = network(with_lut=True)
source = os.path.join(FOLDER, "main.c")
with open(source, "w", encoding="utf-8") as file:
    file.write(main_program(inputs, sizes))
expected = execute(text, source, TARGET, LEVELS[ARCH][0][0], ["--reference"], EMULATOR)
assert len(expected) == sum(sizes)
for cpu, needed in LEVELS[ARCH]:
    if not all(flag in cpu_flags() for flag in needed):
        continue
    emulator = EMULATOR + ["-cpu", cpu if cpu != "neoverse-v1" else "max"] if EMULATOR else []
    # Baseline x86-64 has no byte shuffle.
    fast = network(with_lut=cpu != "x86-64")[0]
    for got, wanted in zip(execute(fast, source, TARGET, cpu, [], emulator), expected):
        assert got == wanted, "%s: case %s: element and value %s, not %s" % (
            cpu, CASES[int(got.split()[0])], got.split()[1:], wanted.split()[2])
    print(cpu, "ok")
