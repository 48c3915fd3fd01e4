"""bnn.Pipeline"""

from __future__ import annotations

from typing import Any

from . import _library as lib
from ._errors import ArgumentError
from ._source import InputShapes, Source


class Pipeline:
    """Passes to run on IR, for those who read it.

    >>> optimize = bnn.Pipeline("bnn-optimize")
    >>> print(optimize("model.onnx"))                    # MLIR text
    >>> kernels = optimize + "bnn-to-kernels"
    >>> print(kernels("model.onnx"))
    >>> print(bnn.Pipeline()("model.onnx"))              # as it was imported

    A pass is named as in `bnn-opt`, with its options: `bnn-to-llvm{vector-bits=256}`, `func.func(canonicalize)`.
    """

    def __init__(self, *passes: str) -> None:
        for name in passes:
            if not isinstance(name, str):
                raise ArgumentError(f"a pass must be a str, and is {name!r}")
        self.passes = passes

    def __call__(
        self, model: Any, *, input_shapes: InputShapes = None, example_inputs: Any = None, locations: bool = False
    ) -> str:
        """Runs the passes on a model, of any kind that `bnn.compile` takes. Gives the IR as text, with the
        locations of ops if wanted. Raises `bnn.CompileError` for passes that do not exist or fail."""
        source = Source(model, input_shapes=input_shapes, example_inputs=example_inputs)
        if self.passes:
            lib.call("bnn_module_run_pipeline", source.module.value, ",".join(self.passes).encode())
        return lib.call_for_text("bnn_module_print", source.module.value, int(locations))

    def __add__(self, other: Any) -> Pipeline:
        if isinstance(other, str):
            return Pipeline(*self.passes, other)
        if isinstance(other, Pipeline):
            return Pipeline(*self.passes, *other.passes)
        return NotImplemented

    def __repr__(self) -> str:
        return f"bnn.Pipeline({', '.join(map(repr, self.passes))})"
