"""Planes of one bit beside the whole product, for widths of 1 to 8 bits; docs/several-bits.md tells what is compared.

Three programs of ours for each shape and width: planes forced, the whole forced, and the compiler's own choice. The
ratios of a row are how many times faster that choice is than each of the two; less than 1 is a wrong choice. Making
planes out of the bytes that the layer before left is part of the time.
"""

from harness.native import BuildError
from harness.ours import Compiled
from harness.problems import Bits, Conv, Gemm
from harness.results import make_row

WIDTHS = ["1x2", "1x3", "1x4", "2x2", "2x3", "1x8", "2x4", "4x4", "8x8"]


def problems():
    for bits in map(Bits.parse, WIDTHS):
        yield Gemm(784, 1152, 128, bits)
        yield Gemm(128, 768, 768, bits)
        yield Gemm(3136, 64, 64, bits)
        yield Conv(14, 14, 256, 256, 3, 1, bits)
        yield Conv(56, 56, 64, 64, 3, 1, bits)


def run(context):
    rows = []
    for problem in problems():
        if not context.wants(problem.name, problem.bits):
            continue
        for cpu in context.cpus:
            row = measure(context, problem, cpu)
            if row:
                rows.append(row)
    return rows


def measure(context, problem, cpu):
    label = f"bits {problem.name} {problem.bits} for {cpu or 'this machine'}"
    contenders, compiled = {}, {}
    for mode in ("cost", "all", "never"):
        # Hundreds of kernels for nothing: what 16 pairs show is clear.
        if mode == "all" and problem.bits.weights * problem.bits.activations > 16:
            continue
        context.progress.update(f"{label}: compiling")
        try:
            program = Compiled(context.tools, problem, "i32", cpu, [f"--decompose={mode}"])
        except BuildError as error:
            context.fail(f"{label}: {error}")
            return None
        contenders[mode] = program.contender(f"{mode} {label}", context.clock)
        compiled[mode] = program
        contenders[mode].sample(1)
        if not program.check():
            context.fail(f"{label}: --decompose={mode} computes something else")
            return None
    times = context.meter.measure(label, list(contenders.values()))
    context.keep_details(label, times)
    chosen = times[contenders["cost"].key]
    names = {"all": "planes", "never": "whole"}
    vs = {names[mode]: times[contenders[mode].key].time / chosen.time for mode in names if mode in contenders}
    cycles = chosen.time * context.meter.calibration.gigahertz
    row = make_row(
        context.suite_name("bits", cpu), problem.name, str(problem.bits), "i32", compiled["never"].strategy,
        chosen.time / 1000, problem.macs / cycles, vs,
    )
    context.show(row, chosen)
    return row
