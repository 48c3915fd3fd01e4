# REQUIRES: venv
# RUN: %python %s bnnc
"""Doubles to float16, against numpy, near every kind of tie: halfway points of 16-bit numbers moved by much less than
a single can tell, subnormals, overflow, NaN.

  expand-double-truncations-run.py BNNC
"""

import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper

COUNT = 4096


def values():
    random = np.random.default_rng(1)
    halves = random.integers(0, 0x7C00, COUNT - 8).astype(np.uint16)
    low = halves.view(np.float16).astype(np.float64)
    high = np.minimum(halves + 1, 0x7BFF).astype(np.uint16).view(np.float16).astype(np.float64)
    nudge = random.choice([-1.0, 0.0, 1.0], COUNT - 8) * 2.0 ** random.integers(-50, -26, COUNT - 8)
    middle = (low + high) / 2 * (1 + nudge) * random.choice([-1.0, 1.0], COUNT - 8)
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 65519.999999999, 65520.0, 5e-324]
    return np.concatenate([middle, special])


def main():
    bnnc = sys.argv[1]
    x = values()
    with np.errstate(over="ignore"):
        expected = x.astype(np.float16)
    graph = helper.make_graph(
        [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.FLOAT16)], "round",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, [COUNT])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT16, [COUNT])])
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        model, given, output = (os.path.join(folder, name) for name in ("round.onnx", "x.npy", "y.npy"))
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)]), model)
        np.save(given, x)
        for way in ([], ["--reference"], ["--cpu=x86-64-v3"]):
            if way == ["--cpu=x86-64-v3"] and os.uname().machine != "x86_64":
                continue
            subprocess.run([bnnc, "run", model, given, "-o", output] + way, check=True)
            actual = np.load(output)
            wrong = np.flatnonzero((actual != expected) & ~(np.isnan(actual) & np.isnan(expected)))
            print(way, wrong.size, "wrong")
            for i in wrong[:3]:
                print(f"  {x[i]!r} gives {actual[i]!r}, expected {expected[i]!r}")
            failed |= wrong.size > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
