# RUN: %python %s bnnc %t
"""Networks quantized by ONNX Runtime, and of 2 to 8 bits, run in integers: `bnnc run --integer-only` against ONNX's
reference evaluator and ONNX Runtime, within one step of the output's scale.

The networks are residual: convolutions with strides, pads and groups, a max pool, sums, a global average, a dense
layer. ONNX Runtime's own kernels saturate sums of two products on some CPUs, so its graph optimizer is off, which
leaves quantize and dequantize in floats.
"""

import os
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime import quantization

bnnc, folder = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
SHAPE = (1, 3, 12, 12)


def float_model(path, seed, relu6):
    """A residual network in floats."""
    random = np.random.default_rng(seed)
    nodes, constants = [], []

    def weight(name, *shape):
        fan_in = int(np.prod(shape[1:]))
        constants.append(numpy_helper.from_array(random.normal(0, fan_in**-0.5, shape).astype(np.float32), name))
        return name

    def bias(name, size):
        constants.append(numpy_helper.from_array(random.normal(0, 0.3, size).astype(np.float32), name))
        return name

    def conv(name, x, channels, outputs, kernel, stride=1, groups=1):
        w, b = weight(name + "_w", outputs, channels // groups, kernel, kernel), bias(name + "_b", outputs)
        p = kernel // 2
        nodes.append(helper.make_node("Conv", [x, w, b], [name], name=name, kernel_shape=[kernel] * 2,
                                      strides=[stride] * 2, pads=[p] * 4, group=groups))
        return name

    def act(name, x):
        if relu6:
            nodes.append(helper.make_node("Clip", [x, "zero", "six"], [name], name=name))
        else:
            nodes.append(helper.make_node("Relu", [x], [name], name=name))
        return name

    def add(name, a, b):
        nodes.append(helper.make_node("Add", [a, b], [name], name=name))
        return name

    for name, value in (("zero", 0.0), ("six", 1.5)):
        constants.append(numpy_helper.from_array(np.float32(value), name))
    x = act("stem_act", conv("stem", "x", 3, 16, 3))
    nodes.append(helper.make_node("MaxPool", [x], ["pool"], name="pool", kernel_shape=[2, 2], strides=[2, 2]))
    y = conv("b1_conv2", act("b1_act1", conv("b1_conv1", "pool", 16, 16, 3)), 16, 16, 3)
    x = act("b1_act2", add("b1_add", y, "pool"))
    y = conv("b2_conv2", act("b2_act1", conv("b2_conv1", x, 16, 24, 3, 2)), 24, 24, 3, groups=24)
    x = act("b2_act2", add("b2_add", y, conv("b2_down", x, 16, 24, 1, 2)))
    nodes.append(helper.make_node("GlobalAveragePool", [x], ["mean"], name="mean"))
    nodes.append(helper.make_node("Flatten", ["mean"], ["flat"], name="flat"))
    nodes.append(helper.make_node("Gemm", ["flat", weight("fc_w", 10, 24), bias("fc_b", 10)], ["y"], name="fc", transB=1))
    graph = helper.make_graph(nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, SHAPE)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 10))], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def images(seed, count):
    random = np.random.default_rng(seed)
    return [random.normal(0, 1, SHAPE).astype(np.float32) for _ in range(count)]


class Reader(quantization.CalibrationDataReader):
    def __init__(self):
        self.data = iter([{"x": image} for image in images(1, 8)])

    def get_next(self):
        return next(self.data, None)


def quantize(source, target, activation, weights, per_channel):
    quantization.quantize_static(source, target, Reader(), quant_format=quantization.QuantFormat.QDQ,
                                 per_channel=per_channel, activation_type=activation, weight_type=weights)


def narrow(source, target, bits):
    """The same network with codes of fewer bits, as Clip between QuantizeLinear and DequantizeLinear."""
    model = onnx.load(source)
    constants = {c.name: c for c in model.graph.initializer}
    low, high = 0, 2**bits - 1
    nodes, readers = [], {}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear":
            scale, zero = (numpy_helper.to_array(constants[name]) for name in node.input[1:])
            # The same range in fewer steps; zero points stay codes.
            zero = np.clip(np.round(zero.astype(np.float64) * high / 255), low, high).astype(np.uint8)
            for name, value in ((node.input[1], (scale * 255 / high).astype(np.float32)), (node.input[2], zero)):
                if name not in readers:
                    constants[name].CopyFrom(numpy_helper.from_array(value, name))
                    readers[name] = True
            output = node.output[0]
            node.output[0] = output + "_wide"
            nodes += [node, helper.make_node("Clip", [output + "_wide", "clip_low", "clip_high"], [output])]
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for name, value in (("clip_low", low), ("clip_high", high)):
        model.graph.initializer.append(numpy_helper.from_array(np.uint8(value), name))
    onnx.save(model, target)


def output_scale(path):
    model = onnx.load(path)
    constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    last = next(n for n in model.graph.node if model.graph.output[0].name in n.output)
    return float(constants[last.input[1]])


def check(name, path):
    scale = output_scale(path)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    evaluator = ReferenceEvaluator(path)
    worst, equal, total = 0.0, 0, 0
    for image in images(2, 2):
        np.savez(os.path.join(folder, "in.npz"), x=image)
        result = {}
        for label, extra in (("fast", []), ("reference", ["--reference"])):
            out = os.path.join(folder, "out.npz")
            subprocess.run([bnnc, "run", path, os.path.join(folder, "in.npz"), "-o", out, "--integer-only", *extra], check=True)
            result[label] = np.load(out)["y"]
        if not np.array_equal(result["fast"], result["reference"]):
            sys.exit(f"{name}: fast and reference path differ")
        for runtime in (session.run(None, {"x": image})[0], evaluator.run(None, {"x": image})[0]):
            steps = np.abs(result["fast"] - runtime) / scale
            worst, equal, total = max(worst, steps.max()), equal + int((steps < 0.01).sum()), total + steps.size
    print(f"{name}: at most {worst:.2f} steps, {equal} of {total} equal")
    if worst > 1.01 or equal < 0.75 * total:
        sys.exit(f"{name}: off by {worst} steps, {equal} of {total} equal")


U8, S8 = quantization.QuantType.QUInt8, quantization.QuantType.QInt8
for relu6 in (False, True):
    float_path = os.path.join(folder, f"float{relu6:d}.onnx")
    float_model(float_path, 7, relu6)
    for activation, per_channel in ((U8, True), (S8, True), (U8, False)):
        name = f"{'clip' if relu6 else 'relu'}-{activation.name}-{'channel' if per_channel else 'tensor'}"
        path = os.path.join(folder, name + ".onnx")
        quantize(float_path, path, activation, S8, per_channel)
        check(name, path)
        if activation is U8 and per_channel:
            for bits in (6, 5, 3):
                path_narrow = os.path.join(folder, f"{name}-{bits}.onnx")
                narrow(path, path_narrow, bits)
                check(f"{name}-{bits}", path_narrow)
print("integer-only: ok")
