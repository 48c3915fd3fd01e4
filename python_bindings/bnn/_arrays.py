"""Arrays of other libraries as pointers.

Nothing is copied that lies in row-major order: NumPy arrays and CPU tensors of PyTorch are read where they are, and
so is whatever exports itself by DLPack. Nothing is converted silently either: an element type that does not fit is
an error, as a float64 image would otherwise be copied at every call.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any, Tuple

import numpy as np

from ._errors import ArgumentError

#: DLPack's codes of element types, by NumPy's kinds.
DLPACK_CODES = {"i": 0, "u": 1, "f": 2, "b": 6}

#: kDLCPU, and kDLCUDAHost, which is host memory.
_HOST_DEVICES = (1, 3)


@dataclass(frozen=True)
class ArraySpec:
    """An input or output: its name in the model, element type and shape."""

    name: str
    #: As NumPy writes it, or `bfloat16`.
    type: str
    shape: Tuple[int, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's type. bfloat16, which NumPy lacks, is uint16: the raw bits."""
        return np.dtype("uint16" if self.type == "bfloat16" else self.type)

    @property
    def num_bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __str__(self) -> str:
        return f"{self.type}[{', '.join(map(str, self.shape))}]"


def _mismatch(what: str, spec: ArraySpec, found: str) -> ArgumentError:
    return ArgumentError(f"{what} '{spec.name}' must be {spec} and is {found}")


def _describe(dtype: Any, shape: Any) -> str:
    return f"{dtype}[{', '.join(map(str, shape))}]"


def is_tensor(value: Any) -> bool:
    """Whether `value` is PyTorch's, without importing PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def from_torch(spec: ArraySpec, tensor: Any) -> Any:
    """A contiguous CPU tensor that fits, the same where it already is."""
    found = _describe(str(tensor.dtype).replace("torch.", ""), tensor.shape)
    if tensor.device.type != "cpu":
        raise ArgumentError(
            f"input '{spec.name}' is on device '{tensor.device}': models run on the CPU; pass tensor.cpu()"
        )
    if str(tensor.layout) != "torch.strided":
        raise ArgumentError(f"input '{spec.name}' has the layout {tensor.layout}; pass tensor.to_dense()")
    if str(tensor.dtype) != "torch." + spec.type or tuple(tensor.shape) != spec.shape:
        raise _mismatch("input", spec, found)
    return tensor.detach().contiguous()


def _to_numpy(spec: ArraySpec, value: Any) -> np.ndarray[Any, Any]:
    """Whatever is no NumPy array as one, without a copy where it has memory of its own."""
    if hasattr(value, "__dlpack__") and hasattr(value, "__dlpack_device__"):
        device, number = value.__dlpack_device__()
        if int(device) not in _HOST_DEVICES:
            raise ArgumentError(
                f"input '{spec.name}' is on DLPack device {int(device)}:{number}: models run on the CPU; "
                "copy it there first"
            )
        try:
            return np.from_dlpack(value)
        except (BufferError, RuntimeError, TypeError, ValueError) as error:
            raise ArgumentError(f"input '{spec.name}' must be {spec}, and NumPy cannot read it: {error}") from error
    try:
        # Lists and numbers have no type of their own.
        untyped = isinstance(value, (list, tuple, int, float))
        return np.asarray(value, spec.dtype if untyped else None)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"input '{spec.name}' must be {spec}, and is no array: {error}") from error


def from_any(spec: ArraySpec, value: Any) -> np.ndarray[Any, Any]:
    """A row-major, aligned NumPy array that fits, sharing memory with `value` where that is laid out so."""
    array = value if isinstance(value, np.ndarray) else _to_numpy(spec, value)
    dtype = spec.dtype
    if spec.type == "bfloat16" and array.dtype.name == "bfloat16":
        array = array.view(np.uint16)  # of the package ml_dtypes
    if array.dtype != dtype or array.shape != spec.shape:
        raise _mismatch("input", spec, _describe(array.dtype, array.shape))
    return np.require(array, dtype, ["C_CONTIGUOUS", "ALIGNED"])


def check_out(spec: ArraySpec, array: Any) -> np.ndarray[Any, Any]:
    """An array that a model may write to."""
    if not isinstance(array, np.ndarray):
        raise ArgumentError(f"out for '{spec.name}' must be a NumPy array")
    if array.dtype != spec.dtype or array.shape != spec.shape:
        raise _mismatch("out for", spec, _describe(array.dtype, array.shape))
    flags = array.flags
    if not (flags.c_contiguous and flags.aligned and flags.writeable):
        raise ArgumentError(f"out for '{spec.name}' must be writable, aligned and in row-major order")
    return array
