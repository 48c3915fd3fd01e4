"""Compiles binary and low-bit neural networks to fast code for CPUs.

>>> import bnn, numpy
>>> model = bnn.compile("model.onnx")           # or a torch.nn.Module, an onnx.ModelProto, MLIR text
>>> logits = model(numpy.zeros((1, 3, 32, 32), numpy.float32))
>>> print(model.inspect())                      # layers, bits, bytes, kernels and why
>>> model.save("model.o")                       # with model.h, for a program in C
>>> model.save("model.bnn"); model = bnn.load("model.bnn")

Arrays are in row-major order in ONNX's shapes and element types. Errors are exceptions below `bnn.Error` whose
text is the compiler's: what is wrong, where, and what to do.
"""

from ._allocation import Allocation, Sensitivity, allocate, sensitivity
from ._arrays import ArraySpec
from ._errors import ArgumentError, CompileError, Error, FileError
from ._compile import compile
from ._library import version as _version
from ._model import Model, Target, load
from ._pipeline import Pipeline
from ._reports import Comparison, Layer, Report, Timing, Verification

__version__ = _version()

__all__ = [
    "Allocation",
    "ArgumentError",
    "ArraySpec",
    "Comparison",
    "CompileError",
    "Error",
    "FileError",
    "Layer",
    "Model",
    "Pipeline",
    "Report",
    "Sensitivity",
    "Target",
    "Timing",
    "Verification",
    "allocate",
    "compile",
    "load",
    "sensitivity",
]
