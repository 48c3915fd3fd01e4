"""Matrix products, rows × depth × columns: 1×1 bit at seven shapes, more bits at five."""

from harness.layers import measure_layers
from harness.problems import Bits, Gemm

SHAPES = [
    (3136, 576, 64), (784, 1152, 128), (196, 2304, 256), (49, 4608, 512), (128, 768, 768), (128, 3072, 768),
    (1, 4096, 4096),
]
# 8x7: the widest activations for which sums of two products with signed bytes fit into 16 bits.
LOW_BIT = ["1x2", "1x4", "2x2", "8x7", "8x8"]


def problems():
    for index, shape in enumerate(SHAPES):
        bits = ["1x1"] + (LOW_BIT if index < 5 else [])
        yield [(Gemm(*shape, Bits.parse(b)), ["i32"]) for b in bits]


def run(context):
    return measure_layers(context, "gemm", problems())
