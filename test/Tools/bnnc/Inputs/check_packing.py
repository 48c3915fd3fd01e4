"""Compiles the network of mixed.py with the bits given, for speed and for size, and compares outputs and objects."""

import json
import pathlib
import subprocess
import sys

compiler, model, x, *widths = sys.argv[1:]
for bits in widths:
    pathlib.Path("bits.json").write_text(json.dumps({"assignment": {"conv1": int(bits), "fc": int(bits)}}))
    outputs, sizes = [], []
    for options in ([], ["--optimize=size"]):
        command = ["bnnc", "compile", model, "--bits=bits.json", "--data=calib.npz", "--name=net", "-o", "net.o"]
        subprocess.run(command + options, check=True)
        subprocess.run([compiler, "-I.", str(pathlib.Path(__file__).parent / "run_net.c"), "net.o", "-o", "net", "-lm"],
                       check=True)
        sizes.append(pathlib.Path("net.o").stat().st_size)
        outputs.append(subprocess.run(["./net", x], check=True, capture_output=True).stdout)
    assert outputs[0] == outputs[1] and outputs[0], (bits, outputs)
    # Six bits of a byte and more are hardly worth the code that puts them together, in a network as small as this.
    assert int(bits) > 5 or sizes[1] < sizes[0], (bits, sizes)
