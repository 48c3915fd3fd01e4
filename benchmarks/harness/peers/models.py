"""ONNX models of one layer: float, and int8 with quantizers (QDQ, static scales).

The int8 model takes and gives bytes, as a layer within a quantized network does, so that its quantizers cost it
nothing. Weights are symmetric and per channel, activations unsigned with a zero point of 0, which every
runtime has its fastest kernels for.
"""

import numpy as np


def layer_model(problem, is_int8):
    """Bytes of the model and its input array. Images are NCHW."""
    from onnx import TensorProto, helper, numpy_helper

    from ..problems import Conv

    is_conv = isinstance(problem, Conv)
    values = problem.activations
    if is_conv:
        values = values.transpose(0, 3, 1, 2)
        weights = problem.weights.transpose(0, 3, 1, 2)
        out_shape = tuple(problem.output_shape[i] for i in (0, 3, 1, 2))
        attributes = dict(
            strides=[problem.stride] * 2, pads=[problem.pad] * 4, group=problem.groups,
            kernel_shape=[problem.kernel] * 2,
        )
        op, channel_axis = "Conv", 0
    else:
        weights, out_shape, attributes, op, channel_axis = problem.weights.T, problem.output_shape, {}, "MatMul", 1
    nodes, constants = [], []

    def add(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    if is_int8:
        array = np.abs(values).astype(np.uint8)
        element = TensorProto.UINT8
        scale = np.full(problem.outputs, 0.01, np.float32)
        add("scale", np.float32(0.05)), add("zero", np.uint8(0)), add("out_scale", np.float32(0.5))
        add("w", weights.astype(np.int8)), add("w_scale", scale), add("w_zero", np.zeros(problem.outputs, np.int8))
        nodes += [
            helper.make_node("DequantizeLinear", ["x", "scale", "zero"], ["xf"]),
            helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wf"], axis=channel_axis),
            helper.make_node(op, ["xf", "wf"], ["yf"], **attributes),
            helper.make_node("QuantizeLinear", ["yf", "out_scale", "zero"], ["y"]),
        ]
    else:
        array = values.astype(np.float32)
        element = TensorProto.FLOAT
        add("w", weights.astype(np.float32))
        nodes.append(helper.make_node(op, ["x", "w"], ["y"], **attributes))
    graph = helper.make_graph(
        nodes,
        "layer",
        [helper.make_tensor_value_info("x", element, array.shape)],
        [helper.make_tensor_value_info("y", element, out_shape)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString(), np.ascontiguousarray(array)
