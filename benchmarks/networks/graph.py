"""Writes ONNX graphs one layer at a time, with weights from a seeded generator.

The distributions keep values of a deep network in range (He's initialization, batch norms near the identity), so that
no layer works on zeros, infinities or denormals: time then does not depend on values, as in a trained network.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

QONNX = "qonnx.custom_op.general"


class Graph:
    """An ONNX graph under construction; values are handed around by name, images are N×C×H×W."""

    def __init__(self, name, input_shape, seed):
        self.name = name
        self.random = np.random.default_rng(seed)
        self.nodes, self.initializers = [], []
        self.channels = {"input": input_shape[1]}
        self.input = helper.make_tensor_value_info("input", TensorProto.FLOAT, input_shape)
        self.uses_qonnx = False

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.asarray(array, np.float32), name))
        return name

    def node(self, op, name, inputs, channels, domain="", **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        self.channels[name] = channels
        self.uses_qonnx |= domain == QONNX
        return name

    def normal(self, shape, deviation):
        return self.random.standard_normal(shape, np.float32) * np.float32(deviation)

    def conv(self, name, x, outputs, kernel, stride=1, pad=0, groups=1, bias=False):
        """A float convolution."""
        inputs = self.channels[x] // groups
        weights = self.normal((outputs, inputs, kernel, kernel), np.sqrt(2.0 / (inputs * kernel * kernel)))
        operands = [x, self.constant(name + ".weight", weights)]
        if bias:
            operands.append(self.constant(name + ".bias", self.normal(outputs, 0.1)))
        return self.node(
            "Conv", name, operands, outputs,
            kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4, group=groups,
        )  # fmt: skip

    def bits(self, name, x):
        """-1 where x is negative, +1 elsewhere."""
        scale = self.constant(name + ".scale", 1.0)
        return self.node("BipolarQuant", name, [x, scale], self.channels[x], QONNX)

    def binary_conv(self, name, x, outputs, kernel=3, stride=1, pad=1, pad_value=0.0):
        """A convolution of x, made of -1 and +1, with weights of ±s, s one number for each output channel."""
        inputs = self.channels[x]
        weights = self.normal((outputs, inputs, kernel, kernel), 1.0)
        scale = np.abs(weights).mean(axis=(1, 2, 3), keepdims=True) / np.sqrt(inputs * kernel * kernel)
        self.constant(name + ".weight", weights)
        self.constant(name + ".weight.scale", scale)
        quantizer = [name + ".weight", name + ".weight.scale"]
        weights = self.node("BipolarQuant", name + ".weight.bits", quantizer, outputs, QONNX)
        if pad and pad_value != 0.0:
            self.initializers.append(numpy_helper.from_array(np.array([0, 0, pad, pad] * 2, np.int64), name + ".pads"))
            value = self.constant(name + ".pad_value", pad_value)
            x = self.node("Pad", name + ".pad", [x, name + ".pads", value], inputs, mode="constant")
            pad = 0
        return self.node(
            "Conv", name, [x, weights], outputs, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4
        )

    def batch_norm(self, name, x):
        channels = self.channels[x]
        scale = self.random.uniform(0.5, 1.0, channels)
        variance = self.random.uniform(0.8, 1.2, channels)
        operands = [
            self.constant(name + ".weight", scale),
            self.constant(name + ".bias", self.normal(channels, 0.1)),
            self.constant(name + ".mean", self.normal(channels, 0.1)),
            self.constant(name + ".var", variance),
        ]
        return self.node("BatchNormalization", name, [x] + operands, channels, epsilon=1e-5)

    def relu(self, name, x):
        return self.node("Relu", name, [x], self.channels[x])

    def prelu(self, name, x):
        slope = self.random.uniform(0.1, 0.4, (self.channels[x], 1, 1))
        return self.node("PRelu", name, [x, self.constant(name + ".slope", slope)], self.channels[x])

    def add(self, name, x, y):
        return self.node("Add", name, [x, y], self.channels[x])

    def max_pool(self, name, x, kernel, stride, pad=0):
        return self.node(
            "MaxPool", name, [x], self.channels[x], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4
        )

    def average_pool(self, name, x, kernel, stride):
        return self.node("AveragePool", name, [x], self.channels[x], kernel_shape=[kernel] * 2, strides=[stride] * 2)

    def classifier(self, x, classes):
        """Global average pooling and a dense layer."""
        channels = self.channels[x]
        x = self.node("GlobalAveragePool", "avgpool", [x], channels)
        x = self.node("Flatten", "flatten", [x], channels, axis=1)
        weights = self.constant("fc.weight", self.normal((classes, channels), np.sqrt(1.0 / channels)))
        bias = self.constant("fc.bias", self.normal(classes, 0.1))
        return self.node("Gemm", "fc", [x, weights, bias], classes, transB=1)

    def finish(self, x, shape):
        """The model whose output is x."""
        self.nodes.append(helper.make_node("Identity", [x], ["output"], name="output"))
        output = helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, self.name, [self.input], [output], self.initializers)
        opsets = [helper.make_opsetid("", 17)]
        if self.uses_qonnx:
            opsets.append(helper.make_opsetid(QONNX, 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="bnn-mlir")
        return model
