"""Compiles the network of mixed.py with the bits given, with weights packed and not, and compares the outputs."""

import json
import pathlib
import subprocess
import sys

compiler, model, x, *widths = sys.argv[1:]
for bits in widths:
    pathlib.Path("bits.json").write_text(json.dumps({"assignment": {"conv1": int(bits), "fc": int(bits)}}))
    outputs = []
    for options in ([], ["--pack-weights"]):
        command = ["bnnc", "compile", model, "--bits=bits.json", "--data=calib.npz", "--name=net", "-o", "net.o"]
        subprocess.run(command + options, check=True)
        subprocess.run([compiler, "-I.", str(pathlib.Path(__file__).parent / "run_net.c"), "net.o", "-o", "net", "-lm"],
                       check=True)
        outputs.append(subprocess.run(["./net", x], check=True, capture_output=True).stdout)
    assert outputs[0] == outputs[1] and outputs[0], (bits, outputs)
