"""The C API, include/bnn-c/BNN.h, through ctypes.

The library is the one beside this file, or the one that the environment variable BNN_C_LIBRARY names. It is loaded
with RTLD_LOCAL, and shows its own functions alone, so that it shares a process with other users of LLVM and
protobuf. ctypes releases the interpreter's lock during every call.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint64, c_void_p
from typing import Any, Dict, List, Optional, Sequence, Union

from ._errors import BY_STATUS, ArgumentError, Error

API_VERSION = 1


def _load() -> ctypes.CDLL:
    path = os.environ.get("BNN_C_LIBRARY") or os.path.join(os.path.dirname(__file__), "libbnn_c.so")
    try:
        loaded = ctypes.CDLL(path, mode=os.RTLD_NOW | os.RTLD_LOCAL)
    except OSError as error:
        raise ImportError(
            f"cannot load the compiler: {error}. It needs the shared libraries of LLVM and MLIR 22.1 "
            "(Debian: libllvm22 and libmlir-22)"
        ) from error
    loaded.bnn_api_version.restype = ctypes.c_uint
    found = loaded.bnn_api_version()
    if found < API_VERSION:
        raise ImportError(f"{path} has version {found} of the C API, and this package needs {API_VERSION}")
    return loaded


class InputShape(ctypes.Structure):
    """bnn_input_shape"""

    _fields_ = [("name", c_char_p), ("extents", POINTER(c_int64)), ("rank", c_size_t)]


class Buffer(ctypes.Structure):
    """bnn_buffer"""

    _fields_ = [("data", c_void_p), ("size", c_size_t)]


class CompileOptions(ctypes.Structure):
    """bnn_compile_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("target", c_char_p),
        ("cpu", c_char_p),
        ("features", c_char_p),
        ("name", c_char_p),
        ("dump_folder", c_char_p),
        ("reference", c_int),
    ]


class Tensor(ctypes.Structure):
    """bnn_tensor"""

    _fields_ = [
        ("data", c_void_p),
        ("device_type", c_int32),
        ("device_id", c_int32),
        ("ndim", c_int32),
        ("type_code", c_uint8),
        ("type_bits", c_uint8),
        ("type_lanes", c_uint16),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]

    def describe(self, data: int, shape: Sequence[int], code: int, bits: int) -> None:
        """An array in row-major order on the CPU. The caller keeps the data alive, the structure the shape."""
        self.data, self.device_type, self.ndim = data, 1, len(shape)
        self.type_code, self.type_bits, self.type_lanes = code, bits, 1
        self.shape = (c_int64 * len(shape))(*shape)


class NamedTensor(ctypes.Structure):
    """bnn_array"""

    _fields_ = [("name", c_char_p), ("tensor", Tensor)]


class SensitivityOptions(ctypes.Structure):
    """bnn_sensitivity_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("weight_bits", c_char_p),
        ("activation_bits", c_char_p),
        ("measure_latency", c_int),
        ("use_loss", c_int),
    ]


class AllocationOptions(ctypes.Structure):
    """bnn_allocation_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("budgets", POINTER(c_char_p)),
        ("num_budgets", c_size_t),
        ("mean_bits", POINTER(c_char_p)),
        ("num_mean_bits", c_size_t),
        ("bits", c_char_p),
        ("solver", c_int),
        ("seed", c_uint64),
    ]


FORMAT_ONNX, FORMAT_ONNX_TEXT, FORMAT_MLIR = range(3)
EMIT_OBJECT, EMIT_HEADER, EMIT_ASSEMBLY, EMIT_LLVM_IR, EMIT_ARCHIVE, EMIT_MODEL = range(6)

_lib = _load()
_lib.bnn_version.restype = c_char_p
_lib.bnn_free.argtypes = [c_void_p]
_lib.bnn_free.restype = None

_ERROR = POINTER(c_void_p)
_SHAPES: List[Any] = [POINTER(InputShape), c_size_t]
_OPTIONS = POINTER(CompileOptions)
_DATA: List[Any] = [POINTER(NamedTensor), c_size_t]
#: Arguments of each function that can fail, without the last one, the error. A handle is a c_void_p.
_FALLIBLE: Dict[str, List[Any]] = {
    "bnn_context_create": [POINTER(c_void_p)],
    "bnn_module_read": [c_void_p, c_char_p, *_SHAPES, POINTER(c_void_p)],
    "bnn_module_parse": [c_void_p, c_char_p, c_size_t, c_int, c_char_p, c_char_p, *_SHAPES, POINTER(c_void_p)],
    "bnn_module_clone": [c_void_p, POINTER(c_void_p)],
    "bnn_module_run_pipeline": [c_void_p, c_char_p],
    "bnn_module_print": [c_void_p, c_int, POINTER(c_void_p)],
    "bnn_module_bytecode": [c_void_p, POINTER(Buffer)],
    "bnn_module_describe": [c_void_p, POINTER(c_void_p)],
    "bnn_module_compile": [c_void_p, _OPTIONS, POINTER(c_void_p)],
    "bnn_module_inspect": [c_void_p, _OPTIONS, POINTER(c_void_p)],
    "bnn_module_verify": [c_void_p, _OPTIONS, POINTER(Tensor), c_size_t, c_uint64, POINTER(c_void_p)],
    "bnn_artifact_emit": [c_void_p, c_int, POINTER(Buffer)],
    "bnn_artifact_write": [c_void_p, c_int, c_char_p],
    "bnn_artifact_read": [c_char_p, POINTER(c_void_p)],
    "bnn_artifact_parse": [c_char_p, c_size_t, POINTER(c_void_p)],
    "bnn_artifact_describe": [c_void_p, POINTER(c_void_p)],
    "bnn_artifact_annotate": [c_void_p, c_char_p, c_char_p],
    "bnn_model_load": [c_void_p, POINTER(c_void_p)],
    "bnn_module_quantize": [c_void_p, c_char_p, *_DATA],
    "bnn_sensitivity_create": [c_void_p, _OPTIONS, POINTER(SensitivityOptions), *_DATA, POINTER(c_void_p)],
    "bnn_sensitivity_jobs": [c_void_p, POINTER(c_void_p)],
    "bnn_sensitivity_evaluate": [c_void_p, c_size_t, POINTER(c_void_p)],
    "bnn_sensitivity_table": [c_void_p, POINTER(c_char_p), c_size_t, c_char_p, c_char_p, POINTER(c_void_p)],
    "bnn_allocate": [c_char_p, POINTER(AllocationOptions), POINTER(c_void_p)],
}
for _name, _arguments in _FALLIBLE.items():
    getattr(_lib, _name).argtypes = [*_arguments, _ERROR]
    getattr(_lib, _name).restype = c_int
for _name in ("bnn_context_destroy", "bnn_module_destroy", "bnn_artifact_destroy", "bnn_model_destroy", "bnn_sensitivity_destroy"):
    getattr(_lib, _name).argtypes = [c_void_p]
    getattr(_lib, _name).restype = None
_lib.bnn_model_workspace_size.argtypes = [c_void_p]
_lib.bnn_model_workspace_size.restype = c_size_t

#: The two calls whose time matters. They return a status.
run = _lib.bnn_model_run
run.argtypes = [c_void_p, c_void_p, c_void_p, c_void_p]
run.restype = c_int
time = _lib.bnn_model_time
time.argtypes = [c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, POINTER(c_double)]
time.restype = c_int


def version() -> str:
    """The compiler's, such as `0.1.0`."""
    return str(_lib.bnn_version().decode())


def _take(pointer: c_void_p) -> str:
    """The text that the library gave, which is freed."""
    text = ctypes.string_at(pointer.value or 0).decode("utf-8", "replace") if pointer else ""
    _lib.bnn_free(pointer)
    return text


def call(function: str, *arguments: Any) -> None:
    """Calls a function that can fail; raises what its status stands for."""
    error = c_void_p()
    status = getattr(_lib, function)(*arguments, byref(error))
    if status:
        raise BY_STATUS.get(status, Error)(_take(error) or f"{function} failed with status {status}")


def call_for_text(function: str, *arguments: Any) -> str:
    text = c_void_p()
    call(function, *arguments, byref(text))
    return _take(text)


def call_for_bytes(function: str, *arguments: Any) -> bytes:
    buffer = Buffer()
    call(function, *arguments, byref(buffer))
    data = ctypes.string_at(buffer.data, buffer.size)
    _lib.bnn_free(buffer.data)
    return data


def encode_path(path: Union[str, "os.PathLike[str]"]) -> bytes:
    """A path or another text as C wants it."""
    data = os.fsencode(path)
    if b"\0" in data:
        raise ArgumentError(f"{path!r} has a zero byte in it")
    return data


def encode(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else encode_path(text)


class Handle:
    """Owns what a handle of the C API stands for."""

    __slots__ = ("value", "_destroy", "__weakref__")

    def __init__(self, kind: str, function: str, *arguments: Any) -> None:
        """Calls a function that makes a `kind` and writes its handle to its last argument but the error."""
        self._destroy = getattr(_lib, f"bnn_{kind}_destroy")
        self.value: Optional[int] = None
        made = c_void_p()
        call(function, *arguments, byref(made))
        self.value = made.value

    def destroy(self) -> None:
        if self.value is not None:
            self._destroy(self.value)

    __del__ = destroy
