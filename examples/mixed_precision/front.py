#!/usr/bin/env python3
"""Compiles the networks on the Pareto front, and the uniform ones beside it, and measures all of them.

    python front.py --build ../../build --work FOLDER        FOLDER: what data.py wrote

For each budget, bits come from `bnnc allocate` and the sensitivity table beside this file; `bnnc compile` makes an
object, and ../fashion_mnist/main.c around it classifies the test images. Written are results.json and, with
matplotlib, the pictures in docs/images.

Times are medians of interleaved runs. Sizes are those of the object's sections that are loaded (code and constants),
and of the packed weights alone.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
NETWORK = HERE / "float_cnn.onnx"
TABLE = HERE / "sensitivity.json"


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def loaded_bytes(path):
    """Sum of the sections that a program loads, from `size -A` of binutils."""
    total = 0
    for line in run("size", "-A", path).splitlines():
        match = re.match(r"(\.text|\.rodata|\.data|\.bss)\S*\s+(\d+)", line)
        total += int(match[2]) if match else 0
    return total


class Point:
    """One network: its bits, its object, and what was measured."""

    def __init__(self, name, bits, kind):
        self.name, self.bits, self.kind = name, bits, kind
        self.times = []

    def build(self, arguments, layers):
        folder = arguments.work / self.name
        folder.mkdir(exist_ok=True)
        command = [arguments.build / "bin/bnnc", "compile", NETWORK, "-o", folder / "fashion_mnist.o",
                   "--name=fashion_mnist"]
        if self.bits:
            assignment = {"assignment": dict(zip(layers, self.bits))}
            (folder / "bits.json").write_text(json.dumps(assignment))
            command += [f"--bits={folder / 'bits.json'}", f"--data={arguments.work / 'calib.npz'}"]
            command += ["--optimize=size"]
        run(*command)
        run(arguments.cc, "-std=c99", "-O2", "-I", folder, HERE / "../fashion_mnist/main.c", folder / "fashion_mnist.o",
            "-o", folder / "classify", "-lm")
        self.object_bytes = loaded_bytes(folder / "fashion_mnist.o")

    def classify(self, arguments, count):
        output = run(arguments.work / self.name / "classify", arguments.work / "images", arguments.work / "labels",
                     "--count", count)
        self.accuracy = float(re.search(r"accuracy ([0-9.]+)", output)[1])
        self.times.append(float(re.search(r"([0-9.]+) ms per image", output)[1]))

    def record(self, parameters):
        bits = self.bits or [32] * len(parameters)
        return {"name": self.name, "kind": self.kind, "bits": "".join(map(str, self.bits)),
                "weight_bytes": sum(-(-n * b // 8) for n, b in zip(parameters, bits)),
                "object_bytes": self.object_bytes, "accuracy": self.accuracy, "time_ms": statistics.median(self.times)}


def plot(records, key, label, path):
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "bnn"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for kind, style in (("uniform", "s--"), ("allocated", "o-")):
        points = sorted((r[key], 100 * r["accuracy"], r["bits"]) for r in records if r["kind"] == kind)
        axes.plot([p[0] for p in points], [p[1] for p in points], style, label=kind, markersize=4)
        for x, y, bits in points:
            axes.annotate(bits if kind == "allocated" else f"{bits[0]} bits", (x, y), fontsize=6,
                          xytext=(3, -8 if kind == "uniform" else 4), textcoords="offset points")
    reference = next(r for r in records if r["kind"] == "float")
    axes.axhline(100 * reference["accuracy"], color="grey", linewidth=0.8, label="float")
    axes.set_xlabel(label)
    axes.set_ylabel("accuracy on the test images, %")
    top = 100 * reference["accuracy"]
    axes.set_ylim(max(axes.get_ylim()[0], top - 12), top + 1)
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description="Measure the Pareto front of the mixed-precision example.")
    parser.add_argument("--build", type=pathlib.Path, default=HERE / "../../build")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder that data.py wrote")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--count", type=int, default=10000, help="test images")
    parser.add_argument("--uniform", default="3,4,8", help="bits of the uniform networks")
    parser.add_argument("--budgets", default="2.5,3,3.5,4", help="mean bits whose sizes are the budgets")
    parser.add_argument("--rounds", type=int, default=5, help="timed runs of each network")
    parser.add_argument("--output", type=pathlib.Path, default=HERE, help="folder of results.json")
    parser.add_argument("--pictures", type=pathlib.Path, default=HERE / "../../docs/images")
    parser.add_argument("--plot-only", action="store_true", help="draw results.json again")
    arguments = parser.parse_args()

    if not arguments.plot_only:
        table = json.loads(TABLE.read_text())
        layers = [layer["name"] for layer in table["layers"]]
        parameters = [layer["parameters"] for layer in table["layers"]]
        points = [Point("float", [], "float")]
        points += [Point(f"uniform{bits}", [int(bits)] * len(layers), "uniform") for bits in arguments.uniform.split(",")]
        for bits in map(float, arguments.budgets.split(",")):
            size = sum(-(-n * bits // 8) for n in parameters)
            output = run(arguments.build / "bin/bnnc", "allocate", TABLE, f"--budget=size:{size:.0f}B")
            bits = [int(digit) for digit in re.search(r"^bits: (\d+)$", output, re.M)[1]]
            points.append(Point(f"allocated{size:.0f}", bits, "allocated"))
        for point in points:
            point.build(arguments, layers)
            point.classify(arguments, arguments.count)
            point.times.clear()
            print(f"{point.name:16} {point.accuracy:.4f} {point.object_bytes:8} bytes", flush=True)
        for _ in range(arguments.rounds):
            for point in points:
                accuracy = point.accuracy
                point.classify(arguments, 1000)
                point.accuracy = accuracy
        records = [point.record(parameters) for point in points]
        (arguments.output / "results.json").write_text(json.dumps(records, indent=1) + "\n")
    records = json.loads((arguments.output / "results.json").read_text())
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    plot(records, "weight_bytes", "bytes of weights", arguments.pictures / "mixed_precision_size.svg")
    plot(records, "time_ms", "ms per image, one thread", arguments.pictures / "mixed_precision_latency.svg")


if __name__ == "__main__":
    main()
