"""ONNX Runtime on one thread: fp32, and int8 through quantizer pairs."""

import numpy as np

from ..native import PythonContender
from . import Candidate, Unavailable
from .masked import hide_avx512
from .models import layer_model


class OnnxRuntime:
    names = ("ort-fp32", "ort-int8")

    def __init__(self, setup):
        if setup.isa == "avx2":
            hide_avx512("onnxruntime", setup.folder)
        try:
            import onnx  # noqa: F401
            import onnxruntime
        except ImportError as error:
            raise Unavailable(str(error)) from None
        self.runtime, self.clock = onnxruntime, setup.clock
        self.description = f"ONNX Runtime {onnxruntime.__version__}" + (", AVX-512 hidden" if setup.isa == "avx2" else "")

    def session(self, model):
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return self.runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def caller(self, model, array):
        """A function that runs the model with its arrays bound once, and the session."""
        session = self.session(model)
        binding = session.io_binding()
        value = self.runtime.OrtValue.ortvalue_from_numpy(array)
        binding.bind_ortvalue_input(session.get_inputs()[0].name, value)
        for output in session.get_outputs():
            binding.bind_output(output.name)
        return lambda: session.run_with_iobinding(binding), binding, (session, binding, value)

    def load_network(self, path, array):
        call, _, keep = self.caller(path, array)
        return call, keep

    def prepare(self, problem, outputs):
        return [self.candidate("ort-fp32", problem, False), self.candidate("ort-int8", problem, True)]

    def candidate(self, name, problem, is_int8):
        call, binding, keep = self.caller(*layer_model(problem, is_int8))
        contender = PythonContender(name, self.clock, call, keep)
        if is_int8:
            return Candidate(name, None, contender)
        right = problem.products if problem.products.ndim == 2 else problem.products.transpose(0, 3, 1, 2)

        def check():
            got = binding.copy_outputs_to_cpu()[0]
            return np.allclose(border_free(got, problem), border_free(right, problem), atol=0.5)

        return Candidate(name, None, contender, check)


def border_free(array, problem):
    """Frameworks pad with 0: where we pad with -1 only the inside is the same."""
    if array.ndim == 2 or not problem.pad or not problem.bits.is_binary or problem.pad_value == 0:
        return array
    return array[:, :, 1:-1, 1:-1]


def create(setup):
    return OnnxRuntime(setup)
