"""The contractions that the estimates are made for, as modules that hold one kernel and nothing else.

Activations come in packed, as the layer before leaves them, so that every instruction of the function belongs to the
contraction or to its epilogue.
"""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Problem:
    """A convolution, or a matrix product (height 1, kernel 1, width rows), of one bit by one bit."""

    height: int
    width: int
    channels: int
    outputs: int
    kernel: int = 1
    stride: int = 1
    is_gemm: bool = False

    @property
    def pad(self):
        return (self.kernel - 1) // 2

    @property
    def output_shape(self):
        return tuple((n + 2 * self.pad - self.kernel) // self.stride + 1 for n in (self.height, self.width))

    @property
    def macs(self):
        rows, columns = (1, self.width) if self.is_gemm else self.output_shape
        return rows * columns * self.outputs * self.kernel**2 * self.channels

    @property
    def case(self):
        if self.is_gemm:
            return "%dx%dx%d" % (self.width, self.channels, self.outputs)
        sizes = (self.height, self.width, self.channels, self.outputs, self.kernel, self.kernel, self.stride)
        return "%dx%dx%d-%d-%dx%d-s%d" % sizes

    @property
    def pixel_bytes(self):
        return 4 * ((self.channels + 31) // 32)

    def input_shape(self):
        if self.is_gemm:
            return (1, 1, self.width, self.pixel_bytes)
        return (1, self.height + 2 * self.pad, self.width + 2 * self.pad, self.pixel_bytes)

    def weights(self, seed=1):
        """Random codes, [output][row][column][channel] or, of a matrix product, [channel][output]."""
        return random.Random(seed).choices((0, 1), k=self.outputs * self.kernel**2 * self.channels)

    def module(self, output="i32", seed=1):
        """Text of the module. Its output holds the accumulators (i32), or whether they are at least 0 (bits)."""
        codes = "0x" + bytes(self.weights(seed)).hex().upper()
        stored = "x".join(map(str, self.input_shape())) + "xi8"
        pad = [self.pad] * 4 if self.pad else []
        layout = "#bnn.bit_packed<pad = [%s], border = 0>" % ", ".join(map(str, pad))
        if self.is_gemm:
            image = "%dx%d" % (self.width, self.channels)
            weights = "%dx%d" % (self.channels, self.outputs)
            result = "%dx%d" % (self.width, self.outputs)
            op, attributes = "bnn.matmul", ""
        else:
            image = "1x%dx%dx%d" % (self.height, self.width, self.channels)
            weights = "%dx%dx%dx%d" % (self.outputs, self.kernel, self.kernel, self.channels)
            result = "1x%dx%dx%d" % (*self.output_shape, self.outputs)
            op = "bnn.conv2d"
            attributes = "{pad = array<i64: %s>, pad_value = -1 : i64, strides = array<i64: %d, %d>}" % (
                ", ".join([str(self.pad)] * 4),
                self.stride,
                self.stride,
            )
        packed = "tensor<%sx!bnn.bipolar<1>, %s>" % (image, layout)
        lines = [
            "  %%w = bnn.constant dense<\"%s\"> : tensor<%sxi8> as tensor<%sx!bnn.bipolar<1>>" % (codes, weights, weights),
            "  %%q = builtin.unrealized_conversion_cast %%x : tensor<%s> to %s" % (stored, packed),
            "  %%a = %s %%q, %%w %s : %s, tensor<%sx!bnn.bipolar<1>> -> tensor<%sxi32>"
            % (op, attributes, packed, weights, result),
        ]
        value, element = "%a", "i32"
        if output == "bits":
            bits = "%s/8" % self.outputs
            shape = (1, 1, self.width) if self.is_gemm else (1, *self.output_shape)
            bits = "x".join(map(str, shape)) + "x%dxi8" % (4 * ((self.outputs + 31) // 32))
            plain = "tensor<%sx!bnn.bipolar<1>>" % result
            coded = "tensor<%sx!bnn.bipolar<1>, #bnn.bit_packed<pad = [], border = 0>>" % result
            lines += [
                "  %t = arith.constant dense<0> : tensor<1x1xi32>",
                "  %%b = bnn.threshold %%a, %%t : tensor<%sxi32>, tensor<1x1xi32> -> %s" % (result, plain),
                "  %%p = bnn.pack %%b : %s -> %s" % (plain, coded),
                "  %%s = builtin.unrealized_conversion_cast %%p : %s to tensor<%s>" % (coded, bits),
            ]
            value, returned = "%s", "tensor<%s>" % bits
        else:
            returned = "tensor<%sxi32>" % result
        head = "func.func @net(%%x: tensor<%s> {bnn.name = \"x\"}) -> (%s {bnn.name = \"y\"}) attributes {bnn.entry} {"
        return "\n".join([head % (stored, returned), *lines, "  return %s : %s" % (value, returned), "}", ""])


def parse_case(case):
    """The problem that a case names: 784x1152x128 or 28x28x128-128-3x3-s1."""
    parts = case.split("-")
    sizes = [int(n) for n in parts[0].split("x")]
    if len(parts) == 1:
        rows, depth, outputs = sizes
        return Problem(1, rows, depth, outputs, is_gemm=True)
    kernel, stride = int(parts[2].split("x")[0]), int(parts[3].removeprefix("s"))
    return Problem(*sizes, int(parts[1]), kernel, stride)


CASES = [
    "784x1152x128",
    "3136x576x64",
    "196x2304x256",
    "49x4608x512",
    "56x56x64-64-3x3-s1",
    "28x28x128-128-3x3-s1",
    "14x14x256-256-3x3-s1",
    "7x7x512-512-3x3-s1",
    "56x56x64-128-3x3-s2",
]
