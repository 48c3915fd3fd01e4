"""OpenVINO on one thread: fp32, int8, and its binary convolution."""

import numpy as np

from ..native import PythonContender
from ..problems import Conv
from . import Candidate, Unavailable, Unsupported
from .models import layer_model


class OpenVino:
    names = ("openvino-fp32", "openvino-int8", "openvino-binary")

    def __init__(self, setup):
        try:
            import openvino
        except ImportError as error:
            raise Unavailable(str(error)) from None
        self.openvino, self.clock, self.say = openvino, setup.clock, setup.say
        self.core = openvino.Core()
        self.description = f"OpenVINO {openvino.__version__}"
        self.binary_error = None

    def caller(self, model, array):
        # Without the hint fp32 may run as bf16 on processors that have it.
        settings = {
            "INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        }
        compiled = self.core.compile_model(model, "CPU", settings)
        request = compiled.create_infer_request()
        request.set_input_tensor(self.openvino.Tensor(array, shared_memory=True))
        return request.infer, request, (compiled, request, array)

    def load_network(self, path, array):
        call, _, keep = self.caller(self.core.read_model(path), array)
        return call, keep

    def prepare(self, problem, outputs):
        candidates = []
        for name, is_int8 in (("openvino-fp32", False), ("openvino-int8", True)):
            model, array = layer_model(problem, is_int8)
            call, request, keep = self.caller(self.core.read_model(model), array)
            candidates.append(Candidate(name, None, PythonContender(name, self.clock, call, keep)))
        if isinstance(problem, Conv) and problem.bits.is_binary and problem.groups == 1:
            candidates += self.binary(problem)
        return candidates

    def binary(self, problem):
        """BinaryConvolution of bits that a FakeQuantize with two levels makes of floats, which is how the operator
        is written in networks."""
        name = "openvino-binary"
        if self.binary_error:
            return []
        try:
            model, array = self.binary_model(problem)
            call, request, keep = self.caller(model, array)
            call()
        except Exception as error:
            self.binary_error = str(error).strip().splitlines()[-1]
            self.say(f"{name}: the operator does not run: {self.binary_error}")
            return []
        return [Candidate(name, None, PythonContender(name, self.clock, call, keep))]

    def binary_model(self, problem):
        from openvino import Model, Type
        from openvino import opset1 as ops

        array = np.ascontiguousarray(problem.activations.transpose(0, 3, 1, 2).astype(np.float32))
        x = ops.parameter(array.shape, np.float32, name="x")
        shape = (1, problem.channels, 1, 1)
        zero = ops.constant(np.zeros(shape, np.float32))
        low = ops.constant(np.full((1, 1, 1, 1), -1.0, np.float32))
        high = ops.constant(np.full((1, 1, 1, 1), 1.0, np.float32))
        bits = ops.fake_quantize(x, zero, zero, low, high, 2)
        weights = problem.weights.transpose(0, 3, 1, 2)
        codes = (weights > 0).astype(np.uint8).reshape(-1).tolist()
        constant = self.openvino.op.Constant(Type.u1, self.openvino.Shape(weights.shape), codes)
        y = ops.binary_convolution(
            bits, constant, [problem.stride] * 2, [problem.pad] * 2, [problem.pad] * 2, [1, 1], "xnor-popcount",
            float(problem.pad_value), "explicit",
        )
        return Model([y], [x], "binary"), array


def create(setup):
    return OpenVino(setup)
