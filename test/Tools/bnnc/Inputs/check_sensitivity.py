"""Checks a table of the network of mixed.py: fewer bits hurt more, and noise and SQNR are the same thing."""

import json
import math
import sys

table = json.load(open(sys.argv[1]))
for layer in table["layers"]:
    noise = layer["sensitivity"]
    assert noise["2"] > noise["4"] > noise["8"] > 0, noise
    for bits, value in noise.items():
        assert math.isclose(-10 * math.log10(value), layer["sqnr"][bits], abs_tol=1e-6)
    assert layer["loss_increase"]["2"] > layer["loss_increase"]["8"]
