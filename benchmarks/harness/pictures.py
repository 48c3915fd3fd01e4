"""Which pictures a run gives: files by name."""

from .plot import bar_chart
from .results import PEERS


def draw(rows, machine):
    """SVG texts by file name."""
    note = f"{machine['machine']}, one thread; compiled for {machine['cpus'][0]}; commit {machine['commit']}"
    pictures = {
        "gemm.svg": layers(rows, "gemm", "i32", "1x1", "Matrix products of one bit by one bit", note),
        "conv-i32.svg": layers(rows, "conv", "i32", "1x1", "Binary convolutions, sums in i32", note),
        "conv-bits.svg": layers(rows, "conv", "bits", "1x1", "Binary convolutions, threshold to packed bits", note),
        "low-bit.svg": low_bit(rows, note),
        "net.svg": networks(rows, note),
        "compile.svg": compile_times(rows, note),
    }
    return {name: picture for name, picture in pictures.items() if picture}


def with_peers(row):
    """Bars of a row: ours and the peers, in multiply-accumulates per cycle."""
    ours = row["mac_per_cycle"]
    return [("bnnc", ours)] + [(peer, ours / row["vs"][peer]) for peer in PEERS if peer in row["vs"]]


def layers(rows, suite, output, bits, title, note):
    groups = [
        (row["case"], with_peers(row))
        for row in rows
        if (row["suite"], row["output"], row["bits"]) == (suite, output, bits) and row["mac_per_cycle"]
        and "-p0" not in row["case"]
    ]
    return bar_chart(title, "multiply-accumulates per cycle", groups, note)


def low_bit(rows, note):
    wanted = ("bnnc", "handwritten", "ort-int8", "openvino-int8")
    groups = []
    for row in rows:
        if row["suite"] in ("gemm", "conv") and row["bits"] != "1x1" and row["mac_per_cycle"]:
            bars = [bar for bar in with_peers(row) if bar[0] in wanted]
            groups.append((f"{row['case']}  {row['bits']}", bars))
    return bar_chart("Several bits", "multiply-accumulates per cycle", groups, note)


def networks(rows, note):
    groups = []
    for row in rows:
        if row["suite"].startswith("net") and row["time_us"]:
            name = row["case"] + row["suite"][3:] + (f", {row['threads']} threads" if row["threads"] > 1 else "")
            groups.append((name, [("bnnc", row["time_us"] / 1000)]))
    # Peers run ResNet-18; their times are the same whichever of ours they are compared with.
    first = next((row for row in rows if row["suite"] == "net" and row["vs"] and row["threads"] == 1), None)
    if first:
        bars = [(peer, first["time_us"] / 1000 * first["vs"][peer]) for peer in PEERS if peer in first["vs"]]
        groups.append(("ResNet-18", bars))
    return bar_chart("Networks, one image", "milliseconds, less is better", groups, note)


def compile_times(rows, note):
    groups = [(row["case"], [("bnnc compile", row["time_us"] / 1e6)]) for row in rows if row["suite"] == "compile"]
    return bar_chart("Compile time", "seconds", groups, note)
