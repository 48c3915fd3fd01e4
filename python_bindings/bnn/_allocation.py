"""bnn.sensitivity and bnn.allocate: which layers can do with few bits, and the best choice for a budget."""

from __future__ import annotations

import ctypes
import json
import os
import threading
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _library as lib
from ._arrays import DLPACK_CODES
from ._errors import ArgumentError, FileError
from ._reports import html_table, text_table
from ._source import InputShapes, Source, make_options

PathLike = Union[str, "os.PathLike[str]"]
#: An array for the only input, or arrays by the names of inputs.
Data = Union[Mapping[str, Any], Any]


def _read(path: PathLike) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise FileError(f"{os.fspath(path)}: {error.strerror}") from error


def _write(path: PathLike, text: str) -> None:
    target = os.fspath(path)
    try:
        with open(target + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(target + ".part", target)
    except OSError as error:
        raise FileError(f"{target}: {error.strerror}") from error


def _to_json(value: Any, what: str) -> str:
    """The text of a table or an assignment, however it is given."""
    if isinstance(value, (Sensitivity, Allocation)):
        return value._json
    if isinstance(value, Mapping):
        return json.dumps(value)
    if isinstance(value, (str, os.PathLike)):
        return _read(value)
    raise ArgumentError(f"{what} must be a mapping or a path, and is {value!r}")


def collect_data(data: Data, labels: Any = None) -> Dict[str, np.ndarray[Any, Any]]:
    """Calibration data as contiguous NumPy arrays by name."""
    arrays = dict(data) if isinstance(data, Mapping) else {"input": data}
    if labels is not None:
        arrays["labels"] = labels
    result = {}
    for name, value in arrays.items():
        array = value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)
        if array.dtype.kind not in DLPACK_CODES or not array.dtype.isnative:
            raise ArgumentError(f"calibration data '{name}' has the element type {array.dtype}, which no model has")
        result[str(name)] = np.require(array, requirements=["C_CONTIGUOUS", "ALIGNED"])
    return result


def data_arrays(arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    """bnn_array for each; the structures keep names and shapes alive, and the caller the data."""
    result = (lib.NamedTensor * len(arrays))()
    for entry, (name, array) in zip(result, arrays.items()):
        entry.name = name.encode()
        entry.tensor.describe(array.ctypes.data, array.shape, DLPACK_CODES[array.dtype.kind], array.dtype.itemsize * 8)
    return result


def quantize(module: lib.Handle, bits: Any, data: Data) -> None:
    """Gives the layers of a module their bits."""
    if data is None:
        raise ArgumentError("bits need data, from which the scales of activations come: data=images")
    if isinstance(bits, Mapping) and "assignment" not in bits:
        bits = {"assignment": dict(bits)}
    text = _to_json(bits, "bits")
    arrays = collect_data(data)
    arrays.pop("labels", None)
    structures = data_arrays(arrays)
    lib.call("bnn_module_quantize", module.value, text.encode(), structures, len(structures))


# -------------------------------------------------------------- sensitivity


@dataclass(frozen=True)
class _Study:
    """All that a worker needs, in one picklable value."""

    key: str
    bytecode: bytes
    arrays: Dict[str, np.ndarray[Any, Any]]
    options: Tuple[Optional[str], ...]
    bits: str
    activation_bits: str
    measure_latency: bool
    use_loss: bool

    def open(self) -> lib.Handle:
        """Runs the model once on all data."""
        source = Source(self.bytecode)
        target, cpu, features = self.options
        options = make_options(target or "native", cpu, features, None, None, False)
        how = lib.SensitivityOptions(
            ctypes.sizeof(lib.SensitivityOptions),
            self.bits.encode(),
            self.activation_bits.encode(),
            int(self.measure_latency),
            int(self.use_loss),
        )
        structures = data_arrays(self.arrays)
        return lib.Handle(
            "sensitivity",
            "bnn_sensitivity_create",
            source.module.value,
            ctypes.byref(options),
            ctypes.byref(how),
            structures,
            len(structures),
        )


#: The study that a thread of a worker last worked on; opening one costs a run over the data.
_opened = threading.local()


def _evaluate(study: _Study, jobs: Sequence[int]) -> List[str]:
    """Runs in a worker."""
    if getattr(_opened, "key", None) != study.key:
        _opened.handle = study.open()
        _opened.key = study.key
    return [lib.call_for_text("bnn_sensitivity_evaluate", _opened.handle.value, job) for job in jobs]


@dataclass(frozen=True)
class Sensitivity:
    """How much the outputs suffer, layer by layer and bits by bits; what `bnnc sensitivity` writes."""

    _json: str

    def to_dict(self) -> Dict[str, Any]:
        """The table that docs/allocation.md describes: `["layers"][i]["sensitivity"]["4"]` and so on."""
        return dict(json.loads(self._json))

    def save(self, path: PathLike) -> None:
        """Writes JSON, for `bnn.allocate` and `bnnc allocate`."""
        _write(path, self._json)

    def _rows(self) -> List[List[str]]:
        layers = self.to_dict()["layers"]
        choices = list(dict.fromkeys(choice for layer in layers for choice in layer["sensitivity"]))
        rows = [["layer", *(f"{choice} bit" for choice in choices)]]
        for layer in layers:
            values = [layer["sensitivity"].get(choice) for choice in choices]
            rows.append([layer["name"], *("" if value is None else f"{value:.3g}" for value in values)])
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        return text_table(rows, range(1, len(rows[0])))

    def _repr_html_(self) -> str:
        rows = self._rows()
        return html_table(rows, range(1, len(rows[0])))


def _bit_list(bits: Union[int, Sequence[int]]) -> str:
    try:
        return ",".join(str(int(b)) for b in ([bits] if isinstance(bits, int) else bits))
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"bits must be integers, and are {bits!r}") from error


def sensitivity(
    model: Any,
    data: Data,
    *,
    labels: Any = None,
    bits: Union[int, Sequence[int]] = (2, 4, 6, 8),
    activation_bits: Union[int, Sequence[int]] = 8,
    measure_latency: bool = False,
    costs: Any = None,
    executor: Optional[Executor] = None,
    jobs_per_task: int = 1,
    input_shapes: InputShapes = None,
    example_inputs: Any = None,
    target: str = "native",
    cpu: Optional[str] = None,
    features: Optional[str] = None,
) -> Sensitivity:
    """Measures how much a model suffers when one layer at a time is quantized.

    Args:
        model: Of any kind that `bnn.compile` takes.
        data: Calibration data: an array for the only input, or arrays by the names of inputs. Shaped and typed like
            the inputs, but for the first dimension, which holds any multiple of samples.
        labels: Integer classes, one for each sample. With them, sensitivity is the increase of the mean
            cross-entropy; without, the power of the outputs' error over that of the outputs.
        bits: Widths of weights to try, 1 to 8.
        activation_bits: Widths of activations to try with each.
        measure_latency: Time each layer alone as well, in ms; not with an executor of other machines.
        costs: A table (mapping or path) whose costs are added.
        executor: Runs the jobs, one for each layer and choice of bits: any PEP 3148 executor, such as those of
            `concurrent.futures`, Dask, Ray or mpi4py. Without it they run here, one after the other. Processes of
            an executor that forks are fine.
        jobs_per_task: Jobs given to the executor at once.
        input_shapes, example_inputs, target, cpu, features: As of `bnn.compile`.

    Raises `bnn.ArgumentError` for data that do not fit, `bnn.CompileError` for models without layers to quantize.
    """
    if jobs_per_task < 1:
        raise ArgumentError("jobs_per_task must be at least 1")
    source = Source(model, input_shapes=input_shapes, example_inputs=example_inputs)
    arrays = collect_data(data, labels)
    if not isinstance(data, Mapping):
        inputs = json.loads(lib.call_for_text("bnn_module_describe", source.module.value))["inputs"]
        if len(inputs) != 1:
            raise ArgumentError(f"the model has {len(inputs)} inputs: give data as a mapping from their names")
        arrays = {inputs[0]["name"] if name == "input" else name: array for name, array in arrays.items()}
    study = _Study(
        key=f"{os.getpid()}-{id(source)}-{os.urandom(8).hex()}",
        bytecode=lib.call_for_bytes("bnn_module_bytecode", source.module.value),
        arrays=arrays,
        options=(target, cpu, features),
        bits=_bit_list(bits),
        activation_bits=_bit_list(activation_bits),
        measure_latency=measure_latency,
        use_loss="labels" in arrays,
    )
    handle = study.open()
    count = len(json.loads(lib.call_for_text("bnn_sensitivity_jobs", handle.value)))
    tasks = [range(i, min(i + jobs_per_task, count)) for i in range(0, count, jobs_per_task)]
    if executor is None:
        results = [lib.call_for_text("bnn_sensitivity_evaluate", handle.value, job) for job in range(count)]
    else:
        futures = [executor.submit(_evaluate, study, task) for task in tasks]
        results = [text for future in futures for text in future.result()]
    texts = (ctypes.c_char_p * count)(*[text.encode() for text in results])
    cost_table = None if costs is None else _to_json(costs, "costs").encode()
    objective = "loss" if study.use_loss else "noise"
    table = lib.call_for_text(
        "bnn_sensitivity_table", handle.value, texts, count, cost_table, f"bnn.sensitivity, {objective}".encode()
    )
    return Sensitivity(table)


# --------------------------------------------------------------- allocation


@dataclass(frozen=True)
class Allocation:
    """Bits for each layer; give it to `bnn.compile(..., bits=)`."""

    #: Of the weights and of the activations of each layer.
    bits: Dict[str, int]
    activation_bits: Dict[str, int]
    #: Sum of the sensitivities.
    objective: float
    #: How much better another assignment might be, relative to the objective; 0 means proven optimal.
    gap: float
    #: By metric, in the table's units.
    cost: Dict[str, float]
    _json: str

    @classmethod
    def _parse(cls, text: str) -> Allocation:
        data = json.loads(text)
        layers = data["assignment"]
        bits, activations = ({name: int(b[key]) for name, b in layers.items()} for key in ("bits", "activation_bits"))
        return cls(bits, activations, float(data["objective"]), float(data["gap"]), dict(data["cost"]), text)

    def to_dict(self) -> Dict[str, Any]:
        return dict(json.loads(self._json))

    def save(self, path: PathLike) -> None:
        """Writes JSON, for `bnnc compile --bits`."""
        _write(path, self._json)

    def _rows(self) -> List[List[str]]:
        rows = [[name, str(bits), str(self.activation_bits[name])] for name, bits in self.bits.items()]
        return [["layer", "weights", "activations"], *rows]

    def __str__(self) -> str:
        costs = ", ".join(f"{metric} {cost:.6g}" for metric, cost in self.cost.items())
        return text_table(self._rows(), (1, 2)) + f"\n\nobjective {self.objective:.6g}, gap {self.gap:.2%}, {costs}"

    def _repr_html_(self) -> str:
        return html_table(self._rows(), (1, 2))


#: bnn_solver
_SOLVERS = {"auto": 0, "exact": 1, "genetic": 2}


def allocate(
    table: Any,
    budget: Union[str, Sequence[str], Mapping[str, Any]],
    *,
    bits: Union[int, Sequence[int], None] = None,
    mean_bits: Union[str, Sequence[str]] = (),
    solver: str = "auto",
    seed: int = 1,
) -> Allocation:
    """Chooses the bits of each layer, such that the sum of sensitivities is least within the budgets.

    Args:
        table: What `bnn.sensitivity` gave, a mapping of that form, or a path of such a file.
        budget: `"size:200KB"`, several of them, or `{"size": "200KB", "bops": 0.5}`. A number without a unit from 0
            to 1 is a fraction of the way from the cheapest to the dearest assignment.
        bits: Widths of weights to choose from; without it, all of the table.
        mean_bits: Bands for the mean of bits: `"4:0.02"`, or `"group=4:0.02"`.
        solver: `exact` (integer programming), `genetic`, or `auto`.
        seed: Of the genetic search.

    Raises `bnn.ArgumentError` for budgets that cannot be met, with the least that is possible.
    """
    if isinstance(budget, Mapping):
        budget = [f"{metric}:{value}" for metric, value in budget.items()]
    budgets = [budget] if isinstance(budget, str) else list(budget)
    means = [mean_bits] if isinstance(mean_bits, str) else list(mean_bits)
    if solver not in _SOLVERS:
        raise ArgumentError(f"solver must be one of {', '.join(_SOLVERS)}, and is {solver!r}")
    how = lib.AllocationOptions(
        ctypes.sizeof(lib.AllocationOptions),
        (ctypes.c_char_p * len(budgets))(*[str(b).encode() for b in budgets]),
        len(budgets),
        (ctypes.c_char_p * len(means))(*[str(m).encode() for m in means]),
        len(means),
        None if bits is None else _bit_list(bits).encode(),
        _SOLVERS[solver],
        seed,
    )
    text = lib.call_for_text("bnn_allocate", _to_json(table, "table").encode(), ctypes.byref(how))
    return Allocation._parse(text)
