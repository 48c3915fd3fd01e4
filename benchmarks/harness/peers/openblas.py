"""OpenBLAS sgemm, sgemv for one row; convolutions are not its business."""

import ctypes
import os

import numpy as np

from ..native import C_FLAGS, HERE, BuildError, NativeContender, aligned, build_library, pointer
from ..problems import Gemm
from . import Candidate, Unavailable, Unsupported


class Sgemm(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_int), ("depth", ctypes.c_int), ("columns", ctypes.c_int),
        ("a", ctypes.c_void_p), ("b", ctypes.c_void_p), ("c", ctypes.c_void_p),
    ]


class OpenBlas:
    names = ("openblas-fp32",)

    def __init__(self, setup):
        # Left over from elsewhere, either would choose kernels that do not fit this processor. They are read
        # when the library is loaded.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            os.environ.pop(name, None)
        if setup.isa == "avx2":
            os.environ["OPENBLAS_CORETYPE"] = "Zen"
        self.clock = setup.clock
        source = os.path.join(HERE, "native", "openblas.c")
        try:
            path = build_library(os.path.join(setup.folder, "openblas"), "benchopenblas", [source], C_FLAGS, ["-lopenblas"])
            self.library = ctypes.CDLL(path)
        except (BuildError, OSError) as error:
            raise Unavailable(f"{str(error).splitlines()[0]} (libopenblas-dev)") from None
        self.library.openblas_kernels.restype = ctypes.c_char_p
        self.library.openblas_use_one_thread()
        self.description = f"OpenBLAS, kernels for {self.library.openblas_kernels().decode()}"

    def prepare(self, problem, outputs):
        if not isinstance(problem, Gemm):
            raise Unsupported("it has no convolution")
        a = aligned(problem.activations.astype(np.float32))
        b = aligned(problem.weights.astype(np.float32).T)
        c = aligned(np.zeros(problem.output_shape, np.float32))
        operands = Sgemm(problem.rows, problem.depth, problem.columns, pointer(a), pointer(b), pointer(c))
        contender = NativeContender(
            "openblas-fp32", self.clock, self.library.openblas_run, [ctypes.addressof(operands)], keep=(operands, a, b, c)
        )
        return [Candidate("openblas-fp32", None, contender, lambda: np.allclose(c, problem.products, atol=0.5))]


def create(setup):
    return OpenBlas(setup)
