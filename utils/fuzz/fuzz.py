#!/usr/bin/env python3
#===- fuzz.py - Fast path against reference path on random programs ---------===//
#
# Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-------------------------------------------------------------------------===//
"""Compiles random programs by the fast path for several targets, runs them, and compares every output bit with
the reference path.

    utils/fuzz/fuzz.py --bnnc build/bin/bnnc --count 2000 --seed 1

Programs are made by program.py from consecutive seeds. Each target's objects are linked, a batch at a time, into
one program that calls every function twice, the second time with another workspace filled with other garbage. It
checks that both calls agree and that nothing was written outside the outputs and the workspace, and writes the
outputs to a file. Integers and floats must agree bit for bit with the reference path; any NaN equals any NaN.

A failure prints the seed; `--seed S --count 1 --keep DIR` leaves that program's files in DIR.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from program import Program, count

REFERENCE = "reference"
BATCH = 20
# name: options of bnnc, C compiler, options of the C compiler, emulator
HOST_CC = os.environ.get("CC", "clang-22")
TARGETS = {
    REFERENCE: (["--target=x86-64", "--reference"], HOST_CC, [], []),
    "x86-64": (["--target=x86-64"], HOST_CC, [], []),
    "x86-64-v3": (["--target=x86-64", "--cpu=x86-64-v3"], HOST_CC, [], []),
    "native": (["--target=native"], HOST_CC, [], []),
    "aarch64": (["--target=aarch64"], "aarch64-linux-gnu-gcc", ["-static"], ["qemu-aarch64", "-cpu", "cortex-a53"]),
}

RUNTIME = r"""
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 64 };

/* Memory with a known pattern before and after it. */
static unsigned char *guarded(size_t bytes, unsigned char fill) {
  unsigned char *base = aligned_alloc(64, (bytes + 2 * GUARD + 63) / 64 * 64);
  memset(base, 0xC5, GUARD);
  memset(base + GUARD, fill, bytes);
  memset(base + GUARD + bytes, 0xC5, GUARD);
  return base + GUARD;
}
static int intact(const unsigned char *data, size_t bytes) {
  for (int i = 0; i < GUARD; ++i)
    if (data[-1 - i] != 0xC5 || data[bytes + i] != 0xC5)
      return 0;
  return 1;
}
static void release(unsigned char *data) { free(data - GUARD); }
static void complain(const char *name, const char *what) {
  printf("%s %s\n", name, what);
  fflush(stdout);
}
"""


def driver_source(programs):
    """C source that runs the programs one after another: inputs from argv[1], outputs to argv[2]."""
    parts = [RUNTIME]
    for p in programs:
        parts.append(f'#include "{p.name}.h"\n')
    for p in programs:
        sizes = [4 * count(v.shape) for v in p.outputs]
        outputs = range(len(sizes))
        body = [f"static void test_{p.name}(FILE *in, FILE *out) {{",
                f'  const char *name = "{p.name}";',
                f"  size_t size = {p.name}_workspace_size();"]
        for i, data in enumerate(p.inputs):
            body.append(f"  unsigned char *in{i} = guarded({len(data)}, 0);")
            body.append(f"  if (fread(in{i}, 1, {len(data)}, in) != {len(data)}) exit(3);")
        for call, fill in enumerate(("0x00", "0xFF")):
            body.append(f"  unsigned char *w{call} = guarded(size, {fill});")
            for i in outputs:
                body.append(f"  unsigned char *out{call}_{i} = guarded({sizes[i]}, {fill});")
            arguments = ([f"(void *)in{i}" for i in range(len(p.inputs))]
                         + [f"(void *)out{call}_{i}" for i in outputs] + [f"w{call}"])
            body.append(f'  if ({p.name}_run({", ".join(arguments)})) complain(name, "returned an error");')
            body.append(f'  if (!intact(w{call}, size)) complain(name, "wrote outside the workspace");')
            for i in outputs:
                body.append(f'  if (!intact(out{call}_{i}, {sizes[i]})) complain(name, "wrote outside output {i}");')
        for i in outputs:
            body.append(f'  if (memcmp(out0_{i}, out1_{i}, {sizes[i]})) complain(name, "is not repeatable: output {i}");')
            body.append(f"  fwrite(out0_{i}, 1, {sizes[i]}, out);")
            body.append(f"  release(out0_{i}), release(out1_{i});")
        body += [f"  release(in{i});" for i in range(len(p.inputs))]
        body += ["  release(w0), release(w1);", "}"]
        parts.append("\n".join(body) + "\n")
    parts.append("int main(int argc, char **argv) {\n  (void)argc;\n"
                 '  FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");\n  if (!in || !out) return 2;\n')
    for p in programs:
        # The name of a program that crashes is the last one here.
        parts.append(f'  fprintf(stderr, "{p.name}\\n");\n  test_{p.name}(in, out);\n')
    parts.append("  return fclose(out) != 0;\n}\n")
    return "".join(parts)


def call(command, folder, timeout):
    """Returns (exit code, stdout, stderr); a timeout is exit code 124."""
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=timeout)
        return result.returncode, result.stdout, result.stderr
    except subprocess.TimeoutExpired:
        return 124, "", f"no end after {timeout} s"


def same_element(expected, actual):
    if expected == actual:
        return True
    return all((word & 0x7F800000) == 0x7F800000 and word & 0x007FFFFF for word in (expected, actual))


def first_difference(value, expected, actual):
    """None, or a sentence about the first element that differs."""
    format = f"<{count(value.shape)}I"
    for i, (e, a) in enumerate(zip(struct.unpack(format, expected), struct.unpack(format, actual))):
        if e != a and not (value.element == "f32" and same_element(e, a)):
            show = "<f" if value.element == "f32" else "<i"
            (e,), (a,) = (struct.unpack(show, struct.pack("<I", word)) for word in (e, a))
            position = []
            for size in reversed(value.shape):
                position.insert(0, i % size)
                i //= size
            return f"{value.type} at {position}: expected {e!r}, got {a!r}"
    return None


class Batch:
    """One batch of programs. `failures` is a list of (seed, target, text)."""

    def __init__(self, options, folder, seeds):
        self.options, self.folder = options, folder
        self.programs = {seed: Program(seed, f"program_{seed}") for seed in seeds}
        self.failures = []
        for program in self.programs.values():
            (folder / f"{program.name}.mlir").write_text(program.text)

    def fail(self, seed, target, text):
        self.failures.append((seed, target, text.strip()))

    def compile(self, target):
        """Objects of all programs; returns the seeds of those that compiled."""
        bnnc_options = TARGETS[target][0]
        good = []
        (self.folder / target).mkdir()
        for seed, program in self.programs.items():
            code, _, error = call([self.options.bnnc, "compile", f"{program.name}.mlir", "-o",
                                   f"{target}/{program.name}.o", f"--name={program.name}", *bnnc_options],
                                  self.folder, 300)
            if code:
                # Of a crash, the innermost frame in code of the project.
                lines = ([line for line in error.splitlines() if "error:" in line]
                         or [line.strip() for line in error.splitlines() if "(anonymous" in line or "bnn::" in line]
                         or error.splitlines() or ["no message"])
                self.fail(seed, target, f"bnnc ended with {code}: {lines[0]}")
            else:
                good.append(seed)
        return good

    def run(self, target, seeds):
        """Runs the programs of `seeds`; returns seed -> list of outputs as bytes."""
        _, compiler, link_options, emulator = TARGETS[target]
        programs = [self.programs[seed] for seed in seeds]
        base = self.folder / target
        (base / "main.c").write_text(driver_source(programs))
        (base / "inputs").write_bytes(b"".join(data for p in programs for data in p.inputs))
        code, _, error = call([compiler, "-std=c11", "-O1", "-w", "main.c", *(f"{p.name}.o" for p in programs),
                               "-o", "main", *link_options, "-lm"], base, 300)
        if code:
            for seed in seeds:
                self.fail(seed, target, "cannot be linked: " + error[-300:])
            return {}
        code, text, error = call([*emulator, "./main", "inputs", "outputs"], base, 600)
        for line in text.splitlines():
            name, what = line.split(" ", 1)
            self.fail(int(name.split("_")[1]), target, what)
        if code:
            # Leave out the program that crashed and go on with the others.
            started = [line for line in error.splitlines() if line.startswith("program_")]
            if not started:
                self.fail(seeds[0], target, f"the batch ended with {code}: {error[-300:]}")
                return {}
            culprit = int(started[-1].split("_")[1])
            self.fail(culprit, target, f"crashed with {code}")
            rest = [seed for seed in seeds if seed != culprit]
            self.failures = [f for f in self.failures if f[0] == culprit or f[1] != target or "bnnc" in f[2]]
            return self.run(target, rest) if rest else {}
        data = (base / "outputs").read_bytes()
        results = {}
        for seed, program in zip(seeds, programs):
            results[seed] = []
            for value in program.outputs:
                size = 4 * count(value.shape)
                results[seed].append(data[:size])
                data = data[size:]
        return results

    def check(self):
        results = {}
        for target in [REFERENCE] + self.options.targets:
            good = self.compile(target)
            results[target] = self.run(target, good) if good else {}
        for target in self.options.targets:
            for seed, outputs in results[target].items():
                expected = results[REFERENCE].get(seed, [])
                for i, (value, e, a) in enumerate(zip(self.programs[seed].outputs, expected, outputs)):
                    if difference := first_difference(value, e, a):
                        self.fail(seed, target, f"output {i}, {difference}")
                        break


def work(options, root, seeds):
    folder = root / f"batch_{seeds[0]}"
    folder.mkdir(parents=True)
    batch = Batch(options, folder, seeds)
    batch.check()
    if not options.keep:
        shutil.rmtree(folder)
    return len(seeds), batch.failures


def default_targets():
    """Targets that this machine can run."""
    targets = ["x86-64"]
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        flags = next((line.split() for line in info if line.startswith("flags")), [])
    if {"avx2", "fma", "bmi2", "movbe"} <= set(flags):
        targets.append("x86-64-v3")
    if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
        targets.append("aarch64")
    return targets


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bnnc", type=os.path.abspath, default="build/bin/bnnc", help="the compiler")
    parser.add_argument("--count", type=int, default=2000, help="number of programs (2000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first program (1); the others follow")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="batches at a time (all processors)")
    parser.add_argument("--targets", type=lambda text: text.split(","), default=default_targets(),
                        help=f"comma-separated, of {', '.join(t for t in TARGETS if t != REFERENCE)} (all that run here)")
    parser.add_argument("--keep", type=pathlib.Path, help="leave all files in this folder")
    options = parser.parse_args()
    for target in options.targets:
        if target not in TARGETS:
            parser.error(f"unknown target {target}")
    if options.keep and options.keep.exists():
        parser.error(f"{options.keep} exists")

    root = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="bnn-fuzz-"))
    end = options.seed + options.count
    batches = [list(range(start, min(start + BATCH, end))) for start in range(options.seed, end, BATCH)]
    done, failures = 0, []
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            futures = [pool.submit(work, options, root.absolute(), seeds) for seeds in batches]
            for future in concurrent.futures.as_completed(futures):
                number, found = future.result()
                done += number
                for seed, target, text in found:
                    print(f"seed {seed}, {target}: {text}")
                failures += found
                if sys.stderr.isatty():
                    print(f"\r{done} of {options.count} programs", end="", file=sys.stderr)
    finally:
        if not options.keep:
            shutil.rmtree(root, ignore_errors=True)
    bad = len({seed for seed, _, _ in failures})
    print(f"fuzz: {done} programs, {bad} with failures; targets {', '.join(options.targets)}; "
          f"seeds {options.seed} to {end - 1}")
    sys.exit(bad > 0)


main()
