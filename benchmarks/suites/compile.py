"""Time and peak memory of bnnc as a network grows by equal layers, and the size of the object."""

import os
import subprocess
import sys
import time

from harness.native import HERE
from harness.results import make_row

LAYERS = [10, 20, 40, 80]


def run(context):
    generator = os.path.join(HERE, "networks", "generate.py")
    if not os.path.exists(generator):
        context.fail("compile: benchmarks/networks is missing")
        return []
    rows, table = [], []
    cases = [(f"stack-{count}", ["stack", f"--layers={count}"]) for count in LAYERS] + [
        ("bi-real-net-18", ["bi-real-net-18"])
    ]
    for case, arguments in cases:
        if not context.wants(case, "1x1"):
            continue
        context.progress.update(f"compile {case}")
        model = os.path.join(context.folder, case + ".onnx")
        made = subprocess.run([sys.executable, generator, *arguments, "-o", model], capture_output=True, text=True)
        if made.returncode:
            context.fail(f"compile {case}: the network cannot be made: {last_line(made.stderr)}")
            continue
        target = os.path.join(context.folder, case + ".o")
        options = [f"--cpu={context.cpus[0]}"] if context.cpus[0] else []
        command = [context.tools.bnnc, "compile", model, "-o", target, *options]
        runs = [run_once(command) for _ in range(1 if context.options.quick else 3)]
        failed = next((error for _, _, error in runs if error is not None), None)
        if failed is not None:
            context.fail(f"compile {case}: {last_line(failed)}")
            continue
        seconds, peak = min(r[0] for r in runs), max(r[1] for r in runs)
        rows.append(make_row("compile", case, "1x1", "", "", seconds * 1e6))
        table.append([case, f"{seconds:.2f}", f"{peak / 1024:.0f}", f"{os.path.getsize(target) / 1024:.0f}"])
        context.show(rows[-1])
        os.unlink(model)
    context.add_table("compile: time, memory and size", ["network", "seconds", "peak MB", "object KB"], table)
    return rows


def run_once(command):
    """Seconds, peak kilobytes, and what the command said if it failed."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_maxrss, error if process.returncode else None


def last_line(text):
    return (text.strip().splitlines() or ["no message"])[-1]
