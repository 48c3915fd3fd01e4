"""bnn.compile"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Optional, Union

from . import _library as lib
from ._allocation import quantize
from ._model import Model
from ._source import InputShapes, Source, make_options


def compile(
    model: Any,
    target: str = "native",
    *,
    example_inputs: Any = None,
    input_shapes: InputShapes = None,
    bits: Any = None,
    data: Any = None,
    cpu: Optional[str] = None,
    features: Optional[str] = None,
    name: Optional[str] = None,
    dump_dir: Union[str, "os.PathLike[str]", None] = None,
    reference: bool = False,
) -> Model:
    """Compiles a model to machine code, and gives it as a callable.

    Args:
        model: A path of an ONNX or MLIR file, an `onnx.ModelProto`, MLIR text, bytes of ONNX or of MLIR bytecode, or
            a `torch.nn.Module`, with Brevitas' layers or without, which is exported in evaluation mode.
        target: `native`, `x86-64`, `aarch64`, or an ELF triple of one of the two. Code for another machine can be
            saved, not called.
        example_inputs: For a `torch.nn.Module`: a tensor, or a tuple of tensors, of the shapes and types that the
            compiled model is to take. Shapes are fixed, the batch size included.
        input_shapes: Shapes that an ONNX model leaves open: `{"image": (1, 3, 32, 32)}`, or `(1, 3, 32, 32)` for
            the only input.
        bits: Bits for float layers: what `bnn.allocate` gave, `{"conv1": 4}`, or a path of an assignment. Layers that
            are not named stay as they are.
        data: With `bits`: calibration data, as of `bnn.sensitivity`.
        cpu: LLVM's name of the CPU; without it this machine's for `native`, else the architecture's baseline.
        features: CPU features to add and take away: `+avx512vnni,-fma`.
        name: Prefix of the exported C functions; without it, the model's own name.
        dump_dir: Folder for the IR after each stage.
        reference: Plain loops on unpacked values instead of kernels: slow, for comparisons.

    Raises:
        bnn.CompileError: The model is damaged, or holds what the compiler does not support; all such layers are
            named at once.
        bnn.FileError: The file cannot be read.
        bnn.ArgumentError: An unknown target, CPU or feature, or a `model` of another type.
    """
    options = make_options(target, cpu, features, name, None if dump_dir is None else os.fspath(dump_dir), reference)
    source = Source(model, name=name, input_shapes=input_shapes, example_inputs=example_inputs)
    if bits is not None:
        quantize(source.module, bits, data)
    artifact = lib.Handle("artifact", "bnn_module_compile", source.module.value, ctypes.byref(options))
    return Model(artifact, source.module, options)
