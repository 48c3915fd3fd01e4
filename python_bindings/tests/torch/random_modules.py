"""Random Brevitas modules: layer kinds, bits, strides, groups and activations, the same for the same seed.

    random_modules.py [--seed N] [--count N] [--verbose]

compiles each and compares the result with Brevitas' own: integers where the output is quantized, else within 1e-5 of
the largest output. Brevitas computes with floats, and rounds, what the compiler computes with integers. So a module
counts as a tie, and is right, where all elements that differ are such that Brevitas changes them itself when it
computes in float64 and moves the inputs of its quantizers by a millionth of the largest.
"""

import argparse
import copy
import random
import sys
import traceback

import brevitas.nn as qnn
import numpy as np
import torch
from brevitas.quant import (
    Int8ActPerTensorFixedPoint,
    Int8ActPerTensorFloat,
    Int8WeightPerChannelFloat,
    Int8WeightPerTensorFixedPoint,
    Int8WeightPerTensorFloat,
    SignedBinaryActPerTensorConst,
    SignedBinaryWeightPerTensorConst,
    SignedTernaryWeightPerTensorConst,
    Uint8ActPerTensorFixedPoint,
    Uint8ActPerTensorFloat,
)
from torch import nn

import bnn

TOLERANCE = 1e-5


def weight_quantizer(rng):
    """Arguments of a layer, and their name."""
    bits = rng.choice([1, 1, 2, 3, 4, 5, 8, "ternary"])
    if bits == 1:
        return dict(weight_quant=SignedBinaryWeightPerTensorConst), "w1"
    if bits == "ternary":
        return dict(weight_quant=SignedTernaryWeightPerTensorConst), "wt"
    kind = rng.choice([Int8WeightPerTensorFloat, Int8WeightPerChannelFloat, Int8WeightPerTensorFixedPoint])
    return dict(weight_quant=kind, weight_bit_width=bits), f"w{bits}"


def activation(rng):
    """A quantized activation, and its name."""
    bits = rng.choice([1, 2, 3, 4, 8])
    if bits == 1:
        return qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst), "binary"
    fixed = rng.random() < 0.4
    signed = Int8ActPerTensorFixedPoint if fixed else Int8ActPerTensorFloat
    unsigned = Uint8ActPerTensorFixedPoint if fixed else Uint8ActPerTensorFloat
    kind = rng.choice(["identity", "relu", "relu", "hardtanh", "sigmoid", "tanh"])
    if kind == "identity":
        return qnn.QuantIdentity(act_quant=signed, bit_width=bits), f"identity{bits}"
    if kind == "relu":
        return qnn.QuantReLU(act_quant=unsigned, bit_width=bits), f"relu{bits}"
    if kind == "hardtanh":
        return qnn.QuantHardTanh(act_quant=signed, bit_width=bits, max_val=1.0, min_val=-1.0), f"hardtanh{bits}"
    if kind == "sigmoid":
        return qnn.QuantSigmoid(act_quant=unsigned, bit_width=bits), f"sigmoid{bits}"
    return qnn.QuantTanh(act_quant=signed, bit_width=bits), f"tanh{bits}"


def norm(rng, make, channels):
    layer = make(channels)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(channels))  # negative slopes as well
        layer.bias.copy_(torch.randn(channels) / 4)
    return layer


def convolution(rng, dims, channels, size):
    """A convolution that fits an image of `size`, with its output channels and size."""
    kernel = rng.choice([k for k in (1, 2, 3, 5) if k <= size])
    stride = rng.choice([1, 1, 2])
    padding = rng.choice([0, kernel // 2])
    dilation = rng.choice([1, 1, 2]) if (kernel - 1) * 2 + 1 <= size else 1
    groups = rng.choice([1, 1, 1, channels] + [g for g in (2, 3) if channels % g == 0])
    out = groups * rng.choice([1, 2, 3, 5] if groups > 1 else [1, 3, 8, 17, 33])
    quantizer, name = weight_quantizer(rng)
    make = qnn.QuantConv2d if dims == 2 else qnn.QuantConv1d
    bias = rng.random() < 0.5
    layer = make(
        channels, out, kernel, stride=stride, padding=padding, dilation=dilation, groups=groups, bias=bias, **quantizer
    )
    size = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    text = f"conv{dims}d({channels}->{out} k{kernel} s{stride} p{padding} d{dilation} g{groups} {name}{' bias' * bias})"
    return layer, out, size, text


def make_module(seed):
    """The module, an input shape, whether the output is quantized, and a description."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    dims = rng.choice([0, 1, 2, 2, 2])
    channels = rng.choice([1, 3, 4, 6, 16, 31, 64])
    size = rng.choice([5, 8, 11])
    batch = rng.choice([1, 1, 2])
    shape = (batch, channels) + (size,) * dims
    layers, texts = [], []

    def add(layer, text):
        layers.append(layer)
        texts.append(text)

    add(*activation(rng))
    quantized = True
    for _ in range(rng.choice([1, 1, 2, 3])):
        if dims == 0:
            out = rng.choice([1, 3, 10, 33])
            quantizer, name = weight_quantizer(rng)
            bias = rng.random() < 0.5
            add(qnn.QuantLinear(channels, out, bias=bias, **quantizer), f"linear({channels}->{out} {name})")
            channels = out
        else:
            layer, channels, size, text = convolution(rng, dims, channels, size)
            add(layer, text)
        quantized = False
        if batch * size**dims > 1 and rng.random() < 0.5:
            make = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d}[dims]
            if batch > 1 or dims:
                add(norm(rng, make, channels), "norm")
        if dims and size >= 4 and rng.random() < 0.3:
            pools = {1: (nn.MaxPool1d, nn.AvgPool1d), 2: (nn.MaxPool2d, nn.AvgPool2d)}[dims]
            add(rng.choice(pools)(2), "pool")
            size //= 2
        if rng.random() < 0.75:
            add(*activation(rng))
            quantized = True
        elif rng.random() < 0.5:
            add(*rng.choice([(nn.ReLU(), "ReLU"), (nn.PReLU(), "PReLU"), (nn.Sigmoid(), "Sigmoid")]))
    if dims and rng.random() < 0.3:
        flat = channels * size**dims
        quantizer, name = weight_quantizer(rng)
        add(nn.Flatten(), "flatten")
        add(qnn.QuantLinear(flat, 7, bias=True, **quantizer), f"linear({flat}->7 {name})")
        quantized = False
        if rng.random() < 0.5:
            add(*activation(rng))
            quantized = True
    module = nn.Sequential(*layers)
    # Scales of activations come from statistics.
    module.train()
    with torch.no_grad():
        for _ in range(3):
            module(torch.randn((max(batch, 2),) + shape[1:]))
    module.eval()
    return module, shape, quantized, f"{shape}: " + ", ".join(texts)


def output_scale(module):
    """Of the quantizer that the module ends with."""
    scale = module[-1].act_quant.scale()
    return float(torch.as_tensor(scale).detach())


def different(actual, expected, scale):
    """Which elements differ; `scale` where the output is quantized."""
    actual, expected = actual.astype(np.float64), expected.astype(np.float64)
    if scale is not None:
        codes = np.rint(actual / scale), np.rint(expected / scale)
        exact = np.abs(actual - codes[0] * scale) <= 1e-5 * scale * np.maximum(1, np.abs(codes[0]))
        return (codes[0] != codes[1]) | ~exact
    return ~(np.abs(actual - expected) <= TOLERANCE * max(np.abs(expected).max(), 1e-30))


def unstable(module, x, expected, scale):
    """Which elements Brevitas itself computes otherwise with another rounding."""
    result = np.zeros(expected.shape, bool)
    for shift in (0, 1e-6, -1e-6):
        precise = copy.deepcopy(module).double()
        for part in precise.modules():
            if hasattr(part, "act_quant"):
                part.register_forward_pre_hook(lambda _, args: (args[0] + shift * args[0].abs().max(),))
        with torch.no_grad():
            result |= different(precise(x.double()).numpy(), expected, scale)
    return result


def compare(seed):
    """Gives `equal` or `tie`; raises AssertionError for anything else."""
    module, shape, quantized, text = make_module(seed)
    x = torch.randn(shape)
    with torch.no_grad():
        expected = module(x).numpy()
    compiled = bnn.compile(module, example_inputs=x)
    actual = compiled(x.numpy())
    assert actual.shape == expected.shape, f"seed {seed}: {text}: shape {actual.shape}, Brevitas {expected.shape}"
    scale = output_scale(module) if quantized else None
    wrong = different(actual, expected, scale)
    if not wrong.any():
        return "equal"
    wrong &= ~unstable(module, x, expected, scale)
    assert not wrong.any(), f"seed {seed}: {text}: {wrong.sum()} of {wrong.size} elements differ"
    return "tie"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    counts = {"equal": 0, "tie": 0, "wrong": 0}
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        try:
            result = compare(seed)
        except Exception as error:
            result = "wrong"
            print(f"seed {seed}: {make_module(seed)[3]}\n  {type(error).__name__}: {error}", flush=True)
            if arguments.verbose:
                traceback.print_exc()
        counts[result] += 1
    print(f"{arguments.count} modules from seed {arguments.seed}:", ", ".join(f"{n} {k}" for k, n in counts.items()))
    return bool(counts["wrong"])


if __name__ == "__main__":
    sys.exit(main())
