"""A compiled model."""

from __future__ import annotations

import ctypes
import json
import os
import threading
import time as clock
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np

from . import _library as lib
from ._arrays import DLPACK_CODES, ArraySpec, check_out, from_any, from_torch, is_tensor
from ._errors import ArgumentError, CompileError
from ._link import link_shared
from ._reports import Report, Timing, Verification

PathLike = Union[str, "os.PathLike[str]"]

#: What `save` writes for each suffix, and whether a header belongs beside it.
_KINDS = {
    ".o": (lib.EMIT_OBJECT, True),
    ".a": (lib.EMIT_ARCHIVE, True),
    ".s": (lib.EMIT_ASSEMBLY, True),
    ".so": (None, True),
    ".h": (lib.EMIT_HEADER, False),
    ".ll": (lib.EMIT_LLVM_IR, False),
    ".bnn": (lib.EMIT_MODEL, False),
}

#: Annotation of a saved model that holds the report of `inspect`.
_REPORT = "bnn.report"


@dataclass(frozen=True)
class Target:
    """The machine that code was made for, in LLVM's words."""

    triple: str
    cpu: str
    #: What differs from the CPU's own features: `+a,-b`.
    features: str


def _specs(entries: List[Dict[str, Any]]) -> Tuple[ArraySpec, ...]:
    return tuple(ArraySpec(entry["name"], entry["type"], tuple(entry["shape"])) for entry in entries)


class Model:
    """A compiled model: call it with arrays, look into it, save it. Made by `bnn.compile` and `bnn.load`.

    Calls release the interpreter's lock and may come from several threads at once. A model may be pickled: its
    machine code travels, its source does not.
    """

    #: Prefix of the exported C functions.
    name: str
    inputs: Tuple[ArraySpec, ...]
    outputs: Tuple[ArraySpec, ...]
    target: Target
    #: Bytes of scratch memory that one call uses.
    workspace_bytes: Optional[int]

    def __init__(
        self,
        artifact: lib.Handle,
        module: Optional[lib.Handle] = None,
        options: Optional[lib.CompileOptions] = None,
    ) -> None:
        self._artifact = artifact
        self._module = module
        self._options = options
        self._lock = threading.Lock()
        self._model: Optional[lib.Handle] = None
        self._handle: Optional[int] = None
        self._report: Optional[Report] = None
        self._closed = False
        about = json.loads(lib.call_for_text("bnn_artifact_describe", artifact.value))
        self.name = about["name"]
        self.inputs = _specs(about["inputs"])
        self.outputs = _specs(about["outputs"])
        self.target = Target(about["triple"], about["cpu"], about["features"])
        self.workspace_bytes = about["workspace_bytes"]
        self._annotations: Dict[str, str] = about["annotations"]
        # What a call needs, once and for all.
        self._expected = [(spec, spec.dtype, spec.shape) for spec in self.inputs]
        self._results = [(spec.shape, spec.dtype) for spec in self.outputs]
        self._input_pointers = ctypes.c_void_p * len(self.inputs)
        self._output_pointers = ctypes.c_void_p * len(self.outputs)

    # ------------------------------------------------------------------ calls

    def __call__(self, *arrays: Any, out: Any = None, **named: Any) -> Any:
        """Runs the model.

        Inputs come in the order of `inputs`, or by name. Each is a NumPy array, a CPU tensor of PyTorch, or
        anything with `__dlpack__` or the buffer protocol, of exactly the element type and shape of its
        `ArraySpec`; lists and numbers are converted. Arrays in row-major order are not copied.

        `out` takes the results: a NumPy array, or a sequence with one for each output.

        Returns a NumPy array for a model with one output, else a tuple of them; PyTorch tensors if all inputs are
        such. Raises `bnn.ArgumentError` for inputs that do not fit, and `bnn.CompileError` if the code is for
        another machine.
        """
        handle = self._handle
        if handle is None:
            handle = self._load()
        if named or len(arrays) != len(self._expected):
            arrays = self._match(arrays, named)
        pointers, kept = [], []
        tensors = 0
        for (spec, dtype, shape), array in zip(self._expected, arrays):
            if type(array) is np.ndarray:
                if array.dtype != dtype or array.shape != shape:
                    array = from_any(spec, array)
                else:
                    flags = array.flags
                    if not (flags.c_contiguous and flags.aligned):
                        array = from_any(spec, array)
                pointers.append(array.ctypes.data)
            elif is_tensor(array):
                tensors += 1
                array = from_torch(spec, array)
                pointers.append(array.data_ptr())
            else:
                array = from_any(spec, array)
                pointers.append(array.ctypes.data)
            kept.append(array)
        if out is None:
            results = [np.empty(shape, dtype) for shape, dtype in self._results]
        else:
            results = self._check_out(out, pointers)
        status = lib.run(
            handle,
            self._input_pointers(*pointers),
            self._output_pointers(*[result.ctypes.data for result in results]),
            None,
        )
        if status:
            raise ArgumentError(f"the model '{self.name}' was closed")
        if tensors and tensors == len(arrays) and out is None:
            results = self._to_tensors(results)
        return results[0] if len(results) == 1 else tuple(results)

    def _match(self, arrays: Tuple[Any, ...], named: Dict[str, Any]) -> Tuple[Any, ...]:
        """All inputs in order, from those by position and those by name."""
        names = [spec.name for spec in self.inputs]
        about = ", ".join(f"'{spec.name}' ({spec})" for spec in self.inputs)
        if len(arrays) > len(names):
            raise ArgumentError(f"{len(arrays)} inputs were given, and the model has {len(names)}: {about}")
        values = dict(zip(names, arrays))
        for name, array in named.items():
            if name not in names:
                raise ArgumentError(f"the model has no input '{name}'; its inputs are {about}")
            if name in values:
                raise ArgumentError(f"input '{name}' was given twice")
            values[name] = array
        for spec in self.inputs:
            if spec.name not in values:
                raise ArgumentError(f"input '{spec.name}' ({spec}) was not given")
        return tuple(values[name] for name in names)

    def _check_out(self, out: Any, pointers: List[int]) -> List[np.ndarray[Any, Any]]:
        arrays = [out] if isinstance(out, np.ndarray) else list(out)
        if len(arrays) != len(self.outputs):
            raise ArgumentError(f"out has {len(arrays)} arrays, and the model has {len(self.outputs)} outputs")
        results = [check_out(spec, array) for spec, array in zip(self.outputs, arrays)]
        # Models write outputs while they still read inputs.
        taken = [(p, p + spec.num_bytes, spec.name) for p, spec in zip(pointers, self.inputs)]
        for spec, array in zip(self.outputs, results):
            begin, end = array.ctypes.data, array.ctypes.data + array.nbytes
            for first, last, name in taken:
                if begin < last and first < end:
                    raise ArgumentError(f"out for '{spec.name}' shares memory with '{name}'")
            taken.append((begin, end, spec.name))
        return results

    def _to_tensors(self, results: List[Any]) -> List[Any]:
        import torch

        tensors = [torch.from_numpy(result) for result in results]
        return [t.view(torch.bfloat16) if s.type == "bfloat16" else t for s, t in zip(self.outputs, tensors)]

    def _load(self) -> int:
        """Loads the code into this process at the first call."""
        with self._lock:
            if self._handle is None:
                self._require_open()
                self._model = lib.Handle("model", "bnn_model_load", self._artifact.value)
                self._handle = self._model.value
            assert self._handle is not None
            return self._handle

    def close(self) -> None:
        """Frees the machine code and the source now, not when Python gets to it. Calls in other threads end
        undisturbed; later ones raise `bnn.ArgumentError`."""
        with self._lock:
            self._closed = True
            for handle in (self._model, self._artifact, self._module):
                if handle is not None:
                    handle.destroy()

    def _require_open(self) -> None:
        if self._closed:
            raise ArgumentError(f"the model '{self.name}' was closed")

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    # ------------------------------------------------------------ looking in

    def _source(self, what: str) -> lib.Handle:
        self._require_open()
        if self._module is None:
            raise CompileError(
                f"the model '{self.name}' was loaded from compiled code, which {what} cannot do with: "
                "compile it from its source"
            )
        return self._module

    def inspect(self) -> Report:
        """The layers with their shapes, bits, work, sizes and kernels. Compiles once more; the report is kept."""
        if self._report is None:
            text = self._annotations.get(_REPORT)
            if text is None:
                source = self._source("inspect()")
                text = lib.call_for_text("bnn_module_inspect", source.value, ctypes.byref(self._require_options()))
            self._report = Report._parse(text)
        return self._report

    def verify(self, *arrays: Any, seed: int = 1) -> Verification:
        """Compares the fast code with the reference, layer by layer: integers bit for bit, floats within 1e-5 of
        max(1, |x|). Without arrays the inputs are random, the same for the same `seed`."""
        source = self._source("verify()")
        inputs = [from_any(spec, a) for spec, a in zip(self.inputs, self._match(arrays, {}))] if arrays else []
        tensors = (lib.Tensor * len(inputs))()
        for tensor, array, spec in zip(tensors, inputs, self.inputs):
            code = 4 if spec.type == "bfloat16" else DLPACK_CODES[array.dtype.kind]
            tensor.describe(array.ctypes.data, array.shape, code, array.dtype.itemsize * 8)
        options = ctypes.byref(self._require_options())
        text = lib.call_for_text("bnn_module_verify", source.value, options, tensors, len(inputs), seed)
        return Verification._parse(text)

    def _require_options(self) -> lib.CompileOptions:
        assert self._options is not None
        return self._options

    def benchmark(self, *arrays: Any, seconds: float = 0.5, min_calls: int = 5) -> Timing:
        """Times calls for about `seconds`, at least `min_calls`, after a warm-up; inputs are zeros unless given."""
        handle = self._handle or self._load()
        if not arrays:
            arrays = tuple(np.zeros(spec.shape, spec.dtype) for spec in self.inputs)
        inputs = [from_any(spec, a) for spec, a in zip(self.inputs, self._match(arrays, {}))]
        outputs = [np.empty(shape, dtype) for shape, dtype in self._results]
        pointers = (
            self._input_pointers(*[a.ctypes.data for a in inputs]),
            self._output_pointers(*[a.ctypes.data for a in outputs]),
        )

        def measure(calls: int) -> List[float]:
            times = (ctypes.c_double * calls)()
            if lib.time(handle, *pointers, None, calls, times):
                raise ArgumentError(f"the model '{self.name}' was closed")
            return list(times)

        once = max(min(measure(3)), 1e-7)
        measure(max(1, min(1000, int(seconds / 10 / once))))
        times: List[float] = []
        end = clock.perf_counter() + seconds
        while len(times) < min_calls or clock.perf_counter() < end:
            times += measure(max(1, min(1000, int(seconds / 20 / once))))
        return Timing(sorted(times))

    # ----------------------------------------------------------------- saving

    def _emit(self, kind: int) -> bytes:
        self._require_open()
        return lib.call_for_bytes("bnn_artifact_emit", self._artifact.value, kind)

    @property
    def header(self) -> str:
        """The C header that declares NAME_run and NAME_workspace_size."""
        return self._emit(lib.EMIT_HEADER).decode()

    @property
    def assembly(self) -> str:
        """The machine code as assembly text. Raises `bnn.ArgumentError` for a model that was loaded from a file."""
        return self._emit(lib.EMIT_ASSEMBLY).decode()

    def save(self, path: PathLike, *, header: bool = True, linker: Optional[str] = None) -> List[str]:
        """Writes the model; the suffix of `path` says as what. Returns the paths written.

        | suffix | file | header beside it |
        |---|---|---|
        | `.o` | ELF object | yes |
        | `.a` | static library | yes |
        | `.so` | shared library, linked by `linker`, `$CC` or a compiler on the PATH | yes |
        | `.s` | assembly | yes |
        | `.h` | the header alone | |
        | `.ll` | optimized LLVM IR | |
        | `.bnn` | one file for `bnn.load`: code, names, shapes and the report of `inspect` | |

        `header=False` leaves the header away. Every file appears whole or not at all. Raises `bnn.FileError` for
        paths that cannot be written, `bnn.ArgumentError` for unknown suffixes.
        """
        target = os.fspath(path)
        stem, suffix = os.path.splitext(target)
        if suffix not in _KINDS:
            raise ArgumentError(f"{target}: the suffix must be one of {', '.join(_KINDS)}")
        kind, with_header = _KINDS[suffix]
        self._require_open()
        if kind == lib.EMIT_MODEL and self._module is not None:
            report = self.inspect()._json if not self._require_options().reference else None
            if report is not None:
                self._annotate(_REPORT, report)
        if kind is None:
            link_shared(self._emit(lib.EMIT_OBJECT), target, self.target.triple, linker)
        else:
            lib.call("bnn_artifact_write", self._artifact.value, kind, lib.encode_path(target))
        if not (with_header and header):
            return [target]
        lib.call("bnn_artifact_write", self._artifact.value, lib.EMIT_HEADER, lib.encode_path(stem + ".h"))
        return [target, stem + ".h"]

    def _annotate(self, key: str, text: str) -> None:
        lib.call("bnn_artifact_annotate", self._artifact.value, key.encode(), text.encode())
        self._annotations[key] = text

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_from_bytes, (self._emit(lib.EMIT_MODEL),))

    # ------------------------------------------------------------------ shown

    def __repr__(self) -> str:
        ins = ", ".join(f"{spec.name}: {spec}" for spec in self.inputs)
        outs = ", ".join(f"{spec.name}: {spec}" for spec in self.outputs)
        return f"<bnn.Model {self.name}({ins}) -> ({outs}) for {self.target.cpu}>"


def _from_bytes(data: bytes) -> Model:
    return Model(lib.Handle("artifact", "bnn_artifact_parse", data, len(data)))


def load(path: PathLike) -> Model:
    """Loads what `Model.save` wrote to a `.bnn` file; nothing is compiled.

    The file holds machine code: load only what you would run as a program. Raises `bnn.FileError` if the file cannot
    be read, `bnn.CompileError` if it is damaged or no such file.
    """
    return Model(lib.Handle("artifact", "bnn_artifact_read", lib.encode_path(path)))
