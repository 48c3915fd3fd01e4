"""Checks the JSON of bnnc bench on conv.mlir with two threads and as few runs as it makes."""

import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
times = report["time_us"]
assert report["name"] == "convnet" and report["threads"] == 2 and report["runs"] == 10, report
assert 0 < times["min"] <= times["median"] <= times["p90"] <= times["p99"] <= times["max"], times
assert times["min"] <= times["mean"] <= times["max"], times
layers = report["layers"]
assert abs(sum(layer["share"] for layer in layers) - 1) < 1e-6, layers
contractions = [layer for layer in layers if layer["contraction"]]
assert [layer["macs"] for layer in contractions] == [27648, 147456, 25920], contractions
assert abs(sum(layer["share"] for layer in contractions) - report["contraction_share"]) < 1e-6, report
assert all(layer["strategy"] and layer["mac_per_cycle"] >= 0 for layer in contractions), contractions
assert 1e8 < report["clock_hz"] < 1e10, report
