"""Static estimates for AArch64: instructions and llvm-mca's cycles of the generated inner loops."""

import json
import os
import subprocess
import sys

from harness.native import HERE
from harness.results import FIELDS, validate_row


def run(context):
    script = os.path.join(HERE, "aarch64", "static_estimates.py")
    if not os.path.exists(script):
        context.fail("aarch64: benchmarks/aarch64 is missing")
        return []
    context.progress.update("aarch64: compiling, counting and estimating")
    done = subprocess.run(
        [sys.executable, script, f"--bnnc={context.tools.bnnc}"], capture_output=True, text=True
    )
    if done.returncode:
        context.fail("aarch64: " + (done.stderr.strip().splitlines() or ["no message"])[-1])
        return []
    rows, extra = [], []
    for entry in json.loads(done.stdout):
        if not context.wants(entry["case"], entry["bits"]):
            continue
        # The rows have no column for the CPU.
        row = {name: entry[name] for name in FIELDS}
        row["strategy"] += f", static estimate for {entry['cpu']}"
        validate_row(row)
        rows.append(row)
        context.show(row)
        others = {key: value for key, value in entry.items() if key not in FIELDS and key != "method"}
        extra.append([entry["case"], *(str(value) for value in others.values())])
        header = ["case", *(key.replace("_", " ") for key in others)]
    if extra:
        context.add_table("aarch64: static estimates", header, extra)
    return rows
