"""The kernels of benchmarks/handwritten: AVX2 by hand, what generated code should come close to."""

import ctypes
import glob
import os

import numpy as np

from ..native import HERE, KERNEL_FLAGS, BuildError, NativeContender, aligned, build_library, pointer
from ..problems import Conv, pack_bits
from . import Candidate, Unavailable, Unsupported


class GemmOperands(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_int), ("depth", ctypes.c_int), ("columns", ctypes.c_int),
        ("activations", ctypes.c_void_p), ("weights", ctypes.c_void_p), ("output", ctypes.c_void_p),
        ("precoded", ctypes.c_bool),
    ]


class ConvOperands(ctypes.Structure):
    _fields_ = [
        ("height", ctypes.c_int), ("width", ctypes.c_int), ("channels", ctypes.c_int), ("outputs", ctypes.c_int),
        ("stride", ctypes.c_int), ("output", ctypes.c_int), ("padZero", ctypes.c_bool),
        ("image", ctypes.c_void_p), ("weights", ctypes.c_void_p), ("products", ctypes.c_void_p),
        ("bits", ctypes.c_void_p), ("thresholds", ctypes.c_void_p), ("scale", ctypes.c_void_p),
        ("bias", ctypes.c_void_p), ("residual", ctypes.c_void_p), ("result", ctypes.c_void_p),
    ]


GEMM_KERNELS = {
    "1x1": ("pair-lut", "popcount", "popcount-gemv", "lut-gemv"),
    "1x2": ("lut-1x2", "lut-1x2-wide"),
    "2x2": ("lut-2x2", "lut-2x2-wide"),
    "1x4": ("lut-1x4", "lut-1x4-wide"),
    "8x7": ("int8", "int8-wide"),
}
CONV_KERNELS = ("pair-lut", "pair-lut-rows", "popcount")
OUTPUT_NUMBERS = {"i32": 0, "bits": 1, "f32": 2}


class Handwritten:
    names = ("handwritten",)

    def __init__(self, setup):
        self.clock = setup.clock
        with open("/proc/cpuinfo") as info:
            if " avx2" not in info.read():
                raise Unavailable("this processor has no AVX2")
        folder = os.path.join(setup.folder, "handwritten")
        try:
            sources = sorted(glob.glob(os.path.join(HERE, "handwritten", "*.cpp")))
            self.library = ctypes.CDLL(build_library(folder, "handwritten", sources, KERNEL_FLAGS))
        except BuildError as error:
            raise Unavailable(str(error)) from None
        self.library.handwritten_create_gemm.restype = ctypes.c_void_p
        self.library.handwritten_create_conv.restype = ctypes.c_void_p
        self.library.handwritten_destroy.argtypes = [ctypes.c_void_p]

    def prepare(self, problem, outputs):
        candidates = self.convolutions(problem, outputs) if isinstance(problem, Conv) else self.gemms(problem)
        if not candidates:
            raise Unsupported("no kernel was written for this shape and these bits")
        return candidates

    def gemms(self, problem):
        bits = str(problem.bits)
        # The low-bit kernels take weights of any sign as unsigned codes; int8 takes them as they are.
        values = problem.weights
        if bits == "1x1":
            activations, weights = pack_bits(problem.activations), pack_bits(values)
            right = problem.products
        else:
            activations = problem.activations.astype(np.uint8)
            weights = values if bits == "8x7" else ((values + 1) // 2 if problem.bits.weights == 1 else values + 2)
            right = (problem.activations.astype(np.float64) @ weights.astype(np.float64).T).astype(np.int32)
            weights = weights.astype(np.int8)
        candidates = []
        for kernel in GEMM_KERNELS.get(bits, ()):
            out = aligned(np.zeros(problem.output_shape, np.int32))
            arrays = [aligned(activations), aligned(weights), out]
            for precoded in (False, True) if kernel == "pair-lut" else (False,):
                operands = GemmOperands(problem.rows, problem.depth, problem.columns, *map(pointer, arrays), precoded)
                handle = self.library.handwritten_create_gemm(kernel.encode(), ctypes.byref(operands))
                if handle:
                    candidate = self.candidate(problem, kernel, "i32", handle, arrays, [(out, right)])
                    if precoded:  # what coding costs: for the details only
                        candidate.peer = None
                        candidate.contender.key += ", coded before"
                    candidates.append(candidate)
        return candidates

    def convolutions(self, problem, outputs):
        if not (problem.bits.is_binary and problem.kernel == 3 and problem.groups == 1 and problem.channels % 64 == 0):
            return []
        candidates = []
        for output in outputs:
            for kernel in CONV_KERNELS:
                right = problem.expected(output)
                results = [aligned(np.zeros_like(array)) for array in right]
                arrays = {
                    "image": pack_bits(problem.activations), "weights": pack_bits(problem.weights),
                    "thresholds": problem.thresholds, "scale": problem.scale, "bias": problem.bias,
                    "residual": problem.residual,
                }
                arrays = {name: aligned(array) for name, array in arrays.items()}
                operands = ConvOperands(
                    problem.height, problem.width, problem.channels, problem.outputs, problem.stride,
                    OUTPUT_NUMBERS[output], problem.pad_value == 0,
                    **{name: pointer(array) for name, array in arrays.items()},
                )
                if output == "i32":
                    operands.products = pointer(results[0])
                elif output == "bits":
                    operands.bits = pointer(results[0])
                else:
                    operands.result, operands.bits = pointer(results[0]), pointer(results[1])
                handle = self.library.handwritten_create_conv(kernel.encode(), ctypes.byref(operands))
                if handle:
                    keep = [*arrays.values(), *results]
                    candidates.append(
                        self.candidate(problem, kernel, output, handle, keep, list(zip(results, right)))
                    )
        return candidates

    def candidate(self, problem, kernel, output, handle, keep, pairs):
        key = f"handwritten {kernel} {problem.bits} {output}"
        contender = NativeContender(key, self.clock, self.library.handwritten_run, [handle], keep=keep)
        check = lambda: all(np.array_equal(got.reshape(-1), right.reshape(-1)) for got, right in pairs)
        return Candidate("handwritten", output, contender, check)


def create(setup):
    return Handwritten(setup)
