"""Modules of PyTorch and Brevitas as ONNX."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import tempfile
import warnings
from typing import Any, Iterator, Tuple

import torch

from ._errors import ArgumentError, CompileError

#: Newer than this gains nothing for the importer.
_OPSET = 20


def _uses_brevitas(module: torch.nn.Module) -> bool:
    return any(type(part).__module__.split(".")[0] == "brevitas" for part in module.modules())


@contextlib.contextmanager
def _evaluating(module: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode, with the mode of every part put back afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for part, training in modes:
            part.training = training


def _example(inputs: Any) -> Tuple[Any, ...]:
    if inputs is None:
        raise ArgumentError(
            "a torch.nn.Module needs example_inputs, whose shapes the compiled model takes: "
            "example_inputs=torch.zeros(1, 3, 32, 32)"
        )
    if isinstance(inputs, list):
        inputs = tuple(inputs)
    return inputs if isinstance(inputs, tuple) else (inputs,)


def _export_brevitas(module: torch.nn.Module, inputs: Tuple[Any, ...], path: str) -> None:
    from brevitas.export import export_qonnx  # type: ignore[import-untyped]

    # Brevitas' quantized tensors do not survive the dynamo exporter in residual additions.
    settings = {"dynamo": False, "keep_initializers_as_inputs": False, "opset_version": _OPSET}
    export_qonnx(module, args=inputs, export_path=path, **settings)


def _export_float(module: torch.nn.Module, inputs: Tuple[Any, ...], path: str) -> None:
    if importlib.util.find_spec("onnxscript") is None:
        torch.onnx.export(module, inputs, path, dynamo=False, opset_version=_OPSET)
        return
    torch.onnx.export(
        module, inputs, path, dynamo=True, opset_version=_OPSET, external_data=False, verbose=False
    )


def export_onnx(module: torch.nn.Module, example_inputs: Any) -> bytes:
    """The module as the bytes of an ONNX file, exported in evaluation mode and left as it was."""
    inputs = _example(example_inputs)
    export = _export_brevitas if _uses_brevitas(module) else _export_float
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), _evaluating(module):
        warnings.simplefilter("ignore")
        path = os.path.join(folder, "model.onnx")
        try:
            export(module, inputs, path)
        except Exception as error:  # the exporters raise types of their own
            raise CompileError(f"{type(module).__name__} cannot be exported to ONNX: {error}") from error
        with open(path, "rb") as file:
            return file.read()
