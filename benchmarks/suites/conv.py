"""Convolutions: 3×3 of ResNet-18 with all three outputs, 1×1, depthwise, odd sizes."""

from harness.layers import measure_layers
from harness.problems import Bits, Conv

ONE = Bits(1, 1)
ALL = ["i32", "bits", "f32"]
STAGES = [
    (56, 56, 64, 64, 3, 1), (28, 28, 128, 128, 3, 1), (14, 14, 256, 256, 3, 1), (7, 7, 512, 512, 3, 1),
    (56, 56, 64, 128, 3, 2), (28, 28, 128, 256, 3, 2), (14, 14, 256, 512, 3, 2),
]


def problems():
    for layer in STAGES:
        # Zero padding beside padding with -1: it should cost almost nothing.
        yield [(Conv(*layer, ONE), ALL), (Conv(*layer, ONE, pad_value=0), ["i32"])]
    for layer in [(56, 56, 64, 128, 1, 2), (28, 28, 128, 128, 1, 1), (14, 14, 256, 512, 1, 1)]:
        yield [(Conv(*layer, ONE), ALL)]
    yield [(Conv(17, 23, 96, 72, 3, 1, ONE), ALL)]
    yield [(Conv(9, 13, 40, 24, 3, 2, ONE), ["i32"])]
    yield [(Conv(28, 28, 128, 128, 3, 1, ONE, groups=128), ["i32"])]
    yield [(Conv(28, 28, 128, 128, 3, 1, Bits(8, 8), groups=128), ["i32"])]
    for bits in ("1x2", "2x2", "1x4", "8x8"):
        yield [(Conv(14, 14, 256, 256, 3, 1, Bits.parse(bits)), ["i32"])]


def run(context):
    return measure_layers(context, "conv", problems())
