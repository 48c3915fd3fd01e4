# RUN: %python %s %bnn_tools_dir/bnn-opt mlir-translate llc %cc %t x86
# RUN: %if qemu-aarch64 %{ %python %s %bnn_tools_dir/bnn-opt mlir-translate llc %aarch64_cc %t aarch64 %qemu_aarch64 %}
"""Every target op, on vectors of many lengths, on every instruction set that runs here, and as generic code.

Expected values are computed in C from the ops' formulas. An op is one entry of OPS.
"""

import os
import subprocess
import sys

BNN_OPT, TRANSLATE, LLC, CC, FOLDER, ARCH = sys.argv[1:7]
EMULATOR = sys.argv[7:]

LENGTHS = [1, 3, 8, 15, 16, 17, 31, 32, 33, 40, 48, 63, 64, 65, 96, 128, 144]

# name: (MLIR on %a, %b : vector<nxi8>, C expression of out[i] from a, b and i, prefix of the op's operands)
# `table` is the first sixteen bytes of a; indices are the low four bits of b.
OPS = {
    "lookup": (
        "%fifteen = arith.constant dense<15> : vector<{n}xi8>\n"
        "%i = arith.andi %b, %fifteen : vector<{n}xi8>\n"
        "%r = bnn.table_lookup %table[%i] : vector<16xi8>, vector<{n}xi8>",
        "table[b[i] & 15]",
    ),
    "pair_low": (
        "%ab = vector.interleave %a, %b : vector<{n}xi8> -> vector<{n2}xi8>\n"
        "%s = bnn.pairwise_sum %ab : vector<{n2}xi8> -> vector<{n}xi16>\n"
        "%r = arith.trunci %s : vector<{n}xi16> to vector<{n}xi8>",
        "(uint8_t)(a[i] + b[i])",
    ),
    "pair_high": (
        "%ab = vector.interleave %a, %b : vector<{n}xi8> -> vector<{n2}xi8>\n"
        "%s = bnn.pairwise_sum %ab : vector<{n2}xi8> -> vector<{n}xi16>\n"
        "%eight = arith.constant dense<8> : vector<{n}xi16>\n"
        "%h = arith.shrui %s, %eight : vector<{n}xi16>\n"
        "%r = arith.trunci %h : vector<{n}xi16> to vector<{n}xi8>",
        "(a[i] + b[i]) >> 8",
    ),
    "average": ("%r = bnn.rounding_average %a, %b : vector<{n}xi8>", "(uint8_t)((a[i] + b[i] + 1) >> 1)"),
}

# name: (triple, CPU and features of the IR, CPU of the code generator)
LEVELS = {
    "x86": [
        ("x86_64-unknown-linux-gnu", "x86-64", "", "x86-64"),
        ("x86_64-unknown-linux-gnu", "x86-64-v2", "", "x86-64-v2"),
        ("x86_64-unknown-linux-gnu", "x86-64-v3", "", "x86-64-v3"),
        ("x86_64-unknown-linux-gnu", "x86-64-v4", "", "x86-64-v4"),
    ],
    "aarch64": [
        ("aarch64-unknown-linux-gnu", "cortex-a53", "", "cortex-a53"),
    ],
}


def cpu_flags():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("flags"):
                return line.split()
    return []


def runs_here(cpu):
    needed = {"x86-64-v2": ["ssse3"], "x86-64-v3": ["avx2"], "x86-64-v4": ["avx512bw", "avx512vl"]}
    return ARCH != "x86" or all(flag in cpu_flags() for flag in needed.get(cpu, []))


def module(triple, chip, features):
    extra = ', features = <["%s"]>' % features if features else ""
    lines = ['module attributes {bnn.target = #llvm.target<triple = "%s", chip = "%s"%s>} {' % (triple, chip, extra)]
    for name, (body, _) in OPS.items():
        for n in LENGTHS:
            lines += [
                "func.func @%s_%d(%%t: memref<16xi8>, %%x: memref<%dxi8>, %%y: memref<%dxi8>, %%z: memref<%dxi8>) {"
                % (name, n, n, n, n),
                "%zero = arith.constant 0 : index",
                "%table = vector.load %t[%zero] : memref<16xi8>, vector<16xi8>",
                "%%a = vector.load %%x[%%zero] : memref<%dxi8>, vector<%dxi8>" % (n, n),
                "%%b = vector.load %%y[%%zero] : memref<%dxi8>, vector<%dxi8>" % (n, n),
                body.format(n=n, n2=2 * n),
                "vector.store %%r, %%z[%%zero] : memref<%dxi8>, vector<%dxi8>" % (n, n),
                "return }",
            ]
    return "\n".join(lines + ["}"])


MAIN = """
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static uint32_t state = 7;
static uint8_t next(void) { state = state * 1664525u + 1013904223u; return state >> 24; }
%s
int main(void) {
  for (int round = 0; round < 50; ++round) {
%s
  }
  puts("ok");
  return 0;
}
"""
CASE = """
    { uint8_t table[16], a[%(n)d], b[%(n)d], out[%(n)d + 16];
      for (int i = 0; i < 16; ++i) table[i] = next();
      for (int i = 0; i < %(n)d; ++i) { a[i] = round == 0 ? 255 : next(); b[i] = round < 2 ? 255 : next(); }
      memset(out, 0x5a, sizeof out);
      %(name)s_%(n)d(table, a, b, out);
      for (int i = 0; i < %(n)d + 16; ++i) {
        uint8_t expected = i < %(n)d ? %(formula)s : 0x5a;
        if (out[i] != expected) { printf("%(name)s of %(n)d: byte %%d is %%d, not %%d\\n", i, out[i], expected); return 1; }
      } }"""


def main_program():
    declarations, cases = [], []
    for name, (_, formula) in OPS.items():
        for n in LENGTHS:
            declarations.append("void %s_%d(uint8_t *, uint8_t *, uint8_t *, uint8_t *);" % (name, n))
            cases.append(CASE % {"name": name, "n": n, "formula": formula})
    return MAIN % ("\n".join(declarations), "\n".join(cases))


def run(command, text=None):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    assert result.returncode == 0, "%s:\n%s%s" % (" ".join(command), result.stdout[-2000:], result.stderr[-2000:])
    return result.stdout


PIPELINE = (
    "builtin.module(bnn-lower-target-ops,convert-scf-to-cf,convert-vector-to-llvm,convert-index-to-llvm,convert-arith-to-llvm,"
    "finalize-memref-to-llvm,convert-func-to-llvm{use-bare-ptr-memref-call-conv},convert-cf-to-llvm,reconcile-unrealized-casts)"
)

os.makedirs(FOLDER, exist_ok=True)
source = os.path.join(FOLDER, "main.c")
with open(source, "w", encoding="utf-8") as file:
    file.write(main_program())
for triple, chip, features, cpu in LEVELS[ARCH]:
    if not runs_here(cpu):
        continue
    ir = run([TRANSLATE, "--mlir-to-llvmir"], run([BNN_OPT, "--pass-pipeline=" + PIPELINE], module(triple, chip, features)))
    target = "x86_64-linux-gnu" if ARCH == "x86" else "aarch64-linux-gnu"
    program = os.path.join(FOLDER, "%s-%s%s" % (ARCH, chip, features))
    run([LLC, "-O2", "-mtriple=" + target, "-mcpu=" + cpu, "-relocation-model=pic", "-filetype=obj", "-o", program + ".o"], ir)
    run([CC, source, program + ".o", "-o", program])
    assert run(EMULATOR + [program]) == "ok\n"
    print(ARCH, chip, features, "ok")
