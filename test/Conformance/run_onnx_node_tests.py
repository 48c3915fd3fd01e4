"""Runs the node cases of onnx.backend.test through importer and reference path, and keeps a table of the results.

  run_onnx_node_tests.py --bnnc build/bin/bnnc --table onnx_node_cases.md           compare with the table
  run_onnx_node_tests.py --bnnc build/bin/bnnc --table onnx_node_cases.md --update  write it

Every case is in the table whose operators the importer knows; expanded forms of functions are left out. A case is
first run as it is. Where the importer wants a parameter as a constant (axes, shapes, scales), the case is run again
with that input as an initializer of the case's value; the table says so. Exit code 0 if the table is right.
"""

import argparse
import glob
import os
import platform
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
from onnx import numpy_helper

HEADER = """# ONNX node cases

The node cases of the `onnx` package's backend suite for operators that the importer knows, run through importer
and reference path (`test/Conformance/run_onnx_node_tests.py`, which also keeps this table true). "constant: a, b"
says that these inputs were made initializers, because the compiler needs them at compile time. Version of `onnx`:
{version}.

{passed} of {total} cases pass; {others} more cases are of operators that the importer does not know.

| case | result |
|---|---|
"""


# Element types that the importer takes in constants only, and NumPy only through ml_dtypes.
PACKED = {
    getattr(onnx.TensorProto, name) for name in ("INT4", "UINT4", "INT2", "UINT2") if hasattr(onnx.TensorProto, name)}
UNKNOWN_OPERATOR = re.compile(r"\((\w+)\): not supported( \(domain '[^']*'\))?")


class Case:
    def __init__(self, name, test, model, inputs, outputs):
        self.name = name
        self.model = model
        self.rtol, self.atol = max(test.rtol, 1e-5), max(test.atol, 1e-6)
        self.inputs = {info.name: to_array(value) for info, value in zip(model.graph.input, inputs)}
        self.outputs = {info.name: to_array(value) for info, value in zip(model.graph.output, outputs)}
        self.constants = [value.name for value in model.graph.input if value.type.tensor_type.elem_type in PACKED]
        self.result = None

    def write(self, folder):
        """Model and inputs as files; the line for bnnc run --list."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        for name in self.constants:
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(self.inputs[name]), name))
        base = os.path.join(folder, re.sub(r"\W", "_", self.name))
        onnx.save(model, base + ".onnx")
        arrays = {name: np.asarray(value) for name, value in self.inputs.items() if name not in self.constants}
        np.savez(base + ".in.npz", **{name: value for name, value in arrays.items()})
        self.output_path = base + ".out.npz"
        if os.path.exists(self.output_path):
            os.remove(self.output_path)
        return f"{base}.onnx\t{base + '.in.npz' if arrays else ''}\t{self.output_path}"

    def compare(self):
        """The differences from the expected outputs, or an empty text."""
        with np.load(self.output_path) as actual:
            for name, expected in self.outputs.items():
                expected = np.asarray(expected)
                if name not in actual:
                    return f"output {name} is missing"
                value = actual[name]
                if value.shape != expected.shape:
                    return f"output {name} has shape {value.shape}, not {expected.shape}"
                if is_packed(expected):  # Comes out in bytes.
                    expected = expected.astype(np.int8 if expected.dtype.name.startswith("int") else np.uint8)
                if value.dtype != expected.dtype:
                    return f"output {name} is {value.dtype}, not {expected.dtype}"
                close = np.isclose(
                    value.astype(np.float64), expected.astype(np.float64), self.rtol, self.atol, equal_nan=True)
                if not close.all():
                    return f"WRONG: output {name} differs in {np.count_nonzero(~close)} of {close.size} elements"
        return ""


def to_array(value):
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


def read_values(folder, kind, infos):
    """Values of a data set; None for those that are no tensors."""
    values = []
    for index, info in enumerate(infos):
        if not info.type.HasField("tensor_type"):
            values.append(None)
            continue
        tensor = onnx.TensorProto()
        with open(os.path.join(folder, f"{kind}_{index}.pb"), "rb") as file:
            tensor.ParseFromString(file.read())
        values.append(tensor)
    return values


def collect():
    """All cases: some versions of onnx carry them as files, others make them when asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from onnx.backend.test.loader import load_model_tests

        tests = load_model_tests(kind="node")
    cases = []
    for test in sorted(tests, key=lambda test: test.name):
        if "_expanded" in test.name:
            continue
        if test.model is not None:
            sets = [(test.model, inputs, outputs) for inputs, outputs in test.data_sets]
        else:
            model = onnx.load(os.path.join(test.model_dir, "model.onnx"))
            sets = [
                (model, read_values(folder, "input", model.graph.input), read_values(folder, "output", model.graph.output))
                for folder in sorted(glob.glob(os.path.join(test.model_dir, "test_data_set_*")))]
        for index, (model, inputs, outputs) in enumerate(sets):
            cases.append(Case(test.name + (f"#{index}" if index else ""), test, model, inputs, outputs))
    return cases


def is_packed(value):
    return np.asarray(value).dtype.name in ("int4", "uint4", "int2", "uint2")


def plain_arrays(values):
    """True if all values are arrays that npz files hold, or constants of 2 and 4 bits."""
    return all(
        isinstance(value, (np.ndarray, np.generic, int, float)) and
        (is_packed(value) or (np.asarray(value).dtype.kind in "fiub" and np.asarray(value).dtype.isbuiltin == 1))
        for value in values)


def run(cases, bnnc, folder):
    """One process for all cases; goes on after one that ends it."""
    # What code for float16 needs differs from CPU to CPU; the table is of one that most machines have.
    cpu = ["--cpu=x86-64-v3"] if platform.machine() == "x86_64" else []
    waiting = list(cases)
    while waiting:
        listing = os.path.join(folder, "list.txt")
        with open(listing, "w") as file:
            file.write("".join(case.write(folder) + "\n" for case in waiting))
        process = subprocess.run(
            [bnnc, "run", "--reference", f"--list={listing}"] + cpu,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        lines = process.stdout.splitlines()
        for case, line in zip(waiting, lines):
            case.result = line.split("\t", 1)[1]
        if len(lines) < len(waiting):
            waiting[len(lines)].result = f"CRASH: {process.returncode}"
            lines.append("")
        waiting = waiting[len(lines):]


NEEDS_CONSTANT = re.compile(r"'([^']*)' must be a constant|input '([^']*)' has the open shape \[0\]")



def shorten(result):
    """The reason without file names."""
    result = re.sub(r"^error: ", "", result)
    result = re.sub(r'^(\S+\.onnx|"[^"]*"|[^:]*): (?=node|input|output|\d+ node)', "", result)
    result = re.sub(r"^(node )?\S*\.onnx: ", "", result)
    result = re.sub(r"'?\S*/(\w+)\.onnx'?", r"\1", result)
    result = re.sub(r"node (of )?'[^']*' \((\w+)\): ", r"\2: ", result)
    return result.strip().replace("|", "\\|")


def evaluate(bnnc):
    cases = collect()
    runnable = []
    for case in cases:
        if plain_arrays(case.inputs.values()) and plain_arrays(case.outputs.values()):
            runnable.append(case)
        else:
            case.result = "error: values that NumPy has no type for, or that are no tensors"
    with tempfile.TemporaryDirectory() as folder:
        waiting = runnable
        for _ in range(6):  # A node has at most a few parameters.
            run(waiting, bnnc, folder)
            again = []
            for case in waiting:
                needed = NEEDS_CONSTANT.search(case.result)
                name = needed and (needed.group(1) or needed.group(2))
                if name in case.inputs and name not in case.constants:
                    case.constants.append(name)
                    again.append(case)
            waiting = again
            if not waiting:
                break
        rows, others = [], 0
        known = set()
        for case in runnable:
            if not UNKNOWN_OPERATOR.search(case.result):
                known.update(node.op_type for node in case.model.graph.node)
        for case in cases:
            operators = {node.op_type for node in case.model.graph.node}
            if not operators <= known:
                others += 1
                continue
            if case.result == "ok":
                difference = case.compare()
                constants = f" (constant: {', '.join(case.constants)})" if case.constants else ""
                rows.append((case.name, f"{difference}{constants}" if difference else f"pass{constants}"))
            else:
                rows.append((case.name, shorten(case.result)))
    return rows, others


def format_table(rows, others):
    passed = sum(result.startswith("pass") for _, result in rows)
    text = HEADER.format(version=onnx.__version__, passed=passed, total=len(rows), others=others)
    return text + "".join(f"| {name} | {result} |\n" for name, result in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bnnc", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    rows, others = evaluate(arguments.bnnc)
    text = format_table(rows, others)
    bad = [f"{name}: {result}" for name, result in rows if result.startswith(("WRONG", "CRASH"))]
    for line in bad:
        print(line)
    if arguments.update:
        with open(arguments.table, "w") as file:
            file.write(text)
        print(text.split("\n\n")[2])
        return 1 if bad else 0
    with open(arguments.table) as file:
        expected = file.read()
    if text != expected:
        before, after = set(expected.splitlines()), set(text.splitlines())
        for line in sorted(before - after):
            print("-", line)
        for line in sorted(after - before):
            print("+", line)
        print("the table is not true any more; run again with --update and look at the difference")
        return 1
    print(text.split("\n\n")[2])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
