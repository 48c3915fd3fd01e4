"""Planes of one bit beside whole products, for widths of 1 to 8 bits; docs/several-bits.md tells what is compared.

Up to four programs of ours for each shape and width: planes forced, each strategy for the whole forced, and the
compiler's own choice. The ratios of a row are how many times faster that choice is than each of the others; less than 1
is a wrong choice. Making planes out of the bytes that the layer before left is part of the time.
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
    # Hundreds of kernels for nothing: what 16 pairs show is clear.
    planes = problem.bits.weights * problem.bits.activations <= 16
    # Tables serve few bits, and `integer` is slower than `dot` everywhere.
    alternatives = ["planes"] * planes + ["dot", "lut"]
    for name in ["chosen", *alternatives]:
        context.progress.update(f"{label}: compiling {name}")
        mode = {"chosen": "cost", "planes": "all"}.get(name, "never")
        try:
            program = Compiled(context.tools, problem, "i32", cpu, [f"--decompose={mode}"],
                               name if mode == "never" else "")
        except BuildError as error:
            if name == "lut":
                continue
            context.fail(f"{label}: {error}")
            return None
        contenders[name] = program.contender(f"{name} {label}", context.clock)
        compiled[name] = program
        contenders[name].sample(1)
        if not program.check():
            context.fail(f"{label}: {name} computes something else")
            return None
    times = context.meter.measure(label, list(contenders.values()))
    context.keep_details(label, times)
    chosen = times[contenders["chosen"].key]
    vs = {name: times[contenders[name].key].time / chosen.time for name in contenders if name != "chosen"}
    cycles = chosen.time * context.meter.calibration.gigahertz
    row = make_row(
        context.suite_name("bits", cpu), problem.name, str(problem.bits), "i32", compiled["chosen"].strategy,
        chosen.time / 1000, problem.macs / cycles, vs,
    )
    context.show(row, chosen)
    return row
