"""What is computed: shapes, operands with seeded values, and the right results.

Bits are written weights × activations. One bit by one bit is ±1 by ±1; weights of one bit beside wider activations
are ±1, of two and eight bits signed; activations of several bits are unsigned.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Bits:
    weights: int
    activations: int

    @staticmethod
    def parse(text):
        weights, activations = text.split("x")
        return Bits(int(weights), int(activations))

    def __str__(self):
        return f"{self.weights}x{self.activations}"

    @property
    def is_binary(self):
        return self.weights == self.activations == 1

    @property
    def weight_type(self):
        return "!bnn.bipolar<1>" if self.weights == 1 else f"!bnn.signed<{self.weights}>"

    @property
    def activation_type(self):
        return "!bnn.bipolar<1>" if self.is_binary else f"!bnn.unsigned<{self.activations}>"

    def weight_values(self, random, shape):
        if self.weights == 1:
            return (2 * random.integers(0, 2, shape) - 1).astype(np.int8)
        half = 1 << (self.weights - 1)
        return random.integers(-half, half, shape).astype(np.int8)

    def activation_values(self, random, shape):
        if self.is_binary:
            return (2 * random.integers(0, 2, shape) - 1).astype(np.int16)
        return random.integers(0, 1 << self.activations, shape).astype(np.int16)


def pack_bits(values):
    """±1 along the last axis as little-endian bits, padded to words of 32."""
    bits = (values > 0).astype(np.uint8)
    pad = -bits.shape[-1] % 32
    bits = np.pad(bits, [(0, 0)] * (bits.ndim - 1) + [(0, pad)])
    return np.packbits(bits, axis=-1, bitorder="little")


class Operands:
    """Values that do not differ from run to run."""

    @cached_property
    def _random(self):
        return np.random.default_rng(abs(hash_text(self.name + str(self.bits))))

    @cached_property
    def weights(self):
        return self.bits.weight_values(self._random, self.weight_shape)

    @cached_property
    def activations(self):
        self.weights  # always drawn first
        return self.bits.activation_values(self._random, self.input_shape)

    # Chosen so that every step of scale, bias and residual is exact in f32, in whatever order it is taken.
    @cached_property
    def scale(self):
        return (np.arange(self.outputs) % 7 + 1).astype(np.float32) / 64

    @cached_property
    def bias(self):
        return ((np.arange(self.outputs) % 11) - 5).astype(np.float32) / 16

    @cached_property
    def residual(self):
        values = np.arange(int(np.prod(self.output_shape))) * 7919 % 513 - 256
        return (values.astype(np.float32) / 32).reshape(self.output_shape)

    @cached_property
    def thresholds(self):
        return ((np.arange(self.outputs) * 37) % 41 - 20).astype(np.int32)

    def expected(self, output):
        """What `output` is, as a list of arrays: i32, bits, or f32 and bits."""
        if output == "i32":
            return [self.products]
        if output == "bits":
            return [pack_bits(np.where(self.products >= self.thresholds, 1, -1))]
        floats = self.products.astype(np.float32) * self.scale + self.bias + self.residual
        return [floats, pack_bits(np.where(floats >= 0, 1, -1))]


@dataclass(frozen=True)
class Gemm(Operands):
    rows: int
    depth: int
    columns: int
    bits: Bits

    @property
    def name(self):
        return f"{self.rows}x{self.depth}x{self.columns}"

    @property
    def macs(self):
        return self.rows * self.depth * self.columns

    outputs = property(lambda self: self.columns)
    weight_shape = property(lambda self: (self.columns, self.depth))
    input_shape = property(lambda self: (self.rows, self.depth))
    output_shape = property(lambda self: (self.rows, self.columns))

    @cached_property
    def products(self):
        return (self.activations.astype(np.float64) @ self.weights.astype(np.float64).T).astype(np.int32)


@dataclass(frozen=True)
class Conv(Operands):
    height: int
    width: int
    channels: int
    outputs: int
    kernel: int
    stride: int
    bits: Bits
    pad_value: int = -1  # of ±1 activations; codes of several bits are padded with 0
    groups: int = 1

    def __post_init__(self):
        if not self.bits.is_binary:
            object.__setattr__(self, "pad_value", 0)

    @property
    def name(self):
        text = f"{self.height}x{self.width}x{self.channels}-{self.outputs}-{self.kernel}x{self.kernel}-s{self.stride}"
        if self.groups != 1:
            text += f"-g{self.groups}"
        return text + ("-p0" if self.pad_value == 0 and self.pad and self.bits.is_binary else "")

    pad = property(lambda self: self.kernel // 2)
    out_height = property(lambda self: (self.height + 2 * self.pad - self.kernel) // self.stride + 1)
    out_width = property(lambda self: (self.width + 2 * self.pad - self.kernel) // self.stride + 1)
    depth = property(lambda self: self.kernel * self.kernel * self.channels // self.groups)
    macs = property(lambda self: self.out_height * self.out_width * self.outputs * self.depth)
    weight_shape = property(lambda self: (self.outputs, self.kernel, self.kernel, self.channels // self.groups))
    input_shape = property(lambda self: (1, self.height, self.width, self.channels))
    output_shape = property(lambda self: (1, self.out_height, self.out_width, self.outputs))

    @cached_property
    def products(self):
        p, k, s = self.pad, self.kernel, self.stride
        x = np.pad(self.activations[0], ((p, p), (p, p), (0, 0)), constant_values=self.pad_value).astype(np.float64)
        w = self.weights.astype(np.float64)
        per_in, per_out = self.channels // self.groups, self.outputs // self.groups
        result = np.zeros(self.output_shape[1:])
        for i in range(k):
            for j in range(k):
                taps = x[i : i + s * self.out_height : s, j : j + s * self.out_width : s][
                    : self.out_height, : self.out_width
                ]
                if self.groups == self.channels == self.outputs:
                    result += taps * w[:, i, j, 0]
                    continue
                for g in range(self.groups):
                    result[..., g * per_out : (g + 1) * per_out] += (
                        taps[..., g * per_in : (g + 1) * per_in] @ w[g * per_out : (g + 1) * per_out, i, j].T
                    )
        return result[None].astype(np.int32)


def hash_text(text):
    """Python's own hash of text differs from run to run."""
    value = 14695981039346656037
    for byte in text.encode():
        value = (value ^ byte) * 1099511628211 % 2**64
    return value
