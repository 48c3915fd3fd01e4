"""Compares two reports of bnnc inspect on one model: for speed, and for size, where binary weights take a bit each
but for the filling of the last word."""

import json
import sys

speed, size = [json.load(open(name)) for name in sys.argv[1:3]]
assert [layer["strategy"] for layer in speed["layers"]] == [layer["strategy"] for layer in size["layers"]]
for layer in size["layers"]:
    assert layer["weight_bits"] == 1, layer
    assert layer["weight_bytes_packed"] <= layer["weight_bytes_stored"] < layer["weight_bytes_packed"] + 4, layer
saved = sum(layer["weight_bytes_stored"] for layer in speed["layers"]) - sum(
    layer["weight_bytes_stored"] for layer in size["layers"]
)
assert saved > 0 and speed["constant_bytes"] - size["constant_bytes"] >= saved - 256, (saved, speed, size)
