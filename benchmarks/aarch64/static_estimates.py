#!/usr/bin/env python3
"""Static estimates of the one-bit kernels that bnnc makes for AArch64; no AArch64 machine is needed.

For every case and CPU: the innermost loop of the generated assembly with its instructions for 128 products of one bit
by one bit, the cycles that llvm-mca's model of the CPU takes for it (no caches, no mispredictions), and the
instructions of the whole kernel, counted under qemu.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import count_instructions  # noqa: E402
import inner_loops  # noqa: E402
import problems  # noqa: E402

CPUS = ["cortex-a53", "cortex-a55", "cortex-a72", "neoverse-n1"]


def find(*names):
    """The first of the programs that is installed."""
    for name in names:
        if path := shutil.which(name):
            return path
    sys.exit("static_estimates.py: none of these programs is installed: " + ", ".join(names))


def compile_module(bnnc, text, cpu, output):
    command = [bnnc, "compile", "-", "--target=aarch64", "--cpu=" + cpu, "-o", str(output)]
    if output.suffix == ".s":
        command.append("--emit=asm")
    subprocess.run(command, input=text, text=True, check=True)


def count_kernel(arguments, problem, text, cpu, folder):
    """Instructions of the kernel for 128 products."""
    compile_module(arguments.bnnc, text, cpu, folder / "net.o")
    input_bytes = 1
    for extent in problem.input_shape():
        input_bytes *= extent
    rows, columns = (1, problem.width) if problem.is_gemm else problem.output_shape
    qemu = [arguments.qemu or find("qemu-aarch64", "qemu-aarch64-static")]
    cc, nm = [arguments.cc or find("aarch64-linux-gnu-gcc")], [find("llvm-nm-22", "llvm-nm", "nm")]
    executed = count_instructions.count(folder, cc, nm, qemu, input_bytes, rows * columns * problem.outputs * 4)
    return executed * 128 / problem.macs


def estimate(arguments, case, output, cpu, folder):
    problem = problems.parse_case(case)
    text = problem.module(output)
    assembly = folder / "net.s"
    compile_module(arguments.bnnc, text, cpu, assembly)
    loops = inner_loops.counting_loops(assembly.read_text())
    if not loops:
        sys.exit("static_estimates.py: the code for %s has no loop that counts bits" % case)
    loop = loops[0]
    cycles = loop.cycles_per_unit(arguments.mca or find("llvm-mca-22", "llvm-mca"), cpu)
    entry = {
        "suite": "aarch64",
        "case": case,
        "bits": "1x1",
        "output": output,
        "strategy": "popcount",
        "threads": 1,
        "cpu": cpu,
        "method": "static estimate: llvm-mca and instruction counts",
        "mac_per_cycle": round(128 / cycles, 1),
        "time_us": None,
        "vs": {},
        "loop_cycles_per_128": round(cycles, 3),
        "loop_vector_per_128": round(loop.vector_per_unit, 3),
        "loop_instructions_per_128": round(loop.instructions_per_unit, 3),
        "loop_spills": loop.spills,
    }
    if not arguments.no_emulation:
        entry["kernel_instructions_per_128"] = round(count_kernel(arguments, problem, text, cpu, folder), 3)
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bnnc", default="bnnc", help="the compiler (default: bnnc on the PATH)")
    parser.add_argument("--cases", nargs="+", default=problems.CASES, metavar="CASE",
                        help="such as 784x1152x128 (rows, depth, outputs) or 28x28x128-128-3x3-s1")
    parser.add_argument("--cpus", nargs="+", default=CPUS, metavar="CPU", help="names of LLVM's CPU models")
    parser.add_argument("--output", choices=["i32", "bits"], default="i32", help="what the kernels write")
    parser.add_argument("--json", metavar="FILE", default="-",
                        help="write the list of results there (default: to the standard output, the table to stderr)")
    parser.add_argument("--no-emulation", action="store_true", help="do not count whole kernels under qemu")
    parser.add_argument("--mca", help="llvm-mca (default: found on the PATH)")
    parser.add_argument("--qemu", help="qemu-aarch64 (default: found on the PATH)")
    parser.add_argument("--cc", help="C compiler for AArch64 Linux (default: aarch64-linux-gnu-gcc)")
    arguments = parser.parse_args()

    results = []
    table = sys.stderr if arguments.json == "-" else sys.stdout
    print("static estimates, no measurement; for 128 products of one bit by one bit", file=table)
    print("%-24s %-12s %9s %8s %8s %7s %7s" % ("case", "cpu", "MAC/cycle", "loop", "vector", "spills", "kernel"), file=table)
    with tempfile.TemporaryDirectory() as folder:
        for case in arguments.cases:
            for cpu in arguments.cpus:
                entry = estimate(arguments, case, arguments.output, cpu, pathlib.Path(folder))
                results.append(entry)
                row = [entry[key] for key in ("case", "cpu", "mac_per_cycle", "loop_instructions_per_128",
                                              "loop_vector_per_128", "loop_spills")]
                row.append(entry.get("kernel_instructions_per_128", "-"))
                print("%-24s %-12s %9.1f %8.3f %8.3f %7d %7s" % tuple(row), file=table, flush=True)
    if arguments.json == "-":
        json.dump(results, sys.stdout, indent=1)
        print()
    else:
        pathlib.Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
