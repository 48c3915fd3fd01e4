# REQUIRES: venv
# RUN: %python %s bnn-translate
"""Mutated models: whatever the bytes, the importer answers with IR or with a message and exit code 1.

  mutated-models.py BNN-TRANSLATE [--seed N] [--count N]

Prints the seed; a failure keeps its model beside the message.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def constant(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def make_models():
    """Small models that together use most operators."""
    rng = np.random.default_rng(0)
    quant = dict(domain="qonnx.custom_op.general")
    cnn = [
        helper.make_node("BipolarQuant", ["w", "s"], ["wq"], **quant),
        helper.make_node("Conv", ["x", "wq", "b"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("BatchNormalization", ["a", "g", "g", "g", "v"], ["bn"], name="norm"),
        helper.make_node("Quant", ["bn", "s", "z", "bits"], ["q"], signed=1, narrow=0, rounding_mode="ROUND", **quant),
        helper.make_node("MaxPool", ["q"], ["p"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        helper.make_node("ConvTranspose", ["p", "wt"], ["t"], strides=[2, 2], output_padding=[1, 1], group=2),
        helper.make_node("Resize", ["t", "", "scales"], ["r"], mode="nearest"),
        helper.make_node("Concat", ["r", "r"], ["c"], axis=1),
        helper.make_node("Reshape", ["c", "shape"], ["f"]),
        helper.make_node("Softmax", ["f"], ["y"], axis=-1),
    ]
    cnn_constants = [
        constant("w", rng.normal(size=(4, 2, 3, 3))), constant("s", 0.5), constant("b", np.ones(4)),
        constant("g", np.ones(4)), constant("v", np.ones(4)), constant("z", 0), constant("bits", 4),
        constant("wt", rng.normal(size=(4, 2, 2, 2))), constant("scales", [1, 1, 2, 2]),
        constant("shape", [1, -1], np.int64),
    ]
    mlp = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("Clip", ["q", "low", "high"], ["c"]),
        helper.make_node("DequantizeLinear", ["c", "s", "z"], ["d"]),
        helper.make_node("DequantizeLinear", ["w", "ws"], ["wd"], axis=0),
        helper.make_node("Gemm", ["d", "wd", "b"], ["g"], transB=1),
        helper.make_node("Slice", ["g", "from", "to", "axes"], ["k"]),
        helper.make_node("Pad", ["k", "pads"], ["o"], mode="reflect"),
        helper.make_node("Where", ["condition", "o", "one"], ["e"]),
        helper.make_node("ReduceMean", ["e", "axes"], ["m"], keepdims=0),
        helper.make_node("Gather", ["e", "index"], ["h"], axis=1),
        helper.make_node("Expand", ["m", "shape"], ["y"]),
        helper.make_node("Split", ["h"], ["u", "y2"], axis=1, num_outputs=2),
    ]
    mlp_constants = [
        constant("s", 0.25), constant("z", 0, np.int8), constant("low", -7, np.int8), constant("high", 7, np.int8),
        constant("w", rng.integers(-8, 7, (5, 6)), np.int8), constant("ws", np.full(5, 0.5)), constant("b", np.ones(5)),
        constant("from", [1], np.int64), constant("to", [9], np.int64), constant("axes", [1], np.int64),
        constant("pads", [0, 1, 0, 1], np.int64), constant("condition", [True, False] * 3, np.bool_),
        constant("one", 1), constant("index", [0, 2, 1, 4], np.int64), constant("shape", [3, 2], np.int64),
    ]

    def model(nodes, constants, shape, outputs):
        graph = helper.make_graph(
            nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs], constants)
        return helper.make_model(graph, ir_version=9, opset_imports=[
            helper.make_opsetid("", 20), helper.make_opsetid("qonnx.custom_op.general", 2)])

    return [model(cnn, cnn_constants, [1, 2, 9, 9], ["y"]), model(mlp, mlp_constants, [2, 6], ["y", "y2"])]


NUMBERS = [0, 1, -1, 2, 3, 7, 64, 255, -2**31, 2**31, 2**32, 2**62, -2**63, 2**63 - 1]


def mutate_structure(rng, model):
    """Changes numbers, names, types and lists in the message itself, so that it stays readable."""
    graph = model.graph
    for _ in range(rng.randint(1, 3)):
        kind = rng.randrange(9)
        node = rng.choice(graph.node)
        tensor = rng.choice(graph.initializer)
        if kind == 0 and node.attribute:
            attribute = rng.choice(node.attribute)
            if attribute.type == onnx.AttributeProto.INTS:
                if rng.random() < 0.3:
                    attribute.ints.append(rng.choice(NUMBERS))
                elif attribute.ints:
                    attribute.ints[rng.randrange(len(attribute.ints))] = rng.choice(NUMBERS)
            elif attribute.type == onnx.AttributeProto.INT:
                attribute.i = rng.choice(NUMBERS)
            else:
                attribute.type = rng.randrange(1, 9)
        elif kind == 1:
            dims = list(tensor.dims) or [1]
            dims[rng.randrange(len(dims))] = rng.choice(NUMBERS)
            del tensor.dims[:]
            tensor.dims.extend(dims)
        elif kind == 2:
            tensor.data_type = rng.choice([0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 21, 22, 26, 99])
        elif kind == 3:  # Other numbers in a constant of the same size.
            try:
                values = numpy_helper.to_array(tensor).copy()
            except (ValueError, TypeError, KeyError):  # An earlier change has spoilt it.
                continue
            flat = values.reshape(-1)
            with np.errstate(all="ignore"):
                number = rng.choice(NUMBERS + [float("nan"), float("inf")]) if values.dtype.kind == "f" else rng.choice(
                    NUMBERS)
                if values.dtype.kind not in "fi":
                    continue
                if values.dtype.kind == "i":
                    number = np.array(number, np.int64).astype(values.dtype)
                if flat.size:
                    flat[rng.randrange(flat.size)] = number
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
        elif kind == 4 and node.input:
            names = [value for other in graph.node for value in list(other.input) + list(other.output)] + ["", "?"]
            node.input[rng.randrange(len(node.input))] = rng.choice(names)
        elif kind == 5 and node.input:
            del node.input[rng.randrange(len(node.input))]
        elif kind == 6:
            node.op_type = rng.choice(graph.node).op_type
        elif kind == 7:
            dim = rng.choice(graph.input[0].type.tensor_type.shape.dim)
            dim.dim_value = rng.choice(NUMBERS)
        elif kind == 8:
            del graph.node[rng.randrange(len(graph.node))]
        if not graph.node or not graph.initializer:
            break
    return model.SerializeToString()


def mutate_bytes(rng, data):
    data = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data))
        action = rng.randrange(4)
        if action == 0:
            data[at] = rng.randrange(256)
        elif action == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 2:
            del data[at:at + rng.randint(1, 16)]
        else:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        if not data:
            return b""
    return bytes(data[:rng.randrange(len(data))] if rng.random() < 0.1 else data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--count", type=int, default=400)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.count} models")
    rng = random.Random(arguments.seed)
    originals = make_models()
    accepted = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mutated.onnx")
        for number in range(-len(originals), arguments.count):
            if number < 0:
                data = originals[number].SerializeToString()
            elif rng.random() < 0.6:
                model = onnx.ModelProto()
                model.CopyFrom(rng.choice(originals))
                data = mutate_structure(rng, model)
            else:
                data = mutate_bytes(rng, rng.choice(originals).SerializeToString())
            with open(path, "wb") as file:
                file.write(data)
            result = subprocess.run(
                [arguments.tool, "--import-onnx", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
            message = result.stderr.decode(errors="replace")
            fine = result.returncode == 0 or (result.returncode == 1 and "error: " in message and number >= 0)
            # What the importer lets through must be right; a verifier's message means that it was not.
            fine = fine and "op " not in message.split("error: ")[-1][:30] and "bug of the importer" not in message
            accepted += result.returncode == 0
            if not fine:
                kept = os.path.abspath(f"mutated-{arguments.seed}-{number}.onnx")
                with open(kept, "wb") as file:
                    file.write(data)
                print(f"model {number} ended with {result.returncode}; it is kept as {kept}\n{message}")
                return 1
    print(f"{accepted} were still models, the others were refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
