"""The rows of results.json, and the table made of them."""

import json
import math
import os
import tempfile

FIELDS = ("suite", "case", "bits", "output", "strategy", "threads", "mac_per_cycle", "time_us", "vs")
PEERS = (
    "handwritten",
    "openblas-fp32",
    "ort-fp32",
    "ort-int8",
    "openvino-fp32",
    "openvino-int8",
    "openvino-binary",
    "pytorch-fp32",
)


def make_row(suite, case, bits, output, strategy, time_us, mac_per_cycle=None, vs=None, threads=1):
    """`vs`: how many times faster than each peer. What a suite has no value for is None."""
    row = dict(
        suite=suite,
        case=case,
        bits=bits,
        output=output,
        strategy=strategy,
        threads=threads,
        mac_per_cycle=None if mac_per_cycle is None else round(mac_per_cycle, 3),
        time_us=None if time_us is None else round(time_us, 3),
        vs={peer: round(ratio, 4) for peer, ratio in (vs or {}).items()},
    )
    validate_row(row)
    return row


def validate_row(row):
    """Raises ValueError for a row that is not of the format."""
    if tuple(row) != FIELDS:
        raise ValueError(f"a row has the fields {', '.join(FIELDS)}, this one {', '.join(row)}")
    for name in ("suite", "case", "bits", "output", "strategy"):
        if not isinstance(row[name], str) or (not row[name] and name in ("suite", "case")):
            raise ValueError(f"{name} must be text, not {row[name]!r}")
    if not isinstance(row["threads"], int) or row["threads"] < 1:
        raise ValueError(f"threads must be a positive number, not {row['threads']!r}")
    for name in ("mac_per_cycle", "time_us"):
        value = row[name]
        if value is not None and not (isinstance(value, (int, float)) and math.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive or null, not {value!r}")
    for peer, ratio in row["vs"].items():
        if not (isinstance(ratio, (int, float)) and math.isfinite(ratio) and ratio > 0):
            raise ValueError(f"vs[{peer!r}] must be positive, not {ratio!r}")


def validate(rows):
    if not isinstance(rows, list):
        raise ValueError("results are a list of rows")
    for row in rows:
        validate_row(row)


def write_json(path, value):
    """The whole file or none of it."""
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".results-")
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(value, file, indent=1, allow_nan=False)
            file.write("\n")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def format_number(value):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def render_lines(header, lines, numeric=()):
    """A Markdown table; columns in `numeric` are set to the right."""
    rules = ["--:" if i in numeric else "---" for i in range(len(header))]
    lines = [header, rules, *lines]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join("| " + " | ".join(c.ljust(w) for c, w in zip(line, widths)) + " |" for line in lines)


def render_table(rows):
    """Markdown, a table for each suite, with a column for each peer that any of its rows has."""
    parts = []
    for suite in dict.fromkeys(row["suite"] for row in rows):
        of_suite = [row for row in rows if row["suite"] == suite]
        named = {peer for row in of_suite for peer in row["vs"]}
        peers = [peer for peer in PEERS if peer in named] + sorted(named - set(PEERS))
        header = ["case", "bits", "output", "strategy", "threads", "MAC/cycle", "µs"] + [f"× {p}" for p in peers]
        lines = [
            [row["case"], row["bits"], row["output"], row["strategy"], str(row["threads"])]
            + [format_number(row["mac_per_cycle"]), format_number(row["time_us"])]
            + [format_number(row["vs"].get(peer)) for peer in peers]
            for row in of_suite
        ]
        text = render_lines(header, lines, range(4, len(header)))
        parts.append(f"## {suite}\n\n{text}\n")
    return "\n".join(parts)
