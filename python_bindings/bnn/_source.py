"""From whatever a user calls a model to a module of the compiler."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, List, Mapping, Optional, Sequence, Union

from . import _library as lib
from ._errors import ArgumentError

#: Shapes of inputs that an ONNX model leaves open: by name, or of the only input.
InputShapes = Union[Mapping[str, Sequence[int]], Sequence[int], None]

_BYTECODE = b"ML\xefR"


def _shape_array(shapes: InputShapes) -> Any:
    """bnn_input_shape for each; the structures keep their arrays alive."""
    if shapes is None:
        shapes = {}
    if not isinstance(shapes, Mapping):
        shapes = {"": shapes}
    entries = []
    for name, extents in shapes.items():
        try:
            values = (ctypes.c_int64 * len(extents))(*extents)
        except TypeError as error:
            raise ArgumentError(f"the shape of input '{name}' must be a sequence of integers: {error}") from error
        entries.append(lib.InputShape(name.encode(), values, len(extents)))
    return (lib.InputShape * len(entries))(*entries)


def _looks_like_text(model: str) -> bool:
    """MLIR has line breaks or braces; hardly a path has."""
    return "\n" in model or ("{" in model and not os.path.exists(model))


class Source:
    """A context with a module in it."""

    def __init__(
        self,
        model: Any,
        *,
        name: Optional[str] = None,
        input_shapes: InputShapes = None,
        example_inputs: Any = None,
    ) -> None:
        self._context = lib.Handle("context", "bnn_context_create")
        self._shapes = _shape_array(input_shapes)
        self.module = self._open(model, name, example_inputs)

    def _open(self, model: Any, name: Optional[str], example_inputs: Any) -> lib.Handle:
        if isinstance(model, str) and _looks_like_text(model):
            return self._parse(model.encode(), lib.FORMAT_MLIR, "text")
        if isinstance(model, (str, os.PathLike)):
            return self._read(os.fspath(model))
        if isinstance(model, (bytes, bytearray, memoryview)):
            data = bytes(model)
            return self._parse(data, lib.FORMAT_MLIR if data.startswith(_BYTECODE) else lib.FORMAT_ONNX, name)
        if hasattr(model, "SerializeToString") and hasattr(model, "graph"):
            return self._proto(model, name)
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(model, torch.nn.Module):
            from ._torch import export_onnx

            return self._parse(export_onnx(model, example_inputs), lib.FORMAT_ONNX, name or type(model).__name__)
        raise ArgumentError(
            f"a model must be a path, an onnx.ModelProto, a torch.nn.Module, MLIR text, or bytes of ONNX or of MLIR "
            f"bytecode, and not {type(model).__module__}.{type(model).__qualname__}"
        )

    def _read(self, path: str) -> lib.Handle:
        return lib.Handle(
            "module", "bnn_module_read", self._context.value, lib.encode_path(path), self._shapes, len(self._shapes)
        )

    def _parse(self, data: bytes, format: int, name: Optional[str], folder: Optional[str] = None) -> lib.Handle:
        return lib.Handle(
            "module",
            "bnn_module_parse",
            self._context.value,
            data,
            len(data),
            format,
            lib.encode(name),
            lib.encode(folder),
            self._shapes,
            len(self._shapes),
        )

    def _proto(self, model: Any, name: Optional[str]) -> lib.Handle:
        try:
            data = model.SerializeToString()
        except Exception as error:  # protobuf's own types differ between its versions
            raise ArgumentError(
                f"the onnx.ModelProto cannot be serialized (models beyond 2 GiB must be files): {error}"
            ) from error
        return self._parse(data, lib.FORMAT_ONNX, name)


def make_options(
    target: str,
    cpu: Optional[str],
    features: Optional[str],
    name: Optional[str],
    dump_dir: Optional[str],
    reference: bool,
) -> lib.CompileOptions:
    for what, value in (("target", target), ("cpu", cpu), ("features", features), ("name", name)):
        if value is not None and not isinstance(value, str):
            raise ArgumentError(f"{what} must be a str, and is {value!r}")
    texts: List[Optional[bytes]] = [lib.encode(text) for text in (target, cpu, features, name, dump_dir)]
    return lib.CompileOptions(ctypes.sizeof(lib.CompileOptions), *texts, int(reference))


