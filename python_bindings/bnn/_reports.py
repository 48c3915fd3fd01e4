"""What `inspect`, `verify` and `benchmark` give: data first, with a table for terminals and one for notebooks."""

from __future__ import annotations

import html
import json
from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple


def text_table(rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    """Columns with two spaces between them; those in `numbers` are aligned to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(w) if i in numbers else cell.ljust(w) for i, (cell, w) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def html_table(rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    """The same in HTML. Cells are text, not markup."""

    def line(row: Sequence[str], tag: str) -> str:
        cells = []
        for i, cell in enumerate(row):
            align = "right" if i in numbers else "left"
            cells.append(f'<{tag} style="text-align:{align}">{html.escape(cell)}</{tag}>')
        return "<tr>" + "".join(cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows[1:])
    return f"<table><thead>{line(rows[0], 'th')}</thead><tbody>{body}</tbody></table>"


def _shape(extents: Sequence[int]) -> str:
    return "×".join(map(str, extents)) or "scalar"


@dataclass(frozen=True)
class Layer:
    """A convolution or matrix product, of codes or of floats."""

    #: The ONNX node's, or a place in a file.
    name: str
    #: Such as `bnn.conv2d` or `tosa.matmul`.
    op: str
    input_shape: Tuple[int, ...]
    weight_shape: Tuple[int, ...]
    output_shape: Tuple[int, ...]
    #: Of one weight and of one activation.
    weight_bits: int
    activation_bits: int
    float: bool
    #: Multiply-accumulates of one run.
    macs: int
    #: Bytes of constant weights: at their width, as the kernel stores them, and as float32. 0 for weights that are
    #: computed at run time.
    weight_bytes_packed: int
    weight_bytes_stored: int
    weight_bytes_float: int
    #: Who computes it, and why.
    strategy: str
    reason: str

    @classmethod
    def _of(cls, entry: Dict[str, Any]) -> Layer:
        values: Dict[str, Any] = {key: entry[key] for key in cls.__dataclass_fields__}
        for key in ("input_shape", "weight_shape", "output_shape"):
            values[key] = tuple(values[key])
        return cls(**values)


@dataclass(frozen=True)
class Report:
    """What a model became: `str()` is a table, and notebooks show one by themselves."""

    name: str
    layers: List[Layer]
    #: Bytes of the workspace of one call, of the constants and of the code.
    workspace_bytes: int
    constant_bytes: int
    code_bytes: int
    _json: str

    @classmethod
    def _parse(cls, text: str) -> Report:
        data = json.loads(text)
        layers = [Layer._of(entry) for entry in data["layers"]]
        return cls(data["name"], layers, data["workspace_bytes"], data["constant_bytes"], data["code_bytes"], text)

    def to_dict(self) -> Dict[str, Any]:
        """All of it as `bnnc inspect --json` writes it: plain dicts, lists, texts and numbers."""
        return dict(json.loads(self._json))

    def _rows(self) -> List[List[str]]:
        rows = [["layer", "op", "input", "weights", "output", "bits", "MACs", "stored bytes", "strategy"]]
        for layer in self.layers:
            bits = "float" if layer.float else f"{layer.weight_bits}×{layer.activation_bits}"
            shapes = [_shape(s) for s in (layer.input_shape, layer.weight_shape, layer.output_shape)]
            rows.append(
                [layer.name, layer.op, *shapes, bits, str(layer.macs), str(layer.weight_bytes_stored), layer.strategy]
            )
        macs = sum(layer.macs for layer in self.layers)
        stored = sum(layer.weight_bytes_stored for layer in self.layers)
        rows.append(["total", "", "", "", "", "", str(macs), str(stored), ""])
        return rows

    def _summary(self) -> str:
        return (
            f"{self.name}: {self.code_bytes} bytes of code, {self.constant_bytes} of constants, "
            f"{self.workspace_bytes} of workspace"
        )

    def __str__(self) -> str:
        return text_table(self._rows(), (6, 7)) + "\n\n" + self._summary()

    def _repr_html_(self) -> str:
        return html_table(self._rows(), (6, 7)) + f"<p>{html.escape(self._summary())}</p>"


@dataclass(frozen=True)
class Comparison:
    """A value that the fast code and the reference both computed."""

    #: The node that computes it, or the output.
    name: str
    #: `codes`, or the type of the output.
    what: str
    elements: int
    #: Elements beyond the tolerance.
    different: int
    #: Codes that differ only because the float they were made of lies within the tolerance of a threshold.
    ties: int
    #: Largest error of floats, relative to max(1, |reference|).
    max_error: float
    #: The first different element, and both its values.
    first_index: Optional[int] = None
    fast: Optional[float] = None
    reference: Optional[float] = None

    @classmethod
    def _of(cls, entry: Dict[str, Any]) -> Comparison:
        values = dict(entry)
        for key in ("fast", "reference"):
            if key in values:
                values[key] = float(values[key])
        return cls(**values)


@dataclass(frozen=True)
class Verification:
    """The fast code against the reference. True in a condition if they agree."""

    passed: bool
    #: Name of the first layer that differs.
    first_different: Optional[str]
    ties: int
    #: In program order, each computed by fast code from the reference's values.
    layers: List[Comparison]
    #: The outputs of the whole program.
    outputs: List[Comparison]
    #: Only where outputs differ though no layer does: the quantizers of the model as it was imported.
    quantizers: List[Comparison]

    @classmethod
    def _parse(cls, text: str) -> Verification:
        data = json.loads(text)
        lists = ([Comparison._of(entry) for entry in data[key]] for key in ("layers", "outputs", "quantizers"))
        layers, outputs, quantizers = lists
        return cls(data["passed"], data["first_different"], data["ties"], layers, outputs, quantizers)

    def __bool__(self) -> bool:
        return self.passed

    def to_dict(self) -> Dict[str, Any]:
        return asdict(self)

    def _rows(self) -> List[List[str]]:
        rows = [["value", "what", "elements", "different", "ties", "max error"]]
        for value in [*self.layers, *self.outputs, *self.quantizers]:
            counts = [str(n) for n in (value.elements, value.different, value.ties)]
            rows.append([value.name, value.what, *counts, f"{value.max_error:.1e}" if value.max_error else "0"])
        return rows

    def _summary(self) -> str:
        if self.passed:
            return f"verified: {len(self.layers)} values equal" + (f", {self.ties} ties" if self.ties else "")
        return f"the first value that differs is {self.first_different or 'an output'}"

    def __str__(self) -> str:
        return text_table(self._rows(), (2, 3, 4, 5)) + "\n\n" + self._summary()

    def _repr_html_(self) -> str:
        return html_table(self._rows(), (2, 3, 4, 5)) + f"<p>{html.escape(self._summary())}</p>"


@dataclass(frozen=True)
class Timing:
    """How long calls took, in seconds, without the overhead of Python."""

    #: One for each call, sorted.
    seconds: List[float]

    def quantile(self, q: float) -> float:
        """The time that a share `q`, from 0 to 1, of the calls did not exceed."""
        last = len(self.seconds) - 1
        at = q * last
        low = int(at)
        high = min(low + 1, last)
        return self.seconds[low] + (self.seconds[high] - self.seconds[low]) * (at - low)

    @property
    def median(self) -> float:
        return self.quantile(0.5)

    @property
    def mean(self) -> float:
        return sum(self.seconds) / len(self.seconds)

    def __str__(self) -> str:
        def show(seconds: float) -> str:
            for unit, name in ((1.0, "s"), (1e-3, "ms")):
                if seconds >= unit:
                    return f"{seconds / unit:.3g} {name}"
            return f"{seconds * 1e6:.3g} µs"

        return (
            f"median {show(self.median)}, 10 % to 90 %: {show(self.quantile(0.1))} to {show(self.quantile(0.9))} "
            f"({len(self.seconds)} calls)"
        )
